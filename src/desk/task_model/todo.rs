//! Rows of `todo`. A todo is its agent's own, as a label is: nobody else sees, changes or
//! removes it. It is there as long as the ticket or the task beside which it stands is in
//! its agent's sight.

use schemars::JsonSchema;
use serde::Serialize;

use super::visibility;
use crate::base::db::{Select, Value, View, from_row, id_list};
use crate::base::error::Result;
use crate::base::who::Who;
use crate::desk;

/// A todo.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TodoShape {
    /// Its id.
    pub id: i64,
    /// What is to be done.
    pub description: String,
    /// 0 to be done, 1 done.
    pub status: i64,
    /// The ticket beside which it stands; null where it stands beside a task.
    pub ticket_id: Option<i64>,
    /// The task beside which it stands; null where it stands beside a ticket.
    pub task_id: Option<i64>,
}

from_row!(TodoShape {
    id,
    description,
    status: "is_done",
    ticket_id,
    task_id
});

/// Beside what a todo stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TodoParent {
    /// A ticket.
    Ticket(i64),
    /// A task.
    Task(i64),
}

impl TodoShape {
    /// Beside what it stands: the table's check knows of no third place.
    pub fn place(&self) -> Option<TodoParent> {
        self.ticket_id
            .map(TodoParent::Ticket)
            .or(self.task_id.map(TodoParent::Task))
    }
}

/// Which of one's own todos are meant.
#[derive(Debug, Default)]
pub struct TodoFilter {
    /// Only the one with this id.
    pub id: Option<i64>,
    /// Only those beside one of these tickets.
    pub tickets: Option<Vec<i64>>,
    /// Only those beside one of these tasks.
    pub tasks: Option<Vec<i64>>,
    /// Only those done, or only those to be done.
    pub is_done: Option<bool>,
}

/// The todo with this id, if it is the caller's own and its place is in their sight.
pub fn own_todo(view: &View<'_>, id: i64) -> Result<Option<TodoShape>> {
    let filter = TodoFilter {
        id: Some(id),
        ..TodoFilter::default()
    };
    Ok(view.select(&own_todos(view.who(), &filter))?.pop())
}

/// What `who` has to do beside a ticket or a task, in the order in which they noted it.
pub fn todos_beside(view: &View<'_>, who: &Who, place: TodoParent) -> Result<Vec<TodoShape>> {
    let mut filter = TodoFilter::default();
    match place {
        TodoParent::Ticket(ticket) => filter.tickets = Some(vec![ticket]),
        TodoParent::Task(task) => filter.tasks = Some(vec![task]),
    }
    let mut select = own_todos(who, &filter);
    select.then("ORDER BY d.id", []);
    view.select(&select)
}

/// The todos of `who` that `filter` means, as rows `d`.
pub fn own_todos(who: &Who, filter: &TodoFilter) -> Select {
    let mut select = Select::new(
        "d.id, d.description, d.is_done, d.ticket_id, d.task_id",
        "todo d LEFT JOIN ticket t ON t.id = d.ticket_id LEFT JOIN task k ON k.id = d.task_id",
    );
    let (of_ticket, ticket_binds) = desk::visibility::of(who).condition();
    let (of_task, task_binds) = visibility::condition(who);
    select.and("d.user_id = ?", [who.id.into()]);
    // One of the two places is null, so each condition is about the other kind.
    select.and(
        format!("d.ticket_id IS NULL OR ({of_ticket})"),
        ticket_binds,
    );
    select.and(format!("d.task_id IS NULL OR {of_task}"), task_binds);
    for (condition, value) in [
        ("d.id = ?", filter.id.map(Value::from)),
        (
            "d.ticket_id IN (SELECT value FROM json_each(?))",
            filter.tickets.as_deref().map(id_list),
        ),
        (
            "d.task_id IN (SELECT value FROM json_each(?))",
            filter.tasks.as_deref().map(id_list),
        ),
        (
            "d.is_done = ?",
            filter.is_done.map(|done| i64::from(done).into()),
        ),
    ] {
        if let Some(value) = value {
            select.and(condition, [value]);
        }
    }
    select
}
