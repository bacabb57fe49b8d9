//! The activity log: who did what, from what, to what, when.

use serde_json::{Value, json};

use crate::support::{BEGINNING, Client, Desk};
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

/// The texts of a ticket's log, the newest first.
fn told(by: &Client, ticket: i64) -> Vec<String> {
    let answer = by
        .get(&format!("/api/ticket/{ticket}/activity?limit=100"))
        .ok();
    let lines = answer["activity"].as_array().expect("a list");
    let texts = lines
        .iter()
        .map(|line| line["text"].as_str().expect("a text").to_owned());
    texts.collect()
}

#[test]
fn the_log_is_told_newest_first_by_the_names_of_that_time() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Logged").id;
    let one = format!("/api/ticket/{ticket}");
    let grace = desk.user_id("grace@example.com");
    ada.put(&format!("{one}/agent"), json!({ "id": grace }))
        .ok();
    ada.patch(&one, json!({ "editType": "status", "value": 3 }))
        .ok();
    let tag = ada
        .post(&format!("{one}/tags"), json!({ "name": "red" }))
        .ok();
    let tag = format!("/api/tag/{}", tag["tag"]["id"]);
    ada.put(&tag, json!({ "name": "green" })).ok();
    ada.delete(&tag).ok();
    let member = format!("/api/member/{grace}");
    let renamed = json!({ "email": "grace@example.com", "firstName": "Amazing", "lastName": "Grace", "contactNumber": "1" });
    ada.put(&member, renamed).ok();
    ada.delete(&member).ok();
    assert_eq!(
        told(&ada, ticket),
        [
            "Ada Lovelace removed the agent Amazing Grace.",
            "Ada Lovelace removed the tag green.",
            "Ada Lovelace added the tag red.",
            "Ada Lovelace changed the status from Open to Resolved.",
            "Ada Lovelace set the agent to Grace Hopper.",
            "Ada Lovelace opened the ticket.",
        ]
    );
    let page = ada
        .get(&format!("/de/api/ticket/{ticket}/activity?limit=1&page=4"))
        .ok();
    assert_eq!(page["pagination_data"]["totalCount"], 6);
    let line = &page["activity"][0];
    assert_eq!(
        line["text"],
        "Ada Lovelace hat den Status von „Offen“ in „Gelöst“ geändert."
    );
    assert_eq!(
        line["user"],
        json!({ "id": desk.user_id("ada@example.com"), "name": "Ada Lovelace" })
    );
    assert_eq!(
        (
            &line["workflow"],
            &line["property"],
            &line["from"],
            &line["to"]
        ),
        (
            &Value::Null,
            &json!("status"),
            &json!("Offen"),
            &json!("Gelöst")
        )
    );
    assert_eq!(line["createdAt"]["timezone"], "UTC");
}

#[test]
fn what_is_locked_is_told_to_those_alone_who_may_lock() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Logged").id;
    let say = |text: &str| {
        let body = json!({ "threadType": "note", "reply": text });
        ada.post(&format!("/api/ticket/{ticket}/threads"), body)
            .ok();
    };
    say("Seen.");
    say("Secret.");
    let thread = desk.number("SELECT max(id) FROM thread");
    let before = told(&desk.grace(), ticket);
    assert_eq!(before.len(), 3);
    let lock = |kind: &str| {
        let path = format!("/api/ticket/{ticket}/thread/{thread}");
        ada.patch(&path, json!({ "updateType": kind })).ok();
    };
    lock("lock");
    assert_eq!(
        told(&desk.grace(), ticket),
        [
            "Ada Lovelace wrote a note.",
            "Ada Lovelace opened the ticket."
        ]
    );
    assert_eq!(told(&ada, ticket).len(), 4);
    lock("unlock");
    assert_eq!(told(&desk.grace(), ticket).len(), 5);
    lock("lock");
    ada.delete(&format!("/api/ticket/{ticket}/thread/{thread}"))
        .ok();
    assert_eq!(told(&desk.grace(), ticket).len(), 2);
    assert_eq!(told(&ada, ticket).len(), 7);
    desk.alan()
        .get(&format!("/api/ticket/{ticket}/activity"))
        .error(403);
}
