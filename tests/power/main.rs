//! The power cut, which no kill of a process can stand for: what was written and not synced is
//! lost then. A library before the server notes every write and sync of the database, and the
//! database is put together as a cut at any of them would leave it. Then the same disk lets a
//! write or a sync fail.
//!
//! It needs a C compiler, as the build does. `POCKETDESK_CUTS=2000` and `POCKETDESK_FAULTS=100`
//! for more than the usual.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on fails where it stands"
)]

#[path = "../support/binary.rs"]
#[expect(dead_code, reason = "the other tests of the binary need more of it")]
mod binary;
#[path = "../support/http.rs"]
#[expect(dead_code, reason = "the tests of the socket need more of it")]
mod http;
mod replay;

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;

use rustix::process::Signal;
use tempfile::TempDir;

use binary::{Serving, add_user, run, token};
use replay::{Disk, Log, Sync};

/// What somebody was told is done, and how long the log of the disk was by then.
struct Acknowledged {
    subject: String,
    log: u64,
}

/// A desk on a disk that notes what is done to it.
struct Desk {
    folder: TempDir,
    library: PathBuf,
    log: PathBuf,
    token: String,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let library = folder.path().join("disk.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/power/disk.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .args([&library, &source])
            .args(["-ldl", "-lpthread"])
            .status()
            .expect("a C compiler, which the build needs too");
        assert!(built.success());
        let desk = folder.path().join("desk");
        add_user(&desk, "ada@example.com", "owner").ok();
        Self {
            token: token(&desk, "ada@example.com"),
            log: folder.path().join("disk.log"),
            library,
            folder,
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("desk")
    }

    fn command(&self, fail: Option<&str>) -> Command {
        let mut command = binary::command(&self.data());
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("LD_PRELOAD", &self.library)
            .env("POWER_LOG", &self.log);
        if let Some(fail) = fail {
            command.env("POWER_FAIL", fail);
        }
        command
    }

    fn log_length(&self) -> u64 {
        self.log.metadata().map_or(0, |log| log.len())
    }

    /// Opens so many tickets from each of four clients at once; answers those acknowledged.
    fn write(&self, server: &Serving, count: usize) -> Vec<Acknowledged> {
        let acknowledged = Mutex::new(Vec::new());
        thread::scope(|scope| {
            for writer in 0..4 {
                let acknowledged = &acknowledged;
                scope.spawn(move || {
                    for turn in 0..count {
                        let subject = format!("Ticket {writer}-{turn}");
                        if self.open(server, &subject) {
                            let log = self.log_length();
                            let one = Acknowledged { subject, log };
                            acknowledged.lock().expect("nobody panicked").push(one);
                        }
                    }
                });
            }
        });
        acknowledged.into_inner().expect("nobody panicked")
    }

    fn open(&self, server: &Serving, subject: &str) -> bool {
        let body = serde_json::json!({ "type": 1, "name": "Alan", "from": "alan@example.com",
            "subject": subject, "reply": "It broke.".repeat(200) });
        let body = body.to_string();
        let request = format!(
            "POST /api/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token,
            body.len()
        );
        let mut answer = String::new();
        // A server that has ended, or ends meanwhile, has acknowledged nothing.
        let asked = TcpStream::connect(server.socket()).and_then(|mut stream| {
            stream.write_all(request.as_bytes())?;
            stream.read_to_string(&mut answer)
        });
        asked.is_ok() && answer.starts_with("HTTP/1.1 200 ")
    }
}

fn number(variable: &str, usual: usize) -> usize {
    std::env::var(variable).map_or(usual, |text| text.parse().expect("a number"))
}

/// The subjects of the tickets in a database, which must be whole.
#[expect(
    clippy::disallowed_methods,
    reason = "the file is looked at from the outside"
)]
fn subjects(folder: &Path) -> BTreeSet<String> {
    let database = rusqlite::Connection::open(folder.join("pocketdesk.db")).expect("it opens");
    let whole: String = database
        .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
        .expect("it is read");
    assert_eq!(whole, "ok");
    let mut rows = database
        .prepare("SELECT subject FROM ticket")
        .expect("tickets");
    let subjects = rows.query_map([], |row| row.get(0)).expect("they are read");
    subjects
        .map(|subject| subject.expect("a subject"))
        .collect()
}

#[test]
fn what_was_acknowledged_outlives_a_power_cut() {
    let desk = Desk::new();
    let before = std::fs::read(desk.data().join("pocketdesk.db")).expect("the database");
    let server = Serving::spawn(&mut desk.command(None));
    let acknowledged = desk.write(&server, 60);
    server.end_with(Signal::KILL);
    assert_eq!(acknowledged.len(), 240);
    let log = Log::read(&desk.log);
    let cuts = number("POCKETDESK_CUTS", 150);
    let lost = |sync: Sync| -> usize {
        let mut medium = Disk::new(before.clone(), sync);
        let mut lost = 0;
        for cut in 1..=cuts {
            let end = log.length() * cut as u64 / cuts as u64;
            medium.run(&log, end);
            // With nothing of what was not synced, and with some of it.
            for chance in [0, 2] {
                let folder = tempfile::tempdir().expect("a folder");
                medium.after_the_cut(folder.path(), chance, cut);
                let there = subjects(folder.path());
                let promised = acknowledged.iter().filter(|one| one.log <= end);
                lost += promised.filter(|one| !there.contains(&one.subject)).count();
            }
        }
        lost
    };
    assert_eq!(lost(Sync::AsDone), 0);
    // As `synchronous = NORMAL` leaves it, which syncs the log before a checkpoint alone: where
    // that loses nothing, neither would the above.
    assert!(lost(Sync::BeforeCheckpointsAlone) > 0);
}

/// Whatever fails, nobody is told that something is done which is not there afterwards.
#[test]
fn a_write_or_a_sync_that_fails_is_never_acknowledged() {
    const NO_SPACE: i32 = 28;
    const IO_ERROR: i32 = 5;
    let count = number("POCKETDESK_FAULTS", 10);
    let mut failed = 0;
    for turn in 0..count {
        let desk = Desk::new();
        let (kind, nth) = match turn % 2 {
            0 => ('W', 1 + turn * turn * 3),
            _ => ('S', 1 + turn * turn / 3),
        };
        let error = if turn % 4 < 2 { IO_ERROR } else { NO_SPACE };
        let fail = format!("{kind}:{nth}:{error}");
        let ended = Serving::try_spawn_with(&mut desk.command(Some(&fail)), Stdio::piped());
        // Where it fails so early that the desk is not even served, that is said, and all is well.
        let acknowledged = ended.map_or_else(
            |_| Vec::new(),
            |server| {
                let acknowledged = desk.write(&server, 15);
                server.end_with(Signal::KILL);
                acknowledged
            },
        );
        // One failure takes the changes that shared a commit with it, and no others.
        let lost = 60 - acknowledged.len();
        assert!(lost <= 8 || acknowledged.is_empty(), "{fail}: {lost}");
        failed += lost;
        let server = Serving::start(&desk.data());
        let there = subjects(&desk.data());
        for one in &acknowledged {
            assert!(there.contains(&one.subject), "{fail}: {}", one.subject);
        }
        assert!(desk.open(&server, "Afterwards"), "{fail}");
        server.end_with(Signal::TERM);
        run(&desk.data(), &["check"], "").ok();
    }
    assert!(failed > 0, "nothing failed, so nothing was proved");
}
