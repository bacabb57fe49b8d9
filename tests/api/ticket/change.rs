//! Changing one ticket: its properties, its words, its agent, its way to the trash.

use serde_json::{Value, json};

use super::{holdings, ids_of, view_of};
use crate::support::{Answer, Client, Desk};
use pocketdesk::base::who::{Privilege, TicketView};

fn patch(client: &Client, id: i64, edit_type: &str, value: Value) -> crate::support::Answer {
    let mut body = json!({ "editType": edit_type });
    if !value.is_null() {
        body["value"] = value;
    }
    client.patch(&format!("/api/ticket/{id}.json"), body)
}

#[test]
fn id_and_increment_id_are_two_things() {
    let desk = Desk::new();
    let ticket = desk.ticket("Two numbers");
    assert_ne!(ticket.id, ticket.increment_id);
    let ada = desk.ada();
    let view = view_of(&ada, ticket);
    assert_eq!(view["ticket"]["id"], ticket.id);
    assert_eq!(view["ticket"]["incrementId"], ticket.increment_id);
    let by_id = format!("/api/ticket/{}.json", ticket.id);
    let refused = ada.get(&by_id);
    assert_eq!(refused.error(404), "not_found");
    let told = |answer: &Answer| answer.json()["error_description"].to_string();
    assert!(
        told(&refused).contains("another incrementId"),
        "{}",
        told(&refused)
    );
    // Who does not see it learns nothing of it.
    assert!(!told(&desk.customer("eve@example.com").get(&by_id)).contains("incrementId"));
    let body = json!({ "id": 0, "editType": "star", "type": 1, "from": "a@example.com", "reply": "x",
        "subject": "x", "threadType": "reply", "email": "a@example.com", "collaboratorId": 1 });
    for (method, path) in [
        ("PUT", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("PUT", "/trash"),
        ("PUT", "/agent"),
        ("POST", "/collaborator"),
        ("DELETE", "/collaborator"),
        ("GET", "/threads"),
        ("POST", "/threads"),
    ] {
        let target = format!("/api/ticket/{}{path}", ticket.increment_id);
        let text = body.to_string();
        let answer = ada.send(method, &target, "application/json", text.as_bytes());
        assert_eq!(answer.error(404), "not_found", "{method} {path}");
        assert!(
            told(&answer).contains("has another id"),
            "{method} {path}: {}",
            told(&answer)
        );
    }
    let threads = format!("/api/ticket/{}/threads", ticket.increment_id);
    let stranger = desk.as_email("eve@example.com").get(&threads);
    assert!(
        !told(&stranger).contains("another id"),
        "{}",
        told(&stranger)
    );
}

#[test]
fn every_property_takes_its_values_and_says_so() {
    let desk = Desk::new();
    let ticket = desk.ticket("Properties");
    let ada = desk.ada();
    let grace = desk.user_id("grace@example.com");
    let team = desk.write(|change| {
        change.insert(
            "INSERT INTO team (name, name_key, description, created_at) VALUES ('Team', name_key('Team'), 'x', 0)",
            [],
        )
    });
    let cases = [
        ("status", json!("3"), "/status/id", json!(3)),
        ("status", json!(2), "/status/id", json!(2)),
        ("type", json!("5"), "/type/name", json!("Feature request")),
        ("priority", json!("4"), "/priority/name", json!("Urgent")),
        ("group", json!("1"), "/group/name", json!("Default")),
        ("group", json!(0), "/group", Value::Null),
        ("team", json!(team), "/subgroup/name", json!("Team")),
        ("team", json!("0"), "/subgroup", Value::Null),
        (
            "agent",
            json!(grace.to_string()),
            "/agent/detail/agent/name",
            json!("Grace Hopper"),
        ),
        ("agent", json!(0), "/agent", Value::Null),
        ("star", Value::Null, "/isStarred", json!(true)),
        ("star", Value::Null, "/isStarred", Value::Null),
        ("star", json!("starred"), "/isStarred", json!(true)),
        ("star", json!("starred"), "/isStarred", json!(true)),
        ("star", json!("0"), "/isStarred", Value::Null),
        (
            "subject",
            json!("Other words"),
            "/subject",
            json!("Other words"),
        ),
    ];
    for (edit_type, value, pointer, want) in cases {
        let said = patch(&ada, ticket.id, edit_type, value.clone()).ok();
        assert_eq!(said["message"], format!("Success: {edit_type} updated"));
        let view = view_of(&ada, ticket);
        assert_eq!(
            view["ticket"].pointer(pointer),
            Some(&want),
            "{edit_type} {value}"
        );
    }
}

#[test]
fn a_label_is_toggled_and_seen_by_its_owner_alone() {
    let desk = Desk::new();
    let ticket = desk.ticket("Labelled");
    let (ada, grace) = (desk.ada(), desk.grace());
    let label = ada.post("/api/labels", json!({ "name": "Mine" })).ok()["label"]["id"].clone();
    patch(&ada, ticket.id, "label", label.clone()).ok();
    let labels = |client: &Client| view_of(client, ticket)["ticket"]["ticketLabels"].clone();
    assert_eq!(labels(&ada)[0]["id"], label);
    assert_eq!(labels(&grace), json!([]));
    assert_eq!(labels(&desk.alan()), json!([]));
    assert_eq!(ids_of(&ada, &format!("label={label}")), [ticket.id]);
    assert_eq!(ids_of(&grace, &format!("label={label}")), [0; 0]);
    let foreign = patch(&grace, ticket.id, "label", label.clone());
    assert_eq!(foreign.error(400), "invalid_request");
    patch(&ada, ticket.id, "label", label).ok();
    assert_eq!(labels(&ada), json!([]));
}

#[test]
fn bad_values_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ticket = desk.ticket("Stays");
    let ada = desk.ada();
    desk.write(|change| {
        change.run("INSERT INTO ticket_type (id, name, name_key, description, is_active) VALUES (7, 'Off', name_key('Off'), 'x', 0)", [])?;
        change.run(
            "INSERT INTO \"group\" (id, name, name_key, description, is_active, created_at) VALUES (7, 'Off', name_key('Off'), 'x', 0, 0)",
            [],
        )
    });
    let alan = desk.user_id("alan@example.com");
    let before = holdings(&desk);
    let cases = [
        ("status", json!(0)),
        ("status", json!(7)),
        ("status", json!("open")),
        ("status", Value::Null),
        ("status", json!("")),
        ("status", json!("-1")),
        ("status", json!("1.5")),
        ("status", json!([1])),
        ("priority", json!(5)),
        ("type", json!(0)),
        ("type", json!(7)),
        ("type", json!(999)),
        ("group", json!(7)),
        ("group", json!(-1)),
        ("team", json!(999)),
        ("agent", json!(alan)),
        ("agent", json!(999)),
        ("label", json!(999)),
        ("label", Value::Null),
        ("star", json!("maybe")),
        ("subject", Value::Null),
        ("subject", json!("   ")),
        ("subject", json!("x".repeat(256))),
        ("colour", json!("red")),
        ("customer", json!(1)),
        ("", json!(1)),
    ];
    for (edit_type, value) in cases {
        let answer = patch(&ada, ticket.id, edit_type, value.clone());
        assert_eq!(
            answer.status,
            400,
            "{edit_type}: {value}: {}",
            answer.text()
        );
        assert_eq!(
            answer.json()["errors"]
                .as_object()
                .map(serde_json::Map::len),
            Some(1),
            "{edit_type}: {value}: {}",
            answer.text()
        );
        assert_eq!(holdings(&desk), before, "{edit_type}: {value}");
    }
}

