//! The company: its settings and what they do, its hours, its spam lists and its theme.

mod effects;
mod hours;
mod settings;
mod spam;
mod theme;

use serde_json::{Value, json};

use crate::support::Desk;

/// A body that changes nothing on a new desk, with these fields in place of its own.
fn company(fields: Value) -> Value {
    merged(
        json!({ "name": "pocketdesk", "supportEmail": "", "nextTicketId": "", "timezone": "UTC",
            "pendingSince": "0" }),
        fields,
    )
}

fn merged(mut body: Value, fields: Value) -> Value {
    let object = body.as_object_mut().expect("an object");
    object.extend(fields.as_object().expect("an object").clone());
    body
}

/// Sets fields of the company; everything required that is not among them is as on a new desk.
#[track_caller]
fn set(desk: &Desk, fields: Value) {
    desk.ada().put("/api/company.json", company(fields)).ok();
}

/// The company's changes that were told: which part, which fields.
fn told(desk: &Desk) -> Vec<(String, Value)> {
    let data: Vec<String> = desk.read(|view| {
        view.all(
            "SELECT data FROM event JOIN batch ON batch.id = batch_id
             WHERE kind = 'company_changed' AND batch.user_id IS NOT NULL ORDER BY event.id",
            [],
        )
    });
    let read = data.iter().map(|text| {
        let event: Value = serde_json::from_str(text).expect("JSON");
        let part = event["part"].as_str().expect("a part").to_owned();
        (part, event["fields"].clone())
    });
    read.collect()
}
