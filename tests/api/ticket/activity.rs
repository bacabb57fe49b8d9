//! The activity log: who did what, from what, to what, when.

use serde_json::{Value, json};

use crate::support::{BEGINNING, Desk};
use pocketdesk::base::db::{FromRow, Row};

#[derive(Debug, PartialEq, Eq)]
struct Line {
    user: Option<i64>,
    what: String,
    from: Option<String>,
    to: Option<String>,
    at: i64,
}

impl FromRow for Line {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            user: row.get("user_id")?,
            what: row.get("what")?,
            from: row.get("from_value")?,
            to: row.get("to_value")?,
            at: row.get("created_at")?,
        })
    }
}

fn log(desk: &Desk) -> Vec<Line> {
    desk.read(|view| {
        view.all(
            "SELECT user_id, property AS what, from_value, to_value, created_at FROM activity ORDER BY id",
            [],
        )
    })
}

/// A call with the lines that it must leave: what, from, to.
struct Call {
    method: &'static str,
    path: String,
    body: Value,
    lines: Vec<(&'static str, Option<String>, Option<String>)>,
}

fn call(method: &'static str, path: &str, body: Value) -> Call {
    Call {
        method,
        path: path.into(),
        body,
        lines: Vec::new(),
    }
}

impl Call {
    /// One line more.
    fn leaves(mut self, what: &'static str, from: Option<i64>, to: Option<i64>) -> Self {
        let text = |value: Option<i64>| value.map(|value| value.to_string());
        self.lines.push((what, text(from), text(to)));
        self
    }
}

/// Calls that change properties of the ticket at `one`, and two that change nothing.
fn of_properties(one: &str, id: i64, grace: i64) -> Vec<Call> {
    let patch = |edit_type: &str, value: Value| {
        call(
            "PATCH",
            one,
            json!({ "editType": edit_type, "value": value }),
        )
    };
    let mut subject = patch("subject", json!("New"));
    subject
        .lines
        .push(("subject", Some("Logged".into()), Some("New".into())));
    vec![
        patch("status", json!(3)).leaves("status", Some(1), Some(3)),
        patch("status", json!(3)),
        patch("priority", json!(2)).leaves("priority", Some(1), Some(2)),
        patch("type", json!(2)).leaves("type", Some(1), Some(2)),
        patch("group", json!(1)).leaves("group", None, Some(1)),
        patch("group", json!(0)).leaves("group", Some(1), None),
        call("PUT", &format!("{one}/agent"), json!({ "id": grace })).leaves(
            "agent",
            None,
            Some(grace),
        ),
        patch("star", Value::Null).leaves("star", Some(0), Some(1)),
        subject,
        patch("subject", json!("New")),
        call(
            "PUT",
            "/api/tickets/status",
            json!({ "ids": [id], "statusId": 1 }),
        )
        .leaves("status", Some(3), Some(1)),
    ]
}

/// Calls that say something, bring people in and out, or trash and restore.
fn of_the_rest(one: &str, id: i64, eve: i64) -> Vec<Call> {
    let threads = format!("{one}/threads");
    let collaborator = format!("{one}/collaborator");
    vec![
        call(
            "POST",
            &threads,
            json!({ "threadType": "reply", "reply": "x" }),
        )
        .leaves("thread_added", None, None)
        .leaves("status", Some(1), Some(6)),
        call(
            "POST",
            &threads,
            json!({ "threadType": "note", "reply": "x" }),
        )
        .leaves("thread_added", None, None),
        call("POST", &collaborator, json!({ "email": "eve@example.com" })).leaves(
            "collaborator_added",
            None,
            Some(eve),
        ),
        call("DELETE", &collaborator, json!({ "collaboratorId": eve })).leaves(
            "collaborator_removed",
            None,
            Some(eve),
        ),
        call("DELETE", one, json!({})).leaves("trashed", None, None),
        call("DELETE", one, json!({})),
        call("PUT", "/api/tickets/restore", json!({ "ids": [id] })).leaves("restored", None, None),
    ]
}

#[test]
fn every_change_is_logged_once_with_who_what_from_to_and_when() {
    let desk = Desk::new();
    let ticket = desk.ticket("Logged");
    let ada = desk.ada();
    let user = desk.user_id("ada@example.com");
    desk.customer("eve@example.com");
    let one = format!("/api/ticket/{}", ticket.id);
    let mut calls = of_properties(&one, ticket.id, desk.user_id("grace@example.com"));
    calls.extend(of_the_rest(
        &one,
        ticket.id,
        desk.user_id("eve@example.com"),
    ));
    let mut known = log(&desk).len();
    assert_eq!(known, 1, "it was created");
    let mut now = BEGINNING.0;
    for call in calls {
        desk.clock.advance(60);
        now += 60;
        let body = call.body.to_string();
        ada.send(call.method, &call.path, "application/json", body.as_bytes())
            .ok();
        let lines: Vec<Line> = log(&desk).split_off(known);
        let want: Vec<Line> = call
            .lines
            .into_iter()
            .map(|(what, from, to)| Line {
                user: Some(user),
                what: what.into(),
                from,
                to,
                at: now,
            })
            .collect();
        assert_eq!(lines, want, "{} {} {body}", call.method, call.path);
        known += lines.len();
    }
}

#[test]
fn what_is_done_to_threads_is_logged_with_the_thread() {
    let desk = Desk::new();
    let ticket = desk.ticket("Logged");
    let ada = desk.ada();
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let made = ada
        .post(&threads, json!({ "threadType": "note", "reply": "x" }))
        .ok();
    let id = made["id"].as_i64().unwrap();
    let thread = format!("/api/ticket/{}/thread/{id}", ticket.id);
    ada.put(&thread, json!({ "reply": "y" })).ok();
    ada.patch(&thread, json!({ "updateType": "lock" })).ok();
    ada.patch(&thread, json!({ "updateType": "unlock" })).ok();
    ada.patch(&thread, json!({ "updateType": "unlock" })).ok();
    ada.delete(&thread).ok();
    let told: Vec<(String, i64)> = desk.read(|view| {
        view.all(
            "SELECT property, thread_id FROM activity WHERE property LIKE 'thread%' ORDER BY id",
            [],
        )
    });
    let want = [
        "thread_added",
        "thread_edited",
        "thread_locked",
        "thread_unlocked",
        "thread_removed",
    ]
    .map(|what| (what.to_owned(), id));
    assert_eq!(told, want);
}

#[test]
fn a_customers_reply_is_logged_as_the_customers() {
    let desk = Desk::new();
    let ticket = desk.ticket("Logged");
    desk.alan()
        .post(
            &format!("/api/ticket/{}/threads", ticket.id),
            json!({ "threadType": "reply", "reply": "x" }),
        )
        .ok();
    let last = log(&desk).pop().unwrap();
    assert_eq!(last.what, "thread_added");
    assert_eq!(last.user, Some(desk.user_id("alan@example.com")));
}
