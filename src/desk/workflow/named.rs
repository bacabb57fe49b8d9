//! What the stored steps name by its id, read out of the steps themselves: what
//! `workflow_use` must say.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Entity;
use super::choice::Choice;
use super::validate::{FIELD, field_of};
use super::vocabulary::{self, Compared, Takes};
use crate::base::db::{View, from_row};
use crate::base::error::Result;

/// A step as it is stored, with what its workflow is about.
struct Step {
    workflow: i64,
    code: String,
    value: String,
    entity: Entity,
}

from_row!(Step {
    workflow: "workflow_id",
    code: "type",
    value,
    entity
});

const CONDITIONS: &str = "SELECT workflow_id, type, value, ifnull(
        (SELECT entity FROM workflow_event e WHERE e.workflow_id = s.workflow_id AND e.position = 0), 'ticket') AS entity
    FROM workflow_condition s";
const ACTIONS: &str = "SELECT workflow_id, type, value, ifnull(
        (SELECT entity FROM workflow_event e WHERE e.workflow_id = s.workflow_id AND e.position = 0), 'ticket') AS entity
    FROM workflow_action s";

/// Workflow, kind and id of everything that is named.
pub fn named(view: &View<'_>) -> Result<BTreeSet<(i64, String, i64)>> {
    let mut named = BTreeSet::new();
    for step in view.all::<Step>(CONDITIONS, [])? {
        let row = vocabulary::condition(step.entity, &step.code);
        if let Some(field) = field_of(&step.code) {
            named.insert((step.workflow, FIELD.to_owned(), field));
        } else if let Some(Compared::OneOf(choice, _)) = row.map(|row| row.compared) {
            note(
                &mut named,
                step.workflow,
                choice,
                &serde_json::from_str(&step.value)?,
            );
        }
    }
    for step in view.all::<Step>(ACTIONS, [])? {
        let value: Value = serde_json::from_str(&step.value)?;
        match vocabulary::action(step.entity, &step.code).map(|row| row.takes) {
            Some(Takes::OneOf(choice, _)) => note(&mut named, step.workflow, choice, &value),
            Some(Takes::Mail(choice, _)) => {
                for recipient in value["for"].as_array().into_iter().flatten() {
                    note(&mut named, step.workflow, choice, recipient);
                }
                note(&mut named, step.workflow, Choice::Template, &value["value"]);
            }
            Some(Takes::Nothing | Takes::Message) | None => {}
        }
    }
    Ok(named)
}

/// Notes an id of a list whose things can be deleted; 0 and words name nothing.
fn note(named: &mut BTreeSet<(i64, String, i64)>, workflow: i64, choice: Choice, value: &Value) {
    let id = value.as_i64().filter(|id| *id > 0);
    let use_of = choice.kind_of_use().zip(id);
    named.extend(use_of.map(|(kind, id)| (workflow, kind.to_owned(), id)));
}
