//! What tickets say of themselves against the threads that they have.

use super::{DERIVED, Fault, RESTORE};
use crate::base::db::View;
use crate::base::error::Result;

/// `reply_count` and `attachment_count` of each ticket, counted again.
pub(super) fn counters(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (column, counted) in [
        (
            "reply_count",
            "(SELECT count(*) FROM thread m WHERE m.ticket_id = t.id AND m.thread_type = 'reply')",
        ),
        (
            "attachment_count",
            "(SELECT count(*) FROM attachment a JOIN thread m ON m.id = a.thread_id WHERE m.ticket_id = t.id)",
        ),
    ] {
        let wrong: Vec<(i64, i64, i64)> = view.all(
            &format!(
                "SELECT t.id, t.{column}, {counted} AS counted FROM ticket t WHERE t.{column} <> counted"
            ),
            [],
        )?;
        faults.extend(wrong.into_iter().map(|(ticket, says, counted)| {
            let what = format!("{column} is {says}, its threads say {counted}");
            Fault::new(format!("ticket {ticket}"), what, DERIVED)
        }));
    }
    Ok(faults)
}

/// Every ticket has the thread that opened it.
pub(super) fn create_threads(view: &View<'_>) -> Result<Vec<Fault>> {
    let without: Vec<i64> = view.all(
        "SELECT t.id FROM ticket t WHERE NOT EXISTS
             (SELECT 1 FROM thread m WHERE m.ticket_id = t.id AND m.thread_type = 'create')",
        [],
    )?;
    let faults = without.into_iter().map(|ticket| {
        Fault::new(
            format!("ticket {ticket}"),
            "lacks the thread that opened it",
            RESTORE,
        )
    });
    Ok(faults.collect())
}

/// The next ticket's number is above every one that was given.
pub(super) fn next_number(view: &View<'_>) -> Result<Vec<Fault>> {
    let (next, last): (i64, i64) = view.one(
        "SELECT next_increment_id, max(last_increment_id, (SELECT ifnull(max(increment_id), 0) FROM ticket))
         FROM company WHERE id = 1",
        [],
    )?;
    if next > last {
        return Ok(Vec::new());
    }
    Ok(vec![Fault::new(
        "company 1",
        format!("the next ticket would be number {next}, and number {last} is given already"),
        "set nextTicketId above it, for until then no ticket can be opened",
    )])
}
