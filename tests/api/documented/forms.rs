//! Clients in the wild send the documented requests as forms, url-encoded or multipart,
//! with PHP's brackets where a value is no text: the same answer, and the same is done.

use serde_json::Value;

use super::replay::Ready;
use super::{Example, examples, in_parallel, with_format};
use crate::support::ledger::difference;
use crate::support::multipart::Form;

/// Columns whose values are drawn by lot, or made from such.
const BY_LOT: [&str; 4] = ["hash", "reply_token", "mailbox_email", "password_hash"];

/// Keys whose values are.
const KEYS_BY_LOT: [&str; 1] = ["mailboxEmail"];

#[test]
fn a_form_does_what_json_does() {
    let examples = examples();
    let with_a_body: Vec<&Example> = examples
        .iter()
        .filter(|example| example.request.body.is_object())
        .collect();
    assert!(!with_a_body.is_empty());
    let differences = in_parallel(&with_a_body, |example| differences(example));
    assert!(differences.is_empty(), "{differences:#?}");
}

/// What of an example comes out otherwise when it is sent as a form.
fn differences(example: &Example) -> Vec<String> {
    let target = with_format(&example.request.path, "json");
    let as_json = Ready::new(example);
    let wanted = as_json.send_json(&target);
    let left = as_json.ledger().holdings(&BY_LOT);
    let mut found = Vec::new();
    for (name, encode) in ENCODINGS {
        let ready = Ready::new(example);
        let (content_type, body) = encode(&pairs(&ready.body()));
        let answer = ready.send(&target, &content_type, &body);
        let mut noted = Vec::new();
        if answer.status != wanted.status
            || without_lots(answer.json()) != without_lots(wanted.json())
        {
            noted.push(format!("{} {}", answer.status, answer.text()));
        }
        noted.extend(difference(&left, &ready.ledger().holdings(&BY_LOT)));
        found.extend(
            noted
                .into_iter()
                .map(|one| format!("{} as {name}: {one}", example.id)),
        );
    }
    found
}

/// A way to write pairs: its name, and what makes the content type and the body of them.
type Encoding = (&'static str, fn(&[(String, String)]) -> (String, Vec<u8>));

const ENCODINGS: [Encoding; 2] = [
    ("url-encoded", |pairs| {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        (
            "application/x-www-form-urlencoded".into(),
            body.into_bytes(),
        )
    }),
    ("multipart", |pairs| {
        let form = pairs.iter().fold(Form::default(), |form, (name, value)| {
            form.field(name, value)
        });
        form.finish()
    }),
];

/// A body as the pairs that PHP's `http_build_query` makes of it.
fn pairs(body: &Value) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (key, value) in body.as_object().into_iter().flatten() {
        push(&mut pairs, key.clone(), value);
    }
    pairs
}

fn push(pairs: &mut Vec<(String, String)>, name: String, value: &Value) {
    match value {
        Value::Null => {}
        Value::Bool(value) => pairs.push((name, i32::from(*value).to_string())),
        Value::Number(value) => pairs.push((name, value.to_string())),
        Value::String(value) => pairs.push((name, value.clone())),
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                push(pairs, format!("{name}[{at}]"), value);
            }
        }
        Value::Object(object) => {
            for (key, value) in object {
                push(pairs, format!("{name}[{key}]"), value);
            }
        }
    }
}

fn without_lots(mut value: Value) -> Value {
    match &mut value {
        Value::Object(object) => {
            object.retain(|key, _| !KEYS_BY_LOT.contains(&key.as_str()));
            for (_, value) in object {
                *value = without_lots(value.take());
            }
        }
        Value::Array(list) => {
            for value in list {
                *value = without_lots(value.take());
            }
        }
        _ => {}
    }
    value
}
