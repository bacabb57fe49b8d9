//! `winmail.dat`: the envelope (TNEF) that Outlook puts files and text into. What is broken is
//! read as far as it goes.

use super::letter::Body;
use super::part::{Part, file_name};
use crate::base::charset;

const SIGNATURE: u32 = 0x223e_9f78;

/// How many attributes and files are read of one envelope.
const MOST: usize = 1_000;

const TEXT: u16 = 0x800c;
const DATA: u16 = 0x800f;
const TITLE: u16 = 0x8010;
const BEGINS_FILE: u16 = 0x9002;
const PROPERTIES: u16 = 0x9003;
const FILE_PROPERTIES: u16 = 0x9005;

/// Properties of MAPI: the body as HTML, the long name of a file.
const HTML: u16 = 0x1013;
const LONG_NAME: u16 = 0x3707;

/// Adds what all envelopes among the files hold; they stay themselves. Their text counts where
/// the mail has none.
pub(super) fn open_all(body: &mut Body, files: &mut Vec<Part>) {
    let is_envelope = |part: &&Part| {
        part.media_type.ends_with("/ms-tnef")
            || part.media_type.ends_with("/vnd.ms-tnef")
            || part.name.eq_ignore_ascii_case("winmail.dat")
    };
    let mut inner = Vec::new();
    for envelope in files.iter().filter(is_envelope) {
        let (held, text) = open(&envelope.bytes);
        inner.extend(held);
        if *body == Body::default() {
            *body = text;
        }
    }
    files.extend(inner);
}

/// The files and the text of one envelope.
fn open(bytes: &[u8]) -> (Vec<Part>, Body) {
    let (mut files, mut body) = (Vec::<Part>::new(), Body::default());
    let mut rest = Bytes(bytes);
    if rest.u32() != Some(SIGNATURE) || rest.u16().is_none() {
        return (files, body);
    }
    for _ in 0..MOST {
        let Some((id, value)) = attribute(&mut rest) else {
            break;
        };
        match (id, files.last_mut()) {
            (BEGINS_FILE, _) => files.push(empty()),
            (TITLE, Some(file)) if file.name.is_empty() => file.name = file_name(&text(value)),
            (DATA, Some(file)) => file.bytes = value.to_vec(),
            (FILE_PROPERTIES, Some(file)) => {
                let name = property(value, LONG_NAME).map(|name| file_name(&name));
                if let Some(name) = name.filter(|name| !name.is_empty()) {
                    file.name = name;
                }
            }
            (TEXT, _) => body.plain = Some(text(value)),
            (PROPERTIES, _) => body.html = property(value, HTML),
            _ => {}
        }
    }
    files.retain(|file| !file.bytes.is_empty());
    for file in files.iter_mut().filter(|file| file.name.trim().is_empty()) {
        "attachment.bin".clone_into(&mut file.name);
    }
    (files, body)
}

fn empty() -> Part {
    Part {
        name: String::new(),
        media_type: "application/octet-stream".to_owned(),
        bytes: Vec::new(),
        content_id: None,
        location: None,
        is_inline: false,
    }
}

fn attribute<'b>(rest: &mut Bytes<'b>) -> Option<(u16, &'b [u8])> {
    rest.take(1)?;
    let id = rest.u16()?;
    rest.take(2)?;
    let length = rest.u32()? as usize;
    let value = rest.take(length)?;
    rest.take(2);
    Some((id, value))
}

/// A text of MAPI: in UTF-16 or in whatever charset, with a zero at its end.
fn text(bytes: &[u8]) -> String {
    let text = charset::decode(bytes, None);
    text.trim_end_matches('\0').replace('\0', "")
}

/// The text of the property with this id.
fn property(bytes: &[u8], wanted: u16) -> Option<String> {
    let mut rest = Bytes(bytes);
    let count = rest.u32()?;
    for _ in 0..(count as usize).min(MOST) {
        let (kind, id) = (rest.u16()?, rest.u16()?);
        if id >= 0x8000 {
            skip_name(&mut rest)?;
        }
        let is_many = kind & 0x1000 != 0;
        let fixed = match kind & 0x0fff {
            0x02..=0x04 | 0x0a | 0x0b => Some(4),
            0x05..=0x07 | 0x14 | 0x40 => Some(8),
            0x48 => Some(16),
            _ => None,
        };
        let values = if is_many || fixed.is_none() {
            rest.u32()?
        } else {
            1
        };
        for _ in 0..values {
            let length = match fixed {
                Some(length) => length,
                None => rest.u32()? as usize,
            };
            let value = rest.take(length)?;
            rest.take(length.next_multiple_of(4) - length);
            if id == wanted && fixed.is_none() {
                let is_wide = kind & 0x0fff == 0x1f;
                let wide = || charset::decode(value, Some("utf-16le")).replace('\0', "");
                return Some(if is_wide { wide() } else { text(value) });
            }
        }
    }
    None
}

fn skip_name(rest: &mut Bytes<'_>) -> Option<()> {
    rest.take(16)?;
    if rest.u32()? == 0 {
        rest.take(4)?;
        return Some(());
    }
    let length = rest.u32()? as usize;
    rest.take(length.checked_next_multiple_of(4)?).map(|_| ())
}

/// Bytes that are read from their beginning.
struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn attribute(id: u16, value: &[u8]) -> Vec<u8> {
        let length = u32::try_from(value.len()).unwrap().to_le_bytes();
        [
            &[2],
            &id.to_le_bytes()[..],
            &[1, 0],
            &length,
            value,
            &[0, 0],
        ]
        .concat()
    }

    fn envelope() -> Vec<u8> {
        let name: Vec<u8> = "Über.pdf\0"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let length = u32::try_from(name.len()).unwrap().to_le_bytes();
        let padding = vec![0; name.len().next_multiple_of(4) - name.len()];
        let count = 2u32.to_le_bytes();
        let number = [3, 0, 5, 55, 1, 0, 0, 0];
        let named = [&[0x1f, 0, 7, 55, 1, 0, 0, 0][..], &length, &name, &padding].concat();
        [
            SIGNATURE.to_le_bytes().to_vec(),
            vec![1, 0],
            attribute(TEXT, b"Hello\0"),
            attribute(BEGINS_FILE, b""),
            attribute(TITLE, b"BER~1.PDF\0"),
            attribute(DATA, b"%PDF"),
            attribute(FILE_PROPERTIES, &[&count[..], &number, &named].concat()),
        ]
        .concat()
    }

    #[test]
    fn files_and_text_come_out() {
        let mut files = vec![Part {
            name: "winmail.dat".into(),
            bytes: envelope(),
            ..empty()
        }];
        let mut body = Body::default();
        open_all(&mut body, &mut files);
        assert_eq!(body.plain.as_deref(), Some("Hello"));
        assert_eq!(
            (files[1].name.as_str(), files[1].bytes.as_slice()),
            ("Über.pdf", &b"%PDF"[..])
        );
    }

    proptest! {
        #[test]
        fn whatever_is_broken_is_read_as_far_as_it_goes(at in 0usize..200, byte: u8, cut in 0usize..200) {
            let mut bytes = envelope();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(bytes.len() - cut.min(bytes.len()));
            let (files, _) = open(&bytes);
            prop_assert!(files.iter().all(|file| !file.name.contains(['/', '\0'])));
        }
    }
}
