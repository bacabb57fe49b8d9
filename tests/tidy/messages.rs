//! What the desk says: every message key that code names is in the catalog, and every key
//! of the catalog is named somewhere. That the four languages have the same keys and
//! places is tested beside the catalogs, in `base/locale.rs`.

use std::collections::{BTreeMap, HashSet};

use serde_json::Value;

use crate::assert_none;
use crate::source::{Source, Token, files_under, read, sources};

/// Literals of code that look like keys and are none: the literal and what it is.
const NOT_MESSAGES: &[(&str, &str)] = &[
    ("validation.regex", "a field of a custom field's body"),
    ("validation.fieldtype", "a field of a custom field's body"),
];

/// Families whose keys code puts together: `noun.ticket` from `.or_not_found("ticket")`,
/// `source.email` from the source's code.
const FAMILIES_BY_CONSTRUCTION: &[&str] = &["noun", "side", "source"];

/// Calls that take a key: any literal among their arguments that looks like one is one.
const TAKE_KEYS: &[&str] = &[
    "Message::new",
    "MessageReply::new",
    "conflict",
    "invalid",
    "add",
    "one",
    "said",
];

#[test]
fn every_key_that_code_names_is_in_the_catalog() {
    let catalog = catalog("en");
    let families: HashSet<&str> = catalog.keys().map(|key| family(key)).collect();
    let mut findings = Vec::new();
    for source in sources("src") {
        let code: Vec<&Token> = source.code().collect();
        for (at, token) in code.iter().enumerate() {
            let Some(key) = key_at(&code, at, &families) else {
                continue;
            };
            let is_listed = NOT_MESSAGES.iter().any(|(literal, _)| *literal == key);
            if !catalog.contains_key(&key) && !is_listed {
                findings.push(format!("{}:{}: {key}", source.path, token.line));
            }
        }
    }
    assert_none(
        &findings,
        "Add the key to all four files of assets/locales (or list it in tests/tidy/messages.rs as no message):",
    );
}

#[test]
fn every_key_of_the_catalog_is_named() {
    let sources = sources("src");
    let literals: HashSet<&str> = sources
        .iter()
        .flat_map(Source::code)
        .filter_map(Token::text)
        .collect();
    let pages: Vec<String> = files_under("assets/pages")
        .iter()
        .chain(&files_under("assets/mail"))
        .map(|path| read(path))
        .collect();
    let is_named = |key: &str| {
        let quoted = format!("\"{key}\"");
        let is_constructed = FAMILIES_BY_CONSTRUCTION.contains(&family(key))
            && key
                .split_once('.')
                .is_some_and(|(_, last)| literals.contains(last));
        literals.contains(key) || is_constructed || pages.iter().any(|page| page.contains(&quoted))
    };
    let findings: Vec<String> = catalog("en")
        .into_keys()
        .filter(|key| !is_named(key))
        .collect();
    assert_none(
        &findings,
        "Nobody says this any more; take the key out of all four files of assets/locales:",
    );
}

#[test]
fn catalogs_are_sorted_and_written_alike() {
    let mut findings = Vec::new();
    for locale in ["en", "fr", "it", "de"] {
        let sorted: BTreeMap<String, Value> = catalog(locale);
        let want = serde_json::to_string_pretty(&sorted).expect("a catalog is JSON");
        if read(&path_of(locale)).trim_end() != want {
            findings.push(path_of(locale));
        }
    }
    assert_none(
        &findings,
        "Keys stand in alphabetical order, two spaces in, one to a line, so that branches merge:",
    );
}

fn path_of(locale: &str) -> String {
    format!("assets/locales/{locale}.json")
}

fn catalog(locale: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(&read(&path_of(locale)))
        .unwrap_or_else(|error| panic!("{locale}: {error}"))
}

/// What stands before the first full stop.
fn family(key: &str) -> &str {
    key.split('.').next().unwrap_or_default()
}

/// The key that the token at `at` names, where it is meant for one: because of its family,
/// because of the call that takes it, or because it is a noun that was not found.
fn key_at(code: &[&Token], at: usize, families: &HashSet<&str>) -> Option<String> {
    let text = code[at].text()?;
    let call = call_around(code, at);
    if matches!(
        call.as_str(),
        "or_not_found" | "NotFound" | "Error::NotFound"
    ) {
        return Some(format!("noun.{text}"));
    }
    let last = call.rsplit("::").next().unwrap_or_default();
    let takes_keys = TAKE_KEYS.contains(&call.as_str()) || TAKE_KEYS.contains(&last);
    let is_meant = is_like_a_key(text) && (takes_keys || families.contains(family(text)));
    is_meant.then(|| text.to_owned())
}

/// Words in small letters with full stops between them.
fn is_like_a_key(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty()
            && word
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    text.contains('.') && text.split('.').all(is_word)
}

/// The name of the call in whose arguments a token stands, with its type: `Message::new`.
fn call_around(code: &[&Token], at: usize) -> String {
    let mut depth = 0_usize;
    for index in (0..at).rev() {
        let token = code[index];
        if token.is_mark(')') || token.is_mark(']') || token.is_mark('}') {
            depth += 1;
        } else if token.is_mark('(') || token.is_mark('[') || token.is_mark('{') {
            if depth > 0 {
                depth -= 1;
                continue;
            }
            let name = |at: Option<usize>| at.and_then(|at| code[at].word());
            let Some(called) = name(index.checked_sub(1)).filter(|_| token.is_mark('(')) else {
                return String::new();
            };
            let is_path = index >= 4 && code[index - 2].is_mark(':');
            let of = name(index.checked_sub(4)).filter(|_| is_path);
            return of.map_or_else(|| called.to_owned(), |of| format!("{of}::{called}"));
        }
    }
    String::new()
}

#[test]
fn keys_are_seen_wherever_they_stand() {
    let text = r#"
        Message::new("task.made"); Path::new("a.b"); faults.add(name, "x.wrong"); row.or_not_found("ticket");
        let pair = (true, "input.flag"); let other = (true, "t.id");"#;
    let tokens = crate::source::tokens(text);
    let code: Vec<&Token> = tokens.iter().collect();
    let families = HashSet::from(["input"]);
    let found: Vec<String> = (0..code.len())
        .filter_map(|at| key_at(&code, at, &families))
        .collect();
    assert_eq!(found, ["task.made", "x.wrong", "noun.ticket", "input.flag"]);
}
