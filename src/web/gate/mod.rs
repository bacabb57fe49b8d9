//! The gate: it owns the public socket, and nothing reaches a worker but whole, well-formed
//! requests.
//!
//! ```text
//! client ── TCP (or TLS) ── gate: one thread a connection ── Unix socket ── server ── workers
//! ```
//!
//! The server behind it reads requests well and must not face a network: it believes what
//! clients claim, waits for ever, and ends when descriptors run out. So the gate stands in
//! front, as buffering proxies stand in front of application servers, in the same process.
//! The life of a request:
//!
//! 1. `listener` takes the connection, `caps` finds it a place among the `seats`, `tls` may wrap it.
//! 2. `head` reads the head strictly; `body` receives the body whole, through `chunked` if need be.
//! 3. `private` writes one plain request; `upstream` passes it on in its `turns`, and has the
//!    answer whole.
//! 4. `reply` sends it at the client's `pace`, or the file it names from `stored`; `answer` writes the head.
//!
//! Whatever goes wrong on the way is a `refusal`, told in the API's shape. The gate knows no
//! route, no session and no database.

mod answer;
mod body;
mod caps;
mod chunked;
mod connection;
mod descriptors;
mod forwarded;
mod head;
mod host;
mod listener;
mod pace;
pub(crate) mod private;
mod refusal;
mod reply;
mod seats;
mod settings;
mod socket;
mod stored;
mod tls;
mod turns;
mod upstream;
mod wire;

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub use settings::{Deadlines, Settings};

use caps::{Caps, Limits};
use listener::Listener;
use tls::Tls;
use upstream::Pool;

/// How often a stopping gate looks for connections that have become idle.
const LOOK_AROUND: Duration = Duration::from_millis(25);
/// How long connections that were ended by force have to notice it.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// What all connections share.
#[derive(Debug)]
struct Shared {
    settings: Settings,
    caps: Arc<Caps>,
    pool: Pool,
    tls: Option<Tls>,
    ids: Ids,
    stopping: AtomicBool,
    is_accepting: AtomicBool,
}

impl Shared {
    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// The open gate.
#[derive(Debug)]
pub(crate) struct Gate {
    /// Where it listens, as [`Listener::address`] writes it.
    pub(crate) address: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
    waker: UnixStream,
}

impl Gate {
    /// Connects to the server at `behind`, `workers` times, and opens the public socket.
    pub(crate) fn open(settings: Settings, behind: PathBuf, workers: usize) -> io::Result<Self> {
        let tls = match &settings.tls {
            Some((certificate, key)) => Some(Tls::load(certificate, key)?),
            None => None,
        };
        let listener = Listener::bind(&settings.listen)?;
        let address = listener.address(if tls.is_some() { "https" } else { "http" })?;
        let in_all = descriptors::connections(settings.max_connections, workers);
        let deadlines = &settings.deadlines;
        let shared = Arc::new(Shared {
            caps: Arc::new(Caps::new(Limits {
                connections: in_all,
                connections_per_address: settings.max_connections_per_address,
                body: settings.max_body,
            })),
            pool: Pool::open(behind, workers, deadlines.turn, deadlines.answer)?,
            tls,
            ids: Ids::new(),
            stopping: AtomicBool::new(false),
            is_accepting: AtomicBool::new(true),
            settings,
        });
        let (waker, wake) = UnixStream::pair()?;
        let theirs = Arc::clone(&shared);
        let accepting = thread::Builder::new()
            .name("accept".to_owned())
            .spawn(move || {
                let _ended = Accepting(&theirs);
                listener::accept_all(&theirs, &listener, &wake);
            })?;
        Ok(Self {
            address,
            shared,
            accepting,
            waker,
        })
    }

    /// What tells whether it still serves.
    pub(crate) fn condition(&self) -> Condition {
        Condition(Arc::clone(&self.shared))
    }

    /// Reads the certificate and its key again, for the connections to come.
    pub(crate) fn reload_tls(&self) -> io::Result<()> {
        self.shared.tls.as_ref().map_or(Ok(()), Tls::reload)
    }

    /// Stops accepting, lets requests under way finish until `until`, and closes.
    pub(crate) fn stop(mut self, until: Instant) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        if let Err(error) = self.waker.write_all(&[1]) {
            tracing::error!(%error, "the accepting thread could not be woken");
        } else if self.accepting.join().is_err() {
            tracing::error!("the accepting thread had panicked");
        }
        let caps = &self.shared.caps;
        let is_empty = loop {
            caps.end_idle();
            let next = Instant::now() + LOOK_AROUND;
            if caps.wait_until_empty(next.min(until)) {
                break true;
            }
            if Instant::now() >= until {
                break false;
            }
        };
        if !is_empty {
            caps.end_all();
            caps.wait_until_empty(Instant::now() + LAST_WORDS);
        }
        self.shared.pool.close();
    }
}

/// Whether the gate still serves.
#[derive(Debug, Clone)]
pub(crate) struct Condition(Arc<Shared>);

impl Condition {
    /// What keeps it from ever serving again, if anything does.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        let shared = &self.0;
        if shared.is_stopping() {
            return None;
        }
        if !shared.is_accepting.load(Ordering::SeqCst) {
            return Some("no more connections are accepted");
        }
        shared
            .pool
            .has_been_empty_for(shared.settings.deadlines.without_workers)
            .then_some("no worker can be reached")
    }
}

/// Says that connections are no longer accepted when it is dropped, by a panic too.
struct Accepting<'a>(&'a Shared);

impl Drop for Accepting<'_> {
    fn drop(&mut self) {
        self.0.is_accepting.store(false, Ordering::SeqCst);
    }
}

/// Request ids: unlike those of any other run, and short enough to be read out.
#[derive(Debug)]
struct Ids {
    run: u32,
    count: AtomicU64,
}

impl Ids {
    fn new() -> Self {
        Self {
            run: rand::random(),
            count: AtomicU64::new(0),
        }
    }

    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{:08x}-{count:x}", self.run)
    }
}
