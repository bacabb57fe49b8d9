//! What stands before a part's bytes, and the boundary in a request's `Content-Type`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::base::files::last_segment;

/// The longest boundary, in bytes (RFC 2046, 5.1.1).
pub(super) const MAX_BOUNDARY: usize = 70;
/// The longest file name that is kept, in characters.
const MAX_FILENAME: usize = 255;

/// The boundary that a `Content-Type` names, quoted or not; `None` when it names none, or
/// one that RFC 2046 does not allow.
pub fn boundary(content_type: &str) -> Option<String> {
    let boundary = parameter(content_type, "boundary")?;
    is_boundary(&boundary).then_some(boundary)
}

pub(super) fn is_boundary(boundary: &str) -> bool {
    let fits = (1..=MAX_BOUNDARY).contains(&boundary.len());
    fits && !boundary.ends_with(' ') && boundary.bytes().all(|b| b == b' ' || b.is_ascii_graphic())
}

/// What a part's headers say.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) name: Option<String>,
    pub(super) filename: Option<String>,
    pub(super) content_type: Option<String>,
}

impl Head {
    /// Reads the header lines of a part. Lines that are no header are skipped.
    pub(super) fn read(lines: &[String]) -> Self {
        let mut head = Self::default();
        for line in unfolded(lines) {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            match name.trim().to_ascii_lowercase().as_str() {
                "content-disposition" => {
                    head.name = extended(value, "name").or_else(|| field_name(value));
                    head.filename = filename(value);
                }
                "content-type" => head.content_type = media_type(value),
                _ => {}
            }
        }
        head
    }
}

/// Joins a line that begins with a blank to the one before it.
fn unfolded(lines: &[String]) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for line in lines {
        match joined.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => last.push_str(line),
            _ => joined.push(line.clone()),
        }
    }
    joined
}

/// `Content-Type: false` comes from PHP clients whose look-up of the type failed.
fn media_type(value: &str) -> Option<String> {
    let value = value.trim();
    let is_type = value.contains('/') && !value.chars().any(char::is_control);
    is_type.then(|| value.to_owned())
}

/// Some clients percent-encode the brackets, and browsers the quotes, of a field's name.
fn field_name(disposition: &str) -> Option<String> {
    let name = parameter(disposition, "name")?;
    Some(decoded(&name, &[("%22", "\""), ("%5B", "["), ("%5D", "]")]))
}

/// The file's name without its folders; `Some("")` when a name was sent and is empty.
/// `filename*` says it better than `filename` and wins (RFC 6266, 4.3).
fn filename(disposition: &str) -> Option<String> {
    let name = extended(disposition, "filename").or_else(|| {
        let name = parameter(disposition, "filename")?;
        // WHATWG's form encoding escapes these three and nothing else.
        Some(decoded(&name, &[("%22", "\""), ("%0D", " "), ("%0A", " ")]))
    })?;
    let name = last_segment(&name);
    // The end is kept: it tells the type.
    let beyond = name.chars().count().saturating_sub(MAX_FILENAME);
    Some(name.chars().skip(beyond).collect())
}

/// Replaces these escapes, in capitals or not.
fn decoded(text: &str, escapes: &[(&str, &str)]) -> String {
    let mut text = text.to_owned();
    for (escape, character) in escapes {
        text = text
            .replace(escape, character)
            .replace(&escape.to_ascii_lowercase(), character);
    }
    text
}

/// A parameter in RFC 5987's form, `name*=UTF-8'en'%c3%bc`; `None` when it is absent or broken.
fn extended(header: &str, name: &str) -> Option<String> {
    let value = parameter(header, &format!("{name}*"))?;
    let (charset, rest) = value.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes: Cow<'_, [u8]> = percent_decode_str(encoded).into();
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" | "" => String::from_utf8(bytes.into_owned()).ok(),
        "iso-8859-1" => Some(bytes.iter().copied().map(char::from).collect()),
        _ => None,
    }
}

/// The first parameter of this name (in any case) behind the header's first `;`.
fn parameter(header: &str, name: &str) -> Option<String> {
    let mut rest = header.split_once(';')?.1;
    loop {
        let (key, after) = rest.split_at(rest.find(['=', ';'])?);
        let Some(after) = after.strip_prefix('=') else {
            rest = &after[1..];
            continue;
        };
        let (value, next) = value(after.trim_start());
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = next;
    }
}

