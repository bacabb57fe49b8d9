//! Values by number, as in `customFields[122]=blue` and `orders[12]=3`.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::number::Int;
use super::tree::Reader;
use super::{json, refuse};
use crate::base::error::Message;

/// The most entries.
const MAX_ENTRIES: usize = 1_000;

/// Values by number, in the order sent: an object with numeric keys, a list (its positions
/// count from 0, as PHP's do), or the JSON text of either; nothing is an empty map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<V>(Vec<(i64, V)>);

/// The place of each thing by its id: `{"12": "3"}`.
pub type Order = Map<Int>;

impl<V> Map<V> {
    /// Numbers and values.
    pub fn as_slice(&self) -> &[(i64, V)] {
        &self.0
    }

    /// Numbers and values, owned.
    pub fn into_vec(self) -> Vec<(i64, V)> {
        self.0
    }

    /// The value under this number.
    pub fn get(&self, key: i64) -> Option<&V> {
        self.0
            .iter()
            .find(|(have, _)| *have == key)
            .map(|(_, value)| value)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V> Default for Map<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// A visitor, and not a detour over [`Value`], so that a refusal keeps its path
/// (`customFields.122`).
struct Entries<V>(PhantomData<V>);

impl<'de, V: DeserializeOwned> Visitor<'de> for Entries<V> {
    type Value = Map<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("input.map")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Map<V>, E> {
        Ok(Map::default())
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Map<V>, E> {
        if text.trim().is_empty() {
            return Ok(Map::default());
        }
        match json::parse(text.as_bytes()) {
            Ok(tree @ (Value::Array(_) | Value::Object(_))) => {
                Map::deserialize(Reader(&tree)).map_err(E::custom)
            }
            _ => Err(refuse("input.map")),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Map<V>, A::Error> {
        let mut entries = Vec::new();
        for position in 0_i64.. {
            let Some(value) = list.next_element()? else {
                break;
            };
            entries.push((position, value));
            within_limit(&entries)?;
        }
        Ok(Map(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Map<V>, A::Error> {
        let mut known = HashSet::new();
        let mut entries = Vec::new();
        while let Some(key) = object.next_key::<String>()? {
            let number: i64 = key.trim().parse().map_err(|_| refuse("input.map_key"))?;
            if !known.insert(number) {
                return Err(refuse(
                    Message::new("input.duplicate_key").with("key", number),
                ));
            }
            entries.push((number, object.next_value()?));
            within_limit(&entries)?;
        }
        Ok(Map(entries))
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<Map<V>, E> {
        Err(refuse("input.map"))
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<Map<V>, E> {
        Err(refuse("input.map"))
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<Map<V>, E> {
        Err(refuse("input.map"))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<Map<V>, E> {
        Err(refuse("input.map"))
    }
}

fn within_limit<T, E: serde::de::Error>(entries: &[T]) -> Result<(), E> {
    if entries.len() > MAX_ENTRIES {
        return Err(refuse(
            Message::new("input.too_many").with("max", MAX_ENTRIES),
        ));
    }
    Ok(())
}

impl<'de, V: DeserializeOwned> Deserialize<'de> for Map<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Entries(PhantomData))
    }
}

impl<V: JsonSchema> JsonSchema for Map<V> {
    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", V::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<V>();
        json_schema!({
            "type": "object",
            "propertyNames": {"pattern": "^[0-9]+$"},
            "additionalProperties": value,
            "maxProperties": MAX_ENTRIES,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::Text;
    use crate::base::input::testing::{read, refusal, schema};

    #[test]
    fn order_table() {
        let accepted: [(Value, &[(i64, i64)]); 8] = [
            (json!({"12": "3", "4": 1}), &[(12, 3), (4, 1)]),
            (json!([5, "6"]), &[(0, 5), (1, 6)]),
            (json!("{\"12\": \"3\"}"), &[(12, 3)]),
            (json!(" [5] "), &[(0, 5)]),
            (json!({}), &[]),
            (json!([]), &[]),
            (json!(""), &[]),
            (json!(null), &[]),
        ];
        for (value, entries) in accepted {
            let order = read::<Order>(value.clone()).unwrap();
            let read: Vec<_> = order
                .as_slice()
                .iter()
                .map(|(key, place)| (*key, place.get()))
                .collect();
            assert_eq!(read, entries, "{value}");
        }
        let refused = [
            (json!({"name": "3"}), "input.map_key"),
            (json!({"": "3"}), "input.map_key"),
            (json!({"1.5": "3"}), "input.map_key"),
            (json!({"1": 3, "01": 4}), "input.duplicate_key|key=1"),
            (json!({"1": "x"}), "input.int"),
            (json!("{\"1\": \"x\"}"), "input.int"),
            (json!("{\"1\": 2, \"1\": 3}"), "input.map"),
            (json!("blue"), "input.map"),
            (json!("7"), "input.map"),
            (json!(7), "input.map"),
            (json!(-7), "input.map"),
            (json!(0.5), "input.map"),
            (json!(true), "input.map"),
        ];
        for (value, message) in refused {
            assert_eq!(refusal::<Order>(value), message);
        }
        assert_eq!(
            refusal::<Order>(json!(vec![1; 1001])),
            "input.too_many|max=1000"
        );
    }

    #[test]
    fn a_value_is_found_by_its_number() {
        let fields = read::<Map<Text>>(json!({"122": "blue", "7": " red "})).unwrap();
        assert_eq!(fields.get(7).map(Text::as_str), Some("red"));
        assert!(fields.get(8).is_none());
        assert_eq!(
            schema::<Map<Text>>()["additionalProperties"]["maxLength"],
            json!(255)
        );
    }

    proptest! {
        #[test]
        fn an_object_and_its_text_say_the_same(
            entries in prop::collection::hash_map(any::<i64>(), any::<i64>(), 0..30)
        ) {
            let object: serde_json::Map<_, _> =
                entries.iter().map(|(key, value)| (key.to_string(), json!(value))).collect();
            let text = Value::String(Value::Object(object.clone()).to_string());
            let order = read::<Order>(Value::Object(object)).unwrap();
            prop_assert_eq!(&read::<Order>(text).unwrap(), &order);
            prop_assert_eq!(order.as_slice().len(), entries.len());
            for (key, value) in entries {
                prop_assert_eq!(order.get(key).map(|place| place.get()), Some(value));
            }
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            if let Err(message) = read::<Order>(json!(text)) {
                prop_assert!(message.starts_with("input."));
            }
        }
    }
}
