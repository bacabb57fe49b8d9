//! Workflows: that each can run, and that what they name is known and there.

use std::collections::BTreeSet;

use super::{DERIVED, Fault, RESTORE};
use crate::base::db::View;
use crate::base::error::Result;
use crate::desk::workflow;

/// Every workflow does something, and what runs by itself has something that sets it off.
pub(super) fn steps(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (sql, what) in [
        (
            "SELECT id FROM workflow w WHERE NOT EXISTS
                 (SELECT 1 FROM workflow_action a WHERE a.workflow_id = w.id)",
            "has no action",
        ),
        (
            "SELECT id FROM workflow w WHERE type = 1 AND NOT EXISTS
                 (SELECT 1 FROM workflow_event e WHERE e.workflow_id = w.id)",
            "is automatic and has no event",
        ),
    ] {
        let without: Vec<i64> = view.all(sql, [])?;
        let found = without.into_iter();
        faults.extend(found.map(|id| Fault::new(format!("workflow {id}"), what, RESTORE)));
    }
    Ok(faults)
}

/// What can be named, and the ids that there are.
const THINGS: [(&str, &str); 8] = [
    (
        "agent",
        "SELECT user_id FROM profile WHERE side = 'agent' AND removed_at IS NULL",
    ),
    ("custom_field", "SELECT id FROM custom_field"),
    ("email_template", "SELECT id FROM email_template"),
    ("group", "SELECT id FROM \"group\""),
    ("label", "SELECT id FROM label"),
    ("team", "SELECT id FROM team"),
    ("tag", "SELECT id FROM tag"),
    ("ticket_type", "SELECT id FROM ticket_type"),
];

/// `workflow_use` against the steps, and against what they name.
pub(super) fn uses(view: &View<'_>) -> Result<Vec<Fault>> {
    let kept = "SELECT workflow_id, kind, target_id FROM workflow_use";
    let kept: BTreeSet<(i64, String, i64)> = view.all(kept, [])?.into_iter().collect();
    let named = workflow::named(view)?;
    let mut faults = Vec::new();
    for (workflow, kind, id) in kept.symmetric_difference(&named) {
        let what = format!("workflow_use and the steps do not agree on {kind} {id}");
        faults.push(Fault::new(format!("workflow {workflow}"), what, DERIVED));
    }
    for (kind, sql) in THINGS {
        let known: BTreeSet<i64> = view.all(sql, [])?.into_iter().collect();
        let gone = named
            .iter()
            .filter(|(_, named, id)| named == kind && !known.contains(id));
        faults.extend(gone.map(|(workflow, _, id)| {
            let what = format!("names the {kind} {id}, which is not there");
            Fault::new(format!("workflow {workflow}"), what, RESTORE)
        }));
    }
    Ok(faults)
}
