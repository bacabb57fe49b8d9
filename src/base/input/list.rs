//! Lists as clients send them: an array, an object whose values count (`ids[3]=7`), a comma
//! list, one value alone, or the JSON text of any of these.

use std::borrow::Cow;
use std::collections::HashSet;
use std::hash::Hash;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::json;
use super::number::Id;
use super::text::plain;
use super::through;
use crate::base::error::Message;

/// The most entries of a list.
const MAX_ENTRIES: usize = 1_000;
/// The longest code, in characters.
const MAX_CODE: usize = 100;

/// The entries of a list in any of its forms. `split` parts a text into entries; blank
/// entries and nulls are none.
pub(super) fn leaves(value: Value, split: fn(&str) -> Vec<&str>) -> Vec<Value> {
    let mut found = Vec::new();
    for entry in entries(value) {
        match entry {
            Value::Null => {}
            Value::String(text) => {
                let parts = split(&text).into_iter().map(str::trim);
                found.extend(parts.filter(|part| !part.is_empty()).map(Value::from));
            }
            other => found.push(other),
        }
    }
    found
}

fn entries(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        Value::Object(map) => map.into_iter().map(|(_, item)| item).collect(),
        Value::String(text) => match json_text(&text) {
            Some(Value::Array(items)) => items,
            Some(Value::Object(map)) => map.into_iter().map(|(_, item)| item).collect(),
            _ => vec![Value::String(text)],
        },
        other => vec![other],
    }
}

/// Flat clients send objects and lists as JSON text; a text that is none stays a text.
fn json_text(text: &str) -> Option<Value> {
    let text = text.trim_start();
    let looks_so = text.starts_with(['[', '{']);
    looks_so
        .then(|| json::parse(text.as_bytes()).ok())
        .flatten()
}

fn commas(text: &str) -> Vec<&str> {
    text.split(',').collect()
}

/// Each entry once, in the order sent.
fn distinct<T: Clone + Eq + Hash>(
    value: Value,
    one: fn(Value) -> Result<T, Message>,
) -> Result<Vec<T>, Message> {
    let mut known = HashSet::new();
    let mut list = Vec::new();
    for leaf in leaves(value, commas) {
        let entry = one(leaf)?;
        if known.insert(entry.clone()) {
            list.push(entry);
        }
        if list.len() > MAX_ENTRIES {
            return Err(Message::new("input.too_many").with("max", MAX_ENTRIES));
        }
    }
    Ok(list)
}

/// Up to 1,000 ids: `[1, "2"]`, `{"1": "1"}` (the values count), `"1,2"`, `7`; nothing is an
/// empty list. Each only once, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ids(Vec<i64>);

impl Ids {
    /// The ids.
    pub fn as_slice(&self) -> &[i64] {
        &self.0
    }

    /// The ids, owned.
    pub fn into_vec(self) -> Vec<i64> {
        self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read(value: Value) -> Result<Self, Message> {
        distinct(value, |leaf| Id::read(leaf).map(Id::get)).map(Self)
    }
}

impl<'de> Deserialize<'de> for Ids {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        through(deserializer, Self::read)
    }
}

impl JsonSchema for Ids {
    fn schema_name() -> Cow<'static, str> {
        "Ids".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let id = generator.subschema_for::<Id>();
        json_schema!({"anyOf": [
            {"type": "array", "items": id, "maxItems": MAX_ENTRIES},
            {"type": "integer", "minimum": 1},
            {"type": "string", "description": "Separated by commas, or as JSON text."},
            {"type": "object", "additionalProperties": id, "description": "The values count."},
            {"type": "null", "description": "None."},
        ]})
    }
}

/// Up to 1,000 short words, such as privilege codes: a list, an object's values, a comma
/// list or one word. Each only once, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Codes(Vec<String>);

impl Codes {
    /// The words.
    pub fn as_slice(&self) -> &[String] {
        &self.0
    }

    /// The words, owned.
    pub fn into_vec(self) -> Vec<String> {
        self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read(value: Value) -> Result<Self, Message> {
        distinct(value, code).map(Self)
    }
}

fn code(leaf: Value) -> Result<String, Message> {
    let word = plain(leaf).map_err(|_| Message::new("input.code"))?;
    let fits = word.chars().count() <= MAX_CODE && !word.chars().any(char::is_control);
    fits.then_some(word).ok_or_else(|| "input.code".into())
}

impl<'de> Deserialize<'de> for Codes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        through(deserializer, Self::read)
    }
}

