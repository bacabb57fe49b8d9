//! Workflows tried, and manual ones applied.

use schemars::JsonSchema;
use serde::Deserialize;

use super::engine;
use super::store::WorkflowRow;
use super::{Entity, Kind, api, store};
use crate::base::db::{Change, View};
use crate::base::error::{Error, Faults, Message, Result};
use crate::base::input::{Ids, Int, Optional};
use crate::desk::ticket;
use crate::web::answer_keys::{Warned, answer_keys};
use crate::web::extract::{Body, Checked, PathId, PathText};
use crate::web::reply::{Json, MessageReply};

/// On how many tickets a workflow is tried without a limit, and at most.
const TRIED: i64 = 500;
const MOST_TRIED: i64 = 5000;

/// The tickets that a workflow is tried on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Trying {
    /// On how many of the newest tickets, 1 to 5000; 500 without it.
    limit: Optional<Int>,
}

impl Checked for Trying {}

pub(super) fn try_on(
    view: &View<'_>,
    PathId(id): PathId,
    kind: Option<PathText>,
    Body(trying): Body<Trying>,
) -> Result<Json<engine::Trial>> {
    let row = api::named(view, id, kind)?;
    api::may_see(view.who(), &row)?;
    refuse_other_than_tickets(view, &row)?;
    let limit = trying.limit.as_ref().map_or(TRIED, |limit| limit.get());
    engine::try_on(view, row.id, limit.clamp(1, MOST_TRIED)).map(Json)
}

/// 409 for a workflow that is about something else: it cannot be tried on tickets.
fn refuse_other_than_tickets(view: &View<'_>, row: &WorkflowRow) -> Result<()> {
    match store::entity(view, row.id)? {
        None | Some(Entity::Ticket) => Ok(()),
        Some(_) => Err(Error::conflict("workflow.not_about_tickets")),
    }
}

/// The tickets that a workflow is applied to.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Tickets {
    /// Ids of tickets (not increment ids).
    ids: Ids,
}

impl Checked for Tickets {
    fn check(&self, faults: &mut Faults) {
        if self.ids.as_slice().is_empty() {
            faults.add("ids", "input.required");
        }
    }
}

answer_keys!(
    /// The tickets that a workflow was applied to.
    pub(super) WorkflowRun { "message": String, "ids": Vec<i64> }
);

pub(super) fn run(
    change: &mut Change<'_>,
    PathId(id): PathId,
    kind: Option<PathText>,
    Body(tickets): Body<Tickets>,
) -> Result<MessageReply<Warned<WorkflowRun>>> {
    let row = api::named(change.view(), id, kind)?;
    if row.kind != Kind::Manual {
        return Err(Error::NotFound("workflow"));
    }
    if !row.is_active {
        return Err(Error::conflict("workflow.inactive"));
    }
    let (mut done, mut missing, mut unfit) = (Vec::new(), Vec::new(), Vec::new());
    for id in tickets.ids.as_slice() {
        match ticket::by_id(change.view(), change.who(), *id)? {
            None => missing.push(id.to_string()),
            Some(ticket) if engine::apply(change, row.id, &ticket)? => done.push(ticket.id),
            Some(ticket) => unfit.push(ticket.increment_id.to_string()),
        }
    }
    if missing.len() == tickets.ids.as_slice().len() {
        return Err(Error::NotFound("ticket"));
    }
    let reply = MessageReply::new("workflow.run").with("ids", done)?.last();
    Ok(match left_out(&missing, &unfit) {
        Some(warning) => reply.warning(warning),
        None => reply,
    })
}

/// What is said of the tickets that were not found, and of those whose conditions fail.
fn left_out(missing: &[String], unfit: &[String]) -> Option<Message> {
    let key = match (missing.is_empty(), unfit.is_empty()) {
        (true, true) => return None,
        (false, true) => "ticket.mass.missing",
        (true, false) => "workflow.conditions_fail",
        (false, false) => "workflow.left_out",
    };
    Some(
        Message::new(key)
            .with("ids", missing.join(", "))
            .with("numbers", unfit.join(", ")),
    )
}
