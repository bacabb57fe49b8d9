//! What kind of file it is: told from its bytes, never from what a client says.

use super::receive::HEAD;

const TEXT: &str = "text/plain";
const UNKNOWN: &str = "application/octet-stream";

/// The type of a file by its first bytes. Text is `text/plain`, whatever it holds: HTML,
/// SVG and scripts must not be taken for what a browser would run. The name only tells
/// harmless kinds of text apart.
pub fn content_type(head: &[u8], name: &str) -> &'static str {
    match infer::get(head) {
        // The text kinds of the table are just those that are active.
        Some(kind) if kind.matcher_type() != infer::MatcherType::Text => kind.mime_type(),
        _ if is_text(head) => kind_of_text(name),
        _ => UNKNOWN,
    }
}

/// Whether a browser may show it in a page: pictures that cannot hold a script.
pub fn is_inline(content_type: &str) -> bool {
    matches!(
        content_type,
        "image/png" | "image/jpeg" | "image/gif" | "image/webp"
    )
}

/// UTF-8 without control bytes; the head of a longer file may end within a letter.
fn is_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() && head.len() >= HEAD => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    !text
        .bytes()
        .any(|byte| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | b'\x0c'))
}

fn kind_of_text(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("csv") => "text/csv",
        Some("ics") => "text/calendar",
        Some("json") => "application/json",
        Some("md") => "text/markdown",
        _ => TEXT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_decide_and_names_do_not() {
        let cases: [(&[u8], &str, &str); 15] = [
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "x.html", "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "x", "image/jpeg"),
            (b"GIF89a\x01\0", "x.svg", "image/gif"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "x", "image/webp"),
            (b"%PDF-1.7\n", "x.png", "application/pdf"),
            (b"PK\x03\x04\x14\0", "x", "application/zip"),
            (b"<html><script>alert(1)</script>", "x.png", TEXT),
            (
                b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
                "x.svg",
                TEXT,
            ),
            (b"<?xml version=\"1.0\"?><svg/>", "x.svg", TEXT),
            (b"#!/bin/sh\nrm", "x.sh", TEXT),
            ("a;b\nü;2\r\n".as_bytes(), "List.CSV", "text/csv"),
            (b"alert(1)", "x.js", TEXT),
            (b"abc\0def", "x.txt", UNKNOWN),
            (b"caf\xe9", "x.txt", UNKNOWN),
            (b"", "x.html", TEXT),
        ];
        for (head, name, expected) in cases {
            assert_eq!(content_type(head, name), expected, "{name} {head:?}");
        }
    }

    #[test]
    fn a_head_may_end_within_a_letter_and_a_whole_file_may_not() {
        let mut head = "é".repeat(HEAD / 2).into_bytes();
        head.rotate_left(1);
        head[0] = b'a';
        assert_eq!(head.len(), HEAD);
        assert_eq!(content_type(&head, ""), TEXT);
        assert_eq!(content_type(&head[..HEAD - 2], ""), UNKNOWN);
    }

    #[test]
    fn only_pictures_without_scripts_are_shown_in_a_page() {
        for shown in ["image/png", "image/jpeg", "image/gif", "image/webp"] {
            assert!(is_inline(shown));
        }
        for not in [
            "image/svg+xml",
            "image/svg+xml; x",
            "image/png; x",
            "text/html",
            "application/pdf",
            "IMAGE/PNG",
            "",
        ] {
            assert!(!is_inline(not), "{not}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_called_what_a_browser_would_run(
            head in proptest::collection::vec(any::<u8>(), 0..200),
            markup in "[ \n]{0,2}<(html|script|svg|\\?xml|!doctype html|body|iframe)[ >].{0,40}",
            name in ".{0,9}\\.(html|svg|js|xhtml|xml|png)",
        ) {
            for bytes in [head.as_slice(), markup.as_bytes()] {
                let kind = content_type(bytes, &name);
                prop_assert!(!["html", "xml", "svg", "script"].iter().any(|bad| kind.contains(bad)), "{}", kind);
            }
        }
    }
}
