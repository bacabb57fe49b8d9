//! The data folder under accidents: a lost database, a lost key, a wrong folder, an older schema,
//! and damage to the database's files. Whatever is wrong is said, and nothing is changed.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::binary::{Ended, Serving, add_user, run, token};
use crate::{database, put};

const SERVE: &[&str] = &["serve", "--listen", "127.0.0.1:0"];
const TOKEN: &[&str] = &[
    "token",
    "create",
    "--email",
    "ada@example.com",
    "--name",
    "x",
];
const PASSWORD: &[&str] = &[
    "user",
    "password",
    "--email",
    "ada@example.com",
    "--password-stdin",
];

/// A desk with an owner, and one attachment in its store that no row names.
fn desk() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let store = folder.path().join("attachments/ba/78");
    fs::create_dir_all(&store).expect("folders");
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    put(store.join(hash), "abc");
    folder
}

/// Every file below a folder with its content's hash, but for what `SQLite` shares among
/// processes, the lock, and sockets that a killed server has left.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            if path.is_dir() {
                folders.push(path);
            } else if path.is_file() && !name.ends_with("-shm") && name != "pocketdesk.lock" {
                let bytes = fs::read(&path).expect("a file");
                if !(name.ends_with("-wal") && bytes.is_empty()) {
                    found.push((path, Sha256::digest(bytes).to_vec()));
                }
            }
        }
    }
    found.sort();
    found
}

/// The command fails with a line that has these words, and leaves the folder as it is.
#[track_caller]
fn refused(folder: &Path, arguments: &[&str], words: &[&str]) {
    let before = content(folder);
    let err = run(folder, arguments, "long-enough\n").failed();
    for word in words {
        assert!(err.contains(word), "{arguments:?}: {err}");
    }
    assert_eq!(content(folder), before, "{arguments:?}");
}

fn damage(file: &Path, at: u64, mask: u8) {
    let file = fs::File::options()
        .read(true)
        .write(true)
        .open(file)
        .expect("a file");
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).expect("a byte");
    file.write_all_at(&[byte[0] ^ mask], at).expect("a byte");
}

#[test]
fn attachments_without_their_database_are_not_touched() {
    for is_emptied in [false, true] {
        let folder = desk();
        let path = folder.path().join("pocketdesk.db");
        fs::remove_file(&path).expect("the database is lost");
        if is_emptied {
            fs::File::create(&path).expect("an empty one");
        }
        let words = ["secret.key", "pocketdesk.db is missing or empty", "restore"];
        for arguments in [
            SERVE,
            &["demo", "--listen", "127.0.0.1:0"],
            TOKEN,
            PASSWORD,
            &["check"],
        ] {
            refused(folder.path(), arguments, &words);
        }
        fs::remove_file(folder.path().join("secret.key")).expect("the key is lost too");
        refused(folder.path(), SERVE, &["holds attachments", "restore"]);
        let err = add_user(folder.path(), "ada@example.com", "owner").failed();
        assert!(err.contains("holds attachments"), "{err}");
    }
}

#[test]
fn what_no_row_names_outlives_the_start() {
    let folder = desk();
    let hash = "ba/78/ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let path = folder.path().join("attachments").join(hash);
    let file = fs::File::options()
        .write(true)
        .open(&path)
        .expect("the file");
    file.set_modified(std::time::UNIX_EPOCH).expect("it is old");
    let server = Serving::start(folder.path());
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(path.exists());
    server.end_with(Signal::TERM);
    assert!(path.exists());
}

#[test]
fn a_lost_key_is_not_replaced() {
    let folder = desk();
    fs::remove_file(folder.path().join("secret.key")).expect("the key is lost");
    for arguments in [SERVE, TOKEN, PASSWORD] {
        refused(
            folder.path(),
            arguments,
            &["secret.key is missing", "backup"],
        );
    }
    // Nobody owns it, but something is sealed.
    let folder = tempfile::tempdir().expect("a folder");
    Serving::start(folder.path()).end_with(Signal::TERM);
    database(folder.path())
        .execute_batch(
            "INSERT INTO custom_field (id, name, name_key, agent_type, field_type, validation, is_required, is_active,
                 is_encrypted, sort_order, created_at, updated_at)
             VALUES (5, 'IBAN', 'iban', 'both', 'text', '{}', 0, 1, 1, 1, 0, 0);
             INSERT INTO custom_field_value (id, ticket_id, custom_field_id, sealed) VALUES (6, 3, 5, zeroblob(60))",
        )
        .expect("a sealed value");
    fs::remove_file(folder.path().join("secret.key")).expect("the key is lost");
    refused(folder.path(), SERVE, &["secret.key is missing"]);
}

