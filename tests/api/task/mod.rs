//! Tasks: what is done with them, who sees them, and what is counted of them.

mod change;
mod counts;
mod follower;
mod gone;
mod list;
mod plan;
mod thread;
mod view;
mod visibility;

use serde_json::{Value, json};

use crate::support::{Client, Desk, Opened};

/// What a task of Ada's about this ticket is made of, with Grace in charge.
fn new_task(desk: &Desk, ticket: Opened) -> Value {
    json!({ "subject": "Call back", "description": "Ask for the invoice.", "ticket": ticket.id.to_string(),
        "assignedAgent": desk.user_id("grace@example.com").to_string(), "deadline": "2025-06-10", "threadIds": [] })
}

/// A task of Ada's about this ticket; answers its id.
#[track_caller]
fn made(desk: &Desk, ticket: Opened) -> i64 {
    made_with(desk, ticket, json!({}))
}

/// The same with other fields.
#[track_caller]
fn made_with(desk: &Desk, ticket: Opened, fields: Value) -> i64 {
    let mut body = new_task(desk, ticket);
    for (name, value) in fields.as_object().expect("an object") {
        body[name] = value.clone();
    }
    let said = desk.ada().post("/api/tasks", body).ok();
    said["id"].as_i64().expect("an id")
}

/// The task as `client` sees it.
#[track_caller]
fn view_of(client: &Client, task: i64) -> Value {
    client.get(&format!("/api/task/{task}.json")).ok()
}

/// The ids of the tasks that `client` finds with this query, in the list's order.
#[track_caller]
fn ids_of(client: &Client, query: &str) -> Vec<i64> {
    let listed = client.get(&format!("/api/tasks.json?{query}")).ok();
    let tasks = listed["tasks"].as_array().expect("a list");
    tasks
        .iter()
        .map(|task| task["id"].as_i64().expect("an id"))
        .collect()
}

/// What an edit of a task is made of, as it is after [`made`].
fn edit(desk: &Desk) -> Value {
    json!({ "priority": "1", "stage": "1", "subject": "Call back", "description": "Ask for the invoice.",
        "assignedAgent": desk.user_id("grace@example.com") })
}

/// The same with one field put or, by null, left out.
fn edit_with(desk: &Desk, field: &str, value: Value) -> Value {
    let mut body = edit(desk);
    if value.is_null() {
        body.as_object_mut().expect("an object").remove(field);
    } else {
        body[field] = value;
    }
    body
}

/// Everything that a refused call must leave as it was.
fn holdings(desk: &Desk) -> Vec<i64> {
    [
        "SELECT count(*) FROM task",
        "SELECT ifnull(sum(stage_id * 10 + priority_id + deadline_at + ifnull(agent_id, 0)), 0) FROM task",
        "SELECT count(*) FROM task_thread",
        "SELECT count(*) FROM task_attachment",
        "SELECT count(*) FROM task_follower",
        "SELECT count(*) FROM task_about_thread",
        "SELECT count(*) FROM task_search",
        "SELECT ifnull(sum(tasks), 0) FROM task_count",
        "SELECT count(*) FROM todo",
        "SELECT count(*) FROM event",
        "SELECT count(*) FROM activity",
    ]
    .map(|sql| desk.number(sql))
    .to_vec()
}
