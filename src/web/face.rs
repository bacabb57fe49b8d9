//! The `.html` face of an answer: the same keys and values as a page that a person
//! can read, escaped, with links to the ids it names.

use askama::Template;
use serde_json::Value;

use super::address::Address;
use super::openapi::QueryField;
use super::reply::{Body, PAGE_POLICY, Reply};
use crate::base::locale::Locale;

#[derive(Template)]
#[template(path = "layout/answer.html")]
struct AnswerPage<'a> {
    locale: &'a str,
    title: &'a str,
    desk: &'a str,
    status: u16,
    fields: Vec<Field>,
    lines: Vec<Line>,
}

/// A field of the form, with what was asked for.
struct Field {
    about: QueryField,
    value: String,
    is_ticked: bool,
}

/// What a page shows beside the answer itself.
pub struct Face<'a> {
    /// What was asked for.
    pub address: &'a Address,
    /// The desk's name.
    pub desk: &'a str,
    /// The caller's language.
    pub locale: Locale,
    /// The fields that the path takes in its query.
    pub fields: Vec<QueryField>,
}

/// One key of the answer, as deep as it lies.
struct Line {
    depth: usize,
    key: String,
    value: String,
    is_branch: bool,
    link: Option<String>,
}

/// The reply as a page; a file stays what it is.
pub fn page(reply: Reply, face: Face<'_>) -> Reply {
    let is_json = reply
        .header("Content-Type")
        .is_some_and(|kind| kind.starts_with("application/json"));
    let Body::Bytes(bytes) = &reply.body else {
        return reply;
    };
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
        return reply;
    };
    if !is_json {
        return reply;
    }
    let mut lines = Vec::new();
    walk(&mut lines, 0, "", &value);
    let title = format!("/api/{}", face.address.path.join("/"));
    let page = AnswerPage {
        locale: face.locale.code(),
        title: &title,
        desk: face.desk,
        status: reply.status,
        fields: fields(face),
        lines,
    };
    // A template that is compiled in fails only where memory does; the JSON is still an answer.
    let Ok(text) = page.render() else {
        return reply;
    };
    let kept = reply
        .headers
        .into_iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("Content-Type"));
    let mut headers = vec![
        (
            "Content-Type".to_owned(),
            "text/html; charset=utf-8".to_owned(),
        ),
        ("Content-Security-Policy".to_owned(), PAGE_POLICY.to_owned()),
    ];
    headers.extend(kept);
    Reply {
        status: reply.status,
        headers,
        body: Body::Bytes(text.into_bytes()),
    }
}

/// The form's fields, filled with what was asked for; a token in the query is not
/// repeated into the page.
fn fields(face: Face<'_>) -> Vec<Field> {
    let asked: Vec<_> = form_urlencoded::parse(face.address.query.as_bytes()).collect();
    let field = |about: QueryField| {
        let value = asked.iter().rfind(|(name, _)| *name == about.name);
        Field {
            is_ticked: value.is_some_and(|(_, value)| value != "0"),
            value: value
                .map(|(_, value)| value.to_string())
                .unwrap_or_default(),
            about,
        }
    };
    face.fields.into_iter().map(field).collect()
}

fn walk(lines: &mut Vec<Line>, depth: usize, key: &str, value: &Value) {
    let plain = match value {
        Value::Object(_) | Value::Array(_) => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if !key.is_empty() {
        lines.push(Line {
            depth: depth.saturating_sub(1).min(12),
            key: key.to_owned(),
            is_branch: value.is_object() || value.is_array(),
            link: link(key, value),
            value: plain,
        });
    }
    match value {
        Value::Object(object) => object
            .iter()
            .for_each(|(key, value)| walk(lines, depth + 1, key, value)),
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                walk(lines, depth + 1, &format!("{}.", at + 1), value);
            }
        }
        _ => {}
    }
}

/// Where a value leads: a ticket's number to its page, a path of ours to what it names.
fn link(key: &str, value: &Value) -> Option<String> {
    match (key, value) {
        ("incrementId", Value::Number(number)) => Some(format!("/api/ticket/{number}.html")),
        ("path", Value::String(path))
            if path.starts_with("http://") || path.starts_with("https://") =>
        {
            Some(path.clone())
        }
        _ => None,
    }
}
