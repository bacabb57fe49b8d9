//! Ticket types.

use serde_json::{Value, json};

use crate::support::Desk;

#[test]
fn six_types_ship() {
    let desk = Desk::new();
    let listed = desk
        .grace()
        .get("/api/ticket-types.json?direction=asc")
        .ok();
    let names: Vec<&str> = listed["types"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    let shipped = [
        "Support",
        "Question",
        "Problem",
        "Incident",
        "Feature request",
        "Feedback",
    ];
    assert_eq!(names, shipped);
    assert_eq!(
        listed["types"][0],
        json!({ "id": 1, "name": "Support", "description": "Support", "isActive": true })
    );
}

#[test]
fn a_type_is_inactive_unless_it_says_otherwise() {
    let desk = Desk::new();
    let ada = desk.ada();
    let body = json!({ "name": "culture", "description": "ticket type regarding culture" });
    let made = ada.post("/api/ticketTypes.json", body.clone()).ok();
    assert_eq!(made["message"], "Success ! Ticket Type saved successfully.");
    let path = format!("/api/ticket-type/{}.json", made["id"]);
    assert_eq!(ada.get(&path).ok()["isActive"], false);
    let ticket = json!({ "type": made["id"], "name": "A", "from": "a@example.com", "subject": "x", "reply": "x" });
    assert_eq!(
        ada.post("/api/tickets", ticket.clone()).error(400),
        "invalid_request"
    );
    let mut active = body.clone();
    active["isActive"] = json!("1");
    assert_eq!(
        ada.put(&path, active).ok(),
        json!({ "message": "Success ! Type updated successfully." })
    );
    ada.post("/api/tickets", ticket).ok();
    // By the table an edit without isActive makes it inactive again.
    ada.put(&path, body).ok();
    assert_eq!(ada.get(&path).ok()["isActive"], false);
    // A type that tickets have stays.
    let refused = ada.delete(&path);
    assert_eq!(refused.error(409), "conflict");
    assert!(refused.text().contains("culture"), "{}", refused.text());
}

#[test]
fn lists_filter_sort_and_page() {
    let desk = Desk::new();
    let ada = desk.ada();
    for name in ["100% sure", "under_score", "apple"] {
        let body = json!({ "name": name, "description": "extra" });
        ada.post("/api/ticket-types", body).ok();
    }
    let ids = |query: &str| -> Vec<i64> {
        let listed = ada.get(&format!("/api/ticket-types?{query}")).ok();
        let types = listed["types"].as_array().unwrap();
        types
            .iter()
            .map(|one| one["id"].as_i64().unwrap())
            .collect()
    };
    assert_eq!(ids("limit=3"), [9, 8, 7]);
    assert_eq!(ids("limit=3&direction=ASC"), [1, 2, 3]);
    assert_eq!(ids("sort=name&direction=asc&limit=3"), [7, 9, 5]);
    assert_eq!(ids("sort=name&direction=desc&limit=2"), [8, 1]);
    assert_eq!(ids("isActive=0"), [9, 8, 7]);
    assert_eq!(ids("isActive=1&limit=1"), [6]);
    assert_eq!(ids("search=%25"), [7], "no letter is a wildcard");
    assert_eq!(ids("search=_"), [8]);
    assert_eq!(ids("search=EXTRA"), [9, 8, 7]);
    assert_eq!(ids("search=nothing"), [0; 0]);
    assert_eq!(ids("page=3&limit=4"), [1]);
    assert_eq!(ids("page=4&limit=4"), [0; 0]);
    let data = ada.get("/api/ticket-types?page=2&limit=4").ok()["pagination_data"].clone();
    assert_eq!(data["totalCount"], 9);
    assert_eq!((&data["previous"], &data["next"]), (&json!(1), &json!(3)));
    ada.get("/api/ticket-types?isActive=perhaps").error(400);
}

#[test]
fn bad_types_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let rows = || desk.number("SELECT count(*) * 1000 + sum(length(name)) FROM ticket_type");
    let before = rows();
    for (name, description, status) in [
        (Value::Null, json!("x"), 400),
        (json!(""), json!("x"), 400),
        (json!("x"), Value::Null, 400),
        (json!("x"), json!(" "), 400),
        (json!("x".repeat(101)), json!("x"), 400),
        (json!("x"), json!("x".repeat(1001)), 400),
        (json!(["x"]), json!("x"), 400),
        (json!("SUPPORT"), json!("x"), 409),
    ] {
        let body = json!({ "name": name, "description": description });
        ada.post("/api/ticket-types", body.clone()).error(status);
        ada.put("/api/ticket-type/2", body.clone()).error(status);
        assert_eq!(rows(), before, "{body}");
    }
    ada.get("/api/ticket-type/99").error(404);
    ada.put(
        "/api/ticket-type/99",
        json!({ "name": "x", "description": "x" }),
    )
    .error(404);
    ada.delete("/api/ticket-type/99").error(404);
    let said = ada.delete("/api/ticket-type/6").ok();
    assert_eq!(
        said,
        json!({ "message": "Success ! Ticket Type removed successfully." })
    );
}
