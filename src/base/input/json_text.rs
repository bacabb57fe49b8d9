//! A value that flat clients send as JSON text.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Error as SerdeError, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::tree::Reader;
use super::{REQUIRED, json, refuse};
use crate::base::error::{Error, Message};

/// An object or list, or its JSON text: flat clients can send nothing but text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JsonText<T>(T);

impl<T> JsonText<T> {
    /// What was sent.
    pub fn get(self) -> T {
        self.0
    }

    /// What was sent, by reference.
    pub fn tree(&self) -> &T {
        &self.0
    }
}

struct TreeOrText<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for TreeOrText<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("input.json_text")
    }

    fn visit_unit<E: SerdeError>(self) -> Result<T, E> {
        Err(refuse(REQUIRED))
    }

    fn visit_str<E: SerdeError>(self, text: &str) -> Result<T, E> {
        if text.trim().is_empty() {
            return Err(refuse(REQUIRED));
        }
        let tree = json::parse(text.as_bytes()).map_err(|error| refuse(inner_fault(error)))?;
        // What is quoted once more is text again, and no object.
        if !tree.is_object() && !tree.is_array() {
            return Err(refuse("input.json_text"));
        }
        T::deserialize(Reader(&tree)).map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<T, A::Error> {
        T::deserialize(SeqAccessDeserializer::new(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(object))
    }

    fn visit_bool<E: SerdeError>(self, _: bool) -> Result<T, E> {
        Err(refuse("input.json_text"))
    }

    fn visit_i64<E: SerdeError>(self, _: i64) -> Result<T, E> {
        Err(refuse("input.json_text"))
    }

    fn visit_u64<E: SerdeError>(self, _: u64) -> Result<T, E> {
        Err(refuse("input.json_text"))
    }

    fn visit_f64<E: SerdeError>(self, _: f64) -> Result<T, E> {
        Err(refuse("input.json_text"))
    }
}

/// The line and column of a field's text would be read as those of the body, so malformed
/// text gets a message of its own.
fn inner_fault(error: Error) -> Message {
    let fault = match error {
        Error::TooLarge(message) => Some(message),
        Error::Invalid(faults) => faults.iter().next().map(|(_, message)| message.clone()),
        _ => None,
    };
    fault
        .filter(|message| message.key != "input.json")
        .unwrap_or_else(|| "input.json_text".into())
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for JsonText<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(TreeOrText(PhantomData))
            .map(Self)
    }
}

impl<T: JsonSchema> JsonSchema for JsonText<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("JsonText{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal, schema};
    use crate::base::input::{Int, Optional, Text};

    #[derive(Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
    #[serde(default)]
    struct Edit {
        name: Optional<Text>,
        page: Optional<Int>,
    }

    #[test]
    fn json_text_table() {
        let edit = read::<Edit>(json!({"name": "x", "page": "2"})).unwrap();
        for value in [
            json!({"name": "x", "page": 2}),
            json!(r#" {"name":"x","page":"2"} "#),
        ] {
            assert_eq!(read::<JsonText<Edit>>(value).unwrap().tree(), &edit);
        }
        assert_eq!(
            read::<Optional<JsonText<Edit>>>(json!("")).unwrap().get(),
            None
        );
        let refused = [
            (json!(""), "input.required"),
            (json!(null), "input.required"),
            (json!("{"), "input.json_text"),
            (json!("plain"), "input.json_text"),
            (json!(7), "input.json_text"),
            (json!(true), "input.json_text"),
            (
                json!(r#"{"page":1,"page":2}"#),
                "input.duplicate_key|key=page",
            ),
            (json!("[".repeat(65)), "input.too_deep|max=64"),
            (json!(r#"{"page":"x"}"#), "input.int"),
        ];
        for (value, message) in refused {
            assert_eq!(refusal::<JsonText<Edit>>(value), message);
        }
    }

    #[test]
    fn the_schema_is_that_of_what_is_meant() {
        assert_eq!(schema::<JsonText<Vec<i64>>>()["type"], json!("array"));
    }

    #[test]
    fn text_in_text_is_refused_by_key() {
        for text in ["\"\"", "\"{}\"", "7", "true"] {
            let refused = read::<JsonText<Edit>>(json!(text)).unwrap_err();
            assert_eq!(refused, "input.json_text", "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_tree_and_its_text_say_the_same(name in "[^\0]{1,20}", page: i64) {
            let tree = json!({"name": name, "page": page});
            let from_text = read::<JsonText<Edit>>(json!(tree.to_string())).unwrap();
            prop_assert_eq!(from_text.tree(), &read::<Edit>(tree.clone()).unwrap());
            prop_assert_eq!(from_text, read::<JsonText<Edit>>(tree).unwrap());
        }

        #[test]
        fn any_text_is_read_or_refused_by_key(text in ".*") {
            if let Err(message) = read::<JsonText<Edit>>(json!(text)) {
                prop_assert!(message.starts_with("input."));
            }
        }
    }
}
