//! How workflows are made, changed, shown, listed and deleted.

use serde_json::{Value, json};

use super::{automatic, desk_without_workflows, faults, made, manual, rows};

#[test]
fn a_workflow_is_made_shown_changed_and_removed_as_documented() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let sent = json!({ "type": "1", "name": "new priority workflow", "description": "set priority on created",
        "events": [{ "event": "ticket", "trigger": "created" }],
        "conditions": [{ "type": "subject", "match": "contains", "value": "abcd" }],
        "actions": [{ "type": "priority", "value": "1" }] });
    let answer = ada.post("/en/api/workflows.json", sent.clone()).ok();
    let id = answer["id"].as_i64().unwrap();
    assert_eq!(
        answer["message"],
        "Success! Workflow has been added successfully."
    );
    let path = format!("/api/workflow/{id}");
    let shown = ada.get(&path).ok();
    assert_eq!(shown, answer["workflow"]);
    for field in ["name", "description", "events", "conditions", "actions"] {
        assert_eq!(shown[field], sent[field], "{field}");
    }
    assert_eq!(
        (&shown["type"], &shown["status"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(shown["dateAdded"]["date"], "2025-06-02 09:30:20");
    assert_eq!(ada.get(&format!("/api/workflow/1/{id}.json")).ok(), shown);
    assert_eq!(
        ada.get(&format!("/api/workflow/automatic/{id}.json")).ok(),
        shown
    );
    for other in ["manual", "2", "king", "Automatic"] {
        let path = format!("/api/workflow/{other}/{id}");
        assert_eq!(ada.get(&path).error(404), "not_found", "{path}");
    }
    assert_eq!(
        ada.get(&format!("/api/workflow/0/{id}")).error(404),
        "not_found"
    );

    desk.clock.advance(60);
    let mut edited = sent;
    edited["name"] = json!("Autworkflow");
    edited["actions"] = json!([{ "type": "status", "value": 2 }, { "type": "mark_spam" }]);
    let answer = ada
        .put(&format!("/api/workflow/1/{id}.json"), edited.clone())
        .ok();
    assert_eq!(
        answer["message"],
        "Success! Workflow has been updated successfully."
    );
    let shown = ada.get(&path).ok();
    assert_eq!(shown["name"], "Autworkflow");
    assert_eq!(
        shown["actions"],
        json!([{ "type": "status", "value": 2 }, { "type": "mark_spam", "value": null }])
    );
    assert_ne!(shown["dateUpdated"], shown["dateAdded"]);
    assert_eq!(ada.put(&path, edited).status, 200);

    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success! Workflow has been removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
    assert_eq!(ada.delete(&path).error(404), "not_found");
    assert_eq!(rows(&desk), 0);
}

#[test]
fn what_an_edit_leaves_out_stays_and_must_fit_what_is_new() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let mut body = automatic("Kept");
    body["description"] = json!("why");
    body["status"] = json!("0");
    body["conditions"] = json!([{ "type": "subject", "match": "is", "value": "x" }]);
    let path = format!("/api/workflow/{}", made(&ada, body.clone()));
    let before = ada.get(&path).ok();
    ada.put(&path, json!({ "name": "Kept", "actions": body["actions"] }))
        .ok();
    assert_eq!(ada.get(&path).ok(), before);

    // The condition that stays cannot be asked of an agent.
    let agents = json!({ "name": "Kept", "events": [{ "event": "agent", "trigger": "removed" }],
        "actions": [{ "type": "transfer_tickets", "value": "responsePerforming" }] });
    assert_eq!(
        faults(&ada.put(&path, agents.clone())),
        ["conditions[0].type"]
    );
    let mut fitting = agents;
    fitting["conditions"] = json!("");
    ada.put(&path, fitting).ok();
    assert_eq!(ada.get(&path).ok()["conditions"], json!([]));

    // One that becomes manual loses its events, and is the last of its new type.
    let first = made(&ada, manual("First", json!([{ "type": "mark_spam" }])));
    ada.put(&path, manual("Kept", json!([{ "type": "mark_spam" }])))
        .ok();
    let shown = ada.get(&path).ok();
    assert_eq!((&shown["events"], &shown["type"]), (&json!([]), &json!(0)));
    assert_eq!(shown["sortOrder"], 2);
    assert_eq!(
        ada.get(&format!("/api/workflow/{first}")).ok()["sortOrder"],
        1
    );
    // And back again it needs some.
    let mut back = automatic("Kept");
    back.as_object_mut().unwrap().remove("events");
    assert_eq!(faults(&ada.put(&path, back)), ["events"]);
}

#[test]
fn a_workflow_that_changes_its_type_is_addressed_by_either() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let id = made(&ada, automatic("Moved"));
    let by_hand = manual("Moved", json!([{ "type": "mark_spam" }]));
    ada.put(&format!("/api/workflow/0/{id}"), by_hand.clone())
        .ok();
    assert_eq!(
        ada.put(&format!("/api/workflow/1/{id}"), by_hand)
            .error(404),
        "not_found"
    );
    assert_eq!(
        ada.delete(&format!("/api/workflow/1/{id}")).error(404),
        "not_found"
    );
    ada.delete(&format!("/api/workflow/0/{id}")).ok();
}