/// The value at the beginning of `text`, and what follows its `;`.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, next) = text.split_once(';').unwrap_or((text, ""));
        return (value.trim().to_owned(), next);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let next = &quoted[at + 1..];
                return (value, next.split_once(';').map_or("", |(_, next)| next));
            }
            // A backslash escapes quotes and itself; before all else it is a Windows path's.
            '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, escaped)) => value.push(escaped),
                None => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(lines: &[&str]) -> Head {
        Head::read(&lines.iter().map(ToString::to_string).collect::<Vec<_>>())
    }

    #[test]
    fn boundaries() {
        let longest = "b".repeat(70);
        let table = [
            ("multipart/form-data; boundary=abc", Some("abc")),
            (
                "multipart/form-data; charset=utf-8; Boundary=\"a b;c\"; x=y",
                Some("a b;c"),
            ),
            ("multipart/form-data;boundary=abc ; x=y", Some("abc")),
            ("multipart/form-data; boundary = abc", Some("abc")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("multipart/form-data; boundary=ü", None),
            ("multipart/form-data; boundary", None),
            ("multipart/form-data; xboundary=abc", None),
        ];
        for (content_type, expected) in table {
            assert_eq!(
                boundary(content_type).as_deref(),
                expected,
                "{content_type}"
            );
        }
        assert_eq!(
            boundary(&format!("m/f; boundary={longest}")),
            Some(longest.clone())
        );
        assert_eq!(boundary(&format!("m/f; boundary={longest}b")), None);
    }

    #[test]
    fn names_and_file_names() {
        let table = [
            ("form-data; name=\"a\"", Some("a"), None),
            ("form-data; name=a", Some("a"), None),
            (
                "form-data; name=a; filename=b.txt",
                Some("a"),
                Some("b.txt"),
            ),
            (
                "form-data; filename=\"b.txt\"; name=\"a\"",
                Some("a"),
                Some("b.txt"),
            ),
            (
                "form-data; name=\"attachments%5B%5d\"; filename=\"\"",
                Some("attachments[]"),
                Some(""),
            ),
            (
                "form-data; name=\"a;b\"; filename=\"x;y=z.txt\"",
                Some("a;b"),
                Some("x;y=z.txt"),
            ),
            (
                r#"form-data; name=a; filename="C:\temp\new.txt""#,
                Some("a"),
                Some("new.txt"),
            ),
            (
                r#"form-data; name=a; filename="say \"hi\".txt""#,
                Some("a"),
                Some("say \"hi\".txt"),
            ),
            (r#"form-data; name="a\\b""#, Some(r"a\b"), None),
            (
                "form-data; name=a; filename=\"say %22hi%22 100%.txt\"",
                Some("a"),
                Some("say \"hi\" 100%.txt"),
            ),
            (
                "form-data; name=a; filename=\"../../etc/passwd\"",
                Some("a"),
                Some("passwd"),
            ),
            ("form-data; name=a; filename=\"..\"", Some("a"), Some("")),
            ("form-data; name=a; filename=\"dir/\"", Some("a"), Some("")),
            (
                "form-data; name=a; filename=\"a\u{7}%0d%0Ab.txt\"",
                Some("a"),
                Some("a  b.txt"),
            ),
            (
                "form-data; name=a; filename=x.txt; filename*=UTF-8''%e2%82%ac%20rates.txt",
                Some("a"),
                Some("€ rates.txt"),
            ),
            (
                "form-data; name=a; filename*=utf-8'en'..%2F%c3%bc; filename=x.txt",
                Some("a"),
                Some("ü"),
            ),
            (
                "form-data; name=a; filename*=iso-8859-1''%fc.txt",
                Some("a"),
                Some("ü.txt"),
            ),
            (
                "form-data; name=a; filename=x.txt; filename*=UTF-8''%ff",
                Some("a"),
                Some("x.txt"),
            ),
            (
                "form-data; name=a; filename=x.txt; filename*=broken",
                Some("a"),
                Some("x.txt"),
            ),
            ("form-data; name*=utf-8''%c3%bc", Some("ü"), None),
            ("form-data; name=\"unclosed", Some("unclosed"), None),
            ("form-data", None, None),
            ("form-data; name", None, None),
        ];
        for (disposition, name, filename) in table {
            let head = read(&[&format!("Content-Disposition: {disposition}")]);
            assert_eq!(head.name.as_deref(), name, "{disposition}");
            assert_eq!(head.filename.as_deref(), filename, "{disposition}");
        }
        let long = format!(
            "Content-Disposition: form-data; name=a; filename={}.pdf",
            "ü".repeat(300)
        );
        let filename = read(&[&long]).filename.unwrap();
        assert_eq!(
            (filename.chars().count(), filename.ends_with("ü.pdf")),
            (255, true)
        );
    }

    #[test]
    fn header_lines() {
        let head = read(&[
            "content-disposition :form-data;",
            "\tname=a",
            "no header",
            "CONTENT-TYPE: text/plain ",
        ]);
        assert_eq!(head.name.as_deref(), Some("a"));
        assert_eq!(head.content_type.as_deref(), Some("text/plain"));
        assert_eq!(read(&["Content-Type: false"]).content_type, None);
        assert_eq!(read(&[" folded at once", ""]), Head::default());
    }

    proptest! {
        #[test]
        fn a_quoted_value_survives(text in "[^\\x00-\\x1f]{0,30}") {
            let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
            let header = format!("form-data; x=1; name=\"{quoted}\"; y=2");
            prop_assert_eq!(parameter(&header, "name"), Some(text));
        }

        #[test]
        fn a_file_name_never_holds_a_path(text in ".{0,300}") {
            let head = read(&[&format!("Content-Disposition: form-data; name=a; filename=\"{text}\"")]);
            let name = head.filename.unwrap();
            prop_assert!(!name.contains(['/', '\\']) && name != ".." && !name.chars().any(char::is_control));
            prop_assert!(name.chars().count() <= MAX_FILENAME);
        }

        #[test]
        fn nothing_panics(header in "[a-z=;\"\\\\*' %ü]{0,60}") {
            let _ = boundary(&header);
            read(&[&format!("Content-Disposition: {header}"), &header]);
        }
    }
}
