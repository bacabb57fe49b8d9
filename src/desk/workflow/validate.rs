//! From what a client sent to what is stored: each step is looked up in the vocabulary,
//! and its value judged by the row found there. All faults are named together.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::choice::{Choice, Keyword};
use super::sent::{SentAction, SentCondition, SentEvent};
use super::vocabulary::{self, Action, Compared, Match, Takes, Trigger};
use super::{Entity, Kind};
use crate::base::db::View;
use crate::base::error::{Error, Faults, Message, Result};
use crate::base::html;
use crate::base::input::{Codes, Id, Int, LongText, Text, json as json_text, read_value};
use crate::desk::custom_field::{self, Comparable, ComparedField};

/// The longest note that a workflow writes, in bytes.
const LONGEST_NOTE: usize = 64 << 10;

/// The longest action with all that a client put into it, in bytes of JSON.
const LONGEST_ACTION: usize = 4 * LONGEST_NOTE;

/// What the steps of a workflow name by its id: kinds of `workflow_use` with ids.
pub(super) type Uses = BTreeSet<(&'static str, i64)>;

/// Something that sets a workflow off, ready to be stored.
#[derive(Debug)]
pub(super) struct EventStep {
    pub(super) trigger: &'static Trigger,
    pub(super) sent: Value,
}

/// Something that must hold, ready to be stored.
#[derive(Debug)]
pub(super) struct ConditionStep {
    pub(super) or_group: i64,
    pub(super) code: String,
    pub(super) comparison: Match,
    pub(super) value: Value,
    pub(super) sent: Value,
}

/// Something to do, ready to be stored.
#[derive(Debug)]
pub(super) struct ActionStep {
    pub(super) action: &'static Action,
    pub(super) value: Value,
    pub(super) sent: Value,
}

/// Judges the steps of one workflow.
pub(super) struct Validator<'a> {
    view: &'a View<'a>,
    /// What the workflow names already. It may go on naming what is inactive by now, and
    /// a label of whoever put it there.
    known: Vec<(String, i64)>,
    fields: Vec<ComparedField>,
    pub(super) uses: Uses,
    pub(super) faults: Faults,
}

impl<'a> Validator<'a> {
    pub(super) fn new(view: &'a View<'a>, known: Vec<(String, i64)>) -> Result<Self> {
        let fields = known.iter().filter(|(kind, _)| kind == FIELD);
        let fields: Vec<i64> = fields.map(|(_, id)| *id).collect();
        Ok(Self {
            view,
            fields: custom_field::comparable(view, &fields)?,
            known,
            uses: Uses::new(),
            faults: Faults::default(),
        })
    }

    /// The events, each once; all happen to one kind of thing, that of the first.
    pub(super) fn events(&mut self, sent: &[(i64, SentEvent)]) -> Vec<EventStep> {
        let mut steps: Vec<EventStep> = Vec::new();
        for (place, event) in sent.iter().filter(|(_, event)| !event.is_blank()) {
            let (entity, trigger) = event.names();
            let Some(entity) = Entity::from_code(&entity.to_ascii_lowercase()) else {
                let known = Entity::ALL.iter().map(|entity| entity.code());
                self.faults
                    .add(format!("events[{place}].event"), one_of(known));
                continue;
            };
            let Some(trigger) = vocabulary::trigger(entity, trigger) else {
                let known = vocabulary::triggers_of(entity).map(|row| row.code);
                self.faults
                    .add(format!("events[{place}].trigger"), one_of(known));
                continue;
            };
            let first = steps.first().map_or(entity, |step| step.trigger.entity);
            if entity != first {
                let message = Message::new("workflow.one_entity").with("event", first.code());
                self.faults.add(format!("events[{place}].event"), message);
            } else if !steps.iter().any(|step| std::ptr::eq(step.trigger, trigger)) {
                steps.push(EventStep {
                    trigger,
                    sent: event.as_json(),
                });
            }
        }
        steps
    }

