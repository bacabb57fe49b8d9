//! Ten minutes of everything at once, by name: `cargo test --test crash soak -- --ignored`;
//! `POCKETDESK_SOAK_SECONDS` says for how long otherwise. Afterwards the desk holds what it
//! acknowledged, and neither memory nor threads nor descriptors have grown since the first quarter.

use std::fs::read_dir;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Acknowledged, new_desk, pocketdesk, serve, verify, write_one};

const WRITERS: usize = 4;
const READERS: usize = 4;

/// What a process holds of the machine.
#[derive(Debug, Clone, Copy)]
struct Held {
    mebibytes: u64,
    threads: usize,
    descriptors: usize,
}

impl Held {
    fn by(process: u32) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"));
        let status = status.expect("the process is there");
        let line = status.lines().find(|line| line.starts_with("VmRSS"));
        let kibibytes: u64 = line
            .and_then(|line| line.split_whitespace().nth(1))
            .and_then(|number| number.parse().ok())
            .expect("the kernel tells its memory");
        let count = |what: &str| {
            let entries = read_dir(format!("/proc/{process}/{what}"));
            entries.expect("the process is there").count()
        };
        Self {
            mebibytes: kibibytes / 1024,
            threads: count("task"),
            descriptors: count("fd"),
        }
    }
}

#[test]
#[ignore = "takes ten minutes"]
fn soak() {
    let seconds = std::env::var("POCKETDESK_SOAK_SECONDS");
    let length = Duration::from_secs(seconds.map_or(600, |text| text.parse().expect("a number")));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let token = new_desk(folder.path());
    let (mut server, address) = serve(folder.path());
    let acknowledged = Mutex::new(Acknowledged::default());
    let (is_over, reads) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut held = Vec::new();
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (address, token, acknowledged, is_over) =
                (&address, &token, &acknowledged, &is_over);
            scope.spawn(move || {
                for turn in 0_u64.. {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let done = write_one(address, token, &format!("{writer}-{turn}"), acknowledged);
                    assert!(done.is_some(), "a write was refused");
                }
            });
        }
        for reader in 0..READERS {
            let (address, token, is_over, reads) = (&address, &token, &is_over, &reads);
            scope.spawn(move || {
                for target in TARGETS.iter().cycle().skip(reader) {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    let status = get(address, token, target);
                    assert!(matches!(status, Some(200 | 404)), "{target}: {status:?}");
                    reads.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let began = Instant::now();
        while began.elapsed() < length {
            thread::sleep(length / 20);
            held.push(Held::by(server.id()));
            let copy = folder.path().join("desk.tar");
            let copy = copy.to_str().expect("a path");
            let backup = pocketdesk(folder.path(), &["backup", copy], "");
            assert!(
                backup.status.success(),
                "{}",
                String::from_utf8_lossy(&backup.stderr)
            );
            std::fs::remove_file(copy).expect("the copy is there");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let (early, late) = (held[held.len() / 4], held[held.len() - 1]);
    println!(
        "{} reads, {early:?} early, {late:?} late",
        reads.into_inner()
    );
    assert!(
        late.mebibytes <= early.mebibytes * 3 / 2 + 32,
        "memory grew: {held:?}"
    );
    assert!(late.threads <= early.threads + 2, "threads grew: {held:?}");
    assert!(
        late.descriptors <= early.descriptors + 32,
        "descriptors grew: {held:?}"
    );
    server.kill().expect("the server is killed");
    server.wait().expect("the server ends");
    let acknowledged = acknowledged.into_inner().expect("no writer panicked");
    println!("{} tickets", acknowledged.tickets.len());
    verify(folder.path(), &acknowledged);
    let check = pocketdesk(folder.path(), &["check"], "");
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
}

/// What is read.
const TARGETS: [&str; 7] = [
    "/api/tickets.json",
    "/api/ticket/1.json",
    "/api/ticket/2/threads.json",
    "/api/search.json?search=broke",
    "/api/tickets.html?page=2",
    "/api/customers.json",
    "/api/ticket/3/activity.json",
];

/// The status of a reading.
fn get(address: &str, token: &str, target: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    let head = format!(
        "GET {target} HTTP/1.1\r\nHost: desk.test\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()
}
