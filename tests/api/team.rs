//! Sub-groups, which agents call teams.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::{BEGINNING, Client, Desk};

fn body(name: &str) -> Value {
    json!({ "name": name, "description": "for a test", "groups": ["1"] })
}

fn made(by: &Client, name: &str) -> String {
    let id = by.post("/api/sub-groups", body(name)).ok()["id"].clone();
    format!("/api/sub-group/{id}")
}

#[test]
fn a_team_is_made_changed_listed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let grace = desk.user_id("grace@example.com");
    let added = ada
        .post(
            "/api/sub-groups.json",
            json!({ "name": "team2", "description": "desc", "groups": ["1"], "users": [grace.to_string()] }),
        )
        .ok();
    let id = added["id"].as_i64().unwrap();
    assert_eq!(
        added,
        json!({ "message": "Success! Team has been added successfully.", "id": id })
    );
    let listed = ada.get("/api/sub-groups.json?isActive=1&sort=ap.name").ok();
    assert_eq!(listed["groups"][0]["id"], id);
    assert_eq!(listed["groups"][0]["createdAt"]["timestamp"], BEGINNING.0);
    assert_eq!(
        listed["groups"][0]["createdAt"]["lastErrors"]["warnings"],
        json!([])
    );
    let keys: Vec<&String> = listed["groups"][0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "name", "description", "createdAt", "isActive"]);
    assert_eq!(listed["pagination_data"]["numItemsPerPage"], 10);
    let path = format!("/api/sub-group/{id}.json");
    let changed = ada.put(&path, body("team3")).ok();
    assert_eq!(
        changed,
        json!({ "message": "Success! Team has been updated successfully.", "id": id })
    );
    let whole = ada.get(&path).ok();
    assert_eq!(whole["name"], "team3");
    assert_eq!(whole["groups"], json!([{ "id": 1, "name": "Default" }]));
    assert_eq!(whole["users"][0]["id"], grace);
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! SubGroup removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
    assert_eq!(desk.number("SELECT count(*) FROM group_team"), 0);
}

#[test]
fn groups_and_users_given_replace() {
    let desk = Desk::new();
    let ada = desk.ada();
    let second = ada
        .post(
            "/api/groups",
            json!({ "name": "Second", "description": "d" }),
        )
        .ok()["id"]
        .clone();
    let path = made(&ada, "Roving");
    let mut edited = body("Roving");
    edited["groups"] = json!([second]);
    edited["users"] = json!([desk.user_id("ada@example.com")]);
    edited["isActive"] = json!(false);
    ada.put(&path, edited).ok();
    let whole = ada.get(&path).ok();
    assert_eq!(whole["groups"], json!([{ "id": second, "name": "Second" }]));
    assert_eq!(whole["isActive"], false);
    let mut emptied = body("Roving");
    emptied["users"] = json!([]);
    ada.put(&path, emptied).ok();
    let whole = ada.get(&path).ok();
    assert_eq!(whole["users"], json!([]));
    assert_eq!(whole["isActive"], false);
    assert_eq!(whole["groups"], json!([{ "id": 1, "name": "Default" }]));
}

/// A ticket is never with a team of another group, whichever side of the two is changed.
#[test]
fn a_team_that_leaves_a_group_leaves_its_tickets() {
    let desk = Desk::new();
    let ada = desk.ada();
    let group = json!({ "name": "Other", "description": "x" });
    let other = ada.post("/api/groups", group).ok()["id"].as_i64().unwrap();
    let both = json!({ "name": "Both", "description": "x", "groups": [1, other] });
    let team = ada.post("/api/sub-groups", both).ok()["id"]
        .as_i64()
        .unwrap();
    let with = |group: i64| {
        let ticket = desk.ticket(&format!("Of group {group}")).id;
        let path = format!("/api/ticket/{ticket}");
        ada.patch(&path, json!({ "editType": "group", "value": group }))
            .ok();
        ada.patch(&path, json!({ "editType": "team", "value": team }))
            .ok();
        ticket
    };
    let team_of = |ticket: i64| {
        desk.number(&format!(
            "SELECT ifnull(team_id, 0) FROM ticket WHERE id = {ticket}"
        ))
    };
    let (first, second) = (with(1), with(other));
    let alone = json!({ "name": "Both", "description": "x", "groups": [other] });
    ada.put(&format!("/api/sub-group/{team}"), alone).ok();
    assert_eq!((team_of(first), team_of(second)), (0, team));
    let activity = ada.get(&format!("/api/ticket/{first}/activity")).ok();
    assert_eq!(activity["activity"][0]["property"], "team");
    // The group lets it go; one that is of no group is of all.
    let without = json!({ "name": "Other", "description": "x", "subgroups": [] });
    ada.put(&format!("/api/group/{other}"), without).ok();
    assert_eq!(team_of(second), team);
    let taken = json!({ "name": "Default", "description": "x", "subgroups": [team] });
    ada.put("/api/group/1", taken).ok();
    assert_eq!(team_of(second), 0);
}

