//! Whether each answer of the walk is what the document says of it, with no key beside.

use pocketdesk::web::openapi::operation_id;
use pocketdesk::web::route::Route;
use serde_json::Value;

use crate::support::client::Answer;
use crate::support::schema;

/// What is wrong with an answer of this row, if anything.
pub(super) fn faults(document: &Value, route: &Route, answer: &Answer) -> Vec<String> {
    if answer.status != 200 || answer.header("content-type") != Some("application/json") {
        return Vec::new();
    }
    let id = operation_id(route.method, route.path);
    let paths = document["paths"].as_object().expect("paths").values();
    let mut operations = paths.filter_map(|methods| {
        let methods = methods.as_object()?;
        methods.values().find(|one| one["operationId"] == *id)
    });
    let Some(operation) = operations.next() else {
        return Vec::new();
    };
    let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    let answer = answer.json();
    let mut found = schema::faults(document, schema, &answer);
    let target = schema["$ref"].as_str().map(|at| at.trim_start_matches('#'));
    let resolved = target.and_then(|at| document.pointer(at)).unwrap_or(schema);
    if let (Some(named), Some(keys)) = (resolved["properties"].as_object(), answer.as_object()) {
        let beside = keys.keys().filter(|key| !named.contains_key(*key));
        found.extend(beside.map(|key| format!("{key} is not named")));
    }
    found
}
