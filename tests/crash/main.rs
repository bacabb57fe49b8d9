//! The server killed in the middle of its work: whatever it acknowledged is there
//! afterwards, and the database and the files are sound.
//!
//! Five rounds by default; `POCKETDESK_CRASHES=50 cargo test --test crash` for more.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot go on fails where it stands, and a soak says what it saw"
)]

mod soak;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rusqlite::OptionalExtension;
use serde_json::Value;

const WRITERS: usize = 16;
const OWNER: &str = "ada@example.com";

/// What a writer was told is done.
#[derive(Debug, Default)]
struct Acknowledged {
    /// Ids of tickets, with their subjects.
    tickets: Vec<(i64, String)>,
    /// Ids of threads with a file, with what is in the file.
    replies: Vec<(i64, Vec<u8>)>,
}

#[test]
fn what_was_acknowledged_outlives_a_kill() {
    let rounds: u64 =
        std::env::var("POCKETDESK_CRASHES").map_or(5, |text| text.parse().expect("a number"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let token = new_desk(folder.path());
    let mut tickets = 0;
    for round in 0..rounds {
        let (mut server, address) = serve(folder.path());
        // Another moment each time, early and late.
        let acknowledged = write_until_killed(&mut server, &address, &token, 40 + round * 97 % 400);
        verify(folder.path(), &acknowledged);
        tickets += acknowledged.tickets.len();
    }
    assert!(
        tickets > 0,
        "nothing was acknowledged, so nothing was proved"
    );
    let check = pocketdesk(folder.path(), &["check"], "");
    assert!(
        check.status.success(),
        "{}",
        String::from_utf8_lossy(&check.stdout)
    );
}

/// Lets all writers write, kills the server after a while, and collects what they were told.
fn write_until_killed(
    server: &mut Child,
    address: &str,
    token: &str,
    after_ms: u64,
) -> Acknowledged {
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (address, token) = (address.to_owned(), token.to_owned());
            let (acknowledged, is_over) = (Arc::clone(&acknowledged), Arc::clone(&is_over));
            std::thread::spawn(move || {
                let mut turn = 0;
                while !is_over.load(Ordering::Relaxed) {
                    turn += 1;
                    write_one(&address, &token, &format!("{writer}-{turn}"), &acknowledged);
                }
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(after_ms));
    server.kill().expect("the server is killed");
    is_over.store(true, Ordering::Relaxed);
    server.wait().expect("the server ends");
    for writer in writers {
        writer.join().expect("a writer ends");
    }
    Arc::try_unwrap(acknowledged)
        .expect("all writers have ended")
        .into_inner()
        .expect("no writer panicked")
}

/// A ticket, and a reply with a file in it; each noted once it is acknowledged.
fn write_one(
    address: &str,
    token: &str,
    name: &str,
    acknowledged: &Mutex<Acknowledged>,
) -> Option<()> {
    let subject = format!("Ticket {name}");
    let ticket = serde_json::json!({ "type": 1, "name": "Alan Turing", "from": "alan@example.com",
        "subject": subject, "reply": "It broke." });
    let made = post(
        address,
        token,
        "/api/tickets",
        "application/json",
        ticket.to_string().as_bytes(),
    )?;
    let id = made["ticketId"].as_i64()?;
    acknowledged
        .lock()
        .expect("no writer panicked")
        .tickets
        .push((id, subject));
    let file = format!("{name} {id}").repeat(500).into_bytes();
    let mut body = b"--x\r\nContent-Disposition: form-data; name=\"threadType\"\r\n\r\nreply\r\n\
        --x\r\nContent-Disposition: form-data; name=\"reply\"\r\n\r\nSee the file.\r\n\
        --x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.txt\"\r\n\r\n"
        .to_vec();
    body.extend_from_slice(&file);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let path = format!("/api/ticket/{id}/threads");
    let said = post(
        address,
        token,
        &path,
        "multipart/form-data; boundary=x",
        &body,
    )?;
    let thread = said["id"].as_i64()?;
    acknowledged
        .lock()
        .expect("no writer panicked")
        .replies
        .push((thread, file));
    Some(())
}

/// The answer to a POST, if one came whole and was a success.
fn post(address: &str, token: &str, path: &str, content_type: &str, body: &[u8]) -> Option<Value> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: desk.test\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(body).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let value = serde_json::from_str(body).ok()?;
    head.starts_with("HTTP/1.1 200 ").then_some(value)
}

/// Looks for everything acknowledged, in the database and in the store.
fn verify(folder: &Path, acknowledged: &Acknowledged) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the test looks at the file as it is"
    )]
    let database =
        rusqlite::Connection::open(folder.join("pocketdesk.db")).expect("the database opens");
    for (id, subject) in &acknowledged.tickets {
        let found: Option<String> = database
            .query_row("SELECT subject FROM ticket WHERE id = ?", [id], |row| {
                row.get(0)
            })
            .optional()
            .expect("the database answers");
        assert_eq!(
            found.as_ref(),
            Some(subject),
            "ticket {id} was acknowledged"
        );
    }
    for (thread, file) in &acknowledged.replies {
        let hash: Option<String> = database
            .query_row(
                "SELECT hash FROM attachment WHERE thread_id = ?",
                [thread],
                |row| row.get(0),
            )
            .optional()
            .expect("the database answers");
        let hash = hash.unwrap_or_else(|| panic!("the file of thread {thread} was acknowledged"));
        let path = folder
            .join("attachments")
            .join(&hash[..2])
            .join(&hash[2..4])
            .join(&hash);
        assert_eq!(&std::fs::read(path).expect("the file is there"), file);
    }
    let halves: i64 = database
        .query_row(
            "SELECT count(*) FROM ticket WHERE NOT EXISTS
                 (SELECT 1 FROM thread WHERE ticket_id = ticket.id AND thread_type = 'create')",
            [],
            |row| row.get(0),
        )
        .expect("the database answers");
    assert_eq!(halves, 0, "tickets without the message that opened them");
}

/// Makes the owner and a token.
fn new_desk(folder: &Path) -> String {
    let user = [
        "user",
        "add",
        "--email",
        OWNER,
        "--first-name",
        "Ada",
        "--role",
        "owner",
        "--password-stdin",
    ];
    let added = pocketdesk(folder, &user, "long-enough\n");
    assert!(
        added.status.success(),
        "{}",
        String::from_utf8_lossy(&added.stderr)
    );
    let token = pocketdesk(
        folder,
        &["token", "create", "--email", OWNER, "--name", "crash"],
        "",
    );
    String::from_utf8(token.stdout)
        .expect("a token")
        .trim()
        .to_owned()
}

/// Starts the server; it must accept within five seconds, whatever it finds.
fn serve(folder: &Path) -> (Child, String) {
    let began = Instant::now();
    let mut server = command(folder)
        .args(["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the server starts");
    let mut line = String::new();
    BufReader::new(server.stdout.take().expect("its output"))
        .read_line(&mut line)
        .expect("its first line");
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "the start took {:?}",
        began.elapsed()
    );
    let address = line
        .trim()
        .strip_prefix("listening on http://")
        .expect("an address")
        .to_owned();
    (server, address)
}

fn pocketdesk(folder: &Path, arguments: &[&str], input: &str) -> std::process::Output {
    let mut child = command(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    child
        .stdin
        .take()
        .expect("its input")
        .write_all(input.as_bytes())
        .expect("the input is taken");
    child.wait_with_output().expect("the command ends")
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pocketdesk"));
    command
        .env("POCKETDESK_DATA", folder)
        .env("POCKETDESK_LOG", "off");
    command
}
