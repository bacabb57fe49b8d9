//! Tags: the desk's common words for what tickets are about.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::db::{Change, FromRow, Row, View, named_params};
use crate::base::error::Result;
use crate::base::event::Event;

/// A tag.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TagShape {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

impl FromRow for TagShape {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
        })
    }
}

/// All tags, by name.
pub fn options(view: &View<'_>) -> Result<Vec<TagShape>> {
    view.all("SELECT id, name FROM tag ORDER BY name", [])
}

/// The tags of a ticket, by name.
pub fn of_ticket(view: &View<'_>, ticket: i64) -> Result<Vec<TagShape>> {
    view.all(
        "SELECT tag.id, tag.name FROM ticket_tag JOIN tag ON tag.id = ticket_tag.tag_id
         WHERE ticket_tag.ticket_id = :ticket ORDER BY tag.name",
        named_params! { ":ticket": ticket },
    )
}

/// The tag of this name, made where there is none.
pub fn ensure(change: &mut Change<'_>, name: &str) -> Result<TagShape> {
    change.run(
        "INSERT INTO tag (name) VALUES (:name) ON CONFLICT DO NOTHING",
        named_params! { ":name": name },
    )?;
    change.view().one(
        "SELECT id, name FROM tag WHERE name = :name",
        named_params! { ":name": name },
    )
}

/// Puts a tag on a ticket.
pub fn add_to_ticket(change: &mut Change<'_>, ticket: i64, tag: i64) -> Result<()> {
    let added = change.run(
        "INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (:ticket, :tag) ON CONFLICT DO NOTHING",
        named_params! { ":ticket": ticket, ":tag": tag },
    )?;
    if added > 0 {
        change.tell(Event::TagAdded { ticket, tag });
    }
    Ok(())
}