#[test]
fn the_list_is_filtered_sorted_and_paged() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    for name in ["Cobalt", "amber", "Beryl"] {
        let mut body = automatic(name);
        body["status"] = json!(u8::from(name != "amber"));
        made(&ada, body);
    }
    made(&ada, manual("By hand", json!([{ "type": "mark_spam" }])));
    let names = |query: &str| -> Vec<String> {
        let listed = ada.get(&format!("/api/workflows.json?{query}")).ok();
        let names = listed["workflows"].as_array().unwrap().iter();
        names
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    for (query, want) in [
        ("", vec!["By hand", "Cobalt", "amber", "Beryl"]),
        ("type=0", vec!["By hand"]),
        ("type=1&sort=name", vec!["amber", "Beryl", "Cobalt"]),
        (
            "type=1&sort=sortOrder&direction=desc",
            vec!["Beryl", "amber", "Cobalt"],
        ),
        ("sort=id&direction=DESC&limit=1", vec!["By hand"]),
        ("status=0", vec!["amber"]),
        ("isActive=1&search=B", vec!["By hand", "Cobalt", "Beryl"]),
        ("search=%25", vec![]),
        ("limit=1&page=2", vec!["Cobalt"]),
        ("page=9", vec![]),
    ] {
        assert_eq!(names(query), want, "{query}");
    }
    let listed = ada.get("/api/workflows?type=1&limit=2").ok();
    assert_eq!(listed["pagination_data"]["totalCount"], 3);
    assert_eq!(listed["pagination_data"]["next"], 2);
    assert_eq!(listed["workflows"][0]["actions"], automatic("")["actions"]);
}

#[test]
fn a_name_stands_once_among_those_of_a_type() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    made(&ada, automatic("Twice"));
    assert_eq!(
        ada.post("/api/workflows", automatic("TWICE")).error(409),
        "conflict"
    );
    let id = made(&ada, manual("Twice", json!([{ "type": "mark_spam" }])));
    let path = format!("/api/workflow/{id}");
    assert_eq!(ada.put(&path, automatic("Twice")).error(409), "conflict");
    assert_eq!(ada.get(&path).ok()["type"], 0);
}

#[test]
fn a_desk_has_an_end_of_workflows() {
    let desk = desk_without_workflows();
    desk.write(|change| {
        change.run(
            "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 500)
             INSERT INTO workflow (type, name, name_key, description, is_active, sort_order, created_at, updated_at)
             SELECT 1, 'number ' || n, 'number ' || n, '', 1, n, 0, 0 FROM n",
            [],
        )
    });
    let ada = desk.ada();
    assert_eq!(
        ada.post("/api/workflows", automatic("One more")).error(409),
        "conflict"
    );
    let other = made(
        &ada,
        manual("Of the other type", json!([{ "type": "mark_spam" }])),
    );
    let path = format!("/api/workflow/{other}");
    assert_eq!(ada.put(&path, automatic("Moved")).error(409), "conflict");
}

#[test]
fn lists_come_as_forms_and_as_text_too() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let form = "type=1&name=Form&status=on&events[3][event]=ticket&events[3][trigger]=uvdesk.ticket.created\
        &events[4][event]=&events[4][trigger]=&conditions[7][type]=&conditions[7][value]=\
        &actions[2][type]=uvdesk.ticket.update_priority&actions[2][value]=4&actions[5][type]=";
    let kind = "application/x-www-form-urlencoded";
    let id = ada
        .send("POST", "/api/workflows", kind, form.as_bytes())
        .ok()["id"]
        .clone();
    let shown = ada.get(&format!("/api/workflow/{id}")).ok();
    assert_eq!(
        shown["events"],
        json!([{ "event": "ticket", "trigger": "uvdesk.ticket.created" }])
    );
    assert_eq!(shown["conditions"], json!([]));
    assert_eq!(
        shown["actions"],
        json!([{ "type": "uvdesk.ticket.update_priority", "value": "4" }])
    );
    // What it means is stored beside how it was spelled.
    let meant: (String, String) =
        desk.read(|view| view.one("SELECT type, value FROM workflow_action", []));
    assert_eq!(meant, ("priority".to_owned(), "4".to_owned()));

    let text = |value: Value| json!(value.to_string());
    let mut flat = automatic("Text");
    flat["events"] = text(flat["events"].clone());
    flat["actions"] = text(flat["actions"].clone());
    let id = made(&ada, flat);
    let shown = ada.get(&format!("/api/workflow/{id}")).ok();
    assert_eq!(shown["actions"], automatic("")["actions"]);

    let bad = "type=1&name=Bad&events[3][event]=ticket&events[3][trigger]=created&actions[7][type]=priority&actions[7][value]=9";
    let refused = ada.send("POST", "/api/workflows", kind, bad.as_bytes());
    assert_eq!(faults(&refused), ["actions[7].value"]);
}
