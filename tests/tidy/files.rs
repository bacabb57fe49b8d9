//! Files that are not code: migrations, fixtures and snapshots.

use std::collections::HashMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::assert_none;
use crate::source::{Token, files_under, read, sources};

/// The migrations that somebody's database may have run: file name and SHA-256 in hex.
/// At a release, add those that it brings (`sha256sum migrations/*`); from then on a
/// mistake in one is mended by the next.
const RELEASED: &[(&str, &str)] = &[
    (
        "V1__company.sql",
        "89d43330882f404d5c78909cc203eb7bd1544f9b709566a93b7b9da831eeedf9",
    ),
    (
        "V2__people.sql",
        "1b7f0f7e1bce3ce260bfca288692926c472191c5378947c30b33c33adae59855",
    ),
    (
        "V3__access.sql",
        "4ddb458cfe606e90f98c4dff62dcd8ebb41801d898b09c693f810c2bdb4bce57",
    ),
    (
        "V4__tickets.sql",
        "4afdc5a43db77605f8ddfc0fba9534e079eb005f3eee74349476cda296665754",
    ),
    (
        "V5__conversation.sql",
        "c94bb2eccde5431f475b39ad1fb322a3ecc125c183676893730591bfcd9327c2",
    ),
    (
        "V6__custom_fields.sql",
        "69c257399790c578e784a1415fbb98235c8df5ca15bf455af108924bce1680b9",
    ),
    (
        "V7__tasks.sql",
        "10db61fc7f379a9ce690b0811f45d67cef44870e7c65a07edb6640cb3be5ae17",
    ),
    (
        "V8__knowledge.sql",
        "d9e54acf60199b94f11089fb79aff53c46857e1a88d1a785628720f88588e1cf",
    ),
    (
        "V9__templates.sql",
        "6a14f22f55379fc5e0aa8ffdaca5c76e867d59e05c5df663eeee96dec29c738c",
    ),
    (
        "V10__workflows.sql",
        "b279b720f91b0f1ad2babd711d685a9756a0c70553ad4dbf5203ced71f7bad26",
    ),
    (
        "V11__events.sql",
        "a4f9a0aed9268d4c44626dc77d110db983d29d8d38c61ea0ed1454f750aae711",
    ),
    (
        "V12__search.sql",
        "07ed2781e8ffd297db8cb68e3b62ea0a5c7f60810640ef671f6ec1a470c03937",
    ),
    (
        "V13__search_of_customers.sql",
        "09b9884c4a66ff1b56f8806804784839a29f988371dbfd41e4eb33b5c2ee5908",
    ),
    (
        "V14__tasks_by_author.sql",
        "6a8d96f38ed175efe27193e1e1f2a39f2d4a0d1563c4e58100660a59fc140b54",
    ),
    (
        "V15__tasks_of_the_trash.sql",
        "0232bb47f78fa89576357bffe8cbb0a383e517acc12b826f6b0f5413ac000d7e",
    ),
    (
        "V16__workflows_at_work.sql",
        "08df2f83aefaf4e6a6791462ef48f03aedafebf4ddfb84f072d38f2b1b81bc4e",
    ),
    (
        "V17__outgoing_mail.sql",
        "5d68b1ef821263c9c8a04c1c30df050f6cd555c1b1f4ad5c42dbe2c538e32d53",
    ),
];

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
