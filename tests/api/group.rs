//! Groups.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::client::Answer;
use crate::support::{BEGINNING, Desk};

fn body(name: &str) -> Value {
    json!({ "name": name, "description": "for a test" })
}

#[track_caller]
fn id_of(answer: &Answer) -> i64 {
    answer.ok()["id"].as_i64().expect("an id")
}

fn created_at(timestamp: i64) -> Value {
    json!({
        "lastErrors": { "warning_count": 0, "warnings": [], "error_count": 0, "errors": [] },
        "timezone": { "name": "UTC", "location": {
            "country_code": "??", "latitude": 0, "longitude": 0, "comments": "" } },
        "offset": 0,
        "timestamp": timestamp,
    })
}

#[test]
fn a_group_is_made_changed_listed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let grace = desk.user_id("grace@example.com");
    let made = ada
        .post(
            "/en/api/groups.json",
            json!({ "name": "group beta", "description": "beta group", "users": [grace.to_string()] }),
        )
        .ok();
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        made,
        json!({ "message": "Success! Group has been added successfully.", "id": id })
    );
    let listed = ada.get("/api/groups.json?search=BETA").ok();
    let shown = json!({ "id": id, "name": "group beta", "description": "beta group",
        "createdAt": created_at(BEGINNING.0), "isActive": true, "userView": null });
    assert_eq!(listed["groups"], json!([shown]));
    assert_eq!(listed["pagination_data"]["totalCount"], 1);
    assert_eq!(listed["pagination_data"]["url"], "#page/replacePage");
    let path = format!("/api/group/{id}.json");
    let changed = ada
        .put(
            &path,
            json!({ "name": "alpha group", "description": "desc of group" }),
        )
        .ok();
    assert_eq!(
        changed,
        json!({ "message": "Success! Group has been updated successfully.", "id": id })
    );
    let whole = ada.get(&path).ok();
    assert_eq!(whole["name"], "alpha group");
    assert_eq!(
        whole["users"],
        json!([{ "id": grace, "email": "grace@example.com", "name": "Grace Hopper" }])
    );
    assert_eq!(whole["subGroups"], json!([]));
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! Group removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
}

#[test]
fn the_list_is_sorted_filtered_and_paged() {
    let desk = Desk::new();
    let ada = desk.ada();
    for name in ["Cobalt", "amber", "Beryl"] {
        desk.clock.advance(60);
        let mut group = body(name);
        group["isActive"] = json!(u8::from(name != "Beryl"));
        ada.post("/api/groups", group).ok();
    }
    ada.put(
        "/api/group/1",
        json!({ "name": "Default", "description": "d", "isActive": "0" }),
    )
    .ok();
    let names = |query: &str| -> Vec<String> {
        let listed = ada.get(&format!("/api/groups.json?{query}")).ok();
        let groups = listed["groups"].as_array().unwrap();
        groups
            .iter()
            .map(|group| group["name"].as_str().unwrap().to_owned())
            .collect()
    };
    for (query, want) in [
        (
            "sort=ap.name&direction=asc&isActive=1",
            vec!["amber", "Cobalt"],
        ),
        (
            "sort=ap.name&direction=DESC",
            vec!["Default", "Cobalt", "Beryl", "amber"],
        ),
        ("isActive=1&direction=ASC", vec!["Cobalt", "amber"]),
        ("isActive=1", vec!["amber", "Cobalt"]),
        ("isActive=0&search=ber", vec!["Beryl"]),
        ("isActive=&search=%25", vec![]),
        ("sort=ap.name&direction=asc&limit=1&page=2", vec!["Beryl"]),
        ("page=99", vec![]),
    ] {
        assert_eq!(names(query), want, "{query}");
    }
}

#[test]
fn members_given_replace_and_left_out_stay() {
    let desk = Desk::new();
    let ada = desk.ada();
    let (ada_id, grace) = (
        desk.user_id("ada@example.com"),
        desk.user_id("grace@example.com"),
    );
    let mut group = body("Night");
    group["users"] = json!(format!("{ada_id},{grace}"));
    let path = format!("/api/group/{}", id_of(&ada.post("/api/groups", group)));
    let team = id_of(&ada.post(
        "/api/sub-groups",
        json!({ "name": "T", "description": "d", "groups": [1] }),
    ));
    let users = || ada.get(&path).ok()["users"].as_array().unwrap().len();
    ada.put(&path, body("Night")).ok();
    assert_eq!(users(), 2);
    let mut edited = body("Night");
    edited["users"] = json!([grace]);
    edited["subgroups"] = json!([team]);
    ada.put(&path, edited.clone()).ok();
    assert_eq!(users(), 1);
    assert_eq!(
        ada.get(&path).ok()["subGroups"],
        json!([{ "id": team, "name": "T" }])
    );
    edited["users"] = json!([]);
    edited["subgroups"] = json!("");
    ada.put(&path, edited).ok();
    assert_eq!(users(), 0);
    assert_eq!(ada.get(&path).ok()["subGroups"], json!([]));
}

