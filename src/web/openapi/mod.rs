//! The `OpenAPI` 3.1 document, made from the routing table: a row's handler describes
//! itself by its types, so the document cannot say what the code does not do.

mod components;
mod entry;
mod example;
mod input;
mod name;
mod resource;

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::reply::IntoReply;
use super::route::Route;
use crate::access::Access;
use crate::base::locale::Locale;
use entry::Surroundings;
use resource::PathNames;

pub use components::failures;
pub use entry::access_words;
pub use example::example;
pub use input::canonical;
pub use name::operation_id;
pub use resource::{Resource, of as resource_of, resources, singular};

/// What a handler takes and gives.
pub struct Operation<'g> {
    schemas: &'g mut SchemaGenerator,
    query: Option<Schema>,
    body: Option<Schema>,
    /// The one type that the body is, by its name.
    body_name: Option<Schema>,
    files: &'static [&'static str],
    takes_login: bool,
    is_guarded: bool,
    answer: Option<(&'static str, Schema)>,
}

impl<'g> Operation<'g> {
    pub(super) fn new(schemas: &'g mut SchemaGenerator) -> Self {
        Self {
            schemas,
            query: None,
            body: None,
            body_name: None,
            files: &[],
            takes_login: false,
            is_guarded: false,
            answer: None,
        }
    }

    pub(super) fn takes_query<T: JsonSchema>(&mut self) {
        let more = T::json_schema(self.schemas);
        self.add_query(more);
    }

    fn add_query(&mut self, more: Schema) {
        self.query = Some(joined(self.query.take(), more));
    }

    pub(super) fn takes_body<T: JsonSchema>(&mut self) {
        let more = T::json_schema(self.schemas);
        let name = self.schemas.subschema_for::<T>();
        self.add_body(more, name);
    }

    fn add_body(&mut self, more: Schema, name: Schema) {
        let is_first = self.body.is_none();
        self.body_name = is_first.then_some(name);
        self.body = Some(joined(self.body.take(), more));
    }

    /// Files come in these fields; a name that ends in `[]` takes several.
    pub(super) fn takes_files(&mut self, fields: &'static [&'static str]) {
        self.files = fields;
    }

    /// A client says who it is by a name and a secret, and is refused where they are wrong.
    pub(super) fn takes_login(&mut self) {
        self.takes_login = true;
    }

    /// A guard stands around it: versions, and answers that are given only once.
    pub(super) fn is_guarded(&mut self) {
        self.is_guarded = true;
    }

    pub(super) fn answers<R: IntoReply>(&mut self) {
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

fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

/// What holds of all operations, in the order of reading; what is taken beside the types
/// that the document names is told here alone.
const PROSE: [&str; 7] = [
    "docs.intro",
    "docs.about_tokens",
    "docs.about_input",
    "docs.about_lists",
    "docs.about_writes",
    "docs.about_impersonation",
    "docs.about_errors",
];

/// The document for these rows, in their order. `base_url` is where clients reach the desk.
pub fn document(routes: &[Route], base_url: &str) -> Value {
    let mut schemas = generator();
    let surroundings = Surroundings {
        names: PathNames::of(routes),
        routes,
    };
    let mut paths: Map<String, Value> = Map::new();
    for route in routes.iter().filter(|route| !is_page(route)) {
        for path in std::iter::once(&route.path).chain(&route.aliases) {
            let mut entry = entry::of(route, path, &surroundings, &mut schemas);
            entry["operationId"] = json!(operation_id(route.method, path));
            if path != &route.path {
                let words = format!("The same as `{} {}`.", route.method.name(), route.path);
                entry["description"] = json!(words);
            }
            let methods = paths
                .entry(surroundings.names.target(route, path))
                .or_insert_with(|| json!({}));
            methods[route.method.name().to_ascii_lowercase()] = entry;
            if route.access != Access::Anyone {
                methods["parameters"] = components::IMPERSONATION.map(components::parameter).into();
            }
        }
    }
    let definitions = schemas.take_definitions(true);
    example::illustrate(&mut paths, &definitions);
    let tags: Vec<Value> = resources(routes)
        .iter()
        .map(|resource| json!({ "name": resource.title, "description": resource.summaries() }))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "pocketdesk",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "A self-hosted helpdesk with the UVdesk API.",
            "description": PROSE.map(|key| Locale::English.text(key)).join("\n\n"),
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": base_url }],
        "security": components::security(),
        "tags": tags,
        "paths": paths,
        "components": components::all(definitions),
    })
}

/// Whether a row is a page for people in a browser, and so no part of the API.
pub fn is_page(route: &Route) -> bool {
    let mut schemas = generator();
    let answer = route.operation(&mut schemas).answer;
    !route.is_api && answer.is_some_and(|(media_type, _)| media_type == "text/html")
}
