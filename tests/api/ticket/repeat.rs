//! Writes that come twice or too late: `Idempotency-Key`, `ETag` and `If-Match`.

use std::sync::Barrier;

use serde_json::json;

use super::{holdings, new_ticket, new_ticket_with, view_of};
use crate::support::Desk;

#[test]
fn an_idempotency_key_is_answered_once() {
    let desk = Desk::new();
    let ada = desk.ada().with_header("Idempotency-Key", "k-1");
    let first = ada.post("/api/tickets", new_ticket()).ok();
    assert_eq!(ada.post("/api/tickets", new_ticket()).ok(), first);
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 1);
    let other = new_ticket_with("subject", json!("Other"));
    assert_eq!(ada.post("/api/tickets", other).error(409), "conflict");
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 1);
}

#[test]
fn a_key_belongs_to_its_user_and_lives_for_a_day() {
    let desk = Desk::new();
    let body = json!({ "type": 1, "subject": "Mine", "reply": "Help" });
    let alan = desk.alan().with_header("Idempotency-Key", "same");
    let eve = desk
        .customer("eve@example.com")
        .with_header("Idempotency-Key", "same");
    let first = alan.post("/api/tickets", body.clone()).ok();
    assert_ne!(eve.post("/api/tickets", body.clone()).ok(), first);
    desk.clock.advance(24 * 60 * 60 - 1);
    assert_eq!(alan.post("/api/tickets", body.clone()).ok(), first);
    desk.clock.advance(2);
    assert_ne!(alan.post("/api/tickets", body).ok(), first);
}

#[test]
fn a_key_sent_by_many_at_once_makes_one_ticket() {
    let desk = Desk::new();
    let ada = desk.ada().with_header("Idempotency-Key", "at once");
    let barrier = Barrier::new(8);
    let answers = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    ada.post("/api/tickets", new_ticket()).ok()
                })
            })
            .collect();
        calls
            .into_iter()
            .map(|call| call.join().expect("an answer"))
            .collect::<Vec<_>>()
    });
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 1);
}

#[test]
fn a_refused_call_does_not_use_up_its_key() {
    let desk = Desk::new();
    let ada = desk.ada().with_header("Idempotency-Key", "again");
    let bad = new_ticket_with("type", json!(999));
    ada.post("/api/tickets", bad).error(400);
    ada.post("/api/tickets", new_ticket()).ok();
}

/// Two uploads under one key are the same request only if their files are.
#[test]
fn a_key_tells_files_apart() {
    use crate::support::multipart::Form;
    let desk = Desk::new();
    let ada = desk.ada().with_header("Idempotency-Key", "files");
    let ticket = desk.ticket("Files");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let send = |bytes: &[u8]| {
        let (content_type, body) = Form::default()
            .field("threadType", "reply")
            .field("reply", "See the file.")
            .file("attachments[]", "a.txt", bytes)
            .finish();
        ada.send("POST", &threads, &content_type, &body)
    };
    let first = send(b"one").ok();
    assert_eq!(send(b"one").ok(), first);
    assert_eq!(send(b"two").error(409), "conflict");
}

#[test]
fn a_stale_write_is_refused_and_changes_nothing() {
    let desk = Desk::new();
    let ticket = desk.ticket("Versions");
    let ada = desk.ada();
    let page = format!("/api/ticket/{}", ticket.increment_id);
    let one = format!("/api/ticket/{}", ticket.id);
    let tag = || {
        let answer = ada.get(&page);
        answer.header("etag").expect("a version").to_owned()
    };
    assert_eq!(tag(), tag(), "reading moves nothing");
    let writes = [
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "status", "value": 3 }),
        ),
        ("PATCH", one.clone(), json!({ "editType": "star" })),
        (
            "PATCH",
            one.clone(),
            json!({ "editType": "subject", "value": "New" }),
        ),
        (
            "POST",
            format!("{one}/threads"),
            json!({ "threadType": "reply", "reply": "A" }),
        ),
        (
            "POST",
            format!("{one}/threads"),
            json!({ "threadType": "note", "reply": "B" }),
        ),
        (
            "POST",
            format!("{one}/collaborator"),
            json!({ "email": "eve@example.com" }),
        ),
        ("PUT", format!("{one}/trash"), json!({})),
    ];
    for (method, path, body) in writes {
        let before = tag();
        let text = body.to_string();
        let stale = ada.with_header("If-Match", "\"0\"").send(
            method,
            &path,
            "application/json",
            text.as_bytes(),
        );
        let held = holdings(&desk);
        assert_eq!(stale.error(409), "conflict", "{method} {path} {body}");
        assert_eq!(holdings(&desk), held, "{method} {path} {body}");
        assert_eq!(tag(), before, "{method} {path} {body}");
        ada.with_header("If-Match", &before)
            .send(method, &path, "application/json", text.as_bytes())
            .ok();
        assert_ne!(tag(), before, "{method} {path} {body}");
    }
}

#[test]
fn if_match_takes_a_list_and_a_star() {
    let desk = Desk::new();
    let ticket = desk.ticket("Lists");
    let ada = desk.ada();
    let tag = ada
        .get(&format!("/api/ticket/{}", ticket.increment_id))
        .header("etag")
        .unwrap()
        .to_owned();
    let one = format!("/api/ticket/{}", ticket.id);
    let star = json!({ "editType": "star" });
    ada.with_header("If-Match", &format!("\"999\", {tag}"))
        .patch(&one, star.clone())
        .ok();
    ada.with_header("If-Match", "*")
        .patch(&one, star.clone())
        .ok();
    assert_eq!(
        ada.with_header("If-Match", &tag)
            .patch(&one, star)
            .error(409),
        "conflict"
    );
}

/// What is out of sight is not there, whatever version a caller guesses.
#[test]
fn a_version_tells_nothing_of_a_ticket_out_of_sight() {
    let desk = Desk::new();
    let ticket = desk.ticket("Hidden");
    let eve = desk.customer("eve@example.com");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let reply = json!({ "threadType": "reply", "reply": "x" });
    for tag in ["\"1\"", "\"0\"", "*"] {
        let answer = eve
            .with_header("If-Match", tag)
            .post(&threads, reply.clone());
        assert_eq!(answer.error(404), "not_found", "{tag}");
    }
    assert_eq!(view_of(&desk.ada(), ticket)["ticketTotalThreads"], "0");
}
