//! The one error type. Rooms say what went wrong with message keys and
//! arguments; `web/fault.rs` alone turns that into a status, a language and a body.

use std::borrow::Cow;
use std::fmt;

use super::who::Privilege;

/// A result that fails with [`Error`] unless it says otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that a request can fail with.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 401: no token, or one that was never issued.
    #[error("not signed in")]
    Unauthenticated,
    /// 401: a token that has expired or was revoked.
    #[error("token expired or revoked")]
    TokenEnded,
    /// 403: signed in, and not allowed; the message says what is missing.
    #[error("forbidden: {0}")]
    Forbidden(Message),
    /// 404: the noun that is not there, or that the caller may not know of.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// 405: the path exists; these methods work on it.
    #[error("method not allowed")]
    Method(Vec<&'static str>),
    /// 409: true in itself, but at odds with what is stored.
    #[error("conflict: {0}")]
    Conflict(Message),
    /// 400: fields with what is wrong about them.
    #[error("invalid: {0}")]
    Invalid(Faults),
    /// 413: more bytes, files or fields than are taken.
    #[error("too large: {0}")]
    TooLarge(Message),
    /// 415: a body in no format that is read here.
    #[error("unsupported media type")]
    MediaType,
    /// 429: come back later.
    #[error("too many requests, retry after {} s", .0.seconds)]
    TooMany(Wait),
    /// 429: all is sent that an account may send in a day; the next begins after so many seconds.
    #[error("a day's quota is spent, retry after {0} s")]
    QuotaSpent(u64),
    /// 503: the desk cannot do this just now; nothing was changed.
    #[error("unavailable: {0}")]
    Unavailable(Cause),
    /// 503: the disk did not say whether it took a change, and it may stand.
    #[error("uncertain: {0}")]
    Uncertain(Cause),
    /// 500: our own failure. Logged with its cause, shown without.
    #[error("internal: {0}")]
    Internal(Cause),
}

/// For how long nothing more is taken, and of how many there were too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// After so many seconds the next one is.
    pub seconds: u64,
    /// So many are taken without a wait.
    pub limit: u32,
}

/// A message key with its arguments; translated at the edge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// A key of `assets/locales/*.json`.
    pub key: Cow<'static, str>,
    /// What fills the `{name}` places of the text.
    pub args: Vec<(Cow<'static, str>, Argument)>,
}

/// What fills a place of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// These words, whatever they look like.
    Text(String),
    /// The text under this key, in the language of the message.
    Key(String),
}

impl Message {
    /// The message under `key`, without arguments.
    pub fn new(key: impl Into<Cow<'static, str>>) -> Self {
        Self {
            key: key.into(),
            args: Vec::new(),
        }
    }

    /// The same message with `{name}` filled by `value`.
    #[must_use]
    pub fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.args
            .push((name.into(), Argument::Text(value.to_string())));
        self
    }

    /// The same message with `{name}` filled by the text under another key.
    #[must_use]
    pub fn with_key(mut self, name: impl Into<Cow<'static, str>>, key: impl Into<String>) -> Self {
        self.args.push((name.into(), Argument::Key(key.into())));
        self
    }

    /// Reads `key|name=value|name:key|…`, the form in which a message passes through a
    /// serde error, which can carry nothing but text.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('|');
        let mut message = Self::new(parts.next().unwrap_or_default().to_owned());
        for part in parts {
            let Some((name, value)) = part.split_once(['=', ':']) else {
                continue;
            };
            let value = value.replace(BAR, "|").replace(ESCAPE, "\\");
            message = match part.as_bytes().get(name.len()) {
                Some(b':') => message.with_key(name.to_owned(), value),
                _ => message.with(name.to_owned(), value),
            };
        }
        message
    }
}

/// A bar and a backslash within a value, as they are written.
const BAR: &str = "\\b";
const ESCAPE: &str = "\\e";

/// Writes the form that [`Message::parse`] reads.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key)?;
        self.args.iter().try_for_each(|(name, value)| {
            let (sign, value) = match value {
                Argument::Text(text) => ('=', text),
                Argument::Key(key) => (':', key),
            };
            let value = value.replace('\\', ESCAPE).replace('|', BAR);
            write!(f, "|{name}{sign}{value}")
        })
    }
}

impl From<&'static str> for Message {
    fn from(key: &'static str) -> Self {
        Self::new(key)
    }
}

