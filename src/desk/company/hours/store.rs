//! The rows of business hours: days, spans and holidays.

use super::{Holiday, Hours, Span, read_date};
use crate::base::db::{Change, View, named_params};
use crate::base::error::Result;

/// The company's hours.
pub fn hours(view: &View<'_>) -> Result<Hours> {
    let mut hours = Hours::default();
    let days: Vec<(i64, bool)> = view.all("SELECT weekday, is_open FROM business_day", [])?;
    for (weekday, is_open) in days {
        hours.day(weekday).is_open = is_open;
    }
    let spans: Vec<(i64, u16, u16)> = view.all(
        "SELECT weekday, opens, closes FROM business_span ORDER BY weekday, opens, closes",
        [],
    )?;
    for (weekday, opens, closes) in spans {
        hours.day(weekday).spans.push(Span { opens, closes });
    }
    let holidays: Vec<(String, String)> =
        view.all("SELECT date, name FROM holiday ORDER BY date", [])?;
    for (date, name) in holidays {
        hours
            .holidays
            .extend(read_date(&date).map(|date| Holiday { date, name }));
    }
    Ok(hours)
}

/// Makes these the company's hours.
pub fn set(change: &mut Change<'_>, hours: &Hours) -> Result<()> {
    change.run("DELETE FROM business_span", [])?;
    change.run("DELETE FROM holiday", [])?;
    for (weekday, day) in (1_i64..).zip(&hours.week) {
        change.run(
            "INSERT INTO business_day (weekday, is_open) VALUES (:weekday, :is_open)
             ON CONFLICT (weekday) DO UPDATE SET is_open = excluded.is_open",
            named_params! { ":weekday": weekday, ":is_open": day.is_open },
        )?;
        for span in &day.spans {
            change.run(
                "INSERT INTO business_span (weekday, opens, closes)
                 VALUES (:weekday, :opens, :closes) ON CONFLICT DO NOTHING",
                named_params! {
                    ":weekday": weekday, ":opens": span.opens, ":closes": span.closes,
                },
            )?;
        }
    }
    for holiday in &hours.holidays {
        change.run(
            "INSERT INTO holiday (date, name) VALUES (:date, :name)
             ON CONFLICT (date) DO UPDATE SET name = excluded.name",
            named_params! { ":date": holiday.date.to_string(), ":name": holiday.name },
        )?;
    }
    Ok(())
}
