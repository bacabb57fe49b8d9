//! Files that are not code: migrations, fixtures and snapshots.

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::assert_none;
use crate::source::{Token, files_under, read, sources};

/// The migrations that somebody's database may have run: file name and SHA-256 in hex.
/// At a release, add those that it brings (`sha256sum migrations/*`); from then on a
/// mistake in one is mended by the next.
const RELEASED: &[(&str, &str)] = &[];

#[test]
fn released_migrations_never_change() {
    let mut findings = Vec::new();
    let have: HashMap<String, String> = files_under("migrations")
        .into_iter()
        .map(|path| {
            let hash = hex::encode(Sha256::digest(read(&path)));
            (path.trim_start_matches("migrations/").to_owned(), hash)
        })
        .collect();
    for (name, hash) in RELEASED {
        match have.get(*name) {
            None => findings.push(format!("migrations/{name} is gone")),
            Some(now) if now != hash => findings.push(format!("migrations/{name} has changed")),
            Some(_) => {}
        }
    }
    assert_none(
        &findings,
        "Databases out there have run this as it was. Put it back, and write a new migration:",
    );
}

#[test]
fn migrations_are_numbered_without_gaps() {
    let paths = files_under("migrations");
    let mut numbers: Vec<usize> = paths
        .iter()
        .map(|path| {
            let name = path.trim_start_matches("migrations/V");
            let number = name
                .split_once("__")
                .and_then(|(number, _)| number.parse().ok());
            number.unwrap_or_else(|| panic!("{path} is not named V<number>__<what>.sql"))
        })
        .collect();
    numbers.sort_unstable();
    let want: Vec<usize> = (1..=paths.len()).collect();
    assert_eq!(
        numbers, want,
        "migrations run in the order of their numbers"
    );
}

#[test]
fn every_migration_is_run_in_its_place() {
    let steps = read("src/base/db/migrate.rs");
    let mut paths = files_under("migrations");
    let number = |path: &String| {
        let digits = path.chars().filter(char::is_ascii_digit);
        digits.collect::<String>().parse::<usize>().unwrap_or(0)
    };
    paths.sort_by_key(number);
    let named: Vec<&str> = steps
        .split("include_str!(\"../../../")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(named, paths, "each file is a step, in the order of numbers");
}

#[test]
fn every_fixture_is_used() {
    let sources = sources("tests");
    let literals: Vec<&str> = sources
        .iter()
        .flat_map(|source| &source.tokens)
        .filter_map(Token::text)
        .collect();
    // By its own name, or by that of a folder which a test reads whole.
    let is_used = |path: &str| {
        let (folder, name) = path.rsplit_once('/').unwrap_or_default();
        let folder = folder.trim_start_matches("tests/");
        let is_read_whole = |text: &str| {
            let text = text.trim_end_matches('/');
            folder != "fixtures" && text.ends_with(folder)
        };
        literals
            .iter()
            .any(|text| text.rsplit('/').next() == Some(name) || is_read_whole(text))
    };
    let fixtures = files_under("tests/fixtures").into_iter();
    let findings: Vec<String> = fixtures.filter(|path| !is_used(path)).collect();
    assert_none(&findings, "No test names this file; use it or remove it:");
}

#[test]
fn no_snapshot_waits_for_a_decision() {
    let pending = files_under("tests/api/snapshots").into_iter();
    let findings: Vec<String> = pending
        .filter(|path| Path::new(path).extension().is_some_and(|end| end == "new"))
        .collect();
    assert_none(
        &findings,
        "A snapshot differs and nobody has said which is right. Look at both, keep one:",
    );
}
