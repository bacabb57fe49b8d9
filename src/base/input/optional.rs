//! Wrappers: a value that may be missing, and what an edit says about a value.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error as SerdeError, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::number::Flag;
use super::tree::OR_NOTHING;

/// An optional value: absent, null and `""` are none. Its field needs `#[serde(default)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Optional<T>(Option<T>);

impl<T> Optional<T> {
    /// The value, if one was sent.
    pub fn get(self) -> Option<T> {
        self.0
    }

    /// The value by reference, if one was sent.
    pub fn as_ref(&self) -> Option<&T> {
        self.0.as_ref()
    }
}

impl<T> Default for Optional<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> From<Option<T>> for Optional<T> {
    fn from(value: Option<T>) -> Self {
        Self(value)
    }
}

impl<T> From<Optional<T>> for Option<T> {
    fn from(maybe: Optional<T>) -> Self {
        maybe.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Optional<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = deserializer.deserialize_newtype_struct(OR_NOTHING, Blank(PhantomData))?;
        Ok(Self(value))
    }
}

impl<T: JsonSchema> JsonSchema for Optional<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Optional{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<T>()
    }
}

/// What an edit says about one field. Its field needs `#[serde(default)]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// Not mentioned: the stored value stays.
    #[default]
    Absent,
    /// Mentioned as null or `""`: the stored value goes.
    Empty,
    /// The new value.
    Value(T),
}

impl<T> Patch<T> {
    /// Whether the field was mentioned at all, be it as nothing.
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The new value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Empty => None,
        }
    }

    /// The new value by reference, if there is one.
    pub fn as_ref(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Empty => None,
        }
    }

    /// What is to be stored where `old` was: `old` when the field was not mentioned.
    pub fn or(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Absent => old,
            Self::Empty => None,
            Self::Value(value) => Some(value),
        }
    }
}

impl Patch<Flag> {
    /// Whether a filter of a query is asked for: a bare key counts (`?trashed`), `?trashed=0`
    /// does not.
    pub fn is_asked(self) -> bool {
        match self {
            Self::Absent => false,
            Self::Empty => true,
            Self::Value(flag) => flag.get(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = deserializer.deserialize_newtype_struct(OR_NOTHING, Blank(PhantomData))?;
        Ok(value.map_or(Self::Empty, Self::Value))
    }
}

impl<T: JsonSchema> JsonSchema for Patch<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Patch{}", T::schema_name()).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        or_null(generator.subschema_for::<T>().to_value())
    }
}

/// Null takes a value away, but for what is one of a few or may not be blank.
fn or_null(mut value: Value) -> Schema {
    let is_needed = value["minLength"].as_u64() > Some(0) || value.get("enum").is_some();
    if is_needed || value.get("type").is_none() && value.get("$ref").is_none() {
        return Schema::try_from(value).unwrap_or_default();
    }
    if value.get("$ref").is_some() {
        return json_schema!({"anyOf": [value, {"type": "null"}]});
    }
    value["type"] = json!([value["type"], "null"]);
    Schema::try_from(value).unwrap_or_default()
}

/// Hands on what was sent, where something was: what is nothing the deserializer says.
struct Blank<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Blank<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or nothing")
    }

    fn visit_none<E: SerdeError>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, sent: D) -> Result<Option<T>, D::Error> {
        T::deserialize(sent).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::input::testing::{read, refusal, schema};
    use crate::base::input::{Ids, Int, Secret, Text};
    use proptest::prelude::*;

    #[derive(Debug, Default, PartialEq, Deserialize, schemars::JsonSchema)]
    #[serde(default)]
    struct Edit {
        name: Patch<Text>,
        page: Optional<Int>,
        trashed: Patch<Flag>,
        ids: Optional<Ids>,
    }

    #[test]
    fn absent_nothing_and_value_are_three() {
        let table = [
            (json!({}), Patch::Absent, false, Some(1)),
            (json!({"n": null}), Patch::Empty, true, None),
            (json!({"n": ""}), Patch::Empty, true, None),
            (json!({"n": "2"}), Patch::Value(2), true, Some(2)),
            (json!({"n": 2}), Patch::Value(2), true, Some(2)),
        ];
        for (tree, given, is_given, stored) in table {
            #[derive(Deserialize)]
            struct One {
                #[serde(default)]
                n: Patch<Int>,
            }
            let n = match read::<One>(tree).unwrap().n {
                Patch::Value(n) => Patch::Value(n.get()),
                Patch::Empty => Patch::Empty,
                Patch::Absent => Patch::Absent,
            };
            assert_eq!(n, given);
            assert_eq!(n.is_given(), is_given);
            assert_eq!(n.or(Some(1)), stored);
            assert_eq!(n.value(), stored.filter(|_| is_given));
        }
        assert_eq!(refusal::<Patch<Int>>(json!("x")), "input.int");
    }

    #[test]
    fn a_filter_may_be_a_bare_key() {
        let table = [
            (json!({}), false),
            (json!({"trashed": ""}), true),
            (json!({"trashed": "1"}), true),
            (json!({"trashed": "0"}), false),
        ];
        for (query, asked) in table {
            assert_eq!(read::<Edit>(query).unwrap().trashed.is_asked(), asked);
        }
    }

    #[test]
    fn maybe_table() {
        for value in [json!(null), json!("")] {
            assert_eq!(read::<Optional<Int>>(value).unwrap().get(), None);
        }
        assert_eq!(
            read::<Optional<Int>>(json!("7"))
                .unwrap()
                .get()
                .map(Int::get),
            Some(7)
        );
        assert_eq!(
            read::<Optional<Ids>>(json!([1]))
                .unwrap()
                .as_ref()
                .map(Ids::as_slice),
            Some(&[1][..])
        );
        assert!(
            read::<Optional<Secret>>(json!("  "))
                .unwrap()
                .get()
                .is_some()
        );
        assert_eq!(refusal::<Optional<Int>>(json!([])), "input.int");
        assert_eq!(refusal::<Optional<Int>>(json!(1.5)), "input.int");
    }

    #[test]
    fn schemas_name_what_may_be_left_out() {
        assert_eq!(schema::<Edit>()["required"], Value::Null);
        assert_eq!(schema::<Optional<Int>>(), schema::<Int>());
        assert_eq!(schema::<Patch<Int>>()["type"], json!(["integer", "null"]));
        assert_eq!(schema::<Patch<Text>>()["type"], json!(["string", "null"]));
        assert_eq!(schema::<Patch<Text<9, 1>>>(), schema::<Text<9, 1>>());
        assert_eq!(schema::<Patch<Edit>>()["anyOf"][1], json!({"type": "null"}));
    }

    proptest! {
        #[test]
        fn a_wrapper_changes_no_value(number: i64, text in "[^\0]{1,20}") {
            prop_assert_eq!(read::<Patch<Int>>(json!(number)).unwrap().value(), read::<Int>(json!(number)).ok());
            prop_assert_eq!(read::<Optional<Text>>(json!(text)).unwrap().get(), read::<Text>(json!(text)).ok());
        }
    }
}