#[test]
fn bad_groups_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let alan = desk.user_id("alan@example.com");
    ada.post("/api/groups", body("taken")).ok();
    let path = format!(
        "/api/group/{}",
        id_of(&ada.post("/api/groups", body("kept")))
    );
    let before = ada.get(&path).ok();
    let long = "x".repeat(101);
    for (group, status, field) in [
        (json!({}), 400, Some("name")),
        (json!({ "name": "x" }), 400, Some("description")),
        (json!({ "name": "", "description": "d" }), 400, Some("name")),
        (
            json!({ "name": long, "description": "d" }),
            400,
            Some("name"),
        ),
        (
            json!({ "name": "x", "description": "d", "users": [999] }),
            400,
            Some("users"),
        ),
        (
            json!({ "name": "x", "description": "d", "users": [alan] }),
            400,
            Some("users"),
        ),
        (
            json!({ "name": "x", "description": "d", "users": ["x"] }),
            400,
            Some("users"),
        ),
        (
            json!({ "name": "x", "description": "d", "subgroups": "7,9" }),
            400,
            Some("subgroups"),
        ),
        (
            json!({ "name": "x", "description": "d", "isActive": 2 }),
            400,
            Some("isActive"),
        ),
        (body("TAKEN"), 409, None),
    ] {
        for answer in [
            ada.post("/api/groups", group.clone()),
            ada.put(&path, group.clone()),
        ] {
            answer.error(status);
            if let Some(field) = field {
                assert!(
                    answer.json()["errors"][field][0].is_string(),
                    "{group}: {}",
                    answer.text()
                );
            }
        }
    }
    let named = ada.post(
        "/api/groups",
        json!({ "name": "x", "description": "d", "users": [998, 999] }),
    );
    assert!(named.text().contains("998, 999"), "{}", named.text());
    assert_eq!(ada.get(&path).ok(), before);
    assert_eq!(desk.number("SELECT count(*) FROM \"group\""), 3);
    assert_eq!(ada.put("/api/group/99", body("x")).error(404), "not_found");
    assert_eq!(ada.delete("/api/group/99").error(404), "not_found");
}

#[test]
fn a_group_in_use_is_not_deleted() {
    let desk = Desk::new();
    let ada = desk.ada();
    assert_eq!(ada.delete("/api/group/1").error(409), "conflict");
    for use_of in [
        "UPDATE ticket SET group_id = 2",
        "INSERT INTO group_team (group_id, team_id) VALUES (2, 1)",
        "UPDATE company SET default_group_id = 2",
    ] {
        let desk = Desk::new();
        let ada = desk.ada();
        desk.ticket("Held");
        assert_eq!(id_of(&ada.post("/api/groups", body("Busy"))), 2);
        ada.post(
            "/api/sub-groups",
            json!({ "name": "T", "description": "d", "groups": [1] }),
        )
        .ok();
        desk.write(move |change| change.run(use_of, []).map(|_| ()));
        let refused = ada.delete("/api/group/2");
        assert_eq!(refused.error(409), "conflict", "{use_of}");
        assert!(refused.text().contains("Busy"), "{}", refused.text());
        assert_eq!(ada.get("/api/group/2").ok()["name"], "Busy", "{use_of}");
    }
}

#[test]
fn only_those_who_manage_groups_change_them() {
    let desk = Desk::new();
    let manager = desk.agent(
        "manager@example.com",
        &[Privilege::ManageGroup],
        TicketView::All,
    );
    let id = id_of(&manager.post("/api/groups", body("Theirs")));
    let path = format!("/api/group/{id}");
    let grace = desk.grace();
    grace.get("/api/groups").ok();
    grace.get(&path).ok();
    assert_eq!(grace.post("/api/groups", body("x")).error(403), "forbidden");
    assert_eq!(grace.put(&path, body("x")).error(403), "forbidden");
    assert_eq!(grace.delete(&path).error(403), "forbidden");
    assert_eq!(desk.alan().get("/api/groups").error(403), "forbidden");
    assert_eq!(desk.alan().get(&path).error(403), "forbidden");
    assert_eq!(manager.get(&path).ok()["name"], "Theirs");
    manager.delete(&path).ok();
}

#[test]
fn nobody_adds_themselves_to_see_more() {
    let desk = Desk::new();
    let manager = desk.agent(
        "narrow@example.com",
        &[Privilege::ManageGroup],
        TicketView::GroupsAndTeams,
    );
    let (me, grace) = (
        desk.user_id("narrow@example.com"),
        desk.user_id("grace@example.com"),
    );
    let with = |users: Value| json!({ "name": "Default", "description": "d", "users": users });
    let path = "/api/group/1";
    assert_eq!(manager.put(path, with(json!([me]))).error(403), "forbidden");
    assert_eq!(desk.number("SELECT count(*) FROM group_user"), 0);
    manager.put(path, with(json!([grace]))).ok();
    desk.ada().put(path, with(json!([me, grace]))).ok();
    manager.put(path, with(json!([me]))).ok();
}

/// A name is said as it is, whatever it looks like.
#[test]
fn a_name_is_never_read_for_keys_or_places() {
    let desk = Desk::new();
    let ada = desk.ada();
    for name in ["@error.internal", "{count}", "@noun.ticket"] {
        let group = json!({ "name": name, "description": "d" });
        let group = ada.post("/api/groups", group).ok()["id"].clone();
        let ticket = desk.ticket("In it");
        let edit = json!({ "editType": "group", "value": group });
        ada.patch(&format!("/api/ticket/{}", ticket.id), edit).ok();
        let refused = ada.delete(&format!("/de/api/group/{group}"));
        assert_eq!(refused.error(409), "conflict");
        let said = refused.json()["error_description"].to_string();
        assert!(said.contains(name), "{said}");
        let path = format!("/api/ticket/{}/activity", ticket.id);
        let line = ada.get(&path).ok()["activity"][0]["text"].to_string();
        assert!(line.contains(name), "{line}");
    }
}
