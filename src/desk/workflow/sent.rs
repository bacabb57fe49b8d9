//! Workflows as clients send them: names and values in any spelling, lists in any form.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Kind;
use crate::base::error::{Faults, Message};
use crate::base::input::{Flag, Int, Line, Map, Optional, Patch, Text};
use crate::web::extract::Checked;

/// The most events, conditions and actions, of each, that a workflow has.
pub(super) const MOST_STEPS: usize = 50;

/// A new workflow, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "type": 1, "name": "Leaks first", "events": [{ "event": "ticket", "trigger": "created" }], "conditions": [{ "type": "subject", "match": "contains", "value": "leak" }], "actions": [{ "type": "priority", "value": "4" }] }]))]
pub struct WorkflowBody {
    /// Name of the workflow.
    pub(super) name: Line<100, 1>,
    /// 0 for a manual workflow, 1 for an automatic one; needed for a new one.
    #[serde(default, rename = "type")]
    pub(super) kind: Optional<Int>,
    /// What it is for; it stays where it is left out.
    #[serde(default)]
    pub(super) description: Patch<Text<1000>>,
    /// 1 active, 0 inactive; a new workflow is active without it.
    #[serde(default)]
    status: Patch<Flag>,
    /// The same as `status`.
    #[serde(default)]
    is_active: Patch<Flag>,
    /// What sets an automatic workflow off; a manual one has none. They stay where they are left out.
    #[serde(default)]
    #[schemars(with = "Vec<SentEvent>")]
    pub(super) events: Patch<Map<SentEvent>>,
    /// What must hold for it to run; they stay where they are left out.
    #[serde(default)]
    #[schemars(with = "Vec<SentCondition>")]
    pub(super) conditions: Patch<Map<SentCondition>>,
    /// What it does, in order.
    #[schemars(with = "Vec<SentAction>")]
    pub(super) actions: Map<SentAction>,
}

impl Checked for WorkflowBody {
    fn check(&self, faults: &mut Faults) {
        if self
            .kind
            .as_ref()
            .is_some_and(|id| Kind::from_id(id.get()).is_none())
        {
            faults.add("type", Message::new("input.one_of").with("values", "0, 1"));
        }
        let count = |count: Option<usize>| count.unwrap_or_default();
        for (field, steps) in [
            (
                "events",
                count(self.events.as_ref().map(|map| map.as_slice().len())),
            ),
            (
                "conditions",
                count(self.conditions.as_ref().map(|map| map.as_slice().len())),
            ),
            ("actions", self.actions.as_slice().len()),
        ] {
            if steps > MOST_STEPS {
                faults.add(
                    field,
                    Message::new("input.too_many").with("max", MOST_STEPS),
                );
            }
        }
    }
}

impl WorkflowBody {
    /// The kind, where one was sent.
    pub(super) fn kind(&self) -> Option<Kind> {
        self.kind.as_ref().and_then(|id| Kind::from_id(id.get()))
    }

    /// Whether it is to be active, where that was said.
    pub(super) fn is_active(&self) -> Option<bool> {
        let said = self.status.as_ref().or(self.is_active.as_ref());
        said.map(|flag| flag.get())
    }
}

/// Something that sets a workflow off: `{"event": "ticket", "trigger": "created"}`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct SentEvent {
    /// ticket, task, agent, customer or user.
    event: Optional<Text<100>>,
    /// What happens to it, such as created or `uvdesk.ticket.created`.
    trigger: Optional<Text<100>>,
}

impl SentEvent {
    /// The entity's name, and the trigger's: each of them can be part of the other.
    pub(super) fn names(&self) -> (&str, &str) {
        let (event, trigger) = (text(&self.event), text(&self.trigger));
        let whole = if trigger.is_empty() { event } else { trigger };
        let mut parts = whole.rsplit('.');
        let last = parts.next().unwrap_or_default();
        match parts.next() {
            Some(entity) => (entity, last),
            None => (event, trigger),
        }
    }

