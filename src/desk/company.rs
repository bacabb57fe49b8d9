//! The company: its clock and calendar, the defaults of new tickets, the number of the next one.

use crate::base::db::{Change, FromRow, Row, View, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::locale::Locale;
use crate::base::time::{
    CalendarNames, PhpDate, PhpDateErrors, Stamp, Zone, format_php, php_date, php_date_errors,
};

/// How times are shown: the company's zone and format, the caller's names of months and days.
pub struct Calendar {
    zone: Zone,
    format: Option<String>,
    names: &'static CalendarNames,
}

/// The calendar that answers to this caller are written in.
pub fn calendar(view: &View<'_>) -> Result<Calendar> {
    let (zone, format): (String, Option<String>) =
        view.one("SELECT timezone, time_format FROM company WHERE id = 1", [])?;
    Ok(Calendar {
        zone: Zone::named(&zone).unwrap_or_else(Zone::utc),
        format,
        names: names(view.locale()),
    })
}

fn names(locale: Locale) -> &'static CalendarNames {
    match locale {
        Locale::English => &CalendarNames::ENGLISH,
        Locale::French => &CalendarNames::FRENCH,
        Locale::Italian => &CalendarNames::ITALIAN,
        Locale::German => &CalendarNames::GERMAN,
    }
}

impl Calendar {
    /// A time in the company's format, or in `documented`, that of the example, while none is set.
    pub fn show(&self, stamp: Stamp, documented: &str) -> String {
        format_php(
            stamp,
            &self.zone,
            self.format.as_deref().unwrap_or(documented),
            self.names,
        )
    }

    /// A time as the API's `{date, timezone_type, timezone}`.
    pub fn date(&self, stamp: Stamp) -> PhpDate {
        php_date(stamp, &self.zone)
    }

    /// A time as the `createdAt` of groups, sub-groups and privilege sets.
    pub fn date_with_errors(&self, stamp: Stamp) -> PhpDateErrors {
        php_date_errors(stamp, &self.zone)
    }

    /// The company's zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }
}

/// The company's name.
pub fn name(view: &View<'_>) -> Result<String> {
    view.one("SELECT name FROM company WHERE id = 1", [])
}

/// What a new ticket gets when nobody says otherwise.
pub struct Defaults {
    /// The status.
    pub status: i64,
    /// The priority.
    pub priority: i64,
    /// The group, if one is set.
    pub group: Option<i64>,
    /// The mailbox, if one is set.
    pub mailbox: Option<i64>,
}

impl FromRow for Defaults {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            status: row.get("default_status_id")?,
            priority: row.get("default_priority_id")?,
            group: row.get("default_group_id")?,
            mailbox: row.get("default_mailbox_id")?,
        })
    }
}

/// The defaults of new tickets.
pub fn defaults(view: &View<'_>) -> Result<Defaults> {
    view.one(
        "SELECT default_status_id, default_priority_id, default_group_id, default_mailbox_id
         FROM company WHERE id = 1",
        [],
    )
}

/// Takes the number for a new ticket.
pub fn take_increment_id(change: &mut Change<'_>) -> Result<i64> {
    change.run(
        "UPDATE company SET next_increment_id = next_increment_id + 1 WHERE id = 1",
        [],
    )?;
    change
        .view()
        .one("SELECT next_increment_id - 1 FROM company WHERE id = 1", [])
}

/// Sets the number of the next ticket, which must be above the last one given.
pub fn set_next_ticket_id(change: &mut Change<'_>, next: i64) -> Result<()> {
    let last: i64 = change
        .view()
        .one("SELECT ifnull(max(increment_id), 0) FROM ticket", [])?;
    if next <= last {
        return Err(Error::invalid(
            "nextTicketId",
            Message::new("company.next_ticket_id_too_low").with("last", last),
        ));
    }
    change.run(
        "UPDATE company SET next_increment_id = :next WHERE id = 1",
        named_params! { ":next": next },
    )?;
    Ok(())
}
