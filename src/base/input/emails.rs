//! Lists of addresses, as they stand in `to`, `cc` and filters.

use std::borrow::Cow;
use std::collections::HashSet;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::email::{Email, address_text};
use super::list::leaves;
use super::through;
use crate::base::error::Message;

/// The most addresses in one list.
const MAX_ADDRESSES: usize = 100;

/// Up to 100 addresses: a list, an object's values, `"a@x.org, b@y.org"` or one; each only
/// once, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Emails(Vec<Email>);

impl Emails {
    /// The addresses.
    pub fn as_slice(&self) -> &[Email] {
        &self.0
    }

    /// The addresses, owned.
    pub fn into_vec(self) -> Vec<Email> {
        self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read(value: Value, one: fn(&str) -> Result<Email, Message>) -> Result<Self, Message> {
        let mut known = HashSet::new();
        let mut emails = Vec::new();
        for leaf in leaves(value, addresses) {
            let email = one(&address_text(leaf)?)?;
            if known.insert(email.key()) {
                emails.push(email);
            }
            if emails.len() > MAX_ADDRESSES {
                return Err(Message::new("input.too_many").with("max", MAX_ADDRESSES));
            }
        }
        Ok(Self(emails))
    }
}

/// Splits at commas and semicolons, but not within quotes: `"Doe, Jo" <jo@x.org>, b@y.org`.
fn addresses(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut from, mut is_quoted, mut is_escaped) = (0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' | b';' if !is_quoted => {
                parts.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

impl<'de> Deserialize<'de> for Emails {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        through(deserializer, |value| Self::read(value, Email::parse))
    }
}

/// Reads [`Emails`] of a query, for `#[serde(default, deserialize_with = "…")]`.
pub fn queried_emails<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Emails, D::Error> {
    through(deserializer, |value| Emails::read(value, Email::from_query))
}

impl JsonSchema for Emails {
    fn schema_name() -> Cow<'static, str> {
        "Emails".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let address = serde_json::json!({"type": "string", "format": "email"});
        json_schema!({"anyOf": [
            {"type": "array", "items": address, "maxItems": MAX_ADDRESSES},
            {"type": "string", "description": "Separated by commas or semicolons."},
            {"type": "object", "additionalProperties": address, "description": "The values count."},
            {"type": "null", "description": "None."},
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
    fn emails_table() {
        let two = ["a@x.org", "b@y.org"];
        let accepted = [
            json!(["a@x.org", "b@y.org"]),
            json!({"0": "a@x.org", "1": "b@y.org"}),
            json!("a@x.org,b@y.org"),
            json!(" a@x.org ; b@y.org ,"),
            json!(["a@x.org,b@y.org", "", null]),
            json!("\"X, A\" <a@x.org>, B <b@y.org>"),
            json!(["a@x.org", "A@X.org", "b@y.org"]),
            json!("[\"a@x.org\",\"b@y.org\"]"),
        ];
        for value in accepted {
            let emails = read::<Emails>(value).unwrap().into_vec();
            assert_eq!(emails.iter().map(Email::as_str).collect::<Vec<_>>(), two);
        }
        for value in [json!(""), json!(null), json!([]), json!({}), json!(" , ")] {
            assert!(read::<Emails>(value).unwrap().is_empty());
        }
        for value in [
            json!("a@x.org b@y.org"),
            json!(["a@x.org", "b"]),
            json!([["a@x.org"]]),
            json!(7),
        ] {
            assert_eq!(refusal::<Emails>(value), "input.email");
        }
        let many = |count: usize| {
            (0..count)
                .map(|n| format!("a{n}@x.org"))
                .collect::<Vec<_>>()
        };
        assert!(read::<Emails>(json!(many(100))).is_ok());
        assert_eq!(
            refusal::<Emails>(json!(many(101))),
            "input.too_many|max=100"
        );
    }

    #[test]
    fn a_query_gives_plus_back() {
        let asked = queried_emails(json!(["a b@x.org,c@x.org"])).unwrap();
        assert_eq!(asked.as_slice()[0].as_str(), "a+b@x.org");
        assert_eq!(asked.as_slice().len(), 2);
    }

    proptest! {
        #[test]
        fn a_list_and_its_text_say_the_same(
            locals in prop::collection::vec("[a-z]{1,5}", 0..20),
            name in "[A-Za-z ,;]{0,9}",
        ) {
            let dressed: Vec<_> = locals.iter().map(|l| format!("\"{name}\" <{l}@x.org>")).collect();
            let list = read::<Emails>(json!(dressed)).unwrap();
            prop_assert_eq!(&read::<Emails>(json!(dressed.join("; "))).unwrap(), &list);
            let distinct: HashSet<_> = locals.iter().collect();
            prop_assert_eq!(list.as_slice().len(), distinct.len());
        }

        #[test]
        fn any_text_is_read_or_refused_by_key(text in ".*") {
            if let Err(message) = read::<Emails>(json!(text)) {
                prop_assert_eq!(message, "input.email");
            }
        }
    }
}
