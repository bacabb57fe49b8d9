//! What a workflow would do to the tickets that there are, without doing it.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::action::property_of;
use super::facts::Facts;
use super::happening::Happening;
use super::store::{self, Step};
use super::{acting, round_robin};
use crate::base::db::{View, named_params};
use crate::base::error::Result;
use crate::base::event::Property;
use crate::base::html;
use crate::desk::status;
use crate::desk::ticket::{self, Ticket};
use crate::desk::workflow::Entity;
use crate::desk::workflow::choice::{PERFORMING, ROUND_ROBIN};
use crate::desk::workflow::vocabulary;

/// How many tickets are shown.
const SHOWN: usize = 50;

/// How much of a text is shown, in characters.
const EXCERPT: usize = 80;

/// What a workflow would do.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::desk::workflow) struct Trial {
    /// How many tickets were looked at, the newest first; none of the trash, and no spam.
    tried: i64,
    /// Of how many of them the conditions hold, and something would change.
    matched: i64,
    /// The newest of these, 50 at most.
    tickets: Vec<TriedTicket>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TriedTicket {
    id: i64,
    increment_id: i64,
    subject: String,
    changes: Vec<TriedChange>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TriedChange {
    /// The name of the action.
    action: &'static str,
    /// What it would do, in the caller's language.
    text: String,
}

/// Tries a workflow on the newest tickets in the caller's sight.
pub(in crate::desk::workflow) fn try_on(
    view: &View<'_>,
    workflow: i64,
    limit: i64,
) -> Result<Trial> {
    let conditions = store::conditions(view, workflow)?;
    let steps = store::actions(view, workflow)?;
    let mut trial = Trial {
        tried: 0,
        matched: 0,
        tickets: Vec::new(),
    };
    for ticket in ticket::newest(view, view.who(), limit)? {
        trial.tried += 1;
        if !Facts::of(Happening::by_hand(ticket.id).subject).hold(view, &conditions)? {
            continue;
        }
        let mut changes = Vec::new();
        for step in &steps {
            changes.extend(preview(view, &ticket, step)?);
        }
        if changes.is_empty() {
            continue;
        }
        trial.matched += 1;
        if trial.tickets.len() < SHOWN {
            trial.tickets.push(TriedTicket {
                id: ticket.id,
                increment_id: ticket.increment_id,
                subject: ticket.subject,
                changes,
            });
        }
    }
    Ok(trial)
}

/// What a step would change of a ticket, where it would change something.
fn preview(view: &View<'_>, ticket: &Ticket, step: &Step) -> Result<Option<TriedChange>> {
    let Some(action) = vocabulary::action(Entity::Ticket, &step.code) else {
        return Ok(None);
    };
    let value = match property_of(&step.code) {
        Some(property) => set(view, ticket, property, &step.value)?,
        None => other(view, ticket, step)?,
    };
    let label = view.locale().text(action.label);
    Ok(value.map(|value| TriedChange {
        action: action.code,
        text: if value.is_empty() {
            label.to_owned()
        } else {
            format!("{label}: {value}")
        },
    }))
}

/// What a property would become.
fn set(
    view: &View<'_>,
    ticket: &Ticket,
    property: Property,
    value: &Value,
) -> Result<Option<String>> {
    let id = match value.as_str() {
        Some(word) if word == PERFORMING.code => acting(view.who()),
        Some(word) if word == ROUND_ROBIN.code => match ticket.group {
            Some(group) => round_robin::whose_turn(view, ticket, group)?,
            None => None,
        },
        _ => value.as_i64(),
    };
    let Some(id) = id else { return Ok(None) };
    // What cannot be set is left out when the workflow runs, and so changes nothing.
    let Ok(becomes) = ticket::change::check(view, property, id, "value") else {
        return Ok(None);
    };
    if ticket::change::current(ticket, property) == becomes {
        return Ok(None);
    }
    let Some(id) = becomes else {
        return Ok(Some(view.locale().text("workflow.none").to_owned()));
    };
    let locale = view.locale();
    let name = match property {
        Property::Status => status::status_name(id, locale).map(str::to_owned),
        Property::Priority => status::priority_name(id, locale).map(str::to_owned),
        Property::Type => named(view, "SELECT name FROM ticket_type WHERE id = :id", id)?,
        Property::Group => named(view, "SELECT name FROM \"group\" WHERE id = :id", id)?,
        Property::Team => named(view, "SELECT name FROM team WHERE id = :id", id)?,
        _ => named(
            view,
            "SELECT name FROM profile WHERE user_id = :id AND side = 'agent'",
            id,
        )?,
    };
    Ok(Some(name.unwrap_or_else(|| id.to_string())))
}

/// What any other action would do.
fn other(view: &View<'_>, ticket: &Ticket, step: &Step) -> Result<Option<String>> {
    let id = step.value.as_i64().unwrap_or_default();
    let is_on = |sql: &str| -> Result<bool> {
        let found: i64 = view.one(sql, named_params! { ":ticket": ticket.id, ":id": id })?;
        Ok(found > 0)
    };
    Ok(match step.code.as_str() {
        "tag" => {
            let sql = "SELECT count(*) FROM ticket_tag WHERE ticket_id = :ticket AND tag_id = :id";
            let name = named(view, "SELECT name FROM tag WHERE id = :id", id)?;
            name.filter(|_| !matches!(is_on(sql), Ok(true)))
        }
        "label" => {
            let sql =
                "SELECT count(*) FROM ticket_label WHERE ticket_id = :ticket AND label_id = :id";
            let name = named(view, "SELECT name FROM label WHERE id = :id", id)?;
            name.filter(|_| !matches!(is_on(sql), Ok(true)))
        }
        "note" | "reply" => {
            let text = html::text_of(step.value.as_str().unwrap_or_default());
            Some(html::excerpt(&text, EXCERPT))
        }
        "mark_spam" => (ticket.status != status::SPAM).then(String::new),
        "delete_ticket" => (!ticket.is_trashed).then(String::new),
        _ => {
            let template = step.value.get("value").unwrap_or(&step.value).as_i64();
            named(
                view,
                "SELECT name FROM email_template WHERE id = :id",
                template.unwrap_or_default(),
            )?
        }
    })
}

fn named(view: &View<'_>, sql: &str, id: i64) -> Result<Option<String>> {
    view.maybe(sql, named_params! { ":id": id })
}
