//! A mail as the desk reads it. [`parse`] looks whether it stays within bounds, takes it apart
//! with `mail-parser`, and decodes anew what that crate could not.

use mail_parser::decoders::{base64::base64_decode, quoted_printable::quoted_printable_decode};
use mail_parser::{DateTime, Encoding, MessageParser, MessagePart, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use crate::base::html::{from_plain, text_of};
use crate::base::mail::address::{Address, parse_list};
use crate::base::mail::flowed;
use crate::base::mail::header::Headers;
use crate::base::mail::message_id::{parse_id, parse_ids};
use crate::base::mail::part::{Part, file_name, mark_inline, name_for};
use crate::base::mail::scan::{Unreadable, scan};
use crate::base::{charset, html};

/// HTML that is longer is a file, and its text the body.
const LONGEST_HTML: usize = 2 << 20;

/// How many addresses the headers may name in all.
const MOST_ADDRESSES: usize = 10_000;

/// A mail, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Letter {
    /// All headers, in their order.
    pub headers: Headers,
    /// The valid addresses of the first `From`.
    pub from: Vec<Address>,
    /// Those of the first `Reply-To`.
    pub reply_to: Vec<Address>,
    /// Those of every `To`.
    pub to: Vec<Address>,
    /// Those of every `Cc`.
    pub cc: Vec<Address>,
    /// Whom it was delivered to: `Delivered-To`, `X-Original-To` and `Envelope-To`, topmost first.
    pub delivered_to: Vec<Address>,
    /// `Return-Path`: empty for the null sender, `None` when there is none.
    pub return_path: Option<String>,
    /// The subject on one line; empty when there is none.
    pub subject: String,
    /// What `Date` says, in seconds; kept, and never trusted.
    pub date: Option<i64>,
    /// The first `Message-ID`, without brackets.
    pub message_id: Option<String>,
    /// The ids of `In-Reply-To`.
    pub in_reply_to: Vec<String>,
    /// The ids of `References`, the root first.
    pub references: Vec<String>,
    /// The text.
    pub body: Body,
    /// The files.
    pub parts: Vec<Part>,
    /// The media type of the whole: `multipart/report`, with its `report-type` parameter behind
    /// it where there is one: `multipart/report; delivery-status`.
    pub media_type: String,
    /// SHA-256 of what follows the headers, whatever its line ends and the empty lines at its end.
    pub body_hash: [u8; 32],
}

/// The text of a mail. What came as both is kept as both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body {
    /// As HTML, not yet cleaned; its `cid:` addresses stand.
    pub html: Option<String>,
    /// As plain text.
    pub plain: Option<String>,
}

impl Body {
    /// What is read: the HTML, else the plain text, else nothing.
    pub fn shown(&self) -> &str {
        self.html
            .as_deref()
            .or(self.plain.as_deref())
            .unwrap_or_default()
    }

    /// Its words, from the plain text where there is one.
    pub fn text(&self) -> String {
        match (&self.plain, &self.html) {
            (Some(plain), _) => plain.clone(),
            (None, Some(html)) => text_of(&html::clean(html)),
            (None, None) => String::new(),
        }
    }

    fn is_blank(&self) -> bool {
        let plain = self.plain.as_deref().unwrap_or_default();
        plain.trim().is_empty() && self.html.as_deref().is_none_or(is_blank)
    }

    /// Both texts, one behind the other.
    fn join(&mut self, next: Self) {
        if next.is_blank() {
            return;
        }
        if self.is_blank() {
            *self = next;
            return;
        }
        let html = |body: &Self| {
            let plain = || from_plain(body.plain.as_deref().unwrap_or_default());
            body.html.clone().unwrap_or_else(plain)
        };
        let is_html = self.html.is_some() || next.html.is_some();
        let joined = is_html.then(|| format!("{}\n<br>\n{}", html(self), html(&next)));
        let (one, other) = (self.plain.take(), next.plain);
        self.plain = match (one, other) {
            (Some(one), Some(other)) => Some(format!("{}\n\n{other}", one.trim_end())),
            // A plain text that lacks a part of the body is none.
            (one, other) => one.or(other).filter(|_| !is_html),
        };
        self.html = joined;
    }
}

fn is_blank(html: &str) -> bool {
    !html.to_ascii_lowercase().contains("<img") && text_of(&html::clean(html)).trim().is_empty()
}

