//! `multipart/form-data` as a stream: one part after another, nothing held but a window.
//!
//! Strict about budgets and exact about files' bytes; about the rest it takes what is sent
//! in the wild: no closing delimiter, parts without headers, text around the parts, bare LF
//! line ends, a boundary other than the header's. It knows neither rooms nor where files
//! go: the caller copies them.

mod head;
#[cfg(test)]
mod tests;
mod window;

use std::io::{self, Read};

pub use head::boundary;

use crate::base::charset;
use crate::base::error::{Error, Message, Result};
use crate::base::input::MAX_FIELD_BYTES;
use head::Head;
use window::Window;

/// What one body may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Files.
    pub files: usize,
    /// Parts of any kind.
    pub parts: usize,
    /// Bytes of a field's name.
    pub name: usize,
    /// Bytes of a field's text.
    pub field: usize,
    /// Bytes of a part's headers, and of the text before the first part.
    pub head: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files: 20,
            parts: 100,
            name: 255,
            field: MAX_FIELD_BYTES,
            head: 8 << 10,
        }
    }
}

/// Reads a body part by part.
pub struct Reader<R> {
    window: Window<R>,
    limits: Limits,
    parts: usize,
    files: usize,
}

/// A field or a file. It reads as its content's bytes and ends where the part ends; what is
/// left unread is skipped.
pub struct Part<'a, R> {
    /// The field's name as sent, brackets and all; `""` for a file without one.
    pub name: String,
    /// The file's name without its folders. `None` for a field; `""` for a file without name.
    pub filename: Option<String>,
    /// The type that the client claims for the content.
    pub content_type: Option<String>,
    window: &'a mut Window<R>,
    limits: Limits,
}

impl<R: Read> Reader<R> {
    /// Begins to read `body`. `boundary` is the header's, if it had one; should the body show
    /// another one, that is taken. It reads little more than it hands out, never the whole.
    pub fn new(body: R, boundary: Option<&str>, limits: Limits) -> Self {
        Self {
            window: Window::new(body, boundary.map(str::to_owned)),
            limits,
            parts: 0,
            files: 0,
        }
    }

    /// The next field or file, or `None` after the last. Parts without a name and files that
    /// nobody chose (no name, no bytes) are skipped. [`Error::Invalid`] with
    /// `input.multipart` where no part can be made out, [`Error::TooLarge`] beyond the limits.
    pub fn next_part(&mut self) -> Result<Option<Part<'_, R>>> {
        while self.window.next_part(self.limits.head)? {
            self.parts = within(self.parts, self.limits.parts, "input.too_many_parts")?;
            let head = Head::read(&self.head_lines()?);
            let is_chosen = match (&head.name, head.filename.as_deref()) {
                (None, None) => false,
                (_, Some("")) => !self.window.is_at_end()?,
                _ => true,
            };
            if !is_chosen {
                continue;
            }
            let name = head.name.unwrap_or_default();
            if name.len() > self.limits.name {
                return Err(too_large("input.field_name_too_long", self.limits.name));
            }
            if head.filename.is_some() {
                self.files = within(self.files, self.limits.files, "input.too_many_files")?;
            }
            return Ok(Some(Part {
                name,
                filename: head.filename,
                content_type: head.content_type,
                window: &mut self.window,
                limits: self.limits,
            }));
        }
        Ok(None)
    }

    /// The part's header lines, up to the blank line or the part's end.
    fn head_lines(&mut self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        let mut room = self.limits.head;
        while let Some(line) = self.window.line(room)? {
            room = room.saturating_sub(line.len() + 1);
            if line.is_empty() {
                break;
            }
            lines.push(charset::decode(&line, None).into_owned());
        }
        Ok(lines)
    }
}

impl<R: Read> Part<'_, R> {
    /// The content of a field, in the charset that its type declares; stray line breaks around
    /// it are gone.
    /// [`Error::TooLarge`] beyond [`Limits::field`].
    pub fn text(&mut self) -> Result<String> {
        let limit = self.limits.field;
        let mut bytes = Vec::new();
        self.take(limit as u64 + 1).read_to_end(&mut bytes)?;
        if bytes.len() > limit {
            return Err(too_large("input.field_too_large", limit >> 20));
        }
        let charset = self.content_type.as_deref().and_then(charset::declared);
        let text = charset::decode(&bytes, charset);
        Ok(text.trim_matches(['\r', '\n']).to_owned())
    }
}

impl<R: Read> Read for Part<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.window.read_content(buffer)
    }
}

fn within(count: usize, limit: usize, key: &'static str) -> Result<usize> {
    if count >= limit {
        return Err(too_large(key, limit));
    }
    Ok(count + 1)
}

fn too_large(key: &'static str, max: usize) -> Error {
    Error::TooLarge(Message::new(key).with("max", max))
}

/// A body in which no parts can be made out.
fn malformed() -> Error {
    Error::invalid("body", "input.multipart")
}
