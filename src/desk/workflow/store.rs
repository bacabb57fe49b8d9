//! Rows of `workflow`, of its steps and of what they name.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::definition::Definition;
use super::sent::{SentCondition, SentEvent};
use super::{Entity, Kind};
use crate::base::db::{Change, Select, View, from_row, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::input::{Map, read_value};
use crate::base::time::Timestamp;

/// A workflow as it is stored, without its steps.
#[derive(Debug)]
pub(super) struct WorkflowRow {
    pub(super) id: i64,
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) is_active: bool,
    pub(super) sort_order: i64,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    /// How often its conditions held and it ran, and when it last did.
    pub(super) runs: i64,
    pub(super) last_run_at: Option<Timestamp>,
    /// What went wrong last since it was stored: a message as text, and when.
    pub(super) last_error: Option<String>,
    pub(super) last_error_at: Option<Timestamp>,
    /// Since when it is stopped because it mailed too many.
    pub(super) paused_at: Option<Timestamp>,
}

from_row!(WorkflowRow {
    id,
    kind: "type",
    name,
    description,
    is_active,
    sort_order,
    created_at,
    updated_at,
    runs,
    last_run_at,
    last_error,
    last_error_at,
    paused_at
});

/// Every column that [`WorkflowRow`] reads.
pub(super) const COLUMNS: &str =
    "id, type, name, description, is_active, sort_order, created_at, updated_at, runs, last_run_at,
    last_error, last_error_at, paused_at";

/// The workflow with this id.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<WorkflowRow>> {
    let mut select = Select::new(COLUMNS, "workflow");
    select.and("id = ?", [id.into()]);
    Ok(view.select(&select)?.pop())
}

/// What a workflow's events happen to; nothing where it has none.
pub(super) fn entity(view: &View<'_>, id: i64) -> Result<Option<Entity>> {
    let entity: Option<Option<Entity>> = view.maybe(
        "SELECT entity FROM workflow_event WHERE workflow_id = :id AND position = 0",
        named_params! { ":id": id },
    )?;
    Ok(entity.flatten())
}

/// What an edit may leave as it is.
#[derive(Debug)]
pub(super) struct Stored {
    /// 0 where nothing is stored.
    pub(super) id: i64,
    pub(super) kind: Option<Kind>,
    pub(super) description: String,
    pub(super) is_active: bool,
    pub(super) events: Map<SentEvent>,
    pub(super) conditions: Map<SentCondition>,
}

impl Stored {
    /// What there is before a new workflow.
    pub(super) fn nothing() -> Self {
        Self {
            id: 0,
            kind: None,
            description: String::new(),
            is_active: true,
            events: Map::default(),
            conditions: Map::default(),
        }
    }
}

/// What an edit of this workflow may leave as it is.
pub(super) fn stored(view: &View<'_>, row: WorkflowRow) -> Result<Stored> {
    Ok(Stored {
        id: row.id,
        kind: Some(row.kind),
        description: row.description,
        is_active: row.is_active,
        events: sent_again(view, EVENTS, row.id)?,
        conditions: sent_again(view, CONDITIONS, row.id)?,
    })
}

/// The stored steps of one workflow, as they were sent.
fn sent_again<T: DeserializeOwned>(view: &View<'_>, sql: &str, id: i64) -> Result<Map<T>> {
    let steps = steps(view, sql, &[id])?;
    let steps = steps.into_iter().map(|(_, sent)| sent).collect();
    read_value(&Value::Array(steps))
        .map_err(|fault| Error::internal(format!("a stored step: {fault}")))
}

/// The events of some workflows, in order.
pub(super) const EVENTS: &str = "SELECT workflow_id, sent FROM workflow_event
    WHERE workflow_id IN (SELECT value FROM json_each(:workflows)) ORDER BY workflow_id, position";

/// Their conditions.
pub(super) const CONDITIONS: &str = "SELECT workflow_id, sent FROM workflow_condition
    WHERE workflow_id IN (SELECT value FROM json_each(:workflows)) ORDER BY workflow_id, position";

/// Their actions.
pub(super) const ACTIONS: &str = "SELECT workflow_id, sent FROM workflow_action
    WHERE workflow_id IN (SELECT value FROM json_each(:workflows)) ORDER BY workflow_id, position";

/// The steps that one of the three queries above finds for these workflows: the workflow
/// of each, and the step as its client spelled it.
pub(super) fn steps(view: &View<'_>, sql: &str, workflows: &[i64]) -> Result<Vec<(i64, Value)>> {
    let workflows = id_list(workflows);
    let steps: Vec<(i64, String)> = view.all(sql, named_params! { ":workflows": workflows })?;
    let read = |(id, sent): (i64, String)| Ok((id, serde_json::from_str(&sent)?));
    steps.into_iter().map(read).collect()
}

