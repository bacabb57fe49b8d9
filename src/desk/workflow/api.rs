//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;

use super::definition::{define, store_new};
use super::sent::WorkflowBody;
use super::shape::{self, WorkflowList, WorkflowShape};
use super::store::{self, WorkflowRow};
use super::{Kind, engine};
use crate::base::db::{Change, Select, View, named_params};
use crate::base::error::{Error, Faults, Message, OrNotFound, Result};
use crate::base::input::{Flags, Optional, Order};
use crate::base::who::Privilege::{ApplyWorkflow, ManageWorkflowAutomatic, ManageWorkflowManual};
use crate::base::who::Who;
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, PathText, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};

/// The list of workflows.
#[derive(Debug, Clone)]
pub(super) struct Workflows;

impl Listed for Workflows {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::ascending(&["sortOrder"], &["type", "sort_order"]),
            Sort::ascending(&["name"], &["name_key"]),
            Sort::ascending(&["id"], &[]),
            Sort::ascending(&["createdAt"], &["created_at"]),
            Sort::ascending(&["updatedAt"], &["updated_at"]),
        ],
        size: 10,
        searched: "Words of the name or the description.",
    };
}

/// The filters of the list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct WorkflowQuery {
    /// Only manual (0) or automatic (1) ones.
    #[serde(rename = "type")]
    kind: Optional<Flags>,
    /// Only active (1) or inactive (0) ones.
    status: Optional<Flags>,
    /// The same as `status`.
    is_active: Optional<Flags>,
}

impl Checked for WorkflowQuery {}

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<WorkflowQuery>,
    Query(listing): Query<Listing<Workflows>>,
) -> Result<Json<WorkflowList>> {
    let mut select = Select::new(store::COLUMNS, "workflow");
    let who = view.who();
    let may = |privilege| i64::from(who.may(privilege)).into();
    select.and(
        "type = 0 AND (? OR is_active = 1 AND ?) OR type = 1 AND ?",
        [
            may(ManageWorkflowManual),
            may(ApplyWorkflow),
            may(ManageWorkflowAutomatic),
        ],
    );
    for (wanted, condition) in [
        (&query.kind, "type = ?"),
        (&query.status, "is_active = ?"),
        (&query.is_active, "is_active = ?"),
    ] {
        if let Some(is_on) = wanted.only() {
            select.and(condition, [i64::from(is_on).into()]);
        }
    }
    listing.find_in(&mut select, "name_key || ' ' || name_key(description)");
    let (rows, pagination_data) = listing.page(view, select)?;
    Ok(Json(WorkflowList {
        pagination_data,
        workflows: shape::shapes(view, rows)?,
    }))
}

answer_keys!(
    /// A workflow that was made or changed.
    pub(super) WorkflowSaved { "message": String, "id": i64, "workflow": WorkflowShape }
);

pub(super) fn create(
    change: &mut Change<'_>,
    Body(new): Body<WorkflowBody>,
) -> Result<MessageReply<WorkflowSaved>> {
    let id = store_new(change, new)?;
    MessageReply::new("workflow.created")
        .with("id", id)?
        .with("workflow", shown(change.view(), id)?)
}

pub(super) fn order(
    change: &mut Change<'_>,
    Body(wanted): Body<WorkflowOrder>,
) -> Result<MessageReply> {
    let mut faults = Faults::default();
    for (kind, field, places) in [
        (Kind::Automatic, "auto", &wanted.auto),
        (Kind::Manual, "manual", &wanted.manual),
    ] {
        if !places.is_empty() {
            change.who().need(kind.privilege())?;
        }
        for (id, place) in places.as_slice() {
            let moved = change.run(
                "UPDATE workflow SET sort_order = :place WHERE id = :id AND type = :type",
                named_params! { ":id": id, ":place": place.get(), ":type": kind.id() },
            )?;
            if moved == 0 {
                let message = Message::new("workflow.unknown").with("id", id);
                faults.add(format!("{field}.{id}"), message);
            }
        }
    }
    faults.or_invalid()?;
    Ok(MessageReply::new("workflow.ordered"))
}

/// The places of workflows, of those of each type by themselves.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct WorkflowOrder {
    /// The place of each automatic workflow by its id; one that is left out stays.
    auto: Order,
    /// The place of each manual workflow by its id; one that is left out stays.
    manual: Order,
}

impl Checked for WorkflowOrder {
    fn check(&self, faults: &mut Faults) {
        if self.auto.is_empty() && self.manual.is_empty() {
            faults.add("auto", "input.required");
        }
    }
}

pub(super) fn show(
    view: &View<'_>,
    PathId(id): PathId,
    kind: Option<PathText>,
) -> Result<Json<WorkflowShape>> {
    let row = named(view, id, kind)?;
    may_see(view.who(), &row)?;
    shown(view, row.id).map(Json)
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    in_path: Option<PathText>,
    Body(edited): Body<WorkflowBody>,
) -> Result<MessageReply<WorkflowSaved>> {
    let row = store::by_id(change.view(), id)?.or_not_found("workflow")?;
    let kind = edited.kind().unwrap_or(row.kind);
    // A workflow that becomes another kind is addressed by either.
    let in_path = kind_of(in_path)?;
    if in_path.is_some_and(|named| named != row.kind && named != kind) {
        return Err(Error::NotFound("workflow"));
    }
    change.who().need(row.kind.privilege())?;
    let before = store::stored(change.view(), row)?;
    let is_resumed = edited.is_active() == Some(true);
    let edited = define(change.view(), edited, kind, before)?;
    store::update(change, id, &edited)?;
    if is_resumed {
        engine::resume(change, id)?;
    }
    MessageReply::new("workflow.updated")
        .with("id", id)?
        .with("workflow", shown(change.view(), id)?)
}

pub(super) fn remove(
    change: &mut Change<'_>,
    PathId(id): PathId,
    kind: Option<PathText>,
) -> Result<MessageReply> {
    let row = named(change.view(), id, kind)?;
    change.who().need(row.kind.privilege())?;
    change.run(
        "DELETE FROM workflow WHERE id = :id",
        named_params! { ":id": row.id },
    )?;
    Ok(MessageReply::new("workflow.removed"))
}

/// The workflow that a path names, by its id or by its type and its id.
pub(super) fn named(view: &View<'_>, id: i64, kind: Option<PathText>) -> Result<WorkflowRow> {
    let kind = kind_of(kind)?;
    let row = store::by_id(view, id)?;
    let is_of_kind = |row: &WorkflowRow| kind.is_none_or(|kind| kind == row.kind);
    row.filter(is_of_kind).or_not_found("workflow")
}

/// The type that a path names, where it names one.
fn kind_of(text: Option<PathText>) -> Result<Option<Kind>> {
    let known = text.map(|PathText(text)| Kind::from_path(&text).or_not_found("workflow"));
    known.transpose()
}

/// Who applies manual workflows sees those that can be applied; all others are for those
/// who manage them.
pub(super) fn may_see(who: &Who, row: &WorkflowRow) -> Result<()> {
    let is_offered = row.kind == Kind::Manual && row.is_active;
    if is_offered && who.may(ApplyWorkflow) {
        return Ok(());
    }
    who.need(row.kind.privilege())
}

fn shown(view: &View<'_>, id: i64) -> Result<WorkflowShape> {
    let row = store::by_id(view, id)?.or_not_found("workflow")?;
    shape::shapes(view, vec![row])?
        .pop()
        .or_not_found("workflow")
}
