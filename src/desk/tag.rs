//! Tags: the desk's common words for what tickets and articles are about. What puts them on a ticket
//! and takes them off stands here; who may do so is decided by the room of tickets.

use std::fmt::Write;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::{Agent, Holds};
use crate::base::db::{Change, FromRow, Row, Select, View, from_row, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::event::Event;
use crate::base::input::Line;
use crate::base::job::{Progress, Slice};
use crate::base::page::Pagination;
use crate::base::who::Privilege::ManageTag;
use crate::desk::usage::{self, Use};
use crate::desk::visibility::{self, Visibility};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageTag);
    vec![
        get("/tags", Agent, "List tags", list),
        post("/tags", manage, "Create a tag", create),
        get("/tag/{id}", Agent, "Show a tag", show),
        put("/tag/{id}", manage, "Rename a tag", edit),
        delete("/tag/{id}", manage, "Delete a tag", remove),
    ]
}

/// The list of tags.
#[derive(Debug, Clone)]
struct Tags;

impl Listed for Tags {
    const LIST: &'static List = &List {
        id: "g.id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::descending(&["name"], &["g.name_key"]),
            Sort::descending(&["ticketCount"], &["ticket_count"]),
        ],
        size: 10,
        searched: "Words of the name.",
    };
}

fn list(view: &View<'_>, Query(listing): Query<Listing<Tags>>) -> Result<Json<TagList>> {
    let mut select = counted(view);
    listing.find_in(&mut select, "g.name_key");
    let (tags, pagination_data) = listing.page(view, select)?;
    Ok(Json(TagList {
        tags,
        pagination_data,
    }))
}

/// Tags with how much they are on: with the tickets outside the trash that the viewer sees.
fn counted(view: &View<'_>) -> Select {
    let mut select = Select::new("g.id, g.name, g.articles", "tag g");
    match visibility::of(view.who()) {
        Visibility::All => select.column("g.tickets AS ticket_count", []),
        visibility => {
            let (condition, mut binds) = visibility.cell_condition();
            let mut sum = format!(
                "(SELECT ifnull(sum(t.tickets), 0) FROM tag_count t
                     WHERE t.tag_id = g.id AND ({condition}))"
            );
            if let Some((condition, more)) = visibility.beyond_cells() {
                // Writing to a string cannot fail.
                let _ = write!(
                    sum,
                    " + (SELECT count(*) FROM ticket_tag l CROSS JOIN ticket t ON t.id = l.ticket_id
                         WHERE l.tag_id = g.id AND t.is_trashed = 0 AND ({condition}))"
                );
                binds.extend(more);
            }
            select.column(format!("{sum} AS ticket_count"), binds);
        }
    }
    select
}

answer_keys!(
    /// A new tag, or the one of that name.
    TagMade { "message": String, "id": i64, "tag": TagShape }
);

fn create(change: &mut Change<'_>, Body(new): Body<TagBody>) -> Result<MessageReply<TagMade>> {
    refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let tag = ensure(change, new.name.as_str())?;
    MessageReply::new("tag.added")
        .with("id", tag.id)?
        .with("tag", tag)
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<CountedTag>> {
    let mut select = counted(view);
    select.and("g.id = ?", [id.into()]);
    view.select(&select)?.pop().or_not_found("tag").map(Json)
}

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<TagBody>,
) -> Result<MessageReply> {
    let before = by_id(change.view(), id)?.or_not_found("tag")?;
    let name = edited.name.as_str();
    refuse_taken_name(change.view(), name, id)?;
    if before.name != name {
        change.run(
            "UPDATE tag SET name = :name, name_key = name_key(:name) WHERE id = :id",
            named_params! { ":id": id, ":name": name },
        )?;
        change.emit(Event::TagRenamed { tag: id });
    }
    Ok(MessageReply::new("tag.updated"))
}

/// Deletes a tag. It is none at once, whatever still has it; taking it off changes each of its
/// tickets and articles, whoever sees it, so each one's version moves and each ticket's history
/// tells.
fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let found = by_id(change.view(), id)?.or_not_found("tag")?;
    usage::refuse_used(change.view(), id, &found.name, &USES)?;
    for sql in [
        "INSERT INTO removed_tag (id, name) SELECT id, name FROM tag WHERE id = :id",
        "DELETE FROM tag WHERE id = :id",
    ] {
        change.run(sql, named_params! { ":id": id })?;
    }
    change.emit(Event::TagDeleted { tag: id });
    Ok(MessageReply::new("tag.removed"))
}

