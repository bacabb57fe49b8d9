//! Tags: the desk's common words for what tickets are about. What puts them on a ticket
//! and takes them off stands here; who may do so is decided by the room of tickets.

use std::cmp::Reverse;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sight;
use crate::access::Access::{Agent, Holds};
use crate::base::db::{Change, FromRow, Row, Select, View, named_params};
use crate::base::error::{Error, Faults, Found, Message, Result};
use crate::base::event::Event;
use crate::base::input::{Line, Maybe, Text};
use crate::base::page::{Page, Pagination, pagination};
use crate::base::who::Privilege::ManageTag;
use crate::desk::usage::{self, Use};
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{self, Direction, like, sorted};
use crate::web::reply::{Json, Said};
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

fn list(view: &View<'_>, Query(query): Query<TagQuery>) -> Result<Json<TagList>> {
    let mut select = Select::new("id, name", "tag");
    if let Some(words) = query.search.as_ref() {
        select.and("name LIKE ? ESCAPE '\\'", [like(words)]);
    }
    let total = view
        .select::<i64>(&select.over("count(*)", "tag"))?
        .pop()
        .unwrap_or(0);
    let page = listing::page(&query.page, &query.limit, 10);
    let direction = Direction::of(&query.direction, Direction::Descending);
    let order = match (query.sort.as_ref().map(Text::as_str), direction) {
        (Some("ticketCount"), direction) => return list_by_count(view, &select, page, direction),
        (Some("name"), Direction::Descending) => "ORDER BY name DESC LIMIT ? OFFSET ?",
        (Some("name"), Direction::Ascending) => "ORDER BY name LIMIT ? OFFSET ?",
        (_, Direction::Descending) => "ORDER BY id DESC LIMIT ? OFFSET ?",
        (_, Direction::Ascending) => "ORDER BY id LIMIT ? OFFSET ?",
    };
    select.then(order, [page.limit().into(), page.offset().into()]);
    let tags: Vec<TagShape> = view.select(&select)?;
    let ids: Vec<i64> = tags.iter().map(|tag| tag.id).collect();
    let counts = counts(view, &ids)?;
    let counted = tags.into_iter().map(|tag| counted(tag, &counts)).collect();
    Ok(Json(tag_list(page, total, counted)))
}

/// The list in the order of the counts, which differ from caller to caller: so all
/// tags that are searched for are counted, and then one page of them is shown.
fn list_by_count(
    view: &View<'_>,
    select: &Select,
    page: Page,
    direction: Direction,
) -> Result<Json<TagList>> {
    let mut tags: Vec<TagShape> = view.select(select)?;
    let total = i64::try_from(tags.len()).unwrap_or(i64::MAX);
    let ids: Vec<i64> = tags.iter().map(|tag| tag.id).collect();
    let counts = counts(view, &ids)?;
    let rank = |tag: &TagShape| (counts.get(&tag.id).copied().unwrap_or(0), tag.id);
    match direction {
        Direction::Ascending => tags.sort_by_key(rank),
        Direction::Descending => tags.sort_by_key(|tag| Reverse(rank(tag))),
    }
    let first = usize::try_from(page.offset()).unwrap_or(usize::MAX);
    let size = usize::try_from(page.limit()).unwrap_or(usize::MAX);
    let shown = tags.into_iter().skip(first).take(size);
    let counted = shown.map(|tag| counted(tag, &counts)).collect();
    Ok(Json(tag_list(page, total, counted)))
}