    /// The conditions on an entity.
    pub(super) fn conditions(
        &mut self,
        entity: Entity,
        sent: &[(i64, SentCondition)],
    ) -> Result<Vec<ConditionStep>> {
        let mut steps = Vec::new();
        for (place, condition) in sent.iter().filter(|(_, one)| !one.kind().is_empty()) {
            let at = |field: &str| format!("conditions[{place}].{field}");
            let Some((code, compared)) = self.compared(entity, condition.kind()) else {
                let known = vocabulary::conditions_of(entity).map(|row| row.code.to_owned());
                let fields = self.fields.iter().map(|field| code_of(field.id));
                let fields = fields.filter(|_| entity == Entity::Ticket);
                self.faults.add(at("type"), one_of(known.chain(fields)));
                continue;
            };
            let comparison = Match::meant(condition.comparison());
            let comparison = comparison.filter(|one| compared.matches().contains(one));
            if comparison.is_none() {
                let known = compared.matches().iter().map(|one| one.code());
                self.faults.add(at("match"), one_of(known));
            }
            let is_alternative = condition.is_alternative();
            if is_alternative.is_none() {
                self.faults.add(at("operation"), one_of(["&&", "||"]));
            }
            let value = self.compared_value(&code, compared, condition.value());
            let value = self.or_fault(&at("value"), value)?;
            steps.extend(
                comparison
                    .zip(value)
                    .map(|(comparison, value)| ConditionStep {
                        or_group: or_group(&steps, is_alternative == Some(true)),
                        code,
                        comparison,
                        value,
                        sent: condition.as_json(),
                    }),
            );
        }
        Ok(steps)
    }

    /// The actions of a kind of workflow on an entity after these triggers.
    pub(super) fn actions(
        &mut self,
        kind: Kind,
        entity: Entity,
        events: &[EventStep],
        sent: &[(i64, SentAction)],
    ) -> Result<Vec<ActionStep>> {
        let mut steps = Vec::new();
        for (place, sent) in sent.iter().filter(|(_, one)| !one.kind().is_empty()) {
            let at = |field: &str| format!("actions[{place}].{field}");
            let Some(action) = vocabulary::action(entity, sent.kind()) else {
                let known = vocabulary::actions_of(entity).map(|row| row.code);
                self.faults.add(at("type"), one_of(known));
                continue;
            };
            let mut triggers = events.iter().map(|event| event.trigger.code);
            if let Some(trigger) = triggers.find(|code| action.not_after.contains(code)) {
                let message = Message::new("workflow.no_effect_after").with("trigger", trigger);
                self.faults.add(at("type"), message);
            }
            if action.only.is_some_and(|only| only != kind) {
                self.faults.add(at("type"), "workflow.manual_only");
            }
            let shown = sent.as_json();
            if shown.to_string().len() > LONGEST_ACTION {
                let message = Message::new("input.too_long").with("max", LONGEST_ACTION);
                self.faults.add(at("value"), message);
                continue;
            }
            let value = self.taken(action.takes, sent.value());
            let value = self.or_fault(&at("value"), value)?;
            steps.extend(value.map(|value| ActionStep {
                action,
                value,
                sent: shown,
            }));
        }
        Ok(steps)
    }

    /// What a condition of this name asks of an entity, by the name that is stored.
    fn compared(&self, entity: Entity, sent: &str) -> Option<(String, Compared)> {
        if let Some(row) = vocabulary::condition(entity, sent) {
            return Some((row.code.to_owned(), row.compared));
        }
        let id = field_of(sent)?;
        let field = self.fields.iter().find(|field| field.id == id)?;
        (entity == Entity::Ticket).then(|| (code_of(id), compared_as(field.comparable)))
    }

    /// What was judged to be right; what is wrong is noted as a fault of `field`.
    fn or_fault<T>(&mut self, field: &str, judged: Result<T>) -> Result<Option<T>> {
        match judged {
            Err(Error::Invalid(faults)) => {
                for (_, message) in faults.iter() {
                    self.faults.add(field, message.clone());
                }
                Ok(None)
            }
            judged => judged.map(Some),
        }
    }

    /// The value of a condition.
    fn compared_value(&mut self, code: &str, compared: Compared, sent: Value) -> Result<Value> {
        let field = self.fields.iter().find(|field| code_of(field.id) == code);
        if let Some(field) = field {
            self.uses.insert((FIELD, field.id));
        }
        let comparable = match (compared, field) {
            (Compared::OneOf(choice, keywords), _) => return self.chosen(choice, keywords, sent),
            (Compared::FieldOption, Some(field)) => return option_of(field, sent),
            (Compared::Number, _) => Comparable::Number,
            (Compared::Date, _) => Comparable::Date,
            (Compared::Time, _) => Comparable::Time,
            (Compared::DateTime, _) => Comparable::DateTime,
            (Compared::Text | Compared::FieldOption, _) => Comparable::Text,
        };
        let text: Text<500, 1> = read(sent)?;
        comparable
            .normal(text.as_str())
            .map(Value::from)
            .map_err(wrong)
    }

    /// What an action is told.
    fn taken(&mut self, takes: Takes, sent: Value) -> Result<Value> {
        match takes {
            Takes::Nothing => Ok(Value::Null),
            Takes::OneOf(choice, keywords) => self.chosen(choice, keywords, sent),
            Takes::Mail(choice, keywords) => self.mail(choice, keywords, sent),
            Takes::Message => {
                let text: LongText<LONGEST_NOTE> = read(sent)?;
                if html::RichText::read(text.as_str()).is_none() {
                    return Err(wrong("input.required"));
                }
                Ok(text.into_string().into())
            }
        }
    }