/// Field paths with what is wrong about each, in the order found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Faults(Vec<(String, Message)>);

impl Faults {
    /// A list of one.
    pub fn one(field: impl Into<String>, message: impl Into<Message>) -> Self {
        let mut faults = Self::default();
        faults.add(field, message);
        faults
    }

    /// Notes that `field` is wrong.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<Message>) {
        self.0.push((field.into(), message.into()));
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Field and message, in the order found.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Message)> {
        self.0
            .iter()
            .map(|(field, message)| (field.as_str(), message))
    }

    /// `Ok` if nothing is wrong, else [`Error::Invalid`].
    pub fn or_invalid(self) -> Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Error::Invalid(self))
        }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .iter()
            .try_for_each(|(field, message)| write!(f, "{field}: {message}; "))
    }
}

/// Why something of our own failed: what was being done, and the library's word.
#[derive(Debug)]
pub struct Cause {
    doing: Cow<'static, str>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)?;
        let mut next: Option<&dyn std::error::Error> = match &self.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        };
        while let Some(error) = next {
            write!(f, ": {error}")?;
            next = error.source();
        }
        Ok(())
    }
}

impl Error {
    /// A failure of our own that no library reported.
    pub fn internal(doing: impl Into<Cow<'static, str>>) -> Self {
        Self::Internal(Cause {
            doing: doing.into(),
            source: None,
        })
    }

    /// The desk cannot do this just now.
    pub fn unavailable(doing: impl Into<Cow<'static, str>>) -> Self {
        Self::Unavailable(Cause {
            doing: doing.into(),
            source: None,
        })
    }

    /// A change may stand or not.
    pub fn uncertain(doing: impl Into<Cow<'static, str>>) -> Self {
        Self::Uncertain(Cause {
            doing: doing.into(),
            source: None,
        })
    }

    /// One field is wrong.
    pub fn invalid(field: impl Into<String>, message: impl Into<Message>) -> Self {
        Self::Invalid(Faults::one(field, message))
    }

    /// At odds with what is stored.
    pub fn conflict(message: impl Into<Message>) -> Self {
        Self::Conflict(message.into())
    }

    /// An agent without this privilege asked for what needs it.
    pub fn lacks(privilege: Privilege) -> Self {
        Self::Forbidden(Message::new("error.lacks_privilege").with("privilege", privilege.code()))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, OperationInterrupted};
        let is_for_now = matches!(
            error.sqlite_error_code(),
            Some(DatabaseBusy | DatabaseLocked | DiskFull | OperationInterrupted)
        );
        let cause = Cause {
            doing: "using the database".into(),
            source: Some(error.into()),
        };
        if is_for_now {
            Self::Unavailable(cause)
        } else {
            Self::Internal(cause)
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        let full = matches!(error.kind(), StorageFull | QuotaExceeded);
        let cause = Cause {
            doing: "using a file".into(),
            source: Some(error.into()),
        };
        if full {
            Self::Unavailable(cause)
        } else {
            Self::Internal(cause)
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Cause {
            doing: "writing JSON".into(),
            source: Some(error.into()),
        })
    }
}

/// Adds what was being done to a failure of our own.
pub trait Context<T> {
    /// Says what was being done when this failed.
    fn context(self, doing: impl Into<Cow<'static, str>>) -> Result<T>;
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> Context<T> for Result<T, E> {
    fn context(self, doing: impl Into<Cow<'static, str>>) -> Result<T> {
        self.map_err(|error| {
            Error::Internal(Cause {
                doing: doing.into(),
                source: Some(error.into()),
            })
        })
    }
}

/// Turns an absent row into a 404 that names what is missing.
pub trait OrNotFound<T> {
    /// The thing, or [`Error::NotFound`] with this noun.
    fn or_not_found(self, noun: &'static str) -> Result<T>;
}

impl<T> OrNotFound<T> for Option<T> {
    fn or_not_found(self, noun: &'static str) -> Result<T> {
        self.ok_or(Error::NotFound(noun))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever a value holds, it stays one value of its own kind.
        #[test]
        fn a_message_passes_through_a_text_as_it_was(
            texts in proptest::collection::vec("[|=:@{}\\\\be a-z]{0,8}", 0..4),
        ) {
            let message = texts.iter().fold(Message::new("a.key"), |message, text| {
                message.with("text", text).with_key("key", text.as_str())
            });
            prop_assert_eq!(Message::parse(&message.to_string()), message);
        }
    }
}