#[test]
fn bad_teams_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let alan = desk.user_id("alan@example.com");
    made(&ada, "taken");
    let path = made(&ada, "kept");
    let before = ada.get(&path).ok();
    for (team, status, field) in [
        (json!({}), 400, Some("name")),
        (
            json!({ "name": "x", "description": "d" }),
            400,
            Some("groups"),
        ),
        (
            json!({ "name": "x", "description": "d", "groups": [] }),
            400,
            Some("groups"),
        ),
        (
            json!({ "name": "x", "description": "d", "groups": "1,44" }),
            400,
            Some("groups"),
        ),
        (
            json!({ "name": "x", "description": " ", "groups": 1 }),
            400,
            Some("description"),
        ),
        (
            json!({ "name": "x", "description": "d", "groups": 1, "users": [alan] }),
            400,
            Some("users"),
        ),
        (
            json!({ "name": "x", "description": "d", "groups": 1, "users": [0] }),
            400,
            Some("users"),
        ),
        (body("Taken"), 409, None),
    ] {
        for answer in [
            ada.post("/api/sub-groups", team.clone()),
            ada.put(&path, team.clone()),
        ] {
            answer.error(status);
            if let Some(field) = field {
                assert!(
                    answer.json()["errors"][field][0].is_string(),
                    "{team}: {}",
                    answer.text()
                );
            }
        }
    }
    assert_eq!(ada.get(&path).ok(), before);
    assert_eq!(desk.number("SELECT count(*) FROM team"), 2);
    assert_eq!(
        ada.put("/api/sub-group/99", body("x")).error(404),
        "not_found"
    );
}

#[test]
fn a_team_with_tickets_is_not_deleted() {
    let desk = Desk::new();
    let ada = desk.ada();
    let path = made(&ada, "Busy");
    let ticket = desk.ticket("Held");
    let id = path.rsplit('/').next().unwrap();
    ada.patch(
        &format!("/api/ticket/{}", ticket.id),
        json!({ "editType": "team", "value": id }),
    )
    .ok();
    let refused = ada.delete(&path);
    assert_eq!(refused.error(409), "conflict");
    assert!(
        refused
            .text()
            .contains("The team Busy still has tickets (1)."),
        "{}",
        refused.text()
    );
    ada.get(&path).ok();
}

#[test]
fn only_those_who_manage_teams_change_them() {
    let desk = Desk::new();
    let manager = desk.agent(
        "manager@example.com",
        &[Privilege::ManageSubGroup],
        TicketView::Teams,
    );
    let path = made(&manager, "Theirs");
    let group_manager = desk.agent(
        "groups@example.com",
        &[Privilege::ManageGroup],
        TicketView::All,
    );
    for other in [desk.grace(), group_manager] {
        other.get(&path).ok();
        assert_eq!(
            other.post("/api/sub-groups", body("x")).error(403),
            "forbidden"
        );
        assert_eq!(other.put(&path, body("x")).error(403), "forbidden");
        assert_eq!(other.delete(&path).error(403), "forbidden");
    }
    assert_eq!(desk.alan().get("/api/sub-groups").error(403), "forbidden");
    let mut with_me = body("Theirs");
    with_me["users"] = json!([desk.user_id("manager@example.com")]);
    assert_eq!(manager.put(&path, with_me).error(403), "forbidden");
    assert_eq!(desk.number("SELECT count(*) FROM team_user"), 0);
    manager.delete(&path).ok();
}
