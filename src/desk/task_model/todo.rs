//! Rows of `todo`. A todo is its agent's own, as a label is: nobody else sees, changes or
//! removes it. It is there as long as the ticket or the task beside which it stands is in
//! its agent's sight.

use rusqlite::params_from_iter;
use schemars::JsonSchema;
use serde::Serialize;

use super::visibility;
use crate::base::db::{Value, View, from_row, id_list};
use crate::base::error::Result;
use crate::base::page::Page;
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
    /// Only those with these words in their description.
    pub words: Option<String>,
}

/// The todo with this id, if it is the caller's own and its place is in their sight.
pub fn own_todo(view: &View<'_>, id: i64) -> Result<Option<TodoShape>> {
    let filter = TodoFilter {
        id: Some(id),
        ..TodoFilter::default()
    };
    Ok(todos(view, view.who(), &filter, ("", &[]))?.pop())
}

/// What `who` has to do beside a ticket or a task, in the order in which they noted it.
pub fn todos_beside(view: &View<'_>, who: &Who, place: TodoParent) -> Result<Vec<TodoShape>> {
    let mut filter = TodoFilter::default();
    match place {
        TodoParent::Ticket(ticket) => filter.tickets = Some(vec![ticket]),
        TodoParent::Task(task) => filter.tasks = Some(vec![task]),
    }
    todos(view, who, &filter, ("ORDER BY d.id", &[]))
}

/// A page of the caller's own todos that `filter` means, by `order`.
pub fn page_of_own_todos(
    view: &View<'_>,
    filter: &TodoFilter,
    order: &str,
    page: Page,
) -> Result<Vec<TodoShape>> {
    let tail = format!("{order} LIMIT ? OFFSET ?");
    let binds = [page.limit().into(), page.offset().into()];
    todos(view, view.who(), filter, (&tail, &binds))
}

/// How many there are of these.
pub fn own_todo_count(view: &View<'_>, filter: &TodoFilter) -> Result<i64> {
    let (conditions, binds) = conditions(view.who(), filter);
    let sql = format!("SELECT count(*) FROM {SOURCE} WHERE {conditions}");
    view.one(&sql, params_from_iter(binds))
}

const SOURCE: &str =
    "todo d LEFT JOIN ticket t ON t.id = d.ticket_id LEFT JOIN task k ON k.id = d.task_id";

/// Todos of `who` that `filter` means; `tail` is what comes behind the conditions.
fn todos(
    view: &View<'_>,
    who: &Who,
    filter: &TodoFilter,
    tail: (&str, &[Value]),
) -> Result<Vec<TodoShape>> {
    let (conditions, mut binds) = conditions(who, filter);
    let (tail, tail_binds) = tail;
    binds.extend_from_slice(tail_binds);
    let sql = format!(
        "SELECT d.id, d.description, d.is_done, d.ticket_id, d.task_id FROM {SOURCE}
         WHERE {conditions} {tail}"
    );
    view.all(&sql, params_from_iter(binds))
}

/// The rule and the filter as conditions, with what their `?` are bound to.
fn conditions(who: &Who, filter: &TodoFilter) -> (String, Vec<Value>) {
    let (of_ticket, ticket_binds) = desk::visibility::of(who).condition();
    let (of_task, task_binds) = visibility::condition(who);
    // One of the two places is null, so each condition is about the other kind.
    let mut conditions = format!(
        "d.user_id = ? AND (d.ticket_id IS NULL OR ({of_ticket})) AND (d.task_id IS NULL OR {of_task})"
    );
    let mut binds = vec![who.id.into()];
    binds.extend(ticket_binds);
    binds.extend(task_binds);
    for (condition, value) in [
        (" AND d.id = ?", filter.id.map(Value::from)),
        (
            " AND d.ticket_id IN (SELECT value FROM json_each(?))",
            filter.tickets.as_deref().map(id_list),
        ),
        (
            " AND d.task_id IN (SELECT value FROM json_each(?))",
            filter.tasks.as_deref().map(id_list),
        ),
        (
            " AND d.is_done = ?",
            filter.is_done.map(|done| i64::from(done).into()),
        ),
        (
            " AND search_finds(?, search_words(d.description))",
            filter.words.clone().map(Value::from),
        ),
    ] {
        if let Some(value) = value {
            conditions.push_str(condition);
            binds.push(value);
        }
    }
    (conditions, binds)
}