#[test]
fn a_folder_of_something_else_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    put(folder.path().join("notes.txt"), "mine");
    for arguments in [
        SERVE,
        &["demo", "--listen", "127.0.0.1:0"],
        TOKEN,
        PASSWORD,
        &["check"],
    ] {
        refused(folder.path(), arguments, &["notes.txt", "--data"]);
    }
    let err = add_user(folder.path(), "ada@example.com", "owner").failed();
    assert!(err.contains("notes.txt"), "{err}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    let file = folder.path().join("notes.txt");
    let err = run(&file, SERVE, "").failed();
    assert!(err.contains("not a folder"), "{err}");
}

#[test]
fn a_mistyped_folder_gets_no_desk() {
    let folder = tempfile::tempdir().expect("a folder");
    let mistyped = folder.path().join("pocketdesk-date");
    for arguments in [TOKEN, PASSWORD, &["check"]] {
        let err = run(&mistyped, arguments, "long-enough\n").failed();
        assert!(
            err.contains("there is no desk in") && err.contains("--data"),
            "{err}"
        );
    }
    for role in ["admin", "agent", "customer"] {
        let err = add_user(&mistyped, "ada@example.com", role).failed();
        assert!(err.contains("there is no desk in"), "{err}");
    }
    assert!(!mistyped.exists());
}

#[test]
fn only_who_holds_the_folder_migrates() {
    let folder = desk();
    database(folder.path())
        .execute_batch(
            "DELETE FROM refinery_schema_history WHERE version = (SELECT max(version) FROM refinery_schema_history);
             PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .expect("an older schema, as far as it says");
    for arguments in [TOKEN, PASSWORD, &["check"]] {
        refused(
            folder.path(),
            arguments,
            &["pocketdesk serve", "nothing was changed"],
        );
    }
    let before = content(folder.path());
    add_user(folder.path(), "grace@example.com", "agent").failed();
    assert_eq!(content(folder.path()), before);
}

#[test]
fn a_check_changes_no_byte() {
    let folder = desk();
    let checked = |folder: &Path| {
        let before = content(folder);
        run(folder, &["check"], "").ok();
        assert_eq!(content(folder), before);
    };
    checked(folder.path());
    // What a kill left in the log stays there.
    let server = Serving::start(folder.path());
    token(folder.path(), "ada@example.com");
    checked(folder.path());
    server.end_with(Signal::KILL);
    assert!(fs::metadata(folder.path().join("pocketdesk.db-wal")).is_ok_and(|log| log.len() > 0));
    checked(folder.path());
    // Not even a store is made.
    fs::remove_dir_all(folder.path().join("attachments")).expect("the store is lost");
    checked(folder.path());
    assert!(!folder.path().join("attachments").exists());
}

/// What `serve` and `check` say of a damaged desk: the file, and a remedy.
#[track_caller]
fn expect_damage(folder: &Path, what: &str) {
    let before = content(folder);
    let says = |ended: &Ended| {
        let said = format!("{}{}", ended.out, ended.err);
        ended.code == Some(1) && said.contains("pocketdesk.db") && said.contains("restore")
    };
    for arguments in [SERVE, &["check"]] {
        let ended = run(folder, arguments, "");
        assert!(says(&ended), "{what} {arguments:?}: {ended:?}");
    }
    assert_eq!(content(folder), before, "{what}");
}

#[test]
fn a_flipped_byte_in_the_header_is_found() {
    let template = desk();
    let database = fs::read(template.path().join("pocketdesk.db")).expect("the database");
    for at in (0..28).chain(44..96).filter(|at| !(28..44).contains(at)) {
        for mask in [0x01, 0x40, 0xff] {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("pocketdesk.db");
            put(&path, &database);
            damage(&path, at, mask);
            let ended = run(folder.path(), &["check"], "");
            let said = format!("{}{}", ended.out, ended.err);
            assert_eq!(ended.code, Some(1), "{at} {mask}: {said}");
            let words = ["pocketdesk.db", "damaged", "restore"];
            assert!(
                words.iter().all(|word| said.contains(word)),
                "{at} {mask}: {said}"
            );
            assert_eq!(fs::read(&path).expect("it is there").len(), database.len());
        }
    }
}

/// Nobody waits until all of a large database was looked at: it is served meanwhile, and no more
/// once damage is found.
#[test]
fn damage_to_a_large_database_ends_the_server_that_began() {
    let folder = desk();
    let desk = database(folder.path());
    desk.execute_batch(
        "CREATE TABLE ballast (bytes); INSERT INTO ballast VALUES (zeroblob(300000000));
         PRAGMA wal_checkpoint(TRUNCATE)",
    )
    .expect("it is large");
    let root: u32 = desk
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'saved_reply_team'",
            [],
            |row| row.get(0),
        )
        .expect("a table that nobody reads at the start");
    drop(desk);
    for at in 0..8 {
        damage(
            &folder.path().join("pocketdesk.db"),
            (u64::from(root) - 1) * 4096 + at,
            0x7f,
        );
    }
    let ended = run(folder.path(), SERVE, "");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.out.contains("listening on"), "{ended:?}");
    let words = ["pocketdesk.db", "damaged", "restore"];
    assert!(
        words.iter().all(|word| ended.err.contains(word)),
        "{ended:?}"
    );
}

