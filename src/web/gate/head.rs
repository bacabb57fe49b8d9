//! The head of a request, read strictly: httparse for the grammar, and the rules of
//! RFC 9112 that decide where a request ends. Whatever could be read in two ways is refused.
//! Knows nothing of sockets.

use memchr::memchr_iter;

use super::host;
use super::private;
use super::refusal::Refusal;

/// The longest request line, without its end.
const LONGEST_LINE: usize = 8 * 1024;
/// The longest head, with the empty line that ends it.
const LONGEST_HEAD: usize = 32 * 1024;
/// The most header lines.
const MOST_HEADERS: usize = 100;

/// Headers that speak of this connection alone, or that only the gate may write:
/// they are not passed on as they came.
const OWN: [&str; 17] = [
    "connection",
    "content-length",
    "expect",
    "forwarded",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "x-request-id",
];

/// How the length of the body is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Length(u64),
    Chunked,
}

/// A head that has passed every check.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) method: &'a str,
    /// Path and query; the absolute form has lost its scheme and host.
    pub(super) target: String,
    /// The headers to pass on, as sent.
    pub(super) headers: Vec<(&'a str, &'a [u8])>,
    pub(super) framing: Framing,
    /// Whether the client keeps the connection for another request.
    pub(super) keeps_alive: bool,
    /// Whether that has to be said (HTTP/1.0 closes by default).
    pub(super) is_old: bool,
    /// Whether the client waits for our word before it sends the body.
    pub(super) expects_continue: bool,
    /// What proxies say about the client, in the order sent.
    pub(super) forwarded_for: Vec<&'a [u8]>,
    pub(super) forwarded_proto: Option<&'a [u8]>,
}

/// Looks for the end of a head in what has arrived, and refuses line ends that are not CRLF
/// and heads that grow too large, as early as they show. `None` means: not all here yet.
pub(super) fn find_end(received: &[u8]) -> Result<Option<usize>, Refusal> {
    let mut line = 0;
    for end in memchr_iter(b'\n', received) {
        if end == line || received[end - 1] != b'\r' {
            return Err(Refusal::invalid("Lines must end with CR LF."));
        }
        // RFC 9112 section 2.2: an empty line before the request line is no fault. Two are.
        let is_empty = end == line + 1;
        if is_empty && line > 2 {
            check_size(received, end + 1)?;
            return Ok(Some(end + 1));
        }
        if is_empty && line == 2 && received.starts_with(b"\r\n") {
            return Err(Refusal::invalid(
                "A request must begin with a request line.",
            ));
        }
        line = end + 1;
    }
    check_size(received, received.len())?;
    Ok(None)
}

fn check_size(received: &[u8], length: usize) -> Result<(), Refusal> {
    if length > LONGEST_HEAD {
        return Err(Refusal::invalid(
            "The request's head is longer than 32 KiB.",
        ));
    }
    let skipped = leading_empty_line(received);
    let line = received[skipped..].iter().take(LONGEST_LINE + 2);
    if length > LONGEST_LINE + 2 && !line.into_iter().any(|byte| *byte == b'\n') {
        return Err(Refusal::invalid("The request line is longer than 8 KiB."));
    }
    Ok(())
}

fn leading_empty_line(received: &[u8]) -> usize {
    if received.starts_with(b"\r\n") { 2 } else { 0 }
}

/// Reads a whole head, as [`find_end`] has found it.
pub(super) fn parse(bytes: &[u8]) -> Result<Head<'_>, Refusal> {
    let bytes = &bytes[leading_empty_line(bytes)..];
    refuse_bare_controls(bytes)?;
    let mut lines = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut lines);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(length)) if length == bytes.len() => {}
        Err(httparse::Error::TooManyHeaders) => {
            return Err(Refusal::invalid("The request has more than 100 headers."));
        }
        Err(httparse::Error::Version) => {
            return Err(Refusal::invalid(
                "This server speaks HTTP/1.1 and HTTP/1.0.",
            ));
        }
        _ => return Err(Refusal::invalid("The request's head is malformed.")),
    }
    let (Some(method), Some(target), Some(version)) =
        (request.method, request.path, request.version)
    else {
        return Err(Refusal::invalid("The request line is malformed."));
    };
    if matches!(method, "TRACE" | "CONNECT") {
        return Err(Refusal::METHOD);
    }
    let mut said = ConnectionHeaders::default();
    let mut headers = Vec::with_capacity(request.headers.len());
    for line in request.headers.iter() {
        said.hear(line.name, line.value)?;
        if is_passed_on(line.name) {
            headers.push((line.name, line.value));
        }
    }
    let is_old = version == 0;
    Ok(Head {
        method,
        target: host::origin_form(method, target, said.host, is_old)?,
        headers,
        framing: said.framing(is_old)?,
        keeps_alive: match said.connection {
            Some(wish) => wish == ConnectionOption::KeepAlive,
            None => !is_old,
        },
        is_old,
        expects_continue: said.expects_continue && !is_old,
        forwarded_for: said.forwarded_for,
        forwarded_proto: said.forwarded_proto,
    })
}

