//! The client of these tests: one that also looks at what a well-behaved one never sees.

#[path = "../support/http.rs"]
mod http;

use std::io::{BufRead, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub(crate) use http::{Answer, Client};

use crate::house::House;

/// As that of any other client.
const PATIENCE: Duration = Duration::from_secs(10);

impl Client {
    /// One that comes from this address of the loopback network.
    pub(crate) fn from(house: &House, address: [u8; 4]) -> Self {
        use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
        let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        bind(&socket, &SocketAddr::from((address, 0))).expect("an address of its own");
        connect(&socket, &house.socket()).expect("a connection");
        let stream = TcpStream::from(socket);
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream
            .set_write_timeout(Some(PATIENCE))
            .expect("a time-out");
        Self::over(stream)
    }

    pub(crate) fn new(house: &House) -> Self {
        Self::connect(house.socket())
    }

    pub(crate) fn stream(&self) -> &TcpStream {
        self.stream.get_ref()
    }

    /// The status of the answer, if there is one before the connection ends.
    pub(crate) fn try_answer(&mut self) -> Option<u16> {
        let mut line = String::new();
        self.stream.read_line(&mut line).ok()?;
        line.split(' ').nth(1)?.parse().ok()
    }

    /// Whether anything has come back yet.
    pub(crate) fn has_answer(&self) -> bool {
        let stream = self.stream();
        stream.set_nonblocking(true).expect("it does not wait");
        let peeked = stream.peek(&mut [0]);
        stream.set_nonblocking(false).expect("it waits again");
        peeked.is_ok()
    }
}

impl<S: Read + Write> Client<S> {
    /// Sends what the other side may have stopped taking.
    pub(crate) fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.get_mut().write_all(bytes.as_ref()).is_ok()
    }

    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.get_with(target, "")
    }

    pub(crate) fn post(&mut self, target: &str, body: &[u8]) -> Answer {
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: desk.test\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send([head.as_bytes(), body].concat());
        self.answer()
    }

    /// Whether the server ends the connection without another byte.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0; 64]) {
            Ok(length) => length == 0,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
        }
    }
}

impl Answer {
    /// Checks that this is one of the gate's own refusals, and the last word on its connection.
    pub(crate) fn expect_refusal(&self, status: u16, error: &str) {
        assert_eq!(
            (self.status, self.header("connection")),
            (status, Some("close")),
            "{self:?}"
        );
        let body: serde_json::Value = serde_json::from_slice(&self.body).expect("JSON");
        assert_eq!(body["error"], error);
        assert!(
            body["error_description"]
                .as_str()
                .is_some_and(|text| text.ends_with('.'))
        );
        assert!(self.header("x-request-id").is_some());
    }
}
