//! What the gate and the server behind it say to each other: one plain request with a true
//! length, a few headers of our own, and one plain answer. Knows nothing of sockets.

use std::path::PathBuf;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

use super::answer::status_line;
use super::forwarded::Client;
use super::head::Head;
use crate::web::reply::{Body, Reply};

/// The client's address, where it is known.
pub(crate) const PEER: &str = "gate-peer";
/// `http` or `https`.
pub(crate) const SCHEME: &str = "gate-scheme";
/// The request's id.
pub(crate) const ID: &str = "gate-id";
/// Asks for a sign of life from a worker, and nothing else.
pub(crate) const PROOF: &str = "gate-proof";
/// In front of the name of a header whose value is percent-encoded: the server behind the
/// gate takes no head that is not ASCII, while clients do send names and cookies in UTF-8.
pub(crate) const ENCODED_PREFIX: &str = "gate-encoded-";
/// In an answer: the stored file to send, percent-encoded.
pub(crate) const FILE: &str = "gate-file";

/// What `%` itself and everything beyond ASCII become in an encoded value.
const ENCODED: &AsciiSet = &CONTROLS.add(b'%');

/// All names that begin so are spoken between the two sides only.
const PREFIX: &str = "gate-";

/// Whether a header is ours: a client may not send it, and a handler may not set it.
pub(crate) fn is_private(name: &str) -> bool {
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// Encodes what must travel as ASCII.
pub(crate) fn encode(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

/// The reverse of [`encode`].
pub(crate) fn decode(value: &str) -> String {
    percent_decode(value.as_bytes())
        .decode_utf8_lossy()
        .into_owned()
}

/// The request that only proves that a connection is served.
pub(super) fn proof() -> Vec<u8> {
    format!("GET / HTTP/1.1\r\n{PROOF}: 1\r\n\r\n").into_bytes()
}

/// The head to pass on.
pub(super) fn request(head: &Head<'_>, client: Client, id: &str, length: u64) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    for part in [head.method, " ", &head.target, " HTTP/1.1\r\n"] {
        out.extend_from_slice(part.as_bytes());
    }
    for (name, value) in &head.headers {
        if value.is_ascii() {
            line(&mut out, name, value);
        } else {
            let value = encode(&String::from_utf8_lossy(value));
            line(
                &mut out,
                &format!("{ENCODED_PREFIX}{name}"),
                value.as_bytes(),
            );
        }
    }
    if let Some(address) = client.address {
        line(&mut out, PEER, address.to_string().as_bytes());
    }
    line(
        &mut out,
        SCHEME,
        if client.is_https { b"https" } else { b"http" },
    );
    line(&mut out, ID, id.as_bytes());
    line(&mut out, "content-length", length.to_string().as_bytes());
    out.extend_from_slice(b"\r\n");
    out
}

/// One header line.
pub(crate) fn line(out: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        out.extend_from_slice(part);
    }
}

/// The most headers of an answer.
const MOST_HEADERS: usize = 100;

