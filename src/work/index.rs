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

/// Makes one row anew. Its words are read before they are written: a statement that does both
/// has a savepoint of its own, and at each of these the index goes to disk.
pub(super) fn write_row(change: &mut Change<'_>, row: IndexRow) -> Result<()> {
    match row {
        IndexRow::Ticket(ticket) => write_ticket(change, ticket),
        IndexRow::Task(task) => write_task(change, task),
    }
}

/// Pages of the index that are merged in one step.
const MERGED_PAGES: i64 = 32;

/// Does one step of merging all parts of the index of tickets into one, and answers whether it
/// did anything. A deleted row is only noted as such: its words stand in the index until the
/// part that they are in is merged.
pub(super) fn merge(change: &mut Change<'_>, is_begun: bool) -> Result<bool> {
    // A negative number begins it: all parts are to be merged, not only those of one size.
    let pages = if is_begun {
        MERGED_PAGES
    } else {
        -MERGED_PAGES
    };
    let changes = |change: &Change<'_>| change.view().one("SELECT total_changes()", []);
    let before: i64 = changes(change)?;
    change.run(
        "INSERT INTO ticket_search (ticket_search, rank) VALUES ('merge', :pages)",
        named_params! { ":pages": pages },
    )?;
    // The statement itself counts for one.
    Ok(changes(change)? - before > 1)
}

fn write_ticket(change: &mut Change<'_>, ticket: i64) -> Result<()> {
    change.run(
        "DELETE FROM ticket_search WHERE rowid = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    let words: Option<[Option<String>; 6]> = change.view().maybe(
        "SELECT customers, subject, people, details, message, note FROM ticket_words WHERE id = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    let Some([customers, subject, people, details, message, note]) = words else {
        return Ok(());
    };
    change.run(
        "INSERT INTO ticket_search (rowid, customers, subject, people, details, message, note)
         VALUES (:ticket, :customers, :subject, :people, :details, :message, :note)",
        named_params! {
            ":ticket": ticket, ":customers": customers, ":subject": subject, ":people": people,
            ":details": details, ":message": message, ":note": note,
        },
    )?;
    Ok(())
}

fn write_task(change: &mut Change<'_>, task: i64) -> Result<()> {
    change.run(
        "DELETE FROM task_search WHERE rowid = :task",
        named_params! { ":task": task },
    )?;
    let words: Option<(String, String)> = change.view().maybe(
        "SELECT subject, message FROM task_words WHERE id = :task",
        named_params! { ":task": task },
    )?;
    let Some((subject, message)) = words else {
        return Ok(());
    };
    change.run(
        "INSERT INTO task_search (rowid, subject, message) VALUES (:task, :subject, :message)",
        named_params! { ":task": task, ":subject": subject, ":message": message },
    )?;
    Ok(())
}
