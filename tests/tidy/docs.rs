//! What the documents say of the code: paths that are there, tests that run, rooms on the map.

use std::collections::HashSet;

use crate::assert_none;
use crate::source::{files_under, read, root, sources, tokens};

const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
];

#[test]
fn documents_name_paths_that_exist() {
    let mut findings = Vec::new();
    let decisions = files_under("docs");
    let documents = DOCUMENTS.iter().copied();
    for document in documents.chain(decisions.iter().map(String::as_str)) {
        let text = read(document);
        for path in quoted(&text).filter(|quoted| is_path(quoted)) {
            if !root().join(path).exists() {
                findings.push(format!("{document}: {path}"));
            }
        }
    }
    assert_none(&findings, "Nothing is there any more; say where it is now:");
}

#[test]
fn invariants_name_tests_that_exist() {
    let sources: Vec<_> = ["src", "tests"].into_iter().flat_map(sources).collect();
    let functions: HashSet<&str> = sources
        .iter()
        .flat_map(|source| source.tokens.windows(2))
        .filter_map(|two| two[1].word().filter(|_| two[0].is_word("fn")))
        .collect();
    let text = read("ARCHITECTURE.md");
    let rows = text.lines().filter(|line| line.starts_with("| "));
    let guards: Vec<&str> = rows
        .filter_map(|row| row.rsplit('|').nth(1))
        .flat_map(quoted)
        .filter(|name| !is_path(name) && !name.contains("::"))
        .collect();
    assert!(guards.len() > 10, "ARCHITECTURE.md names its guards");
    let findings: Vec<String> = guards
        .into_iter()
        .filter(|name| !functions.contains(name))
        .map(str::to_owned)
        .collect();
    assert_none(
        &findings,
        "ARCHITECTURE.md names a test that is gone; name the one that guards this now:",
    );
}

#[test]
fn every_room_is_on_the_map() {
    let text = read("ARCHITECTURE.md");
    let rooms = tokens(&read("src/desk/mod.rs"));
    let rooms = rooms
        .windows(2)
        .filter_map(|two| two[1].word().filter(|_| two[0].is_word("mod")));
    let is_drawn = |room: &str| {
        let names = [format!("{room}.rs"), format!("{room}/")];
        text.split_whitespace()
            .any(|word| names.iter().any(|name| name == word))
    };
    let findings: Vec<String> = rooms
        .filter(|room| !is_drawn(room))
        .map(str::to_owned)
        .collect();
    assert_none(&findings, "Draw the room on the map of ARCHITECTURE.md:");
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.starts_with("```"));
    lines.flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Whether this is written like a path of the repository, without a place for a name in it.
fn is_path(quoted: &str) -> bool {
    let folders = [
        "src/",
        "tests/",
        "assets/",
        "docs/",
        "benches/",
        "migrations/",
        ".ci/",
    ];
    folders.iter().any(|folder| quoted.starts_with(folder))
        && !quoted.contains([' ', '<', '*', '{'])
}
