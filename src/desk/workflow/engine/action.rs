//! What a workflow does to a ticket, a task or a person: by the verbs that requests are made of.

use serde_json::Value;

use super::happening::Happening;
use super::store::Step;
use super::{Subject, acting, mail, round_robin};
use crate::base::db::Change;
use crate::base::error::{Error, Result};
use crate::base::event::Property;
use crate::base::html::RichText;
use crate::base::placeholder::Template;
use crate::base::who::Who;
use crate::desk::thread::{self, NewReply};
use crate::desk::thread_model::ThreadType;
use crate::desk::ticket::heir::Heir;
use crate::desk::ticket::{self, Ticket};
use crate::desk::workflow::choice::{Choice, PERFORMING, ROUND_ROBIN};
use crate::desk::{placeholder, status, tag};

/// An action that could not be done: the key of why.
#[derive(Debug)]
pub(super) struct Skipped(pub(super) &'static str);

/// What it names is gone or inactive.
pub(super) const GONE: &str = "workflow.error.gone";

/// Does one step; answers why not, where it could not be done.
pub(super) fn perform(
    change: &mut Change<'_>,
    workflow: i64,
    happening: &Happening,
    step: &Step,
) -> Result<Option<Skipped>> {
    if step.code.starts_with("mail_") {
        return mail::mail(change, workflow, happening, step);
    }
    let done = match happening.subject {
        // Nothing is done to a ticket that is gone.
        Subject::Ticket(id) => match ticket::by_id(change.view(), &Who::desk(), id)? {
            Some(ticket) => to_ticket(change, &ticket, step),
            None => Ok(None),
        },
        Subject::Agent(user) => transfer(change, workflow, user, &step.value),
        Subject::Task(_) | Subject::Customer(_) => Ok(None),
    };
    match done {
        // What the verbs refuse, they refuse before they change anything.
        Err(Error::Invalid(_) | Error::NotFound(_) | Error::Conflict(_)) => Ok(Some(Skipped(GONE))),
        done => done,
    }
}

fn to_ticket(change: &mut Change<'_>, ticket: &Ticket, step: &Step) -> Result<Option<Skipped>> {
    if let Some(property) = property_of(&step.code) {
        return set(change, ticket, property, &step.value);
    }
    let id = step.value.as_i64().unwrap_or_default();
    match step.code.as_str() {
        "tag" => {
            if !Choice::Tag.has(change.view(), id)? {
                return Ok(Some(Skipped(GONE)));
            }
            if tag::add_to_ticket(change, ticket.id, id)? {
                ticket::change::touch(change, ticket.id)?;
            }
        }
        "label" => {
            ticket::change::add_label(change, ticket, id)?;
        }
        "note" => say(change, &Who::desk(), ticket, ThreadType::Note, &step.value)?,
        "reply" => {
            let who = change.who().clone();
            say(change, &who, ticket, ThreadType::Reply, &step.value)?;
        }
        "mark_spam" => ticket::change::set(change, ticket, Property::Status, Some(status::SPAM))?,
        "delete_ticket" => ticket::change::trash(change, ticket)?,
        other => return Err(Error::internal(format!("no workflow does {other}"))),
    }
    Ok(None)
}

/// The property that an action of this name sets.
pub(super) fn property_of(code: &str) -> Option<Property> {
    Some(match code {
        "priority" => Property::Priority,
        "type" => Property::Type,
        "status" => Property::Status,
        "assign_agent" => Property::Agent,
        "assign_group" => Property::Group,
        "assign_team" => Property::Team,
        _ => return None,
    })
}

fn set(
    change: &mut Change<'_>,
    ticket: &Ticket,
    property: Property,
    value: &Value,
) -> Result<Option<Skipped>> {
    let id = match value.as_str() {
        Some(word) if word == PERFORMING.code => match acting(change.who()) {
            Some(agent) => agent,
            None => return Ok(Some(Skipped("workflow.error.nobody_acts"))),
        },
        Some(word) if word == ROUND_ROBIN.code => match round_robin::next(change, ticket)? {
            Ok(agent) => agent,
            Err(skipped) => return Ok(Some(skipped)),
        },
        _ => value.as_i64().unwrap_or_default(),
    };
    let value = ticket::change::check(change.view(), property, id, "value")?;
    ticket::change::set(change, ticket, property, value)?;
    Ok(None)
}

/// Says something in a ticket, with its placeholders filled.
fn say(
    change: &mut Change<'_>,
    who: &Who,
    ticket: &Ticket,
    thread_type: ThreadType,
    value: &Value,
) -> Result<()> {
    let facts = placeholder::of_ticket(change.view(), ticket)?;
    let words = Template::read(value.as_str().unwrap_or_default())
        .map(|template| template.filled(|name| facts.find(name)));
    // Nothing is said where every placeholder stands for nothing.
    let Some(message) = words.as_deref().and_then(RichText::read) else {
        return Ok(());
    };
    let reply = NewReply {
        thread_type,
        message,
        status: None,
        to: Vec::new(),
        source: "workflow",
        files: Vec::new(),
    };
    thread::say(change, who, ticket, reply).map(|_| ())
}

/// Gives the tickets of a removed agent to another.
fn transfer(
    change: &mut Change<'_>,
    workflow: i64,
    from: i64,
    value: &Value,
) -> Result<Option<Skipped>> {
    let to = match value.as_str() {
        Some(_) => match acting(change.who()) {
            Some(agent) => agent,
            None => return Ok(Some(Skipped("workflow.error.nobody_acts"))),
        },
        None => value.as_i64().unwrap_or_default(),
    };
    if to == from || !Choice::Agent.has(change.view(), to)? {
        return Ok(Some(Skipped(GONE)));
    }
    ticket::heir::name(
        change,
        from,
        Heir {
            agent: to,
            workflow,
        },
    )?;
    Ok(None)
}
