//! Custom fields: what the tests of their definitions and of their values share.

mod definitions;
mod later;
mod search;
mod values;

use serde_json::{Value, json};

use crate::support::Desk;
use crate::support::client::{Answer, Client};

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
