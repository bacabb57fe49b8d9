//! What an editor of workflows offers: the vocabulary in the caller's language, and the
//! options that its rows draw on.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::choice::{Choice, Keyword};
use super::validate::{code_of, compared_as};
use super::vocabulary::{self, ACTIONS, Action, CONDITIONS, Compared, Condition, Takes};
use super::{Entity, Kind};
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::locale::Locale;
use crate::desk::custom_field::{self, ComparedField};
use crate::web::reply::Json;

/// Everything that a workflow is made of.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Options {
    /// What can set an automatic workflow off. A manual one is about a ticket.
    events: Vec<EventOptions>,
    conditions: Vec<ConditionOptions>,
    actions: Vec<ActionOptions>,
    /// The lists that conditions and actions name.
    #[serde(rename = "options")]
    lists: BTreeMap<&'static str, Vec<Named>>,
}

/// What can happen to one kind of thing.
#[derive(Debug, Serialize, JsonSchema)]
struct EventOptions {
    event: &'static str,
    name: String,
    triggers: Vec<TriggerOptions>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TriggerOptions {
    trigger: &'static str,
    name: String,
}

/// What can be asked.
#[derive(Debug, Serialize, JsonSchema)]
struct ConditionOptions {
    #[serde(rename = "type")]
    kind: String,
    name: String,
    /// Events after which it can be asked.
    events: Vec<&'static str>,
    /// text, number, date, time, datetime or option.
    takes: &'static str,
    matches: Vec<MatchOptions>,
    /// The list that the value is one of.
    options: Option<&'static str>,
    /// What the value can be beside those of the list.
    choices: Vec<Named>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct MatchOptions {
    #[serde(rename = "match")]
    code: &'static str,
    name: String,
}

/// What can be done.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ActionOptions {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    /// The event that it can follow.
    event: &'static str,
    /// The one type of workflows that can do it, 0 manual or 1 automatic; null where both can.
    #[serde(rename = "kind")]
    only: Option<i64>,
    /// Triggers that it cannot follow.
    not_after: &'static [&'static str],
    /// nothing, message, option, or mail: `{"for": […], "value": template}`.
    takes: &'static str,
    /// The list that the value, or for a mail each recipient, is one of.
    options: Option<&'static str>,
    /// What it can be beside those of the list.
    choices: Vec<Named>,
    /// Whether the caller may store it.
    is_allowed: bool,
}

/// An option.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "WorkflowOption")]
struct Named {
    /// An id, or a word.
    id: Value,
    name: String,
}

pub(super) fn show(view: &View<'_>) -> Result<Json<Options>> {
    let locale = view.locale();
    let fields = custom_field::comparable(view, &[])?;
    let fields = fields.into_iter().map(|field| on_field(field, locale));
    let mut options = BTreeMap::new();
    for choice in Choice::ALL.iter().copied() {
        let listed = choice.options(view)?.into_iter();
        options.insert(
            choice.code(),
            listed.map(|(id, name)| Named { id, name }).collect(),
        );
    }
    Ok(Json(Options {
        events: Entity::ALL
            .iter()
            .map(|entity| events(*entity, locale))
            .collect(),
        conditions: CONDITIONS
            .iter()
            .map(|row| condition(row, locale))
            .chain(fields)
            .collect(),
        actions: ACTIONS.iter().map(|row| action(view, row)).collect(),
        lists: options,
    }))
}

fn events(entity: Entity, locale: Locale) -> EventOptions {
    let triggers = vocabulary::triggers_of(entity).map(|row| TriggerOptions {
        trigger: row.code,
        name: locale.text(row.label).into(),
    });
    EventOptions {
        event: entity.code(),
        name: locale.text(entity.label()).into(),
        triggers: triggers.collect(),
    }
}

fn condition(row: &Condition, locale: Locale) -> ConditionOptions {
    let (options, choices) = match row.compared {
        Compared::OneOf(choice, keywords) => (Some(choice.code()), words(keywords, locale)),
        _ => (None, Vec::new()),
    };
    ConditionOptions {
        kind: row.code.to_owned(),
        name: locale.text(row.label).into(),
        events: row.entities.iter().map(|entity| entity.code()).collect(),
        takes: row.compared.code(),
        matches: matches(row.compared, locale),
        options,
        choices,
    }
}

fn on_field(field: ComparedField, locale: Locale) -> ConditionOptions {
    let compared = compared_as(field.comparable);
    let named = |(id, name): (i64, String)| Named {
        id: id.into(),
        name,
    };
    ConditionOptions {
        kind: code_of(field.id),
        name: field.name,
        events: vec![Entity::Ticket.code()],
        takes: compared.code(),
        matches: matches(compared, locale),
        options: None,
        choices: field.options.into_iter().map(named).collect(),
    }
}

fn matches(compared: Compared, locale: Locale) -> Vec<MatchOptions> {
    let named = compared.matches().iter().map(|one| MatchOptions {
        code: one.code(),
        name: locale.text(one.label()).into(),
    });
    named.collect()
}

fn action(view: &View<'_>, row: &Action) -> ActionOptions {
    let locale = view.locale();
    let (options, choices) = match row.takes {
        Takes::Nothing | Takes::Message => (None, Vec::new()),
        Takes::OneOf(choice, keywords) | Takes::Mail(choice, keywords) => {
            (Some(choice.code()), words(keywords, locale))
        }
    };
    ActionOptions {
        kind: row.code,
        name: locale.text(row.label).into(),
        event: row.entity.code(),
        only: row.only.map(Kind::id),
        not_after: row.not_after,
        takes: row.takes.code(),
        options,
        choices,
        is_allowed: row
            .privilege
            .is_none_or(|privilege| view.who().may(privilege)),
    }
}

fn words(keywords: &[Keyword], locale: Locale) -> Vec<Named> {
    let named = keywords.iter().map(|keyword| Named {
        id: keyword.value(),
        name: locale.text(keyword.label).into(),
    });
    named.collect()
}