#[test]
fn damage_to_the_database_is_said_at_the_start_too() {
    for at in [0, 19, 30, 100, 103, 106] {
        let folder = desk();
        damage(&folder.path().join("pocketdesk.db"), at, 0xff);
        expect_damage(folder.path(), &format!("byte {at}"));
    }
    let folder = desk();
    let path = folder.path().join("pocketdesk.db");
    let pages = fs::metadata(&path).expect("the database").len() / 4096;
    for page in [1, pages / 2, pages - 1] {
        let folder = desk();
        let path = folder.path().join("pocketdesk.db");
        for at in 0..8 {
            damage(&path, page * 4096 + at, 0x7f);
        }
        expect_damage(folder.path(), &format!("page {page}"));
    }
    let file = fs::File::options()
        .write(true)
        .open(&path)
        .expect("the database");
    file.set_len((pages - 2) * 4096).expect("it is cut");
    expect_damage(folder.path(), "cut");
}

#[test]
fn a_flipped_byte_in_the_log_is_told_from_a_torn_end() {
    let template = desk();
    let server = Serving::start(template.path());
    for _ in 0..5 {
        token(template.path(), "ada@example.com");
    }
    server.end_with(Signal::KILL);
    let files = ["pocketdesk.db", "pocketdesk.db-wal", "secret.key"];
    let log = template.path().join(files[1]);
    let length = fs::metadata(&log).expect("a log").len();
    assert!(length > 10 * 4096, "{length}");
    let copy = || {
        let folder = tempfile::tempdir().expect("a folder");
        for file in files {
            fs::copy(template.path().join(file), folder.path().join(file)).expect("a copy");
        }
        folder
    };
    // The header, the first frame's head and page, and one in the middle.
    for at in [0, 3, 8, 17, 26, 32, 36, 41, 52, 60, 3000, length / 2] {
        let folder = copy();
        damage(&folder.path().join(files[1]), at, 0x10);
        expect_damage(folder.path(), &format!("byte {at} of the log"));
    }
    // As a power cut leaves it: cut anywhere, or with another end.
    for cut in [0, 1, 40, 4096, 4152, length / 2, length - 1] {
        let folder = copy();
        let path = folder.path().join(files[1]);
        fs::File::options()
            .write(true)
            .open(path)
            .and_then(|file| file.set_len(cut))
            .expect("it is cut");
        run(folder.path(), &["check"], "").ok();
        let server = Serving::start(folder.path());
        assert_eq!(server.get("/health", "none").status, 200);
    }
    let folder = copy();
    damage(&folder.path().join(files[1]), length - 100, 0x10);
    let server = Serving::start(folder.path());
    assert_eq!(server.get("/health", "none").status, 200);
}
