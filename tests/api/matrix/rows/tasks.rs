//! Tasks of tickets, and each agent's own todos.

use pocketdesk::base::who::Privilege;

use super::super::grid::{
    AGENTS, AGENTS_ON_A_TICKET, Grid, HOLDERS_NAME_A_THING, HOLDERS_ON_A_PART, HOLDERS_ON_A_TICKET,
    HOLDERS_WITHIN_A_TICKET, ON_A_LABEL,
};
use super::{Row, row};

const SAID: &str = r#"{"description": "Words", "stage": "1"}"#;

/// A task is about threads of its own ticket.
const ABOUT_A_THREAD: Grid = Grid {
    deleted: Some([401, 403, 403, 403, 400, 400, 400, 400]),
    mixed: Some([401, 403, 403, 403, 400, 400, 400, 400]),
    ..HOLDERS_ON_A_TICKET
};

pub(super) fn rows() -> Vec<Row> {
    let parts = [tasks(), below_tasks(), todos()];
    parts.into_iter().flatten().collect()
}

fn tasks() -> Vec<Row> {
    vec![
        row("GET /tasks", &[], "", &AGENTS),
        row("GET /task/{id}", &["task"], "", &AGENTS_ON_A_TICKET),
        row(
            "POST /tasks",
            &[],
            r#"{"subject": "<new>", "description": "x", "assignedAgent": "0", "deadline": "2025-06-10", "ticket": "<ticket>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "POST /tasks",
            &[],
            r#"{"subject": "<new>", "description": "x", "assignedAgent": "<member>", "deadline": "2025-06-10", "ticket": "<own ticket>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "POST /tasks",
            &[],
            r#"{"subject": "<new>", "description": "x", "assignedAgent": "0", "deadline": "2025-06-10", "ticket": "<ticket>", "threadIds": "<thread>"}"#,
            &ABOUT_A_THREAD,
        ),
        row(
            "PUT /task/{id}",
            &["task"],
            r#"{"priority": "1", "stage": "1", "subject": "<new>", "description": "x", "assignedAgent": "0"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "PUT /task/{id}",
            &["own task"],
            r#"{"priority": "1", "stage": "1", "subject": "<new>", "description": "x", "assignedAgent": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row("DELETE /task/{id}", &["task"], "", &HOLDERS_ON_A_TICKET),
    ]
}

/// Who follows a task, and what is said in it.
fn below_tasks() -> Vec<Row> {
    vec![
        row(
            "POST /task/{id}/follower",
            &["task"],
            r#"{"followerId": "<own member>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "POST /task/{id}/follower",
            &["own task"],
            r#"{"followerId": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "DELETE /task/{id}/follower",
            &["task"],
            r#"{"followerId": "<follower>"}"#,
            &HOLDERS_ON_A_PART,
        )
        .needs(Privilege::EditTask),
        row(
            "DELETE /task/{id}/follower",
            &["own followed task"],
            r#"{"followerId": "<me>"}"#,
            &AGENTS,
        ),
        row("GET /task/{id}/threads", &["task"], "", &AGENTS_ON_A_TICKET),
        row(
            "POST /task/{id}/thread",
            &["task"],
            SAID,
            &AGENTS_ON_A_TICKET,
        ),
        row(
            "POST /task/{id}/thread",
            &["task"],
            r#"{"description": "Words", "stage": "2"}"#,
            &HOLDERS_WITHIN_A_TICKET,
        )
        .needs(Privilege::EditTask),
        row(
            "POST /task/{id}/thread/{threadId}",
            &["task", "own task thread"],
            SAID,
            &AGENTS_ON_A_TICKET,
        ),
        row(
            "DELETE /task/{id}/thread",
            &["task"],
            r#"{"threadId": "<task thread>"}"#,
            &HOLDERS_ON_A_PART,
        ),
        row(
            "DELETE /task/{id}/thread/{threadId}",
            &["task", "task thread"],
            "",
            &HOLDERS_ON_A_PART,
        ),
        row(
            "GET /task/attachment/{id}",
            &["task attachment"],
            "",
            &AGENTS_ON_A_TICKET,
        ),
    ]
}

fn todos() -> Vec<Row> {
    vec![
        row("GET /todos", &[], "", &AGENTS),
        row(
            "POST /todo",
            &[],
            r#"{"ticketId": "<ticket>", "description": "<new>"}"#,
            &AGENTS_ON_A_TICKET,
        ),
        row(
            "POST /todo",
            &[],
            r#"{"taskId": "<task>", "description": "<new>"}"#,
            &AGENTS_ON_A_TICKET,
        ),
        row("GET /todo/{id}", &["todo"], "", &ON_A_LABEL),
        row(
            "PUT /todo/{id}",
            &["todo"],
            r#"{"status": "1"}"#,
            &ON_A_LABEL,
        ),
        row("DELETE /todo/{id}", &["todo"], "", &ON_A_LABEL),
    ]
}
