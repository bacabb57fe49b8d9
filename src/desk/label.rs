//! Labels: an agent's own marks on tickets, seen by nobody else.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::Agent;
use crate::base::db::{Change, Select, View, from_row, id_list, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Colour, Line, Patch};
use crate::base::page::{LARGEST_SIZE, Pagination};
use crate::base::who::Who;
use crate::desk::usage::{self, Use};
use crate::desk::visibility::{self, Visibility};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/labels", Agent, "List labels", list),
        post("/labels", Agent, "Create a label", create),
        get("/label/{id}", Agent, "Show a label", show),
        put("/label/{id}", Agent, "Change a label", edit),
        delete("/label/{id}", Agent, "Delete a label", remove),
    ]
}

/// The list of one's own labels.
#[derive(Debug, Clone)]
struct Labels;

impl Listed for Labels {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::ascending(&["name"], &["name_key"]),
            Sort::ascending(&["id"], &[]),
        ],
        size: LARGEST_SIZE,
        searched: "Words of the name.",
    };
}

fn list(view: &View<'_>, Query(listing): Query<Listing<Labels>>) -> Result<Json<LabelList>> {
    let who = view.who();
    let mut select = own_labels(who);
    listing.find_in(&mut select, "name_key");
    let (labels, pagination_data) = listing.page(view, select)?;
    Ok(Json(LabelList {
        labels: with_counts(view, who, labels)?,
        pagination_data,
    }))
}

answer_keys!(
    /// A label that was made or changed.
    LabelSaved { "message": String, "label": LabelShape }
);

fn create(change: &mut Change<'_>, Body(new): Body<NewLabel>) -> Result<MessageReply<LabelSaved>> {
    refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let color = new.color.value().and_then(Colour::into_string);
    let id = make(change, new.name.as_str(), color.as_deref())?;
    MessageReply::new("label.created").with("label", own(change.view(), id)?.or_not_found("label")?)
}

/// Makes a label of the caller's own; answers its id.
pub fn make(change: &mut Change<'_>, name: &str, color: Option<&str>) -> Result<i64> {
    let user = change.who().id;
    change.insert(
        "INSERT INTO label (user_id, name, name_key, color) VALUES (:user, :name, name_key(:name), :color)",
        named_params! { ":user": user, ":name": name, ":color": color },
    )
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<LabelShape>> {
    own(view, id)?.or_not_found("label").map(Json)
}

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedLabel>,
) -> Result<MessageReply<LabelSaved>> {
    let before = own(change.view(), id)?.or_not_found("label")?;
    let name = edited.name.value().map_or(before.name, Line::into_string);
    let color = match edited.color {
        Patch::Absent => before.color,
        given => given.value().and_then(Colour::into_string),
    };
    refuse_taken_name(change.view(), &name, id)?;
    change.run(
        "UPDATE label SET name = :name, name_key = name_key(:name), color = :color WHERE id = :id",
        named_params! { ":id": id, ":name": name, ":color": color },
    )?;
    Ok(MessageReply::new("label.updated")
        .with("label", own(change.view(), id)?.or_not_found("label")?)?
        .last())
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let found = own(change.view(), id)?.or_not_found("label")?;
    usage::refuse_used(change.view(), id, &found.name, &USES)?;
    change.run(
        "DELETE FROM label WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("label.removed"))
}

/// Where a label can be in use by what is no ticket, and what is said then.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM workflow_use WHERE kind = 'label' AND target_id = :id",
    "usage.workflows",
)];

/// A new label.
#[derive(Debug, Deserialize, JsonSchema)]
struct NewLabel {
    /// Name of the label.
    name: Line<100, 1>,
    /// CSS hex colour such as #fff.
    #[serde(default)]
    color: Patch<Colour>,
}

impl Checked for NewLabel {}

/// What a label becomes; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
struct EditedLabel {
    /// New name of the label.
    #[serde(default)]
    name: Patch<Line<100, 1>>,
    /// CSS hex colour such as #fff; empty for none.
    #[serde(default)]
    color: Patch<Colour>,
}

