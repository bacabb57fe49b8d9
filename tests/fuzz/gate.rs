//! Whatever comes over a socket, a handler sees requests that a strict reading of the bytes has too,
//! in their order, and nothing else.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::str;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use pocketdesk::web::lane::LaneOf;
use pocketdesk::web::reply::Reply;
use pocketdesk::web::request::Request;
use pocketdesk::web::server::{Deadlines, Settings, serve};

use crate::harness::{Verdict, fuzz};

const SEEDS: &[&[u8]] = &[
    b"GET /a?b=c HTTP/1.1\r\nHost: desk.test\r\n\r\n",
    b"POST /a HTTP/1.1\r\nHost: desk.test\r\nContent-Length: 5\r\n\r\nhelloGET /b HTTP/1.1\r\nHost: desk.test\r\n\r\n",
    b"POST /a HTTP/1.1\r\nHost: desk.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n3;x=y\r\nyou\r\n0\r\nT: v\r\n\r\nGET /c HTTP/1.1\r\nHost: desk.test\r\n\r\n",
    b"GET /a HTTP/1.0\r\n\r\n",
    b"HEAD http://desk.test/a HTTP/1.1\r\nHost: desk.test\r\nConnection: close\r\n\r\n",
];

const WORDS: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"Content-Length: ",
    b"Content-Length: 5\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Host: desk.test\r\n",
    b" HTTP/1.1",
    b" HTTP/1.0",
    b"GET / HTTP/1.1\r\nHost: desk.test\r\n\r\n",
    b"0\r\n\r\n",
    b"ffffffffffffffff",
    b"+5",
    b" ",
    b"\t",
    b"\0",
    b":",
    b"gate-peer: x\r\n",
    b"Expect: 100-continue\r\n",
    b"Connection: close\r\n",
    b"Upgrade: x\r\n",
    b"chunked",
    b", chunked",
    b"/../",
    b"%00",
];

/// A request as it was read: method, target, body.
type Seen = (String, String, Vec<u8>);

#[test]
fn gate() {
    let folder = tempfile::tempdir().expect("a folder");
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let noted = Arc::clone(&seen);
    let handler = move |request: Request<'_>| {
        let mut body = Vec::new();
        request
            .body
            .read_to_end(&mut body)
            .expect("the body is whole");
        let one = (request.method.clone(), request.target.clone(), body);
        noted
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(one);
        Reply::new(200, "text/plain", "seen")
    };
    let settings = Settings {
        listen: "127.0.0.1:0".to_owned(),
        workers: 2,
        max_body: 1 << 20,
        max_connections: 64,
        max_connections_per_address: 64,
        trusted_proxies: Vec::new(),
        socket_folder: folder.path().to_owned(),
        spool_folder: folder.path().to_owned(),
        stored_folder: folder.path().to_owned(),
        tls: None,
        lane_of: LaneOf::default(),
        deadlines: Deadlines::default(),
    };
    let running = serve(settings, Arc::new(handler)).expect("it serves");
    let (_, socket) = running.address.split_once("://").expect("a scheme");
    let socket: SocketAddr = socket.parse().expect("an address");
    fuzz("gate", SEEDS, WORDS, |input| {
        let answer = exchange(socket, input)?;
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        verdict(input, &answer, &seen)
    });
    running.stop(Duration::from_secs(1));
}

/// Sends the bytes, says that no more come, and reads to the end.
fn exchange(socket: SocketAddr, input: &[u8]) -> Result<Vec<u8>, String> {
    let mut stream = TcpStream::connect(socket).map_err(|error| error.to_string())?;
    let patience = Some(Duration::from_secs(20));
    stream
        .set_read_timeout(patience)
        .map_err(|error| error.to_string())?;
    // The gate may have had enough before all is sent.
    let _ = stream
        .write_all(input)
        .and_then(|()| stream.shutdown(Shutdown::Write));
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
            Err("the connection does not end".to_owned())
        }
        _ => Ok(answer),
    }
}

fn verdict(input: &[u8], answer: &[u8], seen: &[Seen]) -> Verdict {
    let read = strictly(input);
    for (place, one) in seen.iter().enumerate() {
        if read.get(place) != Some(one) {
            return Err(format!(
                "a handler saw {one:?}, the bytes have {:?}",
                read.get(place)
            ));
        }
    }
    let status = answer
        .get(9..12)
        .and_then(|digits| str::from_utf8(digits).ok());
    let status = status.unwrap_or("none");
    if !answer.is_empty() && !answer.starts_with(b"HTTP/1.1 ") {
        return Err(format!("it answered {:?}", String::from_utf8_lossy(answer)));
    }
    Ok(format!("{} {status}", seen.len()))
}

/// The requests that the bytes hold, as far as they are whole.
fn strictly(mut bytes: &[u8]) -> Vec<Seen> {
    let mut found = Vec::new();
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 128];
        let mut request = httparse::Request::new(&mut headers);
        let Ok(httparse::Status::Complete(length)) = request.parse(bytes) else {
            return found;
        };
        let value = |name: &str| {
            let header = request
                .headers
                .iter()
                .find(|header| header.name.eq_ignore_ascii_case(name));
            header.and_then(|header| str::from_utf8(header.value).ok())
        };
        let rest = &bytes[length..];
        let whole = match (value("transfer-encoding"), value("content-length")) {
            (Some(_), _) => chunked(rest),
            (None, Some(length)) => length.trim().parse().ok().and_then(|length: usize| {
                (rest.len() >= length).then(|| (rest[..length].to_vec(), &rest[length..]))
            }),
            (None, None) => Some((Vec::new(), rest)),
        };
        let Some((body, rest)) = whole else {
            return found;
        };
        // What counts of an address with a host begins behind it.
        let target = request.path.unwrap_or_default();
        let absolute = target
            .split_once("://")
            .filter(|_| !target.starts_with('/'));
        let target = absolute.map_or(target, |(_, rest)| {
            rest.find('/').map_or("/", |at| &rest[at..])
        });
        let target = target.to_owned();
        found.push((request.method.unwrap_or_default().to_owned(), target, body));
        bytes = rest;
    }
}

/// A chunked body and what follows it.
fn chunked(mut bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut body = Vec::new();
    loop {
        let (line, rest) = line(bytes)?;
        let size = line.split(|byte| *byte == b';').next()?;
        let size = usize::from_str_radix(str::from_utf8(size).ok()?.trim(), 16).ok()?;
        bytes = rest;
        if size == 0 {
            break;
        }
        let end = bytes.get(size..size.checked_add(2)?)?;
        if end != b"\r\n" {
            return None;
        }
        body.extend_from_slice(&bytes[..size]);
        bytes = &bytes[size + 2..];
    }
    loop {
        let (trailer, rest) = line(bytes)?;
        bytes = rest;
        if trailer.is_empty() {
            return Some((body, bytes));
        }
    }
}

fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.windows(2).position(|pair| pair == b"\r\n")?;
    Some((&bytes[..at], &bytes[at + 2..]))
}
