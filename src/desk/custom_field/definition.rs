//! From what an admin sends to the definition of a field: what is left out stays as it
//! was, or has its default, and what would have no effect is refused.

use schemars::JsonSchema;
use serde::Deserialize;

use super::options::OptionNames;
use super::validation::{Validation, ValidationBody};
use super::{Audience, Field, FieldType};
use crate::base::error::{Faults, Message, Result};
use crate::base::input::{Flag, Ids, Int, JsonText, Line, Patch, Text};
use crate::web::extract::Checked;

/// A new custom field, or what changes of one.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
#[schemars(extend("examples" = [{ "name": "Colour", "fieldType": "text", "agentType": "both" }]))]
pub(super) struct FieldBody {
    /// Name of the field; needed for a new one.
    name: Patch<Line<100, 1>>,
    /// Who fills it in: customer, agent or both; both without it.
    agent_type: Patch<Text>,
    /// text, textarea, select, radio, checkbox, date, time, datetime or file; needed for a new one.
    field_type: Patch<Text>,
    /// Ids of the ticket types that the field is for; empty for all.
    dependency: Patch<Ids>,
    /// What stands in the field while it is empty.
    value: Patch<Line<255>>,
    /// 1 active, 0 inactive; a new field is active without it.
    status: Patch<Flag>,
    /// Whether a ticket must have a value; it need not without it.
    required: Patch<Flag>,
    /// Place in the order of fields; a new one comes last without it.
    sort_order: Patch<Int>,
    /// What the value must be like.
    validation: Patch<JsonText<ValidationBody>>,
    /// Whether values are encrypted at rest.
    encryption: Patch<Flag>,
    /// What a select, radio or checkbox field offers, in order.
    custom_field_values: Patch<OptionNames>,
}

impl Checked for FieldBody {}

/// What a field is to be.
#[derive(Debug)]
pub(super) struct Definition {
    pub(super) name: String,
    pub(super) audience: Audience,
    pub(super) field_type: FieldType,
    pub(super) placeholder: Option<String>,
    pub(super) validation: Validation,
    pub(super) is_required: bool,
    pub(super) is_active: bool,
    pub(super) is_encrypted: bool,
    /// None for the last place.
    pub(super) sort_order: Option<i64>,
    /// The options, where they were given.
    pub(super) options: Option<Vec<String>>,
    /// The ticket types, where they were given.
    pub(super) types: Option<Vec<i64>>,
}

impl FieldBody {
    /// The definition of a new field, or of what `before` becomes.
    pub(super) fn defines(self, before: Option<&Field>) -> Result<Definition> {
        let mut faults = Faults::default();
        let name = self.name.or(None).map(Line::into_string);
        let name = name.or_else(|| before.map(|field| field.name.clone()));
        if name.is_none() {
            faults.add("name", "input.required");
        }
        let field_type = field_type(&self.field_type, before, &mut faults);
        let validation = match self.validation {
            Patch::Value(body) => body.get().checked(field_type, &mut faults),
            Patch::Absent if before.is_some_and(|field| field.field_type == field_type) => before
                .map(|field| field.validation.clone())
                .unwrap_or_default(),
            Patch::Absent | Patch::Empty => {
                ValidationBody::default().checked(field_type, &mut faults)
            }
        };
        let is = |given: &Patch<Flag>, otherwise: bool| {
            given.as_ref().map_or(otherwise, |flag| flag.get())
        };
        let defined = Definition {
            name: name.unwrap_or_default(),
            audience: audience(&self.agent_type, before, &mut faults),
            field_type,
            placeholder: match self.value {
                Patch::Absent => before.and_then(|field| field.placeholder.clone()),
                given => given.value().map(Line::into_string),
            },
            validation,
            is_required: is(
                &self.required,
                before.is_some_and(|field| field.is_required),
            ),
            is_active: is(&self.status, before.is_none_or(|field| field.is_active)),
            is_encrypted: is(
                &self.encryption,
                before.is_some_and(|field| field.is_encrypted),
            ),
            sort_order: self
                .sort_order
                .value()
                .map(Int::get)
                .or(before.map(|field| field.sort_order)),
            options: options(&self.custom_field_values),
            types: self.dependency.is_given().then(|| {
                self.dependency
                    .value()
                    .map(Ids::into_vec)
                    .unwrap_or_default()
            }),
        };
        refuse_without_effect(&defined, before, &mut faults);
        faults.or_invalid()?;
        Ok(defined)
    }
}

fn options(given: &Patch<OptionNames>) -> Option<Vec<String>> {
    let names = given.as_ref().map_or(&[][..], OptionNames::as_slice);
    given.is_given().then(|| names.to_vec())
}

/// Without a type of its own, the type that the field has.
fn field_type(given: &Patch<Text>, before: Option<&Field>, faults: &mut Faults) -> FieldType {
    let kept = before.map(|field| field.field_type);
    let Some(named) = given.as_ref() else {
        if kept.is_none() {
            faults.add("fieldType", "input.required");
        }
        return kept.unwrap_or(FieldType::Text);
    };
    FieldType::from_code(named.as_str()).unwrap_or_else(|| {
        let known: Vec<&str> = FieldType::ALL.iter().map(|one| one.code()).collect();
        faults.add("fieldType", one_of(&known));
        FieldType::Text
    })
}

fn audience(given: &Patch<Text>, before: Option<&Field>, faults: &mut Faults) -> Audience {
    match given.as_ref().map(Text::as_str) {
        None => before.map_or(Audience::Both, |field| field.audience),
        // The documented example calls customers so.
        Some("user") => Audience::Customer,
        Some(named) => Audience::from_code(named).unwrap_or_else(|| {
            let known: Vec<&str> = Audience::ALL.iter().map(|one| one.code()).collect();
            faults.add("agentType", one_of(&known));
            Audience::Both
        }),
    }
}

fn one_of(known: &[&str]) -> Message {
    Message::new("input.one_of").with("values", known.join(", "))
}

fn refuse_without_effect(defined: &Definition, before: Option<&Field>, faults: &mut Faults) {
    let offers = defined.options.as_ref().map(|options| !options.is_empty());
    let had_options = before.is_some_and(|field| field.field_type.has_options());
    match (defined.field_type.has_options(), offers) {
        (true, Some(false)) => faults.add("customFieldValues", "input.required"),
        (true, None) if !had_options => faults.add("customFieldValues", "input.required"),
        (false, Some(true)) => faults.add("customFieldValues", "custom_field.no_effect"),
        _ => {}
    }
    if defined.is_encrypted && defined.field_type == FieldType::File {
        faults.add("encryption", "custom_field.files_stay_plain");
    }
}
