//! Workflows at work: what an event sets off runs inside the transaction of that event, each in a
//! savepoint of its own, with the desk's power. A person's change stands whatever becomes of it.

mod action;
mod facts;
mod happening;
mod mail;
mod preview;
mod recipients;
mod round_robin;
mod store;

pub(super) use preview::{Trial, try_on};
pub(super) use store::resume;

use std::cell::RefCell;

use self::action::Skipped;
use self::facts::Facts;
use self::happening::Happening;
use crate::base::cause::Cause;
use crate::base::db::{Change, Outcome};
use crate::base::error::{Message, Result};
use crate::base::event::Event;
use crate::base::who::Who;
use crate::desk::ticket::Ticket;

/// What a workflow acts on, and because of what.
#[derive(Debug, Clone, Copy)]
enum Subject {
    Ticket(i64),
    Task(i64),
    Agent(i64),
    Customer(i64),
}

/// Runs what an event sets off, in order: each sees what the one before it did.
pub fn follow(change: &mut Change<'_>, event: &Event, event_id: i64) -> Result<()> {
    let Some(happening) = happening::of(change.view(), event, event_id)? else {
        return Ok(());
    };
    let mut facts = Facts::of(happening.subject);
    for candidate in store::set_off_by(change.view(), happening.entity, happening.trigger)? {
        if facts.hold(change.view(), &candidate.conditions)? {
            run(change, candidate.id, &happening)?;
            facts = Facts::of(happening.subject);
        }
    }
    Ok(())
}

/// Applies a manual workflow to a ticket; whether its conditions hold, and so it was done.
pub(super) fn apply(change: &mut Change<'_>, workflow: i64, ticket: &Ticket) -> Result<bool> {
    let conditions = store::conditions(change.view(), workflow)?;
    let happening = Happening::by_hand(ticket.id);
    if !Facts::of(happening.subject).hold(change.view(), &conditions)? {
        return Ok(false);
    }
    run(change, workflow, &happening)?;
    Ok(true)
}

/// Does what a workflow does. What fails is undone, what cannot be done is left out, and either is
/// kept as the workflow's last error.
fn run(change: &mut Change<'_>, workflow: i64, happening: &Happening) -> Result<()> {
    let skipped = RefCell::new(None);
    let outcome = change.caused_by(Cause::Workflow(workflow), |change| {
        for step in store::actions(change.view(), workflow)? {
            if let Some(Skipped(why)) = action::perform(change, workflow, happening, &step)? {
                let message = Message::new("workflow.error.skipped")
                    .with("action", &step.code)
                    .with_key("why", why);
                skipped.replace(Some(message));
            }
        }
        Ok(())
    })?;
    let error = match outcome {
        Outcome::Stopped => {
            return store::note_error(change, workflow, &"workflow.error.chain".into());
        }
        Outcome::Done(()) => skipped.take(),
        Outcome::Failed(error) => {
            tracing::error!(workflow, %error, "a workflow failed, and was undone");
            Some("workflow.error.failed".into())
        }
    };
    store::note_run(change, workflow)?;
    error.map_or(Ok(()), |error| store::note_error(change, workflow, &error))
}

/// The agent by whose doing this happens, where one's is.
fn acting(who: &Who) -> Option<i64> {
    (who.is_agent() && who.id != 0).then_some(who.id)
}
