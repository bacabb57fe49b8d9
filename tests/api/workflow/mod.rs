//! Workflows.

mod at_work;
mod conditions;
mod in_use;
mod mail;
mod order;
mod rights;
mod shipped;
mod stored;
mod words;

use serde_json::{Value, json};

use crate::support::client::Answer;
use crate::support::{Client, Desk};

/// A desk without the workflows that ship.
fn desk_without_workflows() -> Desk {
    let desk = Desk::new();
    desk.write(|change| change.run("DELETE FROM workflow", []));
    desk
}

/// An automatic workflow that gives a new ticket a priority.
fn automatic(name: &str) -> Value {
    json!({ "type": 1, "name": name,
        "events": [{ "event": "ticket", "trigger": "created" }],
        "actions": [{ "type": "priority", "value": 4 }] })
}

/// Stores an automatic workflow; answers its id.
fn stored(desk: &Desk, name: &str, trigger: &str, conditions: Value, actions: Value) -> i64 {
    let body = json!({ "type": 1, "name": name,
        "events": [{ "event": "ticket", "trigger": trigger }],
        "conditions": conditions, "actions": actions });
    made(&desk.ada(), body)
}

/// A manual workflow that does this.
fn manual(name: &str, actions: Value) -> Value {
    json!({ "type": 0, "name": name, "actions": actions })
}

/// The id of a workflow that was made.
#[track_caller]
fn made(client: &Client, body: Value) -> i64 {
    client.post("/api/workflows", body).ok()["id"]
        .as_i64()
        .expect("an id")
}

/// The fields at fault of a 400, in alphabetical order.
#[track_caller]
fn faults(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.error(400), "invalid_request");
    let errors = answer.json()["errors"].clone();
    let errors = errors.as_object().expect("errors by field");
    let mut fields: Vec<String> = errors.keys().cloned().collect();
    fields.sort();
    fields
}

/// How many rows the tables of workflows have together.
fn rows(desk: &Desk) -> i64 {
    desk.number(
        "SELECT (SELECT count(*) FROM workflow) + (SELECT count(*) FROM workflow_event)
             + (SELECT count(*) FROM workflow_condition) + (SELECT count(*) FROM workflow_action)
             + (SELECT count(*) FROM workflow_use)",
    )
}
