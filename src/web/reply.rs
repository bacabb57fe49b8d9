//! What goes back: a status, headers and a body, or the name of a stored file; and
//! the kinds of answer that handlers give.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Map, Value};

use super::answer_keys::Told;
use super::prepared::Prepared;
use crate::base::error::{Message, Result};
use crate::base::locale::Locale;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Header names as they are to be written, with values free of CR, LF and NUL.
    pub headers: Vec<(String, String)>,
    /// The bytes, or where they are.
    pub body: Body,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Bytes that were made once: the edge sends them as they are, or packed.
    Prepared(Arc<Prepared>),
    /// A stored file, by its path below the folder of attachments; the gate sends
    /// it from disk, with ranges, so that a slow reader never holds a worker.
    File(PathBuf),
}

impl Reply {
    /// An answer of this content type.
    pub fn new(status: u16, content_type: &str, bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".into(), content_type.into())],
            body: Body::Bytes(bytes.into()),
        }
    }

    /// The same answer for whoever has its body already: what a cache is told stays.
    pub(super) fn unchanged(mut self) -> Self {
        self.status = 304;
        self.body = Body::Bytes(Vec::new());
        self.headers.retain(|(name, _)| {
            !name.eq_ignore_ascii_case("Content-Type")
                && !name.eq_ignore_ascii_case("Content-Disposition")
        });
        self
    }

    /// An answer whose bytes were made once.
    pub fn prepared(content_type: &str, body: Arc<Prepared>) -> Self {
        Self {
            body: Body::Prepared(body),
            ..Self::new(200, content_type, Vec::new())
        }
    }

    /// A JSON answer.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self> {
        Ok(Self::new(
            status,
            "application/json",
            serde_json::to_vec(value)?,
        ))
    }

    /// The same answer with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The value of the header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// Whether it holds a secret that is shown this once and kept nowhere.
    pub fn is_shown_once(&self) -> bool {
        self.header("Cache-Control") == Some(SHOWN_ONCE)
    }

    /// The body's bytes; none for a stored file.
    pub fn bytes(&self) -> &[u8] {
        match &self.body {
            Body::Bytes(bytes) => bytes,
            Body::Prepared(prepared) => &prepared.plain,
            Body::File(_) => &[],
        }
    }
}

/// What a handler may answer with, and what the `OpenAPI` document says of it.
pub trait IntoReply {
    /// The reply, in the caller's language.
    fn into_reply(self, locale: Locale) -> Result<Reply>;
    /// The media type and the schema of a success.
    fn describe(schemas: &mut SchemaGenerator) -> (&'static str, Schema);
}

/// The value itself, as JSON.
pub struct Json<T>(pub T);

impl<T: Serialize + JsonSchema> IntoReply for Json<T> {
    fn into_reply(self, _: Locale) -> Result<Reply> {
        Reply::json(200, &self.0)
    }

    fn describe(schemas: &mut SchemaGenerator) -> (&'static str, Schema) {
        ("application/json", schemas.subschema_for::<T>())
    }
}

/// What was done, in words, and what came of it: `{"message": …, …}`. `K` names the keys that
/// it has, for the document.
pub struct MessageReply<K = Told> {
    keys: PhantomData<fn() -> K>,
    message: Message,
    message_key: &'static str,
    message_is_last: bool,
    warning: Option<Message>,
    rest: Map<String, Value>,
}

impl<K> MessageReply<K> {
    /// Says the message under `key`.
    pub fn new(message: impl Into<Message>) -> Self {
        Self {
            keys: PhantomData,
            message: message.into(),
            message_key: "message",
            message_is_last: false,
            warning: None,
            rest: Map::new(),
        }
    }

    /// Says it under `msg`, as `UVdesk` does for solutions, saved replies and a ticket's tags.
    #[must_use]
    pub fn as_msg(mut self) -> Self {
        self.message_key = "msg";
        self
    }

    /// Says it under `alertMessage`, behind an `alertClass`, as `UVdesk` does for the followers of
    /// a task.
    pub fn as_alert(mut self) -> Result<Self> {
        self.message_key = "alertMessage";
        Ok(self.with("alertClass", "success")?.last())
    }

    /// Adds a key, after what is there.
    pub fn with(mut self, key: &str, value: impl Serialize) -> Result<Self> {
        self.rest.insert(key.into(), serde_json::to_value(value)?);
        Ok(self)
    }

    /// Adds what was not done, in words, under `warning`.
    #[must_use]
    pub fn warning(mut self, warning: Message) -> Self {
        self.warning = Some(warning);
        self
    }