#[test]
fn each_property_needs_its_privilege() {
    use Privilege::{
        AssignTicket, AssignTicketGroup, EditTicket, UpdateTicketPriority, UpdateTicketStatus,
        UpdateTicketType,
    };
    let desk = Desk::new();
    let ticket = desk.ticket("Privileges");
    let grace = desk.user_id("grace@example.com");
    let cases = [
        ("status", json!(3), UpdateTicketStatus),
        ("type", json!(3), UpdateTicketType),
        ("priority", json!(3), UpdateTicketPriority),
        ("group", json!(1), AssignTicketGroup),
        ("team", json!(0), AssignTicketGroup),
        ("agent", json!(grace), AssignTicket),
        ("subject", json!("New"), EditTicket),
    ];
    for (edit_type, value, privilege) in cases {
        let others: Vec<Privilege> = Privilege::ALL
            .iter()
            .copied()
            .filter(|one| *one != privilege)
            .collect();
        let lacking = desk.agent(
            &format!("no-{edit_type}@example.com"),
            &others,
            TicketView::All,
        );
        let before = holdings(&desk);
        let refused = patch(&lacking, ticket.id, edit_type, value.clone());
        assert_eq!(refused.error(403), "forbidden", "{edit_type}");
        assert!(refused.text().contains(privilege.code()), "{edit_type}");
        assert_eq!(holdings(&desk), before, "{edit_type}");
        let holding = desk.agent(
            &format!("may-{edit_type}@example.com"),
            &[privilege],
            TicketView::All,
        );
        patch(&holding, ticket.id, edit_type, value).ok();
    }
    assert_eq!(
        patch(&desk.alan(), ticket.id, "star", Value::Null).error(403),
        "forbidden"
    );
}

