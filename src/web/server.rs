//! `tiny_http` behind the gate, and the pool of workers that answer. No other file names it.

use std::io::{self, Read, Write};
use std::os::unix::fs::symlink;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::cors;
use super::gate::{self, Gate, private};
use super::reply::{Body, Reply};
use super::request::Request;
use super::socket_folder::SocketFolder;

pub use super::gate::{Deadlines, Settings};

/// What answers requests.
pub type RequestHandler = Arc<dyn Fn(Request<'_>) -> Reply + Send + Sync>;

/// How long workers have to notice that there is nothing more to do.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How long to rest before another server takes the place of one that lacked descriptors.
const REST: Duration = Duration::from_millis(100);
/// More failures than this are no accident that another server would mend.
const MOST_SERVERS: usize = 16;
/// Up to this size head and body leave in one write.
const ONE_WRITE: usize = 64 * 1024;

/// A server that runs until it is stopped.
#[must_use = "the server runs until it is stopped"]
pub struct Running {
    /// Where it listens: `http://127.0.0.1:41234`, or `unix:PATH`.
    pub address: String,
    gate: Gate,
    behind: Arc<Behind>,
}

/// Starts the workers, the server and the gate in front of it. Fails when the address is
/// taken, a folder cannot be written, or the certificate cannot be read.
pub fn serve(settings: Settings, answer: RequestHandler) -> io::Result<Running> {
    let behind = Arc::new(Behind {
        folder: SocketFolder::make(&settings.socket_folder)?,
        answer,
        workers: worker_count(settings.workers),
        stopping: AtomicBool::new(false),
        has_given_up: AtomicBool::new(false),
        standing: Mutex::default(),
    });
    behind.stand_up(0)?;
    match Gate::open(settings, behind.door(), behind.workers) {
        Ok(gate) => Ok(Running {
            address: gate.address.clone(),
            gate,
            behind,
        }),
        Err(error) => {
            behind.stop(Instant::now());
            Err(error)
        }
    }
}

/// Twice the cores, since workers also wait for the disk; fewer than 4 would let one slow
/// request be felt, more than 8 only take memory.
fn worker_count(wanted: usize) -> usize {
    if wanted > 0 {
        return wanted;
    }
    let cores = thread::available_parallelism().map_or(2, usize::from);
    (2 * cores).clamp(4, 8)
}

impl Running {
    /// Stops accepting, lets what is under way finish within `patience`, and closes.
    pub fn stop(self, patience: Duration) {
        let until = Instant::now() + patience;
        self.gate.stop(until);
        self.behind.stop(until);
    }

    /// Reads the certificate and its key again; on an error the old ones stay in use.
    pub fn reload_tls(&self) -> io::Result<()> {
        self.gate.reload_tls()
    }

    /// What tells whether it still serves.
    pub fn condition(&self) -> Condition {
        Condition {
            gate: self.gate.condition(),
            behind: Arc::clone(&self.behind),
        }
    }
}

/// Whether a server still serves, for whoever ends a process that does not.
#[derive(Clone)]
pub struct Condition {
    gate: gate::Condition,
    behind: Arc<Behind>,
}

impl Condition {
    /// What keeps it from ever serving again, if anything does.
    pub fn fault(&self) -> Option<&'static str> {
        if self.behind.has_given_up.load(Ordering::SeqCst) {
            return Some("the server behind the gate failed too often");
        }
        self.gate.fault()
    }
}

/// All that is behind the gate.
struct Behind {
    /// Holds the private sockets.
    folder: SocketFolder,
    answer: RequestHandler,
    workers: usize,
    stopping: AtomicBool,
    /// Whether no other server takes the place of the one that failed last.
    has_given_up: AtomicBool,
    /// The servers, newest last. There is one, unless the system has run out of descriptors:
    /// `tiny_http` then accepts no connection ever again, so another takes its place, while
    /// the old one goes on serving the connections that it has.
    standing: Mutex<Vec<Standing>>,
}

/// One server and its workers.
struct Standing {
    server: Arc<tiny_http::Server>,
    workers: Vec<JoinHandle<()>>,
}

impl Behind {
    /// Where the gate finds the newest server.
    fn door(&self) -> PathBuf {
        self.folder.path().join("http")
    }

