//! Damage to the files of a database that `SQLite` would pass over: a flipped byte in the header,
//! or in the log, whose rest it takes for what a power cut left. What a page holds is its own to
//! check.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, named_params};

use super::deadline::Deadline;
use super::open;
use crate::base::error::{Context, Error, Result};

/// Bytes of the header of a database, of its log, and of a frame of the log.
const HEADER: usize = 100;
const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// How the log begins, but for the last bit, which is set where its sums are of big-endian words.
const LOG_MAGIC: u32 = 0x377f_0682;

/// From so many bytes on not all of a database can be looked at before it is served.
const LARGE: u64 = 256 << 20;

/// For how long the pages of a large one are looked at, while it is served.
const QUICK: Duration = Duration::from_secs(2);

/// A server may be writing what is read: damage is what is there a moment later too.
const MOMENT: Duration = Duration::from_millis(50);

/// Fails where the files are damaged: header and log, and the pages of a database that can be looked
/// at in a moment. `check` looks at all.
pub(super) fn refuse(path: &Path) -> Result<()> {
    refuse_header(path)?;
    if let Some(what) = of_log(path)? {
        return Err(damaged(path, &what));
    }
    if is_large(path) {
        return Ok(());
    }
    let whole = "PRAGMA quick_check(1)";
    refuse_pages(path, |connection| {
        let found = connection.query_row(whole, [], |row| row.get::<_, String>(0))?;
        Ok((found != "ok").then_some(found))
    })
}

/// Fails where pages of a large database are damaged, as far as can be seen in a moment that is
/// too long for somebody who waits.
pub(super) fn refuse_large(path: &Path) -> Result<()> {
    if is_large(path) {
        refuse_pages(path, look_at_tables)?;
    }
    Ok(())
}

fn is_large(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.len() > LARGE)
}

fn refuse_pages(
    path: &Path,
    look: impl FnOnce(&Connection) -> rusqlite::Result<Option<String>>,
) -> Result<()> {
    let connection = open::connect_reader(path).map_err(|error| named(path, error))?;
    match look(&connection) {
        Ok(None) => Ok(()),
        Ok(Some(found)) => Err(damaged(path, &found.replace('\n', " "))),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            tracing::info!(
                "the database is too large to be looked at in a moment: pocketdesk check looks at all of it"
            );
            Ok(())
        }
        Err(error) => Err(named(path, error.into())),
    }
}

/// What is wrong with the pages of a large database, as far as can be seen in a moment. Table by
/// table, for a search index would be asked to prove its own order, which takes long and cannot
/// be broken off; its pages are those of other tables.
fn look_at_tables(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let deadline = Deadline::watch(connection).map_err(|_| rusqlite::Error::InvalidQuery)?;
    deadline.set(Some(QUICK));
    let tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
        )?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut check = connection.prepare("SELECT quick_check FROM pragma_quick_check(:table)")?;
    for table in tables {
        let found: String = check.query_row(named_params! { ":table": table }, |row| row.get(0))?;
        if found != "ok" {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Fails where the header of the database is damaged.
pub(super) fn refuse_header(path: &Path) -> Result<()> {
    let look = || header_fault(path).context(format!("reading {}", path.display()));
    if look()?.is_none() {
        return Ok(());
    }
    thread::sleep(MOMENT);
    look()?.map_or(Ok(()), |what| Err(damaged(path, &what)))
}

/// What is wrong with the log beside the database, if anything.
pub(super) fn of_log(path: &Path) -> Result<Option<String>> {
    let log = log_path(path);
    let look = || log_fault(&log).context(format!("reading {}", log.display()));
    let Some(found) = look()? else {
        return Ok(None);
    };
    thread::sleep(MOMENT);
    // A log that was begun anew meanwhile is another one.
    Ok((look()?.as_ref() == Some(&found)).then(|| {
        format!(
            "its log {} is damaged {}, before changes that were acknowledged",
            log.display(),
            found.place
        )
    }))
}

/// A failure with the file's name, and what to do where the file is damaged.
pub(super) fn named(path: &Path, error: Error) -> Error {
    let Error::Internal(cause) = &error else {
        return error;
    };
    let text = cause.to_string();
    let is_damage = ["malformed", "not a database", "disk I/O error"]
        .iter()
        .any(|word| text.contains(word));
    if is_damage {
        damaged(path, &text)
    } else {
        error
    }
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::internal(format!(
        "the database {} is damaged ({what}): restore the newest backup into another folder \
         with pocketdesk restore FILE --data DIR; nothing was changed",
        path.display()
    ))
}

fn log_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// What in the header is not as every database of ours has it.
fn header_fault(path: &Path) -> io::Result<Option<String>> {
    let mut header = [0; HEADER];
    let mut file = File::open(path)?;
    match file.read_exact(&mut header) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
            return Ok(Some("not a database: it is too short".into()));
        }
        read => read?,
    }
    if &header[..16] != b"SQLite format 3\0" {
        return Ok(Some("not a database: it does not begin as one".into()));
    }
    let is_logged = log_path(path).metadata().is_ok_and(|found| found.len() > 0);
    let page = u64::from(be16(&header[16..]));
    let length = file.metadata()?.len();
    let places = [
        (
            16,
            page.is_power_of_two() && page >= 512 && length % page == 0,
        ),
        (
            18,
            header[18] == header[19] && (header[18] == 2 || header[18] == 1 && !is_logged),
        ),
        (20, header[20..24] == [0, 64, 32, 32]),
        (24, header[24..28] == header[92..96]),
        // Another format, a cache of another size, pages that are moved about: none is used.
        (44, header[44..56] == [0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0]),
        // UTF-8, and numbers that nobody sets.
        (
            56,
            header[56..72] == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        ),
        (72, header[72..92] == [0; 20]),
    ];
    let wrong = places.iter().find(|(_, is_right)| !is_right);
    Ok(wrong.map(|(byte, _)| format!("its header is wrong at byte {byte}")))
}

