//! Privilege sets: nobody grants what they do not hold.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::{BEGINNING, Desk};

fn body(name: &str, privileges: &[&str]) -> Value {
    json!({ "name": name, "description": "for a test", "privileges": privileges })
}

fn made(by: &Client, name: &str, privileges: &[&str]) -> String {
    let added = by
        .post("/api/agent-privileges", body(name, privileges))
        .ok();
    format!("/api/agent-privilege/{}", added["id"])
}

#[test]
fn a_set_is_made_changed_listed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let documented = json!({ "name": "NewAgentpriv", "description": "desc of agent privilege",
        "privileges": ["ROLE_AGENT_CREATE_TASK"] });
    let added = ada
        .post("/en/api/agent-privileges.json", documented.clone())
        .ok();
    let id = added["id"].as_i64().unwrap();
    let saved =
        json!({ "message": "Success ! Privilege information saved successfully.", "id": id });
    assert_eq!(added, saved);
    let listed = ada.get("/api/agent-privileges.json?search=newagent").ok();
    let set = &listed["privileges"][0];
    let keys: Vec<&String> = set.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["id", "privileges", "name", "description", "createdAt"]
    );
    assert_eq!(set["privileges"], json!(["ROLE_AGENT_CREATE_TASK"]));
    assert_eq!(set["createdAt"]["timestamp"], BEGINNING.0);
    assert_eq!(listed["pagination_data"]["totalCount"], 1);
    let path = format!("/api/agent-privilege/{id}.json");
    // One code where a list is due, as flat clients send it.
    let changed = ada.put(
        &path,
        json!({ "name": "Second", "description": "d", "privileges": "ROLE_AGENT_ADD_NOTE" }),
    );
    assert_eq!(changed.ok(), saved);
    assert_eq!(
        ada.get(&path).ok()["privileges"],
        json!(["ROLE_AGENT_ADD_NOTE"])
    );
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! Privilege removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
    assert_eq!(ada.delete(&path).error(404), "not_found");
}

#[test]
fn bad_sets_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    made(&ada, "taken", &[]);
    let path = made(&ada, "kept", &["ROLE_AGENT_ADD_NOTE"]);
    let without = json!({ "name": "x", "description": "d" });
    let refused = ada.post("/api/agent-privileges", without);
    assert_eq!(refused.error(400), "invalid_request");
    let before = ada.get(&path).ok();
    let sets = desk.number("SELECT count(*) FROM agent_privilege");
    for (set, status, field) in [
        (json!({}), 400, Some("name")),
        (body("x", &["ROLE_ADMIN"]), 400, Some("privileges")),
        (
            body("x", &["ROLE_AGENT_ADD_NOTE", "role_agent_add_tag"]),
            400,
            Some("privileges"),
        ),
        (
            json!({ "name": [], "description": "d", "privileges": [] }),
            400,
            Some("name"),
        ),
        (body("TAKEN", &[]), 409, None),
    ] {
        for answer in [
            ada.post("/api/agent-privileges", set.clone()),
            ada.put(&path, set.clone()),
        ] {
            answer.error(status);
            if let Some(field) = field {
                assert!(
                    answer.json()["errors"][field][0].is_string(),
                    "{set}: {}",
                    answer.text()
                );
            }
        }
    }
    assert_eq!(ada.get(&path).ok(), before);
    assert_eq!(desk.number("SELECT count(*) FROM agent_privilege"), sets);
}

