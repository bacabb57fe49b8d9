//! Rows of `custom_field` and of the ticket types that fields are for.

use super::definition::Definition;
use super::validation::Validation;
use super::{Field, options};
use crate::base::db::{Change, FromRow, Row, Select, View, from_row, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::job::{Job, Progress, Slice};
use crate::base::seal::{SealedCell, Sealer};
use crate::base::search::IndexRow;
use crate::desk::ticket_type::TypeShape;

const COLUMNS: &str =
    "id, name, agent_type, field_type, placeholder, validation, is_required, is_active,
    is_encrypted, sort_order, created_at, updated_at";

impl FromRow for Field {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let field_type = row.get("field_type")?;
        let validation: String = row.get("validation")?;
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            audience: row.get("agent_type")?,
            field_type,
            placeholder: row.get("placeholder")?,
            validation: Validation::read(&validation, field_type),
            is_required: row.get("is_required")?,
            is_active: row.get("is_active")?,
            is_encrypted: row.get("is_encrypted")?,
            sort_order: row.get("sort_order")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}

/// The field with this id, active or not.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<Field>> {
    Ok(by_ids(view, &[id])?.pop())
}

/// The fields with these ids, in the order of fields.
pub(super) fn by_ids(view: &View<'_>, ids: &[i64]) -> Result<Vec<Field>> {
    let mut select = Select::new(COLUMNS, "custom_field");
    select.and("id IN (SELECT value FROM json_each(?))", [id_list(ids)]);
    select.then("ORDER BY sort_order, id", []);
    view.select(&select)
}

/// The active fields, in their order.
pub(super) fn active(view: &View<'_>) -> Result<Vec<Field>> {
    let mut select = Select::new(COLUMNS, "custom_field");
    select.and("is_active = 1", []);
    select.then("ORDER BY sort_order, id", []);
    view.select(&select)
}

/// All fields.
pub(super) fn all() -> Select {
    Select::new(COLUMNS, "custom_field")
}

/// A ticket type that a field is for.
pub(super) struct Dependency {
    pub(super) field: i64,
    pub(super) type_id: i64,
    pub(super) shape: TypeShape,
}

from_row!(Dependency { field: "custom_field_id", type_id, shape => TypeShape });

/// The ticket types that these fields are for.
pub(super) fn dependencies(view: &View<'_>, fields: &[i64]) -> Result<Vec<Dependency>> {
    view.all(
        "SELECT d.custom_field_id, y.id AS type_id, y.id, y.name, y.description, y.is_active
         FROM custom_field_dependency d JOIN ticket_type y ON y.id = d.ticket_type_id
         WHERE d.custom_field_id IN (SELECT value FROM json_each(:fields)) ORDER BY d.custom_field_id, y.id",
        named_params! { ":fields": id_list(fields) },
    )
}

/// Makes a field; answers its id.
pub(super) fn insert(change: &mut Change<'_>, new: &Definition) -> Result<i64> {
    let now = change.now();
    let last: i64 = change
        .view()
        .one("SELECT ifnull(max(sort_order), 0) FROM custom_field", [])?;
    let id = change.insert(
        "INSERT INTO custom_field (name, name_key, agent_type, field_type, placeholder, validation, is_required,
             is_active, is_encrypted, sort_order, created_at, updated_at)
         VALUES (:name, name_key(:name), :agent_type, :field_type, :placeholder, :validation, :is_required,
             :is_active, :is_encrypted, :sort_order, :now, :now)",
        named_params! {
            ":name": new.name, ":agent_type": new.audience, ":field_type": new.field_type,
            ":placeholder": new.placeholder, ":validation": new.validation.shown().to_string(),
            ":is_required": new.is_required, ":is_active": new.is_active, ":is_encrypted": new.is_encrypted,
            ":sort_order": new.sort_order.unwrap_or(last.saturating_add(1)), ":now": now,
        },
    )?;
    write_lists(change, id, new)?;
    Ok(id)
}

/// Makes of a field what it is defined as now.
pub(super) fn update(change: &mut Change<'_>, id: i64, new: &Definition) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE custom_field SET name = :name, name_key = name_key(:name), agent_type = :agent_type, field_type = :field_type,
             placeholder = :placeholder, validation = :validation, is_required = :is_required,
             is_active = :is_active, is_encrypted = :is_encrypted,
             sort_order = ifnull(:sort_order, sort_order), updated_at = :now
         WHERE id = :id",
        named_params! {
            ":id": id, ":name": new.name, ":agent_type": new.audience, ":field_type": new.field_type,
            ":placeholder": new.placeholder, ":validation": new.validation.shown().to_string(),
            ":is_required": new.is_required, ":is_active": new.is_active, ":is_encrypted": new.is_encrypted,
            ":sort_order": new.sort_order, ":now": now,
        },
    )?;
    write_lists(change, id, new)
}

fn write_lists(change: &mut Change<'_>, id: i64, new: &Definition) -> Result<()> {
    if new.field_type.has_options() {
        if let Some(names) = &new.options {
            options::replace(change, id, names)?;
        }
    } else {
        options::replace(change, id, &[])?;
    }
    let Some(types) = &new.types else {
        return Ok(());
    };
    change.run(
        "DELETE FROM custom_field_dependency WHERE custom_field_id = :id",
        named_params! { ":id": id },
    )?;
    change.run(
        "INSERT INTO custom_field_dependency (custom_field_id, ticket_type_id)
         SELECT :id, value FROM json_each(:types)",
        named_params! { ":id": id, ":types": id_list(types) },
    )?;
    Ok(())
}