/// Where a log is damaged.
#[derive(Debug, PartialEq, Eq)]
struct LogFault {
    salts: [u8; 8],
    place: String,
}

/// A log ends where a sum is wrong, for that is how a power cut leaves it. But what was written
/// after the end of a transaction was written once that transaction was on the disk: where such
/// frames follow a wrong one, it was whole once. Each frame's sum goes on from the one before,
/// so that those behind it can still be proved.
fn log_fault(path: &Path) -> io::Result<Option<LogFault>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut file = io::BufReader::with_capacity(1 << 20, file);
    let mut header = [0; LOG_HEADER];
    if !fills(&mut file, &mut header)? {
        return Ok(None);
    }
    let magic = be32(&header);
    let is_machine_big = cfg!(target_endian = "big");
    let is_big = if magic & !1 == LOG_MAGIC {
        magic & 1 == 1
    } else {
        is_machine_big
    };
    let page = usize::try_from(be32(&header[8..])).unwrap_or(0);
    let is_page = page.is_power_of_two() && (512..=65_536).contains(&page);
    let begin = sum([0; 2], &header[..24], is_big);
    let is_header_right = magic & !1 == LOG_MAGIC && is_page && begin == stored(&header[24..]);
    let mut scan = Scan {
        is_big: if is_header_right {
            is_big
        } else {
            is_machine_big
        },
        before: stored(&header[24..]),
        salts: is_header_right.then(|| eight(&header[16..])),
        wrong: (!is_header_right).then(|| "in its header".into()),
        has_ended: !is_header_right,
    };
    let mut frame = vec![0; FRAME_HEADER + if is_page { page } else { 4096 }];
    let mut number = 0;
    while fills(&mut file, &mut frame)? {
        number += 1;
        if scan.is_proof(number, &frame) {
            let place = scan.wrong.unwrap_or_default();
            return Ok(Some(LogFault {
                salts: scan.salts.unwrap_or_default(),
                place,
            }));
        }
    }
    Ok(None)
}

/// A walk through the frames of a log.
struct Scan {
    is_big: bool,
    before: [u32; 2],
    salts: Option<[u8; 8]>,
    /// The first place that is wrong.
    wrong: Option<String>,
    /// Whether the transaction of that place is over.
    has_ended: bool,
}

impl Scan {
    /// Whether the next frame proves that an earlier one, now wrong, was whole once.
    fn is_proof(&mut self, number: usize, frame: &[u8]) -> bool {
        let salts = *self.salts.get_or_insert_with(|| eight(&frame[8..]));
        let own = stored(&frame[16..]);
        let first = sum(self.before, &frame[..8], self.is_big);
        let is_right =
            eight(&frame[8..]) == salts && sum(first, &frame[FRAME_HEADER..], self.is_big) == own;
        let is_proof = is_right && self.wrong.is_some() && self.has_ended;
        if !is_right && self.wrong.is_none() {
            self.wrong = Some(format!("in frame {number}"));
        }
        let ends = be32(&frame[4..]) != 0;
        self.has_ended |= self.wrong.is_some() && ends;
        self.before = own;
        is_proof
    }
}

/// Reads until the buffer is full; `false` where the file ends before.
fn fills(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        read => read.map(|()| true),
    }
}

/// The sum of a log, going on from an earlier one.
fn sum(from: [u32; 2], bytes: &[u8], is_big: bool) -> [u32; 2] {
    let word = |bytes: &[u8]| {
        let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
        if is_big {
            u32::from_be_bytes(bytes)
        } else {
            u32::from_le_bytes(bytes)
        }
    };
    bytes.chunks_exact(8).fold(from, |[first, second], two| {
        let first = first.wrapping_add(word(two)).wrapping_add(second);
        [
            first,
            second.wrapping_add(word(&two[4..])).wrapping_add(first),
        ]
    })
}

fn stored(bytes: &[u8]) -> [u32; 2] {
    [be32(bytes), be32(&bytes[4..])]
}

fn eight(bytes: &[u8]) -> [u8; 8] {
    let mut eight = [0; 8];
    eight.copy_from_slice(&bytes[..8]);
    eight
}

fn be32(bytes: &[u8]) -> u32 {
    u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

/// A page's size; 1 stands for the one that two bytes cannot say.
fn be16(bytes: &[u8]) -> u32 {
    match u16::from_be_bytes([bytes[0], bytes[1]]) {
        1 => 65_536,
        size => u32::from(size),
    }
}
