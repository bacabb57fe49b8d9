//! Values that a ticket is given after it was opened.

use serde_json::{Value, json};

use super::{field, open, refused, values};
use crate::support::Desk;
use crate::support::client::{Answer, Client};
use crate::support::multipart::Form;

/// The ticket as its form sends it, with these values.
fn edit(by: &Client, opened: &Answer, fields: Value) -> Answer {
    let path = format!("/api/ticket/{}", opened.ok()["ticketId"]);
    by.put(
        &path,
        json!({ "type": "1", "from": "alan@example.com", "subject": "s", "reply": "r",
            "customFields": fields }),
    )
}

/// What somebody reads in a ticket's fields, by the fields' ids.
fn shown(by: &Client, opened: &Answer) -> Vec<(i64, Value)> {
    let values = values(by, opened);
    let values = values.as_array().expect("a list");
    let one = |value: &Value| {
        let field = &value["ticketCustomFieldsValues"]["id"];
        (field.as_i64().expect("an id"), value["value"].clone())
    };
    values.iter().map(one).collect()
}

#[test]
fn what_is_sent_changes_and_what_is_left_out_stays() {
    let desk = Desk::new();
    let ada = desk.ada();
    let plain = field(&desk, json!({ "name": "Order", "fieldType": "text" }));
    let sealed = field(
        &desk,
        json!({ "name": "Pin", "fieldType": "text", "encryption": 1 }),
    );
    let opened = open(
        &ada,
        json!({ plain.to_string(): "A1", sealed.to_string(): "1234" }),
    );
    edit(&ada, &opened, json!({ plain.to_string(): "B2" })).ok();
    let after = vec![(plain, json!("B2")), (sealed, json!("1234"))];
    assert_eq!(shown(&ada, &opened), after);
    edit(&ada, &opened, json!({ sealed.to_string(): "5678" })).ok();
    edit(&ada, &opened, json!({ plain.to_string(): "" })).ok();
    assert_eq!(shown(&ada, &opened), vec![(sealed, json!("5678"))]);
    assert_eq!(
        desk.number("SELECT count(*) FROM custom_field_value WHERE value IS NOT NULL"),
        0,
        "what is encrypted stays so"
    );
    let logged = "SELECT count(*) FROM activity WHERE property = 'custom_field_changed'";
    assert_eq!(desk.number(logged), 3);
    let version = "SELECT version FROM ticket";
    let before = desk.number(version);
    edit(&ada, &opened, json!({ sealed.to_string(): "5678" })).ok();
    assert_eq!((desk.number(logged), desk.number(version)), (3, before));
}

#[test]
fn wrong_values_are_refused_and_nothing_changes() {
    let desk = Desk::new();
    let ada = desk.ada();
    let number = json!({ "name": "Size", "fieldType": "text", "agentType": "both",
        "required": 1, "validation": { "fieldtype": "number" } });
    let size = field(&desk, number);
    let other = json!({ "name": "Other", "fieldType": "text", "dependency": [2] });
    let other = field(&desk, other);
    let opened = open(&ada, json!({ size.to_string(): "7" }));
    for (id, value) in [(size, "x"), (size, ""), (other, "y"), (999, "z")] {
        let answer = edit(&ada, &opened, json!({ id.to_string(): value }));
        refused(&answer, &format!("customFields.{id}"));
    }
    assert_eq!(shown(&ada, &opened), vec![(size, json!("7"))]);
    // A field that is required is not asked for again.
    edit(&ada, &opened, json!({})).ok();
    let grace = edit(&desk.grace(), &opened, json!({ size.to_string(): "8" }));
    grace.error(403);
    let alan = edit(&desk.alan(), &opened, json!({ size.to_string(): "8" }));
    alan.error(403);
    assert_eq!(shown(&ada, &opened), vec![(size, json!("7"))]);
}

#[test]
fn a_file_takes_the_place_of_another() {
    let desk = Desk::new();
    let ada = desk.ada();
    let proof = field(&desk, json!({ "name": "Proof", "fieldType": "file" }));
    let opened = open(&ada, json!({}));
    let path = format!("/api/ticket/{}", opened.ok()["ticketId"]);
    let send = |name: &str, file: &str| {
        let form = Form::default()
            .field("type", "1")
            .field("from", "alan@example.com")
            .field("subject", "s")
            .field("reply", "r")
            .file(name, file, b"proof");
        let (content_type, body) = form.finish();
        ada.send("PUT", &path, &content_type, &body)
    };
    let of_field = format!("customFields[{proof}]");
    send(&of_field, "one.txt").ok();
    send(&of_field, "two.txt").ok();
    let shown = values(&ada, &opened);
    assert_eq!(shown.as_array().expect("a list").len(), 1);
    assert_eq!(shown[0]["visibleValues"], "two.txt");
    assert_eq!(desk.number("SELECT count(*) FROM custom_field_file"), 1);
    refused(&send("attachments[]", "three.txt"), "attachments");
}

/// A field is for tickets of its types: of others it is not shown, and theirs must have it.
#[test]
fn a_field_goes_and_comes_with_the_type_that_it_is_for() {
    let desk = Desk::new();
    let ada = desk.ada();
    let of_one = field(
        &desk,
        json!({ "name": "One", "fieldType": "text", "dependency": [1], "required": 1, "agentType": "both" }),
    );
    let of_two = field(
        &desk,
        json!({ "name": "Two", "fieldType": "text", "dependency": [2], "required": 1, "agentType": "both" }),
    );
    let opened = open(&ada, json!({ of_one.to_string(): "first" }));
    let path = format!("/api/ticket/{}", opened.ok()["ticketId"]);
    assert_eq!(shown(&ada, &opened), vec![(of_one, json!("first"))]);
    let with_type = |fields: Value| {
        let body = json!({ "type": "2", "from": "alan@example.com", "subject": "s", "reply": "r",
            "customFields": fields });
        ada.put(&path, body)
    };
    let two = format!("customFields.{of_two}");
    refused(
        &ada.patch(&path, json!({ "editType": "type", "value": 2 })),
        &two,
    );
    refused(&with_type(json!({})), &two);
    refused(&with_type(json!({ of_two.to_string(): "" })), &two);
    assert_eq!(shown(&ada, &opened), vec![(of_one, json!("first"))]);
    with_type(json!({ of_two.to_string(): "second" })).ok();
    assert_eq!(shown(&ada, &opened), vec![(of_two, json!("second"))]);
    // What it had is there again with its type.
    ada.patch(&path, json!({ "editType": "type", "value": 1 }))
        .ok();
    assert_eq!(shown(&ada, &opened), vec![(of_one, json!("first"))]);
}

/// Nor is a file of such a field.
#[test]
fn a_file_of_another_types_field_is_not_there() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = field(
        &desk,
        json!({ "name": "File", "fieldType": "file", "dependency": [1], "agentType": "both" }),
    );
    let (kind, body) = Form::default()
        .field("type", "1")
        .field("name", "Alan")
        .field("from", "alan@example.com")
        .field("subject", "s")
        .field("reply", "r")
        .file(&format!("customFields[{id}]"), "a.txt", b"bytes")
        .finish();
    let opened = ada.send("POST", "/api/tickets", &kind, &body).ok();
    let file = desk.number("SELECT id FROM custom_field_file");
    let path = format!("/api/custom-field/file/{file}");
    assert_eq!(ada.get(&path).status, 200);
    let ticket = format!("/api/ticket/{}", opened["ticketId"]);
    ada.patch(&ticket, json!({ "editType": "type", "value": 2 }))
        .ok();
    ada.get(&path).error(404);
}
