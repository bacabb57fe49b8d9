//! The largest inputs of each kind, eight at once: how long they take, what memory they need and
//! leave behind, and how long somebody else waits at most meanwhile.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::Outcome;
use crate::figures::{get, send};
use crate::load::Connection;
use crate::report::{milliseconds, say};
use crate::seed::{self, OWNER};
use crate::server::Server;

/// How many of one kind come at once.
const AT_ONCE: usize = 8;

/// For how long memory may be given back.
const REST: Duration = Duration::from_secs(5);

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// The ticket that they are said in.
const TARGET: &str = "/api/ticket/1/threads.json";

/// One kind of input: what the row is called, and the request.
pub(crate) struct Largest {
    pub(crate) name: &'static str,
    request: Vec<u8>,
}

/// All kinds.
pub(crate) fn all() -> Vec<Largest> {
    let reply = |text: String| {
        send(
            "POST",
            TARGET,
            &json!({ "threadType": "reply", "reply": text }),
        )
    };
    let words: Vec<String> = (0..700_000).map(|number| format!("w{number}")).collect();
    let named = |name, request| Largest { name, request };
    vec![
        named("largest html", reply("<p>x".repeat(1_225_000))),
        named(
            "largest nested html",
            reply("<p><b><i><u><s>".repeat(69_000)),
        ),
        named(
            "largest html of tags",
            reply("<p>word word word word word</p>".repeat(10_000)),
        ),
        named("largest text", reply(words.join(" "))),
        named(
            "largest json",
            raw(
                "application/json",
                format!("{{\"a\":[{}1]}}", "1,".repeat(2_400_000)).as_bytes(),
            ),
        ),
        named(
            "largest upload",
            raw("multipart/form-data; boundary=b", &upload()),
        ),
        named(
            "largest page of threads",
            get(OWNER, "/api/ticket/1/threads.json?limit=100"),
        ),
        named(
            "largest page of html",
            get(OWNER, "/api/ticket/1/threads.html?limit=100"),
        ),
    ]
}

/// A request with a body of any type.
fn raw(content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {TARGET} HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        seed::token_of(OWNER),
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// A reply with a file of 24 MiB.
fn upload() -> Vec<u8> {
    let field = "--b\r\nContent-Disposition: form-data; name=\"reply\"\r\n\r\nhello\r\n";
    let file =
        "--b\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"a.bin\"\r\n\r\n";
    [
        field.as_bytes(),
        file.as_bytes(),
        &vec![b'x'; 24 << 20],
        b"\r\n--b--\r\n",
    ]
    .concat()
}

/// The head of their table.
pub(crate) fn head() -> Outcome<()> {
    say(&format!(
        "\n{:<28} {:>9} {:>12} {:>12} {:>17}",
        "eight at once", "ms", "most MiB", "left MiB", "other at most ms"
    ))
}

/// Sends it eight times at once, beside somebody who reads.
pub(crate) fn measure(server: &Server, largest: &Largest) -> Outcome<()> {
    let is_over = AtomicBool::new(false);
    let most = Mutex::new(0.0_f64);
    let (took, longest) = thread::scope(|scope| {
        let reader = scope.spawn(|| reads(&server.address, &is_over));
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let now = server.memory().map_or(0.0, |memory| memory.now);
                let mut most = most.lock().unwrap_or_else(PoisonError::into_inner);
                *most = most.max(now);
                drop(most);
                thread::sleep(LOOK);
            }
        });
        let began = Instant::now();
        let senders: Vec<_> = (0..AT_ONCE)
            .map(|_| scope.spawn(|| Connection::open(&server.address)?.ask(&largest.request)))
            .collect();
        for sender in senders {
            // What is too large is refused, and that is measured too.
            sender.join().map_err(|_| "a sender panicked")??;
        }
        let took = began.elapsed();
        is_over.store(true, Ordering::Relaxed);
        Outcome::Ok((took, reader.join().map_err(|_| "the reader panicked")??))
    })?;
    thread::sleep(REST);
    let most = *most.lock().unwrap_or_else(PoisonError::into_inner);
    say(&format!(
        "{:<28} {:>9.0} {:>12.1} {:>12.1} {:>17.1}",
        largest.name,
        milliseconds(took),
        most,
        server.memory()?.now,
        milliseconds(longest),
    ))
}

/// How long a reading of little takes at most until it is over.
fn reads(address: &str, is_over: &AtomicBool) -> Outcome<Duration> {
    let mut connection = Connection::open(address)?;
    let request = get(OWNER, "/api/tickets.json?limit=1");
    let mut longest = Duration::ZERO;
    while !is_over.load(Ordering::Relaxed) {
        let began = Instant::now();
        connection.ask(&request)?;
        longest = longest.max(began.elapsed());
        thread::sleep(LOOK);
    }
    Ok(longest)
}
