//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;

use super::compared::Comparable;
use super::definition::FieldBody;
use super::shape::{FieldShape, shapes};
use super::{Field, seen, store};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Faults, Message, OrNotFound, Result};
use crate::base::files;
use crate::base::input::{Int, Map, Order};
use crate::base::job::{Job, Progress};
use crate::base::page::LARGEST_SIZE;
use crate::desk::usage::{self, Use};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query, Sealing};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Download, Json, MessageReply};

/// The list of fields: a bare array, which tells of no further page.
#[derive(Debug, Clone)]
pub(super) struct Fields;

impl Listed for Fields {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::ascending(&["id"], &[]),
            Sort::ascending(&["name"], &["name_key"]),
            Sort::ascending(&["createdAt"], &["created_at"]),
            Sort::ascending(&["updatedAt"], &["updated_at"]),
        ],
        size: LARGEST_SIZE,
        searched: "Words of the name.",
    };
}

pub(super) fn list(
    view: &View<'_>,
    Query(listing): Query<Listing<Fields>>,
) -> Result<Json<Vec<FieldShape>>> {
    let mut select = store::all();
    listing.find_in(&mut select, "name_key");
    shapes(view, listing.rows(view, select)?).map(Json)
}

answer_keys!(
    /// A custom field that was made or changed.
    pub(super) CustomFieldSaved { "message": String, "id": i64, "customField": FieldShape }
);

pub(super) fn create(
    change: &mut Change<'_>,
    Body(new): Body<FieldBody>,
) -> Result<MessageReply<CustomFieldSaved>> {
    let new = new.defines(None)?;
    if let Some(types) = &new.types {
        store::refuse_unknown_types(change.view(), types)?;
    }
    let id = store::insert(change, &new)?;
    MessageReply::new("custom_field.created")
        .with("id", id)?
        .with("customField", shown(change.view(), id)?)
}

pub(super) fn order(
    change: &mut Change<'_>,
    Body(wanted): Body<FieldOrder>,
) -> Result<MessageReply> {
    let wanted = wanted.sortorder.into_vec();
    let ids: Vec<i64> = wanted.iter().map(|(id, _)| *id).collect();
    let known = store::by_ids(change.view(), &ids)?;
    let mut faults = Faults::default();
    for id in ids
        .iter()
        .filter(|id| !known.iter().any(|field| field.id == **id))
    {
        let message = Message::new("ticket.unknown_custom_field").with("id", id);
        faults.add(format!("sortorder.{id}"), message);
    }
    faults.or_invalid()?;
    for (id, place) in wanted {
        change.run(
            "UPDATE custom_field SET sort_order = :place WHERE id = :id",
            named_params! { ":id": id, ":place": place.get() },
        )?;
    }
    Ok(MessageReply::new("custom_field.ordered"))
}

/// The places of fields.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct FieldOrder {
    /// The place of each field by its id; a field that is left out stays.
    sortorder: Order,
}

impl Checked for FieldOrder {
    fn check(&self, faults: &mut Faults) {
        let places: &Map<Int> = &self.sortorder;
        if places.is_empty() {
            faults.add("sortorder", "input.required");
        }
    }
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<FieldShape>> {
    shown(view, id).map(Json)
}

fn shown(view: &View<'_>, id: i64) -> Result<FieldShape> {
    let field = store::by_id(view, id)?.or_not_found("custom_field")?;
    shapes(view, vec![field])?
        .pop()
        .or_not_found("custom_field")
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<FieldBody>,
    Sealing(sealer): Sealing,
) -> Result<MessageReply<CustomFieldSaved>> {
    let before = store::by_id(change.view(), id)?.or_not_found("custom_field")?;
    let after = edited.defines(Some(&before))?;
    if let Some(types) = &after.types {
        store::refuse_unknown_types(change.view(), types)?;
    }
    if before.field_type != after.field_type {
        refuse_with_values(change.view(), &before, "custom_field.type_stays")?;
    }
    let (was, is) = (before.validation.kind, after.validation.kind);
    if Comparable::of(before.field_type, was, before.is_encrypted)
        != Comparable::of(after.field_type, is, after.is_encrypted)
    {
        // The condition of a workflow on it would make no sense any more.
        usage::refuse_used(change.view(), id, &before.name, &USES)?;
    }
    store::update(change, id, &after)?;
    if before.is_encrypted != after.is_encrypted {
        let mut slice = change.slice();
        let progress = store::seal_values(change, (id, 0), &mut slice, &sealer)?;
        if let Progress::Left(after) = progress {
            change.enqueue(&Job::SealField { field: id, after })?;
        }
    }
    MessageReply::new("custom_field.updated")
        .with("id", id)?
        .with("customField", shown(change.view(), id)?)
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let field = store::by_id(change.view(), id)?.or_not_found("custom_field")?;
    refuse_with_values(change.view(), &field, "custom_field.has_values")?;
    usage::refuse_used(change.view(), id, &field.name, &USES)?;
    change.run(
        "DELETE FROM custom_field WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("custom_field.removed"))
}

/// Where a field can be in use by what is no ticket, and what is said then.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM workflow_use WHERE kind = 'custom_field' AND target_id = :id",
    "usage.workflows",
)];

/// 409 with the number of tickets that have a value in the field.
fn refuse_with_values(view: &View<'_>, field: &Field, key: &'static str) -> Result<()> {
    let tickets = store::tickets_with(view, field.id)?;
    if tickets == 0 {
        return Ok(());
    }
    let message = Message::new(key)
        .with("name", &field.name)
        .with("count", tickets);
    Err(Error::Conflict(message))
}

pub(super) fn download(view: &View<'_>, PathId(id): PathId) -> Result<Download> {
    let file = seen::file(view, id)?.or_not_found("attachment")?;
    Ok(Download {
        path: files::relative_path(&file.hash)?.into(),
        name: file.name,
        content_type: file.content_type,
        etag: file.hash,
    })
}
