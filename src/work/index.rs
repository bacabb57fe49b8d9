//! The search index of tickets, kept in the same transaction as what it finds. A row
//! a thread, with the ticket's number, subject and people in each, so that one row
//! can hold all the words of a search. The words of locked threads are in no row.

use crate::base::db::{Change, FromRow, Row, named_params};
use crate::base::error::Result;
use crate::base::event::{Event, Property};
use crate::base::html;

/// Brings the index in line with what happened.
pub(super) fn follow(change: &mut Change<'_>, event: &Event) -> Result<()> {
    match event {
        Event::TicketCreated { ticket, thread }
        | Event::ThreadAdded { ticket, thread }
        | Event::ThreadEdited { ticket, thread }
        | Event::ThreadLocked { ticket, thread, .. } => reindex_thread(change, *ticket, *thread),
        Event::TicketChanged {
            ticket,
            property: Property::Subject | Property::Customer | Property::Agent,
            ..
        } => reindex_ticket(change, *ticket),
        Event::PersonRenamed { user } => {
            let tickets: Vec<i64> = change.view().all(
                "SELECT id FROM ticket WHERE customer_id = :user OR agent_id = :user",
                named_params! { ":user": user },
            )?;
            tickets
                .into_iter()
                .try_for_each(|ticket| reindex_ticket(change, ticket))
        }
        // A removed thread's row goes by the trigger on its table.
        _ => Ok(()),
    }
}

struct Entry {
    rowid: i64,
    subject: String,
    people: String,
    clean: String,
    is_note: bool,
    is_locked: bool,
}

impl FromRow for Entry {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            rowid: row.get("entry")?,
            subject: row.get("subject")?,
            people: row.get("people")?,
            clean: row.get("clean")?,
            is_note: row.get("is_note")?,
            is_locked: row.get("is_locked")?,
        })
    }
}

fn reindex_ticket(change: &mut Change<'_>, ticket: i64) -> Result<()> {
    let threads: Vec<i64> = change.view().all(
        "SELECT id FROM thread WHERE ticket_id = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    threads
        .into_iter()
        .try_for_each(|thread| reindex_thread(change, ticket, thread))
}

fn reindex_thread(change: &mut Change<'_>, ticket: i64, thread: i64) -> Result<()> {
    change.run(
        "DELETE FROM ticket_search WHERE rowid =
             (SELECT ticket_id * 1048576 + place FROM thread WHERE id = :thread AND ticket_id = :ticket)",
        named_params! { ":thread": thread, ":ticket": ticket },
    )?;
    let entry: Option<Entry> = change.view().maybe(
        "SELECT m.ticket_id * 1048576 + m.place AS entry, t.increment_id || ' ' || t.subject AS subject,
             m.clean, m.is_locked, m.thread_type IN ('note', 'forward') AS is_note,
             c.email || ' ' || ifnull(cp.name, '') || ' ' || ifnull(ap.name, '') AS people
         FROM thread m
         JOIN ticket t ON t.id = m.ticket_id
         JOIN user c ON c.id = t.customer_id
         LEFT JOIN profile cp ON cp.user_id = t.customer_id AND cp.side = 'customer'
         LEFT JOIN profile ap ON ap.user_id = t.agent_id AND ap.side = 'agent'
         WHERE m.id = :thread",
        named_params! { ":thread": thread },
    )?;
    let Some(entry) = entry else {
        return Ok(());
    };
    // What is locked away is not found; that its ticket is there is no secret.
    let text = if entry.is_locked {
        String::new()
    } else {
        html::text_of(&entry.clean)
    };
    let (message, note) = if entry.is_note {
        ("", text.as_str())
    } else {
        (text.as_str(), "")
    };
    change.run(
        "INSERT INTO ticket_search (rowid, subject, people, message, note)
         VALUES (:rowid, :subject, :people, :message, :note)",
        named_params! {
            ":rowid": entry.rowid, ":subject": entry.subject, ":people": entry.people,
            ":message": message, ":note": note,
        },
    )?;
    Ok(())
}