/// httparse takes some line ends and controls that other readers take differently.
fn refuse_bare_controls(bytes: &[u8]) -> Result<(), Refusal> {
    let is_bare = |at: usize| match bytes[at] {
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || bytes[at - 1] != b'\r',
        byte => byte == 0x7f || (byte < b' ' && byte != b'\t'),
    };
    if (0..bytes.len()).any(is_bare) {
        return Err(Refusal::invalid(
            "The request's head has a bare control character.",
        ));
    }
    Ok(())
}

fn is_passed_on(name: &str) -> bool {
    !private::is_private(name) && !OWN.iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// What the headers say about framing, gathered line by line.
#[derive(Debug, Default)]
struct ConnectionHeaders<'a> {
    host: Option<&'a [u8]>,
    length: Option<u64>,
    chunked: bool,
    connection: Option<ConnectionOption>,
    expects_continue: bool,
    forwarded_for: Vec<&'a [u8]>,
    forwarded_proto: Option<&'a [u8]>,
}

/// What a client wants of the connection; whoever says both wants it closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ConnectionOption {
    KeepAlive,
    Close,
}

impl<'a> ConnectionHeaders<'a> {
    fn hear(&mut self, name: &str, value: &'a [u8]) -> Result<(), Refusal> {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        if is("host") {
            if self.host.replace(value).is_some() {
                return Err(Refusal::invalid("A request must have one Host header."));
            }
        } else if is("content-length") {
            if self.length.replace(digits(value)?).is_some() {
                return Err(Refusal::invalid("A request may have one Content-Length."));
            }
        } else if is("transfer-encoding") {
            if self.chunked || !value.eq_ignore_ascii_case(b"chunked") {
                return Err(Refusal::invalid(
                    "The only transfer coding here is chunked.",
                ));
            }
            self.chunked = true;
        } else if is("connection") {
            let wishes = value.split(|byte| *byte == b',').filter_map(wish);
            self.connection = self.connection.into_iter().chain(wishes).max();
        } else if is("expect") {
            if !value.eq_ignore_ascii_case(b"100-continue") {
                return Err(Refusal::EXPECTATION);
            }
            self.expects_continue = true;
        } else if is("x-forwarded-for") {
            self.forwarded_for.push(value);
        } else if is("x-forwarded-proto") {
            self.forwarded_proto = Some(value);
        }
        Ok(())
    }

    fn framing(&self, is_old: bool) -> Result<Framing, Refusal> {
        match (self.length, self.chunked) {
            (Some(_), true) => Err(Refusal::invalid(
                "A request may have Content-Length or Transfer-Encoding, never both.",
            )),
            (None, true) if is_old => Err(Refusal::invalid("HTTP/1.0 has no Transfer-Encoding.")),
            (None, true) => Ok(Framing::Chunked),
            (length, false) => Ok(Framing::Length(length.unwrap_or(0))),
        }
    }
}

fn wish(option: &[u8]) -> Option<ConnectionOption> {
    let is = |known: &[u8]| option.trim_ascii().eq_ignore_ascii_case(known);
    if is(b"close") {
        return Some(ConnectionOption::Close);
    }
    is(b"keep-alive").then_some(ConnectionOption::KeepAlive)
}

/// A length in plain digits. One that no number holds is only too large, and told as that.
fn digits(value: &[u8]) -> Result<u64, Refusal> {
    if value.is_empty() || !value.iter().all(u8::is_ascii_digit) {
        return Err(Refusal::invalid("Content-Length must be a plain number."));
    }
    Ok(value.iter().fold(0, |length: u64, digit| {
        length
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    }))
}

#[cfg(test)]
#[path = "head_tests.rs"]
mod tests;
