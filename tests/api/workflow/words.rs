//! The words of workflows: which are understood, which refused, and the menu of them all.

use serde_json::{Value, json};

use super::{automatic, desk_without_workflows, faults, made, manual, rows};
use crate::support::Desk;

/// An automatic workflow of these steps.
fn of(events: Value, conditions: Value, actions: Value) -> Value {
    json!({ "type": 1, "name": "Of steps", "events": events, "conditions": conditions, "actions": actions })
}

fn on(trigger: &str) -> Value {
    json!([{ "event": "ticket", "trigger": trigger }])
}

/// Each body is refused for its field alone, and leaves nothing.
fn refused(desk: &Desk, cases: &[(Value, &str)]) {
    for (body, field) in cases {
        let answer = desk.ada().post("/api/workflows", body.clone());
        assert_eq!(faults(&answer), [*field], "{body}");
    }
    assert_eq!(rows(desk), 0);
}

#[test]
fn events_and_lists_without_sense_are_refused() {
    let (created, spam) = (on("created"), json!([{ "type": "mark_spam" }]));
    let agent = json!([{ "event": "agent", "trigger": "created" }]);
    let both = json!([{ "event": "ticket", "trigger": "created" }, { "event": "agent", "trigger": "created" }]);
    let transfer = json!([{ "type": "transfer_tickets", "value": "responsePerforming" }]);
    let many = vec![json!({ "type": "mark_spam" }); 51];
    let blank = json!([{ "event": "", "trigger": "" }]);
    let weather = json!([{ "event": "weather", "trigger": "created" }]);
    let none = || json!([]);
    refused(
        &desk_without_workflows(),
        &[
            (
                json!({ "type": 1, "name": "x", "events": created }),
                "actions",
            ),
            (json!({ "name": "x", "actions": spam }), "type"),
            (json!({ "type": 2, "name": "x", "actions": spam }), "type"),
            (json!({ "type": 0, "name": " ", "actions": spam }), "name"),
            (
                json!({ "type": 0, "name": "x".repeat(101), "actions": spam }),
                "name",
            ),
            (
                json!({ "type": 0, "name": "x", "actions": spam, "events": created }),
                "events",
            ),
            (of(none(), none(), spam.clone()), "events"),
            (of(blank, none(), spam.clone()), "events"),
            (of(weather, none(), spam.clone()), "events[0].event"),
            (of(on("sunny"), none(), spam.clone()), "events[0].trigger"),
            (of(both, none(), spam.clone()), "events[1].event"),
            (of(agent.clone(), none(), spam), "actions[0].type"),
            (of(agent, none(), transfer), "actions[0].type"),
            (
                of(on("removed"), none(), json!([{ "type": "delete" }])),
                "actions[0].type",
            ),
            (of(created.clone(), none(), none()), "actions"),
            (
                of(created.clone(), none(), json!([{ "type": "" }])),
                "actions",
            ),
            (of(created, none(), json!(many)), "actions"),
        ],
    );
}

#[test]
fn conditions_without_sense_are_refused() {
    let asked = |kind: &str, comparison: &str, value: Value| {
        let asked = json!([{ "type": kind, "match": comparison, "value": value }]);
        of(on("created"), asked, json!([{ "type": "mark_spam" }]))
    };
    let mut operation = asked("subject", "is", json!("x"));
    operation["conditions"][0]["operation"] = json!("xor");
    refused(
        &desk_without_workflows(),
        &[
            (asked("colour", "is", json!("red")), "conditions[0].type"),
            (
                asked("customFields[9]", "is", json!("red")),
                "conditions[0].type",
            ),
            (
                asked("subject", "before", json!("x")),
                "conditions[0].match",
            ),
            (asked("subject", "", json!("x")), "conditions[0].match"),
            (
                asked("priority", "contains", json!(1)),
                "conditions[0].match",
            ),
            (asked("subject", "is", json!("")), "conditions[0].value"),
            (
                asked("subject", "is", json!("x".repeat(501))),
                "conditions[0].value",
            ),
            (asked("subject", "is", json!(["x"])), "conditions[0].value"),
            (
                asked("TicketPriority", "is", json!(5)),
                "conditions[0].value",
            ),
            (
                asked("status", "is", json!("closed")),
                "conditions[0].value",
            ),
            (
                asked("source", "is", json!("pigeon")),
                "conditions[0].value",
            ),
            (
                asked("created", "before", json!("tomorrow")),
                "conditions[0].value",
            ),
            (
                asked("agent", "is", json!("responsePerforming")),
                "conditions[0].value",
            ),
            (operation, "conditions[0].operation"),
        ],
    );
}

