//! The activity log of a ticket, written from events: who, what, from, to, when.

use crate::base::db::{Change, named_params};
use crate::base::error::Result;
use crate::base::event::Event;

/// A line of the log.
#[derive(Default)]
struct Line<'a> {
    what: &'a str,
    thread: Option<i64>,
    from: Option<&'a str>,
    to: Option<String>,
}

/// Writes what an event means for the history of its ticket.
pub(super) fn write(change: &mut Change<'_>, event: &Event) -> Result<()> {
    let Some(ticket) = event.ticket() else {
        return Ok(());
    };
    let Some(line) = line(event) else {
        return Ok(());
    };
    let (user, now) = (change.who().id, change.now());
    change.run(
        "INSERT INTO activity (ticket_id, user_id, what, thread_id, from_value, to_value, created_at)
         VALUES (:ticket, nullif(:user, 0), :what, :thread, :from, :to, :now)",
        named_params! {
            ":ticket": ticket, ":user": user, ":what": line.what, ":thread": line.thread,
            ":from": line.from, ":to": line.to, ":now": now,
        },
    )?;
    Ok(())
}

fn line(event: &Event) -> Option<Line<'_>> {
    let of_thread = |what, thread: i64| Line {
        what,
        thread: Some(thread),
        ..Line::default()
    };
    let of_thing = |what, id: i64| Line {
        what,
        to: Some(id.to_string()),
        ..Line::default()
    };
    let plain = |what| Line {
        what,
        ..Line::default()
    };
    Some(match event {
        Event::TicketCreated { thread, .. } => of_thread("created", *thread),
        Event::TicketChanged {
            property, from, to, ..
        } => Line {
            what: property.name(),
            thread: None,
            from: from.as_deref(),
            to: to.clone(),
        },
        Event::TicketTrashed { .. } => plain("trashed"),
        Event::TicketRestored { .. } => plain("restored"),
        Event::ThreadAdded { thread, .. } => of_thread("thread_added", *thread),
        Event::ThreadEdited { thread, .. } => of_thread("thread_edited", *thread),
        Event::ThreadRemoved { thread, .. } => of_thread("thread_removed", *thread),
        Event::ThreadLocked {
            thread,
            locked: true,
            ..
        } => of_thread("thread_locked", *thread),
        Event::ThreadLocked {
            thread,
            locked: false,
            ..
        } => of_thread("thread_unlocked", *thread),
        Event::CollaboratorAdded { user, .. } => of_thing("collaborator_added", *user),
        Event::CollaboratorRemoved { user, .. } => of_thing("collaborator_removed", *user),
        Event::TagAdded { tag, .. } => of_thing("tag_added", *tag),
        Event::TagRemoved { tag, .. } => of_thing("tag_removed", *tag),
        // The field alone: its value may be one that is encrypted at rest.
        Event::FieldChanged { field, .. } => of_thing("custom_field_changed", *field),
        // The log went with its ticket; the event itself is kept.
        Event::TicketDeleted { .. }
        | Event::PersonRenamed { .. }
        | Event::CustomerCreated { .. }
        | Event::CustomerChanged { .. }
        | Event::CustomerRemoved { .. }
        | Event::MemberCreated { .. }
        | Event::MemberChanged { .. }
        | Event::MemberRemoved { .. }
        | Event::CompanyChanged { .. } => return None,
    })
}
