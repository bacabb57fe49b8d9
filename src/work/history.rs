//! The activity log of a ticket, written from events: who, what, from, to, when.

use crate::base::db::{Change, named_params};
use crate::base::error::Result;
use crate::base::event::Event;

/// A line of the log.
#[derive(Default)]
struct Line<'a> {
    property: &'a str,
    thread: Option<i64>,
    from: Option<&'a str>,
    to: Option<String>,
}

/// Something that happened to a thread.
fn of_thread(property: &str, thread: i64) -> Line<'_> {
    Line {
        property,
        thread: Some(thread),
        ..Line::default()
    }
}

/// Something that happened with the thing of this id.
fn of_thing(property: &str, id: i64) -> Line<'_> {
    Line {
        property,
        to: Some(id.to_string()),
        ..Line::default()
    }
}

/// Something that needs no more words.
fn plain(property: &str) -> Line<'_> {
    Line {
        property,
        ..Line::default()
    }
}

/// Writes what an event means for the history of its ticket.
pub(super) fn write(change: &mut Change<'_>, event: &Event) -> Result<()> {
    let Some(ticket) = event.ticket() else {
        return Ok(());
    };
    let Some(line) = line(event) else {
        return Ok(());
    };
    let (batch, user, now) = (change.batch()?, change.who().id, change.now());
    change.run(
        "INSERT INTO activity (batch_id, ticket_id, user_id, property, thread_id, from_value, to_value, created_at)
         VALUES (:batch, :ticket, nullif(:user, 0), :property, :thread, :from, :to, :now)",
        named_params! {
            ":batch": batch, ":ticket": ticket, ":user": user, ":property": line.property, ":thread": line.thread,
            ":from": line.from, ":to": line.to, ":now": now,
        },
    )?;
    Ok(())
}

fn line(event: &Event) -> Option<Line<'_>> {
    Some(match event {
        Event::TicketCreated { thread, .. } => of_thread("created", *thread),
        Event::TicketChanged {
            property, from, to, ..
        } => Line {
            property: property.name(),
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
        Event::TaskCreated { task, .. } => of_thing("task_created", *task),
        Event::TaskChanged { task, .. } => of_thing("task_changed", *task),
        Event::TaskRemoved { task, .. } => of_thing("task_removed", *task),
        Event::TaskThreadAdded { task, .. } => of_thing("task_thread_added", *task),
        Event::TaskThreadRemoved { task, .. } => of_thing("task_thread_removed", *task),
        // Who follows a task says nothing of its ticket. The log of a deleted one went
        // with it; the event itself is kept.
        Event::TaskFollowerAdded { .. }
        | Event::TaskFollowerRemoved { .. }
        | Event::TicketDeleted { .. }
        | Event::TagRenamed { .. }
        | Event::TagDeleted { .. }
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
