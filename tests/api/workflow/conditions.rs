//! What each condition asks, and what each trigger waits for.

use serde_json::{Value, json};

use super::{desk_without_workflows, made, manual, stored};

/// Conditions on a ticket that Ada opened for Alan, and whether they hold.
#[rustfmt::skip]
fn conditions(tag: i64) -> Vec<(Value, bool)> {
    vec![
        (json!([]), true),
        (
            json!([{ "type": "subject", "match": "is", "value": "leaking PIPE" }]),
            true,
        ),
        (
            json!([{ "type": "subject", "match": "startWith", "value": "pipe" }]),
            false,
        ),
        (
            json!([{ "type": "subject", "match": "endWith", "value": "pipe" }]),
            true,
        ),
        (
            json!([{ "type": "description", "match": "contains", "value": "about leaking" }]),
            true,
        ),
        (
            json!([{ "type": "subject_or_description", "match": "notContains", "value": "about" }]),
            false,
        ),
        (
            json!([{ "type": "subject_or_description", "match": "isNot", "value": "leaking pipe" }]),
            false,
        ),
        (
            json!([{ "type": "from_mail", "match": "is", "value": "Alan@example.com" }]),
            true,
        ),
        (
            json!([{ "type": "to_mail", "match": "isNot", "value": "x@example.com" }]),
            true,
        ),
        (
            json!([{ "type": "customer_name", "match": "contains", "value": "turing" }]),
            true,
        ),
        (
            json!([{ "type": "source", "match": "is", "value": "api" }]),
            true,
        ),
        (
            json!([{ "type": "status", "match": "isNot", "value": 1 }]),
            false,
        ),
        (
            json!([{ "type": "agent", "match": "is", "value": 0 }]),
            true,
        ),
        (
            json!([{ "type": "agent", "match": "is", "value": "actionPerformingAgent" }]),
            false,
        ),
        (
            json!([{ "type": "tag", "match": "is", "value": tag }]),
            true,
        ),
        (
            json!([{ "type": "created", "match": "beforeOn", "value": "2025-06-02" }]),
            true,
        ),
        (
            json!([{ "type": "created", "match": "after", "value": "2025-06-02" }]),
            false,
        ),
        (
            json!([{ "type": "opened_by", "match": "is", "value": "agent" }]),
            true,
        ),
        // AND of OR groups.
        (
            json!([{ "type": "subject", "match": "contains", "value": "nothing" },
            { "type": "subject", "match": "contains", "value": "pipe", "operation": "||" },
            { "type": "type", "match": "is", "value": 1, "operation": "&&" }]),
            true,
        ),
        (
            json!([{ "type": "subject", "match": "contains", "value": "pipe" },
            { "type": "type", "match": "is", "value": 2, "operation": "&&" },
            { "type": "type", "match": "is", "value": 3, "operation": "or" }]),
            false,
        ),
    ]
}

#[test]
fn each_condition_asks_what_it_says() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let ticket = desk.ticket("Leaking pipe");
    ada.post(
        &format!("/api/ticket/{}/tags", ticket.id),
        json!({ "name": "water" }),
    )
    .ok();
    let id = made(
        &ada,
        manual("Asks", json!([{ "type": "priority", "value": 4 }])),
    );
    let path = format!("/api/workflow/manual/{id}");
    let tag = desk.number("SELECT id FROM tag");
    for (conditions, want) in conditions(tag) {
        let mut body = manual("Asks", json!([{ "type": "priority", "value": 4 }]));
        body["conditions"] = conditions.clone();
        ada.put(&path, body).ok();
        let tried = ada.post(&format!("{path}/try"), json!({})).ok();
        assert_eq!(tried["matched"], i64::from(want), "{conditions}");
        assert_eq!(tried["tried"], 1);
    }
}

#[test]
fn every_trigger_sets_workflows_off() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let alan = desk.as_email("alan@example.com");
    let ticket = desk.ticket("Anything");
    let triggers = [
        "removed",
        "restored",
        "type_updated",
        "status_updated",
        "priority_updated",
        "group_updated",
        "agent_updated",
        "note_added",
        "agent_reply",
        "customer_reply",
        "collaborator_reply",
        "collaborator_updated",
        "forward_added",
        "thread_updated",
        "tag_added",
    ];
    let workflows: Vec<(&str, i64)> = triggers
        .into_iter()
        .map(|trigger| {
            (
                trigger,
                stored(
                    &desk,
                    trigger,
                    trigger,
                    json!([]),
                    json!([{ "type": "mail_customer", "value": 1 }]),
                ),
            )
        })
        .collect();
    let path = format!("/api/ticket/{}", ticket.id);
    let say = |kind: &str| json!({ "threadType": kind, "reply": "Words", "to": "x@example.com" });
    let own = desk.number("SELECT id FROM user WHERE email = 'grace@example.com'");
    ada.put("/api/tickets/trash", json!({ "ids": [ticket.id] }))
        .ok();
    ada.put("/api/tickets/restore", json!({ "ids": [ticket.id] }))
        .ok();
    for (edit, value) in [
        ("type", 2),
        ("status", 2),
        ("priority", 2),
        ("group", 1),
        ("agent", own),
    ] {
        ada.patch(&path, json!({ "editType": edit, "value": value }))
            .ok();
    }
    ada.post(&format!("{path}/threads"), say("note")).ok();
    let reply = ada.post(&format!("{path}/threads"), say("reply")).ok();
    alan.post(&format!("{path}/threads"), say("reply")).ok();
    ada.post(
        &format!("{path}/collaborator"),
        json!({ "email": "eve@example.com" }),
    )
    .ok();
    desk.as_email("eve@example.com")
        .post(&format!("{path}/threads"), say("reply"))
        .ok();
    ada.post(&format!("{path}/threads"), say("forward")).ok();
    let thread = reply["id"]
        .as_i64()
        .or(reply["threadId"].as_i64())
        .unwrap_or_else(|| panic!("{reply}"));
    ada.put(
        &format!("{path}/thread/{thread}"),
        json!({ "reply": "Other words" }),
    )
    .ok();
    ada.post(&format!("{path}/tags"), json!({ "name": "water" }))
        .ok();
    for (trigger, id) in workflows {
        let runs = desk.number(&format!("SELECT runs FROM workflow WHERE id = {id}"));
        assert!(runs > 0, "{trigger} set nothing off");
        assert!(
            runs == 1 || trigger == "status_updated",
            "{trigger} ran {runs} times"
        );
    }
}