#[test]
fn an_edit_gives_a_ticket_other_words_and_another_customer() {
    let desk = Desk::new();
    let ticket = desk.ticket("First words");
    let ada = desk.ada();
    let body = json!({ "type": "2", "from": "barbara@example.com", "reply": "This is a edited reply.",
        "subject": "New subject" });
    let path = format!("/api/ticket/{}.json", ticket.id);
    let said = ada.put(&path, body.clone()).ok();
    assert_eq!(
        said,
        json!({ "message": "Success ! Ticket has been updated successfully." })
    );
    let view = view_of(&ada, ticket);
    assert_eq!(view["ticket"]["subject"], "New subject");
    assert_eq!(view["ticket"]["type"]["id"], 2);
    assert_eq!(view["ticket"]["customer"]["email"], "barbara@example.com");
    assert!(
        view["createThread"]["reply"]
            .as_str()
            .unwrap()
            .contains("edited reply")
    );
    // The one whose ticket it was sees it no more.
    desk.alan()
        .get(&format!("/api/ticket/{}", ticket.increment_id))
        .error(404);
    for field in ["type", "from", "reply", "subject"] {
        for value in [None, Some("")] {
            let mut bad = body.clone();
            match value {
                None => {
                    bad.as_object_mut().unwrap().remove(field);
                }
                Some(blank) => bad[field] = json!(blank),
            }
            let before = holdings(&desk);
            let answer = ada.put(&path, bad);
            assert_eq!(answer.error(400), "invalid_request", "{field} {value:?}");
            assert!(answer.json()["errors"][field].is_array(), "{field}");
            assert_eq!(holdings(&desk), before, "{field} {value:?}");
        }
    }
}

#[test]
fn an_edit_of_the_type_needs_the_right_to_it() {
    let desk = Desk::new();
    let ticket = desk.ticket("Words");
    let editor = desk.agent(
        "editor@example.com",
        &[Privilege::EditTicket],
        TicketView::All,
    );
    let path = format!("/api/ticket/{}", ticket.id);
    let body = |type_id: i64| {
        json!({ "type": type_id, "from": "alan@example.com", "reply": "Words",
            "subject": "Words" })
    };
    let before = holdings(&desk);
    assert_eq!(editor.put(&path, body(2)).error(403), "forbidden");
    assert_eq!(holdings(&desk), before);
    editor.put(&path, body(1)).ok();
}

#[test]
fn an_agent_is_assigned_and_taken_off() {
    let desk = Desk::new();
    let ticket = desk.ticket("Whose");
    let ada = desk.ada();
    let grace = desk.user_id("grace@example.com");
    let path = format!("/api/ticket/{}/agent.json", ticket.id);
    let said = ada.put(&path, json!({ "id": grace.to_string() })).ok();
    assert_eq!(
        said,
        json!({ "message": "Success ! Agent successfully assigned." })
    );
    let name = || view_of(&ada, ticket)["ticket"]["agent"]["detail"]["agent"]["name"].clone();
    assert_eq!(name(), "Grace Hopper");
    for bad in [
        json!({}),
        json!({ "id": "" }),
        json!({ "id": 999 }),
        json!({ "id": desk.user_id("alan@example.com") }),
        json!({ "id": "grace" }),
    ] {
        let before = holdings(&desk);
        assert_eq!(ada.put(&path, bad).error(400), "invalid_request");
        assert_eq!(holdings(&desk), before);
    }
    assert_eq!(name(), "Grace Hopper");
    ada.put(&path, json!({ "id": 0 })).ok();
    assert_eq!(name(), Value::Null);
}