/// Whether an answer can be sent as it is: a value with a line end in it would let whoever
/// chose the value write headers of their own.
pub(crate) fn is_well_formed(reply: &Reply) -> bool {
    let is_name = |name: &str| {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        !name.is_empty() && name.bytes().all(is_token) && !is_private(name)
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
pub(crate) fn write_answer(reply: Reply, is_head: bool) -> (Vec<u8>, Vec<u8>) {
    let mut head = Vec::with_capacity(512);
    status_line(&mut head, reply.status);
    for (name, value) in &reply.headers {
        if !OF_THE_GATE.iter().any(|own| name.eq_ignore_ascii_case(own)) {
            line(&mut head, name, value.as_bytes());
        }
    }
    let mut body = match reply.body {
        Body::Bytes(bytes) => bytes,
        Body::Prepared(prepared) => prepared.plain.clone(),
        Body::File(path) => {
            let path = encode(&path.to_string_lossy());
            line(&mut head, FILE, path.as_bytes());
            Vec::new()
        }
    };
    if matches!(reply.status, 204 | 304) {
        body.clear();
    }
    line(
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

/// The head of an answer from behind the gate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct AnswerHead {
    pub(super) status: u16,
    /// The header lines as the client will have them.
    pub(super) lines: Vec<u8>,
    /// Names of the headers in `lines` that the gate would write itself otherwise, in lower case.
    pub(super) has: Vec<&'static str>,
    pub(super) etag: Option<Vec<u8>>,
    pub(super) last_modified: Option<Vec<u8>>,
    pub(super) length: usize,
    pub(super) file: Option<PathBuf>,
}

/// Reads the head of an answer and says where it ends; `None` when it is not all here.
/// An error means that the two sides disagree, so that the connection is of no use any more.
pub(super) fn answer(received: &[u8]) -> Result<Option<(AnswerHead, usize)>, httparse::Error> {
    let mut lines = [httparse::EMPTY_HEADER; 128];
    let mut response = httparse::Response::new(&mut lines);
    let httparse::Status::Complete(end) = response.parse(received)? else {
        return Ok(None);
    };
    let mut head = AnswerHead {
        status: response.code.unwrap_or(500),
        ..AnswerHead::default()
    };
    for header in response.headers.iter() {
        head.hear(header.name, header.value)?;
    }
    Ok(Some((head, end)))
}

impl AnswerHead {
    fn hear(&mut self, name: &str, value: &[u8]) -> Result<(), httparse::Error> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let text = || std::str::from_utf8(value).map_err(|_| httparse::Error::HeaderValue);
        if is("content-length") {
            self.length = text()?.parse().map_err(|_| httparse::Error::HeaderValue)?;
            return Ok(());
        }
        if is(FILE) {
            self.file = Some(PathBuf::from(decode(text()?)));
            return Ok(());
        }
        if is("etag") {
            self.etag = Some(value.to_vec());
        } else if is("last-modified") {
            self.last_modified = Some(value.to_vec());
        } else if let Some((known, _)) = super::answer::DEFAULTS.iter().find(|(known, _)| is(known))
        {
            self.has.push(known);
        }
        line(&mut self.lines, name, value);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::gate::head;

    #[test]
    fn a_request_is_passed_on_in_ascii_with_its_true_length() {
        let text = "POST /a HTTP/1.1\r\nHost: d\r\nCookie: n=J\u{fc}rg%\r\nTransfer-Encoding: chunked\r\n\r\n";
        let head = head::parse(text.as_bytes()).expect("it is well formed");
        let client = Client {
            address: Some([192, 0, 2, 1].into()),
            is_https: true,
        };
        assert_eq!(
            String::from_utf8(request(&head, client, "abc-1", 7)).expect("it is text"),
            "POST /a HTTP/1.1\r\nHost: d\r\ngate-encoded-Cookie: n=J%C3%BCrg%25\r\n\
             gate-peer: 192.0.2.1\r\ngate-scheme: https\r\ngate-id: abc-1\r\ncontent-length: 7\r\n\r\n"
        );
        assert_eq!(decode("n=J%C3%BCrg%25"), "n=J\u{fc}rg%");
    }

    #[test]
    fn an_answer_is_read_without_its_private_lines() {
        let text = b"HTTP/1.1 200 OK\r\nContent-Type: a/b\r\nCache-Control: private\r\n\
            gate-file: aa/b%25\r\nContent-Length: 3\r\n\r\nabc";
        let (head, end) = answer(text)
            .expect("it is well formed")
            .expect("it is whole");
        assert_eq!(&text[end..], b"abc");
        assert_eq!(
            head.lines,
            b"Content-Type: a/b\r\nCache-Control: private\r\n"
        );
        assert_eq!(head.has, ["cache-control"]);
        assert_eq!(head.length, 3);
        assert_eq!(head.file, Some(PathBuf::from("aa/b%")));
        for cut in 0..end {
            assert_eq!(answer(&text[..cut]), Ok(None));
        }
    }
}
