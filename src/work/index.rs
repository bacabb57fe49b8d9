//! The search indexes of tickets and tasks, kept in the same transaction as what they find.
//! A ticket has one row, with its number, its subject, its people and all that is said in it,
//! so that it is found by words that stand in different messages. A task has one row too. What
//! the search knows of them stands in the views `ticket_words` and `task_words`.

use std::collections::BTreeSet;

use crate::base::db::{Change, named_params};
use crate::base::error::Result;
use crate::base::event::{Event, Property, TaskProperty};
use crate::base::search::IndexRow;

/// Says what the search finds by other words because of what happened.
pub(super) fn follow(change: &mut Change<'_>, event: &Event) {
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
        } => change.outdate(IndexRow::Ticket(*ticket)),
        Event::TaskCreated { task, .. }
        | Event::TaskChanged {
            task,
            property: TaskProperty::Subject | TaskProperty::Description,
            ..
        }
        | Event::TaskThreadAdded { task, .. }
        | Event::TaskThreadRemoved { task, .. } => change.outdate(IndexRow::Task(*task)),
        // The row of a removed ticket or task goes by the trigger on its table.
        _ => {}
    }
}

/// Makes rows anew; there is none where what it found is gone.
pub fn write(change: &mut Change<'_>, rows: &BTreeSet<IndexRow>) -> Result<()> {
    rows.iter().try_for_each(|row| write_row(change, *row))
}

/// Makes one row anew.
pub(super) fn write_row(change: &mut Change<'_>, row: IndexRow) -> Result<()> {
    let (id, remove, insert) = match row {
        IndexRow::Ticket(id) => (
            id,
            "DELETE FROM ticket_search WHERE rowid = :id",
            "INSERT INTO ticket_search (rowid, customers, subject, people, details, message, note)
             SELECT id, customers, subject, people, details, message, note
             FROM ticket_words WHERE id = :id",
        ),
        IndexRow::Task(id) => (
            id,
            "DELETE FROM task_search WHERE rowid = :id",
            "INSERT INTO task_search (rowid, subject, message)
             SELECT id, subject, message FROM task_words WHERE id = :id",
        ),
    };
    change.run(remove, named_params! { ":id": id })?;
    change.run(insert, named_params! { ":id": id })?;
    Ok(())
}
