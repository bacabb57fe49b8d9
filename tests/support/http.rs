//! A client that sends exactly the bytes it is told to, over a connection of its own.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than anything here should take, so that a hang is a failure and not a hang.
const PATIENCE: Duration = Duration::from_secs(10);

/// One connection.
pub(crate) struct Client<S: Read + Write = TcpStream> {
    pub(crate) stream: BufReader<S>,
}

/// One answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Client {
    pub(crate) fn connect(socket: SocketAddr) -> Self {
        let stream = TcpStream::connect(socket).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream
            .set_write_timeout(Some(PATIENCE))
            .expect("a time-out");
        stream.set_nodelay(true).expect("no delay");
        Self::over(stream)
    }
}

impl<S: Read + Write> Client<S> {
    pub(crate) fn over(stream: S) -> Self {
        Self {
            stream: BufReader::new(stream),
        }
    }

    pub(crate) fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream
            .get_mut()
            .write_all(bytes.as_ref())
            .expect("the bytes are taken");
    }

    pub(crate) fn get_with(&mut self, target: &str, lines: &str) -> Answer {
        self.send(format!(
            "GET {target} HTTP/1.1\r\nHost: desk.test\r\n{lines}\r\n"
        ));
        self.answer()
    }

    /// Reads one answer with the body that its head announces.
    pub(crate) fn answer(&mut self) -> Answer {
        let mut answer = self.head_only();
        let length = answer
            .header("content-length")
            .map_or(0, |length| length.parse().expect("a number"));
        answer.body = vec![0; length];
        self.stream
            .read_exact(&mut answer.body)
            .expect("the whole body");
        answer
    }

    /// Reads one answer that has no body.
    pub(crate) fn head_only(&mut self) -> Answer {
        let line = self.line().expect("a status line");
        let status = line.strip_prefix("HTTP/1.1 ").expect("the version")[..3]
            .parse()
            .expect("a status");
        let mut headers = Vec::new();
        loop {
            let line = self.line().expect("a header line");
            let Some((name, value)) = line.split_once(": ") else {
                assert_eq!(line, "", "a line that is no header");
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        Answer {
            status,
            headers,
            body: Vec::new(),
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).ok()?;
        (read > 0).then(|| {
            line.strip_suffix("\r\n")
                .expect("CRLF ends a line")
                .to_owned()
        })
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }
}
