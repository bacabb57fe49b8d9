//! Tickets.

use serde_json::json;

use crate::support::Desk;

#[test]
fn id_and_increment_id_are_two_things() {
    let desk = Desk::new();
    let ticket = desk.ticket("Two numbers");
    assert_ne!(ticket.id, ticket.increment_id);
    let ada = desk.ada();
    let view = ada
        .get(&format!("/api/ticket/{}.json", ticket.increment_id))
        .ok();
    assert_eq!(view["ticket"]["id"], ticket.id);
    assert_eq!(view["ticket"]["incrementId"], ticket.increment_id);
    assert_eq!(
        ada.get(&format!("/api/ticket/{}.json", ticket.id))
            .error(404),
        "not_found"
    );
    let change = json!({ "editType": "priority", "value": "2" });
    assert_eq!(
        ada.patch(
            &format!("/api/ticket/{}", ticket.increment_id),
            change.clone()
        )
        .error(404),
        "not_found"
    );
    let changed = ada
        .patch(&format!("/api/ticket/{}", ticket.id), change)
        .ok();
    assert_eq!(changed, json!({ "message": "Success: priority updated" }));
}

#[test]
fn a_stale_write_is_refused_and_changes_nothing() {
    let desk = Desk::new();
    let ticket = desk.ticket("Read twice");
    let ada = desk.ada();
    let read = ada.get(&format!("/api/ticket/{}", ticket.increment_id));
    let tag = read.header("etag").expect("a version").to_owned();
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let reply = json!({ "threadType": "reply", "reply": "First" });
    ada.with_header("If-Match", &tag)
        .post(&threads, reply.clone())
        .ok();
    assert_eq!(
        ada.with_header("If-Match", &tag)
            .post(&threads, reply)
            .error(409),
        "conflict"
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM thread WHERE place > 0"),
        1
    );
}

#[test]
fn an_idempotency_key_is_answered_once() {
    let desk = Desk::new();
    let ada = desk.ada().with_header("Idempotency-Key", "k-1");
    let body =
        json!({ "type": 1, "name": "A", "from": "a@example.com", "subject": "Once", "reply": "x" });
    let first = ada.post("/api/tickets", body.clone()).ok();
    assert_eq!(ada.post("/api/tickets", body).ok(), first);
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 1);
    let other = json!({ "type": 1, "name": "A", "from": "a@example.com", "subject": "Other", "reply": "x" });
    assert_eq!(ada.post("/api/tickets", other).error(409), "conflict");
}

#[test]
fn an_unknown_custom_field_is_named() {
    let desk = Desk::new();
    let answer = desk.ada().post(
        "/api/tickets.json",
        json!({ "name": "Customer", "from": "email@example.com", "subject": "file Help", "reply": "query",
            "type": "4", "customFields": { "122": "http://example.com" } }),
    );
    assert_eq!(answer.error(400), "invalid_request");
    assert!(
        answer.json()["errors"]["customFields.122"].is_array(),
        "{}",
        answer.text()
    );
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 0);
}
