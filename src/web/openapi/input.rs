//! What a row takes, as the document says it and as forms are made from it.

use schemars::Schema;
use serde_json::{Map, Value, json};

use super::Operation;
use crate::web::listing;

/// The media types that every body may come in.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// The first of the forms that a value may have, with what it refers to looked up.
pub fn canonical(schema: &Value, definitions: &Map<String, Value>) -> Value {
    let mut at = schema;
    // Definitions may name each other; a chain longer than this leads nowhere.
    for _ in 0..16 {
        let target = at["$ref"].as_str().and_then(|path| path.rsplit('/').next());
        if let Some(found) = target.and_then(|name| definitions.get(name)) {
            at = found;
        } else if let Some(first) = at["anyOf"].get(0).or_else(|| at["oneOf"].get(0)) {
            at = first;
        } else {
            break;
        }
    }
    at.clone()
}

/// The name of a schema's type, the first where it has several.
pub(super) fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => kinds.iter().find_map(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

pub(super) fn query_parameters(schema: &Schema) -> Vec<Value> {
    let required = schema.get("required").and_then(Value::as_array);
    let properties = schema.get("properties").and_then(Value::as_object);
    let one = |(name, schema): (&String, &Value)| {
        let mut parameter = json!({ "name": name, "in": "query" });
        let mut schema = schema.clone();
        if let Some(words) = schema
            .as_object_mut()
            .and_then(|all| all.shift_remove("description"))
        {
            parameter["description"] = words;
        }
        if required.is_some_and(|all| all.iter().any(|one| one == name)) {
            parameter["required"] = json!(true);
        }
        parameter["schema"] = listing::parameter(name).unwrap_or_else(|| without_null(schema));
        if parameter["schema"]["type"] == "array" {
            // What clients repeat, the last of a plain name would hide the others.
            parameter["name"] = json!(format!("{name}[]"));
        }
        parameter
    };
    properties.into_iter().flatten().map(one).collect()
}

/// A query has no null: what is not asked for is left out.
fn without_null(mut schema: Value) -> Value {
    let kind = kind(&schema).to_owned();
    if schema["type"].is_array() {
        schema["type"] = json!(kind);
    }
    schema
}

pub(super) fn request_body(operation: &Operation<'_>) -> Option<Value> {
    let body = operation.body.as_ref()?;
    let schema = operation.body_name.as_ref().unwrap_or(body);
    let mut content = Map::new();
    content.insert("application/json".into(), json!({ "schema": schema }));
    for form in FORMS {
        let is_multipart = form == "multipart/form-data";
        let schema = if is_multipart && !operation.files.is_empty() {
            json!({ "allOf": [schema, with_files(operation.files)] })
        } else {
            json!(schema)
        };
        content.insert(form.into(), json!({ "schema": schema }));
    }
    let required = body.get("required").and_then(Value::as_array);
    let is_required = required.is_some_and(|all| !all.is_empty());
    Some(json!({ "required": is_required, "content": content }))
}

fn with_files(fields: &[&str]) -> Value {
    let file = json!({ "type": "string", "format": "binary" });
    let one = |field: &&str| {
        let schema = if field.ends_with("[]") {
            json!({ "type": "array", "items": file, "description": "Files." })
        } else {
            json!({ "type": "string", "format": "binary", "description": "A file." })
        };
        ((*field).to_owned(), schema)
    };
    let properties: Map<String, Value> = fields.iter().map(one).collect();
    json!({ "type": "object", "properties": properties })
}
