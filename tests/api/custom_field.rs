//! Custom fields: their definitions, and the values that tickets come with.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::Desk;
use crate::support::client::{Answer, Client};
use crate::support::multipart::Form;

/// Makes a field of these properties; answers its id.
#[track_caller]
fn field(desk: &Desk, properties: Value) -> i64 {
    let made = desk.ada().post("/api/custom-fields", properties).ok();
    made["id"].as_i64().expect("an id")
}

/// A ticket of type 1 with these values.
fn open(by: &Client, values: Value) -> Answer {
    by.post(
        "/api/tickets",
        json!({ "type": "1", "name": "Alan", "from": "alan@example.com", "subject": "s", "reply": "r",
            "customFields": values }),
    )
}

/// The values of a ticket as somebody sees them.
#[track_caller]
fn values(by: &Client, opened: &Answer) -> Value {
    let path = format!("/api/ticket/{}", opened.ok()["incrementId"]);
    by.get(&path).ok()["ticket"]["customFieldValues"].clone()
}

#[track_caller]
fn refused(answer: &Answer, field: &str) {
    assert_eq!(answer.error(400), "invalid_request");
    assert!(
        answer.json()["errors"][field][0].is_string(),
        "{field}: {}",
        answer.text()
    );
}

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
fn values_of_every_type_are_kept_and_shown() {
    let desk = Desk::new();
    let ada = desk.ada();
    let text = field(
        &desk,
        json!({ "name": "Site", "fieldType": "text", "validation": r#"{"fieldtype":"url"}"# }),
    );
    let lines = field(&desk, json!({ "name": "Lines", "fieldType": "textarea" }));
    let select = field(
        &desk,
        json!({ "name": "Colour", "fieldType": "select", "customFieldValues": ["red", "blue"] }),
    );
    let boxes = field(
        &desk,
        json!({ "name": "Boxes", "fieldType": "checkbox", "customFieldValues": ["a", "b, c", "d"] }),
    );
    let day = field(&desk, json!({ "name": "Day", "fieldType": "datetime" }));
    let options = |id: i64| -> Vec<i64> {
        let field = ada.get(&format!("/api/custom-field/{id}")).ok();
        let options = field["customFieldValues"].as_array().unwrap();
        options
            .iter()
            .map(|option| option["id"].as_i64().unwrap())
            .collect()
    };
    let (colours, ticks) = (options(select), options(boxes));
    let opened = open(
        &ada,
        json!({ text.to_string(): "http://example.com", lines.to_string(): "one\ntwo",
            select.to_string(): colours[1].to_string(), boxes.to_string(): ["B, C", ticks[0]],
            day.to_string(): "2025-06-02T09:30" }),
    );
    let shown = values(&ada, &opened);
    assert_eq!(shown.as_array().unwrap().len(), 5);
    assert_eq!(shown[0]["value"], "http://example.com");
    assert_eq!(shown[0]["visibleValues"], "http://example.com");
    assert_eq!(shown[0]["ticketCustomFieldValueValues"], Value::Null);
    assert_eq!(
        shown[0]["ticketCustomFieldsValues"],
        json!({ "id": text, "name": "Site", "fieldType": "text", "customFieldValues": [] })
    );
    assert_eq!(shown[1]["value"], "one\ntwo");
    let mut second = shown[2].clone();
    second.as_object_mut().unwrap().shift_remove("id");
    assert_eq!(
        second,
        json!({ "value": colours[1].to_string(), "visibleValues": "blue",
            "ticketCustomFieldsValues": { "id": select, "name": "Colour", "fieldType": "select",
                "customFieldValues": [
                    { "id": colours[0], "name": "red" }, { "id": colours[1], "name": "blue" }] },
            "ticketCustomFieldValueValues": { "id": colours[1], "name": "blue" } })
    );
    assert_eq!(shown[3]["value"], json!([ticks[1], ticks[0]]).to_string());
    assert_eq!(shown[3]["visibleValues"], "b, c, a");
    assert_eq!(shown[3]["ticketCustomFieldValueValues"], Value::Null);
    assert_eq!(shown[4]["value"], "2025-06-02 09:30:00");
    // An option that is offered no more still names what the ticket holds.
    ada.put(
        &format!("/api/custom-field/{select}"),
        json!({ "customFieldValues": ["red"] }),
    )
    .ok();
    assert_eq!(values(&ada, &opened)[2]["visibleValues"], "blue");
    refused(
        &open(&ada, json!({ select.to_string(): "blue" })),
        &format!("customFields.{select}"),
    );
}

#[test]
fn forms_and_flat_clients_send_values_in_their_own_ways() {
    let desk = Desk::new();
    let ada = desk.ada();
    let boxes = field(
        &desk,
        json!({ "name": "Boxes", "fieldType": "checkbox", "customFieldValues": ["a", "b"] }),
    );
    let head = "type=1&name=A&from=alan@example.com&subject=s&reply=r";
    for values_sent in [
        format!("customFields[{boxes}][]=a&customFields[{boxes}][]=b"),
        format!("customFields[{boxes}]=a,b"),
        format!("customFields[{boxes}]=[\"a\",\"b\",\"a\"]"),
        format!("customFields={{\"{boxes}\":[\"a\",\"b\"]}}"),
    ] {
        let form = format!("{head}&{values_sent}");
        let opened = ada.send(
            "POST",
            "/api/tickets",
            "application/x-www-form-urlencoded",
            form.as_bytes(),
        );
        assert_eq!(
            values(&ada, &opened)[0]["visibleValues"],
            "a, b",
            "{values_sent}"
        );
    }
}

#[test]
fn a_file_comes_back_and_only_to_those_who_see_it() {
    let desk = Desk::new();
    let ada = desk.ada();
    let proof = field(
        &desk,
        json!({ "name": "Proof", "fieldType": "file", "required": 1 }),
    );
    let inner = field(
        &desk,
        json!({ "name": "Inner", "fieldType": "file", "agentType": "agent" }),
    );
    let form = |files: &[(String, &[u8])]| {
        let mut form = Form::default()
            .field("type", "1")
            .field("name", "Alan")
            .field("from", "alan@example.com")
            .field("subject", "s")
            .field("reply", "r");
        for (name, bytes) in files {
            form = form.file(name, "proof.txt", bytes);
        }
        let (content_type, body) = form.finish();
        ada.send("POST", "/api/tickets", &content_type, &body)
    };
    let of = |id: i64| format!("customFields[{id}]");
    let required = format!("customFields.{proof}");
    refused(&form(&[]), &required);
    refused(&form(&[(of(proof), b"")]), &required);
    refused(&form(&[(of(proof), b"1"), (of(proof), b"2")]), &required);
    refused(
        &form(&[(of(proof), b"1"), (of(99), b"2")]),
        "customFields.99",
    );
    refused(
        &open(&ada, json!({ proof.to_string(): "proof.txt" })),
        &required,
    );
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 0);
    let opened = form(&[
        (of(proof), b"for all"),
        (of(inner), b"for us"),
        ("attachments[]".into(), b"beside"),
    ]);
    let shown = values(&ada, &opened);
    let paths: Vec<String> = shown
        .as_array()
        .unwrap()
        .iter()
        .map(|value| {
            let file: Value = serde_json::from_str(value["value"].as_str().unwrap()).unwrap();
            assert_eq!(file["name"], "proof.txt");
            let path = file["path"].as_str().unwrap();
            path.strip_prefix("https://desk.example.com")
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(ada.get(&paths[0]).bytes(), b"for all");
    assert_eq!(ada.get(&paths[1]).bytes(), b"for us");
    let alan = desk.alan();
    assert_eq!(values(&alan, &opened).as_array().unwrap().len(), 1);
    assert_eq!(alan.get(&paths[0]).bytes(), b"for all");
    assert_eq!(alan.get(&paths[1]).error(404), "not_found");
    for other in [
        desk.customer("eve@example.com"),
        desk.agent("blind@example.com", &[], TicketView::Own),
    ] {
        assert_eq!(other.get(&paths[0]).error(404), "not_found");
    }
    assert_eq!(desk.anyone().get(&paths[0]).error(401), "access_denied");
    assert_eq!(desk.number("SELECT count(*) FROM attachment"), 1);
}

#[test]
fn wrong_values_are_named_and_no_ticket_is_made() {
    let desk = Desk::new();
    let ada = desk.ada();
    let number = field(
        &desk,
        json!({ "name": "N", "fieldType": "text", "validation": { "fieldtype": "number", "minNo": 20, "maxNo": 100 } }),
    );
    let date = field(&desk, json!({ "name": "D", "fieldType": "date" }));
    let radio = field(
        &desk,
        json!({ "name": "R", "fieldType": "radio", "customFieldValues": ["x", "y"] }),
    );
    let off = field(
        &desk,
        json!({ "name": "O", "fieldType": "text", "status": 0 }),
    );
    let elsewhere = field(
        &desk,
        json!({ "name": "E", "fieldType": "text", "dependency": 2, "required": 1 }),
    );
    for (id, value) in [
        (number, json!("19")),
        (number, json!("many")),
        (number, json!(["20"])),
        (number, json!("2".repeat(1001))),
        (date, json!("2025-02-30")),
        (date, json!({ "a": "2025-01-01" })),
        (radio, json!("z")),
        (radio, json!(["x", "y"])),
        (radio, json!("x,y")),
        (off, json!("text")),
        (elsewhere, json!("text")),
        (99, json!("text")),
    ] {
        let answer = open(&ada, json!({ id.to_string(): value }));
        refused(&answer, &format!("customFields.{id}"));
    }
    let both = open(&ada, json!({ number.to_string(): "1", "99": "x" }));
    refused(&both, &format!("customFields.{number}"));
    refused(&both, "customFields.99");
    refused(&open(&ada, json!("no object")), "customFields");
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 0);
    assert_eq!(desk.number("SELECT count(*) FROM custom_field_value"), 0);
    open(
        &ada,
        json!({ number.to_string(): "20", date.to_string(): "", off.to_string(): "" }),
    )
    .error(400);
    open(
        &ada,
        json!({ number.to_string(): 20, date.to_string(): "" }),
    )
    .ok();
    assert_eq!(desk.number("SELECT count(*) FROM custom_field_value"), 1);
}

#[test]
fn a_field_is_required_of_whom_and_for_what_it_is_for() {
    let desk = Desk::new();
    let (ada, alan) = (desk.ada(), desk.alan());
    let new = |audience: &str, dependency: Value| {
        field(
            &desk,
            json!({ "name": audience, "fieldType": "text", "required": true, "agentType": audience,
                "dependency": dependency }),
        )
    };
    let (theirs, ours, both) = (
        new("customer", json!([])),
        new("agent", json!("")),
        new("both", json!([1])),
    );
    let all = |ids: &[i64]| {
        let pairs = ids.iter().map(|id| (id.to_string(), json!("given")));
        Value::Object(pairs.collect())
    };
    refused(
        &open(&alan, all(&[both])),
        &format!("customFields.{theirs}"),
    );
    refused(
        &open(&alan, all(&[theirs])),
        &format!("customFields.{both}"),
    );
    refused(
        &open(&alan, all(&[theirs, both, ours])),
        &format!("customFields.{ours}"),
    );
    refused(&open(&ada, all(&[both])), &format!("customFields.{ours}"));
    let by_agent = open(&ada, all(&[theirs, ours, both]));
    assert_eq!(values(&ada, &by_agent).as_array().unwrap().len(), 3);
    assert_eq!(values(&alan, &by_agent).as_array().unwrap().len(), 2);
    let by_customer = open(&alan, all(&[theirs, both]));
    assert_eq!(values(&ada, &by_customer).as_array().unwrap().len(), 2);
    // Another type asks for less, and acting as a customer is being one.
    let other_type = |values: Value| {
        json!({ "type": 2, "subject": "s", "reply": "r", "customFields": values,
            "actAsType": "customer", "actAsEmail": "alan@example.com" })
    };
    refused(
        &ada.post("/api/tickets", other_type(all(&[ours, theirs]))),
        &format!("customFields.{ours}"),
    );
    refused(
        &ada.post("/api/tickets", other_type(all(&[theirs, both]))),
        &format!("customFields.{both}"),
    );
    ada.post("/api/tickets", other_type(all(&[theirs]))).ok();
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 3);
}

#[test]
fn an_encrypted_value_is_nowhere_in_the_folder() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = field(
        &desk,
        json!({ "name": "Secret", "fieldType": "text", "encryption": "1" }),
    );
    let sealed = || {
        desk.number(
            "SELECT count(*) FROM custom_field_value WHERE value IS NULL AND sealed IS NOT NULL",
        )
    };
    let secret = "swordfish-4711-xyz";
    let opened = open(&ada, json!({ id.to_string(): secret }));
    assert_eq!(values(&ada, &opened)[0]["value"], secret);
    assert_eq!(sealed(), 1);
    for name in ["pocketdesk.db", "pocketdesk.db-wal"] {
        let bytes = std::fs::read(desk.folder().join(name)).expect("the database's file");
        let found = bytes
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "the value is to be read in {name}");
    }
    let path = format!("/api/custom-field/{id}");
    ada.put(&path, json!({ "encryption": 0 })).ok();
    assert_eq!(sealed(), 0);
    assert_eq!(values(&ada, &opened)[0]["value"], secret);
    ada.put(&path, json!({ "encryption": 1 })).ok();
    assert_eq!(sealed(), 1);
    assert_eq!(values(&ada, &opened)[0]["value"], secret);
    // What was sealed for one ticket does not open in another, and hides no ticket.
    let other = open(&ada, json!({ id.to_string(): "other" }));
    desk.write(|change| {
        change.run(
            "UPDATE custom_field_value SET sealed = (SELECT min(sealed) FROM custom_field_value WHERE id = 1)",
            [],
        )
        .map(|_| ())
    });
    assert_eq!(values(&ada, &opened)[0]["value"], secret);
    assert_eq!(values(&ada, &other)[0]["value"], Value::Null);
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
            .contains("1 tickets have a value in the field Held"),
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
