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

/// Neither in the rows nor in the index, nor in what is left of either in the file.
#[test]
fn a_sealed_value_stands_nowhere_in_the_file() {
    for count in [1, 3, 20, 150] {
        let desk = Desk::new();
        let ada = desk.ada();
        let id = field(&desk, json!({ "name": "Pin", "fieldType": "text" }));
        for number in 0..count {
            let value = format!("quincunx{number:03}{}", "lattice".repeat(number % 9));
            open(&ada, json!({ id.to_string(): value })).ok();
            // Others keep the pages and the parts of the index in which the values stand.
            desk.ticket("Something else");
        }
        let path = format!("/api/custom-field/{id}");
        ada.put(&path, json!({ "encryption": 1 })).ok();
        jobs::run_due(desk.app.parts()).expect("all is done");
        let db = &desk.app.parts().db;
        db.shorten_log().expect("the log is moved into the file");
        let mut bytes = std::fs::read(db.path()).expect("the database's file");
        bytes.extend(std::fs::read(db.path().with_extension("db-wal")).expect("the log"));
        for part in ["quincunx", "attice"] {
            let left = memchr::memmem::find_iter(&bytes, part.as_bytes()).count();
            assert_eq!(left, 0, "{part} of {count}");
        }
    }
}