    /// `{"for": […], "value": template}`, or the template alone for the usual recipient.
    fn mail(&mut self, choice: Choice, keywords: &[Keyword], sent: Value) -> Result<Value> {
        let sent = match sent {
            Value::String(text) if text.trim_start().starts_with('{') => {
                json_text::parse(text.as_bytes()).map_err(|_| wrong("input.json_text"))?
            }
            other => other,
        };
        let (named, template) = match sent {
            Value::Object(mut mail) => (mail.remove("for"), mail.remove("value")),
            template => (None, Some(template)),
        };
        let usual = keywords.first().map(|keyword| keyword.code);
        let named: Codes = read(named.unwrap_or_else(|| json!(usual)))?;
        if named.is_empty() {
            return Err(wrong("workflow.nobody_mailed"));
        }
        let mut recipients = Vec::new();
        for one in named.into_vec() {
            recipients.push(self.chosen(choice, keywords, one.into())?);
        }
        let template = self.chosen(Choice::Template, &[], template.unwrap_or_default())?;
        Ok(json!({ "for": recipients, "value": template }))
    }

    /// One of a list or one of some words, noted as used where it can be deleted.
    fn chosen(&mut self, choice: Choice, keywords: &[Keyword], sent: Value) -> Result<Value> {
        let text = read::<Text<100, 1>>(sent)?.into_string();
        if let Some(keyword) = keywords.iter().find(|keyword| keyword.code == text) {
            return Ok(keyword.value());
        }
        if !choice.codes().is_empty() {
            let is_known = choice.codes().contains(&text.as_str());
            return is_known
                .then(|| text.as_str().into())
                .ok_or_else(|| wrong(choice.unknown(&text)));
        }
        let id = read::<Id>(text.as_str().into())
            .map_err(|_| wrong(choice.unknown(&text)))?
            .get();
        let kind = choice.kind_of_use();
        let is_same = |(known, named): &(String, i64)| Some(known.as_str()) == kind && *named == id;
        if !self.known.iter().any(is_same) && !choice.has(self.view, id)? {
            return Err(wrong(choice.unknown(&text)));
        }
        self.uses.extend(kind.map(|kind| (kind, id)));
        Ok(id.into())
    }
}

/// What `workflow_use` calls a custom field.
pub(super) const FIELD: &str = "custom_field";

/// The name of the condition on a custom field.
pub(super) fn code_of(field: i64) -> String {
    format!("customFields[{field}]")
}

/// The custom field that a condition of this name asks.
pub(super) fn field_of(code: &str) -> Option<i64> {
    let id = code.strip_prefix("customFields[")?.strip_suffix(']')?;
    id.parse().ok()
}

/// What the value of a custom field is compared with.
pub(super) fn compared_as(comparable: Comparable) -> Compared {
    match comparable {
        Comparable::Text => Compared::Text,
        Comparable::Number => Compared::Number,
        Comparable::Date => Compared::Date,
        Comparable::Time => Compared::Time,
        Comparable::DateTime => Compared::DateTime,
        Comparable::Options => Compared::FieldOption,
    }
}

/// The id of an option of a field.
fn option_of(field: &ComparedField, sent: Value) -> Result<Value> {
    let id = read::<Int>(sent)?.get();
    if field.options.iter().any(|(known, _)| *known == id) {
        return Ok(id.into());
    }
    let known = field
        .options
        .iter()
        .map(|(id, name)| format!("{id} ({name})"));
    Err(wrong(one_of(known)))
}

/// A value as one of the types that input is read by.
fn read<T: DeserializeOwned>(sent: Value) -> Result<T> {
    read_value(&sent).map_err(wrong)
}

/// A fault of a value; which field it is of is said where the value is taken.
fn wrong(message: impl Into<Message>) -> Error {
    Error::invalid("value", message)
}

fn one_of<S: AsRef<str>>(known: impl IntoIterator<Item = S>) -> Message {
    let known: Vec<String> = known
        .into_iter()
        .map(|one| one.as_ref().to_owned())
        .collect();
    Message::new("input.one_of").with("values", known.join(", "))
}

/// The group of a condition that follows `before`: an alternative joins the group of the one
/// before it; the first has nothing before it to be an alternative to.
fn or_group(before: &[ConditionStep], is_alternative: bool) -> i64 {
    match before.last() {
        None => 0,
        Some(last) if is_alternative => last.or_group,
        Some(last) => last.or_group + 1,
    }
}
