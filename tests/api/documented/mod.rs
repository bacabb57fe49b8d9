//! The documented examples as the contract: each pair of a request and an answer is a file
//! in `tests/fixtures/documented`, sent as documented and compared by status, keys,
//! nesting, JSON types and wording. Another room's examples are just more files.
//!
//! A documented key must be there, one more is allowed. A documented null may be a value; a
//! documented value may be null only where the file says so. In texts, `{name}` stands for
//! an id that a step before has kept; alone it is the number, as `{name:text}` its text.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::support::multipart::Form;
use crate::support::{Answer, Client, Desk};

/// A documented example.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Example {
    /// The operation's name; the file is called by it.
    id: String,
    #[expect(dead_code, reason = "for those who read the file")]
    title: String,
    /// What the owner does first.
    before: Vec<Step>,
    request: Documented,
    answer: Expected,
    /// Where a documented value may be null, as pointers in which `*` is any entry.
    may_be_null: Vec<String>,
    /// Where a documented key may be missing.
    may_be_absent: Vec<String>,
    /// Where a documented list may have no entry.
    may_be_empty: Vec<String>,
    /// Where the values too must be those of the example.
    same: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    method: String,
    path: String,
    body: Value,
    /// Names of files that are sent along, which makes the step multipart.
    #[serde(default)]
    files: Vec<String>,
    /// What of the answer is kept under which name, as pointers.
    #[serde(default)]
    keep: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documented {
    method: String,
    /// As documented: `/api/label/{id}.{_format}`.
    path: String,
    aliases: Vec<String>,
    /// Which kept id stands for which parameter of the path.
    names: BTreeMap<String, String>,
    /// Each is tried behind the path.
    queries: Vec<String>,
    body: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    status: u16,
    body: Value,
}

/// Keys whose text clients show or compare.
const WORDING: [&str; 5] = ["message", "msg", "warning", "alertMessage", "alertClass"];

/// How the same request is addressed: prefix, suffix, and whether it is answered in English.
const ADDRESSES: [(&str, &str, bool); 3] = [
    ("", "json", true),
    ("/en", "json", true),
    ("/de", "", false),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/documented")
}

fn examples() -> Vec<Example> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder())
        .expect("the folder of examples")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).expect("a text");
            let example: Example = serde_json::from_str(&text)
                .unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let name = file.file_stem().and_then(|stem| stem.to_str());
            assert_eq!(
                name,
                Some(example.id.as_str()),
                "a file is called by its example"
            );
            example
        })
        .collect()
}

#[test]
fn every_documented_example_is_answered_as_documented() {
    let examples = examples();
    assert!(examples.len() >= 30, "examples have gone missing");
    let cases: Vec<Case<'_>> = examples.iter().flat_map(cases_of).collect();
    // Each case waits for the disk far longer than it computes.
    let next = AtomicUsize::new(0);
    let differences = std::thread::scope(|scope| {
        let work = || {
            let mut found = Vec::new();
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                found.extend(case.differences());
            }
            found
        };
        let workers: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        let joined = workers
            .into_iter()
            .map(|one| one.join().expect("a replay ends"));
        joined.flatten().collect::<Vec<String>>()
    });
    assert!(differences.is_empty(), "{differences:#?}");
}

/// An example at one of its addresses.
struct Case<'a> {
    example: &'a Example,
    target: String,
    is_english: bool,
}

impl Case<'_> {
    fn differences(&self) -> Vec<String> {
        let found = replay(self.example, &self.target, self.is_english);
        let about = format!(
            "{}: {} {}",
            self.example.id, self.example.request.method, self.target
        );
        found
            .into_iter()
            .map(|one| format!("{about}: {one}"))
            .collect()
    }
}

/// Every path, query, locale and format by which an example can be asked for.
fn cases_of(example: &Example) -> Vec<Case<'_>> {
    let request = &example.request;
    let mut cases = Vec::new();
    for path in std::iter::once(&request.path).chain(&request.aliases) {
        for query in &request.queries {
            for (prefix, suffix, is_english) in ADDRESSES {
                cases.push(Case {
                    example,
                    target: format!("{prefix}{}{query}", with_format(path, suffix)),
                    is_english,
                });
            }
        }
    }
    cases
}

/// `.{_format}` and, in aliases, `.json` as `suffix`.
fn with_format(path: &str, suffix: &str) -> String {
    let stem = path
        .trim_end_matches(".{_format}")
        .trim_end_matches(".json");
    if suffix.is_empty() {
        stem.to_owned()
    } else {
        format!("{stem}.{suffix}")
    }
}

