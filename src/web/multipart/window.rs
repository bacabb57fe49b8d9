//! A window that moves over the body and knows where the delimiters are.

use std::io::{self, ErrorKind, Read};

use memchr::memmem::Finder;
use memchr::{memchr, memchr_iter};

use super::head::{MAX_BOUNDARY, is_boundary};
use super::malformed;
use crate::base::error::Result;

/// How much is read at once, in bytes.
const CHUNK: usize = 64 << 10;
/// How many blanks may stand between a boundary and the end of its line (RFC 2046 calls
/// them transport padding and sets no bound; more than these are content).
const MAX_PADDING: usize = 64;
/// No delimiter is longer: dashes, boundary, dashes or padding, line end.
const MAX_DELIMITER: usize = 2 + MAX_BOUNDARY + 2 + MAX_PADDING + 2;

/// Where in the body the window stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// Before the first delimiter.
    Before,
    /// In a part's headers, at the beginning of a line.
    Head,
    /// In a part's content; `sure` bytes from the window's start are known to belong to it.
    Content { sure: usize },
    /// At a delimiter, which begins at the window's start and is so long.
    Delimiter { length: usize, is_last: bool },
    /// Behind the last delimiter or at the body's end.
    After,
}

/// What the bytes behind a line's start are.
enum Verdict {
    Delimiter {
        length: usize,
        is_last: bool,
    },
    Content,
    /// More bytes must be read to tell.
    Open,
}

/// The window: `buffer[start..]` has been read and not yet handed out.
pub(super) struct Window<R> {
    body: R,
    chunk: Box<[u8]>,
    buffer: Vec<u8>,
    start: usize,
    is_drained: bool,
    /// LF, two dashes and the boundary.
    needle: Finder<'static>,
    declared: Option<String>,
    /// Whether lines end in CR LF, as the first delimiter's does. Where they end in LF alone,
    /// a CR before a delimiter is the content's.
    has_cr: bool,
    place: Position,
}

impl<R: Read> Window<R> {
    pub(super) fn new(body: R, declared: Option<String>) -> Self {
        Self {
            body,
            chunk: vec![0; CHUNK].into_boxed_slice(),
            buffer: Vec::new(),
            start: 0,
            is_drained: false,
            needle: needle(declared.as_deref().unwrap_or_default()),
            declared,
            has_cr: true,
            place: Position::Before,
        }
    }

    /// Goes to the headers of the next part, past what is left of this one; `false` when
    /// there is none. `reach` is how far to look for the first delimiter.
    pub(super) fn next_part(&mut self, reach: usize) -> Result<bool> {
        if self.place == Position::Before {
            self.find_first(reach)?;
        }
        loop {
            match self.place {
                Position::Before | Position::After => return Ok(false),
                Position::Head => self.begin_content()?,
                Position::Content { .. } => self.skip_content()?,
                Position::Delimiter { is_last: true, .. } => self.place = Position::After,
                Position::Delimiter { length, .. } => {
                    self.start += length;
                    self.place = Position::Head;
                    return Ok(true);
                }
            }
        }
    }

    /// The next line of the headers without its end, at most `room` bytes; `None` where the
    /// part ends. The blank line that ends the headers is empty.
    pub(super) fn line(&mut self, room: usize) -> Result<Option<Vec<u8>>> {
        if self.place != Position::Head {
            return Ok(None);
        }
        loop {
            match self.verdict(self.start) {
                Verdict::Open => {
                    self.fill()?;
                    continue;
                }
                Verdict::Delimiter { length, is_last } => {
                    self.place = Position::Delimiter { length, is_last };
                    return Ok(None);
                }
                Verdict::Content => {}
            }
            let found = memchr(b'\n', &self.buffer[self.start..]);
            let length = found.unwrap_or(self.buffer.len() - self.start);
            if length > room {
                return Err(malformed());
            }
            if found.is_none() && !self.is_drained {
                self.fill()?;
                continue;
            }
            let line = self.buffer[self.start..self.start + length]
                .trim_ascii_end()
                .to_vec();
            self.start = (self.start + length + 1).min(self.buffer.len());
            if found.is_none() {
                self.place = Position::After;
                return Ok(Some(line).filter(|line| !line.is_empty()));
            }
            if line.is_empty() {
                self.begin_content()?;
            }
            return Ok(Some(line));
        }
    }

