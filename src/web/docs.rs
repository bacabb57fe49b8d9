//! The API's documentation as a page, made from the `OpenAPI` document: it says what that
//! says, for people. It reads without a script; with its one script one can search and try.

use std::sync::Arc;

use askama::Template;
use base64ct::{Base64, Encoding};
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::openapi::{self, canonical};
use super::prepared::Prepared;
use super::reply::{IntoReply, Reply};
use super::route::Route;
use crate::access::Access;
use crate::base::error::{Context, Result};
use crate::base::locale::Locale;

/// The page's only script.
const SCRIPT: &str = include_str!("../../assets/pages/docs/script.js");

/// What the document does not say of a row.
pub struct Note {
    operation_id: String,
    path: String,
    aliases: Vec<String>,
    access: Access,
}

impl Note {
    /// What the page says of a row beside what the document says.
    pub fn of(route: &Route) -> Self {
        let full = |path: &&str| {
            if route.is_api {
                format!("/api{path}")
            } else {
                (*path).to_owned()
            }
        };
        Self {
            operation_id: openapi::operation_id(route.method, route.path),
            path: full(&route.path),
            aliases: route.aliases.iter().map(full).collect(),
            access: route.access,
        }
    }
}

#[derive(Template)]
#[template(path = "docs/page.html")]
struct DocsPage<'a> {
    locale: Locale,
    languages: [(&'a str, &'a str); 4],
    version: &'a str,
    base_url: &'a str,
    sections: Vec<Section<'a>>,
    failures: Vec<(&'a str, &'a str)>,
    script: &'a str,
}

struct Section<'a> {
    title: &'a str,
    anchor: String,
    operations: Vec<Shown<'a>>,
}

/// An operation, as the page shows it.
struct Shown<'a> {
    id: &'a str,
    method: String,
    path: &'a str,
    target: &'a str,
    summary: &'a str,
    access: String,
    aliases: &'a [String],
    tables: [Table<'a>; 4],
    curl: String,
    body: Option<String>,
    answer_type: &'a str,
    answer: Option<String>,
    failures: Vec<&'a str>,
}

/// What an operation takes in one place.
struct Table<'a> {
    title: &'a str,
    place: &'static str,
    rows: Vec<Row<'a>>,
}

struct Row<'a> {
    name: &'a str,
    kind: String,
    words: Vec<Span<'a>>,
    is_required: bool,
}

/// A stretch of a description.
struct Span<'a> {
    text: &'a str,
    /// Whether it stood in backticks.
    is_code: bool,
}

fn spans(description: &Value) -> Vec<Span<'_>> {
    let text = description.as_str().unwrap_or_default();
    let parts = text.split('`').enumerate();
    let spans = parts.map(|(at, text)| Span {
        text,
        is_code: at % 2 == 1,
    });
    spans.filter(|span| !span.text.is_empty()).collect()
}

/// The page in a language.
pub fn page(document: &Value, notes: &[Note], locale: Locale) -> Result<String> {
    let maker = Maker {
        document,
        definitions: document["components"]["schemas"].as_object(),
        locale,
    };
    let tags = document["tags"].as_array().into_iter().flatten();
    let sections = tags.filter_map(|tag| maker.section(tag["name"].as_str()?, notes));
    let page = DocsPage {
        locale,
        languages: Locale::ALL.map(|locale| (locale.code(), locale.text("language.own_name"))),
        version: env!("CARGO_PKG_VERSION"),
        base_url: maker.base_url(),
        sections: sections.collect(),
        failures: openapi::failures(locale),
        script: SCRIPT,
    };
    page.render().context("rendering the documentation")
}

struct Maker<'a> {
    document: &'a Value,
    definitions: Option<&'a Map<String, Value>>,
    locale: Locale,
}

