//! Lenient input types: clients send `2`, `"2"`, `"on"`, `""` or a comma list where one
//! number is due, and each of these types turns that into one strict value at the door,
//! so that no handler ever does.
//!
//! They read a tree of `serde_json::Value` whose leaves may be a form's strings or JSON's
//! own types, and they know nothing of HTTP, of rooms or of the database. A refusal is a
//! serde error whose text is a [`Message`] in its written form (`key|name=value`): serde
//! errors can carry nothing but text, and [`Message::parse`] reads it back at the edge.

mod budget;
mod choice;
mod email;
pub mod json;
mod json_text;
mod list;
mod map;
mod moment;
mod number;
mod optional;
mod rich_text;
mod secret;
mod senders;
mod text;
mod tree;

pub use budget::{Budget, MAX_DEPTH, MAX_FIELD_BYTES, MAX_FIELDS, MAX_OTHER_BYTES};
pub use choice::{Colour, Zone};
pub use email::Email;
pub use json_text::JsonText;
pub use list::{Codes, Emails, Flags, Ids, queried_emails};
pub use map::{Map, Order};
pub use moment::Moment;
pub use number::{Flag, Id, Int};
pub use optional::{Optional, Patch};
pub use secret::{Secret, Twice};
pub use senders::Senders;
pub use text::{Line, LongText, Text, on_one_line};
pub use tree::{read_object, read_value};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::error::Message;

/// The key for a value that must be there and is not.
const REQUIRED: &str = "input.required";

/// A refusal as the serde error of whoever reads.
fn refuse<E: serde::de::Error>(message: impl Into<Message>) -> E {
    E::custom(message.into())
}

/// Takes the whole value and lets `read` judge it.
fn through<'de, D, T>(
    deserializer: D,
    read: impl FnOnce(Value) -> Result<T, Message>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    read(Value::deserialize(deserializer)?).map_err(refuse)
}

/// Makes a type one of input: read from any value by its own `read`, and described by a schema
/// that has its name or stands, `inline`, where it is used. Parameters come in brackets.
macro_rules! input_type {
    ([$($generic:tt)*] $type:ty, $name:expr, $place:ident, |$generator:pat_param| $schema:expr) => {
        impl<'de, $($generic)*> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::base::input::through(deserializer, Self::read)
            }
        }

        impl<$($generic)*> schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $name.into()
            }

            fn inline_schema() -> bool {
                stringify!($place) == "inline"
            }

            fn json_schema($generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $schema
            }
        }
    };
    ($type:ty, $name:expr, $place:ident, |$generator:pat_param| $schema:expr) => {
        input_type!([] $type, $name, $place, |$generator| $schema);
    };
}

use input_type;

/// What the tests of all the types share.
#[cfg(test)]
mod testing {
    use serde::de::DeserializeOwned;
    use serde_json::Value;

    /// The value, or the text of the refusal.
    pub(super) fn read<T: DeserializeOwned>(value: Value) -> Result<T, String> {
        super::read_value(&value).map_err(|message| message.to_string())
    }

    /// The refusal's text, for a value that must be refused.
    pub(super) fn refusal<T: DeserializeOwned>(value: Value) -> String {
        match read::<T>(value.clone()) {
            Ok(_) => panic!("{value} was accepted"),
            Err(text) => text,
        }
    }

    /// The schema of a type, as the published document shows it.
    pub(super) fn schema<T: schemars::JsonSchema>() -> Value {
        T::json_schema(&mut schemars::SchemaGenerator::default()).to_value()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, schemars::JsonSchema)]
    #[expect(dead_code, reason = "only the refusals' paths matter here")]
    struct Edit {
        #[serde(default)]
        page: Optional<Int>,
        #[serde(default)]
        fields: Map<Text<5>>,
        #[serde(default)]
        extra: Patch<JsonText<BTreeMap<String, Int>>>,
    }

    #[test]
    fn a_refusal_names_its_field_down_to_the_innermost() {
        let table = [
            (json!({"page": "x"}), "page", "input.int"),
            (
                json!({"fields": {"122": "too long"}}),
                "fields.122",
                "input.too_long|max=5",
            ),
            (json!({"fields": ["ok", []]}), "fields[1]", "input.text"),
            (json!({"extra": {"a": "x"}}), "extra.a", "input.int"),
        ];
        for (tree, path, message) in table {
            let faults = read_object::<Edit>(&tree).unwrap_err();
            let found: Vec<(&str, String)> = faults
                .iter()
                .map(|(path, message)| (path, message.to_string()))
                .collect();
            assert_eq!(found, [(path, message.to_owned())]);
        }
    }

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        #[derive(Debug, Deserialize, schemars::JsonSchema)]
        #[expect(dead_code, reason = "only the refusals matter here")]
        struct New {
            name: Text<9, 1>,
            email: Email,
            place: Int,
            #[serde(default)]
            ids: Ids,
        }
        let table = [
            (json!({}), "name email place"),
            (json!([1]), "name email place"),
            (json!({"ids": "x", "email": "a@x.org"}), "ids name place"),
            (
                json!({"email": "x", "place": "x", "ids": 1, "name": ""}),
                "email place name",
            ),
            (
                json!({"name": "a", "email": "a@x.org", "place": []}),
                "place",
            ),
        ];
        for (tree, fields) in table {
            let faults = read_object::<New>(&tree).unwrap_err();
            let found: Vec<&str> = faults.iter().map(|(path, _)| path).collect();
            assert_eq!(found.join(" "), fields, "{tree}");
        }
    }

    #[test]
    fn a_refusal_reads_back_as_its_message() {
        let text = testing::refusal::<Text<3>>(json!("four"));
        assert_eq!(
            Message::parse(&text),
            Message::new("input.too_long").with("max", 3)
        );
    }
}