    /// Starts a server with its workers and points the door at it, unless another thread has
    /// done so since there were `known` of them.
    fn stand_up(self: &Arc<Self>, known: usize) -> io::Result<()> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        let number = standing.len();
        if number != known {
            return Ok(());
        }
        if number == MOST_SERVERS {
            self.has_given_up.store(true, Ordering::SeqCst);
            return Ok(());
        }
        let socket = self.folder.path().join(format!("http-{number}"));
        let server = tiny_http::Server::http_unix(&socket).map_err(io::Error::other)?;
        let mut fresh = Standing {
            server: Arc::new(server),
            workers: Vec::with_capacity(self.workers),
        };
        for worker in 1..=self.workers {
            let (behind, server) = (Arc::clone(self), Arc::clone(&fresh.server));
            let thread = thread::Builder::new()
                .name(format!("worker {worker}"))
                .spawn(move || behind.work_on(&server, number + 1))?;
            fresh.workers.push(thread);
        }
        standing.push(fresh);
        // Renaming a link replaces the door in one step; the gate never finds none.
        let link = socket.with_extension("link");
        symlink(&socket, &link)?;
        std::fs::rename(link, self.door())
    }

    /// One worker: whatever happens to it, another takes its place in the same thread.
    fn work_on(self: &Arc<Self>, server: &tiny_http::Server, known: usize) {
        while catch_unwind(AssertUnwindSafe(|| self.work(server, known))).is_err() {
            tracing::error!("a worker panicked; another takes its place");
            thread::sleep(REST);
        }
    }

    /// Takes requests until the server stops. `known` is how many servers there were when it
    /// began.
    fn work(self: &Arc<Self>, server: &tiny_http::Server, known: usize) {
        loop {
            match server.recv() {
                Ok(request) => attend(request, &self.answer),
                Err(_) if self.stopping.load(Ordering::SeqCst) => return,
                Err(error) => {
                    tracing::error!(%error, "the server behind the gate accepts no more; replacing it");
                    self.replace(known);
                }
            }
        }
    }

    /// Tries until another server stands: what it lacks may come back.
    fn replace(self: &Arc<Self>, known: usize) {
        while !self.stopping.load(Ordering::SeqCst) {
            thread::sleep(REST);
            match self.stand_up(known) {
                Ok(()) => return,
                Err(error) => {
                    tracing::error!(%error, "the server behind the gate was not replaced");
                }
            }
        }
    }

    fn stop(&self, until: Instant) {
        self.stopping.store(true, Ordering::SeqCst);
        let standing =
            std::mem::take(&mut *self.standing.lock().unwrap_or_else(PoisonError::into_inner));
        for each in &standing {
            for _ in &each.workers {
                each.server.unblock();
            }
        }
        let until = until.max(Instant::now() + LAST_WORDS);
        for worker in standing.into_iter().flat_map(|each| each.workers) {
            // A worker that is still busy after all this patience ends with the process.
            while !worker.is_finished() && Instant::now() < until {
                thread::sleep(Duration::from_millis(1));
            }
            if worker.is_finished() && worker.join().is_err() {
                tracing::error!("a worker had panicked");
            }
        }
    }
}

/// Answers one request; whatever the handler does, the worker and the connection live on.
fn attend(mut request: tiny_http::Request, answer: &RequestHandler) {
    let call = Call::read(&request);
    let is_head = call.method == "HEAD";
    let reply = if call.is_proof {
        plain(204)
    } else {
        answer_or_apologize(call, &mut request, answer)
    };
    // Left to itself tiny_http would read the rest into one buffer of the claimed size.
    let rest = io::copy(&mut Through(&mut request), &mut io::sink());
    let (head, body) = private::write_answer(reply, is_head);
    let sent = rest.and_then(|_| send(request, head, &body));
    if let Err(error) = sent {
        tracing::warn!(%error, "an answer did not reach the gate");
    }
}

fn answer_or_apologize(
    call: Call,
    request: &mut tiny_http::Request,
    answer: &RequestHandler,
) -> Reply {
    let id = call.id.clone();
    let length = request.body_length().unwrap_or(0) as u64;
    let mut body = Through(request);
    let request = Request {
        method: call.method,
        target: call.target,
        headers: call.headers,
        length,
        body: &mut body,
        peer: call.peer,
        is_https: call.is_https,
        id: call.id,
    };
    let reply = catch_unwind(AssertUnwindSafe(|| answer(request)));
    match reply {
        Ok(reply) if private::is_well_formed(&reply) => reply,
        Ok(_) => {
            tracing::error!(id, "a handler made an answer that cannot be sent");
            apology(&id)
        }
        Err(_) => {
            tracing::error!(id, "a handler panicked");
            apology(&id)
        }
    }
}

/// The head of a request, with our own headers taken out.
#[derive(Debug, Default)]
struct Call {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    peer: Option<std::net::IpAddr>,
    is_https: bool,
    id: String,
    is_proof: bool,
}

impl Call {
    fn read(request: &tiny_http::Request) -> Self {
        let mut call = Self {
            method: request.method().as_str().to_owned(),
            target: request.url().to_owned(),
            headers: Vec::with_capacity(request.headers().len()),
            ..Self::default()
        };
        for header in request.headers() {
            let name = header.field.as_str().as_str().to_ascii_lowercase();
            let value = header.value.as_str();
            match name.as_str() {
                private::PEER => call.peer = value.parse().ok(),
                private::SCHEME => call.is_https = value == "https",
                private::ID => value.clone_into(&mut call.id),
                private::PROOF => call.is_proof = true,
                _ => match name.strip_prefix(private::ENCODED_PREFIX) {
                    Some(name) => call.headers.push((name.to_owned(), private::decode(value))),
                    None => call.headers.push((name, value.to_owned())),
                },
            }
        }
        call
    }
}

/// The body of a request. `tiny_http` lends its reader without saying that it may cross threads,
/// while the request that owns the reader may.
struct Through<'a>(&'a mut tiny_http::Request);

impl Read for Through<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.as_reader().read(buffer)
    }
}

fn plain(status: u16) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: Body::Bytes(Vec::new()),
    }
}

/// What a client sees of a fault of ours: an id, and nothing else.
fn apology(id: &str) -> Reply {
    let body = serde_json::json!({
        "error": "server_error",
        "error_description": format!(
            "Something went wrong on our side. Quote the request id {id} when you report it."
        ),
        "request_id": id,
    });
    cors::shared(Reply::new(500, "application/json", body.to_string()))
}

/// Writes an answer ourselves, in one write where it is small: `tiny_http` would write it in
/// pieces, with a Server header and, from 32 KiB, in chunks.
fn send(request: tiny_http::Request, mut head: Vec<u8>, body: &[u8]) -> io::Result<()> {
    let mut writer = request.into_writer();
    if body.len() <= ONE_WRITE {
        head.extend_from_slice(body);
        writer.write_all(&head)?;
    } else {
        writer.write_all(&head)?;
        writer.write_all(body)?;
    }
    writer.flush()
}
