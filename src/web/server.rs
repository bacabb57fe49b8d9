//! tiny_http behind the gate, and the pool of workers that answer. No other file names it.

use std::fs::Permissions;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::gate::{Gate, private, status_line};
use super::reply::{Body, Reply};
use super::request::Request;

pub use super::gate::{Deadlines, Settings};

/// What answers requests.
pub type Answer = Arc<dyn Fn(Request<'_>) -> Reply + Send + Sync>;

/// How long workers have to notice that there is nothing more to do.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// Up to this size head and body leave in one write.
const ONE_WRITE: usize = 64 * 1024;
/// The most headers of an answer.
const MOST_HEADERS: usize = 100;

/// A server that runs until it is stopped.
#[must_use = "the server runs until it is stopped"]
pub struct Running {
    /// Where it listens: `http://127.0.0.1:41234`, or `unix:PATH`.
    pub address: String,
    gate: Gate,
    behind: Arc<Behind>,
    workers: Vec<JoinHandle<()>>,
    /// Holds the private socket; removed last.
    _folder: TempDir,
}

/// The server behind the gate, as its workers see it.
struct Behind {
    server: tiny_http::Server,
    stopping: AtomicBool,
}

/// Starts the workers, the server and the gate in front of it. Fails when the address is
/// taken, a folder cannot be written, or the certificate cannot be read.
pub fn serve(settings: Settings, answer: Answer) -> io::Result<Running> {
    let folder = tempfile::Builder::new()
        .prefix("pocketdesk-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()?;
    let socket = folder.path().join("http");
    let server = tiny_http::Server::http_unix(&socket).map_err(io::Error::other)?;
    let behind = Arc::new(Behind {
        server,
        stopping: AtomicBool::new(false),
    });
    let count = worker_count(settings.workers);
    let mut workers = Vec::with_capacity(count);
    for number in 1..=count {
        let (behind, answer) = (Arc::clone(&behind), Arc::clone(&answer));
        let worker = thread::Builder::new()
            .name(format!("worker {number}"))
            .spawn(move || work(&behind, &answer))?;
        workers.push(worker);
    }
    let gate = Gate::open(settings, socket, count)?;
    Ok(Running {
        address: gate.address.clone(),
        gate,
        behind,
        workers,
        _folder: folder,
    })
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
        self.behind.stopping.store(true, Ordering::SeqCst);
        for _ in &self.workers {
            self.behind.server.unblock();
        }
        let until = until.max(Instant::now() + LAST_WORDS);
        for worker in self.workers {
            // A worker that is still busy after all this patience ends with the process.
            while !worker.is_finished() && Instant::now() < until {
                thread::sleep(Duration::from_millis(1));
            }
            if worker.is_finished() && worker.join().is_err() {
                tracing::error!("a worker had panicked");
            }
        }
    }

    /// Reads the certificate and its key again; on an error the old ones stay in use.
    pub fn reload_tls(&self) -> io::Result<()> {
        self.gate.reload_tls()
    }
}

/// One worker: takes requests until the server stops.
fn work(behind: &Behind, answer: &Answer) {
    loop {
        match behind.server.recv() {
            Ok(request) => attend(request, answer),
            Err(_) if behind.stopping.load(Ordering::SeqCst) => return,
            Err(error) => tracing::error!(%error, "the server behind the gate is in trouble"),
        }
    }
}

/// Answers one request; whatever the handler does, the worker and the connection live on.
fn attend(mut request: tiny_http::Request, answer: &Answer) {
    let call = Call::read(&request);
    let is_head = call.method == "HEAD";
    let reply = if call.is_proof {
        plain(204)
    } else {
        answer_or_apologize(call, &mut request, answer)
    };
    // Left to itself tiny_http would read the rest into one buffer of the claimed size.
    let rest = io::copy(&mut Through(&mut request), &mut io::sink());
    let (head, body) = encode(reply, is_head);
    let sent = rest.and_then(|_| send(request, head, &body));
    if let Err(error) = sent {
        tracing::warn!(%error, "an answer did not reach the gate");
    }
}

fn answer_or_apologize(call: Call, request: &mut tiny_http::Request, answer: &Answer) -> Reply {
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
        Ok(reply) if is_well_formed(&reply) => reply,
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

/// The body of a request. tiny_http lends its reader without saying that it may cross threads,
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
    Reply {
        status: 500,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Body::Bytes(body.to_string().into_bytes()),
    }
}

/// Whether an answer can be sent as it is: a value with a line end in it would let whoever
/// chose the value write headers of their own.
fn is_well_formed(reply: &Reply) -> bool {
    let is_name = |name: &str| {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !name.is_empty() && name.bytes().all(is_token) && !private::is_private(name)
    };
    let is_value = |value: &str| !value.chars().any(|c| c.is_ascii_control() && c != '\t');
    (200..=599).contains(&reply.status)
        && reply.headers.len() <= MOST_HEADERS
        && reply
            .headers
            .iter()
            .all(|(name, value)| is_name(name) && is_value(value))
}

/// Headers that the gate writes, whatever a handler thinks of them.
const OF_THE_GATE: [&str; 9] = [
    "connection",
    "content-length",
    "date",
    "keep-alive",
    "server",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-request-id",
];

/// The head and the body as the gate reads them.
fn encode(reply: Reply, is_head: bool) -> (Vec<u8>, Vec<u8>) {
    let mut head = Vec::with_capacity(512);
    status_line(&mut head, reply.status);
    for (name, value) in &reply.headers {
        if !OF_THE_GATE.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            private::line(&mut head, name, value.as_bytes());
        }
    }
    let mut body = match reply.body {
        Body::Bytes(bytes) => bytes,
        Body::File(path) => {
            let path = private::encode(&path.to_string_lossy());
            private::line(&mut head, private::FILE, path.as_bytes());
            Vec::new()
        }
    };
    if matches!(reply.status, 204 | 304) {
        body.clear();
    }
    private::line(
        &mut head,
        "content-length",
        body.len().to_string().as_bytes(),
    );
    head.extend_from_slice(b"\r\n");
    if is_head {
        body.clear();
    }
    (head, body)
}

/// Writes an answer ourselves, in one write where it is small: tiny_http would write it in
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
