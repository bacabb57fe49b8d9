//! One row as an operation of the document: its parameters, its body, its answers.

use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::resource::{self, PathNames};
use super::{Operation, components, input};
use crate::access::Access;
use crate::base::error::Message;
use crate::base::locale::Locale;
use crate::web::path::PathTextName;
use crate::web::route::{Method, Route};

/// What an entry depends on beside its row.
pub(super) struct Surroundings<'r> {
    pub(super) names: PathNames,
    pub(super) routes: &'r [Route],
}

/// The entry of a row under one of its paths.
pub(super) fn of(
    route: &Route,
    path: &'static str,
    around: &Surroundings<'_>,
    schemas: &mut SchemaGenerator,
) -> Value {
    let operation = route.operation(schemas);
    let mut parameters = path_parameters(route, path, &around.names);
    parameters.extend(operation.query.iter().flat_map(input::query_parameters));
    let headers = header_parameters(route, &operation).into_iter();
    parameters.extend(headers.map(components::parameter));
    let responses = responses(route, &operation);
    let title = resource::title(&resource::of(route.path), around.routes);
    let mut entry = json!({
        "summary": route.summary,
        "tags": [title],
        "description": access_words(route.access, Locale::English),
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(body) = input::request_body(&operation) {
        entry["requestBody"] = body;
    }
    if route.access == Access::Anyone {
        entry["security"] = json!([]);
    }
    entry
}

fn path_parameters(route: &Route, path: &'static str, names: &PathNames) -> Vec<Value> {
    let mut own = resource::names_of(path).into_iter();
    let mut agreed = names.names(path).into_iter();
    let mut before = "";
    let mut parameters = Vec::new();
    for segment in path.split('/') {
        if !segment.starts_with('{') {
            before = segment;
            continue;
        }
        let (Some(own), Some(name)) = (own.next(), agreed.next()) else {
            continue;
        };
        if let Some(text) = route.texts.iter().find(|text| text.name == own) {
            parameters.push(path_text(text, name));
            continue;
        }
        let noun = resource::singular(before).replace('-', " ");
        let is_id = own == name || own.ends_with("Id") && own.starts_with(&noun);
        let words = if is_id {
            format!("Id of the {noun}.")
        } else {
            format!("The {noun}'s `{own}`, not its `{name}`.")
        };
        parameters.push(json!({
            "name": name, "in": "path", "required": true, "description": words,
            "schema": { "type": "integer", "format": "int64", "minimum": 1 },
        }));
    }
    parameters
}

fn path_text(text: &PathTextName, name: &str) -> Value {
    let mut schema = json!({ "type": "string", "minLength": 1 });
    if !text.choices.is_empty() {
        schema["enum"] = json!(text.choices);
    }
    json!({ "name": name, "in": "path", "required": true, "description": format!("The {name}."), "schema": schema })
}

/// The headers that the table itself gives a row, by the names of their components.
fn header_parameters(route: &Route, operation: &Operation<'_>) -> Vec<&'static str> {
    let reads = route.method == Method::Get;
    let names = [
        ("If-None-Match", reads),
        ("If-Match", !reads && route.version.is_some()),
        ("Idempotency-Key", route.method == Method::Post),
    ];
    let taken = names
        .into_iter()
        .filter(|(_, is_taken)| operation.is_guarded && !route.only_reads && *is_taken);
    taken.map(|(name, _)| name).collect()
}

fn responses(route: &Route, operation: &Operation<'_>) -> Value {
    let takes_body = operation.body.is_some();
    let takes_anything = takes_body || operation.query.is_some();
    let is_open = route.access == Access::Anyone;
    let has_number = !resource::names_of(route.path).is_empty();
    let writes = route.method != Method::Get;
    let gives_file = operation
        .answer
        .as_ref()
        .is_some_and(|(kind, _)| *kind == "*/*");
    let failures = [
        // Whom to act as can be wrong wherever somebody must have signed in.
        ("400", "Invalid", !is_open || takes_anything),
        ("401", "Unauthenticated", !is_open || operation.takes_login),
        ("403", "Forbidden", !is_open),
        (
            "404",
            "NotFound",
            !is_open || has_number || gives_file || writes && takes_body,
        ),
        ("409", "Conflict", writes),
        ("413", "TooLarge", takes_anything),
        ("415", "MediaType", takes_body),
        ("429", "TooMany", true),
        ("500", "Internal", true),
        ("503", "Unavailable", true),
    ];
    let mut responses = Map::new();
    responses.insert("200".into(), success(route, operation));
    if operation.is_guarded && !writes {
        let reference = "#/components/responses/NotModified";
        responses.insert("304".into(), json!({ "$ref": reference }));
    }
    for (status, name, is_possible) in failures {
        if is_possible {
            let reference = format!("#/components/responses/{name}");
            responses.insert(status.into(), json!({ "$ref": reference }));
        }
    }
    Value::Object(responses)
}

fn success(route: &Route, operation: &Operation<'_>) -> Value {
    let content = match &operation.answer {
        Some((media_type, schema)) => json!({ *media_type: { "schema": schema } }),
        None => json!({}),
    };
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } });
    if operation.is_guarded && route.method == Method::Get {
        headers["ETag"] = json!({ "$ref": "#/components/headers/ETag" });
    }
    json!({ "description": "Done.", "headers": headers, "content": content })
}

/// Who may call a row, in a sentence.
pub fn access_words(access: Access, locale: Locale) -> String {
    let message = match access {
        Access::Anyone => Message::new("docs.for_anyone"),
        Access::SignedIn => Message::new("docs.for_everybody"),
        Access::Agent => Message::new("docs.for_agents"),
        Access::Holds(privilege) => {
            Message::new("docs.for_holders").with("privilege", privilege.code())
        }
        Access::HoldsOneOf(privileges) => {
            let codes: Vec<&str> = privileges.iter().map(|one| one.code()).collect();
            Message::new("docs.for_holders_of_one").with("privileges", codes.join(" / "))
        }
        Access::CustomerOr(privilege) => {
            Message::new("docs.for_customers_or").with("privilege", privilege.code())
        }
        Access::Admin => Message::new("docs.for_admins"),
    };
    locale.say(&message)
}
