//! The search indexes of tickets and tasks, kept in the same transaction as what they find.
//! A ticket has one row, with its number, its subject, its people and all that is said in it,
//! so that it is found by words that stand in different messages. The words of locked threads
//! are in no row. A task has one row too.

use crate::base::db::{Change, from_row, named_params};
use crate::base::error::Result;
use crate::base::event::{Event, Property, TaskProperty};
use crate::base::html;

/// Brings the index in line with what happened.
pub(super) fn follow(change: &mut Change<'_>, event: &Event) -> Result<()> {
    match event {
        Event::TicketCreated { ticket, .. }
        | Event::ThreadAdded { ticket, .. }
        | Event::ThreadEdited { ticket, .. }
        | Event::ThreadRemoved { ticket, .. }
        | Event::ThreadLocked { ticket, .. }
        | Event::TicketChanged {
            ticket,
            property: Property::Subject | Property::Customer,
            ..
        } => reindex_ticket(change, *ticket),
        Event::PersonRenamed { user } => {
            let tickets: Vec<i64> = change.view().all(
                "SELECT id FROM ticket WHERE customer_id = :user",
                named_params! { ":user": user },
            )?;
            tickets
                .into_iter()
                .try_for_each(|ticket| reindex_ticket(change, ticket))
        }
        Event::TaskCreated { task, .. }
        | Event::TaskChanged {
            task,
            property: TaskProperty::Subject | TaskProperty::Description,
            ..
        }
        | Event::TaskThreadAdded { task, .. }
        | Event::TaskThreadRemoved { task, .. } => reindex_task(change, *task),
        // The row of a removed thread or task goes by the trigger on its table.
        _ => Ok(()),
    }
}

/// What the search knows of a ticket beside what is said in it.
struct Heading {
    subject: String,
    people: String,
}

from_row!(Heading { subject, people });

fn reindex_ticket(change: &mut Change<'_>, ticket: i64) -> Result<()> {
    let heading: Option<Heading> = change.view().maybe(
        "SELECT t.increment_id || ' ' || t.subject AS subject,
             c.email || ' ' || ifnull(cp.name, '') AS people
         FROM ticket t
         JOIN user c ON c.id = t.customer_id
         LEFT JOIN profile cp ON cp.user_id = t.customer_id AND cp.side = 'customer'
         WHERE t.id = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    let Some(heading) = heading else {
        return Ok(());
    };
    // What is locked away is not found; that its ticket is there is no secret.
    let threads: Vec<(bool, String)> = change.view().all(
        "SELECT thread_type IN ('note', 'forward'), clean FROM thread
         WHERE ticket_id = :ticket AND is_locked = 0 ORDER BY created_at, id",
        named_params! { ":ticket": ticket },
    )?;
    let (mut message, mut note) = (String::new(), String::new());
    for (is_note, clean) in threads {
        let words = if is_note { &mut note } else { &mut message };
        words.push_str(&html::text_of(&clean));
        words.push(' ');
    }
    change.run(
        "DELETE FROM ticket_search WHERE rowid = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    change.run(
        "INSERT INTO ticket_search (rowid, subject, people, message, note)
         VALUES (:ticket, search_words(:subject), search_words(:people), search_words(:message), search_words(:note))",
        named_params! {
            ":ticket": ticket, ":subject": heading.subject, ":people": heading.people,
            ":message": message, ":note": note,
        },
    )?;
    Ok(())
}

fn reindex_task(change: &mut Change<'_>, task: i64) -> Result<()> {
    let subject: Option<String> = change.view().maybe(
        "SELECT subject FROM task WHERE id = :task",
        named_params! { ":task": task },
    )?;
    let Some(subject) = subject else {
        return Ok(());
    };
    let said: Vec<String> = change.view().all(
        "SELECT clean FROM task_thread WHERE task_id = :task ORDER BY id",
        named_params! { ":task": task },
    )?;
    let words: Vec<String> = said.iter().map(|clean| html::text_of(clean)).collect();
    change.run(
        "DELETE FROM task_search WHERE rowid = :task",
        named_params! { ":task": task },
    )?;
    change.run(
        "INSERT INTO task_search (rowid, subject, message) VALUES (:task, search_words(:subject), search_words(:message))",
        named_params! { ":task": task, ":subject": subject, ":message": words.join(" ") },
    )?;
    Ok(())
}
