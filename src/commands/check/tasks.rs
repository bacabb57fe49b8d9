//! What tasks say of themselves and of their tickets.

use super::{DERIVED, Fault, RESTORE};
use crate::base::db::View;
use crate::base::error::Result;

/// Whose its ticket is, by each task's copy of it.
pub(super) fn places(view: &View<'_>) -> Result<Vec<Fault>> {
    let wrong: Vec<i64> = view.all(
        "SELECT k.id FROM task k JOIN ticket t ON t.id = k.ticket_id
         WHERE (k.ticket_agent_id, k.ticket_group_id, k.ticket_team_id, k.ticket_is_trashed)
             <> (ifnull(t.agent_id, 0), ifnull(t.group_id, 0), ifnull(t.team_id, 0), t.is_trashed)",
        [],
    )?;
    let faults = wrong.into_iter().map(|task| {
        Fault::new(
            format!("task {task}"),
            "has another agent, group, team or trash noted than its ticket has",
            DERIVED,
        )
    });
    Ok(faults.collect())
}

/// Every task has the thread that it began with.
pub(super) fn create_threads(view: &View<'_>) -> Result<Vec<Fault>> {
    let without: Vec<i64> = view.all(
        "SELECT k.id FROM task k WHERE NOT EXISTS
             (SELECT 1 FROM task_thread m WHERE m.task_id = k.id AND m.thread_type = 'create')",
        [],
    )?;
    let faults = without.into_iter().map(|task| {
        Fault::new(
            format!("task {task}"),
            "lacks the thread that it began with",
            RESTORE,
        )
    });
    Ok(faults.collect())
}
