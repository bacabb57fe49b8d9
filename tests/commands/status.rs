//! `status`, `user list`, and the sentences for whoever runs a desk.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustix::process::Signal;

use crate::binary::{Serving, add_user, command, run};
use crate::{database, put};

#[test]
fn everybody_is_listed_a_line_a_side() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    add_user(folder.path(), "grace@example.com", "agent").ok();
    add_user(folder.path(), "grace@example.com", "customer").ok();
    database(folder.path())
        .execute(
            "UPDATE profile SET is_active = 0 WHERE side = 'agent' AND user_id = 2",
            [],
        )
        .expect("she is away");
    let all = run(folder.path(), &["user", "list"], "").ok();
    assert_eq!(
        all,
        "1\towner\tactive\tada@example.com\tAda\n\
         2\tagent\tinactive\tgrace@example.com\tAda\n\
         2\tcustomer\tactive\tgrace@example.com\tAda\n"
    );
    let customers = run(folder.path(), &["user", "list", "--role", "customer"], "").ok();
    assert_eq!(customers.lines().count(), 1);
}

#[test]
fn a_desk_is_seen_at_a_glance() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let said = run(folder.path(), &["status"], "").ok();
    assert!(
        said.contains("served: no\n") && said.contains("people: 1 agents, 0 customers"),
        "{said}"
    );
    let server = Serving::start(folder.path());
    let said = run(folder.path(), &["status"], "").ok();
    assert!(said.contains("served: yes\n"), "{said}");
    server.end_with(Signal::TERM);
    database(folder.path())
        .execute(
            "INSERT INTO job (kind, data, due_at, attempts, created_at) VALUES ('reindex_person', '{}', 0, 10, 0)",
            [],
        )
        .expect("a job that failed");
    fs::remove_file(folder.path().join("secret.key")).expect("the key is lost");
    let ended = run(folder.path(), &["status"], "");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    for words in ["wrong: 1 jobs failed", "wrong: secret.key is missing"] {
        assert!(ended.out.contains(words), "{}", ended.out);
    }
    let err = run(&folder.path().join("mistyped"), &["status"], "").failed();
    assert!(err.contains("there is no desk"), "{err}");
}

/// Each is one line that names what is wrong with what, and what to do.
#[test]
fn what_an_operator_may_get_wrong_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let (desk, text) = (folder.path().join("desk"), folder.path().join("text.pem"));
    put(&text, "no certificate");
    let missing = folder.path().join("none.pem");
    let path = |path: &Path| path.to_str().expect("a name").to_owned();
    let tls = |file: &Path| {
        let file = path(file);
        vec![
            "--tls-cert".to_owned(),
            file.clone(),
            "--tls-key".to_owned(),
            file,
        ]
    };
    for (data, arguments, words) in [
        (
            Path::new("/dev/null/desk"),
            vec![],
            ["/dev/null/desk", "--data"],
        ),
        (&desk, tls(&missing), ["none.pem", "--tls-cert"]),
        (&desk, tls(&text), ["text.pem", "no PEM file"]),
        (
            &desk,
            vec!["--listen".to_owned(), "127.0.0.1:99999".to_owned()],
            ["127.0.0.1:99999", "--listen"],
        ),
    ] {
        let mut all = vec!["serve"];
        all.extend(arguments.iter().map(String::as_str));
        if !arguments.contains(&"--listen".to_owned()) {
            all.extend(["--listen", "127.0.0.1:0"]);
        }
        let err = run(data, &all, "").failed();
        assert!(
            words.iter().all(|word| err.contains(word)),
            "{words:?}: {err}"
        );
    }
    for url in ["help.example.com", "ftp://x", "https://", "https://x?y"] {
        let ended = run(&desk, &["serve", "--base-url", url], "");
        assert_eq!(ended.code, Some(2), "{url}");
        assert!(
            ended.err.contains("https://help.example.com"),
            "{}",
            ended.err
        );
    }
}

#[test]
fn an_unknown_level_of_logging_is_wrong_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    for (level, is_known) in [
        ("quiet", false),
        ("info,", false),
        ("", true),
        ("WARN", true),
        ("gate=debug,info", true),
    ] {
        let output = command(folder.path())
            .env("POCKETDESK_LOG", level)
            .arg("check")
            .output()
            .expect("it ends");
        let err = String::from_utf8(output.stderr).expect("text");
        assert_eq!(
            output.status.code(),
            Some(if is_known { 1 } else { 2 }),
            "{level}: {err}"
        );
        assert_eq!(err.contains("POCKETDESK_LOG"), !is_known, "{level}: {err}");
        assert_eq!(err.trim().lines().count(), 1, "{err}");
    }
}

/// The largest file that a process may write stands for a disk that is full.
#[test]
fn a_full_disk_at_the_start_is_said_and_leaves_nothing_that_is_half() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = env!("CARGO_BIN_EXE_pocketdesk");
    let output = Command::new("sh")
        .arg("-c")
        .arg(format!(
            "ulimit -f 200; exec {binary} serve --listen 127.0.0.1:0"
        ))
        .env("POCKETDESK_DATA", folder.path())
        .env("POCKETDESK_LOG", "off")
        .output()
        .expect("a shell");
    let err = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(
        err.trim().lines().count() == 1 && err.contains("make room"),
        "{err}"
    );
    let server = Serving::start(folder.path());
    assert_eq!(server.get("/health", "none").status, 200);
}
