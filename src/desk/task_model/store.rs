//! Rows of `task`, and who follows them.

use super::visibility;
use crate::base::db::{Select, View, from_row, named_params};
use crate::base::error::Result;
use crate::base::time::Timestamp;
use crate::base::who::Who;

/// A task as it is stored.
#[derive(Debug, Clone)]
pub struct Task {
    /// Its id.
    pub id: i64,
    /// The ticket that it is about, in the caller's sight or not.
    pub ticket: i64,
    /// Who made it.
    pub user: i64,
    /// Who is in charge of it.
    pub agent: Option<i64>,
    /// The subject line.
    pub subject: String,
    /// Stage, 1 to 3.
    pub stage: i64,
    /// Priority, 1 to 4.
    pub priority: i64,
    /// When it is to be done.
    pub deadline: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(Task {
    id,
    ticket: "ticket_id",
    user: "user_id",
    agent: "agent_id",
    subject,
    stage: "stage_id",
    priority: "priority_id",
    deadline: "deadline_at",
    created_at
});

/// Every column that [`Task`] reads.
pub const COLUMNS: &str = "k.id, k.ticket_id, k.user_id, k.agent_id, k.subject, k.stage_id,
    k.priority_id, k.deadline_at, k.created_at";

/// The task with this id, if `who` sees it.
pub fn by_id(view: &View<'_>, who: &Who, id: i64) -> Result<Option<Task>> {
    let mut select = Select::new(COLUMNS, "task k");
    let (condition, binds) = visibility::condition(who);
    select.and("k.id = ?", [id.into()]);
    select.and(condition, binds);
    Ok(view.select(&select)?.pop())
}

/// Who follows a task, in the order in which they came.
pub(super) fn followers(view: &View<'_>, task: i64) -> Result<Vec<i64>> {
    view.all(
        "SELECT user_id FROM task_follower WHERE task_id = :task ORDER BY added_at, user_id",
        named_params! { ":task": task },
    )
}
