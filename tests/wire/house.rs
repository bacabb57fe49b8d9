//! A server on a free port with a handler that does what the path says.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use pocketdesk::web::lane::LaneOf;
use pocketdesk::web::reply::{Body, Reply};
use pocketdesk::web::request::Request;
use pocketdesk::web::server::{Deadlines, Running, Settings, serve};
use tempfile::TempDir;

/// A running server; stops when dropped.
pub(crate) struct House {
    running: Option<Running>,
    folder: TempDir,
    calls: Arc<AtomicUsize>,
}

impl House {
    /// One with everything as it comes.
    pub(crate) fn open() -> Self {
        Self::open_with(|_| {})
    }

    /// One with other settings.
    pub(crate) fn open_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut settings = settings(folder.path());
        change(&mut settings);
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&calls);
        let answer = move |request: Request<'_>| {
            counted.fetch_add(1, Ordering::SeqCst);
            answer(request)
        };
        Self {
            running: Some(serve(settings, Arc::new(answer)).expect("the server starts")),
            folder,
            calls,
        }
    }

    pub(crate) fn running(&self) -> &Running {
        self.running.as_ref().expect("it runs until it is dropped")
    }

    pub(crate) fn socket(&self) -> SocketAddr {
        let (_, socket) = self.running().address.split_once("://").expect("a scheme");
        socket.parse().expect("an address")
    }

    /// Where stored files are.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// How many requests have reached the handler.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    pub(crate) fn stop(mut self, patience: Duration) {
        self.running.take().expect("it runs").stop(patience);
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop(Duration::from_millis(200));
        }
    }
}

/// Settings for a server on a free port that keeps what it spools in this folder.
pub(crate) fn settings(folder: &Path) -> Settings {
    let spool_folder = folder.join("spool");
    std::fs::create_dir_all(&spool_folder).expect("a folder");
    Settings {
        listen: "127.0.0.1:0".to_owned(),
        workers: 4,
        max_body: 2 * 1024 * 1024,
        max_connections: 1024,
        max_connections_per_address: 1024,
        trusted_proxies: Vec::new(),
        socket_folder: folder.to_owned(),
        spool_folder,
        stored_folder: folder.to_owned(),
        tls: None,
        lane_of: LaneOf::default(),
        deadlines: Deadlines::default(),
    }
}

fn answer(request: Request<'_>) -> Reply {
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((&request.target, ""));
    match path {
        "/echo" => {
            let mut body = Vec::new();
            let read = request
                .body
                .read_to_end(&mut body)
                .expect("the body is whole");
            assert_eq!(read as u64, request.length, "the length is the true one");
            text(200, body)
        }
        "/seen" => text(200, seen(&request).into_bytes()),
        "/large" => text(200, vec![b'x'; query.parse().expect("a size")]),
        "/sleep" => {
            std::thread::sleep(Duration::from_millis(query.parse().expect("milliseconds")));
            text(200, b"slept".to_vec())
        }
        "/status" => text(query.parse().expect("a status"), b"body".to_vec()),
        "/panic" => panic!("asked to"),
        "/panic-twice" => std::panic::panic_any(PanicsAgain),
        "/split" => with("X-Name", "a\r\nSet-Cookie: stolen"),
        "/private" => with("Gate-File", "etc"),
        "/own" => with("Cache-Control", "private, max-age=60"),
        "/file" => Reply {
            status: 200,
            headers: vec![("ETag".to_owned(), "\"v1\"".to_owned())],
            body: Body::File(query.into()),
        },
        _ => text(404, b"nothing here".to_vec()),
    }
}

/// Panics once more when whoever caught the first panic lets go of it.
struct PanicsAgain;

impl Drop for PanicsAgain {
    fn drop(&mut self) {
        panic!("asked to, again");
    }
}

fn text(status: u16, body: Vec<u8>) -> Reply {
    Reply {
        status,
        headers: vec![("Content-Type".to_owned(), "text/plain".to_owned())],
        body: Body::Bytes(body),
    }
}

fn with(name: &str, value: &str) -> Reply {
    let mut reply = text(200, b"ok".to_vec());
    reply.headers.push((name.to_owned(), value.to_owned()));
    reply
}

/// What a handler learns of a request, a line each.
fn seen(request: &Request<'_>) -> String {
    let peer = request
        .peer
        .map_or("none".to_owned(), |peer| peer.to_string());
    let mut lines = vec![
        format!("{} {}", request.method, request.target),
        format!("peer={peer} https={} id={}", request.is_https, request.id),
    ];
    lines.extend(
        request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    lines.join("\n")
}
