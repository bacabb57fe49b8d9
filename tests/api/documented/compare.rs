//! What an answer must share with the documented one: keys and their order, nesting, JSON
//! types and wording. In another language than English the wording must be another.

use serde_json::{Map, Value};

use super::Example;
use super::examples;

/// Keys whose text clients show or compare.
const WORDING: [&str; 4] = ["message", "msg", "warning", "alertMessage"];

/// Keys whose text programs compare, in every language alike.
const CODES: [&str; 1] = ["alertClass"];

/// Whether the answer's value is the documented one, more keys aside.
pub(super) fn holds(have: Option<&Value>, want: Option<&Value>) -> bool {
    match (have, want) {
        (Some(Value::Object(have)), Some(Value::Object(want))) => want
            .iter()
            .all(|(key, want)| holds(have.get(key), Some(want))),
        (Some(have), Some(want)) => have == want,
        _ => false,
    }
}

/// A comparison under way.
pub(super) struct Comparison<'a> {
    example: &'a Example,
    is_english: bool,
    pub(super) differences: Vec<String>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(example: &'a Example, is_english: bool) -> Self {
        Self {
            example,
            is_english,
            differences: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, at: &str, what: impl Into<String>) {
        let at = if at.is_empty() { "the answer" } else { at };
        self.differences.push(format!("{at}: {}", what.into()));
    }

    pub(super) fn compare(&mut self, at: &str, want: &Value, have: &Value) {
        match (want, have) {
            (Value::Null, _) => {}
            (_, Value::Null) if named(&self.example.may_be_null, at) => {}
            (Value::Object(want), Value::Object(have)) => self.compare_objects(at, want, have),
            (Value::Array(want), Value::Array(have)) => self.compare_lists(at, want, have),
            (Value::String(want), Value::String(have)) => {
                let is_worded = WORDING.iter().any(|key| at.ends_with(&format!("/{key}")));
                let is_code = CODES.iter().any(|key| at.ends_with(&format!("/{key}")));
                let differs = want != have;
                if (is_worded && self.is_english == differs) || (is_code && differs) {
                    self.note(at, format!("\"{want}\" is documented, \"{have}\" came"));
                }
            }
            _ if kind(want) == kind(have) => {}
            _ => self.note(
                at,
                format!("{} is documented, {} came", kind(want), kind(have)),
            ),
        }
    }

    fn compare_objects(&mut self, at: &str, want: &Map<String, Value>, have: &Map<String, Value>) {
        for (key, want) in want {
            let at = format!("{at}/{key}");
            match have.get(key) {
                Some(have) => self.compare(&at, want, have),
                None if named(&self.example.may_be_absent, &at) => {}
                None => self.note(&at, "is documented, and missing"),
            }
        }
        let order = |keys: &Map<String, Value>, others: &Map<String, Value>| -> Vec<String> {
            let shared = keys.keys().filter(|key| others.contains_key(*key));
            shared.cloned().collect()
        };
        let (documented, came) = (order(want, have), order(have, want));
        if documented != came {
            self.note(
                at,
                format!("{documented:?} is the documented order, {came:?} came"),
            );
        }
    }

    /// Each entry must be like one of the documented ones.
    fn compare_lists(&mut self, at: &str, want: &[Value], have: &[Value]) {
        if !want.is_empty() && have.is_empty() && !named(&self.example.may_be_empty, at) {
            self.note(at, "has entries in the example, and none here to compare");
        }
        for (place, have) in have.iter().enumerate() {
            let at = format!("{at}/{place}");
            let closest = want
                .iter()
                .map(|want| {
                    let mut comparison = Self::new(self.example, self.is_english);
                    comparison.compare(&at, want, have);
                    comparison.differences
                })
                .min_by_key(Vec::len);
            self.differences.extend(closest.unwrap_or_default());
        }
    }
}

/// Whether one of the patterns names the place.
fn named(patterns: &[String], at: &str) -> bool {
    patterns.iter().any(|pattern| {
        let (pattern, at): (Vec<&str>, Vec<&str>) =
            (pattern.split('/').collect(), at.split('/').collect());
        pattern.len() == at.len()
            && pattern
                .iter()
                .zip(&at)
                .all(|(want, have)| *want == "*" || want == have)
    })
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(number) if number.is_f64() => "a fraction",
        Value::Number(_) => "a whole number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// The comparison itself finds each kind of difference that it is there for.
#[test]
fn the_comparison_sees_what_differs() {
    let mut example = examples().remove(0);
    example.may_be_null = vec!["/list/*/n".into()];
    let cases = [
        (r#"{"a": 1}"#, r#"{"a": 2, "b": 3}"#, 0),
        (r#"{"a": 1}"#, r#"{"b": 1}"#, 1),
        (r#"{"a": 1}"#, r#"{"a": "1"}"#, 1),
        (r#"{"a": 1}"#, r#"{"a": null}"#, 1),
        (r#"{"a": null}"#, r#"{"a": {"b": 1}}"#, 0),
        (r#"{"message": "Done"}"#, r#"{"message": "done"}"#, 1),
        (r#"{"name": "x"}"#, r#"{"name": "y"}"#, 0),
        (r#"{"list": [{"n": 1}]}"#, r#"{"list": []}"#, 1),
        (r#"{"list": []}"#, r#"{"list": [1]}"#, 0),
        (
            r#"{"list": [{"n": 1}]}"#,
            r#"{"list": [{"n": null}, {"n": 2}]}"#,
            0,
        ),
        (
            r#"{"list": [{"m": 1}]}"#,
            r#"{"list": [{"m": 1}, {"m": null}]}"#,
            1,
        ),
        (r#"{"list": [{"m": 1}]}"#, r#"{"list": {"0": {"m": 1}}}"#, 1),
        (r#"{"a": 1}"#, r#"{"a": 1.5}"#, 1),
        (r#"{"a": 1, "b": 2}"#, r#"{"c": 3, "a": 1, "b": 2}"#, 0),
        (r#"{"a": 1, "b": 2}"#, r#"{"b": 2, "a": 1}"#, 1),
    ];
    for (want, have, differences) in cases {
        let mut comparison = Comparison::new(&example, true);
        let value = |text| serde_json::from_str(text).expect("JSON");
        comparison.compare("", &value(want), &value(have));
        let found = comparison.differences;
        assert_eq!(found.len(), differences, "{want} {have}: {found:?}");
    }
}

/// Wording is compared in English, and must not be English in another language.
#[test]
fn wording_in_another_language_is_translated() {
    let example = examples().remove(0);
    let documented = serde_json::json!({ "message": "Done", "name": "Done" });
    for (have, is_english, differences) in [
        ("Done", true, 0),
        ("Fertig", true, 1),
        ("Done", false, 1),
        ("Fertig", false, 0),
    ] {
        let mut comparison = Comparison::new(&example, is_english);
        let have = serde_json::json!({ "message": have, "name": "Done" });
        comparison.compare("", &documented, &have);
        assert_eq!(comparison.differences.len(), differences, "{have}");
    }
}