    /// Whether nothing was filled in: forms send such rows.
    pub(super) fn is_blank(&self) -> bool {
        text(&self.event).is_empty() && text(&self.trigger).is_empty()
    }

    /// As it is shown again.
    pub(super) fn as_json(&self) -> Value {
        json!({ "event": text(&self.event), "trigger": text(&self.trigger) })
    }
}

/// A value whose type depends on what stands beside it, for the document: generators of
/// clients know an empty schema, and none that is only `true`.
struct Anything;

impl JsonSchema for Anything {
    fn schema_name() -> Cow<'static, str> {
        "Anything".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        Schema::default()
    }
}

/// Something that must hold: `{"type": "subject", "match": "contains", "value": "abcd"}`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct SentCondition {
    /// What is asked, such as subject or `customFields[12]`.
    #[serde(rename = "type")]
    kind: Optional<Text<100>>,
    /// How it is compared, such as contains.
    #[serde(rename = "match")]
    comparison: Optional<Text<100>>,
    /// What it is compared with: an id, a text, or a list of either.
    #[schemars(with = "Anything")]
    value: Patch<Value>,
    /// `&&` (or `and`), or `||` (or `or`) for an alternative to the condition before it; `&&` without it.
    operation: Optional<Text<10>>,
}

impl SentCondition {
    /// The name of what is asked.
    pub(super) fn kind(&self) -> &str {
        text(&self.kind)
    }

    /// The name of the comparison.
    pub(super) fn comparison(&self) -> &str {
        text(&self.comparison)
    }

    /// What it is compared with; null where nothing was sent.
    pub(super) fn value(&self) -> Value {
        self.value.as_ref().cloned().unwrap_or_default()
    }

    /// Whether it is an alternative to the one before it; nothing where that cannot be told.
    pub(super) fn is_alternative(&self) -> Option<bool> {
        match text(&self.operation).to_ascii_lowercase().as_str() {
            "" | "&&" | "and" => Some(false),
            "||" | "or" => Some(true),
            _ => None,
        }
    }

    /// As it is shown again.
    pub(super) fn as_json(&self) -> Value {
        let mut shown = json!({
            "type": self.kind(), "match": self.comparison(), "value": self.value(),
        });
        if let Some(operation) = self.operation.as_ref() {
            shown["operation"] = operation.as_str().into();
        }
        shown
    }
}

/// Something to do: `{"type": "priority", "value": "1"}`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct SentAction {
    /// What is done, such as priority or `uvdesk.ticket.update_priority`.
    #[serde(rename = "type")]
    kind: Optional<Text<100>>,
    /// What it is told: an id, a text, or for mails `{"for": […], "value": template}`.
    #[schemars(with = "Anything")]
    value: Patch<Value>,
}

impl SentAction {
    /// The name of what is done.
    pub(super) fn kind(&self) -> &str {
        text(&self.kind)
    }

    /// What it is told; null where nothing was sent.
    pub(super) fn value(&self) -> Value {
        self.value.as_ref().cloned().unwrap_or_default()
    }

    /// As it is shown again.
    pub(super) fn as_json(&self) -> Value {
        json!({ "type": self.kind(), "value": self.value() })
    }
}

fn text<const MAX: usize>(sent: &Optional<Text<MAX>>) -> &str {
    sent.as_ref().map_or("", Text::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::input::read_value;

    #[test]
    fn an_event_is_known_by_either_of_its_names() {
        for (sent, want) in [
            (
                json!({ "event": "ticket", "trigger": "created" }),
                ("ticket", "created"),
            ),
            (
                json!({ "event": "ticket", "trigger": "uvdesk.ticket.created" }),
                ("ticket", "created"),
            ),
            (
                json!({ "trigger": "ticket.created" }),
                ("ticket", "created"),
            ),
            (
                json!({ "event": "uvdesk.ticket.created", "trigger": "" }),
                ("ticket", "created"),
            ),
            (json!({ "event": "ticket" }), ("ticket", "")),
        ] {
            let event: SentEvent = read_value(&sent).unwrap();
            assert_eq!(event.names(), want, "{sent}");
        }
    }
}
