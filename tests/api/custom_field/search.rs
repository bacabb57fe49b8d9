//! Values of custom fields in the search of tickets.

use pocketdesk::work::jobs;
use serde_json::{Value, json};

use super::{field, open};
use crate::support::Desk;

#[test]
fn a_plain_value_is_found_by_agents_and_a_sealed_one_by_nobody() {
    let desk = Desk::new();
    let ada = desk.ada();
    let new = |name: &str, encryption: i64| {
        let field = json!({ "name": name, "fieldType": "text", "encryption": encryption });
        self::field(&desk, field)
    };
    let (plain, secret) = (new("Serial", 0), new("Pin", 1));
    let made = open(
        &ada,
        json!({ plain.to_string(): "Quartz-99", secret.to_string(): "granite" }),
    );
    let ticket = made.ok()["ticketId"].clone();
    let found = |words: &str| {
        let listed = ada.get(&format!("/api/tickets?search={words}")).ok();
        listed["tickets"][0]["id"].clone()
    };
    assert_eq!(found("quartz-99"), ticket);
    assert_eq!(found("granite"), Value::Null);
    let of_customer = desk.alan().get("/api/tickets?search=quartz").ok();
    assert_eq!(of_customer["pagination"]["totalCount"], 0);
    let path = format!("/api/custom-field/{plain}");
    ada.put(&path, json!({ "encryption": 1 })).ok();
    jobs::run_due(desk.app.parts()).expect("all is done");
    assert_eq!(found("quartz"), Value::Null);
    ada.put(&path, json!({ "encryption": 0 })).ok();
    jobs::run_due(desk.app.parts()).expect("all is done");
    assert_eq!(found("quartz"), ticket);
}