#[test]
fn nobody_grants_what_they_do_not_hold() {
    let desk = Desk::new();
    let ada = desk.ada();
    let manager = desk.agent(
        "manager@example.com",
        &[Privilege::ManageAgentPrivilege, Privilege::AddNote],
        TicketView::All,
    );
    let within = made(&manager, "within", &["ROLE_AGENT_ADD_NOTE"]);
    let above = made(
        &ada,
        "above",
        &["ROLE_AGENT_ADD_NOTE", "ROLE_AGENT_DELETE_TICKET"],
    );
    let own = desk.number(
        "SELECT s.agent_privilege_id FROM user_agent_privilege s JOIN user ON user.id = s.user_id
         WHERE user.email = 'manager@example.com'",
    );
    let own = format!("/api/agent-privilege/{own}");
    let note = ["ROLE_AGENT_ADD_NOTE"];
    let codes = || desk.number("SELECT count(*) FROM agent_privilege_code");
    let before = codes();
    for answer in [
        manager.post(
            "/api/agent-privileges",
            body("more", &["ROLE_AGENT_DELETE_TICKET"]),
        ),
        manager.put(
            &within,
            body(
                "within",
                &["ROLE_AGENT_ADD_NOTE", "ROLE_AGENT_DELETE_TICKET"],
            ),
        ),
        manager.put(&above, body("above", &note)),
        manager.delete(&above),
        manager.put(&own, body("mine", &note)),
        manager.delete(&own),
    ] {
        assert_eq!(answer.error(403), "forbidden");
    }
    assert_eq!(codes(), before);
    manager.put(&within, body("renamed", &[])).ok();
    manager.delete(&within).ok();
    // An admin holds all, and no set.
    ada.put(&own, body("mine", &["ROLE_AGENT_MANAGE_AGENT_PRIVILEGE"]))
        .ok();
    assert_eq!(
        manager
            .post("/api/agent-privileges", body("x", &note))
            .error(403),
        "forbidden"
    );
}

#[test]
fn a_set_that_agents_hold_is_not_deleted() {
    let desk = Desk::new();
    desk.agent("holder@example.com", &[Privilege::AddNote], TicketView::All);
    let held = desk.number(
        "SELECT s.agent_privilege_id FROM user_agent_privilege s JOIN user ON user.id = s.user_id
         WHERE user.email = 'holder@example.com'",
    );
    let path = format!("/api/agent-privilege/{held}");
    let refused = desk.ada().delete(&path);
    assert_eq!(refused.error(409), "conflict");
    assert!(
        refused.text().contains("Agents still hold"),
        "{}",
        refused.text()
    );
    desk.ada().get(&path).ok();
}

#[test]
fn agents_read_sets_and_managers_alone_change_them() {
    let desk = Desk::new();
    let path = made(&desk.ada(), "read", &["ROLE_AGENT_ADD_NOTE"]);
    let grace = desk.grace();
    grace.get("/api/agent-privileges").ok();
    grace.get(&path).ok();
    assert_eq!(
        grace
            .post("/api/agent-privileges", body("x", &[]))
            .error(403),
        "forbidden"
    );
    assert_eq!(grace.put(&path, body("x", &[])).error(403), "forbidden");
    assert_eq!(grace.delete(&path).error(403), "forbidden");
    assert_eq!(
        desk.alan().get("/api/agent-privileges").error(403),
        "forbidden"
    );
    assert_eq!(desk.alan().get(&path).error(403), "forbidden");
    assert_eq!(desk.anyone().get(&path).error(401), "access_denied");
}

/// Who leaves the codes out of an edit changes none; who sends none takes all.
#[test]
fn a_set_grants_what_it_did_where_nothing_is_said() {
    let desk = Desk::new();
    let ada = desk.ada();
    let path = made(&ada, "before", &["ROLE_AGENT_ADD_NOTE"]);
    let codes = || ada.get(&path).ok()["privileges"].clone();
    ada.put(&path, json!({ "name": "after", "description": "d" }))
        .ok();
    assert_eq!(codes(), json!(["ROLE_AGENT_ADD_NOTE"]));
    for nothing in [json!(""), json!([]), json!(null)] {
        let body =
            |codes: &Value| json!({ "name": "after", "description": "d", "privileges": codes });
        ada.put(&path, body(&json!("ROLE_AGENT_ADD_TAG"))).ok();
        assert_eq!(codes(), json!(["ROLE_AGENT_ADD_TAG"]));
        ada.put(&path, body(&nothing)).ok();
        assert_eq!(codes(), json!([]), "{nothing}");
    }
}
