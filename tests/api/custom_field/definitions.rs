//! Definitions: an admin's to write, and never at the cost of what tickets hold.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use super::{field, open, refused, values};
use crate::support::Desk;

#[test]
fn fields_are_listed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let number = field(
        &desk,
        json!({ "name": "Text with number", "fieldType": "text", "value": "enter number", "status": "0",
            "validation": { "fieldtype": "number", "minNo": "20", "maxNo": 100, "regex": "^[1-9][0-9]*$" },
            "dependency": ["1"] }),
    );
    let select = field(
        &desk,
        json!({ "name": "Select", "fieldType": "select", "required": "on", "agentType": "user",
            "customFieldValues": ["asd", "bsd"] }),
    );
    let date = json!({ "date": "2025-06-02 09:30:20", "timezone_type": 3, "timezone": "UTC" });
    let listed = ada.get("/en/api/custom-fields.json").ok();
    assert_eq!(
        listed[0],
        json!({ "id": number, "name": "Text with number", "agentType": "both", "fieldType": "text",
            "value": "enter number", "required": false, "status": false, "sortOrder": 1,
            "dateAdded": date, "dateUpdated": date,
            "validation": { "fieldtype": "number", "minNo": 20, "maxNo": 100, "allowedDomain": "",
                "restrictedDomain": "", "regex": "^[1-9][0-9]*$" },
            "encryption": false,
            "customFieldsDependency": [
                { "id": 1, "name": "Support", "description": "Support", "isActive": true }],
            "customFieldValues": [] })
    );
    let options = &listed[1]["customFieldValues"];
    assert_eq!(options[0]["name"], "asd");
    assert_eq!(options[1]["sortOrder"], 2);
    assert_eq!(listed[1]["validation"], json!({ "regex": "" }));
    assert_eq!(listed[1]["agentType"], "customer");
    assert_eq!(listed[1]["customFieldsDependency"], json!([]));
    assert_eq!(
        ada.get(&format!("/api/custom-field/{select}")).ok(),
        listed[1]
    );
    let ids = |query: &str| -> Vec<i64> {
        let listed = ada.get(&format!("/api/custom-fields?{query}")).ok();
        let fields = listed.as_array().unwrap();
        fields
            .iter()
            .map(|field| field["id"].as_i64().unwrap())
            .collect()
    };
    for (query, want) in [
        ("sort=id&direction=DESC", vec![select, number]),
        ("sort=name", vec![select, number]),
        ("search=NUMBER&page=1", vec![number]),
        ("limit=1&page=2", vec![select]),
        ("page=9", vec![]),
    ] {
        assert_eq!(ids(query), want, "{query}");
    }
}

#[test]
fn an_edit_changes_what_it_names_and_keeps_the_ids_of_options() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = field(
        &desk,
        json!({ "name": "Size", "fieldType": "radio", "value": "pick", "customFieldValues": ["small", "large"] }),
    );
    let path = format!("/api/custom-field/{id}");
    let before = ada.get(&path).ok();
    desk.clock.advance(60);
    let edited = ada
        .put(
            &path,
            json!({ "customFieldValues": ["huge", "Small"], "required": true }),
        )
        .ok();
    assert_eq!(
        edited["message"],
        "Success ! Custom field updated successfully."
    );
    let after = &edited["customField"];
    assert_eq!(after["name"], "Size");
    assert_eq!(after["value"], "pick");
    assert_eq!(after["required"], true);
    assert_eq!(after["dateUpdated"]["date"], "2025-06-02 09:31:20");
    assert_eq!(after["dateAdded"], before["dateAdded"]);
    assert_eq!(after["customFieldValues"][0]["name"], "huge");
    assert_eq!(
        after["customFieldValues"][1],
        json!({ "id": before["customFieldValues"][0]["id"], "name": "Small", "sortOrder": 2 })
    );
    assert_eq!(
        ada.put(&path, json!({ "value": "" })).ok()["customField"]["value"],
        Value::Null
    );
    // With no ticket in the way, even the type changes, and the options go.
    let text = ada.put(&path, json!({ "fieldType": "text" })).ok();
    assert_eq!(text["customField"]["customFieldValues"], json!([]));
    assert_eq!(text["customField"]["validation"]["fieldtype"], "text");
    let other = field(&desk, json!({ "name": "Other", "fieldType": "file" }));
    let places = json!({ "sortorder": { id.to_string(): "9", other.to_string(): 3 } });
    assert_eq!(
        ada.put("/api/custom-field/order", places).ok(),
        json!({ "message": "Success ! Custom fields ordered successfully." })
    );
    assert_eq!(ada.get(&path).ok()["sortOrder"], 9);
    let unknown = ada.put(
        "/api/custom-field/order",
        json!({ "sortorder": { id.to_string(): 1, "99": 2 } }),
    );
    refused(&unknown, "sortorder.99");
    refused(&ada.put("/api/custom-field/order", json!({})), "sortorder");
    assert_eq!(ada.get(&path).ok()["sortOrder"], 9);
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! Custom field removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
}

