//! `serve`: one a folder, a way in for the first owner, a clean end.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::binary::{Serving, add_user, command, run, token};
use crate::database;
use crate::http::Client;

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_a_killed_one_is_no_obstacle() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Serving::start(folder.path());
    let err = run(folder.path(), &["serve", "--listen", "127.0.0.1:0"], "").failed();
    assert!(err.contains("another pocketdesk is serving"), "{err}");
    let err = run(folder.path(), &["demo", "--listen", "127.0.0.1:0"], "").failed();
    assert!(err.contains("another pocketdesk is serving"), "{err}");
    assert!(!first.end_with(Signal::KILL).success());
    let second = Serving::start(folder.path());
    assert_eq!(second.get("/health", "none").status, 200);
}

#[test]
fn both_signals_end_it_cleanly() {
    for signal in [Signal::TERM, Signal::INT] {
        let folder = tempfile::tempdir().expect("a folder");
        let server = Serving::start(folder.path());
        assert_eq!(server.get("/health", "none").status, 200);
        assert_eq!(server.end_with(signal).code(), Some(0), "{signal:?}");
        let wal = folder.path().join("pocketdesk.db-wal");
        let left = wal.metadata().map_or(0, |found| found.len());
        assert_eq!(left, 0, "the log is in the database after {signal:?}");
    }
}

/// What listens everywhere opens in a browser of this machine by the machine's own address.
#[test]
fn the_address_that_is_said_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = command(folder.path());
    let server = Serving::spawn(command.args(["serve", "--listen", "0.0.0.0:0"]));
    let said = &server.address;
    assert!(said.starts_with("http://127.0.0.1:"), "{said}");
    assert_eq!(server.get("/health", "none").status, 200);
    server.word_on_stderr("--base-url");
}

/// The allocator is told to give back what large requests took: the benchmark shows how much.
#[cfg(target_env = "gnu")]
#[test]
fn the_server_runs_with_an_allocator_that_gives_memory_back() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let token = token(folder.path(), "ada@example.com");
    let server = Serving::start(folder.path());
    let environment = std::fs::read(format!("/proc/{}/environ", server.id()));
    let environment = environment.expect("the process is there");
    let environment = String::from_utf8_lossy(&environment);
    for setting in ["MALLOC_MMAP_THRESHOLD_=", "MALLOC_TRIM_THRESHOLD_="] {
        assert!(environment.contains(setting), "{setting} is set");
    }
    assert_eq!(server.get("/api/tickets", &token).status, 200);
}

#[test]
fn no_secret_is_logged() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let token = token(folder.path(), "ada@example.com");
    let server = Serving::start_logging(folder.path());
    let tickets = format!("/api/tickets?access_token={token}");
    assert_eq!(server.get(&tickets, &token).status, 200);
    let secrets = "client_secret=hushed&password=hushed&code=hushed&state=hushed";
    for target in [
        "/oauth/v2/token",
        "/oauth/v2/revoke",
        "/member/oauth/v2/auth",
    ] {
        server.get(&format!("{target}?{secrets}"), "hushed");
    }
    server.word_on_stderr("route=\"/member/oauth/v2/auth\"");
    let said = server.stderr();
    assert!(said.contains("answered"), "{said}");
    for secret in [&token, "hushed", "access_token"] {
        assert!(!said.contains(secret), "{secret}: {said}");
    }
}

#[test]
fn a_log_that_nobody_takes_fails_no_request() {
    let (reader, closed) = std::io::pipe().expect("a pipe");
    drop(reader);
    // Nobody reads this one, so that it is full after some hundred lines.
    let (_reader, stalled) = std::io::pipe().expect("a pipe");
    let full = std::fs::File::options().write(true).open("/dev/full");
    let logs = [
        Stdio::from(closed),
        Stdio::from(full.expect("a device that is always full")),
        Stdio::from(stalled),
    ];
    for log in logs {
        let folder = tempfile::tempdir().expect("a folder");
        add_user(folder.path(), "ada@example.com", "owner").ok();
        let token = token(folder.path(), "ada@example.com");
        let server = Serving::start_logging_to(folder.path(), log);
        for number in 0..20 {
            let name = format!("{{\"name\":\"tag {number}\"}}");
            assert_eq!(server.post("/api/tags", &token, &name).status, 200);
        }
        let mut client = Client::connect(server.socket());
        for _ in 0..700 {
            assert_eq!(client.get_with("/api/tags", "").status, 401);
        }
        drop(client);
        assert_eq!(server.end_with(Signal::TERM).code(), Some(0));
    }
}

