//! A look at a mail before it is parsed: whether it is one, and whether parsing it stays within
//! bounds. It costs a few passes over the bytes and no memory to speak of.

use std::collections::HashSet;

use memchr::memmem::Finder;

/// How long the headers of a mail may be.
const LONGEST_HEADERS: usize = 1 << 20;

/// How many parts a mail may have, and how deep they may stand in each other.
const MOST_PARTS: usize = 2_000;
const DEEPEST: usize = 50;

/// How long a mail may be that holds another one encoded, which nobody looks into here.
const LONGEST_WITH_ENCODED: usize = 1 << 20;

/// Why a mail is held unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Headers, parts, depth or addresses are beyond all measure: `too_complex`.
    TooComplex,
    /// It has no headers: `unreadable`.
    NoHeaders,
}

impl Unreadable {
    /// The reason as the ledger has it.
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooComplex => "too_complex",
            Self::NoHeaders => "unreadable",
        }
    }
}

/// Whether parsing these bytes stays within bounds.
pub(super) fn scan(raw: &[u8]) -> Result<(), Unreadable> {
    if headers_length(raw) > LONGEST_HEADERS {
        return Err(Unreadable::TooComplex);
    }
    let boundaries = boundaries(raw)?;
    let mut open: Vec<&[u8]> = Vec::new();
    let (mut parts, mut nested, mut header_bytes) = (0, 0, 0);
    let (mut is_in_headers, mut holds_mail, mut is_encoded) = (true, false, false);
    for line in lines(raw) {
        if let Some(boundary) = boundary_of(line, &boundaries) {
            parts += 1;
            match open.iter().position(|one| *one == boundary) {
                Some(at) => open.truncate(at + 1),
                None => open.push(boundary),
            }
            (nested, header_bytes, is_in_headers, holds_mail, is_encoded) =
                (0, 0, true, false, false);
        } else if line.is_empty() {
            // The headers of the mail in it follow.
            is_in_headers = is_in_headers && holds_mail;
            nested += usize::from(is_in_headers);
            (holds_mail, header_bytes) = (false, 0);
        } else if is_in_headers {
            header_bytes += line.len();
            holds_mail |= has(line, b"message/rfc822") || has(line, b"message/global");
            is_encoded |= has(line, b"base64") || has(line, b"quoted-printable");
        }
        let is_beyond = parts > MOST_PARTS || open.len() + nested > DEEPEST;
        let is_hidden = holds_mail && is_encoded && raw.len() > LONGEST_WITH_ENCODED;
        if is_beyond || is_hidden || header_bytes > LONGEST_HEADERS {
            return Err(Unreadable::TooComplex);
        }
    }
    Ok(())
}

fn lines(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = raw.split(|byte| *byte == b'\n');
    lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Bytes before the first empty line.
fn headers_length(raw: &[u8]) -> usize {
    let mut length = 0;
    for line in lines(raw) {
        if line.is_empty() {
            break;
        }
        length += line.len() + 1;
    }
    length
}

/// What follows `boundary=` anywhere.
fn boundaries(raw: &[u8]) -> Result<HashSet<&[u8]>, Unreadable> {
    let mut found = HashSet::new();
    let mut from = 0;
    // The shortest rare piece; its case is looked at afterwards.
    while let Some(at) = memchr::memchr(b'=', &raw[from..]).map(|at| from + at) {
        from = at + 1;
        let before = raw[..at].trim_ascii_end();
        let is_boundary =
            before.len() >= 8 && before[before.len() - 8..].eq_ignore_ascii_case(b"boundary");
        if !is_boundary {
            continue;
        }
        let value = raw[from..].trim_ascii_start();
        let (quoted, value) = match value.strip_prefix(b"\"") {
            Some(value) => (true, value),
            None => (false, value),
        };
        let is_end = |byte: &u8| match byte {
            b'\r' | b'\n' | b'"' => true,
            b';' | b' ' | b'\t' => !quoted,
            _ => false,
        };
        let end = value
            .iter()
            .take(1_000)
            .position(is_end)
            .unwrap_or(value.len().min(1_000));
        found.insert(&value[..end]);
        if found.len() > MOST_PARTS {
            return Err(Unreadable::TooComplex);
        }
    }
    found.remove(&b""[..]);
    Ok(found)
}

fn boundary_of<'r>(line: &'r [u8], boundaries: &HashSet<&'r [u8]>) -> Option<&'r [u8]> {
    let text = line.strip_prefix(b"--")?.trim_ascii_end();
    let closed = text.strip_suffix(b"--").unwrap_or(text);
    [text, closed]
        .into_iter()
        .find_map(|text| boundaries.get(text).copied())
}

fn has(line: &[u8], word: &[u8]) -> bool {
    line.len() < 10_000 && Finder::new(word).find(&line.to_ascii_lowercase()).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mail(parts: usize) -> Vec<u8> {
        let part = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n";
        let head = "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n";
        [head, &part.repeat(parts), "--b--\r\n"]
            .concat()
            .into_bytes()
    }

    fn chain(depth: usize) -> Vec<u8> {
        "Content-Type: message/rfc822\r\n\r\n"
            .repeat(depth)
            .into_bytes()
    }

    fn nest(depth: usize) -> Vec<u8> {
        let level = |at: usize| {
            format!(
                "--b{at}\nContent-Type: multipart/mixed;\n Boundary = b{}\n\n",
                at + 1
            )
        };
        let levels: Vec<String> = (0..depth).map(level).collect();
        format!(
            "Content-Type: multipart/mixed; boundary=b0\n\n{}",
            levels.concat()
        )
        .into_bytes()
    }

    #[test]
    fn what_is_beyond_measure_is_not_parsed() {
        for (mail, outcome) in [
            (mail(1_900), Ok(())),
            (mail(2_100), Err(Unreadable::TooComplex)),
            (chain(40), Ok(())),
            (chain(60), Err(Unreadable::TooComplex)),
            (nest(40), Ok(())),
            (nest(60), Err(Unreadable::TooComplex)),
            (
                "X: y\n".repeat(300_000).into_bytes(),
                Err(Unreadable::TooComplex),
            ),
            (
                format!("X: y\n\n{}", "--- a\n".repeat(9_000)).into_bytes(),
                Ok(()),
            ),
        ] {
            assert_eq!(
                scan(&mail),
                outcome,
                "{}",
                String::from_utf8_lossy(&mail[..40])
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_looked_at(bytes: Vec<u8>, text in "(boundary ?= ?|\"|--|b|\r?\n|;|message/rfc822){0,60}") {
            let _ = scan(&bytes);
            let _ = scan(text.as_bytes());
        }
    }
}