/// Takes a mail apart, or says why it is held. `mail-parser` 0.11 panics on few bytes made for
/// it: the caller catches that, and holds the mail as `parser_panic`.
pub fn parse(raw: &[u8]) -> Result<Letter, Unreadable> {
    let raw = without_mbox_line(raw);
    scan(raw)?;
    let headers = Headers::read(raw);
    if headers.all().is_empty() {
        return Err(Unreadable::NoHeaders);
    }
    let is_address = |name: &str| {
        let names = [
            "from",
            "to",
            "cc",
            "bcc",
            "reply-to",
            "sender",
            "resent-to",
            "resent-cc",
        ];
        names.iter().any(|one| one.eq_ignore_ascii_case(name))
    };
    let addressed = headers
        .all()
        .iter()
        .filter(|header| is_address(&header.name));
    let commas: usize = addressed
        .map(|header| header.value.matches([',', ';']).count())
        .sum();
    if commas > MOST_ADDRESSES {
        return Err(Unreadable::TooComplex);
    }
    let mut letter = of_headers(headers);
    letter.body_hash = body_hash(raw);
    read_body(raw, &mut letter);
    Ok(letter)
}

/// What the headers alone say; also of the headers that a report gives back.
pub(in crate::base::mail) fn of_headers(headers: Headers) -> Letter {
    let first = |name| headers.get(name).map(parse_list).unwrap_or_default();
    let each = |name| headers.each(name).flat_map(parse_list).collect::<Vec<_>>();
    let delivered = headers.all().iter().filter(|header| {
        let names = ["delivered-to", "x-original-to", "envelope-to"];
        names
            .iter()
            .any(|name| header.name.eq_ignore_ascii_case(name))
    });
    let date = headers.get("date").and_then(DateTime::parse_rfc822);
    Letter {
        from: first("from"),
        reply_to: first("reply-to"),
        to: each("to"),
        cc: each("cc"),
        delivered_to: delivered
            .flat_map(|header| parse_list(&header.value))
            .collect(),
        return_path: headers
            .get("return-path")
            .map(|path| path.trim_matches(['<', '>', ' ']).to_owned()),
        subject: headers.text("subject").unwrap_or_default(),
        date: date
            .filter(DateTime::is_valid)
            .map(|date| date.to_timestamp()),
        message_id: headers.get("message-id").and_then(parse_id),
        in_reply_to: headers
            .get("in-reply-to")
            .map(parse_ids)
            .unwrap_or_default(),
        references: headers.get("references").map(parse_ids).unwrap_or_default(),
        headers,
        ..Letter::default()
    }
}

/// `From ada@example.com Tue Dec  1 …` before the headers is the pipe's, not the mail's.
fn without_mbox_line(raw: &[u8]) -> &[u8] {
    let is_mbox = raw.starts_with(b"From ") || raw.starts_with(b">From ");
    match memchr::memchr(b'\n', raw) {
        Some(end) if is_mbox => &raw[end + 1..],
        _ => raw,
    }
}

/// Where the body begins: behind the first empty line.
fn body_of(raw: &[u8]) -> &[u8] {
    let mut from = 0;
    while let Some(end) = memchr::memchr(b'\n', &raw[from..]).map(|at| from + at) {
        if raw[from..end].is_empty() || raw[from..end] == *b"\r" {
            return &raw[end + 1..];
        }
        from = end + 1;
    }
    &[]
}

fn body_hash(raw: &[u8]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for line in body_of(raw).trim_ascii_end().split(|byte| *byte == b'\n') {
        hasher.update(line.strip_suffix(b"\r").unwrap_or(line));
        hasher.update(b"\n");
    }
    hasher.finalize().into()
}

