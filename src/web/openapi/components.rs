//! What entries of the document refer to: the error and its answers, headers, and how
//! a caller proves who they are.

use serde_json::{Map, Value, json};

use crate::base::locale::Locale;
use crate::web::session::SECURE_NAME;

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
        "securitySchemes": security_schemes(),
    })
}

/// The one scope of tokens.
const SCOPE: &str = "API";

/// What each operation asks for, unless it says otherwise: any of the ways to prove who calls.
pub(super) fn security() -> Value {
    json!([{ "bearer": [] }, { "oauth2": [SCOPE] }, { "session": [] }])
}

/// The ways to prove who calls.
fn security_schemes() -> Value {
    let scopes = json!({ SCOPE: "All that the user may do." });
    let token = "/oauth/v2/token";
    json!({
        "bearer": {
            "type": "http", "scheme": "bearer",
            "description": "A token in `Authorization: Bearer …`; on GET alone also as `access_token` in the query.",
        },
        "oauth2": { "type": "oauth2", "flows": {
            "authorizationCode": {
                "authorizationUrl": "/member/oauth/v2/auth", "tokenUrl": token, "refreshUrl": token, "scopes": scopes,
            },
            "password": { "tokenUrl": token, "refreshUrl": token, "scopes": scopes },
            "clientCredentials": { "tokenUrl": token, "scopes": scopes },
        } },
        "session": {
            "type": "apiKey", "in": "cookie", "name": SECURE_NAME,
            "description": "The session of a browser that signed in at /sign-in (without https: pocketdesk). \
                Methods other than GET, HEAD and OPTIONS need the header X-CSRF-Token too.",
        },
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
    let own: &[&str] = match name {
        "TooMany" => &[
            "Retry-After",
            "RateLimit-Limit",
            "RateLimit-Remaining",
            "RateLimit-Reset",
        ],
        "Unavailable" => &["Retry-After"],
        "Unauthenticated" => &["WWW-Authenticate"],
        _ => &[],
    };
    for own in own {
        headers[*own] = json!({ "$ref": format!("#/components/headers/{own}") });
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
        "RateLimit-Limit": {
            "description": "How many attempts are taken without a wait.",
            "schema": { "type": "integer", "minimum": 0 },
        },
        "RateLimit-Remaining": {
            "description": "How many of them are left: none.",
            "schema": { "type": "integer", "minimum": 0 },
        },
        "RateLimit-Reset": {
            "description": "Seconds to wait, as `Retry-After` says.",
            "schema": { "type": "integer", "minimum": 0 },
        },
        "WWW-Authenticate": {
            "description": "How to prove who calls.",
            "required": true,
            "schema": { "type": "string" },
        },
    })
}

/// What every path takes whose rows are not all for anyone.
pub(super) const IMPERSONATION: [&str; 2] = ["actAsType", "actAsEmail"];

/// What stands in the place of a parameter that is described once.
pub(super) fn parameter(name: &str) -> Value {
    json!({ "$ref": format!("#/components/parameters/{name}") })
}

fn parameters() -> Value {
    json!({
        "actAsType": {
            "name": "actAsType", "in": "query",
            "description": "Do and see exactly what somebody else could: `customer` (admins, and agents who may create tickets) or `agent` (admins). With a body, also as a field of it.",
            "schema": { "type": "string", "enum": ["customer", "agent"] },
        },
        "actAsEmail": {
            "name": "actAsEmail", "in": "query",
            "description": "The address of whom to act as; an `agent` without it is the caller. With a body, also as a field of it.",
            "schema": { "type": "string", "format": "email" },
        },
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
