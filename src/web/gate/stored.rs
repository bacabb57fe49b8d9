//! Stored files: opened without following anything, and the ranges that are asked of them.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::os::unix::fs::FileExt;
use std::path::{Component, Path};

use rustix::fs::{Mode, OFlags, open, openat};

use super::wire::Wire;

/// How much of a file is sent at once.
const PIECE: usize = 64 * 1024;

/// An open plain file and its length.
#[derive(Debug)]
pub(super) struct Stored {
    file: File,
    pub(super) length: u64,
}

impl Stored {
    /// Opens a plain file below `root`. The path must be relative and go only downwards; no
    /// part of it may be a symbolic link, and what it names must be a regular file.
    pub(super) fn open(root: &Path, path: &Path) -> io::Result<Self> {
        let names = names(path).ok_or(io::ErrorKind::InvalidInput)?;
        let (last, folders) = names.split_last().ok_or(io::ErrorKind::InvalidInput)?;
        let mut folder = open(root, FOLDER, Mode::empty())?;
        for name in folders {
            folder = openat(
                &folder,
                *name,
                FOLDER.union(OFlags::NOFOLLOW),
                Mode::empty(),
            )?;
        }
        Self::from_descriptor(openat(&folder, *last, PLAIN, Mode::empty())?)
    }

    fn from_descriptor(descriptor: OwnedFd) -> io::Result<Self> {
        let file = File::from(descriptor);
        let found = file.metadata()?;
        if !found.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        Ok(Self {
            file,
            length: found.len(),
        })
    }

    /// Sends `out` and then the bytes of `range`, the first of them in the same write.
    pub(super) fn send(
        &self,
        wire: &mut Wire,
        mut out: Vec<u8>,
        range: Range<u64>,
    ) -> io::Result<()> {
        let mut at = range.start;
        loop {
            let take = (range.end - at).min(PIECE as u64);
            let kept = out.len();
            out.resize(kept + usize::try_from(take).unwrap_or(PIECE), 0);
            // A file that has shrunk under us cannot be completed: the connection ends.
            self.file.read_exact_at(&mut out[kept..], at)?;
            wire.send(&out)?;
            at += take;
            if at == range.end {
                return Ok(());
            }
            out.clear();
        }
    }
}

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);
/// Opening a pipe without NONBLOCK would wait for its writer.
const PLAIN: OFlags = OFlags::RDONLY
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::CLOEXEC);

/// The names in a path that goes only downwards.
fn names(path: &Path) -> Option<Vec<&OsStr>> {
    path.components()
        .map(|part| match part {
            Component::Normal(name) => Some(name),
            _ => None,
        })
        .collect()
}

/// What a Range header comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything: no range, one that makes no sense, or several at once.
    Whole,
    Part(Range<u64>),
    /// Beyond the end.
    Unsatisfiable,
}

/// Reads a Range header (RFC 9110 section 14) for a file of `length` bytes.
pub(super) fn asked(range: &[u8], length: u64) -> Asked {
    parse_range(range, length).unwrap_or(Asked::Whole)
}

fn parse_range(range: &[u8], length: u64) -> Option<Asked> {
    let text = std::str::from_utf8(range).ok()?;
    let (unit, range) = text.split_once('=')?;
    let (first, last) = range.split_once('-')?;
    let (first, last) = (first.trim(), last.trim());
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    if first.is_empty() {
        let wanted = position(last)?.min(length);
        return Some(part(length - wanted..length));
    }
    let start = position(first)?;
    if last.is_empty() {
        return Some(part(start..length));
    }
    let last = position(last)?;
    (start <= last).then(|| part(start..last.saturating_add(1).min(length)))
}

/// A position in plain digits; one that no number holds is beyond every end.
fn position(digits: &str) -> Option<u64> {
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| digits.parse().unwrap_or(u64::MAX))
}

fn part(range: Range<u64>) -> Asked {
    if range.start >= range.end {
        return Asked::Unsatisfiable;
    }
    Asked::Part(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read() {
        let table: [(&str, Asked); 16] = [
            ("bytes=0-0", Asked::Part(0..1)),
            ("bytes=2-4", Asked::Part(2..5)),
            ("bytes=2-", Asked::Part(2..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-99", Asked::Part(0..10)),
            ("bytes=5-99999999999999999999999", Asked::Part(5..10)),
            ("Bytes = 1 - 2", Asked::Part(1..3)),
            ("bytes=10-", Asked::Unsatisfiable),
            ("bytes=10-12", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes=4-2", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("bytes=a-b", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("lines=1-2", Asked::Whole),
        ];
        for (range, expected) in table {
            assert_eq!(asked(range.as_bytes(), 10), expected, "{range}");
        }
        assert_eq!(asked(b"bytes=-5", 0), Asked::Unsatisfiable);
    }

    #[test]
    fn only_plain_files_below_the_root_are_opened() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join("in").join(name);
        std::fs::create_dir_all(at("aa")).expect("a folder");
        std::fs::File::create(root.path().join("secret")).expect("a file");
        std::fs::File::create(at("aa/file")).expect("a file");
        std::os::unix::fs::symlink(at("aa/file"), at("link")).expect("a link");
        std::os::unix::fs::symlink(at("aa"), at("folder")).expect("a link");
        let pipe = std::process::Command::new("mkfifo")
            .arg(at("pipe"))
            .status();
        assert!(pipe.expect("mkfifo runs").success());

        let open = |path: &str| Stored::open(&root.path().join("in"), Path::new(path));
        assert!(open("aa/file").is_ok());
        for path in [
            "",
            ".",
            "..",
            "../secret",
            "aa/../aa/file",
            "/etc/passwd",
            "aa",
            "link",
            "folder/file",
            "pipe",
            "none",
            "aa/file/x",
        ] {
            assert!(open(path).is_err(), "{path}");
        }
    }
}