fn read_body(raw: &[u8], letter: &mut Letter) {
    let Some(message) = MessageParser::default().parse(raw) else {
        let plain = charset::decode(body_of(raw), None).into_owned();
        letter.body.plain = Some(plain).filter(|plain| !plain.trim().is_empty());
        return;
    };
    if let Some(root) = message.parts.first() {
        letter.media_type = media_type(root);
        let report = root
            .content_type()
            .and_then(|kind| kind.attribute("report-type"));
        if let Some(report) = report {
            letter.media_type += "; ";
            letter.media_type += &report.to_ascii_lowercase();
        }
    }
    let mut reader = Reader {
        raw,
        parts: message.parts.into_iter().map(Some).collect(),
    };
    let mut content = reader.content(0, 0, false);
    if content
        .body
        .html
        .as_ref()
        .is_some_and(|html| html.len() > LONGEST_HTML)
    {
        let html = content.body.html.take().unwrap_or_default();
        content.body.plain.get_or_insert_with(|| text_of(&html));
        content.files.push(Part {
            name: "message.html".to_owned(),
            media_type: "text/html".to_owned(),
            bytes: html.into_bytes(),
            content_id: None,
            location: None,
            is_inline: false,
        });
    }
    mark_inline(
        content.body.html.as_deref().unwrap_or_default(),
        &mut content.files,
    );
    let is_blank = content.body.is_blank();
    letter.body = if is_blank {
        Body::default()
    } else {
        content.body
    };
    crate::base::mail::tnef::open_all(&mut letter.body, &mut content.files);
    letter.parts = content.files;
}

/// What a part holds: its share of the text, and its files.
#[derive(Default)]
struct Content {
    body: Body,
    files: Vec<Part>,
}

struct Reader<'r> {
    raw: &'r [u8],
    /// Each is taken once: a part that names itself among its own holds nothing.
    parts: Vec<Option<MessagePart<'r>>>,
}

impl<'r> Reader<'r> {
    fn content(&mut self, id: usize, depth: usize, is_file: bool) -> Content {
        let Some(part) = self.parts.get_mut(id).and_then(Option::take) else {
            return Content::default();
        };
        let kind = media_type(&part);
        match &part.body {
            PartType::Multipart(ids) if depth < 60 => {
                let ids: Vec<usize> = ids.iter().map(|id| *id as usize).collect();
                match kind.as_str() {
                    "multipart/alternative" => self.alternatives(&ids, depth),
                    _ => self.mixed(&ids, depth, kind == "multipart/related"),
                }
            }
            PartType::Text(_) | PartType::Html(_) if !is_file && is_body(&part, &kind) => Content {
                body: self.text(&part, &kind),
                files: Vec::new(),
            },
            _ => Content {
                body: Body::default(),
                files: vec![self.file(part, kind)],
            },
        }
    }

    /// One behind the other. In `related`, what follows the first text belongs to it.
    fn mixed(&mut self, ids: &[usize], depth: usize, is_related: bool) -> Content {
        let mut all = Content::default();
        for id in ids {
            let one = self.content(*id, depth + 1, is_related && !all.body.is_blank());
            all.body.join(one.body);
            all.files.extend(one.files);
        }
        all
    }

    /// The last HTML that is not blank, plain text beside it.
    fn alternatives(&mut self, ids: &[usize], depth: usize) -> Content {
        let mut all = Content::default();
        for id in ids {
            let one = self.content(*id, depth + 1, false);
            all.files.extend(one.files);
            if let Some(html) = one.body.html.filter(|html| !is_blank(html)) {
                all.body.html = Some(html);
                // What stood beside it in an inner part says the same.
                all.body.plain = all.body.plain.or(one.body.plain);
            } else if let Some(plain) = one.body.plain.filter(|plain| !plain.trim().is_empty()) {
                all.body.plain = Some(plain);
            }
        }
        all
    }

    fn text(&self, part: &MessagePart<'r>, kind: &str) -> Body {
        let text = self.decoded(part, kind);
        if kind == "text/html" {
            return Body {
                html: Some(text),
                plain: None,
            };
        }
        let says = |name: &str, value: &str| {
            let said = part.content_type().and_then(|kind| kind.attribute(name));
            said.is_some_and(|said| said.eq_ignore_ascii_case(value))
        };
        let text = if says("format", "flowed") {
            flowed::joined(&text, says("delsp", "yes"))
        } else {
            text.replace("\r\n", "\n")
        };
        Body {
            html: None,
            plain: Some(text),
        }
    }