#[test]
fn a_failed_sign_in_has_a_line_with_its_address() {
    let folder = tempfile::tempdir().expect("a folder");
    add_user(folder.path(), "ada@example.com", "owner").ok();
    let server = Serving::start_logging(folder.path());
    let form = server.get("/sign-in", "none");
    let page = form.text();
    let (_, rest) = page.split_once("name=\"_csrf\" value=\"").expect("a proof");
    let (proof, _) = rest.split_once('"').expect("its end");
    let cookie = form.header("set-cookie").expect("a cookie");
    let (cookie, _) = cookie.split_once(';').expect("its end");
    let send = || {
        let body = format!("_csrf={proof}&email=ada@example.com&password=mistyped-secret");
        let mut client = Client::connect(server.socket());
        client.send(format!(
            "POST /sign-in HTTP/1.1\r\nHost: desk.test\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        client.answer()
    };
    let mut tries = 1;
    let mut slowed = send();
    while slowed.status == 400 && tries < 20 {
        slowed = send();
        tries += 1;
    }
    assert!(slowed.status == 429 && tries > 10, "{tries}: {slowed:?}");
    for name in ["retry-after", "ratelimit-reset"] {
        let seconds = slowed.header(name).and_then(|text| text.parse().ok());
        assert!(seconds.is_some_and(|seconds: u32| seconds > 0), "{name}");
    }
    assert_eq!(slowed.header("ratelimit-limit"), Some("10"));
    assert_eq!(slowed.header("ratelimit-remaining"), Some("0"));
    server.word_on_stderr("status=429");
    let said = server.stderr();
    let failed: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("sign-in failed address=127.0.0.1"))
        .collect();
    assert_eq!(failed.len(), tries, "{said}");
    assert!(
        said.contains("answered method=\"POST\" route=\"/sign-in\" status=400 address=127.0.0.1"),
        "{said}"
    );
    assert!(
        !said.contains("mistyped-secret") && !said.contains("ada@example.com"),
        "{said}"
    );
}

#[test]
fn a_refusal_at_the_gate_is_logged_by_the_id_that_it_shows() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Serving::start_logging(folder.path());
    let mut client = Client::connect(server.socket());
    client.send("POST /api/tickets?access_token=hushed HTTP/1.1\r\nHost: d\r\nContent-Length: 99999999\r\n\r\n");
    let answer = client.answer();
    assert_eq!(answer.status, 413);
    let id = answer.header("x-request-id").expect("an id");
    server.word_on_stderr(&format!("request=\"{id}\""));
    let said = server.stderr();
    let line = said
        .lines()
        .find(|line| line.contains(id))
        .expect("the line");
    assert!(
        line.contains("26214400 bytes") && line.contains("status=413 address=127.0.0.1"),
        "{line}"
    );
    assert!(!said.contains("hushed"), "{said}");
}

#[test]
fn an_address_that_is_taken_is_said_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a socket");
    let address = taken.local_addr().expect("its address").to_string();
    let folder = tempfile::tempdir().expect("a folder");
    let err = run(folder.path(), &["serve", "--listen", &address], "").failed();
    assert!(err.contains("--listen"), "{err}");
}

#[test]
fn a_desk_without_an_owner_shows_a_link_that_opens_until_there_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Serving::start(folder.path());
    let link = server.word_on_stderr(&format!("{}/setup?code=", server.address));
    let target = link.strip_prefix(&server.address).expect("its own address");
    assert_eq!(target.len(), "/setup?code=".len() + 64);
    let page = server.get(target, "none");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("<form"), "{}", page.text());
    assert_eq!(server.get("/setup?code=", "none").status, 404);
    assert_eq!(server.get("/setup", "none").status, 404);
    add_user(folder.path(), "ada@example.com", "owner").ok();
    assert_eq!(server.get(target, "none").status, 404);
    server.end_with(Signal::TERM);

    let server = Serving::start(folder.path());
    assert_eq!(server.get("/health", "none").status, 200);
    assert_eq!(server.stderr(), "", "an owned desk shows no link");
}

/// As it is after a kill: a job that somebody had taken, and who will not come back.
#[test]
fn what_a_kill_left_is_done_after_the_next_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut demo = Serving::demo_in(folder.path());
    demo.lines_until("curl ");
    demo.end_with(Signal::TERM);
    let desk = database(folder.path());
    let number = |sql: &str| -> i64 {
        let read = desk.query_row(sql, [], |row| row.get(0));
        read.expect("a number")
    };
    let agent =
        number("SELECT agent_id FROM ticket GROUP BY agent_id ORDER BY count(*) DESC LIMIT 1");
    let theirs = format!("SELECT count(*) FROM ticket WHERE agent_id = {agent}");
    assert!(number(&theirs) > 0);
    let left = format!(
        "INSERT INTO job (kind, data, due_at, leased_until, attempts, created_at)
         VALUES ('part_with_member', '{{\"user\":{agent}}}', 0, 99999999999, 1, 0)"
    );
    desk.execute(&left, []).expect("the job is left");
    let server = Serving::start(folder.path());
    let began = Instant::now();
    while number("SELECT count(*) FROM job") > 0 && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(
        (number("SELECT count(*) FROM job"), number(&theirs)),
        (0, 0)
    );
    assert_eq!(server.end_with(Signal::TERM).code(), Some(0));
    run(folder.path(), &["check"], "").ok();
}
