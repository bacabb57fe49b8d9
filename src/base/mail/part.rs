//! What is sent with a mail: its files, with names that no path and no trick stands in.

use crate::base::files::last_segment;

/// The longest name of a file, in bytes.
const LONGEST_NAME: usize = 200;

/// A file of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name, never empty.
    pub name: String,
    /// Its type as declared, such as `image/png`, in lower case.
    pub media_type: String,
    /// Its bytes, decoded.
    pub bytes: Vec<u8>,
    /// Its `Content-ID`, without brackets.
    pub content_id: Option<String>,
    /// Its `Content-Location`.
    pub location: Option<String>,
    /// Whether the body shows it in place.
    pub is_inline: bool,
}

/// The last part of a path, without controls and marks of direction, 200 bytes at most; the
/// end is kept, since it tells the type. Empty where nothing of a name is left.
pub(super) fn file_name(name: &str) -> String {
    let shown = last_segment(name);
    let mut from = shown.len().saturating_sub(LONGEST_NAME);
    while !shown.is_char_boundary(from) {
        from += 1;
    }
    shown[from..].trim_start().to_owned()
}

/// A name for what has none, by its type.
pub(super) fn name_for(media_type: &str) -> String {
    let ending = match media_type {
        "text/plain" | "message/delivery-status" => "txt",
        "text/html" => "html",
        "text/calendar" => return "invite.ics".to_owned(),
        "image/jpeg" => "jpg",
        "image/svg+xml" => "svg",
        "application/pgp-signature" => "asc",
        "application/pkcs7-signature" | "application/x-pkcs7-signature" => "p7s",
        "application/pkcs7-mime" | "application/x-pkcs7-mime" => "p7m",
        other => {
            let (kind, subtype) = other.split_once('/').unwrap_or_default();
            let is_ending = (1..=4).contains(&subtype.len())
                && subtype.bytes().all(|byte| byte.is_ascii_alphanumeric());
            match kind {
                "image" | "audio" | "video" | "application" if is_ending => subtype,
                _ => "bin",
            }
        }
    };
    format!("attachment.{ending}")
}

/// Marks the parts that the HTML shows: by `cid:`, by their bare name or by their location.
pub(super) fn mark_inline(html: &str, parts: &mut [Part]) {
    if parts.is_empty() {
        return;
    }
    let sources: std::collections::HashSet<String> = sources(html).collect();
    for part in parts {
        let cid = part.content_id.as_ref().map(|id| format!("cid:{id}"));
        let is_named = |name: &String| sources.contains(name);
        part.is_inline = cid.as_ref().is_some_and(is_named)
            || part.location.as_ref().is_some_and(is_named)
            || (part.media_type.starts_with("image/") && is_named(&part.name));
    }
}

/// What stands behind each `src=` and `background=`, as it is meant.
fn sources(html: &str) -> impl Iterator<Item = String> {
    html.split('=')
        .zip(html.split('=').skip(1))
        .filter_map(|(before, value)| {
            let before = before.trim_end().as_bytes();
            let ends = |name: &[u8]| {
                before.len() >= name.len()
                    && before[before.len() - name.len()..].eq_ignore_ascii_case(name)
            };
            if !ends(b"src") && !ends(b"background") {
                return None;
            }
            // An address may hold the mark that the text was parted at: what is left still begins it.
            let value = value.trim_start();
            let value = match value.chars().next()? {
                quote @ ('"' | '\'') => value[1..].split(quote).next()?,
                _ => value.split([' ', '>', '\n', '\r', '\t']).next()?,
            };
            let value = value.trim().replace("&amp;", "&");
            let meant = percent_encoding::percent_decode_str(&value)
                .decode_utf8_lossy()
                .into_owned();
            match meant.get(..4) {
                Some(scheme) if scheme.eq_ignore_ascii_case("cid:") => {
                    Some(format!("cid:{}", &meant[4..]))
                }
                _ => Some(meant),
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_hold_no_path() {
        for (name, kept) in [
            ("a.pdf", "a.pdf"),
            ("C:\\Users\\x\\a.pdf", "a.pdf"),
            ("../../etc/passwd", "passwd"),
            ("..", ""),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("a\r\nb.txt", "ab.txt"),
        ] {
            assert_eq!(file_name(name), kept);
        }
        assert_eq!(name_for("image/png"), "attachment.png");
        assert_eq!(name_for("application/octet-stream"), "attachment.bin");
    }

    #[test]
    fn the_body_says_what_is_inline() {
        let part = |id: &str, name: &str| Part {
            name: name.to_owned(),
            media_type: "image/png".to_owned(),
            bytes: Vec::new(),
            content_id: Some(id.to_owned()),
            location: None,
            is_inline: false,
        };
        let mut parts = [
            part("a@b", "a.png"),
            part("c", "c.png"),
            part("d", "d.png"),
            part("e%f", "e"),
        ];
        mark_inline(
            "<IMG SRC='cid:a@b'><img src=c.png><img alt=\"d.png\"><img src=\"CID:e%25f\">",
            &mut parts,
        );
        assert_eq!(parts.map(|part| part.is_inline), [true, true, false, true]);
    }

    proptest! {
        #[test]
        fn a_name_is_safe(name: String) {
            let kept = file_name(&name);
            prop_assert!(kept.len() <= LONGEST_NAME && !kept.contains(['/', '\\', '\0', '\n']));
            prop_assert!(kept != ".." && kept != ".");
        }
    }
}
