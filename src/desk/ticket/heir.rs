//! To whom the tickets of an agent go who is being removed, where a workflow says so: they are
//! given over in slices, after the change that removes the agent.

use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::Result;

/// Who takes over.
#[derive(Debug, Clone, Copy)]
pub struct Heir {
    /// An active agent.
    pub agent: i64,
    /// The workflow that gives.
    pub workflow: i64,
}

from_row!(Heir {
    agent: "agent_id",
    workflow: "workflow_id"
});

/// Names who takes over from an agent.
pub fn name(change: &mut Change<'_>, from: i64, heir: Heir) -> Result<()> {
    change.run(
        "INSERT INTO ticket_heir (user_id, agent_id, workflow_id) VALUES (:from, :agent, :workflow)
         ON CONFLICT DO UPDATE SET agent_id = :agent, workflow_id = :workflow",
        named_params! { ":from": from, ":agent": heir.agent, ":workflow": heir.workflow },
    )?;
    Ok(())
}

/// Who takes over from an agent, where they are still there themselves.
pub fn of(view: &View<'_>, from: i64) -> Result<Option<Heir>> {
    view.maybe(
        "SELECT agent_id, workflow_id FROM ticket_heir JOIN profile ON profile.user_id = agent_id
         WHERE ticket_heir.user_id = :from AND side = 'agent' AND is_active = 1 AND removed_at IS NULL",
        named_params! { ":from": from },
    )
}

/// All is given over.
pub fn forget(change: &mut Change<'_>, from: i64) -> Result<()> {
    change.run(
        "DELETE FROM ticket_heir WHERE user_id = :from",
        named_params! { ":from": from },
    )?;
    Ok(())
}
