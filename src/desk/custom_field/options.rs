//! The options of select, radio and checkbox fields: how clients name them, and their rows.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::base::db::{Change, View, from_row, id_list, named_params};
use crate::base::error::Result;
use crate::base::input::json;
use crate::base::name_key::name_key;

/// The most options of a field.
const MOST: usize = 200;
/// The most characters of an option.
const LONGEST: usize = 100;

/// Names of options in order: a list of texts, or of objects with a `name` as they are
/// read; an object's values; the JSON text of any of these; or one name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OptionNames(Vec<String>);

impl OptionNames {
    /// The names, each once.
    pub(super) fn as_slice(&self) -> &[String] {
        &self.0
    }

    fn read(value: Value) -> Result<Self, &'static str> {
        let entries = match value {
            Value::String(text) if text.trim_start().starts_with(['[', '{']) => {
                return Self::read(json::parse(text.as_bytes()).map_err(|_| "input.json_text")?);
            }
            Value::Array(entries) => entries,
            Value::Object(entries) => entries.into_iter().map(|(_, entry)| entry).collect(),
            Value::Null => Vec::new(),
            one => vec![one],
        };
        let mut names: Vec<String> = Vec::new();
        for entry in entries {
            let name = name_of(&entry).ok_or("custom_field.bad_option")?;
            if name.chars().count() > LONGEST || name.chars().any(char::is_control) {
                return Err("custom_field.bad_option");
            }
            let key = name_key(&name);
            if key.is_empty() && !name.is_empty() {
                return Err("custom_field.bad_option");
            }
            if !key.is_empty() && names.iter().any(|known| name_key(known) == key) {
                return Err("custom_field.option_twice");
            }
            if !name.is_empty() {
                names.push(name);
            }
        }
        if names.len() > MOST {
            return Err("custom_field.too_many_options");
        }
        Ok(Self(names))
    }
}

fn name_of(entry: &Value) -> Option<String> {
    match entry {
        Value::Null => Some(String::new()),
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Object(option) => option
            .get("name")?
            .as_str()
            .map(|name| name.trim().to_owned()),
        Value::Bool(_) | Value::Array(_) => None,
    }
}

impl<'de> Deserialize<'de> for OptionNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Value::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for OptionNames {
    fn schema_name() -> Cow<'static, str> {
        "OptionNames".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": { "type": "string", "maxLength": LONGEST },
            "maxItems": MOST,
        })
    }
}

/// An option as it is stored.
#[derive(Debug, Clone)]
pub(super) struct FieldOption {
    pub(super) id: i64,
    pub(super) field: i64,
    pub(super) name: String,
    pub(super) sort_order: i64,
    /// Offered no more, and still the name of what tickets hold.
    pub(super) is_retired: bool,
}

from_row!(FieldOption {
    id,
    field: "custom_field_id",
    name,
    sort_order,
    is_retired
});

/// The options of these fields in their order, retired ones too.
pub(super) fn of_fields(view: &View<'_>, fields: &[i64]) -> Result<Vec<FieldOption>> {
    view.all(
        "SELECT id, custom_field_id, name, sort_order, is_retired FROM custom_field_option
         WHERE custom_field_id IN (SELECT value FROM json_each(:fields))
         ORDER BY custom_field_id, sort_order, id",
        named_params! { ":fields": id_list(fields) },
    )
}

/// Makes these the options that a field offers, in this order. Whatever keeps its name
/// keeps its id; the rest is retired, so that no ticket loses what it holds.
pub(super) fn replace(change: &mut Change<'_>, field: i64, names: &[String]) -> Result<()> {
    change.run(
        "UPDATE custom_field_option SET is_retired = 1 WHERE custom_field_id = :field",
        named_params! { ":field": field },
    )?;
    for (place, name) in (1_i64..).zip(names) {
        change.run(
            "INSERT INTO custom_field_option (custom_field_id, name, name_key, sort_order)
             VALUES (:field, :name, name_key(:name), :place)
             ON CONFLICT (custom_field_id, name_key) DO UPDATE SET
                 name = excluded.name, sort_order = excluded.sort_order, is_retired = 0",
            named_params! { ":field": field, ":name": name, ":place": place },
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_come_in_many_forms() {
        let two = ["asd", "b,sd"];
        for sent in [
            json!(["asd", "b,sd"]),
            json!([" asd ", "", null, "b,sd"]),
            json!({ "3": "asd", "5": "b,sd" }),
            json!([{ "id": 129, "name": "asd", "sortOrder": 1 }, { "name": "b,sd" }]),
            json!(r#"["asd", {"name": "b,sd"}]"#),
        ] {
            assert_eq!(
                OptionNames::read(sent.clone()).unwrap().as_slice(),
                two,
                "{sent}"
            );
        }
        assert_eq!(
            OptionNames::read(json!("one, alone")).unwrap().0,
            ["one, alone"]
        );
        assert_eq!(OptionNames::read(json!([5])).unwrap().0, ["5"]);
        for (sent, fault) in [
            (json!(["a", "A"]), "custom_field.option_twice"),
            (json!([["a"]]), "custom_field.bad_option"),
            (json!([{ "id": 1 }]), "custom_field.bad_option"),
            (json!(["x".repeat(101)]), "custom_field.bad_option"),
            (json!("[1"), "input.json_text"),
            (
                json!((0..201).collect::<Vec<_>>()),
                "custom_field.too_many_options",
            ),
        ] {
            assert_eq!(
                OptionNames::read(sent.clone()).unwrap_err(),
                fault,
                "{sent}"
            );
        }
    }
}
