//! The forms of a page: the query of what was read, and the writes of the same path. A
//! browser's form can only GET and POST, so a write names its method in a hidden field.

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
    pub(super) fields: Vec<Filled>,
    pub(super) files: &'static [&'static str],
}

/// A field, with what it holds.
pub(super) struct Filled {
    pub(super) about: Field,
    pub(super) value: String,
    pub(super) is_ticked: bool,
}

/// The form of what a row takes in its query, filled with what was asked for; a token
/// in the query is not repeated into the page.
pub(super) fn of_query(route: &Route, address: &Address) -> Form {
    let asked: Vec<_> = form_urlencoded::parse(address.query.as_bytes()).collect();
    let fill = |about: Field| {
        let value = asked.iter().rfind(|(name, _)| *name == about.name);
        Filled {
            is_ticked: value.is_some_and(|(_, value)| value != "0"),
            value: value
                .map(|(_, value)| value.to_string())
                .unwrap_or_default(),
            about,
        }
    };
    Form {
        summary: route.summary,
        method: Method::Get.name(),
        fields: inputs(route).query.into_iter().map(fill).collect(),
        files: &[],
    }
}

/// The form of a row that writes, filled with what is there now.
pub(super) fn of_body(route: &Route, shown: &Map<String, Value>) -> Form {
    let taken = inputs(route);
    let fill = |about: Field| {
        let now = shown.get(&about.name).filter(|_| !about.is_secret);
        Filled {
            is_ticked: now == Some(&Value::Bool(true)),
            value: match now {
                Some(Value::String(text)) => text.clone(),
                Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
                // What is shown as an object is written by its id.
                Some(Value::Object(object)) => {
                    object.get("id").map(Value::to_string).unwrap_or_default()
                }
                _ => String::new(),
            },
            about,
        }
    };
    Form {
        summary: route.summary,
        method: route.method.name(),
        fields: taken
            .body
            .unwrap_or_default()
            .into_iter()
            .map(fill)
            .collect(),
        files: taken.files,
    }
}