/// Sends an example on a desk of its own; answers what differs.
fn replay(example: &Example, target: &str, is_english: bool) -> Vec<String> {
    let desk = Desk::new();
    let ada = desk.ada();
    let mut known: BTreeMap<String, Value> = ["ada", "grace", "alan"]
        .into_iter()
        .map(|name| {
            let id = desk.user_id(&format!("{name}@example.com"));
            (name.to_owned(), Value::from(id))
        })
        .collect();
    known.insert("ada_token".into(), ada.token().into());
    for step in &example.before {
        let answer = take(&ada, step, &known);
        for (name, pointer) in &step.keep {
            let kept = answer.ok().pointer(pointer).cloned();
            let kept = kept.unwrap_or_else(|| panic!("{}: no {pointer}", example.id));
            known.insert(name.clone(), kept);
        }
        answer.ok();
    }
    for (parameter, name) in &example.request.names {
        known.insert(parameter.clone(), known[name].clone());
    }
    let target = filled_text(target, &known);
    let body = match &example.request.body {
        Value::Null => String::new(),
        body => filled(body, &known).to_string(),
    };
    let kind = if body.is_empty() {
        ""
    } else {
        "application/json"
    };
    let answer = ada.send(&example.request.method, &target, kind, body.as_bytes());
    if answer.status != example.answer.status {
        return vec![format!("{} {}", answer.status, answer.text())];
    }
    let documented = filled(&example.answer.body, &known);
    let mut comparison = Comparison {
        example,
        is_english,
        differences: Vec::new(),
    };
    let have = answer.json();
    comparison.compare("", &documented, &have);
    for pointer in &example.same {
        let (want, have) = (documented.pointer(pointer), have.pointer(pointer));
        if is_english && !holds(have, want) {
            comparison.note(pointer, format!("{want:?} is documented, {have:?} came"));
        }
    }
    comparison.differences
}

/// Whether the answer's value is the documented one, more keys aside.
fn holds(have: Option<&Value>, want: Option<&Value>) -> bool {
    match (have, want) {
        (Some(Value::Object(have)), Some(Value::Object(want))) => want
            .iter()
            .all(|(key, want)| holds(have.get(key), Some(want))),
        (Some(have), Some(want)) => have == want,
        _ => false,
    }
}

fn take(client: &Client, step: &Step, known: &BTreeMap<String, Value>) -> Answer {
    let path = filled_text(&step.path, known);
    let body = filled(&step.body, known);
    if step.files.is_empty() {
        return client.send(
            &step.method,
            &path,
            "application/json",
            body.to_string().as_bytes(),
        );
    }
    let fields = body.as_object().into_iter().flatten();
    let form = fields.fold(Form::default(), |form, (name, value)| {
        form.field(name, value.as_str().unwrap_or_default())
    });
    let form = step.files.iter().fold(form, |form, name| {
        form.file("attachments[]", name, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    });
    let (content_type, body) = form.finish();
    client.send(&step.method, &path, &content_type, &body)
}

/// A value with every `{name}` filled in.
fn filled(value: &Value, known: &BTreeMap<String, Value>) -> Value {
    match value {
        Value::String(text) => match whole(text).and_then(|name| known.get(name)) {
            Some(id) => id.clone(),
            None => Value::from(filled_text(text, known)),
        },
        Value::Array(list) => list.iter().map(|one| filled(one, known)).collect(),
        Value::Object(object) => {
            let filled: Map<String, Value> = object
                .iter()
                .map(|(key, value)| (key.clone(), filled(value, known)))
                .collect();
            Value::Object(filled)
        }
        other => other.clone(),
    }
}

/// The name in a text that is nothing but a place.
fn whole(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

fn filled_text(text: &str, known: &BTreeMap<String, Value>) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| {
        let value = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        text.replace(&format!("{{{name}:text}}"), &value)
            .replace(&format!("{{{name}}}"), &value)
    })
}

/// A comparison under way.
struct Comparison<'a> {
    example: &'a Example,
    is_english: bool,
    differences: Vec<String>,
}

impl Comparison<'_> {
    fn note(&mut self, at: &str, what: impl Into<String>) {
        let at = if at.is_empty() { "the answer" } else { at };
        self.differences.push(format!("{at}: {}", what.into()));
    }

    fn compare(&mut self, at: &str, want: &Value, have: &Value) {
        match (want, have) {
            (Value::Null, _) => {}
            (_, Value::Null) if named(&self.example.may_be_null, at) => {}
            (Value::Object(want), Value::Object(have)) => self.compare_objects(at, want, have),
            (Value::Array(want), Value::Array(have)) => self.compare_lists(at, want, have),
            (Value::String(want), Value::String(have)) => {
                let is_worded = WORDING.iter().any(|key| at.ends_with(&format!("/{key}")));
                if is_worded && self.is_english && want != have {
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
                    let mut comparison = Comparison {
                        example: self.example,
                        is_english: self.is_english,
                        differences: Vec::new(),
                    };
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
        Value::Number(_) => "a number",
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
    ];
    for (want, have, differences) in cases {
        let mut comparison = Comparison {
            example: &example,
            is_english: true,
            differences: Vec::new(),
        };
        let value = |text| serde_json::from_str(text).expect("JSON");
        comparison.compare("", &value(want), &value(have));
        let found = comparison.differences;
        assert_eq!(found.len(), differences, "{want} {have}: {found:?}");
    }
}
