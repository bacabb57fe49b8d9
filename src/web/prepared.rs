//! Bodies that cost more to make than to send: made once, and packed once for who takes them so.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::reply::{Body, Reply};
use super::request::Request;
use crate::base::error::Result;

/// The bytes of a body, as they are and packed by gzip.
#[derive(Debug, PartialEq, Eq)]
pub struct Prepared {
    /// As they are.
    pub plain: Vec<u8>,
    packed: Vec<u8>,
}

impl Prepared {
    /// Packs them.
    pub fn new(plain: Vec<u8>) -> Result<Self> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&plain)?;
        let packed = encoder.finish()?;
        Ok(Self { plain, packed })
    }
}

/// The same answer with its bytes as whoever asked takes them.
pub(super) fn negotiated(mut reply: Reply, request: &Request<'_>) -> Reply {
    let Body::Prepared(prepared) = &reply.body else {
        return reply;
    };
    let is_packed = request.header("accept-encoding").is_some_and(accepts_gzip);
    let bytes = if is_packed {
        &prepared.packed
    } else {
        &prepared.plain
    };
    reply.body = Body::Bytes(bytes.clone());
    let reply = reply.with_header("Vary", "Accept-Encoding");
    if is_packed {
        return reply.with_header("Content-Encoding", "gzip");
    }
    reply
}

/// Whether `Accept-Encoding` (RFC 9110, section 12.5.3) names gzip, and not with a weight of zero.
fn accepts_gzip(header: &str) -> bool {
    header.split(',').any(|one| {
        let (coding, weight) = one.split_once(';').unwrap_or((one, ""));
        let is_refused = weight
            .trim()
            .strip_prefix("q=")
            .is_some_and(|weight| weight.trim().parse() == Ok(0.0_f32));
        coding.trim().eq_ignore_ascii_case("gzip") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::accepts_gzip;

    #[test]
    fn gzip_is_for_who_takes_it() {
        for header in [
            "gzip",
            "deflate, gzip;q=1.0, *;q=0.5",
            "br;q=1.0,GZIP ; q=0.8",
        ] {
            assert!(accepts_gzip(header), "{header}");
        }
        for header in ["", "identity", "gzip;q=0", "br, gzip; q=0.0", "x-gzip-not"] {
            assert!(!accepts_gzip(header), "{header}");
        }
    }
}