fn create(change: &mut Change<'_>, Body(new): Body<TagBody>) -> Result<Said> {
    refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let tag = ensure(change, new.name.as_str())?;
    Said::new("tag.added").with("id", tag.id)?.with("tag", tag)
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<CountedTag>> {
    let tag = by_id(view, id)?.found("tag")?;
    Ok(Json(counted(tag, &counts(view, &[id])?)))
}

fn edit(change: &mut Change<'_>, PathId(id): PathId, Body(edited): Body<TagBody>) -> Result<Said> {
    by_id(change.view(), id)?.found("tag")?;
    refuse_taken_name(change.view(), edited.name.as_str(), id)?;
    change.run(
        "UPDATE tag SET name = :name WHERE id = :id",
        named_params! { ":id": id, ":name": edited.name.as_str() },
    )?;
    Ok(Said::new("tag.updated"))
}

/// Deletes a tag, which takes it off its tickets. This changes each of them, whoever
/// sees it, so each one's version moves and each one's history tells.
fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<Said> {
    let found = by_id(change.view(), id)?.found("tag")?;
    usage::refuse_used(change.view(), id, &found.name, &USES)?;
    let now = change.now();
    let tickets: Vec<i64> = change.view().all(
        "SELECT ticket_id FROM ticket_tag WHERE tag_id = :id",
        named_params! { ":id": id },
    )?;
    change.run(
        "UPDATE ticket SET version = version + 1, updated_at = :now
         WHERE id IN (SELECT ticket_id FROM ticket_tag WHERE tag_id = :id)",
        named_params! { ":id": id, ":now": now },
    )?;
    change.run(
        "DELETE FROM tag WHERE id = :id",
        named_params! { ":id": id },
    )?;
    for ticket in tickets {
        change.tell(Event::TagRemoved { ticket, tag: id });
    }
    Ok(Said::new("tag.removed"))
}

/// Where a tag can be in use by what is no ticket, and what is said then.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM workflow_use WHERE kind = 'tag' AND target_id = :id",
    "usage.workflows",
)];

/// The filters of the list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct TagQuery {
    /// id, name or ticketCount; id without it.
    sort: Maybe<Text>,
    /// ASC or DESC; DESC without it.
    direction: Maybe<Text>,
    /// The page, from 1.
    page: Maybe<Text>,
    /// Tags a page, 1 to 100; 10 without it.
    limit: Maybe<Text>,
    /// Part of the name.
    search: Maybe<Text>,
}

impl Checked for TagQuery {
    fn check(&self, faults: &mut Faults) {
        let sorts = ["id", "name", "ticketCount"];
        sorted(&self.sort, &self.direction, &sorts, faults);
    }
}

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
    /// Articles, as text.
    article_count: String,
}

/// A page of tags.
#[derive(Debug, Serialize, JsonSchema)]
struct TagList {
    tags: Vec<CountedTag>,
    pagination_data: Pagination,
}

fn counted(tag: TagShape, counts: &HashMap<i64, i64>) -> CountedTag {
    CountedTag {
        ticket_count: counts.get(&tag.id).copied().unwrap_or(0).to_string(),
        article_count: "0".to_owned(),
        id: tag.id,
        name: tag.name,
    }
}

fn tag_list(page: Page, total: i64, tags: Vec<CountedTag>) -> TagList {
    TagList {
        pagination_data: pagination(page, total, tags.len(), "#page/replacePage"),
        tags,
    }
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

/// Puts a tag on a ticket; whether it was not on it before.
pub fn add_to_ticket(change: &mut Change<'_>, ticket: i64, tag: i64) -> Result<bool> {
    let added = change.run(
        "INSERT INTO ticket_tag (ticket_id, tag_id) VALUES (:ticket, :tag) ON CONFLICT DO NOTHING",
        named_params! { ":ticket": ticket, ":tag": tag },
    )?;
    if added > 0 {
        change.tell(Event::TagAdded { ticket, tag });
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
        change.tell(Event::TagRemoved { ticket, tag });
    }
    Ok(removed > 0)
}

/// How many tickets outside the trash and in the caller's sight have each of these tags.
fn counts(view: &View<'_>, tags: &[i64]) -> Result<HashMap<i64, i64>> {
    // CROSS holds the order: led by tickets, every ticket of the desk would be read.
    let mut select = Select::new(
        "l.tag_id, count(*)",
        "ticket_tag l CROSS JOIN ticket t ON t.id = l.ticket_id",
    );
    let (condition, binds) = sight::of(view.who()).condition();
    select.and(
        "l.tag_id IN (SELECT value FROM json_each(?))",
        [sight::list(tags)],
    );
    select.and("t.is_trashed = 0", []);
    select.and(condition, binds);
    select.then("GROUP BY l.tag_id", []);
    Ok(view.select::<(i64, i64)>(&select)?.into_iter().collect())
}

fn by_id(view: &View<'_>, id: i64) -> Result<Option<TagShape>> {
    view.maybe(
        "SELECT id, name FROM tag WHERE id = :id",
        named_params! { ":id": id },
    )
}

fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM tag WHERE name = :name AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("tag.name_taken").with("name", name),
    ))
}