#[test]
fn actions_without_sense_are_refused() {
    let desk = desk_without_workflows();
    let done = |kind: &str, value: Value| {
        of(
            on("created"),
            json!([]),
            json!([{ "type": kind, "value": value }]),
        )
    };
    let alan = desk.user_id("alan@example.com");
    refused(
        &desk,
        &[
            (done("sing", json!(1)), "actions[0].type"),
            (done("priority", json!(0)), "actions[0].value"),
            (done("priority", Value::Null), "actions[0].value"),
            (done("status", json!(7)), "actions[0].value"),
            (done("type", json!(99)), "actions[0].value"),
            (done("type", json!(0)), "actions[0].value"),
            (done("tag", json!(99)), "actions[0].value"),
            (done("label", json!(99)), "actions[0].value"),
            (done("note", json!("<p> </p>")), "actions[0].value"),
            (
                done("note", json!("x".repeat((64 << 10) + 1))),
                "actions[0].value",
            ),
            (done("assign_group", json!(99)), "actions[0].value"),
            (done("assign_agent", json!(alan)), "actions[0].value"),
            (done("assign_team", json!({ "id": 1 })), "actions[0].value"),
            (done("mail_customer", json!(999_999)), "actions[0].value"),
            (
                done("mail_agent", json!({ "for": [], "value": 1 })),
                "actions[0].value",
            ),
            (
                done("mail_agent", json!({ "for": ["everybody"], "value": 1 })),
                "actions[0].value",
            ),
            (
                done("mail_agent", json!({ "for": [0], "value": 1 })),
                "actions[0].value",
            ),
            (done("mail_team", json!("{")), "actions[0].value"),
            (
                done("mark_spam", json!("x".repeat(257 << 10))),
                "actions[0].value",
            ),
        ],
    );
}

#[test]
fn all_faults_are_named_at_once() {
    let desk = desk_without_workflows();
    let body = of(
        on("created"),
        json!([{ "type": "subject", "match": "before", "value": "" }]),
        json!([{ "type": "status", "value": 9 }, { "type": "mark_spam" }, { "type": "sing" }]),
    );
    let named = faults(&desk.ada().post("/api/workflows", body));
    assert_eq!(
        named,
        [
            "actions[0].value",
            "actions[2].type",
            "conditions[0].match",
            "conditions[0].value"
        ]
    );
    let german = desk.ada().post("/de/api/workflows", automatic(""));
    assert_eq!(
        german.json()["errors"]["name"][0],
        "Füllen Sie dieses Feld aus."
    );
}