impl JsonSchema for Codes {
    fn schema_name() -> Cow<'static, str> {
        "Codes".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let word = serde_json::json!({"anyOf": [
            {"type": "string", "maxLength": MAX_CODE},
            {"type": ["number", "boolean", "null"]},
        ]});
        json_schema!({"anyOf": [
            {"type": "array", "items": word, "maxItems": MAX_ENTRIES},
            {"type": "string", "description": "Separated by commas, or as JSON text."},
            {"type": "object", "additionalProperties": word, "description": "The values count."},
            {"type": ["number", "boolean", "null"]},
        ]})
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal};

    #[test]
    fn ids_table() {
        let accepted: [(Value, &[i64]); 12] = [
            (json!([1, "2"]), &[1, 2]),
            (json!({"1": "1", "x": 5}), &[1, 5]),
            (json!("1,2"), &[1, 2]),
            (json!(" 2 , 1 ,"), &[2, 1]),
            (json!(7), &[7]),
            (json!("7"), &[7]),
            (json!(["3,1", 3, ""]), &[3, 1]),
            (json!("[1,\"2\"]"), &[1, 2]),
            (json!("{\"0\":\"4\"}"), &[4]),
            (json!(""), &[]),
            (json!(null), &[]),
            (json!([""]), &[]),
        ];
        for (value, ids) in accepted {
            assert_eq!(
                read::<Ids>(value.clone()).unwrap().as_slice(),
                ids,
                "{value}"
            );
        }
        for value in [
            json!([0]),
            json!("1,x"),
            json!([[1]]),
            json!(true),
            json!({"1": "on"}),
            json!("[1,"),
            json!(1.5),
        ] {
            assert_eq!(refusal::<Ids>(value), "input.id");
        }
        let many = |count: i64| (1..=count).collect::<Vec<_>>();
        assert_eq!(
            read::<Ids>(json!(many(1000))).unwrap().into_vec(),
            many(1000)
        );
        assert_eq!(refusal::<Ids>(json!(many(1001))), "input.too_many|max=1000");
    }

    #[test]
    fn codes_table() {
        let accepted: [(Value, &[&str]); 7] = [
            (json!(["A", "B", "A"]), &["A", "B"]),
            (json!({"0": "A", "7": "B"}), &["A", "B"]),
            (json!("A, B"), &["A", "B"]),
            (json!("ROLE_AGENT_ADD_NOTE"), &["ROLE_AGENT_ADD_NOTE"]),
            (json!([1, "two"]), &["1", "two"]),
            (json!("{not json"), &["{not json"]),
            (json!(""), &[]),
        ];
        for (value, codes) in accepted {
            assert_eq!(
                read::<Codes>(value.clone()).unwrap().as_slice(),
                codes,
                "{value}"
            );
        }
        for value in [
            json!([["A"]]),
            json!("a\nb"),
            json!(["a\0"]),
            json!("x".repeat(101)),
        ] {
            assert_eq!(refusal::<Codes>(value), "input.code");
        }
    }

    proptest! {
        #[test]
        fn every_form_of_a_list_says_the_same(ids in prop::collection::vec(1..i64::MAX, 0..40)) {
            let comma = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            let object: serde_json::Map<_, _> =
                ids.iter().enumerate().map(|(n, id)| (n.to_string(), json!(id.to_string()))).collect();
            let from_array = read::<Ids>(json!(ids)).unwrap();
            prop_assert_eq!(&read::<Ids>(json!(comma)).unwrap(), &from_array);
            prop_assert_eq!(&read::<Ids>(Value::Object(object)).unwrap(), &from_array);
            prop_assert_eq!(&read::<Ids>(json!(json!(ids).to_string())).unwrap(), &from_array);
            let mut sorted = from_array.clone().into_vec();
            sorted.sort_unstable();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), from_array.as_slice().len());
        }

        #[test]
        fn any_text_is_read_or_refused_by_key(text in ".*") {
            if let Err(message) = read::<Ids>(json!(text)) {
                prop_assert_eq!(message, "input.id");
            }
            if let Ok(codes) = read::<Codes>(json!(text)) {
                prop_assert!(codes.as_slice().iter().all(|code| !code.is_empty() && code.trim() == code));
            }
        }
    }
}
