//! What the desk says of itself: the `OpenAPI` document, and whether it is well.

use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::openapi;
use super::reply::Json;
use super::route::{Route, get};
use crate::access::Access::Anyone;
use crate::base::error::Result;
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// The rows of this module. The document is made of all `rows` when it is first asked
/// for, this one among them; `base_url` is where clients reach the desk.
pub fn routes(base_url: &str, rows: fn(&str) -> Vec<Route>) -> Vec<Route> {
    let (base_url, document) = (base_url.to_owned(), OnceLock::new());
    let openapi = move |_: &Parts, _: &Caller| -> Result<Json<Value>> {
        let made = document.get_or_init(|| openapi::document(&rows(&base_url), &base_url));
        Ok(Json(made.clone()))
    };
    vec![
        get(
            "/openapi",
            Anyone,
            "The OpenAPI document of this API",
            openapi,
        ),
        get("/health", Anyone, "Whether the desk is well", health).outside_api(),
    ]
}

/// How the desk is.
#[derive(Debug, Serialize, JsonSchema)]
struct Health {
    status: &'static str,
}

/// 200 only when the database answers a write.
fn health(parts: &Parts, _: &Caller) -> Result<Json<Health>> {
    parts.db.prove_writable()?;
    Ok(Json(Health { status: "ok" }))
}