/// What is stored is one word for each meaning, whatever was sent.
#[test]
fn every_spelling_is_stored_by_its_meaning() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    ada.post("/api/tags", json!({ "name": "hot" })).ok();
    let grace = desk.user_id("grace@example.com");
    made(
        &ada,
        of(
            json!([
                { "event": "ticket", "trigger": "uvdesk.ticket.created" },
                { "event": "ticket", "trigger": "created" },
                { "event": "Ticket", "trigger": "deleted" },
                { "event": "", "trigger": "uvdesk.ticket.agent_reply" },
            ]),
            json!([
                { "type": "subject_or_description", "match": "contains", "value": " refund ", "operation": "||" },
                { "type": "TicketPriority", "match": "isNot", "value": "4", "operation": "||" },
                { "type": "created", "match": "beforeOn", "value": "2025-12-31", "operation": "&&" },
                { "type": "agent", "match": "is", "value": "actionPerformingAgent" },
                { "type": "team", "match": "is", "value": "0" },
                { "type": "source", "match": "is", "value": "email", "operation": "OR" },
            ]),
            json!([
                { "type": "uvdesk.ticket.assign_agent", "value": "responsePerforming" },
                { "type": "uvdesk.ticket.update_agent", "value": grace.to_string() },
                { "type": "uvdesk.agent.add_note", "value": "<p>Look</p>" },
                { "type": "tag", "value": "1" },
            ]),
        ),
    );
    let events: Vec<(String, String)> = desk.read(|view| {
        view.all(
            "SELECT entity, trigger_code FROM workflow_event ORDER BY position",
            [],
        )
    });
    assert_eq!(
        events,
        [
            ("ticket", "created"),
            ("ticket", "removed"),
            ("ticket", "agent_reply")
        ]
        .map(|(entity, trigger)| (entity.to_owned(), trigger.to_owned()))
    );
    let conditions: Vec<String> = desk.read(|view| {
        view.all(
            "SELECT or_group || ' ' || type || ' ' || match_code || ' ' || value
             FROM workflow_condition ORDER BY position",
            [],
        )
    });
    assert_eq!(
        conditions,
        [
            r#"0 subject_or_description contains "refund""#,
            "0 priority isNot 4",
            r#"1 created beforeOn "2025-12-31""#,
            r#"2 agent is "actionPerformingAgent""#,
            "3 team is 0",
            r#"3 source is "email""#,
        ]
    );
    let actions: Vec<String> = desk.read(|view| {
        view.all(
            "SELECT type || ' ' || value FROM workflow_action ORDER BY position",
            [],
        )
    });
    assert_eq!(
        actions,
        [
            r#"assign_agent "responsePerforming""#.to_owned(),
            format!("assign_agent {grace}"),
            r#"note "<p>Look</p>""#.to_owned(),
            "tag 1".to_owned(),
        ]
    );
}

#[test]
fn custom_fields_are_asked_by_what_they_hold() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let field = |body: Value| ada.post("/api/custom-fields", body).ok()["customField"].clone();
    let plan = field(
        json!({ "name": "Plan", "fieldType": "select", "customFieldValues": ["Free", "Paid"] }),
    );
    let seats = field(
        json!({ "name": "Seats", "fieldType": "text", "validation": { "fieldtype": "number" } }),
    );
    let due = field(json!({ "name": "Due", "fieldType": "date" }));
    let sealed = field(json!({ "name": "Secret", "fieldType": "text", "encryption": 1 }));
    let file = field(json!({ "name": "File", "fieldType": "file" }));
    let idle = field(json!({ "name": "Idle", "fieldType": "text", "status": 0 }));
    let paid = &plan["customFieldValues"][1]["id"];
    let asked = |field: &Value, comparison: &str, value: Value| {
        let kind = format!("customFields[{}]", field["id"]);
        let conditions = json!([{ "type": kind, "match": comparison, "value": value }]);
        of(on("created"), conditions, json!([{ "type": "mark_spam" }]))
    };
    for (body, at) in [
        (asked(&plan, "is", json!("Paid")), "value"),
        (asked(&plan, "is", json!(999)), "value"),
        (asked(&plan, "contains", paid.clone()), "match"),
        (asked(&seats, "greaterThan", json!("many")), "value"),
        (asked(&seats, "contains", json!("1")), "match"),
        (asked(&due, "before", json!("31.12.2025")), "value"),
        (asked(&sealed, "is", json!("x")), "type"),
        (asked(&file, "is", json!("x")), "type"),
        (asked(&idle, "is", json!("x")), "type"),
    ] {
        assert_eq!(
            faults(&ada.post("/api/workflows", body.clone())),
            [format!("conditions[0].{at}")],
            "{body}"
        );
    }
    let mut right = asked(&plan, "is", paid.clone());
    let list = right["conditions"].as_array_mut().unwrap();
    list.extend(
        asked(&seats, "greaterThan", json!("4.5"))["conditions"]
            .as_array()
            .unwrap()
            .clone(),
    );
    list.extend(
        asked(&due, "afterOn", json!("2025-12-31"))["conditions"]
            .as_array()
            .unwrap()
            .clone(),
    );
    made(&ada, right);
    assert_eq!(
        desk.number("SELECT count(*) FROM workflow_use WHERE kind = 'custom_field'"),
        3
    );
    let menu = ada.get("/api/workflows/options").ok();
    let on_fields = menu["conditions"].as_array().unwrap().iter();
    let on_fields: Vec<&Value> = on_fields
        .filter(|row| row["type"].as_str().unwrap().contains('['))
        .collect();
    assert_eq!(on_fields.len(), 3);
    assert_eq!(
        on_fields[0]["choices"][1],
        json!({ "id": paid, "name": "Paid" })
    );
}

