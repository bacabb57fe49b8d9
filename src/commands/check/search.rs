//! The search indexes against what they find. They keep no text, so what can be
//! compared is which rows there are; their inner order is the database check's.

use super::{DERIVED, Fault};
use crate::base::db::View;
use crate::base::error::Result;

/// A row for each ticket, with no words of its notes where all of them are locked.
pub(super) fn tickets(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = mirrored(view, "ticket", "1")?;
    let told = locked_with_words(view)?;
    faults.extend(told.into_iter().map(|row| {
        let what = "finds words of threads that are all locked";
        Fault::new(format!("ticket_search {row}"), what, DERIVED)
    }));
    Ok(faults)
}

/// Rows of tickets whose threads are all locked that have words in `message` or `note`. FTS5
/// keeps how many words each column has as one varint a column: the last two are these columns',
/// and are both zero only where two zero bytes follow one that ends a varint.
fn locked_with_words(view: &View<'_>) -> Result<Vec<i64>> {
    view.all(
        "SELECT d.id FROM ticket_search_docsize d
         WHERE EXISTS (SELECT 1 FROM thread INDEXED BY thread_locked WHERE ticket_id = d.id AND is_locked = 1)
             AND NOT EXISTS (SELECT 1 FROM thread WHERE ticket_id = d.id AND is_locked = 0)
             AND NOT (substr(d.sz, -2) = x'0000' AND substr(d.sz, -3, 1) < x'80')",
        [],
    )
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
