//! What the desk says of itself: the `OpenAPI` document, its page, and whether it is well.

use std::sync::{Arc, OnceLock};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

use super::docs::{self, Documentation, Note};
use super::openapi;
use super::prepared::Prepared;
use super::reply::{IntoReply, Json, Reply};
use super::route::{Route, Table, get};
use crate::access::Access::Anyone;
use crate::base::error::Result;
use crate::base::locale::Locale;
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// The documents that are made of the table's rows, once, when one is first asked for.
struct Documents {
    base_url: String,
    rows: fn(&str) -> Vec<Route>,
    made: OnceLock<Made>,
}

struct Made {
    openapi: Value,
    /// Its bytes.
    bytes: Arc<Prepared>,
    notes: Vec<Note>,
    /// The page in each language, made when it is first asked for.
    pages: [OnceLock<Arc<Prepared>>; 4],
}

impl Documents {
    fn made(&self) -> Result<&Made> {
        if let Some(known) = self.made.get() {
            return Ok(known);
        }
        // Joined as the table joins them, which knows what each row comes to by the others.
        let table = Table::new((self.rows)(&self.base_url))?;
        let openapi = openapi::document(table.routes(), &self.base_url);
        let new = Made {
            bytes: Arc::new(Prepared::new(serde_json::to_vec(&openapi)?)?),
            openapi,
            notes: table.routes().iter().map(Note::of).collect(),
            pages: Default::default(),
        };
        Ok(self.made.get_or_init(|| new))
    }

    fn page(&self, locale: Locale) -> Result<Arc<Prepared>> {
        let made = self.made()?;
        let page = &made.pages[locale as usize];
        if let Some(known) = page.get() {
            return Ok(Arc::clone(known));
        }
        let new = docs::page(&made.openapi, &made.notes, locale)?;
        let new = Arc::new(Prepared::new(new.into_bytes())?);
        Ok(Arc::clone(page.get_or_init(|| new)))
    }
}

/// The rows of this module. The documents tell of all `rows`, these among them;
/// `base_url` is where clients reach the desk.
pub fn routes(base_url: &str, rows: fn(&str) -> Vec<Route>) -> Vec<Route> {
    let of_document = Arc::new(Documents {
        base_url: base_url.to_owned(),
        rows,
        made: OnceLock::new(),
    });
    let of_page = Arc::clone(&of_document);
    let openapi = move |_: &Parts, _: &Caller| -> Result<Document> {
        Ok(Document(Arc::clone(&of_document.made()?.bytes)))
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

/// The document, as it is sent.
struct Document(Arc<Prepared>);

impl IntoReply for Document {
    fn into_reply(self, _: Locale) -> Result<Reply> {
        Ok(Reply::prepared("application/json", self.0))
    }

    fn describe(_: &mut SchemaGenerator) -> (&'static str, Schema) {
        ("application/json", json_schema!({ "type": "object" }))
    }
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
