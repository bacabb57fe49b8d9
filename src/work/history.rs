//! The activity log of a ticket, written from events: who, what, from, to, when, with the names of
//! that time, so that the log stays true when something is renamed or removed.
//!
//! Whoever erases a person empties `user_name` where `user_id` is theirs, and `from_name` and
//! `to_name` where `from_value` or `to_value` is theirs and `property` is `agent`, `customer` or
//! begins with `collaborator`; the ids stay, for they name nobody. All of a ticket's log goes with it.

use crate::base::db::{Change, View, named_params};
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
    let (batch, workflow, now) = (change.batch()?, change.workflow(), change.now());
    // What a workflow does is its own, whoever set it off: the batch before it says who.
    let user = (workflow.is_none() && change.who().id != 0).then_some(change.who().id);
    let view = change.view();
    let side = if change.who().is_customer() {
        "customer"
    } else {
        "agent"
    };
    let user_name = user.map(|user| side_name(view, user, side)).transpose()?;
    let workflow_name = workflow.map(|id| named(view, WORKFLOW, id)).transpose()?;
    let from_name = name(view, ticket, line.property, line.from)?;
    let to_name = name(view, ticket, line.property, line.to.as_deref())?;
    change.run(
        "INSERT INTO activity (batch_id, ticket_id, user_id, user_name, workflow_id, workflow_name, property, thread_id,
             from_value, from_name, to_value, to_name, created_at)
         VALUES (:batch, :ticket, :user, :user_name, :workflow, :workflow_name, :property, :thread,
             :from, :from_name, :to, :to_name, :now)",
        named_params! {
            ":batch": batch, ":ticket": ticket, ":user": user, ":user_name": user_name.flatten(),
            ":workflow": workflow, ":workflow_name": workflow_name.flatten(), ":property": line.property,
            ":thread": line.thread, ":from": line.from, ":from_name": from_name, ":to": line.to,
            ":to_name": to_name, ":now": now,
        },
    )?;
    Ok(())
}

const WORKFLOW: &str = "SELECT name FROM workflow WHERE id = :id";

/// What a value is called now, where it is the id of something with a name.
fn name(
    view: &View<'_>,
    ticket: i64,
    property: &str,
    value: Option<&str>,
) -> Result<Option<String>> {
    let Some(id) = value.and_then(|value| value.parse::<i64>().ok()) else {
        return Ok(None);
    };
    match property {
        "agent" => side_name(view, id, "agent"),
        "customer" | "collaborator_added" | "collaborator_removed" => {
            side_name(view, id, "customer")
        }
        "type" => named(view, "SELECT name FROM ticket_type WHERE id = :id", id),
        "group" => named(view, "SELECT name FROM \"group\" WHERE id = :id", id),
        "team" => named(view, "SELECT name FROM team WHERE id = :id", id),
        "tag_added" | "tag_removed" => named(
            view,
            "SELECT name FROM tag WHERE id = :id UNION ALL SELECT name FROM removed_tag WHERE id = :id",
            id,
        ),
        "custom_field_changed" => named(view, "SELECT name FROM custom_field WHERE id = :id", id),
        _ if property.starts_with("task_") => task_name(view, ticket, id),
        // Subjects are their own names, and statuses, priorities and stars are said when shown.
        _ => Ok(None),
    }
}

fn named(view: &View<'_>, sql: &str, id: i64) -> Result<Option<String>> {
    view.maybe(sql, named_params! { ":id": id })
}

/// The name of somebody on one of their sides, removed or not, or else the address that they are
/// known by.
fn side_name(view: &View<'_>, user: i64, side: &str) -> Result<Option<String>> {
    let name: Option<Option<String>> = view.maybe(
        "SELECT ifnull(nullif(profile.name, ''), user.email) FROM user
         LEFT JOIN profile ON profile.user_id = user.id AND profile.side = :side WHERE user.id = :user",
        named_params! { ":user": user, ":side": side },
    )?;
    Ok(name.flatten())
}

/// The subject of a task or, once it is gone, what its ticket's history called it last.
fn task_name(view: &View<'_>, ticket: i64, task: i64) -> Result<Option<String>> {
    let subject = named(view, "SELECT subject FROM task WHERE id = :id", task)?;
    if subject.is_some() {
        return Ok(subject);
    }
    view.maybe(
        "SELECT to_name FROM activity
         WHERE ticket_id = :ticket AND property LIKE 'task\\_%' ESCAPE '\\' AND to_value = :task AND to_name IS NOT NULL
         ORDER BY id DESC LIMIT 1",
        named_params! { ":ticket": ticket, ":task": task.to_string() },
    )
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
        | Event::TicketPending { .. }
        | Event::TagRenamed { .. }
        | Event::TagDeleted { .. }
        | Event::TeamRegrouped { .. }
        | Event::PersonRenamed { .. }
        | Event::CustomerCreated { .. }
        | Event::CustomerChanged { .. }
        | Event::CustomerRemoved { .. }
        | Event::MemberCreated { .. }
        | Event::MemberChanged { .. }
        | Event::MemberDeactivated { .. }
        | Event::MemberRemoved { .. }
        | Event::CompanyChanged { .. } => return None,
    })
}