impl Checked for EditedLabel {}

/// A label.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LabelShape {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// CSS hex colour.
    pub color: Option<String>,
    /// The user whose label it is.
    pub label_user: i64,
}

/// A label, with how many tickets have it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountedLabel {
    id: i64,
    name: String,
    color: Option<String>,
    /// Tickets outside the trash, as text.
    count: String,
}

/// A page of the caller's labels.
#[derive(Debug, Serialize, JsonSchema)]
struct LabelList {
    labels: Vec<CountedLabel>,
    pagination_data: Pagination,
}

from_row!(LabelShape {
    id,
    name,
    color,
    label_user: "user_id"
});

/// The label with this id, if it is the caller's own.
pub fn own(view: &View<'_>, id: i64) -> Result<Option<LabelShape>> {
    view.maybe(
        "SELECT id, name, color, user_id FROM label WHERE id = :id AND user_id = :user",
        named_params! { ":id": id, ":user": view.who().id },
    )
}

/// Somebody's labels by name, each with how many tickets in their sight have it.
pub fn counted(view: &View<'_>, who: &Who) -> Result<Vec<CountedLabel>> {
    if !who.is_agent() {
        return Ok(Vec::new());
    }
    let mut select = own_labels(who);
    select.then("ORDER BY name_key, id", []);
    with_counts(view, who, view.select(&select)?)
}

fn own_labels(who: &Who) -> Select {
    let mut select = Select::new("id, name, color, user_id, tickets", "label");
    select.and("user_id = ?", [who.id.into()]);
    select
}

fn with_counts(view: &View<'_>, who: &Who, labels: Vec<OwnLabel>) -> Result<Vec<CountedLabel>> {
    let seen = visible(view, who, &labels)?;
    let counted = labels.into_iter().map(|OwnLabel { label, tickets }| {
        let count = match &seen {
            Some(seen) => seen.get(&label.id).copied().unwrap_or(0),
            None => tickets,
        };
        CountedLabel {
            count: count.to_string(),
            id: label.id,
            name: label.name,
            color: label.color,
        }
    });
    Ok(counted.collect())
}

/// A label with the count that is kept of all its tickets.
struct OwnLabel {
    label: LabelShape,
    tickets: i64,
}

from_row!(OwnLabel { label => LabelShape, tickets });

/// How many tickets have each label, for an agent who does not see every ticket; one
/// who does needs no counting.
fn visible(view: &View<'_>, who: &Who, labels: &[OwnLabel]) -> Result<Option<HashMap<i64, i64>>> {
    let visibility = visibility::of(who);
    if visibility == Visibility::All || labels.is_empty() {
        return Ok(None);
    }
    let mut select = Select::new(
        "l.label_id, count(*)",
        "ticket_label l CROSS JOIN ticket t ON t.id = l.ticket_id",
    );
    let ids: Vec<i64> = labels.iter().map(|own| own.label.id).collect();
    let (condition, binds) = visibility.condition();
    select.and(
        "l.label_id IN (SELECT value FROM json_each(?))",
        [id_list(&ids)],
    );
    select.and("t.is_trashed = 0", []);
    select.and(condition, binds);
    select.then("GROUP BY l.label_id", []);
    Ok(Some(view.select(&select)?.into_iter().collect()))
}

/// The labels that `who` has put on a ticket.
pub fn of_ticket(view: &View<'_>, who: &Who, ticket: i64) -> Result<Vec<LabelShape>> {
    view.all(
        "SELECT l.id, l.name, l.color, l.user_id FROM ticket_label tl JOIN label l ON l.id = tl.label_id
         WHERE tl.ticket_id = :ticket AND l.user_id = :user ORDER BY l.name_key",
        named_params! { ":ticket": ticket, ":user": who.id },
    )
}

fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM label WHERE user_id = :user AND name_key = name_key(:name) AND id <> :except",
        named_params! { ":user": view.who().id, ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("label.name_taken").with("name", name),
    ))
}
