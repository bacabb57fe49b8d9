//! What a workflow is to be: the body of a request, joined with what is stored where it
//! leaves something out, judged as a whole. Nobody stores what they could not do by hand.

use super::sent::WorkflowBody;
use super::store::{self, Stored};
use super::validate::{ActionStep, ConditionStep, EventStep, Uses, Validator};
use super::{Entity, Kind};
use crate::base::db::{Change, View};
use crate::base::error::{Error, Faults, Message, Result};
use crate::base::input::{Patch, Text};
use crate::base::who::{TicketView, Who};

/// The most workflows of one kind.
const MOST: i64 = 500;

/// What a workflow is to be.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) is_active: bool,
    pub(super) events: Vec<EventStep>,
    pub(super) conditions: Vec<ConditionStep>,
    pub(super) actions: Vec<ActionStep>,
    pub(super) uses: Uses,
}

/// Stores a new workflow; answers its id.
pub fn store_new(change: &mut Change<'_>, new: WorkflowBody) -> Result<i64> {
    let kind = new.kind();
    let kind = kind.ok_or_else(|| Error::invalid("type", "input.required"))?;
    let new = define(change.view(), new, kind, Stored::nothing())?;
    store::insert(change, &new)
}

/// The definition of a workflow of this kind, made of what is stored and what was sent.
pub(super) fn define(
    view: &View<'_>,
    body: WorkflowBody,
    kind: Kind,
    before: Stored,
) -> Result<Definition> {
    may_store(view.who(), kind)?;
    store::refuse_taken_name(view, kind, body.name.as_str(), before.id)?;
    if before.kind != Some(kind) && store::count(view, kind)? >= MOST {
        let message = Message::new("workflow.too_many").with("max", MOST);
        return Err(Error::Conflict(message));
    }
    let is_active = body.is_active().unwrap_or(before.is_active);
    // What is kept is judged anew: it may not fit what is new beside it.
    let events = match (body.events, kind) {
        (Patch::Absent, Kind::Automatic) => before.events,
        (given, _) => given.value().unwrap_or_default(),
    };
    let conditions = match body.conditions {
        Patch::Absent => before.conditions,
        given => given.value().unwrap_or_default(),
    };
    let mut judge = Validator::new(view, store::uses(view, before.id)?)?;
    let mut defined = Definition {
        kind,
        name: body.name.into_string(),
        description: match body.description {
            Patch::Absent => before.description,
            given => given.value().map(Text::into_string).unwrap_or_default(),
        },
        is_active,
        events: judge.events(events.as_slice()),
        conditions: Vec::new(),
        actions: Vec::new(),
        uses: Uses::new(),
    };
    // Without an entity nobody can say what is wrong with the rest.
    if let Some(entity) = entity_of(kind, &defined.events, &mut judge.faults) {
        defined.conditions = judge.conditions(entity, conditions.as_slice())?;
        defined.actions = judge.actions(kind, entity, &defined.events, body.actions.as_slice())?;
        if defined.actions.is_empty() && judge.faults.is_empty() {
            judge.faults.add("actions", "input.required");
        }
    }
    judge.faults.or_invalid()?;
    defined.uses = judge.uses;
    refuse_beyond(view.who(), &defined.actions)?;
    Ok(defined)
}

/// What the workflow is about. A manual one is applied to a ticket and has no events; an
/// automatic one has some.
fn entity_of(kind: Kind, events: &[EventStep], faults: &mut Faults) -> Option<Entity> {
    let first = events.first().map(|event| event.trigger.entity);
    match (kind, first) {
        (Kind::Manual, Some(_)) => faults.add("events", "workflow.manual_has_no_events"),
        (Kind::Automatic, None) if faults.is_empty() => faults.add("events", "input.required"),
        _ => {}
    }
    match kind {
        Kind::Manual => Some(Entity::Ticket),
        Kind::Automatic => first,
    }
}

/// 403 unless `who` manages workflows of this kind. An automatic one reaches every ticket,
/// so it takes somebody who sees every ticket: else it could show them, or give them, what
/// is out of their sight.
fn may_store(who: &Who, kind: Kind) -> Result<()> {
    who.need(kind.privilege())?;
    let sees_all = who.is_admin() || who.ticket_view == TicketView::All;
    if kind == Kind::Automatic && !sees_all {
        return Err(Error::Forbidden(Message::new("workflow.needs_all_tickets")));
    }
    Ok(())
}

/// 403 with an action that is beyond `who`. Actions that were there before count too:
/// whoever changes when they are done decides that they are done.
fn refuse_beyond(who: &Who, actions: &[ActionStep]) -> Result<()> {
    for step in actions {
        if let Some(privilege) = step.action.privilege.filter(|one| !who.may(*one)) {
            let message = Message::new("workflow.action_beyond")
                .with("action", step.action.code)
                .with("privilege", privilege.code());
            return Err(Error::Forbidden(message));
        }
    }
    Ok(())
}
