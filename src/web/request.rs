//! A request as the server hands it over: a head that has been read and a body that has not.

use std::fmt;
use std::io::Read;
use std::net::IpAddr;

use super::address::Address;
use crate::base::locale::Locale;

/// One request. The gate has checked its framing, so the length of the body is the true one.
pub struct Request<'a> {
    /// `GET`, `POST`, … in capitals, as sent.
    pub method: String,
    /// Path and query as sent, percent-encoded: `/en/api/tickets.json?page=2`.
    pub target: String,
    /// Header names in lower case, with their values, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The body's length in bytes.
    pub length: u64,
    /// The body, to be read once.
    pub body: &'a mut (dyn Read + Send),
    /// The client's address, where it is known (not for a Unix socket).
    pub peer: Option<IpAddr>,
    /// Whether the client came by https.
    pub is_https: bool,
    /// The request's id, as the answer's `X-Request-Id` will have it.
    pub id: String,
}

/// An address in the log: `-` where none is known.
pub struct Shown(pub Option<IpAddr>);

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(address) => address.fmt(f),
            None => f.write_str("-"),
        }
    }
}

impl Request<'_> {
    /// The method by which its row is found: HEAD works where GET does.
    pub fn row_method(&self) -> &str {
        match self.method.as_str() {
            "HEAD" => "GET",
            other => other,
        }
    }

    /// The language of the answer: that of the path, else the browser's own.
    pub fn locale(&self, address: &Address) -> Locale {
        let accepted = || Locale::from_accepted(self.header("accept-language")?);
        address.locale.or_else(accepted).unwrap_or_default()
    }

    /// The value of the first header of this name (lower case).
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }
}
