//! What the desk says of itself: the `OpenAPI` document, and whether it is well.

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::reply::Json;
use super::route::{Route, get};
use crate::access::Access::Anyone;
use crate::base::error::{Error, Result};
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// The rows of this module.
pub fn routes(document: &Arc<OnceLock<Value>>) -> Vec<Route> {
    let document = Arc::clone(document);
    let openapi = move |_: &Parts, _: &Caller| -> Result<Json<Value>> {
        let made = document.get().cloned();
        made.map(Json)
            .ok_or_else(|| Error::internal("the OpenAPI document was asked for before it was made"))
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
