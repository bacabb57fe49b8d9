//! `user add`, `user password`, `token create`, and wrong usage of anything.

use pocketdesk::base::password::Hasher;

use crate::binary::{Serving, add_user, run, token};
use crate::database;

#[test]
fn people_are_added_beside_a_running_server_and_seen_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Serving::start(folder.path());
    assert_eq!(
        add_user(folder.path(), "ada@example.com", "owner").ok(),
        "1\n"
    );
    assert_eq!(
        add_user(folder.path(), "grace@example.com", "agent").ok(),
        "2\n"
    );
    let agent = token(folder.path(), "grace@example.com");
    assert_eq!(server.get("/api/tickets", &agent).status, 200);
    assert_eq!(server.get("/api/tickets", "wrong").status, 401);
}

#[test]
fn a_new_password_replaces_the_old_one_and_ends_every_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Serving::start(folder.path());
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let before = token(folder.path(), "ada@example.com");
    assert_eq!(server.get("/api/tickets", &before).status, 200);
    let arguments = [
        "user",
        "password",
        "--email",
        "ADA@example.com",
        "--password-stdin",
    ];
    assert_eq!(run(folder.path(), &arguments, "another-one\n").ok(), "");
    let hash: String = database(folder.path())
        .query_row("SELECT password_hash FROM user", [], |row| row.get(0))
        .expect("a hash");
    let hasher = Hasher::new(1);
    assert!(hasher.verify("another-one", Some(&hash)).expect("a hash"));
    assert!(!hasher.verify("long-enough", Some(&hash)).expect("a hash"));
    assert_eq!(server.get("/api/tickets", &before).status, 401);
}

#[test]
fn what_cannot_be_done_is_said_in_one_line_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let add = |email, role, password| {
        let arguments = [
            "user",
            "add",
            "--email",
            email,
            "--first-name",
            "X",
            "--role",
            role,
            "--password-stdin",
        ];
        run(folder.path(), &arguments, password)
    };
    for (email, role, password, word) in [
        ("not an address", "agent", "long-enough\n", "e-mail"),
        ("new@example.com", "agent", "short\n", "8 characters"),
        ("new@example.com", "agent", "", "Fill in"),
        ("new@example.com", "owner", "long-enough\n", "--role admin"),
        (
            "ada@example.com",
            "agent",
            "long-enough\n",
            "ada@example.com",
        ),
    ] {
        let err = add(email, role, password).failed();
        assert!(err.contains(word), "{err}");
    }
    let nobody = [
        "token",
        "create",
        "--email",
        "nobody@example.com",
        "--name",
        "x",
    ];
    assert!(
        run(folder.path(), &nobody, "")
            .failed()
            .contains("User not found")
    );
    let users: i64 = database(folder.path())
        .query_row("SELECT count(*) FROM user", [], |row| row.get(0))
        .expect("a count");
    assert_eq!(users, 1);
}

#[test]
fn wrong_usage_is_exit_code_2_and_touches_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("desk");
    for arguments in [
        &[][..],
        &["sreve"],
        &["serve", "--no-such-option"],
        &["serve", "--max-upload", "0"],
        &["serve", "--tls-cert", "x.pem"],
        &[
            "user",
            "add",
            "--email",
            "a@example.com",
            "--first-name",
            "A",
            "--role",
            "owner",
        ],
        &[
            "user",
            "add",
            "--email",
            "a@example.com",
            "--first-name",
            "A",
            "--role",
            "king",
            "--password-stdin",
        ],
        &[
            "token",
            "create",
            "--email",
            "a@example.com",
            "--name",
            "x",
            "--expires",
            "0",
        ],
    ] {
        let ended = run(&data, arguments, "");
        assert_eq!(ended.code, Some(2), "{arguments:?} {ended:?}");
        assert!(!ended.err.is_empty(), "{arguments:?}");
        assert_eq!(ended.out, "", "{arguments:?}");
    }
    assert!(!data.exists());
}
