//! What handles an event inside the transaction that emitted it: first the record, then the
//! ticket's history, then the search index, then workflows, then what takes longer.

use crate::base::db::{Change, named_params};
use crate::base::error::Result;
use crate::base::event::Event;

use super::{history, index, jobs};
use crate::desk::workflow;

/// Handles one event.
pub fn handle(change: &mut Change<'_>, event: &Event) -> Result<()> {
    let id = record(change, event)?;
    history::write(change, event)?;
    index::follow(change, event);
    workflow::follow(change, event, id)?;
    jobs::follow(change, event)
}

/// Keeps the event as it was emitted; answers the id of its row.
fn record(change: &mut Change<'_>, event: &Event) -> Result<i64> {
    let data = serde_json::to_value(event)?;
    let kind = data
        .get("kind")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let (batch, now) = (change.batch()?, change.now());
    change.insert(
        "INSERT INTO event (batch_id, kind, ticket_id, user_id, data, created_at)
         VALUES (:batch, :kind, :ticket, :user, :data, :now)",
        named_params! {
            ":batch": batch, ":kind": kind, ":ticket": event.ticket(), ":user": event.user(),
            ":data": data.to_string(), ":now": now,
        },
    )
}
