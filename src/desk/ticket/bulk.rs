//! The mass operations: each does what it can in one transaction, and names the tickets that it
//! did not find. Deleting takes everything along that hangs on a ticket, and so goes on in
//! transactions of its own where there are many.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::change;
use super::store::{self, Ticket};
use crate::base::db::Change;
use crate::base::error::{Error, Faults, Message, Result};
use crate::base::event::Property;
use crate::base::input::{Ids, Int, Optional};
use crate::base::job::{Job, Progress};
use crate::desk::label;
use crate::web::answer_keys::{Told, Warned, answer_keys};
use crate::web::extract::{Body, Checked};
use crate::web::reply::MessageReply;

/// The tickets meant.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Tickets {
    /// Ids of tickets (not increment ids).
    ids: Ids,
}

/// Tickets, and the status that they get.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketsStatus {
    /// Ids of tickets (not increment ids).
    ids: Ids,
    /// 1 to 6.
    status_id: Int,
}

/// Tickets, and the status that they get where one is named.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketsRestored {
    /// Ids of tickets (not increment ids).
    ids: Ids,
    /// 1 to 6; the status stays without it.
    #[serde(default)]
    status_id: Optional<Int>,
}

/// Tickets, and the priority that they get.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketsPriority {
    /// Ids of tickets (not increment ids).
    ids: Ids,
    /// 1 to 4.
    priority_id: Int,
}

/// Tickets, and the label that they get.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketsLabel {
    /// Ids of tickets (not increment ids).
    ids: Ids,
    /// A label of the caller's own.
    label_id: Int,
}

/// Tickets, and the group that they get.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketsGroup {
    /// Ids of tickets (not increment ids).
    ids: Ids,
    /// A group; 0 for none.
    group_id: Int,
}

/// Tickets, and the agent that they get.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketsAgent {
    /// Ids of tickets (not increment ids).
    ids: Ids,
    /// An agent; 0 for none.
    #[serde(default)]
    agent_id: Optional<Int>,
    /// The same as `agentId`, as the documented example spells it.
    #[serde(default)]
    id: Optional<Int>,
}

impl Checked for Tickets {
    fn check(&self, faults: &mut Faults) {
        needs_ids(&self.ids, faults);
    }
}

impl Checked for TicketsStatus {
    fn check(&self, faults: &mut Faults) {
        needs_ids(&self.ids, faults);
    }
}

impl Checked for TicketsRestored {
    fn check(&self, faults: &mut Faults) {
        needs_ids(&self.ids, faults);
    }
}

impl Checked for TicketsPriority {
    fn check(&self, faults: &mut Faults) {
        needs_ids(&self.ids, faults);
    }
}

impl Checked for TicketsLabel {
    fn check(&self, faults: &mut Faults) {
        needs_ids(&self.ids, faults);
    }
}

impl Checked for TicketsGroup {
    fn check(&self, faults: &mut Faults) {
        needs_ids(&self.ids, faults);
    }
}

impl Checked for TicketsAgent {
    fn check(&self, faults: &mut Faults) {
        needs_ids(&self.ids, faults);
        if self.agent().is_none() {
            faults.add("agentId", "input.required");
        }
    }
}

impl TicketsAgent {
    fn agent(&self) -> Option<i64> {
        self.agent_id
            .as_ref()
            .or(self.id.as_ref())
            .map(|id| id.get())
    }
}

fn needs_ids(ids: &Ids, faults: &mut Faults) {
    if ids.as_slice().is_empty() {
        faults.add("ids", "input.required");
    }
}

answer_keys!(
    /// Tickets that are gone, by their ids with commas.
    pub(super) TicketsDeleted { "message": String, "deletedTickets": String }
);

pub(super) fn delete(
    change: &mut Change<'_>,
    Body(body): Body<Tickets>,
) -> Result<MessageReply<Warned<TicketsDeleted>>> {
    let mut done = each(change, &body.ids, |_, _| Ok(()))?;
    let mut named = HashSet::new();
    done.found.retain(|id| named.insert(*id));
    let mut slice = change.slice();
    let deletion = change::delete_some(change, &done.found, &mut slice)?;
    if let Progress::Left(tickets) = deletion {
        change.enqueue(&Job::DeleteTickets { tickets })?;
    }
    let deleted = joined(&done.found);
    done.said("ticket.mass.deleted")
        .with("deletedTickets", deleted)
        .map(MessageReply::last)
}

