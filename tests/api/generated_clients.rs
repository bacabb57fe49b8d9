//! What programs need that make clients of the `OpenAPI` document: one strict type a value, and
//! names that read well in any language.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::documents::{document, operations};
use crate::support::{Desk, strict};

/// A name is a verb and what it is done to, and no two are one where a language has no capitals.
#[test]
fn operations_are_called_what_they_do() {
    let desk = Desk::new();
    let document = document(&desk);
    let mut seen = BTreeSet::new();
    for id in operations(&document).into_keys() {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(id.chars().all(is_plain) && !id.contains("__"), "{id}");
        assert!(
            !["post_", "put_", "patch_"]
                .iter()
                .any(|verb| id.starts_with(verb)),
            "{id}"
        );
        assert!(seen.insert(id.clone()), "{id}");
    }
    for id in [
        "list_tickets",
        "create_ticket",
        "get_ticket",
        "add_ticket_thread",
        "list_ticket_threads",
        "update_tickets_status",
        "trash_ticket",
        "restore_article_revision",
        "remove_article_tag",
        "get_workflow_of_type",
        "list_saved_replies",
    ] {
        assert!(seen.contains(id), "{id} in {seen:#?}");
    }
    let first = ["Tickets", "Search", "Filters"].map(Value::from);
    let chapters = document["tags"].as_array().expect("tags").iter();
    let chapters: Vec<&Value> = chapters.map(|tag| &tag["name"]).take(3).collect();
    assert_eq!(chapters, first.iter().collect::<Vec<_>>());
}

/// Whatever clients may send, the document names the one form that is meant: who makes a client
/// of it gets one type a field.
#[test]
fn what_is_taken_is_published_in_one_strict_form() {
    let desk = Desk::new();
    let document = document(&desk);
    let mut seen = 0;
    let mut judge = |schema: &Value, what: &str| {
        seen += 1;
        let found = strict::lenient(&document, schema);
        assert!(found.is_empty(), "{what}: {found:#?}");
    };
    for parameter in document["components"]["parameters"]
        .as_object()
        .expect("parameters")
        .values()
    {
        judge(&parameter["schema"], "a parameter of many");
    }
    for (id, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().expect("parameters") {
            if let Some(schema) = parameter.get("schema") {
                judge(schema, &format!("{id} {}", parameter["name"]));
            }
        }
        let content = operation["requestBody"]["content"].as_object();
        for (media_type, content) in content.into_iter().flatten() {
            judge(&content["schema"], &format!("{id} {media_type}"));
        }
    }
    assert!(seen > 400, "{seen}");
    let list = &document["paths"]["/api/tickets.json"]["get"]["parameters"];
    let of = |name: &str| {
        let mut all = list.as_array().unwrap().iter();
        all.find(|one| one["name"] == name).expect("the parameter")
    };
    assert_eq!(of("page")["schema"]["type"], "integer");
    assert_eq!(of("limit")["schema"]["maximum"], 100);
    assert_eq!(of("direction")["schema"]["enum"], json!(["ASC", "DESC"]));
    assert_eq!(of("trashed")["schema"], json!({ "type": "boolean" }));
    assert_eq!(of("agent[]")["schema"]["items"]["type"], "integer");
    let new = &document["components"]["schemas"]["NewTicketBody"]["properties"];
    assert_eq!(new["subject"]["type"], "string");
}

/// A client repeats the name of a list, and all that it names is asked for.
#[test]
fn every_value_of_a_repeated_filter_counts() {
    let desk = Desk::new();
    let tickets = ["One", "Two", "Three"].map(|subject| desk.ticket(subject).id);
    let ada = desk.ada();
    ada.put(
        "/api/tickets/status",
        json!({ "ids": [tickets[0]], "statusId": 2 }),
    )
    .ok();
    let listed = ada.get("/api/tickets?status[]=1&status[]=2").ok();
    assert_eq!(
        listed["tickets"].as_array().map(Vec::len),
        Some(3),
        "{listed}"
    );
}

/// Generators know no schema that is only `true` or `false`.
#[test]
fn no_schema_is_a_boolean() {
    let desk = Desk::new();
    let document = document(&desk);
    assert_eq!(strict::booleans(&document), [""; 0]);
}
