//! What a workflow is to be: the body of a request, joined with what is stored where it
//! leaves something out, judged as a whole. Nobody stores what they could not do by hand.

use super::judge::{ActionStep, ConditionStep, EventStep, Judge, Uses};
use super::sent::WorkflowBody;
use super::store::{self, Stored};
use super::{Entity, Kind};
use crate::base::db::{Change, View};
use crate::base::error::{Error, Faults, Message, Result};
use crate::base::input::{Given, Map, Text};
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
    let kind = new
        .kind()
        .ok_or_else(|| Error::invalid("type", "input.required"))?;
    let new = define(change.view(), new, kind, None)?;
    if store::count(change.view(), kind)? >= MOST {
        return Err(Error::Conflict(
            Message::new("workflow.too_many").with("max", MOST),
        ));
    }
    store::insert(change, &new)
}

/// The definition of a workflow of this kind, new or made of `before`.
pub(super) fn define(
    view: &View<'_>,
    body: WorkflowBody,
    kind: Kind,
    before: Option<Stored>,
) -> Result<Definition> {
    may_store(view.who(), kind)?;
    let id = before.as_ref().map(|before| before.id);
    let known = id.map_or_else(|| Ok(Vec::new()), |id| store::uses(view, id))?;
    store::refuse_taken_name(view, kind, body.name.as_str(), id.unwrap_or_default())?;
    let is_active = body.is_active();
    let (was_active, description, events, conditions) = match before {
        None => (true, String::new(), Map::default(), Map::default()),
        Some(before) => (
            before.is_active,
            before.description,
            before.events,
            before.conditions,
        ),
    };
    // What was stored is judged anew: it may not fit what is new beside it.
    let events = match (body.events, kind) {
        (Given::Absent, Kind::Automatic) => events,
        (given, _) => given.value().unwrap_or_default(),
    };
    let conditions = match body.conditions {
        Given::Absent => conditions,
        given => given.value().unwrap_or_default(),
    };
    let mut judge = Judge::new(view, known)?;
    let events = judge.events(events.as_slice());
    match (kind, events.is_empty(), judge.faults.is_empty()) {
        (Kind::Automatic, true, true) => judge.faults.add("events", "input.required"),
        (Kind::Manual, false, _) => judge.faults.add("events", "workflow.manual_has_no_events"),
        _ => {}
    }
    let entity = match kind {
        Kind::Manual => Some(Entity::Ticket),
        Kind::Automatic => events.first().map(|event| event.trigger.entity),
    };
    let mut defined = Definition {
        kind,
        name: body.name.into_string(),
        description: match body.description {
            Given::Absent => description,
            given => given.value().map(Text::into_string).unwrap_or_default(),
        },
        is_active: is_active.unwrap_or(was_active),
        events,
        conditions: Vec::new(),
        actions: Vec::new(),
        uses: Uses::new(),
    };
    // Without an entity nobody can say what is wrong with the rest.
    if let Some(entity) = entity {
        defined.conditions = judge.conditions(entity, conditions.as_slice())?;
        defined.actions = judge.actions(entity, &defined.events, body.actions.as_slice())?;
        if defined.actions.is_empty() && judge.faults.is_empty() {
            judge.faults.add("actions", "input.required");
        }
    }
    let Judge { uses, faults, .. } = judge;
    refuse(faults, view.who(), &defined.actions)?;
    defined.uses = uses;
    Ok(defined)
}

/// 403 unless `who` manages workflows of this kind. An automatic one reaches every ticket, so it takes
/// somebody who sees every ticket: else it could show them, or give them, what is out of
/// their sight.
fn may_store(who: &Who, kind: Kind) -> Result<()> {
    who.need(kind.privilege())?;
    let sees_all = who.is_admin() || who.ticket_view == TicketView::All;
    if kind == Kind::Automatic && !sees_all {
        return Err(Error::Forbidden(Message::new("workflow.needs_all_tickets")));
    }
    Ok(())
}

/// 400 with what is wrong; 403 with an action that is beyond `who`. Actions that were
/// there before count too: whoever changes when they are done decides that they are done.
fn refuse(faults: Faults, who: &Who, actions: &[ActionStep]) -> Result<()> {
    faults.or_invalid()?;
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
