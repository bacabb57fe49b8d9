//! What a row takes, as the document says it and as forms are made from it.

use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::{Operation, generator};
use crate::web::listing;
use crate::web::route::Route;

/// The media types that every body may come in.
const FORMS: [&str; 2] = ["application/x-www-form-urlencoded", "multipart/form-data"];

/// A field that a row takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name, in the brackets of a form where it lies deeper.
    pub name: String,
    /// What it is for.
    pub words: String,
    /// What kind of value it takes first of all: `string`, `integer`, `boolean`, `array`, `object`.
    pub kind: String,
    /// The values that it takes, where they are few.
    pub choices: Vec<String>,
    /// Whether it must be there.
    pub is_required: bool,
    /// Whether it is meant for more than one line.
    pub is_long: bool,
    /// Whether it must not be shown as it is typed.
    pub is_secret: bool,
}

/// All that a row takes beside its path.
#[derive(Debug, Default)]
pub struct Inputs {
    /// In its query.
    pub query: Vec<Field>,
    /// In its body; nothing where it takes none.
    pub body: Option<Vec<Field>>,
    /// The fields that files may come in.
    pub files: &'static [&'static str],
}

/// What a row takes beside its path.
pub fn inputs(route: &Route) -> Inputs {
    let mut schemas = generator();
    let operation = route.operation(&mut schemas);
    let (query, body, files) = (operation.query, operation.body, operation.files);
    let schemas = &mut schemas;
    Inputs {
        query: query
            .map(|query| fields(&query, schemas))
            .unwrap_or_default(),
        body: body.map(|body| fields(&body, schemas)),
        files,
    }
}

fn fields(schema: &Schema, schemas: &mut SchemaGenerator) -> Vec<Field> {
    let required = schema.get("required").and_then(Value::as_array);
    let properties = schema.get("properties").and_then(Value::as_object);
    let one = |(name, schema): (&String, &Value)| {
        let canonical = canonical(schema, schemas.definitions());
        let text = |key: &str| canonical[key].as_str().unwrap_or_default();
        let choices = canonical["enum"].as_array().into_iter().flatten();
        let words = schema["description"].as_str();
        Field {
            name: name.clone(),
            words: words.unwrap_or_default().to_owned(),
            kind: kind(&canonical).to_owned(),
            choices: choices
                .filter_map(|one| one.as_str().map(str::to_owned))
                .collect(),
            is_required: required.is_some_and(|all| all.iter().any(|one| one == name)),
            is_long: canonical["maxLength"]
                .as_u64()
                .is_some_and(|most| most > 255)
                || canonical["contentMediaType"].is_string(),
            is_secret: text("format") == "password",
        }
    };
    properties.into_iter().flatten().map(one).collect()
}

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
        parameter["schema"] = listing::parameter(name).unwrap_or(schema);
        parameter
    };
    properties.into_iter().flatten().map(one).collect()
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
