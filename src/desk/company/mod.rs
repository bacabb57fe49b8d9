//! The company, as the rooms of tickets and people use it: its name, its clock, calendar
//! and working hours, the defaults of new tickets, the number of the next one, and whom it
//! hears. How admins set all this is no business of this room, but of `settings`.

pub mod hours;
pub mod spam;

use serde::Serialize;

use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::event::{CompanyPart, Event};
use crate::base::locale::Locale;
use crate::base::time::{
    CalendarNames, PhpDate, PhpDateErrors, Timestamp, Zone, format_php, php_date, php_date_errors,
};

/// The name of the desk.
pub fn name(view: &View<'_>) -> Result<String> {
    view.one("SELECT name FROM company WHERE id = 1", [])
}

/// Gives the desk another name.
pub fn rename(change: &mut Change<'_>, name: &str) -> Result<()> {
    change.run(
        "UPDATE company SET name = :name WHERE id = 1",
        named_params! { ":name": name },
    )?;
    Ok(())
}

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
    pub fn show(&self, stamp: Timestamp, documented: &str) -> String {
        format_php(
            stamp,
            &self.zone,
            self.format.as_deref().unwrap_or(documented),
            self.names,
        )
    }

    /// A time as the API's `{date, timezone_type, timezone}`.
    pub fn date(&self, stamp: Timestamp) -> PhpDate {
        php_date(stamp, &self.zone)
    }

    /// A time as the `createdAt` of groups, sub-groups and privilege sets.
    pub fn date_with_errors(&self, stamp: Timestamp) -> PhpDateErrors {
        php_date_errors(stamp, &self.zone)
    }

    /// The company's zone.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }
}

/// Whether a pattern of PHP's letters shows a time at all, rather than the same text for
/// every time.
pub fn shows_time(pattern: &str) -> bool {
    // Two moments that differ in every unit there is, from the leap year to the second.
    let shown = [981_173_106, 1_732_139_278].map(|secs| {
        let (zone, names) = (Zone::utc(), &CalendarNames::ENGLISH);
        format_php(Timestamp(secs), &zone, pattern, names)
    });
    shown[0] != shown[1]
}

/// Tells which of the company's settings have another value now, where any has. `before`
/// and `after` are the settings as the API shows them.
pub fn emit_changed(
    change: &mut Change<'_>,
    part: CompanyPart,
    (before, after): (&impl Serialize, &impl Serialize),
) -> Result<()> {
    let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
    let fields = after.as_object().into_iter().flatten();
    let changed = fields.filter(|(field, value)| before.get(field) != Some(value));
    let fields: Vec<String> = changed.map(|(field, _)| field.clone()).collect();
    if !fields.is_empty() {
        change.emit(Event::CompanyChanged { part, fields });
    }
    Ok(())
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

from_row!(Defaults {
    status: "default_status_id",
    priority: "default_priority_id",
    group: "default_group_id",
    mailbox: "default_mailbox_id"
});

/// The defaults of new tickets. A group or mailbox that was closed after it was made the
/// default is none any more: nobody would look for a ticket there.
pub fn defaults(view: &View<'_>) -> Result<Defaults> {
    view.one(
        "SELECT default_status_id, default_priority_id,
             (SELECT id FROM \"group\" WHERE id = default_group_id AND is_active = 1) AS default_group_id,
             (SELECT id FROM mailbox WHERE id = default_mailbox_id AND is_active = 1) AS default_mailbox_id
         FROM company WHERE id = 1",
        [],
    )
}

/// The greatest number that the next ticket can be set to: clients keep it in 32 bits, and
/// a billion more may follow.
const GREATEST_NEXT: i64 = 1_000_000_000;

/// Takes the number for a new ticket.
pub fn take_increment_id(change: &mut Change<'_>) -> Result<i64> {
    change.run(
        "UPDATE company SET last_increment_id = next_increment_id, next_increment_id = next_increment_id + 1
         WHERE id = 1",
        [],
    )?;
    change
        .view()
        .one("SELECT last_increment_id FROM company WHERE id = 1", [])
}

/// Sets the number of the next ticket, which must be above the last one given, be that
/// ticket deleted or not.
pub fn set_next_ticket_id(change: &mut Change<'_>, next: i64) -> Result<()> {
    let (last, now_next): (i64, i64) = change.view().one(
        "SELECT last_increment_id, next_increment_id FROM company WHERE id = 1",
        [],
    )?;
    let fault = if next <= last {
        Some(Message::new("company.next_ticket_id_too_low").with("last", last))
    } else if next > GREATEST_NEXT.max(now_next) {
        Some(Message::new("company.too_great").with("max", GREATEST_NEXT))
    } else {
        None
    };
    if let Some(fault) = fault {
        return Err(Error::invalid("nextTicketId", fault));
    }
    change.run(
        "UPDATE company SET next_increment_id = :next WHERE id = 1",
        named_params! { ":next": next },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_shows_a_time_or_it_is_none() {
        for pattern in [
            "m-d-y G:i",
            "d-M h:ia",
            "Y",
            "c",
            "U",
            "L",
            "D",
            r"\Y\e\a\r: y",
            "H\\h",
        ] {
            assert!(shows_time(pattern), "{pattern}");
        }
        // Nothing, no letter, none but escaped ones, and those that name the zone alone.
        for pattern in ["", "-", "%%:%%", r"\d\m\y", "T", "e P", "q"] {
            assert!(!shows_time(pattern), "{pattern}");
        }
    }
}
