//! An example replayed on a desk of its own: what goes before, the request, the answer.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::compare::{Comparison, holds};
use super::{Example, Step};
use crate::support::ledger::Ledger;
use crate::support::multipart::Form;
use crate::support::{Answer, Client, Desk};

/// What a file of a step holds.
const FILE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A desk on which everything has been done that goes before an example.
pub(super) struct Ready<'a> {
    example: &'a Example,
    desk: Desk,
    ada: Client,
    known: BTreeMap<String, Value>,
}

impl<'a> Ready<'a> {
    pub(super) fn new(example: &'a Example) -> Self {
        let desk = Desk::new();
        let ada = desk.ada();
        let mut known: BTreeMap<String, Value> = ["ada", "grace", "alan"]
            .into_iter()
            .map(|name| {
                let id = desk.user_id(&format!("{name}@example.com"));
                (name.to_owned(), Value::from(id))
            })
            .collect();
        known.insert("ada_token".into(), ada.token().into());
        for step in &example.before {
            let answer = take(&ada, step, &known).ok();
            for (name, pointer) in &step.keep {
                let kept = answer.pointer(pointer).cloned();
                let kept = kept.unwrap_or_else(|| panic!("{}: no {pointer}", example.id));
                known.insert(name.clone(), kept);
            }
        }
        for (parameter, name) in &example.request.names {
            known.insert(parameter.clone(), known[name].clone());
        }
        Self {
            example,
            desk,
            ada,
            known,
        }
    }

    /// A look at what the desk holds.
    pub(super) fn ledger(&self) -> Ledger {
        Ledger::of(self.desk.folder())
    }

    /// The documented body, and null where none is documented.
    pub(super) fn body(&self) -> Value {
        filled(&self.example.request.body, &self.known)
    }

    /// Sends the documented request to `target`, in these bytes.
    pub(super) fn send(&self, target: &str, content_type: &str, body: &[u8]) -> Answer {
        let target = filled_text(target, &self.known);
        let method = &self.example.request.method;
        self.ada.send(method, &target, content_type, body)
    }

    /// Sends it as it is documented: as JSON.
    pub(super) fn send_json(&self, target: &str) -> Answer {
        match self.body() {
            Value::Null => self.send(target, "", b""),
            body => self.send(target, "application/json", body.to_string().as_bytes()),
        }
    }

    /// What of the answer is not as documented.
    pub(super) fn differences(&self, answer: &Answer, is_english: bool) -> Vec<String> {
        let expected = &self.example.answer;
        if answer.status != expected.status {
            return vec![format!("{} {}", answer.status, answer.text())];
        }
        if expected.is_file {
            let is_whole = answer.bytes() == FILE;
            return (!is_whole)
                .then(|| "the file is another".to_owned())
                .into_iter()
                .collect();
        }
        let documented = filled(&expected.body, &self.known);
        let mut comparison = Comparison::new(self.example, is_english);
        let content_type = answer.header("content-type");
        if !content_type.is_some_and(|kind| kind.starts_with("application/json")) {
            comparison.note("content-type", format!("{content_type:?}"));
        }
        let have = answer.json();
        if have.get("error").is_some() {
            comparison.note("/error", "stands in a success");
        }
        comparison.compare("", &documented, &have);
        for pointer in &self.example.same {
            let (want, have) = (documented.pointer(pointer), have.pointer(pointer));
            if is_english && !holds(have, want) {
                comparison.note(pointer, format!("{want:?} is documented, {have:?} came"));
            }
        }
        comparison.differences
    }
}

fn take(client: &Client, step: &Step, known: &BTreeMap<String, Value>) -> Answer {
    let path = filled_text(&step.path, known);
    let body = filled(&step.body, known);
    if step.files.is_empty() {
        return client.send(
            &step.method,
            &path,
            "application/json",
            body.to_string().as_bytes(),
        );
    }
    let fields = body.as_object().into_iter().flatten();
    let form = fields.fold(Form::default(), |form, (name, value)| {
        form.field(name, value.as_str().unwrap_or_default())
    });
    let form = step
        .files
        .iter()
        .fold(form, |form, name| form.file("attachments[]", name, FILE));
    let (content_type, body) = form.finish();
    client.send(&step.method, &path, &content_type, &body)
}

/// A value with every `{name}` filled in.
fn filled(value: &Value, known: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => match whole(text).and_then(|name| known.get(name)) {
            Some(id) => id.clone(),
            None => Value::from(filled_text(text, known)),
        },
        Value::Array(list) => list.iter().map(|one| filled(one, known)).collect(),
        Value::Object(object) => {
            let filled: Map<String, Value> = object
                .iter()
                .map(|(key, value)| (key.clone(), filled(value, known)))
                .collect();
            Value::Object(filled)
        }
        other => other.clone(),
    }
}

/// The name in a text that is nothing but a place.
fn whole(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

fn filled_text(text: &str, known: &BTreeMap<String, Value>) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text.replace(&format!("{{{name}:text}}"), &value)
            .replace(&format!("{{{name}}}"), &value)
    })
}
