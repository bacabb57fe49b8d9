//! Definitions of fields as the API shows them.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::{Field, options, store};
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::time::PhpDate;
use crate::desk::company;
use crate::desk::ticket_type::TypeShape;

/// A custom field.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FieldShape {
    id: i64,
    name: String,
    /// customer, agent or both.
    agent_type: &'static str,
    field_type: &'static str,
    /// What stands in the empty field.
    value: Option<String>,
    required: bool,
    /// Whether it is active.
    status: bool,
    sort_order: i64,
    date_added: PhpDate,
    date_updated: PhpDate,
    /// fieldtype, minNo, maxNo, allowedDomain, restrictedDomain and regex for a text field, else regex.
    validation: Value,
    encryption: bool,
    /// The ticket types that it is for; all where there is none.
    custom_fields_dependency: Vec<TypeShape>,
    custom_field_values: Vec<OptionShape>,
}

/// An option of a field.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct OptionShape {
    id: i64,
    name: String,
    sort_order: i64,
}

/// These fields, in the order given, with their options and ticket types.
pub(super) fn shapes(view: &View<'_>, fields: Vec<Field>) -> Result<Vec<FieldShape>> {
    let calendar = company::calendar(view)?;
    let ids: Vec<i64> = fields.iter().map(|field| field.id).collect();
    let options = options::of_fields(view, &ids)?;
    let dependencies = store::dependencies(view, &ids)?;
    let shaped = fields.into_iter().map(|field| {
        let offered = options
            .iter()
            .filter(|option| option.field == field.id && !option.is_retired);
        let types = dependencies.iter().filter(|one| one.field == field.id);
        FieldShape {
            id: field.id,
            agent_type: field.audience.code(),
            field_type: field.field_type.code(),
            value: field.placeholder,
            required: field.is_required,
            status: field.is_active,
            sort_order: field.sort_order,
            date_added: calendar.date(field.created_at),
            date_updated: calendar.date(field.updated_at),
            validation: field.validation.shown(),
            encryption: field.is_encrypted,
            custom_fields_dependency: types.map(|one| one.shape.clone()).collect(),
            custom_field_values: offered
                .map(|option| OptionShape {
                    id: option.id,
                    name: option.name.clone(),
                    sort_order: option.sort_order,
                })
                .collect(),
            name: field.name,
        }
    });
    Ok(shaped.collect())
}
