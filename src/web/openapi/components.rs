//! What entries of the document refer to: the error and its answers, headers, and how
//! a caller proves who they are.

use serde_json::{Map, Value, json};

use crate::base::locale::Locale;

/// Each failure: its status, the name of its component, and what it means.
const FAILURES: [(&str, &str, &str); 10] = [
    ("400", "Invalid", "docs.status_400"),
    ("401", "Unauthenticated", "docs.status_401"),
    ("403", "Forbidden", "docs.status_403"),
    ("404", "NotFound", "docs.status_404"),
    ("409", "Conflict", "docs.status_409"),
    ("413", "TooLarge", "docs.status_413"),
    ("415", "MediaType", "docs.status_415"),
    ("429", "TooMany", "docs.status_429"),
    ("500", "Internal", "docs.status_500"),
    ("503", "Unavailable", "docs.status_503"),
];

/// What each status of a failure means.
pub fn failures(locale: Locale) -> Vec<(&'static str, &'static str)> {
    let all = FAILURES.iter();
    all.map(|(status, _, key)| (*status, locale.text(key)))
        .collect()
}

/// The components, with the schemas that the rows named.
pub(super) fn all(mut schemas: Map<String, Value>) -> Value {
    schemas.insert("Error".into(), error());
    let mut responses: Map<String, Value> = FAILURES
        .iter()
        .map(|(_, name, key)| ((*name).to_owned(), failure(name, Locale::English.text(key))))
        .collect();
    responses.insert(
        "NotModified".into(),
        json!({
            "description": "The caller has this version already.",
            "headers": { "ETag": { "$ref": "#/components/headers/ETag" } },
        }),
    );
    json!({
        "schemas": schemas,
        "responses": responses,
        "headers": headers(),
        "parameters": parameters(),
        "securitySchemes": { "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "A token in `Authorization: Bearer …`; on GET alone also as `access_token` in the query.",
        } },
    })
}

fn error() -> Value {
    json!({
        "description": "What went wrong.",
        "type": "object",
        "required": ["error", "error_description"],
        "properties": {
            "error": { "type": "string", "description": "A code for programs." },
            "error_description": { "type": "string", "description": "A sentence for people, in the caller's language, that says what to do." },
            "errors": {
                "type": "object",
                "description": "What is wrong with each field (400).",
                "additionalProperties": { "type": "array", "items": { "type": "string" } },
            },
            "request_id": { "type": "string", "description": "The request's id, for whoever reads the log (500)." },
        },
    })
}

fn failure(name: &str, words: &str) -> Value {
    let mut headers = json!({ "X-Request-Id": { "$ref": "#/components/headers/X-Request-Id" } });
    let own = match name {
        "TooMany" | "Unavailable" => Some("Retry-After"),
        "Unauthenticated" => Some("WWW-Authenticate"),
        _ => None,
    };
    if let Some(own) = own {
        headers[own] = json!({ "$ref": format!("#/components/headers/{own}") });
    }
    json!({
        "description": words,
        "headers": headers,
        "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Error" } } },
    })
}

fn headers() -> Value {
    json!({
        "X-Request-Id": {
            "description": "The request's id, as the log has it.",
            "schema": { "type": "string" },
        },
        "ETag": {
            "description": "What tells this answer from an older one: for `If-None-Match` and `If-Match`.",
            "schema": { "type": "string", "examples": ["\"8a1f0c\""] },
        },
        "Retry-After": {
            "description": "Seconds to wait.",
            "required": true,
            "schema": { "type": "integer", "minimum": 0 },
        },
        "WWW-Authenticate": {
            "description": "How to prove who calls.",
            "required": true,
            "schema": { "type": "string" },
        },
    })
}

fn parameters() -> Value {
    json!({
        "If-None-Match": {
            "name": "If-None-Match", "in": "header",
            "description": "An `ETag` of this path: if it is still the same, the answer is 304 without a body.",
            "schema": { "type": "string" },
        },
        "If-Match": {
            "name": "If-Match", "in": "header",
            "description": "The `ETag` of what is changed, as a GET answered it: if it changed since, nothing is done, and the answer is 409.",
            "schema": { "type": "string" },
        },
        "Idempotency-Key": {
            "name": "Idempotency-Key", "in": "header",
            "description": "A key of the caller's choice. The same request with the same key within 24 hours is answered as the first was, and nothing is done again.",
            "schema": { "type": "string" },
        },
    })
}
