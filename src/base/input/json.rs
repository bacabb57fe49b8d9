//! JSON text into a tree, more strictly than `serde_json` by itself: a key that comes twice
//! is refused (two readers of one body must not see two values), and depth and bytes are
//! bounded while the tree grows, not afterwards.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::budget::Budget;
use crate::base::error::{Error, Message, Result};

/// What a value costs beside its text, in bytes: a tree of a million empty lists is small
/// as text and large in memory.
const NODE_COST: usize = 8;

/// How much of a faulty key the message repeats, in characters.
const SHOWN: usize = 40;

/// Reads one JSON value. [`Error::Invalid`] on `body` with `input.json` (line, column) or
/// `input.duplicate_key` (key); [`Error::TooLarge`] beyond the [`Budget`].
pub fn parse(text: &[u8]) -> Result<Value> {
    let mut found = Found::default();
    let mut source = serde_json::Deserializer::from_slice(text);
    let root = Node {
        level: 1,
        found: &mut found,
    };
    let read = root
        .deserialize(&mut source)
        .and_then(|value| source.end().map(|()| value));
    read.map_err(|error| found.fault.unwrap_or_else(|| malformed(&error)))
}

fn malformed(error: &serde_json::Error) -> Error {
    let message = Message::new("input.json")
        .with("line", error.line())
        .with("column", error.column());
    Error::invalid("body", message)
}

/// A `|` would end the argument in the message's written form.
fn shown(key: &str) -> String {
    key.chars()
        .take(SHOWN)
        .map(|c| if c == '|' || c.is_control() { ' ' } else { c })
        .collect()
}

/// What is known so far. The fault stands here because serde's error is text alone.
#[derive(Default)]
struct Found {
    budget: Budget,
    fault: Option<Error>,
}

impl Found {
    fn check<E: serde::de::Error>(&mut self, result: Result<()>) -> Result<(), E> {
        result.map_err(|error| {
            self.fault = Some(error);
            E::custom("see the fault")
        })
    }

    fn spend<E: serde::de::Error>(&mut self, bytes: usize) -> Result<(), E> {
        let result = self.budget.spend(bytes + NODE_COST);
        self.check(result)
    }
}

/// Reads the value at one place in the tree.
struct Node<'a> {
    level: usize,
    found: &'a mut Found,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.found.spend(0).map(|()| Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.found.spend(0).map(|()| Value::Bool(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.found.spend(0).map(|()| Value::from(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.found.spend(0).map(|()| Value::from(value))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.found.spend(0)?;
        Number::from_f64(value)
            .map(Value::Number)
            .ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.found.spend(value.len()).map(|()| Value::from(value))
    }

    fn visit_string<E: serde::de::Error>(self, value: String) -> Result<Value, E> {
        self.found.spend(value.len()).map(|()| Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.found.check(Budget::enter(self.level))?;
        self.found.spend(0)?;
        let level = self.level + 1;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(Node {
            level,
            found: &mut *self.found,
        })? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.found.check(Budget::enter(self.level))?;
        self.found.spend(0)?;
        let level = self.level + 1;
        let mut entries = Map::new();
        while let Some(key) = object.next_key::<String>()? {
            self.found.spend(key.len())?;
            if entries.contains_key(&key) {
                let message = Message::new("input.duplicate_key").with("key", shown(&key));
                self.found.fault = Some(Error::invalid("body", message));
                return Err(A::Error::custom("see the fault"));
            }
            let value = object.next_value_seed(Node {
                level,
                found: &mut *self.found,
            })?;
            entries.insert(key, value);
        }
        Ok(Value::Object(entries))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::base::input::{MAX_DEPTH, MAX_FIELD_BYTES, MAX_OTHER_BYTES};

    fn fault(text: &str) -> String {
        match parse(text.as_bytes()) {
            Ok(value) => panic!("read as {value}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn malformed_text_says_where() {
        assert_eq!(
            fault("{\"a\":1,\n \"b\": }"),
            "invalid: body: input.json|line=2|column=7; "
        );
        for text in [
            "",
            "{",
            "{} x",
            "{'a':1}",
            "[1,]",
            "nul",
            "\u{feff}{}",
            "1e999",
        ] {
            assert!(fault(text).contains("input.json|line="), "{text}");
        }
        assert!(parse(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn a_key_that_comes_twice_is_refused_at_any_depth_however_it_is_escaped() {
        assert_eq!(
            fault(r#"{"a":1,"\u0061":2}"#),
            "invalid: body: input.duplicate_key|key=a; "
        );
        assert!(fault(r#"[{"x":{"b":1,"b":1}}]"#).contains("input.duplicate_key|key=b"));
        assert!(fault(r#"{"a|key=b":1,"a|key=b":2}"#).contains("|key=a key=b;"));
        assert!(parse(br#"{"a":{"b":1},"b":{"b":1}}"#).is_ok());
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(
            fault(&nested(MAX_DEPTH + 1)),
            "too large: input.too_deep|max=64"
        );
        assert!(fault(&"{\"a\":".repeat(100_000)).contains("input.too_deep"));
    }

    #[test]
    fn bytes_are_bounded_by_text_and_by_number_of_values() {
        let body = |reply: usize, other: usize| {
            json!({"reply": "x".repeat(reply), "other": "y".repeat(other)}).to_string()
        };
        assert!(parse(body(MAX_FIELD_BYTES - 100, MAX_OTHER_BYTES - 100).as_bytes()).is_ok());
        assert!(fault(&body(MAX_FIELD_BYTES + 1, 0)).contains("input.field_too_large|max=5"));
        assert!(fault(&body(MAX_FIELD_BYTES - 100, MAX_OTHER_BYTES)).contains("input.too_large"));
        assert!(fault(&format!("[{}0]", "0,".repeat(200_000))).contains("input.too_large|max=1"));
    }

    fn any_tree() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::hash_map(".*", inner, 0..5)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(tree in any_tree()) {
            let text = tree.to_string();
            prop_assert_eq!(parse(text.as_bytes()).unwrap(), tree);
        }

        #[test]
        fn whatever_serde_refuses_is_refused_and_nothing_panics(text in r#"[\[\]{}:,"\\a0-9. eE+-]{0,40}"#) {
            let strict = parse(text.as_bytes());
            match serde_json::from_str::<Value>(&text) {
                Err(_) => prop_assert!(strict.is_err()),
                Ok(value) => match strict {
                    Ok(read) => prop_assert_eq!(read, value),
                    Err(error) => prop_assert!(error.to_string().contains("duplicate_key")),
                },
            }
        }
    }
}
