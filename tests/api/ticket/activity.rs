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
            "SELECT user_id, what, from_value, to_value, created_at FROM activity ORDER BY id",
            [],
        )
    })
}

#[test]
fn every_change_is_logged_once_with_who_what_from_to_and_when() {
    let desk = Desk::new();
    let ticket = desk.ticket("Logged");
    let ada = desk.ada();
    let user = desk.user_id("ada@example.com");
    let grace = desk.user_id("grace@example.com");
    let eve = {
        desk.customer("eve@example.com");
        desk.user_id("eve@example.com")
    };
    let one = format!("/api/ticket/{}", ticket.id);
    let ids = json!([ticket.id]);
    let text = |value: i64| Some(value.to_string());
    type Case<'a> = (
        &'a str,
        String,
        Value,
        Vec<(&'a str, Option<String>, Option<String>)>,
    );
    let cases: Vec<Case<'_>> = vec![
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "status", "value": 3 }),
            vec![("status", text(1), text(3))],
        ),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "status", "value": 3 }),
            vec![],
        ),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "priority", "value": 2 }),
            vec![("priority", text(1), text(2))],
        ),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "type", "value": 2 }),
            vec![("type", text(1), text(2))],
        ),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "group", "value": 1 }),
            vec![("group", None, text(1))],
        ),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "group", "value": 0 }),
            vec![("group", text(1), None)],
        ),
        (
            "PUT",
            format!("{one}/agent"),
            json!({ "id": grace }),
            vec![("agent", None, text(grace))],
        ),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "star" }),
            vec![("star", text(0), text(1))],
        ),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "subject", "value": "New" }),
            vec![("subject", Some("Logged".into()), Some("New".into()))],
        ),
        (
            "PUT",
            "/api/tickets/status".into(),
            json!({ "ids": ids, "statusId": 1 }),
            vec![("status", text(3), text(1))],
        ),
        (
            "POST",
            format!("{one}/threads"),
            json!({ "threadType": "reply", "reply": "x" }),
            vec![("thread_added", None, None), ("status", text(1), text(6))],
        ),
        (
            "POST",
            format!("{one}/threads"),
            json!({ "threadType": "note", "reply": "x" }),
            vec![("thread_added", None, None)],
        ),
        (
            "POST",
            format!("{one}/collaborator"),
            json!({ "email": "eve@example.com" }),
            vec![("collaborator_added", None, text(eve))],
        ),
        (
            "DELETE",
            format!("{one}/collaborator"),
            json!({ "collaboratorId": eve }),
            vec![("collaborator_removed", None, text(eve))],
        ),
        (
            "DELETE",
            one.clone(),
            json!({}),
            vec![("trashed", None, None)],
        ),
        ("DELETE", one.clone(), json!({}), vec![]),
        (
            "PUT",
            "/api/tickets/restore".into(),
            json!({ "ids": ids }),
            vec![("restored", None, None)],
        ),
    ];
    let mut known = log(&desk).len();
    assert_eq!(known, 1, "it was created");
    for (at, (method, path, body, want)) in cases.into_iter().enumerate() {
        desk.clock.advance(60);
        let now = BEGINNING.0 + 60 * (i64::try_from(at).unwrap() + 1);
        ada.send(
            method,
            &path,
            "application/json",
            body.to_string().as_bytes(),
        )
        .ok();
        let lines: Vec<Line> = log(&desk).split_off(known);
        let want: Vec<Line> = want
            .into_iter()
            .map(|(what, from, to)| Line {
                user: Some(user),
                what: what.into(),
                from,
                to,
                at: now,
            })
            .collect();
        assert_eq!(lines, want, "{method} {path} {body}");
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
            "SELECT what, thread_id FROM activity WHERE what LIKE 'thread%' ORDER BY id",
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
