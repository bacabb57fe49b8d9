//! Upgrades and downgrades: an older database is copied and then migrated, a newer one
//! is refused and not touched.

use std::path::Path;

use refinery_core::{Migration, Runner};
use sha2::{Digest, Sha256};

use crate::binary::{Serving, add_user, run, token};
use crate::{database, put};

#[test]
fn an_older_database_is_copied_and_then_brought_up_to_date() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut old = database(folder.path());
    old.execute_batch("PRAGMA foreign_keys = OFF")
        .expect("a company refers to tables that are made later");
    let first = include_str!("../../migrations/V1__company.sql");
    let first = Migration::unapplied("V1__company", first).expect("a migration");
    Runner::new(&[first])
        .run(&mut old)
        .expect("the first schema");
    old.execute("UPDATE company SET name = 'StoredFile through it all'", [])
        .expect("a row");
    drop(old);
    let server = Serving::start(folder.path());
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let owner = token(folder.path(), "ada@example.com");
    assert_eq!(server.get("/api/tickets", &owner).status, 200);
    assert_eq!(
        name_in(&folder.path().join("pocketdesk.db")),
        "StoredFile through it all"
    );
    let copy = folder.path().join("pocketdesk.before-schema-2.db");
    assert_eq!(name_in(&copy), "StoredFile through it all");
    assert_eq!(newest_schema(&copy), 1);
    assert!(newest_schema(&folder.path().join("pocketdesk.db")) > 1);
}

#[test]
fn a_newer_database_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    database(folder.path())
        .execute_batch(
            "INSERT INTO refinery_schema_history SELECT 900, 'of_tomorrow', applied_on, checksum
             FROM refinery_schema_history LIMIT 1;
             PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .expect("a schema of tomorrow");
    let before = content_hash(folder.path());
    for arguments in [&["serve", "--listen", "127.0.0.1:0"][..], &["check"]] {
        let err = run(folder.path(), arguments, "").failed();
        assert!(
            err.contains("schema 900") && err.contains("newer pocketdesk"),
            "{err}"
        );
    }
    let err = add_user(folder.path(), "grace@example.com", "agent").failed();
    assert!(err.contains("schema 900"), "{err}");
    assert_eq!(content_hash(folder.path()), before);
}

fn content_hash(folder: &Path) -> Vec<u8> {
    let bytes = std::fs::read(folder.join("pocketdesk.db")).expect("the database's file");
    Sha256::digest(bytes).to_vec()
}

#[expect(clippy::disallowed_methods, reason = "a copy of another name")]
fn open(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).expect("the database opens")
}

fn name_in(path: &Path) -> String {
    open(path)
        .query_row("SELECT name FROM company", [], |row| row.get(0))
        .expect("the company")
}

fn newest_schema(path: &Path) -> i64 {
    open(path)
        .query_row(
            "SELECT max(version) FROM refinery_schema_history",
            [],
            |row| row.get(0),
        )
        .expect("a history")
}

/// Each released schema has a filled desk in `tests/fixtures/desks`, without its files: what a
/// later schema makes of its rows is seen before anybody's desk is.
#[test]
fn a_filled_desk_of_each_schema_is_brought_up_to_date() {
    for schema in ["schema-12.db"] {
        let folder = tempfile::tempdir().expect("a folder");
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/desks");
        std::fs::copy(kept.join(schema), folder.path().join("pocketdesk.db")).expect("a copy");
        put(folder.path().join("secret.key"), [7; 32]);
        let copy = |of: i64| {
            folder
                .path()
                .join(format!("pocketdesk.before-schema-{of}.db"))
        };
        for older in [3, 7, 9] {
            put(copy(older), b"a copy from before an older migration");
        }
        let server = Serving::start(folder.path());
        let owner = token(folder.path(), "maren@example.com");
        for target in [
            "/api/tickets?status=all&search=the",
            "/api/articles",
            "/api/tasks",
        ] {
            assert_eq!(server.get(target, &owner).status, 200, "{schema} {target}");
        }
        let tickets: i64 = open(&folder.path().join("pocketdesk.db"))
            .query_row("SELECT count(*) FROM ticket", [], |row| row.get(0))
            .expect("a number");
        assert_eq!(tickets, 300, "{schema}");
        run(folder.path(), &["check"], "").ok();
        // Of the copies the newest two are kept.
        let kept = [3, 7, 9, 13].map(|of| copy(of).exists());
        assert_eq!(kept, [false, false, true, true], "{schema}");
    }
}