    /// Puts the message behind the other keys, where an example has it there.
    #[must_use]
    pub fn last(mut self) -> Self {
        self.message_is_last = true;
        self
    }
}

impl<K: JsonSchema> IntoReply for MessageReply<K> {
    fn into_reply(self, locale: Locale) -> Result<Reply> {
        let message = (
            self.message_key.to_owned(),
            Value::from(locale.say(&self.message)),
        );
        let mut object = Map::new();
        if let Some(warning) = &self.warning {
            object.insert("warning".into(), locale.say(warning).into());
        }
        if self.message_is_last {
            object.extend(self.rest);
            object.extend([message]);
        } else {
            object.extend([message]);
            object.extend(self.rest);
        }
        Reply::json(200, &object)
    }

    fn describe(schemas: &mut SchemaGenerator) -> (&'static str, Schema) {
        ("application/json", schemas.subschema_for::<K>())
    }
}

/// `Cache-Control` of what nobody keeps.
const SHOWN_ONCE: &str = "no-store";

/// An answer with a secret in it, such as a new token: no cache keeps it, and no
/// `Idempotency-Key` brings it back.
pub struct ShownOnce<A>(pub A);

impl<A: IntoReply> IntoReply for ShownOnce<A> {
    fn into_reply(self, locale: Locale) -> Result<Reply> {
        let reply = self.0.into_reply(locale)?;
        Ok(reply.with_header("Cache-Control", SHOWN_ONCE))
    }

    fn describe(schemas: &mut SchemaGenerator) -> (&'static str, Schema) {
        A::describe(schemas)
    }
}

/// A page.
pub struct Html(pub String);

impl IntoReply for Html {
    fn into_reply(self, _: Locale) -> Result<Reply> {
        Ok(Reply::new(200, "text/html; charset=utf-8", self.0)
            .with_header("Content-Security-Policy", PAGE_POLICY))
    }

    fn describe(_: &mut SchemaGenerator) -> (&'static str, Schema) {
        ("text/html", json_schema!({ "type": "string" }))
    }
}

/// What a page of ours may load: its own styles, and nothing that runs.
pub const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A stored file, sent as a download that no browser runs.
pub struct Download {
    /// Its path below the folder of attachments.
    pub path: PathBuf,
    /// The name that it came with.
    pub name: String,
    /// Its type, as we judged it by its content.
    pub content_type: String,
    /// What tells this content from any other.
    pub etag: String,
}

impl IntoReply for Download {
    fn into_reply(self, _: Locale) -> Result<Reply> {
        Ok(Reply {
            status: 200,
            headers: vec![
                ("Content-Type".into(), self.content_type),
                ("Content-Disposition".into(), disposition(&self.name)),
                ("ETag".into(), format!("\"{}\"", self.etag)),
                (
                    "Content-Security-Policy".into(),
                    "sandbox; default-src 'none'".into(),
                ),
                ("X-Content-Type-Options".into(), "nosniff".into()),
                ("Cache-Control".into(), "private, no-store".into()),
            ],
            body: Body::File(self.path),
        })
    }

    fn describe(_: &mut SchemaGenerator) -> (&'static str, Schema) {
        (
            "*/*",
            json_schema!({ "type": "string", "format": "binary" }),
        )
    }
}

/// Content that anybody may see and any page of ours may load, at an address that stays
/// when the content changes: an image or a style sheet, never what a browser would run.
pub struct Public {
    /// The bytes, or the stored file.
    pub body: Body,
    /// Its type, as we judged it by its content.
    pub content_type: String,
    /// What tells this content from any other.
    pub etag: String,
}

impl IntoReply for Public {
    fn into_reply(self, _: Locale) -> Result<Reply> {
        Ok(Reply {
            status: 200,
            headers: vec![
                ("Content-Type".into(), self.content_type),
                ("ETag".into(), format!("\"{}\"", self.etag)),
                (
                    "Content-Security-Policy".into(),
                    "sandbox; default-src 'none'".into(),
                ),
                ("X-Content-Type-Options".into(), "nosniff".into()),
                ("Cache-Control".into(), "public, max-age=300".into()),
            ],
            body: self.body,
        })
    }

    fn describe(_: &mut SchemaGenerator) -> (&'static str, Schema) {
        (
            "*/*",
            json_schema!({ "type": "string", "format": "binary" }),
        )
    }
}

/// `Content-Disposition` by RFC 6266: the name in ASCII for old clients, and as it is in UTF-8.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%' | ';') || c == ' ' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_its_header() {
        for name in [
            "a\"b.txt",
            "a\r\nSet-Cookie: x",
            "技术.docx",
            "..\\..\\etc",
            "a;b",
            "%41",
        ] {
            let value = disposition(name);
            assert!(
                value.is_ascii() && !value.contains(['\r', '\n', '\\']),
                "{value}"
            );
            assert_eq!(value.matches('"').count(), 2, "{value}");
        }
    }
}
