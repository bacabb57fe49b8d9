//! Versions by the table: what GET answers is what `If-Match` asks for, in every room.

use serde_json::{Value, json};

use crate::support::{Client, Desk};

/// Reads a path; answers its version.
fn version(client: &Client, path: &str) -> String {
    let answer = client.get(path);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.header("etag").expect("a version").to_owned()
}

#[test]
fn every_answer_to_get_has_a_version_and_is_not_sent_twice() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Seen");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    for path in [
        "/api/tickets",
        "/api/labels",
        "/api/groups?page=2",
        "/api/group/1",
        "/api/ticket-type/1",
        "/api/me",
        &threads,
    ] {
        let tag = version(&ada, path);
        let again = ada.with_header("If-None-Match", &tag).get(path);
        assert_eq!((again.status, again.text().as_str()), (304, ""), "{path}");
        assert_eq!(again.header("etag"), Some(tag.as_str()), "{path}");
        let other = ada.with_header("If-None-Match", "\"x\"").get(path);
        assert_eq!(other.status, 200, "{path}");
    }
    let refused = desk.anyone().with_header("If-None-Match", "*");
    refused.get("/api/labels").error(401);
}

#[test]
fn a_stale_write_is_refused_in_every_room() {
    let desk = Desk::new();
    let ada = desk.ada();
    let label = ada.post("/api/labels", json!({ "name": "One" })).ok()["label"]["id"].clone();
    let kind = json!({ "name": "Kind", "description": "One" });
    let kind = ada.post("/api/ticket-types", kind).ok()["id"].clone();
    let tag = ada.post("/api/tags", json!({ "name": "One" })).ok()["id"].clone();
    let group = json!({ "name": "Group", "description": "One" });
    let group = ada.post("/api/groups", group).ok()["id"].clone();
    let workflow = json!({ "type": 0, "name": "Flow", "actions": [{ "type": "mark_spam" }] });
    let flow = ada.post("/api/workflows", workflow.clone()).ok()["id"].clone();
    let rooms: [(String, Value); 6] = [
        (
            format!("/api/workflow/{flow}"),
            json!({ "name": "Flow 2", "actions": workflow["actions"] }),
        ),
        (
            format!("/api/workflow/0/{flow}"),
            json!({ "name": "Flow 3", "actions": workflow["actions"] }),
        ),
        (format!("/api/label/{label}"), json!({ "name": "Two" })),
        (
            format!("/api/ticket-type/{kind}"),
            json!({ "name": "Kind", "description": "Two" }),
        ),
        (format!("/api/tag/{tag}"), json!({ "name": "Two" })),
        (
            format!("/api/group/{group}"),
            json!({ "name": "Group", "description": "Two" }),
        ),
    ];
    for (path, body) in rooms {
        let before = version(&ada, &path);
        let stale = ada.with_header("If-Match", "\"0\"");
        assert_eq!(stale.put(&path, body.clone()).error(409), "conflict");
        assert_eq!(version(&ada, &path), before, "{path}");
        let fresh = ada.with_header("If-Match", &before);
        fresh.put(&path, body.clone()).ok();
        assert_ne!(version(&ada, &path), before, "{path}");
        assert_eq!(fresh.put(&path, body).error(409), "conflict", "{path}");
        let gone = fresh.delete(&path);
        assert_eq!(gone.error(409), "conflict", "{path}");
    }
}

#[test]
fn what_has_no_version_takes_no_condition() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Several");
    let body = json!({ "ids": [ticket.id] });
    let asked = ada.with_header("If-Match", "\"1\"");
    let answer = asked.put("/api/tickets/trash", body.clone());
    assert_eq!(answer.error(409), "conflict");
    assert!(answer.text().contains("If-Match"), "{}", answer.text());
    assert_eq!(desk.number("SELECT sum(is_trashed) FROM ticket"), 0);
    let star = ada.with_header("If-Match", "*");
    star.put("/api/tickets/trash", body).ok();
    // What is not there is not found, whatever its version should be.
    assert_eq!(asked.delete("/api/label/999").error(404), "not_found");
}

/// Told by the version of a ticket, a customer knew of each note.
#[test]
fn a_customers_version_moves_with_what_they_read() {
    let desk = Desk::new();
    let ticket = desk.ticket("Notes");
    let (ada, alan) = (desk.ada(), desk.alan());
    let page = format!("/api/ticket/{}", ticket.increment_id);
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let say = |kind: &str| {
        let body = json!({ "threadType": kind, "reply": "Said." });
        ada.post(&threads, body).ok();
    };
    let (agents, customers) = (version(&ada, &page), version(&alan, &page));
    say("note");
    assert_ne!(version(&ada, &page), agents);
    assert_eq!(version(&alan, &page), customers);
    let answer = json!({ "threadType": "reply", "reply": "Thank you." });
    let fresh = alan.with_header("If-Match", &customers);
    fresh.post(&threads, answer.clone()).ok();
    assert_eq!(fresh.post(&threads, answer).error(409), "conflict");
}

/// Labels and todos leave a ticket's version as it is, and a reader was told that nothing
/// had changed.
#[test]
fn what_is_new_beside_a_ticket_is_sent() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Marked");
    let page = format!("/api/ticket/{}", ticket.increment_id);
    let known = ada.with_header("If-None-Match", &version(&ada, &page));
    let todo = json!({ "ticketId": ticket.id, "description": "Look again" });
    ada.post("/api/todo", todo).ok();
    assert!(known.get(&page).ok().to_string().contains("Look again"));
}

/// A browser asks for an address again with the version that it kept, whoever has signed in
/// since; agents read a ticket by one version, and each with eyes of their own.
#[test]
fn nobodys_browser_keeps_what_the_next_one_may_not_see() {
    let desk = Desk::new();
    let ticket = desk.ticket("Kept");
    let (ada, grace) = (desk.ada(), desk.grace());
    let page = format!("/en/api/ticket/{}", ticket.increment_id);
    assert_eq!(version(&ada, &page), version(&grace, &page));
    for path in [
        page.clone(),
        format!("{page}.html"),
        "/api/me".into(),
        format!("/api/ticket/{}/threads", ticket.id),
    ] {
        let answer = ada.get(&path);
        let kept = Some("private, no-store");
        assert_eq!(answer.header("cache-control"), kept, "{path}");
        let tag = answer.header("etag").unwrap_or("\"none\"").to_owned();
        // A page for people depends on its reader, and has no version.
        let is_page = path.contains(".html");
        assert_eq!(answer.header("etag").is_none(), is_page, "{path}");
        let known = ada.with_header("If-None-Match", &tag).get(&path);
        // What is shown beside a ticket may be new while its own version stays.
        let status = if path.starts_with(&page) { 200 } else { 304 };
        assert_eq!(known.status, status, "{path}");
        assert_eq!(known.header("cache-control"), kept, "{path}");
    }
}
