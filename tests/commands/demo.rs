//! `demo`: a filled desk at once, and nothing of it afterwards unless it was asked for.

use std::path::Path;

use rustix::process::Signal;
use serde_json::Value;

use crate::binary::{Serving, run};

#[test]
fn the_printed_tokens_open_a_believable_desk_that_is_gone_afterwards() {
    let temporary = tempfile::tempdir().expect("a folder");
    let mut server = Serving::demo(temporary.path());
    let lines = server.lines_until("curl ");
    let token = |role: &str| {
        let line = lines.iter().find_map(|line| {
            let rest = line.strip_prefix(role)?;
            rest.trim().strip_prefix("access token ")
        });
        line.unwrap_or_else(|| panic!("{lines:?}")).to_owned()
    };
    let list = |role: &str, target: &str| -> Value {
        let answer = server.get(target, &token(role));
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        serde_json::from_str(answer.text()).expect("JSON")
    };
    let all = |role: &str| {
        let listed = list(role, "/api/tickets.json?status=all");
        listed["pagination"]["totalCount"]
            .as_i64()
            .expect("a count")
    };
    assert!((280..=300).contains(&all("owner")), "all but the trash");
    assert_eq!(all("owner"), all("admin"));
    assert!(all("agent") < all("owner"), "a view with limits");
    assert!((1..20).contains(&all("customer")), "their own alone");
    let open = list("owner", "/api/tickets.json");
    let newest = &open["tickets"][0];
    assert!(newest["incrementId"].as_i64() >= Some(4801), "{newest}");
    assert_ne!(newest["id"], newest["incrementId"]);
    let predefined = &open["labels"]["predefind"];
    for kind in ["new", "unassigned", "starred", "trashed"] {
        assert_ne!(predefined[kind], "0", "{kind}");
    }
    let address = server.address.clone();
    let curl = lines.last().expect("the last line");
    assert!(
        curl.contains(&token("owner")) && curl.contains(&address),
        "{curl}"
    );
    for role in ["owner", "admin", "agent", "customer"] {
        assert!(
            lines
                .iter()
                .any(|line| line.starts_with(role) && line.ends_with("password demo-password")),
            "{role}"
        );
    }
    assert_eq!(desks_in(temporary.path()), 1);
    assert_eq!(server.end_with(Signal::TERM).code(), Some(0));
    assert_eq!(desks_in(temporary.path()), 0);
}

fn desks_in(folder: &Path) -> usize {
    let found = std::fs::read_dir(folder).expect("a folder");
    let names = found.map(|entry| entry.expect("an entry").file_name());
    names
        .filter(|name| name.to_string_lossy().starts_with("pocketdesk-demo-"))
        .count()
}

#[test]
fn a_kept_demo_is_sound_and_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Serving::demo_in(folder.path());
    server.lines_until("curl ");
    assert!(
        run(folder.path(), &["check"], "")
            .ok()
            .starts_with("all is well")
    );
    assert!(server.end_with(Signal::INT).success());
    let err = run(folder.path(), &["demo", "--listen", "127.0.0.1:0"], "").failed();
    assert!(err.contains("holds a desk already"), "{err}");
    assert!(
        run(folder.path(), &["check"], "")
            .ok()
            .starts_with("all is well")
    );
}

#[test]
fn beyond_this_machine_the_password_is_nobodys_guess() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut server = Serving::demo_on("0.0.0.0:0", folder.path());
    let lines = server.lines_until("curl ");
    assert!(
        lines.iter().all(|line| !line.contains("demo-password")),
        "{lines:?}"
    );
}