/// Takes a deleted tag off its tickets, as many as the slice takes.
pub fn take_off_tickets(change: &mut Change<'_>, tag: i64, slice: &mut Slice) -> Result<Progress> {
    let tickets: Vec<i64> = change.view().all(
        "SELECT ticket_id FROM ticket_tag WHERE tag_id = :tag LIMIT :rows",
        named_params! { ":tag": tag, ":rows": slice.rows() },
    )?;
    let now = change.now();
    for ticket in tickets {
        if !slice.take() {
            return Ok(Progress::Left(()));
        }
        remove_from_ticket(change, ticket, tag)?;
        change.run(
            "UPDATE ticket SET version = version + 1, updated_at = :now WHERE id = :ticket",
            named_params! { ":ticket": ticket, ":now": now },
        )?;
    }
    Ok(Progress::Done)
}

/// Where a tag can be in use by what is no ticket, and what is said then.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM workflow_use WHERE kind = 'tag' AND target_id = :id",
    "usage.workflows",
)];

/// The name of a tag: one line of 1 to 100 characters.
pub type TagName = Line<100, 1>;

/// A new tag, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
struct TagBody {
    /// Name of the tag.
    name: TagName,
}

impl Checked for TagBody {}

/// A tag.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TagShape {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
}

/// A tag with how much it is on.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CountedTag {
    id: i64,
    name: String,
    /// Tickets in the caller's sight, outside the trash, as text.
    ticket_count: String,
    /// Articles, drafts too, as text: whoever reads tags reads every article.
    article_count: String,
}

/// A page of tags.
#[derive(Debug, Serialize, JsonSchema)]
struct TagList {
    tags: Vec<CountedTag>,
    pagination_data: Pagination,
}

from_row!(TagShape { id, name });

impl FromRow for CountedTag {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let text = |count: i64| count.to_string();
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            ticket_count: row.get("ticket_count").map(text)?,
            article_count: row.get("articles").map(text)?,
        })
    }
}

/// All tags, by name.
pub fn options(view: &View<'_>) -> Result<Vec<TagShape>> {
    view.all("SELECT id, name FROM tag ORDER BY name_key", [])
}

/// The tags of a ticket, by name.
pub fn of_ticket(view: &View<'_>, ticket: i64) -> Result<Vec<TagShape>> {
    view.all(
        "SELECT tag.id, tag.name FROM ticket_tag JOIN tag ON tag.id = ticket_tag.tag_id
         WHERE ticket_tag.ticket_id = :ticket ORDER BY tag.name_key",
        named_params! { ":ticket": ticket },
    )
}

/// The tag of this name, made where there is none.
pub fn ensure(change: &mut Change<'_>, name: &str) -> Result<TagShape> {
    change.run(
        "INSERT INTO tag (name, name_key) VALUES (:name, name_key(:name)) ON CONFLICT DO NOTHING",
        named_params! { ":name": name },
    )?;
    change.view().one(
        "SELECT id, name FROM tag WHERE name_key = name_key(:name)",
        named_params! { ":name": name },
    )
}

/// Puts a tag on a ticket; whether it was not on it before.
pub fn add_to_ticket(change: &mut Change<'_>, ticket: i64, tag: i64) -> Result<bool> {
    let added = change.run(
        "INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (:ticket, :tag) ON CONFLICT DO NOTHING",
        named_params! { ":ticket": ticket, ":tag": tag },
    )?;
    if added > 0 {
        change.emit(Event::TagAdded { ticket, tag });
    }
    Ok(added > 0)
}

/// Takes a tag off a ticket; whether it was on it.
pub fn remove_from_ticket(change: &mut Change<'_>, ticket: i64, tag: i64) -> Result<bool> {
    let removed = change.run(
        "DELETE FROM ticket_tag WHERE ticket_id = :ticket AND tag_id = :tag",
        named_params! { ":ticket": ticket, ":tag": tag },
    )?;
    if removed > 0 {
        change.emit(Event::TagRemoved { ticket, tag });
    }
    Ok(removed > 0)
}

fn by_id(view: &View<'_>, id: i64) -> Result<Option<TagShape>> {
    view.maybe(
        "SELECT id, name FROM tag WHERE id = :id",
        named_params! { ":id": id },
    )
}

fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM tag WHERE name_key = name_key(:name) AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("tag.name_taken").with("name", name),
    ))
}