    /// Whether the part has no more content.
    pub(super) fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.sure()? == 0)
    }

    /// Copies content, at least a byte of it unless it has ended.
    pub(super) fn read_content(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.sure()?.min(into.len());
        into[..length].copy_from_slice(&self.buffer[self.start..self.start + length]);
        self.consume(length);
        Ok(length)
    }

    fn skip_content(&mut self) -> io::Result<()> {
        loop {
            match self.sure()? {
                0 => return Ok(()),
                length => self.consume(length),
            }
        }
    }

    fn consume(&mut self, length: usize) {
        self.start += length;
        if let Position::Content { sure } = &mut self.place {
            *sure -= length;
        }
    }

    /// Content may end before it begins: the line end before its delimiter is then the one
    /// that ended the headers.
    fn begin_content(&mut self) -> io::Result<()> {
        self.place = loop {
            match self.verdict(self.start) {
                Verdict::Open => self.fill()?,
                Verdict::Content => break Position::Content { sure: 0 },
                Verdict::Delimiter { length, is_last } => {
                    break Position::Delimiter { length, is_last };
                }
            }
        };
        Ok(())
    }

    /// How many bytes from the window's start are known to be content; 0 where it has ended.
    fn sure(&mut self) -> io::Result<usize> {
        loop {
            let Position::Content { sure } = self.place else {
                return Ok(0);
            };
            if sure > 0 {
                return Ok(sure);
            }
            let sure = match self.needle.find(&self.buffer[self.start..]) {
                Some(at) => self.sure_before(at),
                None if self.is_drained => self.sure_at_end(),
                // The end of what was read may be the beginning of a delimiter, with its CR.
                None => (self.buffer.len() - self.start).saturating_sub(self.needle.needle().len()),
            };
            match &mut self.place {
                Position::Content { sure: known } if sure > 0 => *known = sure,
                Position::Content { .. } => self.fill()?,
                _ => {}
            }
        }
    }

    /// What is content when something like a delimiter, with the LF before it, stands `at`
    /// bytes from the window's start. Goes there when it is one and nothing is before it.
    fn sure_before(&mut self, at: usize) -> usize {
        match self.verdict(self.start + at + 1) {
            Verdict::Content => at + 1,
            Verdict::Open => at.saturating_sub(1),
            Verdict::Delimiter { length, is_last } => {
                let end = self.without_cr(at);
                if end == 0 {
                    self.start += at + 1;
                    self.place = Position::Delimiter { length, is_last };
                }
                end
            }
        }
    }

    /// What is content when the body ends without a delimiter: all but the last line end,
    /// which every client that forgets the closing delimiter still writes after a part.
    fn sure_at_end(&mut self) -> usize {
        let window = &self.buffer[self.start..];
        let end = match window.strip_suffix(b"\n") {
            Some(rest) if !self.has_cr || rest.ends_with(b"\r") => self.without_cr(rest.len()),
            _ => window.len(),
        };
        if end == 0 {
            self.place = Position::After;
        }
        end
    }

    /// The length of the window's first `length` bytes without the CR of a line end behind them.
    fn without_cr(&self, length: usize) -> usize {
        let before = &self.buffer[self.start..self.start + length];
        length - usize::from(self.has_cr && before.ends_with(b"\r"))
    }

    /// What stands at `at` in the buffer, which is the beginning of a line.
    fn verdict(&self, at: usize) -> Verdict {
        let rest = &self.buffer[at..];
        let delimiter = &self.needle.needle()[1..];
        let Some(after) = rest.strip_prefix(delimiter) else {
            let may_become_one = delimiter.starts_with(rest) && !self.is_drained;
            return if may_become_one {
                Verdict::Open
            } else {
                Verdict::Content
            };
        };
        let padding = after
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let length = delimiter.len() + padding;
        match &after[padding..] {
            _ if after.starts_with(b"--") => last(delimiter.len() + 2),
            _ if padding > MAX_PADDING => Verdict::Content,
            [b'\n', ..] => next(length + 1),
            [b'\r', b'\n', ..] => next(length + 2),
            [] | [b'-' | b'\r'] if !self.is_drained => Verdict::Open,
            [] | [b'-' | b'\r'] => last(rest.len()),
            _ => Verdict::Content,
        }
    }

    /// Finds the first delimiter in the first `reach` bytes: the declared one, or else the
    /// first line that looks like one, since some clients name another boundary than they use.
    fn find_first(&mut self, reach: usize) -> Result<()> {
        while self.buffer.len() < reach + MAX_DELIMITER && !self.is_drained {
            self.fill()?;
        }
        let head = &self.buffer[..reach.min(self.buffer.len())];
        let breaks = memchr_iter(b'\n', head).map(|at| at + 1);
        let starts: Vec<usize> = std::iter::once(0).chain(breaks).collect();
        if self.declared.is_some() && self.go_to_first(&starts) {
            return Ok(());
        }
        if let Some(boundary) = starts.iter().find_map(|at| revealed(&self.buffer[*at..])) {
            self.needle = needle(&boundary);
            if self.go_to_first(&starts) {
                return Ok(());
            }
        }
        if self.is_drained && self.buffer.trim_ascii().is_empty() {
            self.place = Position::After;
            return Ok(());
        }
        Err(malformed())
    }

    /// Goes to the first delimiter among these line starts; `false` when none is one.
    fn go_to_first(&mut self, starts: &[usize]) -> bool {
        for start in starts {
            if let Verdict::Delimiter { length, is_last } = self.verdict(*start) {
                let delimiter = &self.buffer[*start..*start + length];
                self.has_cr = !delimiter.ends_with(b"\n") || delimiter.ends_with(b"\r\n");
                self.start = *start;
                self.place = Position::Delimiter { length, is_last };
                return true;
            }
        }
        false
    }

    /// Reads on. Positions in the buffer hold only until then.
    fn fill(&mut self) -> io::Result<()> {
        // Moving less than was handed out keeps the whole linear, whatever the reads' size.
        if self.start > self.buffer.len() / 2 {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        let length = loop {
            match self.body.read(&mut self.chunk) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        self.is_drained = length == 0;
        self.buffer.extend_from_slice(&self.chunk[..length]);
        Ok(())
    }
}

fn next(length: usize) -> Verdict {
    Verdict::Delimiter {
        length,
        is_last: false,
    }
}

fn last(length: usize) -> Verdict {
    Verdict::Delimiter {
        length,
        is_last: true,
    }
}

fn needle(boundary: &str) -> Finder<'static> {
    Finder::new(&format!("\n--{boundary}")).into_owned()
}

/// The boundary that a line shows, if it looks like a delimiter.
fn revealed(text: &[u8]) -> Option<String> {
    let line = text.split(|b| *b == b'\n').next()?.trim_ascii_end();
    let boundary = std::str::from_utf8(line.strip_prefix(b"--")?).ok()?;
    is_boundary(boundary).then(|| boundary.to_owned())
}
