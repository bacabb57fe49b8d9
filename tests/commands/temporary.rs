//! `serve --temporary`: a desk for one test run.

use rustix::process::Signal;
use serde_json::Value;

use crate::binary::{Serving, run};

#[test]
fn a_temporary_desk_says_how_to_come_in_and_is_gone_afterwards() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Serving::temporary(folder.path(), &["--now", "2026-03-01T09:30:00Z"]);
    let line = server.lines_until("{").pop().expect("a second line");
    let said: Value = serde_json::from_str(&line).expect("JSON");
    assert_eq!(said["url"], server.address);
    let text = |of: &str, key: &str| said[of][key].as_str().expect("a text").to_owned();
    for of in ["owner", "customer"] {
        assert_eq!(text(of, "email"), format!("{of}@example.com"));
        assert_eq!(text(of, "password").len(), 16);
        let tickets = server.get("/api/tickets", &text(of, "token"));
        assert_eq!(tickets.status, 200, "{of}");
    }
    let members = server.get("/api/members", &text("owner", "token"));
    assert!(
        members.text().contains("owner@example.com"),
        "{}",
        members.text()
    );
    let owner = server.get("/api/member/1", &text("owner", "token"));
    assert!(
        owner.text().contains("2026-03-01 09:30:"),
        "{}",
        owner.text()
    );
    let members = server.get("/api/members", &text("customer", "token"));
    assert_eq!(members.status, 403);
    // A link for making the first owner would let anybody else in.
    assert_eq!(server.stderr(), "");
    assert_eq!(server.end_with(Signal::TERM).code(), Some(0));
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

#[test]
fn two_temporary_desks_do_not_meet() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut servers = [(); 2].map(|()| Serving::temporary(folder.path(), &[]));
    let tokens = servers.each_mut().map(|server| {
        let line = server.lines_until("{").pop().expect("a second line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        said["owner"]["token"].as_str().expect("a token").to_owned()
    });
    assert_eq!(servers[0].get("/api/tickets", &tokens[0]).status, 200);
    assert_eq!(servers[0].get("/api/tickets", &tokens[1]).status, 401);
    for server in servers {
        server.end_with(Signal::INT);
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}

#[test]
fn a_clock_of_ones_own_is_for_temporary_desks_and_in_a_form_that_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        &["serve", "--now", "2026-03-01"][..],
        &["serve", "--temporary", "--now", "yesterday"],
        &["serve", "--temporary", "--now", "2026-13-01"],
    ] {
        let ended = run(folder.path(), arguments, "");
        assert_eq!(ended.code, Some(2), "{arguments:?} {ended:?}");
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
}
