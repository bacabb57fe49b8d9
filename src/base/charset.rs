//! Text in whatever charset it came: forms and parts of them are read as what they are, since
//! old clients send what their systems write. It knows neither forms nor mail.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of some bytes: UTF-8 where they are that, whatever is declared; else in the declared
/// charset, where it is known; else windows-1252, which knows every byte.
pub fn decode<'b>(bytes: &'b [u8], declared: Option<&str>) -> Cow<'b, str> {
    let declared = declared.and_then(|label| Encoding::for_label(label.as_bytes()));
    // Of a charset that is not built on ASCII every byte may look like a letter.
    let is_for_sure = declared.is_some_and(|encoding| !encoding.is_ascii_compatible());
    match std::str::from_utf8(bytes) {
        Ok(text) if !is_for_sure => Cow::Borrowed(text),
        _ => match declared {
            Some(encoding) if encoding != UTF_8 => encoding.decode(bytes).0,
            _ => Cow::Owned(mended(bytes)),
        },
    }
}

/// UTF-8 in which other bytes stand: cut letters, or a line that some program put in. Those are
/// windows-1252, so that none is lost and the rest stays what it is.
fn mended(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode(chunk.invalid()).0);
    }
    text
}

/// The charset that a content type declares.
pub fn declared(content_type: &str) -> Option<&str> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_charset = name.trim().eq_ignore_ascii_case("charset");
        is_charset.then(|| value.trim().trim_matches(['"', '\'']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_read_as_what_it_is() {
        for (bytes, declared, text) in [
            (b"M\xfcller".as_slice(), None, "Müller"),
            ("Müller".as_bytes(), Some("iso-8859-1"), "Müller"),
            (b"\x80 5", None, "€ 5"),
            (b"\xe8esk\xfd", Some("iso-8859-2"), "český"),
            (b"\xcf\xf0", Some("Windows-1251"), "Пр"),
            (b"\x1b$BF|K\\\x1b(B", Some("iso-2022-jp"), "日本"),
            (b"a\xff", Some("nonsense"), "aÿ"),
            (b"\xe4\xb8\xad M\xfcller \x80", Some("utf-8"), "中 Müller €"),
            (b"", Some("utf-16"), ""),
        ] {
            assert_eq!(decode(bytes, declared), text, "{declared:?}");
        }
    }

    #[test]
    fn a_charset_is_declared_in_many_ways() {
        for (content_type, charset) in [
            ("text/plain; charset=utf-8", Some("utf-8")),
            (
                "text/plain;format=flowed; CHARSET=\"ISO-8859-1\" ",
                Some("ISO-8859-1"),
            ),
            ("text/plain", None),
            ("text/plain; charset", None),
        ] {
            assert_eq!(declared(content_type), charset, "{content_type}");
        }
    }
}
