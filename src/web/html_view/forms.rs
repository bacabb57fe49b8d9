//! The forms of a page: the query of what was read, and the writes of the same path.

use serde_json::{Map, Value};

use crate::web::address::Address;
use crate::web::openapi::{Field, inputs};
use crate::web::route::{Method, Route};

/// A form.
pub(super) struct Form {
    /// What it does, in the row's words.
    pub(super) summary: &'static str,
    /// The method that is meant.
    pub(super) method: &'static str,
    /// Where it goes.
    pub(super) action: String,
    pub(super) fields: Vec<Filled>,
    pub(super) files: &'static [&'static str],
    /// Whether its fields are shown at once.
    pub(super) is_open: bool,
}

/// A field, with what it holds.
pub(super) struct Filled {
    pub(super) about: Field,
    pub(super) value: String,
    /// What was wrong with it.
    pub(super) fault: String,
}

/// What the fields of a form hold.
#[derive(Clone, Copy)]
pub(super) struct Held<'a> {
    pub(super) values: &'a Map<String, Value>,
    /// What is wrong with them, by field.
    pub(super) faults: Option<&'a Map<String, Value>>,
}

/// The form of what a row takes in its query, filled with what was asked for; a token
/// in the query is not repeated into the page.
pub(super) fn of_query(route: &Route, address: &Address) -> Form {
    let asked: Vec<_> = form_urlencoded::parse(address.query.as_bytes()).collect();
    let fill = |about: Field| {
        let value = asked.iter().rfind(|(name, _)| *name == about.name);
        let value = value.map(|(_, value)| Value::from(value.as_ref()));
        Filled {
            value: text(value.as_ref(), &about),
            about,
            fault: String::new(),
        }
    };
    Form {
        summary: route.summary,
        method: Method::Get.name(),
        action: String::new(),
        fields: inputs(route).query.into_iter().map(fill).collect(),
        files: &[],
        is_open: false,
    }
}

/// The form of a row that writes, filled with what is there now, or with what was sent
/// and refused.
pub(super) fn of_body(route: &Route, action: String, held: Held<'_>) -> Form {
    let taken = inputs(route);
    let fill = |about: Field| {
        let now = held.values.get(&about.name).filter(|_| !about.is_secret);
        let faults = held.faults.and_then(|faults| faults.get(&about.name));
        let faults = faults.and_then(Value::as_array).into_iter().flatten();
        let faults: Vec<&str> = faults.filter_map(Value::as_str).collect();
        Filled {
            value: text(now, &about),
            about,
            fault: faults.join(" "),
        }
    };
    Form {
        summary: route.summary,
        method: route.method.name(),
        action,
        fields: taken
            .body
            .unwrap_or_default()
            .into_iter()
            .map(fill)
            .collect(),
        files: taken.files,
        is_open: held.faults.is_some(),
    }
}

/// A value as a field holds it; nothing where no field can.
fn text(value: Option<&Value>, about: &Field) -> String {
    if about.kind == "boolean" {
        return flag(value).to_owned();
    }
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
        // What is shown as an object is written by its id.
        Some(Value::Object(object)) => object.get("id").map(Value::to_string).unwrap_or_default(),
        Some(Value::Array(list)) if about.kind == "array" => {
            let all: Option<Vec<String>> = list.iter().map(item).collect();
            all.map(|all| all.join(",")).unwrap_or_default()
        }
        _ => String::new(),
    }
}

/// An entry of a list that is written with commas.
fn item(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => object.get("id").map(Value::to_string),
        Value::Number(number) => Some(number.to_string()),
        Value::String(text) if !text.contains(',') => Some(text.clone()),
        _ => None,
    }
}

/// A switch as its choice: on, off, or not known.
fn flag(value: Option<&Value>) -> &'static str {
    let is_on = match value {
        Some(Value::Bool(is_on)) => *is_on,
        Some(Value::Number(number)) => number.as_i64() != Some(0),
        Some(Value::String(text)) if !text.is_empty() => text != "0" && text != "false",
        _ => return "",
    };
    if is_on { "1" } else { "0" }
}
