//! Mailboxes: the addresses that mail comes in through and goes out from.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::db::{FromRow, Row, View, named_params};
use crate::base::error::Result;
use crate::base::who::Who;

/// A mailbox to choose.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MailboxOption {
    id: i64,
    name: String,
    email: String,
}

impl FromRow for MailboxOption {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            email: row.get("email")?,
        })
    }
}

/// The active mailboxes; customers are shown none.
pub fn options(view: &View<'_>, who: &Who) -> Result<Vec<MailboxOption>> {
    if !who.is_agent() {
        return Ok(Vec::new());
    }
    view.all(
        "SELECT id, name, email FROM mailbox WHERE is_active = 1 ORDER BY id",
        [],
    )
}

/// The mailbox with this id, active or not.
pub fn option(view: &View<'_>, id: i64) -> Result<Option<MailboxOption>> {
    view.maybe(
        "SELECT id, name, email FROM mailbox WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The address that answers to a ticket go to: the support address with the ticket's
/// token as its detail. None while the company has no address.
pub fn reply_address(view: &View<'_>, token: &str) -> Result<Option<String>> {
    let support: Option<Option<String>> =
        view.maybe("SELECT support_email FROM company WHERE id = 1", [])?;
    let support = support.flatten();
    let parts = support
        .as_deref()
        .and_then(|address| address.rsplit_once('@'));
    Ok(parts.map(|(local, domain)| format!("{local}+{token}@{domain}")))
}
