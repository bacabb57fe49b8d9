//! Placeholders: what each name that can stand in a template or a saved reply stands for.
//! How they are written and filled in is `base/placeholder.rs`; what they are filled with
//! is gathered here, once a text, as [`Facts`].
//!
//! A message that is filled in may go to a customer, so none of them is ever a note or
//! locked, whoever asks.

mod facts;
mod gather;
mod table;

pub use facts::{CompanyFacts, Facts, Party, TaskFacts, TicketFacts, UserFacts};
pub use gather::{of_company, of_ticket};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::Agent;
use crate::base::db::View;
use crate::base::error::{OrNotFound, Result};
use crate::base::input::{Id, Optional};
use crate::desk::ticket;
use crate::web::extract::Checked;
use crate::web::reply::Json;
use crate::web::route::{Route, get};
use table::{COMPANY, Definition, TASK, TICKET, USER};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![get("/placeholders", Agent, "List placeholders", list)]
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a handler may fail, this one cannot"
)]
fn list(view: &View<'_>) -> Result<Json<PlaceholderList>> {
    let mut placeholders = shapes(view, "ticket", &TICKET);
    placeholders.extend(shapes(view, "user", &USER));
    placeholders.extend(shapes(view, "task", &TASK));
    placeholders.extend(shapes(view, "company", &COMPANY));
    Ok(Json(PlaceholderList { placeholders }))
}

/// The placeholders that there are.
#[derive(Debug, Serialize, JsonSchema)]
struct PlaceholderList {
    placeholders: Vec<PlaceholderShape>,
}

/// A placeholder.
#[derive(Debug, Serialize, JsonSchema)]
struct PlaceholderShape {
    /// Its name, such as ticket.id.
    name: String,
    /// As it is written in a text, such as {%ticket.id%}.
    placeholder: String,
    /// What it stands for, in the caller's language.
    description: String,
}

fn shapes<F>(view: &View<'_>, of: &str, known: &[Definition<F>]) -> Vec<PlaceholderShape> {
    let shapes = known.iter().map(|one| PlaceholderShape {
        name: format!("{of}.{}", one.name),
        placeholder: format!("{{%{of}.{}%}}", one.name),
        description: view.locale().text(one.about).to_owned(),
    });
    shapes.collect()
}

/// For which ticket a text is to be filled in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Filling {
    /// Id of a ticket: the text is answered with its placeholders filled in for that ticket.
    ticket_id: Optional<Id>,
}

impl Checked for Filling {}

impl Filling {
    /// The facts of the ticket that is named; 404 where it is not in the caller's sight.
    pub fn facts(&self, view: &View<'_>) -> Result<Option<Facts>> {
        let Some(id) = self.ticket_id.as_ref() else {
            return Ok(None);
        };
        let ticket = ticket::by_id(view, view.who(), id.get())?.or_not_found("ticket")?;
        of_ticket(view, &ticket).map(Some)
    }
}
