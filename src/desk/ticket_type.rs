//! Ticket types: what a ticket is about.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::{Agent, Holds};
use crate::base::db::{Change, Select, View, from_row, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Flag, Flags, Line, Optional, Text};
use crate::base::page::Pagination;
use crate::base::who::Privilege::ManageTicketType;
use crate::desk::usage::{self, Use};
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/ticket-types", Agent, "List ticket types", list),
        post(
            "/ticket-types",
            Holds(ManageTicketType),
            "Create a ticket type",
            create,
        )
        .also("/ticketTypes"),
        get("/ticket-type/{id}", Agent, "Show a ticket type", show),
        put(
            "/ticket-type/{id}",
            Holds(ManageTicketType),
            "Change a ticket type",
            edit,
        ),
        delete(
            "/ticket-type/{id}",
            Holds(ManageTicketType),
            "Delete a ticket type",
            remove,
        ),
    ]
}

/// The list of types.
#[derive(Debug, Clone)]
struct Types;

impl Listed for Types {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::descending(&["name"], &["name_key"]),
        ],
        size: 10,
        searched: "Words of the name or the description.",
    };
}

fn list(
    view: &View<'_>,
    Query(query): Query<TypeQuery>,
    Query(listing): Query<Listing<Types>>,
) -> Result<Json<TypeList>> {
    let mut select = Select::new("id, name, description, is_active", "ticket_type");
    if let Some(is_active) = query.is_active.only() {
        select.and("is_active = ?", [i64::from(is_active).into()]);
    }
    listing.find_in(&mut select, "name_key || ' ' || name_key(description)");
    let (types, pagination_data) = listing.page(view, select)?;
    Ok(Json(TypeList {
        // Text in this list alone, as its example has it.
        pagination_data: pagination_data.with_text_current(),
        types,
    }))
}

fn create(change: &mut Change<'_>, Body(new): Body<NewType>) -> Result<MessageReply<Made>> {
    refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let id = change.insert(
        "INSERT INTO ticket_type (name, name_key, description, is_active) VALUES (:name, name_key(:name), :description, :is_active)",
        named_params! {
            ":name": new.name.as_str(), ":description": new.description.as_str(), ":is_active": new.is_active(),
        },
    )?;
    MessageReply::new("ticket_type.created").with("id", id)
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<TypeShape>> {
    option(view, id)?.or_not_found("ticket_type").map(Json)
}

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<NewType>,
) -> Result<MessageReply> {
    option(change.view(), id)?.or_not_found("ticket_type")?;
    refuse_taken_name(change.view(), edited.name.as_str(), id)?;
    change.run(
        "UPDATE ticket_type SET name = :name, name_key = name_key(:name), description = :description, is_active = :is_active WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":description": edited.description.as_str(),
            ":is_active": edited.is_active(),
        },
    )?;
    Ok(MessageReply::new("ticket_type.updated"))
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let found = option(change.view(), id)?.or_not_found("ticket_type")?;
    usage::refuse_used(change.view(), id, &found.name, &USES)?;
    change.run(
        "DELETE FROM ticket_type WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("ticket_type.removed"))
}

/// Where a type can be in use, and what is said then.
const USES: [Use; 3] = [
    (
        "SELECT count(*) FROM ticket WHERE type_id = :id",
        "ticket_type.in_use",
    ),
    (
        "SELECT count(*) FROM custom_field_dependency WHERE ticket_type_id = :id",
        "ticket_type.has_custom_fields",
    ),
    (
        "SELECT count(*) FROM workflow_use WHERE kind = 'ticket_type' AND target_id = :id",
        "usage.workflows",
    ),
];

/// The filters of the list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
struct TypeQuery {
    /// Only active (1) or inactive (0) types.
    is_active: Optional<Flags>,
}

impl Checked for TypeQuery {}

/// A new ticket type, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewType {
    /// Name of the type.
    name: Line<100, 1>,
    /// Description of the type.
    description: Text<1000, 1>,
    /// 0 inactive, 1 active; 0 when not given.
    #[serde(default)]
    is_active: Optional<Flag>,
}

impl Checked for NewType {}

impl NewType {
    fn is_active(&self) -> bool {
        self.is_active.as_ref().is_some_and(|flag| flag.get())
    }
}

/// A ticket type.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TypeShape {
    id: i64,
    name: String,
    description: String,
    is_active: bool,
}

/// A page of ticket types.
#[derive(Debug, Serialize, JsonSchema)]
struct TypeList {
    types: Vec<TypeShape>,
    pagination_data: Pagination,
}

from_row!(TypeShape {
    id,
    name,
    description,
    is_active
});

/// The type with this id, active or not.
pub fn option(view: &View<'_>, id: i64) -> Result<Option<TypeShape>> {
    view.maybe(
        "SELECT id, name, description, is_active FROM ticket_type WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The types that a ticket can get.
pub fn options(view: &View<'_>) -> Result<Vec<TypeShape>> {
    view.all(
        "SELECT id, name, description, is_active FROM ticket_type WHERE is_active = 1 ORDER BY id",
        [],
    )
}

fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM ticket_type WHERE name_key = name_key(:name) AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("ticket_type.name_taken").with("name", name),
    ))
}