/// 400 with those of `types` that are no ticket types.
pub(super) fn refuse_unknown_types(view: &View<'_>, types: &[i64]) -> Result<()> {
    let unknown: Vec<String> = view.all(
        "SELECT cast(value AS TEXT) FROM json_each(:types) WHERE value NOT IN (SELECT id FROM ticket_type)",
        named_params! { ":types": id_list(types) },
    )?;
    if unknown.is_empty() {
        return Ok(());
    }
    let message = Message::new("custom_field.unknown_types").with("ids", unknown.join(", "));
    Err(Error::invalid("dependency", message))
}

/// How many tickets have a value in the field.
pub(super) fn tickets_with(view: &View<'_>, field: i64) -> Result<i64> {
    view.one(
        "SELECT count(*) FROM custom_field_value WHERE custom_field_id = :field",
        named_params! { ":field": field },
    )
}

/// A value as it lies in its row.
pub(super) struct StoredValue {
    pub(super) id: i64,
    pub(super) ticket: i64,
    pub(super) field: i64,
    value: Option<String>,
    sealed: Option<Vec<u8>>,
}

from_row!(StoredValue {
    id,
    ticket: "ticket_id",
    field: "custom_field_id",
    value,
    sealed
});

impl StoredValue {
    /// The value, opened where it is sealed.
    pub(super) fn text(&self, sealer: &Sealer) -> Result<String> {
        match (&self.value, &self.sealed) {
            (Some(value), _) => Ok(value.clone()),
            (None, Some(bytes)) => sealer.unseal(place(self.ticket, self.field), bytes),
            (None, None) => Ok(String::new()),
        }
    }
}

/// Whether any value is sealed.
pub fn holds_sealed(view: &View<'_>) -> Result<bool> {
    let sealed: i64 = view.one(
        "SELECT EXISTS (SELECT 1 FROM custom_field_value WHERE sealed IS NOT NULL)",
        [],
    )?;
    Ok(sealed > 0)
}

/// Where a ticket's value in a field is sealed for. A ticket has one value a field, so
/// these two are as good as the row's id, and known before there is a row.
pub fn place(ticket: i64, field: i64) -> SealedCell {
    SealedCell {
        table: "custom_field_value",
        row: ticket,
        field,
    }
}

/// The values of a ticket.
pub(super) fn values_of_ticket(view: &View<'_>, ticket: i64) -> Result<Vec<StoredValue>> {
    view.all(
        "SELECT id, ticket_id, custom_field_id, value, sealed FROM custom_field_value WHERE ticket_id = :ticket",
        named_params! { ":ticket": ticket },
    )
}

/// Keeps a value, sealed where `sealer` is given; answers its row.
pub(super) fn keep_value(
    change: &mut Change<'_>,
    (ticket, field): (i64, i64),
    value: &str,
    sealer: Option<&Sealer>,
) -> Result<i64> {
    let bytes = sealer
        .map(|sealer| sealer.seal(place(ticket, field), value))
        .transpose()?;
    let plain = bytes.is_none().then_some(value);
    change.insert(
        "INSERT INTO custom_field_value (ticket_id, custom_field_id, value, sealed)
         VALUES (:ticket, :field, :value, :sealed)",
        named_params! { ":ticket": ticket, ":field": field, ":value": plain, ":sealed": bytes },
    )
}

/// Empties a field of a ticket.
pub(super) fn forget_value(change: &mut Change<'_>, ticket: i64, field: i64) -> Result<()> {
    change.run(
        "DELETE FROM custom_field_value WHERE ticket_id = :ticket AND custom_field_id = :field",
        named_params! { ":ticket": ticket, ":field": field },
    )?;
    Ok(())
}

/// Seals the values of a field with `sealer`, or opens them for good, as the field says: whoever
/// switches encryption means what is there already, too. Those behind one, as many as the slice
/// takes; answers up to which it came. A value is read alike whether it is sealed yet or not.
pub fn seal_values(
    change: &mut Change<'_>,
    (field, after): (i64, i64),
    slice: &mut Slice,
    sealer: &Sealer,
) -> Result<Progress<i64>> {
    let Some(definition) = by_id(change.view(), field)? else {
        return Ok(Progress::Done);
    };
    let kept: Vec<StoredValue> = change.view().all(
        "SELECT id, ticket_id, custom_field_id, value, sealed FROM custom_field_value
         WHERE custom_field_id = :field AND id > :after ORDER BY id LIMIT :rows",
        named_params! { ":field": field, ":after": after, ":rows": slice.rows() },
    )?;
    let mut last = after;
    for one in kept {
        if !slice.take() {
            return Ok(Progress::Left(last));
        }
        let text = one.text(sealer)?;
        let place = place(one.ticket, one.field);
        let is_encrypted = definition.is_encrypted;
        let bytes = is_encrypted
            .then(|| sealer.seal(place, &text))
            .transpose()?;
        let plain = bytes.is_none().then_some(text);
        change.run(
            "UPDATE custom_field_value SET value = :value, sealed = :sealed WHERE id = :id",
            named_params! { ":id": one.id, ":value": plain, ":sealed": bytes },
        )?;
        // What is sealed is found no more, and what is not any more is found again.
        change.outdate(IndexRow::Ticket(one.ticket));
        last = one.id;
    }
    if definition.is_encrypted {
        change.enqueue(&Job::ForgetWords { is_begun: false })?;
    }
    Ok(Progress::Done)
}
