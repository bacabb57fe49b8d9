//! The headers of a mail, read from its raw bytes: valid UTF-8 is UTF-8, other 8-bit bytes are
//! windows-1252, and encoded words of a charset that nobody knows lose no letter either.

use super::address::header_text;
use crate::base::charset;

/// The longest name of a header.
const LONGEST_NAME: usize = 200;

/// One header: its name as it came, its value unfolded, encoded words as they came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// The headers in their order, the topmost first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<Header>);

impl Headers {
    /// Reads the headers at the beginning of these bytes, to the first empty line. A line that
    /// is no header is left out.
    pub fn read(bytes: &[u8]) -> Self {
        let mut headers: Vec<(String, Vec<u8>)> = Vec::new();
        for line in bytes.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            match line.first() {
                None => break,
                Some(b' ' | b'\t') => {
                    if let Some((_, value)) = headers.last_mut() {
                        value.extend_from_slice(line);
                    }
                }
                Some(_) => headers.extend(named(line)),
            }
        }
        let read = headers.into_iter().map(|(name, value)| Header {
            name,
            value: without_controls(&charset::decode(&value, None)),
        });
        Self(read.collect())
    }

    /// All, in their order.
    pub fn all(&self) -> &[Header] {
        &self.0
    }

    /// The values of the headers of this name, in any case.
    pub fn each<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        let of_name = self
            .0
            .iter()
            .filter(|header| header.name.eq_ignore_ascii_case(name));
        of_name.map(|header| header.value.as_str())
    }

    /// The first value under this name.
    pub fn get<'h>(&'h self, name: &'h str) -> Option<&'h str> {
        self.each(name).next()
    }

    /// The first value under this name as a person reads it.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)
            .map(|value| header_text(&decode_words(value)))
    }

    /// Whether there is one of this name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

fn named(line: &[u8]) -> Option<(String, Vec<u8>)> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii_end();
    let is_name = (1..=LONGEST_NAME).contains(&name.len()) && name.iter().all(u8::is_ascii_graphic);
    let value = line[colon + 1..].trim_ascii().to_vec();
    is_name.then(|| (String::from_utf8_lossy(name).into_owned(), value))
}

fn without_controls(text: &str) -> String {
    let kept = text
        .chars()
        .filter(|letter| *letter == '\t' || !letter.is_control());
    kept.collect::<String>().trim().to_owned()
}

/// A text whose encoded words (RFC 2047) are decoded, in quotes too, as many programs write
/// them. Words of one charset that follow each other are joined before they are decoded:
/// some programs cut within a letter.
pub fn decode_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pending: Option<(String, Vec<u8>)> = None;
    let mut rest = text;
    while let Some(start) = rest.find("=?") {
        let Some((word, after)) = encoded_word(&rest[start + 2..]) else {
            flush(&mut out, &mut pending);
            out.push_str(&rest[..start + 2]);
            rest = &rest[start + 2..];
            continue;
        };
        let before = &rest[..start];
        let continues = before.trim().is_empty() && pending.is_some();
        if !continues {
            flush(&mut out, &mut pending);
            out.push_str(before);
        }
        match &mut pending {
            Some((charset, bytes)) if charset.eq_ignore_ascii_case(&word.0) => bytes.extend(word.1),
            _ => {
                flush(&mut out, &mut pending);
                pending = Some(word);
            }
        }
        rest = after;
    }
    flush(&mut out, &mut pending);
    out.push_str(rest);
    out
}

fn flush(out: &mut String, pending: &mut Option<(String, Vec<u8>)>) {
    if let Some((label, bytes)) = pending.take() {
        out.push_str(&charset::decode(&bytes, Some(&label)));
    }
}

/// Charset and bytes of the word behind `=?`, and what follows it.
fn encoded_word(text: &str) -> Option<((String, Vec<u8>), &str)> {
    let (label, rest) = text.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let end = rest.find("?=")?;
    let (content, after) = (&rest[..end], &rest[end + 2..]);
    // A language may stand behind the charset (RFC 2231, 5).
    let label = label.split('*').next().unwrap_or(label);
    let is_label = !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_graphic());
    let bytes = match encoding {
        "b" | "B" => mail_parser::decoders::base64::base64_decode(content.as_bytes())?,
        "q" | "Q" => q_decoded(content),
        _ => return None,
    };
    let is_whole = content.is_empty() || !bytes.is_empty();
    (is_label && is_whole).then(|| ((label.to_owned(), bytes), after))
}

fn q_decoded(content: &str) -> Vec<u8> {
    let bytes = content.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = bytes
            .get(at + 1..at + 3)
            .and_then(|pair| hex::decode(pair).ok());
        match (bytes[at], hex) {
            (b'_', _) => out.push(b' '),
            (b'=', Some(byte)) => {
                out.extend(byte);
                at += 2;
            }
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn encoded_words_are_decoded_wherever_they_stand() {
        for (text, read) in [
            ("=?utf-8?q?M=C3=BCller?=", "Müller"),
            ("=?UTF-8?B?TcO8?= =?utf-8?B?bGxlcg==?=", "Müller"),
            ("=?utf-8?B?w?= x", "=?utf-8?B?w?= x"),
            ("=?utf-8?q?=C3?= =?utf-8?q?=BC?=", "ü"),
            ("=?nonsense?q?M=FCller?=", "Müller"),
            ("=?iso-8859-1?Q?a_b?= c", "a b c"),
            ("\"=?utf-8?q?x?=\" <a@b>", "\"x\" <a@b>"),
            ("=?utf-8*en?q?x?=", "x"),
            ("plain =? text", "plain =? text"),
            ("=?gb2312?B?1tDOxA==?=", "中文"),
        ] {
            assert_eq!(decode_words(text), read, "{text}");
        }
    }

    #[test]
    fn headers_are_read_as_they_came() {
        let raw = b"Subject: M\xfcller\r\nno header\r\nX-A:\r\n folded\r\n\tvalue\nsubject: second\r\n\r\nBody: x";
        let headers = Headers::read(raw);
        assert_eq!(headers.text("SUBJECT").as_deref(), Some("Müller"));
        assert_eq!(headers.get("x-a"), Some("folded\tvalue"));
        assert_eq!(headers.each("subject").count(), 2);
        assert!(!headers.has("body"));
        assert_eq!(
            Headers::read("Subject: Grüße".as_bytes()).get("subject"),
            Some("Grüße")
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes: Vec<u8>, words in "[=?a-cQBqb_\\-0-9 é]{0,40}") {
            for header in Headers::read(&bytes).all() {
                prop_assert!(!header.value.contains(['\r', '\n', '\0']));
                decode_words(&header.value);
            }
            decode_words(&words);
        }
    }
}