    /// The text as it was written: decoded anew from its bytes where `mail-parser` put U+FFFD.
    fn decoded(&self, part: &MessagePart<'r>, kind: &str) -> String {
        let (PartType::Text(text) | PartType::Html(text)) = &part.body else {
            return String::new();
        };
        let declared = part
            .content_type()
            .and_then(|kind| kind.attribute("charset"));
        // It knows UTF-7, which browsers have given up.
        let is_doubtful =
            text.contains('\u{fffd}') || (!text.is_ascii() && declared.is_none_or(is_known));
        let bytes = is_doubtful.then(|| self.bytes(part)).flatten();
        let text = match bytes {
            Some(bytes) => {
                let in_html = (kind == "text/html")
                    .then(|| charset_of_html(&bytes))
                    .flatten();
                charset::decode(
                    &bytes,
                    declared
                        .filter(|label| is_known(label))
                        .or(in_html.as_deref()),
                )
                .into_owned()
            }
            None => text.to_string(),
        };
        let is_kept = |letter: &char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r');
        text.chars().filter(is_kept).collect()
    }

    /// The bytes of a part of this mail, decoded by its transfer encoding.
    fn bytes(&self, part: &MessagePart<'r>) -> Option<Vec<u8>> {
        let (from, to) = (part.offset_body as usize, part.offset_end as usize);
        let raw = self.raw.get(from..to)?;
        match part.encoding {
            Encoding::None => Some(raw.to_vec()),
            Encoding::Base64 => base64_decode(raw),
            Encoding::QuotedPrintable => quoted_printable_decode(raw),
        }
    }

    fn file(&self, part: MessagePart<'r>, kind: String) -> Part {
        let name = part
            .attachment_name()
            .map(crate::base::mail::header::decode_words);
        let mut name = file_name(&name.unwrap_or_default());
        let content_id = part.content_id().and_then(parse_id);
        let location = part.content_location().map(str::to_owned);
        let bytes = match (&part.body, part.encoding) {
            // What it says of itself is its name.
            (PartType::Message(message), encoding) => {
                if name.is_empty() {
                    let subject = message.subject().map(file_name).unwrap_or_default();
                    let subject: String = subject.chars().take(60).collect();
                    name = if subject.is_empty() {
                        "message".to_owned()
                    } else {
                        subject
                    } + ".eml";
                }
                match encoding {
                    Encoding::None => self.bytes(&part).unwrap_or_default(),
                    _ => message.raw_message.to_vec(),
                }
            }
            (PartType::Text(text) | PartType::Html(text), _) => {
                let bytes = self.bytes(&part);
                bytes.unwrap_or_else(|| text.as_bytes().to_vec())
            }
            _ => match part.body {
                PartType::Binary(bytes) | PartType::InlineBinary(bytes) => bytes.into_owned(),
                _ => Vec::new(),
            },
        };
        if name.is_empty() {
            name = name_for(&kind);
        }
        Part {
            name,
            media_type: kind,
            bytes,
            content_id,
            location,
            is_inline: false,
        }
    }
}

/// `text/plain` where nothing is said.
fn media_type(part: &MessagePart<'_>) -> String {
    let kind = part.content_type().map(|kind| {
        let subtype = kind.subtype().unwrap_or("plain");
        format!("{}/{subtype}", kind.ctype()).to_ascii_lowercase()
    });
    kind.unwrap_or_else(|| match part.body {
        PartType::Message(_) => "message/rfc822".to_owned(),
        _ => "text/plain".to_owned(),
    })
}

/// Text that is read, and not a file of text.
fn is_body(part: &MessagePart<'_>, kind: &str) -> bool {
    let is_attached = part
        .content_disposition()
        .is_some_and(mail_parser::ContentType::is_attachment);
    // A multipart without a part is the text that it is written in.
    let is_text = matches!(kind, "text/plain" | "text/html") || kind.starts_with("multipart/");
    is_text && !is_attached && part.attachment_name().is_none()
}

fn is_known(label: &str) -> bool {
    encoding_rs::Encoding::for_label(label.as_bytes()).is_some()
}

/// The charset that a `meta` element near the beginning declares.
fn charset_of_html(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4_096)]).to_ascii_lowercase();
    let (_, meta) = head.split_once("<meta")?;
    let (_, value) = meta.split_once("charset")?;
    let value = value
        .trim_start()
        .strip_prefix('=')?
        .trim_start_matches([' ', '"', '\'']);
    let label = value.split(['"', '\'', ' ', '>', ';', '/']).next()?;
    is_known(label).then(|| label.to_owned())
}

#[cfg(test)]
mod tests;
