//! Search over tickets: what finds what, for whom, and what never does.

use serde_json::json;

use super::{ids_of, new_ticket_with};
use crate::support::Desk;

#[test]
fn words_are_found_wherever_they_stand() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket_of("barbara@example.com", "Drucker défekt im Flur");
    desk.ticket("Something else");
    ada.post(
        &format!("/api/ticket/{}/threads", ticket.id),
        json!({ "threadType": "reply", "reply": "<p>Please replace the <b>toner</b></p>" }),
    )
    .ok();
    for words in [
        "drucker",
        "DRUCKER",
        "druck",
        "defekt",
        "d%C3%A9fekt",
        "flur+drucker",
        "toner",
        "replace+the+ton",
        "barbara",
        "barbara@example.com",
        &ticket.increment_id.to_string(),
    ] {
        assert_eq!(
            ids_of(&ada, &format!("search={words}&status=all")),
            [ticket.id],
            "{words}"
        );
    }
    for words in ["rucker", "drucker+else", "p", "nowhere"] {
        assert_eq!(
            ids_of(&ada, &format!("search={words}&status=all")),
            [0; 0],
            "{words}"
        );
    }
}

#[test]
fn nothing_in_the_words_is_an_operator() {
    let desk = Desk::new();
    let ada = desk.ada();
    desk.ticket("Plain words");
    for words in [
        "%22",
        "%22%22",
        "*",
        "plain*",
        "plain+OR+nothing",
        "NOT+plain",
        "NEAR(plain)",
        "subject%3Aplain",
        "%28",
        "plain%29",
        "-plain",
        "%5E",
        "a%20b",
        "{subject}:plain",
        "'",
        "plain%22+OR+%22x",
        "+++",
        "%25",
        "_",
        "%F0%9F%98%80",
    ] {
        let answer = ada.get(&format!("/api/tickets?search={words}"));
        assert_eq!(answer.status, 200, "{words}: {}", answer.text());
    }
    // Blank is no search; words without a letter find nothing.
    assert_eq!(ids_of(&ada, "search=").len(), 1);
    assert_eq!(ids_of(&ada, "search=%22*%22").len(), 0);
    let long = "plain+".repeat(1000);
    let answer = ada.get(&format!("/api/tickets?search={long}"));
    assert!(matches!(answer.status, 200 | 400), "{}", answer.status);
}

#[test]
fn the_index_follows_every_change() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = {
        let made = ada
            .post(
                "/api/tickets",
                new_ticket_with("subject", json!("Oldsubject")),
            )
            .ok();
        crate::support::Opened {
            id: made["ticketId"].as_i64().unwrap(),
            increment_id: 0,
        }
    };
    let found = |words: &str| ids_of(&ada, &format!("search={words}&status=all")) == [ticket.id];
    ada.patch(
        &format!("/api/ticket/{}", ticket.id),
        json!({ "editType": "subject", "value": "Newsubject" }),
    )
    .ok();
    assert!(found("newsubject") && !found("oldsubject"));
    let thread = ada
        .post(
            &format!("/api/ticket/{}/threads", ticket.id),
            json!({ "threadType": "reply", "reply": "oldword" }),
        )
        .ok()["id"]
        .clone();
    assert!(found("oldword"));
    let path = format!("/api/ticket/{}/thread/{thread}", ticket.id);
    ada.put(&path, json!({ "reply": "newword" })).ok();
    assert!(found("newword") && !found("oldword"));
    ada.delete(&path).ok();
    assert!(!found("newword"));
    ada.put(
        &format!("/api/ticket/{}", ticket.id),
        json!({ "type": 1, "from": "barbara@example.com", "reply": "rewritten", "subject": "Newsubject" }),
    )
    .ok();
    assert!(found("barbara") && found("rewritten") && !found("alan"));
}

#[test]
fn notes_and_locked_threads_are_never_found_by_customers() {
    let desk = Desk::new();
    let (ada, alan) = (desk.ada(), desk.alan());
    let ticket = desk.ticket("Visible");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    ada.post(
        &threads,
        json!({ "threadType": "note", "reply": "secretnote" }),
    )
    .ok();
    ada.post(
        &threads,
        json!({ "threadType": "forward", "reply": "secretforward", "to": "x@example.com" }),
    )
    .ok();
    let locked = ada
        .post(
            &threads,
            json!({ "threadType": "reply", "reply": "secretreply" }),
        )
        .ok()["id"]
        .clone();
    let path = format!("/api/ticket/{}/thread/{locked}", ticket.id);
    ada.patch(&path, json!({ "updateType": "lock" })).ok();
    for word in ["secretnote", "secretforward", "secretreply", "secret"] {
        let query = format!("search={word}&status=all");
        assert_eq!(ids_of(&alan, &query), [0; 0], "{word}");
        let listed = alan.get(&format!("/api/tickets?{query}")).ok();
        assert_eq!(listed["pagination"]["totalCount"], 0, "{word}");
        assert_eq!(listed["tabs"]["6"], 0, "{word}");
        // Nor by somebody who acts as one.
        let acting = format!("{query}&actAsType=customer&actAsEmail=alan@example.com");
        assert_eq!(ids_of(&ada, &acting), [0; 0], "{word}");
    }
    assert_eq!(
        ids_of(&desk.grace(), "search=secretnote&status=all"),
        [ticket.id]
    );
    assert_eq!(
        ids_of(&desk.grace(), "search=secretreply&status=all"),
        [0; 0]
    );
    ada.patch(&path, json!({ "updateType": "unlock" })).ok();
    assert_eq!(ids_of(&alan, "search=secretreply&status=all"), [ticket.id]);
}

/// The subject is not what was locked away.
#[test]
fn a_ticket_is_found_by_its_subject_though_its_first_message_is_locked() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Findable");
    let first = desk.number("SELECT id FROM thread");
    ada.patch(
        &format!("/api/ticket/{}/thread/{first}", ticket.id),
        json!({ "updateType": "lock" }),
    )
    .ok();
    for client in [&ada, &desk.grace(), &desk.alan()] {
        assert_eq!(ids_of(client, "search=findable"), [ticket.id]);
        assert_eq!(ids_of(client, "search=about"), [0; 0], "the message's word");
    }
}

#[test]
fn a_search_is_paged_to_its_end_though_it_counts_only_ahead() {
    let desk = Desk::new();
    for number in 0..260 {
        desk.ticket(&format!("Zeppelin {number}"));
    }
    let page = |number: i64| {
        let target = format!("/api/tickets.json?search=zeppelin&limit=100&page={number}");
        desk.ada().get(&target).ok()
    };
    let first = page(1);
    assert_eq!(first["pagination"]["totalCount"], 250);
    assert_eq!(first["pagination"]["next"], 2);
    let last = page(3);
    assert_eq!(last["pagination"]["totalCount"], 260);
    assert_eq!(last["tickets"].as_array().unwrap().len(), 60);
    assert!(last["pagination"].get("next").is_none());
}
