//! The search indexes against what they find. They keep no text, so what can be
//! compared is which rows there are; their inner order is the database check's.

use super::{DERIVED, Fault};
use crate::base::db::View;
use crate::base::error::Result;

/// A row for each thread, under its ticket and place; that of a locked one has no words of its own.
pub(super) fn tickets(view: &View<'_>) -> Result<Vec<Fault>> {
    let lacking: Vec<i64> = view.all(
        "SELECT id FROM thread WHERE ticket_id * 1048576 + place NOT IN
             (SELECT id FROM ticket_search_docsize)",
        [],
    )?;
    let surplus: Vec<i64> = view.all(
        "SELECT id FROM ticket_search_docsize WHERE id NOT IN
             (SELECT ticket_id * 1048576 + place FROM thread)",
        [],
    )?;
    let lacking = lacking.into_iter().map(|thread| {
        Fault::new(
            format!("thread {thread}"),
            "is not in the search index",
            DERIVED,
        )
    });
    let surplus = surplus.into_iter().map(|row| {
        let (ticket, place) = (row / 1_048_576, row % 1_048_576);
        let what = format!("finds a thread that is not there (ticket {ticket}, place {place})");
        Fault::new(format!("ticket_search {row}"), what, DERIVED)
    });
    Ok(lacking.chain(surplus).collect())
}

/// A row for each side that is not removed.
pub(super) fn profiles(view: &View<'_>) -> Result<Vec<Fault>> {
    let lacking: Vec<i64> = view.all(
        "SELECT id FROM profile WHERE removed_at IS NULL AND id NOT IN
             (SELECT id FROM profile_search_docsize)",
        [],
    )?;
    let surplus: Vec<i64> = view.all(
        "SELECT id FROM profile_search_docsize WHERE id NOT IN
             (SELECT id FROM profile WHERE removed_at IS NULL)",
        [],
    )?;
    let lacking = lacking.into_iter().map(|profile| {
        Fault::new(
            format!("profile {profile}"),
            "is not in the search index",
            DERIVED,
        )
    });
    let surplus = surplus.into_iter().map(|row| {
        Fault::new(
            format!("profile_search {row}"),
            "finds somebody who is not there",
            DERIVED,
        )
    });
    Ok(lacking.chain(surplus).collect())
}
