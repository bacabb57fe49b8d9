//! Lists as clients send them: an array, an object whose values count (`ids[3]=7`), a comma
//! list, one value alone, or the JSON text of any of these.

use std::collections::HashSet;
use std::hash::Hash;

use schemars::json_schema;
use serde::Deserializer;
use serde_json::Value;

use super::email::{Email, address_text};
use super::number::{Flag, Id};
use super::optional::Optional;
use super::text::plain;
use super::{input_type, json, through};
use crate::base::error::Message;

/// The most ids and codes of a list.
const MAX_ENTRIES: usize = 1_000;

/// The most addresses of a list.
const MAX_ADDRESSES: usize = 100;
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
        // A thing as an answer shows it is one entry.
        Value::Object(map) if map.contains_key("id") => vec![Value::Object(map)],
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

/// What a list is of.
pub trait Entry: Clone + Eq + Hash + Sized {
    /// The name of the list's schema.
    const NAME: &'static str;
    /// The most entries.
    const MOST: usize;

    /// Parts a text into entries.
    fn split(text: &str) -> Vec<&str>;
    /// Reads one.
    fn read(leaf: Value) -> Result<Self, Message>;
    /// What one looks like in a list.
    fn schema() -> Value;
}

/// Entries in any form: `[1, "2"]`, `{"1": "1"}` (the values count), `"1,2"`, `7`; nothing is
/// an empty list. Each only once, in the order sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List<T>(Vec<T>);

/// Up to 1,000 ids.
pub type Ids = List<i64>;

/// Up to 1,000 short words, such as privilege codes.
pub type Codes = List<String>;

/// Up to 100 addresses.
pub type Emails = List<Email>;

/// Switches of a filter: on, off, or both.
pub type Flags = List<Flag>;

impl<T: Entry> List<T> {
    /// The entries.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// The entries, owned.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read(value: Value) -> Result<Self, Message> {
        Self::read_by(value, T::read)
    }

    fn read_by(value: Value, one: fn(Value) -> Result<T, Message>) -> Result<Self, Message> {
        let mut known = HashSet::new();
        let mut list = Vec::new();
        for leaf in leaves(value, T::split) {
            let entry = one(leaf)?;
            if known.insert(entry.clone()) {
                list.push(entry);
            }
            if list.len() > T::MOST {
                return Err(Message::new("input.too_many").with("max", T::MOST));
            }
        }
        Ok(Self(list))
    }
}

impl<T: Entry> Optional<List<T>> {
    /// The entries of a filter; a list of nothing asks for nothing.
    pub fn entries(&self) -> Option<&[T]> {
        let entries = self.as_ref().map(List::as_slice);
        entries.filter(|entries| !entries.is_empty())
    }
}

impl Optional<Flags> {
    /// What a filter is narrowed to; both are no narrowing.
    pub fn only(&self) -> Option<bool> {
        match self.entries() {
            Some([flag]) => Some(flag.get()),
            _ => None,
        }
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

input_type!([T: Entry] List<T>, T::NAME, inline, |_| json_schema!({
    "type": "array", "items": T::schema(), "maxItems": T::MOST,
}));

impl Entry for i64 {
    const NAME: &'static str = "Ids";
    const MOST: usize = MAX_ENTRIES;

    fn split(text: &str) -> Vec<&str> {
        text.split(',').collect()
    }

    fn read(leaf: Value) -> Result<Self, Message> {
        Id::read(leaf).map(Id::get)
    }

    fn schema() -> Value {
        serde_json::json!({"type": "integer", "format": "int64", "minimum": 1})
    }
}

impl Entry for String {
    const NAME: &'static str = "Codes";
    const MOST: usize = MAX_ENTRIES;

    fn split(text: &str) -> Vec<&str> {
        text.split(',').collect()
    }

    fn read(leaf: Value) -> Result<Self, Message> {
        let word = plain(leaf).map_err(|_| Message::new("input.code"))?;
        let fits = word.chars().count() <= MAX_CODE && !word.chars().any(char::is_control);
        fits.then_some(word).ok_or_else(|| "input.code".into())
    }

    fn schema() -> Value {
        serde_json::json!({"type": "string", "maxLength": MAX_CODE})
    }
}

impl Entry for Flag {
    const NAME: &'static str = "Flags";
    const MOST: usize = MAX_ENTRIES;

    fn split(text: &str) -> Vec<&str> {
        text.split(',').collect()
    }

    fn read(leaf: Value) -> Result<Self, Message> {
        Self::read(leaf)
    }

    fn schema() -> Value {
        serde_json::json!({"type": "boolean"})
    }
}

impl Entry for Email {
    const NAME: &'static str = "Emails";
    const MOST: usize = MAX_ADDRESSES;

    fn split(text: &str) -> Vec<&str> {
        addresses(text)
    }

    fn read(leaf: Value) -> Result<Self, Message> {
        Self::parse(&address_text(leaf)?)
    }

    fn schema() -> Value {
        serde_json::json!({"type": "string", "format": "email"})
    }
}

/// Reads [`Emails`] of a query, for `#[serde(default, deserialize_with = "…")]`.
pub fn queried_emails<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Emails, D::Error> {
    through(deserializer, |value| {
        Emails::read_by(value, |leaf| Email::from_query(&address_text(leaf)?))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::testing::{read, refusal};

    #[test]
    fn ids_table() {
        let accepted: [(Value, &[i64]); 14] = [
            (json!([1, "2"]), &[1, 2]),
            (json!({"1": "1", "x": 5}), &[1, 5]),
            (json!("1,2"), &[1, 2]),
            (json!([{"id": 1, "name": "x"}, 2]), &[1, 2]),
            (json!({"id": "7", "name": "x"}), &[7]),
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

        #[test]
        fn addresses_and_their_text_say_the_same(
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
        fn any_text_is_addresses_or_refused_by_key(text in ".*") {
            if let Err(message) = read::<Emails>(json!(text)) {
                prop_assert_eq!(message, "input.email");
            }
        }
    }
}
