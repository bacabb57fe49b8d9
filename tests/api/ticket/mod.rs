//! Tickets: one file for what is done to them, one for what is seen of them.

mod activity;
mod change;
mod collaborator;
mod counts;
mod create;
mod impersonation;
mod list;
mod mass;
mod order;
mod plan;
mod repeat;
mod search;
mod search_model;
mod search_words;
mod view;
mod visibility;

use serde_json::{Value, json};

use crate::support::{Client, Desk, Opened};

/// What a ticket is made of, with every field that is required of an agent.
fn new_ticket() -> Value {
    json!({ "type": "2", "name": "Alan Turing", "from": "alan@example.com",
        "subject": "subject of ticket", "reply": "This is a demo reply." })
}

/// The same with one field put or, by null, left out.
fn new_ticket_with(field: &str, value: Value) -> Value {
    let mut body = new_ticket();
    if value.is_null() {
        body.as_object_mut().expect("an object").remove(field);
    } else {
        body[field] = value;
    }
    body
}

/// The ticket as `client` sees it.
#[track_caller]
fn view_of(client: &Client, ticket: Opened) -> Value {
    client
        .get(&format!("/api/ticket/{}.json", ticket.increment_id))
        .ok()
}

/// The ids of the tickets that `client` finds with this query, in the list's order.
#[track_caller]
fn ids_of(client: &Client, query: &str) -> Vec<i64> {
    let listed = client.get(&format!("/api/tickets.json?{query}")).ok();
    let tickets = listed["tickets"].as_array().expect("a list");
    tickets
        .iter()
        .map(|ticket| ticket["id"].as_i64().expect("an id"))
        .collect()
}

/// Everything that a refused call must leave as it was: the sums of what the desk holds.
fn holdings(desk: &Desk) -> Vec<i64> {
    [
        "SELECT count(*) FROM ticket",
        "SELECT ifnull(sum(version), 0) FROM ticket",
        "SELECT count(*) FROM thread",
        "SELECT count(*) FROM user",
        "SELECT count(*) FROM event",
        "SELECT count(*) FROM activity",
        "SELECT count(*) FROM attachment",
        "SELECT count(*) FROM ticket_collaborator",
        "SELECT count(*) FROM ticket_label",
        "SELECT count(*) FROM label",
        "SELECT count(*) FROM ticket_search",
        "SELECT next_increment_id FROM company",
        "SELECT count(*) FROM idempotency_key",
    ]
    .map(|sql| desk.number(sql))
    .to_vec()
}

/// Every number of a label list or a view is text; this reads one.
#[track_caller]
fn number(value: &Value) -> i64 {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .unwrap_or_else(|| panic!("a number as text, not {value}"))
}
