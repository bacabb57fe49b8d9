//! Sends an answer from behind the gate to the client: its bytes, or the stored file it names,
//! whole or in part.

use std::io;
use std::net::IpAddr;
use std::ops::Range;
use std::path::Path;

use rustix::io::Errno;

use super::answer::{self, After};
use super::head::Head;
use super::private::{AnswerHead, line};
use super::refusal::Refusal;
use super::stored::{Asked, Stored, asked};
use super::upstream::UpstreamReply;
use super::wire::Wire;

/// Up to this size a body is copied behind its head, to leave in one write.
const ONE_WRITE: usize = 64 * 1024;

/// What is known about the answer before its body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reply<'a> {
    /// The head of the request.
    pub(super) head: &'a Head<'a>,
    pub(super) id: &'a str,
    pub(super) after: After,
    /// Who asked, for the log.
    pub(super) address: Option<IpAddr>,
    pub(super) stored_folder: &'a Path,
}

impl Reply<'_> {
    /// Sends `answer`; fails when the client does not take it.
    pub(super) fn send(&self, wire: &mut Wire, answer: UpstreamReply) -> io::Result<()> {
        if let Some(path) = &answer.head.file {
            return match Stored::open(self.stored_folder, path) {
                Ok(file) => self.send_stored(wire, &answer.head, &file),
                Err(error) => self.send_refusal(wire, &missing(path, &error)),
            };
        }
        let mut out = Vec::with_capacity(512 + answer.body.len().min(ONE_WRITE));
        self.write_head(
            &mut out,
            &answer.head,
            answer.head.status,
            answer.head.length as u64,
        );
        if answer.body.len() <= ONE_WRITE {
            out.extend_from_slice(&answer.body);
            return wire.send(&out);
        }
        wire.send(&out)?;
        wire.send(&answer.body)
    }

    fn send_stored(&self, wire: &mut Wire, head: &AnswerHead, file: &Stored) -> io::Result<()> {
        let mut lines = head.lines.clone();
        line(&mut lines, "Accept-Ranges", b"bytes");
        let (status, range) = match self.range(head, file.length) {
            Asked::Whole => (head.status, 0..file.length),
            Asked::Part(range) => {
                let last = range.end - 1;
                let told = format!("bytes {}-{last}/{}", range.start, file.length);
                line(&mut lines, "Content-Range", told.as_bytes());
                (206, range)
            }
            Asked::Unsatisfiable => return self.send_unsatisfiable(wire, file.length),
        };
        let mut out = Vec::with_capacity(1024);
        let head = AnswerHead {
            lines,
            has: head.has.clone(),
            ..AnswerHead::default()
        };
        self.write_head(&mut out, &head, status, range.end - range.start);
        let has_body = self.head.method != "HEAD" && !matches!(status, 204 | 304);
        file.send(wire, out, if has_body { range } else { Range::default() })
    }

    /// Ranges are for GET and for an answer that would be the whole file; with `If-Range` only
    /// while the file is still the one that the client has a part of.
    fn range(&self, head: &AnswerHead, length: u64) -> Asked {
        let (Some(range), "GET", 200) = (self.header("range"), self.head.method, head.status)
        else {
            return Asked::Whole;
        };
        let is_same = |condition: &[u8]| {
            let is_weak = condition.starts_with(b"W/");
            let tags = [head.etag.as_deref(), head.last_modified.as_deref()];
            !is_weak && tags.contains(&Some(condition))
        };
        if self
            .header("if-range")
            .is_some_and(|condition| !is_same(condition))
        {
            return Asked::Whole;
        }
        asked(range, length)
    }

    fn send_unsatisfiable(&self, wire: &mut Wire, length: u64) -> io::Result<()> {
        let mut head = AnswerHead::default();
        line(
            &mut head.lines,
            "Content-Range",
            format!("bytes */{length}").as_bytes(),
        );
        let mut out = Vec::with_capacity(512);
        self.write_head(&mut out, &head, 416, 0);
        wire.send(&out)
    }

    fn send_refusal(&self, wire: &mut Wire, refusal: &Refusal) -> io::Result<()> {
        refusal.log(self.id, self.address);
        let is_head = self.head.method == "HEAD";
        wire.send(&answer::refusal(refusal, self.id, self.after, is_head))
    }

    fn write_head(&self, out: &mut Vec<u8>, head: &AnswerHead, status: u16, length: u64) {
        let head = answer::Head {
            status,
            lines: &head.lines,
            has: &head.has,
            id: self.id,
            length,
            after: self.after,
        };
        answer::write_head(out, &head);
    }

    fn header(&self, name: &str) -> Option<&[u8]> {
        self.head
            .headers
            .iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| *value)
    }
}

/// Tells a file that is not there from a system that cannot open any.
fn missing(path: &Path, error: &io::Error) -> Refusal {
    tracing::error!(path = %path.display(), %error, "a stored file could not be opened");
    let is_system = [Errno::MFILE, Errno::NFILE, Errno::NOMEM, Errno::IO]
        .iter()
        .any(|errno| error.raw_os_error() == Some(errno.raw_os_error()));
    if is_system {
        return Refusal::unavailable("The file cannot be read at the moment; please try again.");
    }
    Refusal::GONE
}