#[test]
fn bad_fields_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = field(&desk, json!({ "name": "Kept", "fieldType": "text" }));
    let path = format!("/api/custom-field/{id}");
    let before = ada.get(&path).ok();
    for (properties, fault) in [
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "fieldType": "colour" }), "fieldType"),
        (json!({ "agentType": "nobody" }), "agentType"),
        (json!({ "dependency": [1, 77] }), "dependency"),
        (json!({ "dependency": "x" }), "dependency"),
        (json!({ "status": "perhaps" }), "status"),
        (json!({ "sortOrder": "first" }), "sortOrder"),
        (
            json!({ "validation": { "regex": "(" } }),
            "validation.regex",
        ),
        (
            json!({ "validation": { "fieldtype": "hexadecimal" } }),
            "validation.fieldtype",
        ),
        (
            json!({ "validation": { "minNo": "9", "maxNo": "8" } }),
            "validation.maxNo",
        ),
        (json!({ "validation": "not json" }), "validation"),
        (json!({ "fieldType": "select" }), "customFieldValues"),
        (
            json!({ "fieldType": "select", "customFieldValues": [] }),
            "customFieldValues",
        ),
        (
            json!({ "fieldType": "select", "customFieldValues": ["a", "A"] }),
            "customFieldValues",
        ),
        (
            json!({ "fieldType": "date", "customFieldValues": ["a"] }),
            "customFieldValues",
        ),
        (
            json!({ "fieldType": "file", "encryption": 1 }),
            "encryption",
        ),
        (
            json!({ "fieldType": "radio", "customFieldValues": ["a"], "validation": { "regex": "a" } }),
            "validation.regex",
        ),
    ] {
        refused(&ada.put(&path, properties.clone()), fault);
        let mut new = json!({ "name": "New", "fieldType": "text" });
        new.as_object_mut()
            .unwrap()
            .extend(properties.as_object().unwrap().clone());
        refused(&ada.post("/api/custom-fields", new), fault);
    }
    refused(
        &ada.post("/api/custom-fields", json!({ "fieldType": "text" })),
        "name",
    );
    refused(
        &ada.post("/api/custom-fields", json!({ "name": "x" })),
        "fieldType",
    );
    assert_eq!(ada.get(&path).ok(), before);
    assert_eq!(desk.number("SELECT count(*) FROM custom_field"), 1);
    assert_eq!(
        ada.put("/api/custom-field/99", json!({ "name": "x" }))
            .error(404),
        "not_found"
    );
    assert_eq!(ada.delete("/api/custom-field/99").error(404), "not_found");
}

#[test]
fn what_tickets_hold_is_not_taken_from_them() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = field(
        &desk,
        json!({ "name": "Held", "fieldType": "text", "dependency": [1] }),
    );
    let path = format!("/api/custom-field/{id}");
    let opened = open(&ada, json!({ id.to_string(): "kept" }));
    let refused = ada.delete(&path);
    assert_eq!(refused.error(409), "conflict");
    assert!(
        refused
            .text()
            .contains("The field Held has values in tickets (1)."),
        "{}",
        refused.text()
    );
    assert_eq!(
        ada.put(&path, json!({ "fieldType": "date" })).error(409),
        "conflict"
    );
    assert_eq!(ada.get(&path).ok()["fieldType"], "text");
    ada.put(&path, json!({ "status": 0, "name": "Renamed" }))
        .ok();
    let shown = values(&ada, &opened);
    assert_eq!(shown[0]["value"], "kept");
    assert_eq!(shown[0]["ticketCustomFieldsValues"]["name"], "Renamed");
    // A field for one type must not come to be for all by the removal of the type.
    let dependent = field(
        &desk,
        json!({ "name": "D", "fieldType": "text", "dependency": [6] }),
    );
    assert_eq!(ada.delete("/api/ticket-type/6").error(409), "conflict");
    ada.delete(&format!("/api/custom-field/{dependent}")).ok();
    ada.delete("/api/ticket-type/6").ok();
    let ticket = opened.ok()["ticketId"].clone();
    ada.delete_with("/api/tickets", json!({ "ids": [ticket] }))
        .ok();
    ada.delete(&path).ok();
}

#[test]
fn admins_alone_define_fields() {
    let desk = Desk::new();
    let id = field(&desk, json!({ "name": "One", "fieldType": "text" }));
    let path = format!("/api/custom-field/{id}");
    let mighty = desk.agent("mighty@example.com", Privilege::ALL, TicketView::All);
    mighty.get("/api/custom-fields").ok();
    mighty.get(&path).ok();
    let alan = desk.alan();
    assert_eq!(alan.get("/api/custom-fields").error(403), "forbidden");
    assert_eq!(alan.get(&path).error(403), "forbidden");
    for other in [mighty, alan] {
        for answer in [
            other.post(
                "/api/custom-fields",
                json!({ "name": "Two", "fieldType": "text" }),
            ),
            other.put(&path, json!({ "name": "Two" })),
            other.put(
                "/api/custom-field/order",
                json!({ "sortorder": { id.to_string(): 5 } }),
            ),
            other.delete(&path),
        ] {
            assert_eq!(answer.error(403), "forbidden");
        }
    }
    assert_eq!(
        desk.number("SELECT count(*) FROM custom_field WHERE name = 'One' AND sort_order = 1"),
        1
    );
}

/// Options are told apart as names are, and chosen by their names in any case of letters.
#[test]
fn options_are_one_by_their_names() {
    let desk = Desk::new();
    let ada = desk.ada();
    let with = |options: Value| {
        let body = json!({ "name": "Pick", "fieldType": "select", "agentType": "both",
            "customFieldValues": options });
        ada.post("/api/custom-fields", body)
    };
    for options in [
        json!(["Überweisung", "überweisung"]),
        json!(["Čekárna", "ČEKÁRNA "]),
        json!(["one", "\u{200b}"]),
    ] {
        assert_eq!(
            with(options.clone()).error(400),
            "invalid_request",
            "{options}"
        );
    }
    let id = with(json!(["Überweisung", "Rechnung"])).ok()["id"].clone();
    let ticket = json!({ "type": "2", "name": "Alan", "from": "alan@example.com", "subject": "s",
        "reply": "r", "customFields": { id.to_string(): "ÜBERWEISUNG" } });
    ada.post("/api/tickets", ticket).ok();
}