pub(super) fn trash(
    change: &mut Change<'_>,
    Body(body): Body<Tickets>,
) -> Result<MessageReply<Warned<Told>>> {
    Ok(each(change, &body.ids, change::trash)?.said("ticket.mass.trashed"))
}

pub(super) fn restore(
    change: &mut Change<'_>,
    Body(body): Body<TicketsRestored>,
) -> Result<MessageReply<Warned<Told>>> {
    let status = body.status_id.as_ref().map(|status| status.get());
    if let Some(status) = status {
        change::may_change(change.who(), Property::Status)?;
        change::check(change.view(), Property::Status, status, "statusId")?;
    }
    let done = each(change, &body.ids, |change, ticket| {
        change::restore(change, ticket)?;
        change::set_if_some(change, ticket, Property::Status, status)
    })?;
    Ok(done.said("ticket.mass.restored"))
}

pub(super) fn status(
    change: &mut Change<'_>,
    Body(body): Body<TicketsStatus>,
) -> Result<MessageReply<Warned<Told>>> {
    let status = change::check(
        change.view(),
        Property::Status,
        body.status_id.get(),
        "statusId",
    )?;
    Ok(set_each(change, &body.ids, Property::Status, status)?.said("ticket.mass.status"))
}

pub(super) fn priority(
    change: &mut Change<'_>,
    Body(body): Body<TicketsPriority>,
) -> Result<MessageReply<Warned<Told>>> {
    let priority = change::check(
        change.view(),
        Property::Priority,
        body.priority_id.get(),
        "priorityId",
    )?;
    Ok(set_each(change, &body.ids, Property::Priority, priority)?.said("ticket.mass.priority"))
}

pub(super) fn group(
    change: &mut Change<'_>,
    Body(body): Body<TicketsGroup>,
) -> Result<MessageReply<Warned<Told>>> {
    let group = change::check(
        change.view(),
        Property::Group,
        body.group_id.get(),
        "groupId",
    )?;
    Ok(set_each(change, &body.ids, Property::Group, group)?.said("ticket.mass.group"))
}

pub(super) fn agent(
    change: &mut Change<'_>,
    Body(body): Body<TicketsAgent>,
) -> Result<MessageReply<Warned<Told>>> {
    let agent = body.agent().unwrap_or(0);
    let agent = change::check(change.view(), Property::Agent, agent, "agentId")?;
    Ok(set_each(change, &body.ids, Property::Agent, agent)?.said("ticket.mass.agent"))
}

pub(super) fn label(
    change: &mut Change<'_>,
    Body(body): Body<TicketsLabel>,
) -> Result<MessageReply<Warned<Told>>> {
    let own = label::own(change.view(), body.label_id.get())?;
    let own = own.ok_or_else(|| Error::invalid("labelId", "ticket.unknown_label"))?;
    let done = each(change, &body.ids, |change, ticket| {
        change::add_label(change, ticket, own.id)
    })?;
    Ok(done.said("ticket.mass.label"))
}

/// What a mass operation came to.
struct Done {
    found: Vec<i64>,
    missing: Vec<i64>,
}

impl Done {
    /// The answer, with a warning that names what was not found.
    fn said<K>(&self, key: &'static str) -> MessageReply<K> {
        let said = MessageReply::new(key);
        if self.missing.is_empty() {
            return said;
        }
        let warning = Message::new("ticket.mass.missing").with("ids", joined(&self.missing));
        said.warning(warning)
    }
}

fn joined(ids: &[i64]) -> String {
    let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
    ids.join(",")
}

fn set_each(
    change: &mut Change<'_>,
    ids: &Ids,
    property: Property,
    value: Option<i64>,
) -> Result<Done> {
    each(change, ids, |change, ticket| {
        change::set(change, ticket, property, value)
    })
}

/// Does `verb` to every ticket of `ids` that the caller sees.
fn each(
    change: &mut Change<'_>,
    ids: &Ids,
    mut verb: impl FnMut(&mut Change<'_>, &Ticket) -> Result<()>,
) -> Result<Done> {
    let mut done = Done {
        found: Vec::new(),
        missing: Vec::new(),
    };
    for id in ids.as_slice() {
        if let Some(ticket) = store::by_id(change.view(), change.who(), *id)? {
            verb(change, &ticket)?;
            done.found.push(*id);
        } else {
            done.missing.push(*id);
        }
    }
    Ok(done)
}
