//! Filters: only what is asked for, and only for agents.

use pocketdesk::base::db::named_params;
use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::Desk;

fn keys(body: &Value) -> Vec<&str> {
    let keys = body.as_object().expect("an object").keys();
    keys.map(String::as_str).collect()
}

#[test]
fn the_documented_parts_have_the_documented_shape() {
    let desk = Desk::new();
    let filters = desk
        .grace()
        .get("/en/api/filters.json?group=1&status=1&priority=1&source=1")
        .ok();
    assert_eq!(keys(&filters), ["group", "status", "priority", "source"]);
    assert_eq!(filters["group"], json!([{ "id": 1, "name": "Default" }]));
    assert_eq!(
        filters["status"][1],
        json!({ "id": 2, "name": "Pending", "description": "Pending", "color": "#d9534f", "sortOrder": 2 })
    );
    let order: Vec<i64> = filters["status"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|status| status["id"].as_i64())
        .collect();
    assert_eq!(order, [1, 2, 6, 3, 4, 5]);
    assert_eq!(
        filters["priority"][0],
        json!({ "id": 1, "name": "Low", "description": "Low", "color": "#5cb85c" })
    );
    assert_eq!(filters["source"]["email"], "Email");
}

#[test]
fn each_part_comes_when_it_is_asked_for() {
    let desk = Desk::new();
    let grace = desk.grace();
    let parts = [
        "group",
        "usergroup",
        "team",
        "status",
        "type",
        "priority",
        "tag",
        "mailbox",
        "agent",
        "customer",
        "source",
        "userdata",
    ];
    for part in parts {
        for query in [
            format!("{part}=1"),
            part.to_owned(),
            format!("{part}=true&unknown=1"),
        ] {
            let filters = grace.get(&format!("/api/filters?{query}")).ok();
            assert_eq!(keys(&filters), [part], "{query}");
        }
        let refused = grace.get(&format!("/api/filters?{part}=perhaps"));
        refused.error(400);
        assert!(
            refused.json()["errors"][part].is_array(),
            "{}",
            refused.text()
        );
    }
    let all: Vec<String> = parts.iter().map(|part| format!("{part}=1")).collect();
    let filters = grace.get(&format!("/api/filters?{}", all.join("&"))).ok();
    assert_eq!(keys(&filters), parts);
    for (part, value) in filters.as_object().unwrap() {
        let is_object = matches!(part.as_str(), "source" | "userdata");
        assert_eq!(value.is_object(), is_object, "{part}");
        assert_eq!(value.is_array(), !is_object, "{part}");
    }
    assert_eq!(grace.get("/api/filters").ok(), json!({}));
    assert_eq!(grace.get("/api/filters?group=0").ok(), json!({}));
    assert_eq!(
        desk.alan().get("/api/filters?group=1").error(403),
        "forbidden"
    );
    assert_eq!(
        desk.anyone().get("/api/filters?group=1").error(401),
        "access_denied"
    );
}

#[test]
fn people_are_active_bounded_and_told_apart() {
    let desk = Desk::new();
    let (ada, grace) = (desk.ada(), desk.grace());
    let ids = ["ada", "grace", "alan"].map(|name| desk.user_id(&format!("{name}@example.com")));
    let filters = grace.get("/api/filters?agent=1&customer=1").ok();
    assert_eq!(
        filters,
        json!({ "agent": [{ "id": ids[0], "name": "Ada Lovelace", "email": "ada@example.com" },
                { "id": ids[1], "name": "Grace Hopper", "email": "grace@example.com" }],
            "customer": [{ "id": ids[2], "name": "Alan Turing", "email": "alan@example.com" }] })
    );
    desk.write(|change| {
        change.run(
            "UPDATE profile SET is_active = 0 WHERE first_name IN ('Grace', 'Alan')",
            [],
        )?;
        for number in 0..120 {
            let user = change.insert(
                "INSERT INTO user (email, email_key, created_at) VALUES (:email, :email, 0)",
                named_params! { ":email": format!("c{number}@example.com") },
            )?;
            change.run(
                "INSERT INTO profile (user_id, side, role_id, first_name, name_key, created_at)
                 VALUES (:user, 'customer', 4, 'C', 'c', :number)",
                named_params! { ":user": user, ":number": number },
            )?;
        }
        Ok(())
    });
    let filters = ada.get("/api/filters?agent=1&customer=1").ok();
    assert_eq!(filters["agent"].as_array().unwrap().len(), 1);
    let customers = filters["customer"].as_array().unwrap();
    assert_eq!(customers.len(), 100);
    assert_eq!(
        customers[0]["email"], "c119@example.com",
        "the newest first"
    );
}

#[test]
fn user_data_are_the_callers() {
    let desk = Desk::new();
    let tagger = desk.agent(
        "tagger@example.com",
        &[Privilege::AddTag],
        TicketView::Teams,
    );
    assert_eq!(
        tagger.get("/api/filters?userdata=1").ok()["userdata"],
        json!({ "id": desk.user_id("tagger@example.com"), "name": "Extra Agent", "email": "tagger@example.com",
            "roles": ["ROLE_AGENT"], "privileges": ["ROLE_AGENT_ADD_TAG"], "ticketView": 3 })
    );
    let ada = desk.ada().get("/api/filters?userdata=1").ok();
    assert_eq!(ada["userdata"]["roles"], json!(["ROLE_SUPER_ADMIN"]));
    assert_eq!(ada["userdata"]["ticketView"], 1);
    assert_eq!(
        ada["userdata"]["privileges"].as_array().unwrap().len(),
        Privilege::ALL.len()
    );
}
