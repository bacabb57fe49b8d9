//! The documented examples as the contract: each pair of a request and an answer is a file
//! in `tests/fixtures/documented`, sent as documented and compared by status, keys,
//! nesting, JSON types and wording. Another room's examples are just more files.
//!
//! A documented key must be there, one more is allowed. A documented null may be a value; a
//! documented value may be null only where the file says so. In texts, `{name}` stands for
//! an id that a step before has kept; alone it is the number, as `{name:text}` its text.

mod compare;
mod forms;
mod operations;
mod replay;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;
use serde_json::Value;

use replay::Ready;

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
    /// Whether it is the file that a step has sent, in place of JSON.
    #[serde(default)]
    is_file: bool,
}

/// How the same request is addressed: prefix, suffix, and whether it is answered in English.
/// Aliases and further queries are tried by the first few.
const ADDRESSES: [(&str, &str, bool); 5] = [
    ("", "json", true),
    ("/de", "", false),
    ("/en", "json", true),
    ("/fr", "json", false),
    ("/it", "json", false),
];
const FIRST_FEW: usize = 2;

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
    let cases: Vec<Case<'_>> = examples.iter().flat_map(cases_of).collect();
    let differences = in_parallel(&cases, Case::differences);
    assert!(differences.is_empty(), "{differences:#?}");
}

/// What `look` finds in each of these: a case waits for the disk far longer than it computes.
fn in_parallel<T: Sync>(cases: &[T], look: impl Fn(&T) -> Vec<String> + Sync) -> Vec<String> {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let work = || {
            let mut found = Vec::new();
            while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                found.extend(look(case));
            }
            found
        };
        let workers: Vec<_> = (0..8).map(|_| scope.spawn(work)).collect();
        let joined = workers
            .into_iter()
            .map(|one| one.join().expect("a replay ends"));
        joined.flatten().collect()
    })
}

/// An example at one of its addresses.
struct Case<'a> {
    example: &'a Example,
    target: String,
    is_english: bool,
}

impl Case<'_> {
    fn differences(&self) -> Vec<String> {
        let ready = Ready::new(self.example);
        let answer = ready.send_json(&self.target);
        let found = ready.differences(&answer, self.is_english);
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
            let addresses = if cases.is_empty() {
                &ADDRESSES[..]
            } else {
                &ADDRESSES[..FIRST_FEW]
            };
            for &(prefix, suffix, is_english) in addresses {
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
