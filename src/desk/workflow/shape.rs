//! Workflows as the API shows them: their steps as they were sent.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::sent::{SentAction, SentCondition, SentEvent};
use super::store::{self, WorkflowRow};
use crate::base::db::View;
use crate::base::error::{Message, Result};
use crate::base::page::Pagination;
use crate::base::time::PhpDate;
use crate::desk::company;

/// A workflow.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct WorkflowShape {
    id: i64,
    name: String,
    description: String,
    /// 0 manual, 1 automatic.
    #[serde(rename = "type")]
    kind: i64,
    /// Whether it is active.
    status: bool,
    /// Its place among those of its type.
    sort_order: i64,
    /// What sets it off: event and trigger of each.
    #[schemars(with = "Vec<SentEvent>")]
    events: Vec<Value>,
    /// What must hold: type, match and value of each, and operation where one was given.
    #[schemars(with = "Vec<SentCondition>")]
    conditions: Vec<Value>,
    /// What it does: type and value of each.
    #[schemars(with = "Vec<SentAction>")]
    actions: Vec<Value>,
    date_added: PhpDate,
    date_updated: PhpDate,
    /// How often its conditions held and it ran.
    runs: i64,
    last_run_at: Option<PhpDate>,
    /// What went wrong last since it was stored.
    last_error: Option<String>,
    last_error_at: Option<PhpDate>,
    /// Whether it is stopped because it mailed too many people; storing it with status 1 resumes it.
    is_paused: bool,
    paused_at: Option<PhpDate>,
}

/// A page of workflows.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct WorkflowList {
    pub(super) workflows: Vec<WorkflowShape>,
    pub(super) pagination_data: Pagination,
}

/// These workflows with their steps, in the order given.
pub(super) fn shapes(view: &View<'_>, rows: Vec<WorkflowRow>) -> Result<Vec<WorkflowShape>> {
    let calendar = company::calendar(view)?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut events = by_workflow(store::steps(view, store::EVENTS, &ids)?);
    let mut conditions = by_workflow(store::steps(view, store::CONDITIONS, &ids)?);
    let mut actions = by_workflow(store::steps(view, store::ACTIONS, &ids)?);
    let shaped = rows.into_iter().map(|row| WorkflowShape {
        id: row.id,
        name: row.name,
        description: row.description,
        kind: row.kind.id(),
        status: row.is_active,
        sort_order: row.sort_order,
        events: events.remove(&row.id).unwrap_or_default(),
        conditions: conditions.remove(&row.id).unwrap_or_default(),
        actions: actions.remove(&row.id).unwrap_or_default(),
        date_added: calendar.date(row.created_at),
        date_updated: calendar.date(row.updated_at),
        runs: row.runs,
        last_run_at: row.last_run_at.map(|at| calendar.date(at)),
        last_error: row
            .last_error
            .map(|error| view.locale().say(&Message::parse(&error))),
        last_error_at: row.last_error_at.map(|at| calendar.date(at)),
        is_paused: row.paused_at.is_some(),
        paused_at: row.paused_at.map(|at| calendar.date(at)),
    });
    Ok(shaped.collect())
}

fn by_workflow(steps: Vec<(i64, Value)>) -> HashMap<i64, Vec<Value>> {
    let mut known: HashMap<i64, Vec<Value>> = HashMap::new();
    for (workflow, sent) in steps {
        known.entry(workflow).or_default().push(sent);
    }
    known
}
