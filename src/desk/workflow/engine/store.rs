//! The steps of workflows as they run, and what is kept of their runs.

use serde_json::Value;

use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::{Message, Result};
use crate::desk::workflow::Entity;
use crate::desk::workflow::vocabulary::Match;

/// A workflow that an event may set off.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) id: i64,
    pub(super) conditions: Vec<Condition>,
}

/// Something that must hold, or be an alternative to what does.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) or_group: i64,
    pub(super) code: String,
    pub(super) comparison: Match,
    /// An id, 0 for none, a word or text; as text.
    pub(super) value: String,
}

/// Something to do.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) code: String,
    pub(super) value: Value,
}

/// A condition with its workflow; one without conditions has a row of nothing.
struct Row {
    workflow: i64,
    or_group: Option<i64>,
    code: Option<String>,
    comparison: Option<Match>,
    value: Option<String>,
}

from_row!(Row {
    workflow: "workflow_id",
    or_group,
    code: "type",
    comparison: "match_code",
    value
});

/// The active workflows that an event sets off, in their order, each with its conditions.
pub(super) fn set_off_by(view: &View<'_>, entity: Entity, trigger: &str) -> Result<Vec<Candidate>> {
    let rows: Vec<Row> = view.all(
        "SELECT e.workflow_id, c.or_group, c.type, c.match_code, c.value
         FROM workflow_event e JOIN workflow w ON w.id = e.workflow_id
         LEFT JOIN workflow_condition c ON c.workflow_id = e.workflow_id
         WHERE e.entity = :entity AND e.trigger_code = :trigger
             AND w.type = 1 AND w.is_active = 1 AND w.paused_at IS NULL
         ORDER BY w.sort_order, w.id, c.position",
        named_params! { ":entity": entity, ":trigger": trigger },
    )?;
    let mut found: Vec<Candidate> = Vec::new();
    for row in rows {
        if found.last().is_none_or(|last| last.id != row.workflow) {
            found.push(Candidate {
                id: row.workflow,
                conditions: Vec::new(),
            });
        }
        if let Some(last) = found.last_mut() {
            last.conditions.extend(condition(row)?);
        }
    }
    Ok(found)
}

/// The conditions of one workflow.
pub(super) fn conditions(view: &View<'_>, workflow: i64) -> Result<Vec<Condition>> {
    let rows: Vec<Row> = view.all(
        "SELECT workflow_id, or_group, type, match_code, value FROM workflow_condition
         WHERE workflow_id = :workflow ORDER BY position",
        named_params! { ":workflow": workflow },
    )?;
    let conditions = rows.into_iter().map(condition);
    Ok(conditions
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect())
}

fn condition(row: Row) -> Result<Option<Condition>> {
    let (Some(or_group), Some(code), Some(comparison), Some(value)) =
        (row.or_group, row.code, row.comparison, row.value)
    else {
        return Ok(None);
    };
    Ok(Some(Condition {
        or_group,
        code,
        comparison,
        value: match serde_json::from_str(&value)? {
            Value::String(text) => text,
            other => other.to_string(),
        },
    }))
}

/// What a workflow does, in order.
pub(super) fn actions(view: &View<'_>, workflow: i64) -> Result<Vec<Step>> {
    let steps: Vec<(String, String)> = view.all(
        "SELECT type, value FROM workflow_action WHERE workflow_id = :workflow ORDER BY position",
        named_params! { ":workflow": workflow },
    )?;
    let read = |(code, value): (String, String)| {
        Ok(Step {
            code,
            value: serde_json::from_str(&value)?,
        })
    };
    steps.into_iter().map(read).collect()
}

/// Notes that a workflow has run.
pub(super) fn note_run(change: &mut Change<'_>, workflow: i64) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE workflow SET runs = runs + 1, last_run_at = :now WHERE id = :workflow",
        named_params! { ":workflow": workflow, ":now": now },
    )?;
    Ok(())
}

/// Keeps what went wrong.
pub(super) fn note_error(change: &mut Change<'_>, workflow: i64, error: &Message) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE workflow SET last_error = :error, last_error_at = :now WHERE id = :workflow",
        named_params! { ":workflow": workflow, ":error": error.to_string(), ":now": now },
    )?;
    Ok(())
}

/// Stops a workflow that mails too many people outside: what it still has waiting waits until
/// somebody decides.
pub(super) fn pause(change: &mut Change<'_>, workflow: i64, error: &Message) -> Result<()> {
    note_error(change, workflow, error)?;
    let now = change.now();
    change.run(
        "UPDATE workflow SET paused_at = :now WHERE id = :workflow",
        named_params! { ":workflow": workflow, ":now": now },
    )?;
    change.run(
        "UPDATE mail_out SET reason = 'fuse' WHERE workflow_id = :workflow AND state = 'waiting'",
        named_params! { ":workflow": workflow },
    )?;
    Ok(())
}

/// Lets a workflow that was paused go on: what it has waiting leaves, and counting begins anew.
pub(in crate::desk::workflow) fn resume(change: &mut Change<'_>, workflow: i64) -> Result<()> {
    let now = change.now();
    let resumed = change.run(
        "UPDATE workflow SET paused_at = NULL, counted_from = :now WHERE id = :workflow AND paused_at IS NOT NULL",
        named_params! { ":workflow": workflow, ":now": now },
    )?;
    if resumed > 0 {
        change.run(
            "UPDATE mail_out SET reason = NULL, due_at = :now
             WHERE workflow_id = :workflow AND state = 'waiting' AND reason = 'fuse'",
            named_params! { ":workflow": workflow, ":now": now },
        )?;
    }
    Ok(())
}
