//! The search indexes against what they find. They keep no text, so what can be
//! compared is which rows there are; their inner order is the database check's.

use super::{DERIVED, Fault};
use crate::base::db::View;
use crate::base::error::Result;

/// A row for each thread under its ticket and place, with none of a locked one's words.
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
    let surplus = surplus
        .into_iter()
        .map(|row| of_row(row, "finds a thread that is not there"));
    let told = locked_with_words(view)?
        .into_iter()
        .map(|row| of_row(row, "finds words of a thread that is locked"));
    Ok(lacking.chain(surplus).chain(told).collect())
}

/// Rows of locked threads that have words in `message` or `note`. FTS5 keeps how many
/// words each column has as one varint a column: the last two are these columns', and are
/// both zero only where two zero bytes follow one that ends a varint.
fn locked_with_words(view: &View<'_>) -> Result<Vec<i64>> {
    view.all(
        "SELECT d.id FROM ticket_search_docsize d
         JOIN thread m ON m.ticket_id = d.id / 1048576 AND m.place = d.id % 1048576
         WHERE m.is_locked = 1
             AND NOT (substr(d.sz, -2) = x'0000' AND substr(d.sz, -3, 1) < x'80')",
        [],
    )
}

fn of_row(row: i64, what: &str) -> Fault {
    let (ticket, place) = (row / 1_048_576, row % 1_048_576);
    let what = format!("{what} (ticket {ticket}, place {place})");
    Fault::new(format!("ticket_search {row}"), what, DERIVED)
}

/// A row for each side that is not removed.
pub(super) fn profiles(view: &View<'_>) -> Result<Vec<Fault>> {
    mirrored(view, "profile", "removed_at IS NULL")
}

/// A row for each article.
pub(super) fn articles(view: &View<'_>) -> Result<Vec<Fault>> {
    mirrored(view, "article", "1")
}

/// A row for each task.
pub(super) fn tasks(view: &View<'_>) -> Result<Vec<Fault>> {
    mirrored(view, "task", "1")
}

/// A row for each tag.
pub(super) fn tags(view: &View<'_>) -> Result<Vec<Fault>> {
    mirrored(view, "tag", "1")
}

/// The rows of a table that its index is to find, against those of the index.
fn mirrored(view: &View<'_>, table: &str, condition: &str) -> Result<Vec<Fault>> {
    let lacking: Vec<i64> = view.all(
        &format!(
            "SELECT id FROM {table} WHERE {condition} AND id NOT IN
                 (SELECT id FROM {table}_search_docsize)"
        ),
        [],
    )?;
    let surplus: Vec<i64> = view.all(
        &format!(
            "SELECT id FROM {table}_search_docsize WHERE id NOT IN
                 (SELECT id FROM {table} WHERE {condition})"
        ),
        [],
    )?;
    let lacking = lacking.into_iter().map(|row| {
        let what = "is not in the search index";
        Fault::new(format!("{table} {row}"), what, DERIVED)
    });
    let surplus = surplus.into_iter().map(|row| {
        let what = format!("finds a row of {table} that is not there");
        Fault::new(format!("{table}_search {row}"), what, DERIVED)
    });
    Ok(lacking.chain(surplus).collect())
}
