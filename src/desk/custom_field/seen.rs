//! The values of a ticket as its view shows them, and the files among them. Customers
//! see neither values nor files of fields that are for agents alone, and nobody those of
//! fields for other types of tickets: they are kept for when the ticket is of such a type again.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use super::options::FieldOption;
use super::store::StoredValue;
use super::{Audience, Field, FieldType, options, store};
use crate::base::db::{Select, View, from_row, named_params};
use crate::base::error::Result;
use crate::base::seal::Sealer;
use crate::base::who::Who;
use crate::desk::person::Side;
use crate::desk::visibility;

/// A value of a ticket.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ValueShape {
    id: i64,
    /// Text; the id of a chosen option, or a JSON list of ids; JSON text of a file's
    /// `id`, `name` and `path`. Null where it cannot be opened.
    value: Option<String>,
    /// The value as people read it.
    visible_values: Option<String>,
    ticket_custom_fields_values: FieldBrief,
    /// The one chosen option.
    ticket_custom_field_value_values: Option<OptionBrief>,
}

/// A field in short.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct FieldBrief {
    id: i64,
    name: String,
    field_type: &'static str,
    custom_field_values: Vec<OptionBrief>,
}

/// An option in short.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct OptionBrief {
    id: i64,
    name: String,
}

impl From<&FieldOption> for OptionBrief {
    fn from(option: &FieldOption) -> Self {
        Self {
            id: option.id,
            name: option.name.clone(),
        }
    }
}

/// A file of a value.
pub(super) struct ValueFile {
    value: i64,
    id: i64,
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) hash: String,
}

from_row!(ValueFile {
    value: "custom_field_value_id",
    id,
    name,
    content_type,
    hash
});

/// The values of a ticket that `who` may see, in the order of the fields. Whether they
/// may see the ticket has been decided before.
pub fn of_ticket(
    view: &View<'_>,
    who: &Who,
    ticket: i64,
    sealer: &Sealer,
) -> Result<Vec<ValueShape>> {
    let kept = store::values_of_ticket(view, ticket)?;
    if kept.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<i64> = kept.iter().map(|one| one.field).collect();
    let fields = store::by_ids(view, &ids)?;
    let options = options::of_fields(view, &ids)?;
    let files: Vec<ValueFile> = view.all(
        "SELECT f.custom_field_value_id, f.id, f.name, f.content_type, f.hash
         FROM custom_field_file f JOIN custom_field_value v ON v.id = f.custom_field_value_id
         WHERE v.ticket_id = :ticket",
        named_params! { ":ticket": ticket },
    )?;
    let of_type: Vec<i64> = view.all(OF_ITS_TYPE, named_params! { ":ticket": ticket })?;
    let side = who.side();
    let mut shapes = Vec::new();
    let seen = |field: &&Field| field.audience.includes(side) && of_type.contains(&field.id);
    for field in fields.iter().filter(seen) {
        let own: Vec<&FieldOption> = options.iter().filter(|one| one.field == field.id).collect();
        for one in kept.iter().filter(|one| one.field == field.id) {
            let file = files.iter().find(|file| file.value == one.id);
            shapes.push(value_shape(view, one, field, &own, file, sealer));
        }
    }
    Ok(shapes)
}

/// The fields that a ticket's type has.
const OF_ITS_TYPE: &str = "SELECT c.id FROM custom_field c
    WHERE c.id NOT IN (SELECT custom_field_id FROM custom_field_dependency)
        OR c.id IN (SELECT d.custom_field_id FROM custom_field_dependency d
                    JOIN ticket t ON t.type_id = d.ticket_type_id WHERE t.id = :ticket)";

fn value_shape(
    view: &View<'_>,
    kept: &StoredValue,
    field: &Field,
    options: &[&FieldOption],
    file: Option<&ValueFile>,
    sealer: &Sealer,
) -> ValueShape {
    // One value that does not open must not hide the ticket.
    let text = kept
        .text(sealer)
        .inspect_err(|error| tracing::error!(value = kept.id, %error, "a custom field's value cannot be shown"))
        .ok();
    let chosen = chosen(text.as_deref(), field, options);
    let (value, visible) = match (field.field_type, file) {
        (FieldType::File, Some(file)) => {
            let path = format!("{}/api/custom-field/file/{}.json", view.base_url(), file.id);
            let value = json!({ "id": file.id, "name": file.name, "path": path });
            (Some(value.to_string()), Some(file.name.clone()))
        }
        (FieldType::Select | FieldType::Radio, _) => {
            let one = chosen.first();
            (
                one.map(|one| one.id.to_string()),
                one.map(|one| one.name.clone()),
            )
        }
        (FieldType::Checkbox, _) => {
            let names: Vec<&str> = chosen.iter().map(|one| one.name.as_str()).collect();
            (text.clone(), text.as_ref().map(|_| names.join(", ")))
        }
        _ => (text.clone(), text.clone()),
    };
    let is_one = matches!(field.field_type, FieldType::Select | FieldType::Radio);
    ValueShape {
        id: kept.id,
        value,
        visible_values: visible,
        ticket_custom_fields_values: FieldBrief {
            id: field.id,
            name: field.name.clone(),
            field_type: field.field_type.code(),
            custom_field_values: options
                .iter()
                .filter(|option| !option.is_retired)
                .map(|option| OptionBrief::from(*option))
                .collect(),
        },
        ticket_custom_field_value_values: chosen.into_iter().next().filter(|_| is_one),
    }
}

/// The options that a kept value names, retired ones too.
fn chosen(text: Option<&str>, field: &Field, options: &[&FieldOption]) -> Vec<OptionBrief> {
    if !field.field_type.has_options() {
        return Vec::new();
    }
    let ids: Vec<i64> = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let options = ids
        .iter()
        .filter_map(|id| options.iter().find(|option| option.id == *id));
    options.map(|option| OptionBrief::from(*option)).collect()
}

/// The file with this id, where the caller sees its ticket and its field.
pub(super) fn file(view: &View<'_>, id: i64) -> Result<Option<ValueFile>> {
    let who = view.who();
    let mut select = Select::new(
        "f.custom_field_value_id, f.id, f.name, f.content_type, f.hash",
        "custom_field_file f
         JOIN custom_field_value v ON v.id = f.custom_field_value_id
         JOIN custom_field c ON c.id = v.custom_field_id
         JOIN ticket t ON t.id = v.ticket_id",
    );
    let (condition, binds) = visibility::of(who).condition();
    select.and("f.id = ?", [id.into()]);
    select.and(condition, binds);
    select.and(
        "NOT EXISTS (SELECT 1 FROM custom_field_dependency WHERE custom_field_id = c.id)
         OR EXISTS (SELECT 1 FROM custom_field_dependency
                    WHERE custom_field_id = c.id AND ticket_type_id = t.type_id)",
        [],
    );
    if who.side() == Side::Customer {
        let agents = Audience::Agent.code().to_owned();
        select.and("c.agent_type <> ?", [agents.into()]);
    }
    Ok(view.select(&select)?.pop())
}
