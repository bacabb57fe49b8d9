//! Values: judged when a ticket is opened, and shown to whom they are for.

use pocketdesk::base::who::TicketView;
use pocketdesk::work::scheduler;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{field, open, refused, values};
use crate::support::Desk;
use crate::support::multipart::Form;

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
fn the_sweep_spares_the_files_of_fields() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = field(&desk, json!({ "name": "Proof", "fieldType": "file" }));
    let send = |type_id: &str, bytes: &[u8]| {
        let (content_type, body) = Form::default()
            .field("type", type_id)
            .field("name", "Alan")
            .field("from", "alan@example.com")
            .field("subject", "s")
            .field("reply", "r")
            .file(&format!("customFields[{id}]"), "proof.txt", bytes)
            .finish();
        ada.send("POST", "/api/tickets", &content_type, &body)
    };
    send("1", b"of a ticket").ok();
    refused(&send("99", b"of no ticket"), "type");
    let parts = desk.app.parts();
    let hash: String = desk.read(|view| view.one("SELECT hash FROM custom_field_file", []));
    let orphan = hex::encode(Sha256::digest(b"of no ticket"));
    assert!(parts.files.reader(&orphan).is_ok());
    // What is swept is older than a day by the desk's clock, which stands in the past.
    desk.clock.advance(10 * 365 * 24 * 60 * 60);
    scheduler::sweep_attachments(desk.app.parts()).expect("it is swept");
    assert!(parts.files.reader(&hash).is_ok());
    assert!(parts.files.reader(&orphan).is_err());
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
