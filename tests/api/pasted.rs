//! What the document shows as a body does something when it is pasted.

use serde_json::Value;

use crate::documents::document;
use crate::support::Desk;

/// Bodies that name what a new desk has not, or what only one caller knows.
const NEED_MORE: [&str; 10] = [
    "create_todo",
    "create_category",
    "create_article",
    "create_agent_privilege",
    "order_custom_fields",
    "order_workflows",
    "update_tickets_label",
    "update_tickets_agent",
    "update_company_theme",
    "update_ticket_agent",
];

#[test]
fn every_body_that_is_shown_works_when_pasted() {
    let desk = Desk::new();
    let document = document(&desk);
    let (mut right, mut wrong) = (0, Vec::new());
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let body = &operation["requestBody"]["content"]["application/json"]["example"];
            let id = operation["operationId"].as_str().unwrap_or_default();
            if body.is_null() || !path.starts_with("/api/") {
                continue;
            }
            let (status, said) = pasted(&method.to_uppercase(), path, body);
            match status {
                200 => right += 1,
                400 if !NEED_MORE.contains(&id) => wrong.push(format!("{id} {body}: {said}")),
                _ => {}
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{right} right, {}: {wrong:#?}",
        wrong.len()
    );
    assert!(right > 35, "{right}");
}

/// The answer of a new desk with one of each of a few things.
fn pasted(method: &str, path: &str, body: &Value) -> (u16, String) {
    let desk = Desk::new();
    let ticket = desk.ticket("Kettle");
    let ada = desk.ada();
    let path = path.replace("/ticket/{id}", &format!("/ticket/{}", ticket.id));
    let path = path.replace("{ticketId}", &ticket.id.to_string());
    let segments = path.split('/').map(|segment| match segment.find('{') {
        Some(at) => {
            let end = segment.find('}').map_or(segment.len(), |end| end + 1);
            format!("{}1{}", &segment[..at], &segment[end..])
        }
        None => segment.to_owned(),
    });
    let path = segments.collect::<Vec<_>>().join("/");
    let bytes = body.to_string();
    let answer = ada.send(method, &path, "application/json", bytes.as_bytes());
    (answer.status, answer.text())
}
