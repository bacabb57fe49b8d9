//! What a workflow names is not deleted, and what is inactive may stay in it.

use serde_json::{Value, json};

use super::{automatic, desk_without_workflows, faults, made, manual};
use crate::support::Desk;

/// Something of each kind that a workflow can name, and the action or condition on it.
struct Things {
    desk: Desk,
    workflow: i64,
    /// Paths, with the field that makes each inactive where there is one.
    paths: Vec<String>,
}

fn things() -> Things {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let body = json!({ "name": "Named", "description": "d", "isActive": 1, "groups": [1] });
    let id = |path: &str, body: &Value, at: &str| -> i64 {
        let made = ada.post(path, body.clone()).ok();
        made.pointer(at).and_then(Value::as_i64).expect("an id")
    };
    let ticket_type = id("/api/ticket-types", &body, "/id");
    let group = id("/api/groups", &body, "/id");
    let team = id("/api/sub-groups", &body, "/id");
    let tag = id("/api/tags", &body, "/id");
    let label = id("/api/labels", &body, "/label/id");
    let field = id(
        "/api/custom-fields",
        &json!({ "name": "Named", "fieldType": "text" }),
        "/id",
    );
    let mail = json!({ "name": "Named", "subject": "s", "message": "m" });
    let template = id("/api/email-templates", &mail, "/id");
    let grace = desk.user_id("grace@example.com");
    let mut workflow = automatic("Names them all");
    workflow["conditions"] = json!([
        { "type": format!("customFields[{field}]"), "match": "is", "value": "x" },
        { "type": "type", "match": "is", "value": ticket_type },
    ]);
    workflow["actions"] = json!([
        { "type": "assign_group", "value": group },
        { "type": "assign_team", "value": team },
        { "type": "assign_agent", "value": grace },
        { "type": "tag", "value": tag },
        { "type": "label", "value": label },
        { "type": "mail_customer", "value": template },
    ]);
    let workflow = made(&ada, workflow);
    let paths = [
        ("ticket-type", ticket_type),
        ("group", group),
        ("sub-group", team),
        ("tag", tag),
        ("label", label),
        ("custom-field", field),
        ("email-template", template),
        ("member", grace),
    ];
    let paths = paths.map(|(noun, id)| format!("/api/{noun}/{id}")).into();
    Things {
        desk,
        workflow,
        paths,
    }
}

#[test]
fn what_a_workflow_names_is_deleted_after_it() {
    let Things {
        desk,
        workflow,
        paths,
    } = things();
    let ada = desk.ada();
    for path in &paths {
        let refused = ada.delete(path);
        assert_eq!(refused.error(409), "conflict", "{path}");
        assert!(
            refused.text().contains("Workflows still name"),
            "{}",
            refused.text()
        );
    }
    assert_eq!(desk.number("SELECT count(*) FROM workflow_use"), 8);
    // Named no more, it is free.
    ada.put(
        &format!("/api/workflow/{workflow}"),
        json!({ "name": "Names nobody", "conditions": [], "actions": [{ "type": "mark_spam" }] }),
    )
    .ok();
    for path in &paths {
        ada.delete(path).ok();
    }
}

#[test]
fn a_deleted_workflow_names_nothing() {
    let Things {
        desk,
        workflow,
        paths,
    } = things();
    let ada = desk.ada();
    ada.delete(&format!("/api/workflow/{workflow}")).ok();
    for path in &paths {
        ada.delete(path).ok();
    }
}

#[test]
fn what_became_inactive_stays_in_the_workflow_and_comes_into_no_other() {
    let Things { desk, workflow, .. } = things();
    let ada = desk.ada();
    for sql in [
        "UPDATE ticket_type SET is_active = 0",
        "UPDATE \"group\" SET is_active = 0",
        "UPDATE team SET is_active = 0",
        "UPDATE custom_field SET is_active = 0",
    ] {
        desk.write(move |change| change.run(sql, []));
    }
    let path = format!("/api/workflow/{workflow}");
    let stored = ada.get(&path).ok();
    let mut body = json!({ "name": "Renamed", "actions": stored["actions"] });
    ada.put(&path, body.clone()).ok();
    body["type"] = json!(1);
    body["events"] = stored["events"].clone();
    body["conditions"] = stored["conditions"].clone();
    body["name"] = json!("Another");
    assert_eq!(
        faults(&ada.post("/api/workflows", body)),
        [
            "actions[0].value",
            "actions[1].value",
            "conditions[0].type",
            "conditions[1].value"
        ]
    );
}

#[test]
fn a_field_that_is_asked_stays_what_it_is() {
    let Things { desk, paths, .. } = things();
    let ada = desk.ada();
    let field = paths
        .iter()
        .find(|path| path.contains("custom-field"))
        .unwrap();
    for changed in [
        json!({ "encryption": 1 }),
        json!({ "fieldType": "date" }),
        json!({ "validation": { "fieldtype": "number" } }),
    ] {
        assert_eq!(ada.put(field, changed).error(409), "conflict");
    }
    ada.put(field, json!({ "name": "Renamed" })).ok();
}

#[test]
fn a_thing_named_twice_counts_once() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let group =
        json!([{ "type": "assign_group", "value": 1 }, { "type": "assign_group", "value": 1 }]);
    made(&ada, manual("Twice", group.clone()));
    made(&ada, manual("Once more", group));
    let named = "SELECT count(*) FROM workflow_use WHERE kind = 'group' AND target_id = 1";
    assert_eq!(desk.number(named), 2);
}

#[test]
fn a_template_that_a_workflow_sends_stays() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let template = json!({ "name": "Received", "subject": "s", "message": "m" });
    let template = ada.post("/api/email-templates", template).ok()["id"].clone();
    let workflow = json!({ "type": 1, "name": "Answer at once",
        "events": [{ "event": "ticket", "trigger": "created" }],
        "actions": [{ "type": "mail_customer", "value": template }] });
    let workflow = ada.post("/api/workflows", workflow).ok()["id"].clone();
    let path = format!("/api/email-template/{template}");
    assert_eq!(ada.delete(&path).error(409), "conflict");
    ada.delete(&format!("/api/workflow/1/{workflow}")).ok();
    ada.delete(&path).ok();
}

#[test]
fn an_option_that_is_offered_no_more_stays_in_the_workflow() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let field =
        json!({ "name": "Plan", "fieldType": "select", "customFieldValues": ["Free", "Paid"] });
    let field = ada.post("/api/custom-fields", field).ok()["customField"].clone();
    let (id, free) = (&field["id"], &field["customFieldValues"][0]["id"]);
    let mut body = manual("Asks", json!([{ "type": "mark_spam" }]));
    body["conditions"] =
        json!([{ "type": format!("customFields[{id}]"), "match": "is", "value": free }]);
    let workflow = made(&ada, body.clone());
    let fewer = json!({ "customFieldValues": ["Paid"] });
    ada.put(&format!("/api/custom-field/{id}"), fewer).ok();
    // Tickets may hold it still, so it can still be asked for; nobody else begins to.
    body["name"] = "Asks on".into();
    ada.put(&format!("/api/workflow/{workflow}"), body.clone())
        .ok();
    body["name"] = "Asks too".into();
    let refused = ada.post("/api/workflows", body);
    assert_eq!(faults(&refused), ["conditions[0].value"]);
}