#[test]
fn the_menu_offers_what_can_be_stored() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    ada.post("/api/tags", json!({ "name": "hot" })).ok();
    ada.post("/api/labels", json!({ "name": "mine" })).ok();
    ada.post(
        "/api/sub-groups",
        json!({ "name": "T", "description": "d", "groups": [1] }),
    )
    .ok();
    let menu = ada.get("/api/workflows/options").ok();
    let mut stored = 0;
    for action in menu["actions"].as_array().unwrap() {
        let options = action["options"]
            .as_str()
            .map(|list| menu["options"][list].as_array().unwrap());
        let choices = action["choices"].as_array().unwrap().iter();
        let mut values: Vec<Value> = choices
            .chain(options.into_iter().flatten())
            .map(|one| one["id"].clone())
            .collect();
        match action["takes"].as_str().unwrap() {
            "nothing" => values.push(Value::Null),
            "message" => values.push(json!("Look at this")),
            "mail" => values.clear(),
            _ => {}
        }
        if action["kind"] == 0 {
            for value in values {
                let mut body = manual("", json!([{ "type": action["type"], "value": value }]));
                body["name"] = json!(format!("number {stored}"));
                made(&ada, body);
                stored += 1;
            }
            continue;
        }
        let event = action["event"].as_str().unwrap();
        let not_after = action["notAfter"].as_array().unwrap();
        let triggers = menu["events"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["event"] == event)
            .unwrap();
        let triggers = triggers["triggers"].as_array().unwrap().iter();
        let mut triggers = triggers
            .map(|one| &one["trigger"])
            .filter(|one| !not_after.contains(one));
        let trigger = triggers.next().unwrap();
        for value in values {
            let mut body = of(
                json!([{ "event": event, "trigger": trigger }]),
                json!([]),
                json!([{ "type": action["type"], "value": value }]),
            );
            body["name"] = json!(format!("number {stored}"));
            made(&ada, body);
            stored += 1;
        }
    }
    assert!(stored > 25, "{stored}");
    for condition in menu["conditions"].as_array().unwrap() {
        for one in condition["choices"].as_array().unwrap() {
            let asked = json!([{ "type": condition["type"], "match": condition["matches"][0]["match"], "value": one["id"] }]);
            let mut body = of(on("created"), asked, json!([{ "type": "mark_spam" }]));
            body["name"] = json!(format!("{} {}", condition["type"], one["id"]));
            made(&ada, body);
        }
    }
    assert_eq!(menu["actions"][0]["name"], "Set the priority");
    assert_eq!(
        ada.get("/de/api/workflows/options").ok()["actions"][0]["name"],
        "Priorität setzen"
    );
    let agents = menu["options"]["agent"].as_array().unwrap();
    assert_eq!(agents.len(), 2);
}

#[test]
fn the_menu_says_what_the_caller_may_store() {
    use pocketdesk::base::who::Privilege::{DeleteTicket, ManageWorkflowManual};
    use pocketdesk::base::who::TicketView;
    let desk = desk_without_workflows();
    let agent = desk.agent(
        "m@example.com",
        &[ManageWorkflowManual, DeleteTicket],
        TicketView::All,
    );
    let menu = agent.get("/api/workflows/options").ok();
    for action in menu["actions"].as_array().unwrap() {
        let kind = action["type"].as_str().unwrap();
        let is_free =
            kind.starts_with("mail_") || matches!(kind, "label" | "delete_ticket" | "reply");
        assert_eq!(action["isAllowed"], json!(is_free), "{kind}");
    }
    let note = manual("x", json!([{ "type": "note", "value": "x" }]));
    assert_eq!(agent.post("/api/workflows", note).error(403), "forbidden");
}