/// What a workflow names: kinds with ids.
pub(super) fn uses(view: &View<'_>, id: i64) -> Result<Vec<(String, i64)>> {
    view.all(
        "SELECT kind, target_id FROM workflow_use WHERE workflow_id = :id",
        named_params! { ":id": id },
    )
}

/// How many workflows of a kind there are.
pub(super) fn count(view: &View<'_>, kind: Kind) -> Result<i64> {
    view.one(
        "SELECT count(*) FROM workflow WHERE type = :type",
        named_params! { ":type": kind.id() },
    )
}

/// The place behind all workflows of a kind.
fn last_place(view: &View<'_>, kind: Kind) -> Result<i64> {
    let last: i64 = view.one(
        "SELECT ifnull(max(sort_order), 0) FROM workflow WHERE type = :type",
        named_params! { ":type": kind.id() },
    )?;
    Ok(last.saturating_add(1))
}

/// Makes a workflow, the last of its kind; answers its id.
pub(super) fn insert(change: &mut Change<'_>, new: &Definition) -> Result<i64> {
    let (now, place) = (change.now(), last_place(change.view(), new.kind)?);
    let id = change.insert(
        "INSERT INTO workflow (type, name, name_key, description, is_active, sort_order, created_at, updated_at)
         VALUES (:type, :name, name_key(:name), :description, :is_active, :place, :now, :now)",
        named_params! {
            ":type": new.kind.id(), ":name": new.name, ":description": new.description,
            ":is_active": new.is_active, ":place": place, ":now": now,
        },
    )?;
    write_steps(change, id, new)?;
    Ok(id)
}

/// Makes of a workflow what it is defined as now. One of another kind than before becomes
/// the last of that kind.
pub(super) fn update(change: &mut Change<'_>, id: i64, new: &Definition) -> Result<()> {
    let (now, place) = (change.now(), last_place(change.view(), new.kind)?);
    change.run(
        "UPDATE workflow SET name = :name, name_key = name_key(:name), description = :description, is_active = :is_active,
             sort_order = iif(type = :type, sort_order, :place), type = :type, updated_at = :now,
             last_error = NULL, last_error_at = NULL
         WHERE id = :id",
        named_params! {
            ":id": id, ":type": new.kind.id(), ":name": new.name, ":description": new.description,
            ":is_active": new.is_active, ":place": place, ":now": now,
        },
    )?;
    write_steps(change, id, new)
}

/// Gives a workflow these steps, and no others.
fn write_steps(change: &mut Change<'_>, id: i64, new: &Definition) -> Result<()> {
    for sql in [
        "DELETE FROM workflow_event WHERE workflow_id = :id",
        "DELETE FROM workflow_condition WHERE workflow_id = :id",
        "DELETE FROM workflow_action WHERE workflow_id = :id",
        "DELETE FROM workflow_use WHERE workflow_id = :id",
    ] {
        change.run(sql, named_params! { ":id": id })?;
    }
    for (place, step) in (0_i64..).zip(&new.events) {
        change.run(
            "INSERT INTO workflow_event (workflow_id, position, entity, trigger_code, sent)
             VALUES (:id, :place, :entity, :trigger, :sent)",
            named_params! {
                ":id": id, ":place": place, ":entity": step.trigger.entity,
                ":trigger": step.trigger.code, ":sent": step.sent.to_string(),
            },
        )?;
    }
    for (place, step) in (0_i64..).zip(&new.conditions) {
        change.run(
            "INSERT INTO workflow_condition (workflow_id, position, or_group, type, match_code, value, sent)
             VALUES (:id, :place, :or_group, :type, :match, :value, :sent)",
            named_params! {
                ":id": id, ":place": place, ":or_group": step.or_group, ":type": step.code,
                ":match": step.comparison, ":value": step.value.to_string(), ":sent": step.sent.to_string(),
            },
        )?;
    }
    for (place, step) in (0_i64..).zip(&new.actions) {
        change.run(
            "INSERT INTO workflow_action (workflow_id, position, type, value, sent)
             VALUES (:id, :place, :type, :value, :sent)",
            named_params! {
                ":id": id, ":place": place, ":type": step.action.code, ":value": step.value.to_string(),
                ":sent": step.sent.to_string(),
            },
        )?;
    }
    for (kind, target) in &new.uses {
        change.run(
            "INSERT INTO workflow_use (workflow_id, kind, target_id) VALUES (:id, :kind, :target)",
            named_params! { ":id": id, ":kind": kind, ":target": target },
        )?;
    }
    Ok(())
}

/// 409 where another workflow of the kind has this name.
pub(super) fn refuse_taken_name(
    view: &View<'_>,
    kind: Kind,
    name: &str,
    except: i64,
) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM workflow WHERE type = :type AND name_key = name_key(:name) AND id <> :except",
        named_params! { ":type": kind.id(), ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("workflow.name_taken").with("name", name),
    ))
}
