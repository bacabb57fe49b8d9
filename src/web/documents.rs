//! What the desk says of itself: the `OpenAPI` document, its page, and whether it is well.

use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::docs::{self, Documentation, Note};
use super::openapi;
use super::reply::Json;
use super::route::{Route, get};
use crate::access::Access::Anyone;
use crate::base::error::{Error, Result};
use crate::base::locale::Locale;
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// The documents that are made from the table. The table holds the rows which serve
/// them, so they are made after it, and once.
#[derive(Default)]
pub struct Documents(OnceLock<Made>);

struct Made {
    openapi: Value,
    notes: Vec<Note>,
    /// The page in each language, made when it is first asked for.
    pages: [OnceLock<String>; 4],
}

impl Documents {
    /// Makes them. `base_url` is where clients reach the desk.
    pub fn make(&self, routes: &[Route], base_url: &str) {
        self.0.get_or_init(|| Made {
            openapi: openapi::document(routes, base_url),
            notes: routes.iter().map(Note::of).collect(),
            pages: Default::default(),
        });
    }

    fn made(&self) -> Result<&Made> {
        let made = self.0.get();
        made.ok_or_else(|| Error::internal("the documents were asked for before they were made"))
    }

    fn page(&self, locale: Locale) -> Result<String> {
        let made = self.made()?;
        let page = &made.pages[locale as usize];
        if let Some(known) = page.get() {
            return Ok(known.clone());
        }
        let new = docs::page(&made.openapi, &made.notes, locale)?;
        Ok(page.get_or_init(|| new).clone())
    }
}

/// The rows of this module.
pub fn routes(documents: &Arc<Documents>) -> Vec<Route> {
    let (of_document, of_page) = (Arc::clone(documents), Arc::clone(documents));
    let openapi = move |_: &Parts, _: &Caller| -> Result<Json<Value>> {
        Ok(Json(of_document.made()?.openapi.clone()))
    };
    let page = move |_: &Parts, caller: &Caller| -> Result<Documentation> {
        of_page.page(caller.locale).map(Documentation)
    };
    vec![
        get("/docs", Anyone, "The documentation as a page", page),
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