impl<'a> Maker<'a> {
    fn base_url(&self) -> &'a str {
        self.document["servers"][0]["url"]
            .as_str()
            .unwrap_or_default()
    }

    fn section(&self, title: &'a str, notes: &'a [Note]) -> Option<Section<'a>> {
        let mut operations = Vec::new();
        for (target, methods) in self.document["paths"].as_object()? {
            for (method, entry) in methods.as_object()? {
                // An alias has no note of its own.
                let note = notes
                    .iter()
                    .find(|note| entry["operationId"] == *note.operation_id);
                if let Some(note) = note.filter(|_| entry["tags"][0] == title) {
                    operations.push((target.as_str(), method.to_ascii_uppercase(), entry, note));
                }
            }
        }
        let anchor = title.to_ascii_lowercase().replace(' ', "-");
        Some(Section {
            title,
            anchor,
            operations: operations.into_iter().map(|one| self.shown(one)).collect(),
        })
    }

    fn shown(
        &self,
        (target, method, entry, note): (&'a str, String, &'a Value, &'a Note),
    ) -> Shown<'a> {
        let body = entry.pointer("/requestBody/content/application~1json/example");
        let success = entry["responses"]["200"]["content"].as_object();
        let success = success.and_then(|content| content.iter().next());
        let answer_type = success.map_or("", |(media_type, _)| media_type.as_str());
        let answer = success
            .filter(|(media_type, _)| *media_type == "application/json")
            .and_then(|(_, content)| content.get("example"));
        let responses = entry["responses"].as_object().into_iter().flatten();
        Shown {
            id: &note.operation_id,
            path: &note.path,
            target,
            summary: entry["summary"].as_str().unwrap_or_default(),
            access: openapi::access_words(note.access, self.locale),
            aliases: &note.aliases,
            tables: self.tables(entry),
            curl: self.curl(&method, target, entry, body),
            body: body.map(pretty),
            answer_type,
            answer: answer.map(pretty),
            failures: responses
                .map(|(status, _)| status.as_str())
                .filter(|status| status.starts_with(['4', '5']))
                .collect(),
            method,
        }
    }

    fn tables(&self, entry: &'a Value) -> [Table<'a>; 4] {
        let parameters: Vec<&Value> = entry["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| self.resolved(parameter))
            .collect();
        let table = |place: &'static str, key: &'static str| Table {
            title: self.locale.text(key),
            place,
            rows: parameters
                .iter()
                .filter(|parameter| parameter["in"] == place)
                .map(|parameter| Row {
                    name: parameter["name"].as_str().unwrap_or_default(),
                    kind: self.kind(&parameter["schema"]),
                    words: spans(&parameter["description"]),
                    is_required: parameter["required"] == true,
                })
                .collect(),
        };
        let path = table("path", "docs.in_path");
        let query = table("query", "docs.in_query");
        let header = table("header", "docs.in_header");
        let body = Table {
            title: self.locale.text("docs.body"),
            place: "body",
            rows: self.body_rows(entry),
        };
        [path, query, body, header]
    }

    fn body_rows(&self, entry: &'a Value) -> Vec<Row<'a>> {
        let content = &entry["requestBody"]["content"]["multipart/form-data"]["schema"];
        let empty: &[Value] = &[];
        let parts = content["allOf"].as_array().map_or(empty, Vec::as_slice);
        let schemas = parts.iter().chain(std::iter::once(content));
        let mut rows = Vec::new();
        for schema in schemas.map(|schema| self.resolved(schema)) {
            for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                let required = schema["required"].as_array();
                rows.push(Row {
                    name,
                    kind: self.kind(property),
                    words: spans(&property["description"]),
                    is_required: required.is_some_and(|all| all.iter().any(|one| one == name)),
                });
            }
        }
        rows
    }

    /// What a `$ref` points at, or the value itself.
    fn resolved(&self, value: &'a Value) -> &'a Value {
        let path = value["$ref"]
            .as_str()
            .and_then(|path| path.strip_prefix('#'));
        path.and_then(|path| self.document.pointer(path))
            .unwrap_or(value)
    }

    /// The type of a value in its first form, in a word or three.
    fn kind(&self, schema: &Value) -> String {
        let none = Map::new();
        let schema = canonical(schema, self.definitions.unwrap_or(&none));
        let words = match schema["type"].as_str() {
            Some("array") => match schema.get("items") {
                Some(items) => format!("[{}]", self.kind(items)),
                None => "array".to_owned(),
            },
            Some(kind) => kind.to_owned(),
            None => schema["type"][0].as_str().unwrap_or("any").to_owned(),
        };
        let choices = schema["enum"].as_array().into_iter().flatten();
        let choices: Vec<&str> = choices.filter_map(Value::as_str).collect();
        let format = schema["format"]
            .as_str()
            .filter(|format| *format != "int64");
        let most = schema["maxLength"].as_i64().or(schema["maximum"].as_i64());
        match (choices.is_empty(), format, most) {
            (false, ..) => choices.join(" | "),
            (true, Some(format), _) => format.to_owned(),
            (true, None, Some(most)) => format!("{words} ≤ {most}"),
            (true, None, None) => words,
        }
    }

    fn curl(&self, method: &str, target: &str, entry: &Value, body: Option<&Value>) -> String {
        let mut path = target.to_owned();
        for parameter in entry["parameters"].as_array().into_iter().flatten() {
            let schema = &parameter["schema"];
            let example = match (schema["type"].as_str(), &schema["enum"][0]) {
                (Some("string"), Value::String(choice)) => choice,
                (Some("string"), _) => "TEXT",
                _ => "7",
            };
            let name = parameter["name"].as_str().unwrap_or_default();
            path = path.replace(&format!("{{{name}}}"), example);
        }
        let verb = if method == "GET" {
            String::new()
        } else {
            format!(" -X {method}")
        };
        let mut lines = vec![format!("curl{verb} '{}{path}'", self.base_url())];
        if entry.get("security").is_none() {
            lines.push("-H \"Authorization: Bearer $TOKEN\"".to_owned());
        }
        if let Some(body) = body {
            lines.push("-H 'Content-Type: application/json'".to_owned());
            lines.push(format!("-d '{}'", body.to_string().replace('\'', r"'\''")));
        }
        lines.join(" \\\n  ")
    }
}

fn pretty(value: &Value) -> String {
    format!("{value:#}")
}

/// The documentation; its script runs by its hash, and nothing else does.
pub struct Documentation(pub Arc<Prepared>);

impl IntoReply for Documentation {
    fn into_reply(self, _: Locale) -> Result<Reply> {
        Ok(Reply::prepared("text/html; charset=utf-8", self.0)
            .with_header("Content-Security-Policy", policy()))
    }

    fn describe(_: &mut SchemaGenerator) -> (&'static str, Schema) {
        ("text/html", json_schema!({ "type": "string" }))
    }
}

fn policy() -> String {
    let hash = Base64::encode_string(&Sha256::digest(SCRIPT));
    format!(
        "default-src 'none'; script-src 'sha256-{hash}'; connect-src 'self'; style-src 'unsafe-inline'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}