#[test]
fn deleting_moves_to_the_trash_and_restoring_brings_back() {
    let desk = Desk::new();
    let (kept, gone) = (desk.ticket("Kept"), desk.ticket("Gone"));
    let (ada, alan) = (desk.ada(), desk.alan());
    let said = ada.delete(&format!("/api/ticket/{}.json", gone.id)).ok();
    assert_eq!(
        said,
        json!({ "message": "Success ! Ticket moved to trash successfully." })
    );
    assert_eq!(ids_of(&ada, ""), [kept.id]);
    assert_eq!(ids_of(&ada, "trashed"), [gone.id]);
    assert_eq!(view_of(&ada, gone)["ticket"]["isTrashed"], true);
    // For its customer it is gone.
    let page = format!("/api/ticket/{}", gone.increment_id);
    alan.get(&page).error(404);
    assert_eq!(ids_of(&alan, "trashed"), [0; 0]);
    alan.post(
        &format!("/api/ticket/{}/threads", gone.id),
        json!({ "threadType": "reply", "reply": "x" }),
    )
    .error(404);
    // Twice is no mistake.
    ada.put(&format!("/api/ticket/{}/trash", gone.id), json!({}))
        .ok();
    ada.put(
        "/api/tickets/restore.json",
        json!({ "ids": [gone.id], "statusId": 1 }),
    )
    .ok();
    assert_eq!(ids_of(&alan, ""), [gone.id, kept.id]);
}

#[test]
fn what_is_not_there_is_404_for_every_verb() {
    let desk = Desk::new();
    let ada = desk.ada();
    for id in ["0", "999", "9223372036854775807", "99999999999999999999"] {
        for (method, rest) in [
            ("GET", ""),
            ("PUT", "/trash"),
            ("DELETE", ""),
            ("GET", "/threads"),
        ] {
            let answer = ada.send(method, &format!("/api/ticket/{id}{rest}"), "", b"");
            assert_eq!(answer.error(404), "not_found", "{method} {id}{rest}");
        }
    }
    for path in [
        "/api/ticket/-1",
        "/api/ticket/one",
        "/api/ticket/1.5",
        "/api/ticket",
    ] {
        assert_eq!(ada.get(path).error(404), "not_found", "{path}");
    }
}

/// Who does not see the message that opened a ticket changes the rest of it.
#[test]
fn a_ticket_is_edited_beside_its_locked_message() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Locked");
    let first = desk.number("SELECT id FROM thread");
    let path = format!("/api/ticket/{}", ticket.id);
    ada.patch(
        &format!("{path}/thread/{first}"),
        json!({ "updateType": "lock" }),
    )
    .ok();
    let editor = desk.agent(
        "editor@example.com",
        &[Privilege::EditTicket],
        TicketView::All,
    );
    let body = json!({ "type": 1, "from": "alan@example.com", "subject": "new", "reply": "new" });
    let said = editor.put(&path, body).ok();
    assert!(said["warning"].is_string(), "{said}");
    let view = view_of(&ada, ticket);
    assert_eq!(view["ticket"]["subject"], "new");
    assert_eq!(view["createThread"]["reply"], "About Locked.");
}

/// A team stays with a ticket as long as its group has it.
#[test]
fn a_team_of_another_group_is_refused_and_goes_with_the_group() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Teams");
    let path = format!("/api/ticket/{}", ticket.id);
    let set = |property: &str, value: &Value| {
        ada.patch(&path, json!({ "editType": property, "value": value }))
    };
    let group = |name: &str| {
        let body = json!({ "name": name, "description": "d" });
        ada.post("/api/groups", body).ok()["id"].clone()
    };
    let (one, two) = (group("One"), group("Two"));
    let team = |name: &str, groups: Value| {
        let body = json!({ "name": name, "description": "d", "groups": groups });
        ada.post("/api/sub-groups", body).ok()["id"].clone()
    };
    let (first, second) = (team("First", json!([one])), team("Second", json!([two])));
    let teams = || view_of(&ada, ticket)["ticket"]["subgroup"]["id"].clone();
    set("team", &first).ok();
    set("group", &one).ok();
    assert_eq!(teams(), first);
    let refused = set("team", &second);
    assert_eq!(refused.error(400), "invalid_request");
    assert!(refused.json()["errors"]["value"].is_array());
    assert_eq!(teams(), first);
    set("group", &two).ok();
    assert_eq!(teams(), Value::Null);
    set("team", &second).ok();
    let several = json!({ "ids": [ticket.id], "groupId": one });
    ada.put("/api/tickets/group", several).ok();
    assert_eq!(teams(), Value::Null);
}
