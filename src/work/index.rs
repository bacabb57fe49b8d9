//! The search indexes of tickets and tasks, kept in the same transaction as what they find.
//! A ticket has one row, with its number, its subject, its people and all that is said in it,
//! so that it is found by words that stand in different messages. A task has one row too. What
//! the search knows of them stands in the views `ticket_words` and `task_words`.

use crate::base::db::{Change, named_params};
use crate::base::error::Result;
use crate::base::event::{Event, Property, TaskProperty};

/// Brings the index in line with what happened.
pub(super) fn follow(change: &mut Change<'_>, event: &Event) -> Result<()> {
    match event {
        Event::TicketCreated { ticket, .. }
        | Event::ThreadAdded { ticket, .. }
        | Event::ThreadEdited { ticket, .. }
        | Event::ThreadRemoved { ticket, .. }
        | Event::ThreadLocked { ticket, .. }
        | Event::CollaboratorAdded { ticket, .. }
        | Event::CollaboratorRemoved { ticket, .. }
        | Event::FieldChanged { ticket, .. }
        | Event::TicketChanged {
            ticket,
            property: Property::Subject | Property::Customer,
            ..
        } => reindex_ticket(change, *ticket),
        Event::TaskCreated { task, .. }
        | Event::TaskChanged {
            task,
            property: TaskProperty::Subject | TaskProperty::Description,
            ..
        }
        | Event::TaskThreadAdded { task, .. }
        | Event::TaskThreadRemoved { task, .. } => reindex_task(change, *task),
        // The row of a removed ticket or task goes by the trigger on its table.
        _ => Ok(()),
    }
}

/// Makes the row of a ticket anew; there is none where there is no ticket.
pub(super) fn reindex_ticket(change: &mut Change<'_>, ticket: i64) -> Result<()> {
    change.run(
        "DELETE FROM ticket_search WHERE rowid = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    change.run(
        "INSERT INTO ticket_search (rowid, subject, people, details, message, note)
         SELECT id, subject, people, details, message, note FROM ticket_words WHERE id = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    Ok(())
}

fn reindex_task(change: &mut Change<'_>, task: i64) -> Result<()> {
    change.run(
        "DELETE FROM task_search WHERE rowid = :task",
        named_params! { ":task": task },
    )?;
    change.run(
        "INSERT INTO task_search (rowid, subject, message)
         SELECT id, subject, message FROM task_words WHERE id = :task",
        named_params! { ":task": task },
    )?;
    Ok(())
}
