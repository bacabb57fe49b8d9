//! The `OpenAPI` 3.1 document, made from the routing table: a row's handler describes
//! itself by its types, so the document cannot say what the code does not do.

use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::reply::Answer;
use super::route::{Method, Route};
use crate::access::Access;

/// What a handler takes and gives.
pub struct Operation<'g> {
    schemas: &'g mut SchemaGenerator,
    query: Option<Schema>,
    body: Option<Schema>,
    files: &'static [&'static str],
    answer: Option<(&'static str, Schema)>,
}

impl<'g> Operation<'g> {
    pub(super) fn new(schemas: &'g mut SchemaGenerator) -> Self {
        Self {
            schemas,
            query: None,
            body: None,
            files: &[],
            answer: None,
        }
    }

    pub(super) fn takes_query<T: JsonSchema>(&mut self) {
        let more = T::json_schema(self.schemas);
        self.query = Some(joined(self.query.take(), more));
    }

    pub(super) fn takes_body<T: JsonSchema>(&mut self) {
        let more = T::json_schema(self.schemas);
        self.body = Some(joined(self.body.take(), more));
    }

    /// Files come in these fields; a name that ends in `[]` takes several.
    pub(super) fn takes_files(&mut self, fields: &'static [&'static str]) {
        self.files = fields;
    }

    pub(super) fn answers<R: Answer>(&mut self) {
        self.answer = Some(R::describe(self.schemas));
    }
}

/// One schema of objects for what is read as several types, each for its part.
fn joined(known: Option<Schema>, more: Schema) -> Schema {
    let Some(mut joined) = known else {
        return more;
    };
    let parts = joined.ensure_object();
    if let Some(Value::Object(properties)) = more.get("properties") {
        let all = parts.entry("properties").or_insert_with(|| json!({}));
        if let Value::Object(all) = all {
            all.extend(properties.clone());
        }
    }
    if let Some(Value::Array(required)) = more.get("required") {
        let all = parts.entry("required").or_insert_with(|| json!([]));
        if let Value::Array(all) = all {
            all.extend(required.iter().cloned());
        }
    }
    joined
}

/// The document for these rows. `base_url` is where clients reach the desk.
pub fn document(routes: &[Route], base_url: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    for route in routes {
        for path in std::iter::once(&route.path).chain(&route.aliases) {
            let mut entry = operation(route, path, &mut schemas);
            entry["operationId"] = json!(operation_id(route.method, path));
            let method = route.method.name().to_ascii_lowercase();
            let path = if route.is_api {
                format!("/api{path}.json")
            } else {
                (*path).to_owned()
            };
            paths.entry(path).or_default().insert(method, entry);
        }
    }
    let components = schemas.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "pocketdesk",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The UVdesk-compatible API of this desk. Every path also works with a locale \
                (/en, /fr, /it, /de) in front, and with .html or no suffix in place of .json.",
        },
        "servers": [{ "url": base_url }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": components,
            "responses": { "Error": error_response() },
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
}

/// A field that a row takes in its query.
pub struct QueryField {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub words: String,
    /// Whether it is on or off, and so a box to tick.
    pub is_flag: bool,
}

/// The fields that a row takes in its query.
pub fn query_fields(route: &Route) -> Vec<QueryField> {
    let mut schemas = SchemaGenerator::default();
    let query = route.operation(&mut schemas).query;
    let text =
        |parameter: &Value, key: &str| parameter[key].as_str().unwrap_or_default().to_owned();
    let parameters = query.iter().flat_map(query_parameters);
    parameters
        .map(|parameter| QueryField {
            name: text(&parameter, "name"),
            words: text(&parameter, "description"),
            is_flag: parameter["schema"]["anyOf"][0]["enum"]
                .as_array()
                .is_some_and(|values| values.contains(&Value::Bool(true))),
        })
        .collect()
}

fn operation(route: &Route, path: &str, schemas: &mut SchemaGenerator) -> Value {
    let operation = route.operation(schemas);
    let mut parameters: Vec<Value> = path_names(path)
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "integer", "minimum": 0 } })
        })
        .collect();
    parameters.extend(operation.query.iter().flat_map(query_parameters));
    let (media_type, schema) = operation
        .answer
        .unwrap_or_else(|| ("application/json", Schema::default()));
    let mut entry = json!({
        "summary": route.summary,
        "tags": [route.tag],
        "description": access_words(route.access),
        "parameters": parameters,
        "responses": {
            "200": { "description": "Done.", "content": { media_type: { "schema": schema } } },
            "default": { "$ref": "#/components/responses/Error" },
        },
    });
    if let Some(body) = operation.body {
        entry["requestBody"] = request_body(&body, operation.files);
    }
    if route.access == Access::Anyone {
        entry["security"] = json!([]);
    }
    entry
}

fn request_body(body: &Schema, files: &[&str]) -> Value {
    let mut content = Map::new();
    content.insert("application/json".into(), json!({ "schema": body }));
    if files.is_empty() {
        content.insert(
            "application/x-www-form-urlencoded".into(),
            json!({ "schema": body }),
        );
    } else {
        let mut with_files = body.clone().to_value();
        for field in files {
            let file = json!({ "type": "string", "format": "binary" });
            with_files["properties"][*field] = if field.ends_with("[]") {
                json!({ "type": "array", "items": file })
            } else {
                file
            };
        }
        content.insert(
            "multipart/form-data".into(),
            json!({ "schema": with_files }),
        );
    }
    json!({ "content": content })
}

fn query_parameters(schema: &Schema) -> Vec<Value> {
    let properties = schema.get("properties").and_then(Value::as_object);
    let fields = properties.into_iter().flatten();
    fields
        .map(|(name, schema)| {
            let mut parameter = json!({ "name": name, "in": "query", "schema": schema });
            if let Some(words) = schema.get("description") {
                parameter["description"] = words.clone();
            }
            parameter
        })
        .collect()
}

fn error_response() -> Value {
    json!({
        "description": "What went wrong, in one sentence that says what to do.",
        "content": { "application/json": { "schema": {
            "type": "object",
            "required": ["error", "error_description"],
            "properties": {
                "error": { "type": "string" },
                "error_description": { "type": "string" },
                "errors": { "type": "object", "additionalProperties": { "type": "array", "items": { "type": "string" } } },
            },
        } } },
    })
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// `put /ticket/{id}/agent` is `put_ticket_id_agent`.
fn operation_id(method: Method, path: &str) -> String {
    let words = path.replace(['/', '{', '}', '-'], "_");
    let mut id = method.name().to_ascii_lowercase();
    for word in words.split('_').filter(|word| !word.is_empty()) {
        id.push('_');
        id.push_str(word);
    }
    id
}

/// Who may call a row, in a sentence.
fn access_words(access: Access) -> String {
    match access {
        Access::Anyone => "Needs no token.".into(),
        Access::SignedIn => "For agents and customers, each within what they see.".into(),
        Access::Agent => "For agents.".into(),
        Access::Holds(privilege) => format!("For agents with {}.", privilege.code()),
        Access::HoldsOneOf(privileges) => {
            let codes: Vec<&str> = privileges.iter().map(|one| one.code()).collect();
            format!(
                "For agents with {}, whichever the case takes.",
                codes.join(" or ")
            )
        }
        Access::CustomerOr(privilege) => {
            format!(
                "For customers within what is theirs, and for agents with {}.",
                privilege.code()
            )
        }
        Access::Admin => "For admins and the owner.".into(),
    }
}
