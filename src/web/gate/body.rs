//! The body of a request, read whole before anybody hears of it: a small one in memory, a
//! larger one in an unnamed file. Nothing is ever sized by what a client claims.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use super::caps::Place;
use super::chunked::Decoder;
use super::head::Framing;
use super::refusal::{Broken, Refusal};
use super::settings::Deadlines;
use super::wire::Wire;

/// The most of a body that is held in memory.
const IN_MEMORY: u64 = 64 * 1024;
/// How much is received at once.
const PIECE: usize = 16 * 1024;

/// A whole body.
#[derive(Debug)]
pub(super) enum Body {
    Memory(Vec<u8>),
    Spooled { file: File, length: u64 },
}

impl Body {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Spooled { length, .. } => *length,
        }
    }
}

/// What a body must keep to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) max: u64,
    pub(super) spool: &'a Path,
    pub(super) place: &'a Place,
    pub(super) deadlines: &'a Deadlines,
}

/// Refuses what is known to be too large before any of it is read.
pub(super) fn check_claim(framing: Framing, rules: Rules<'_>) -> Result<(), Refusal> {
    match framing {
        Framing::Length(length) if length > rules.max => Err(Refusal::too_large(rules.max)),
        _ => Ok(()),
    }
}

/// Reads the body whole.
pub(super) fn read(wire: &mut Wire, framing: Framing, rules: Rules<'_>) -> Result<Body, Broken> {
    let mut sink = Sink::new(rules);
    match framing {
        Framing::Length(0) => {}
        Framing::Length(length) => read_length(wire, length, &mut sink)?,
        Framing::Chunked => read_chunks(wire, &mut sink)?,
    }
    Ok(sink.finish()?)
}

fn read_length(wire: &mut Wire, length: u64, sink: &mut Sink<'_>) -> Result<(), Broken> {
    let pace = Pace::new(sink.rules.deadlines);
    loop {
        let received = wire.received();
        let left = length - sink.length;
        let take = usize::try_from(left).map_or(received.len(), |left| left.min(received.len()));
        sink.put(&received[..take])?;
        wire.consume(take);
        if sink.length == length {
            return Ok(());
        }
        more(wire, pace.until(sink.length))?;
    }
}

fn read_chunks(wire: &mut Wire, sink: &mut Sink<'_>) -> Result<(), Broken> {
    let pace = Pace::new(sink.rules.deadlines);
    let mut decoder = Decoder::new();
    loop {
        let used = decoder.feed(wire.received(), |bytes| sink.put(bytes))?;
        wire.consume(used);
        if decoder.is_done() {
            return Ok(());
        }
        more(wire, pace.until(sink.length))?;
    }
}

fn more(wire: &mut Wire, until: Instant) -> Result<(), Broken> {
    match wire.receive(PIECE, until) {
        Ok(0) => Err(Broken::Gone),
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            Err(Refusal::timeout("The request's body did not arrive in time.").into())
        }
        Err(_) => Err(Broken::Gone),
    }
}

/// The speed that a body must keep.
struct Pace<'a> {
    began: Instant,
    deadlines: &'a Deadlines,
}

impl<'a> Pace<'a> {
    fn new(deadlines: &'a Deadlines) -> Self {
        Self {
            began: Instant::now(),
            deadlines,
        }
    }

    /// Until when the next bytes must come, after `received` bytes of data.
    fn until(&self, received: u64) -> Instant {
        let earned = Duration::from_secs(received / self.deadlines.body_rate.max(1));
        let by_rate = self.began + self.deadlines.body_grace + earned;
        by_rate.min(Instant::now() + self.deadlines.body_stall)
    }
}

/// Where the data goes as it comes.
struct Sink<'a> {
    rules: Rules<'a>,
    length: u64,
    memory: Vec<u8>,
    file: Option<File>,
    /// How much of the disk has been taken for it.
    spooled: u64,
}

impl<'a> Sink<'a> {
    fn new(rules: Rules<'a>) -> Self {
        Self {
            rules,
            length: 0,
            memory: Vec::new(),
            file: None,
            spooled: 0,
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), Broken> {
        self.length += bytes.len() as u64;
        if self.length > self.rules.max {
            return Err(Refusal::too_large(self.rules.max).into());
        }
        if self.length <= IN_MEMORY {
            self.memory.extend_from_slice(bytes);
            return Ok(());
        }
        self.rules.place.spool(self.length - self.spooled)?;
        self.spooled = self.length;
        Ok(self.spool(bytes).map_err(cannot_spool)?)
    }

    fn spool(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            return file.write_all(bytes);
        }
        let file = self.file.insert(tempfile::tempfile_in(self.rules.spool)?);
        file.write_all(&std::mem::take(&mut self.memory))?;
        file.write_all(bytes)
    }

    fn finish(self) -> Result<Body, Refusal> {
        let Some(mut file) = self.file else {
            return Ok(Body::Memory(self.memory));
        };
        file.rewind().map_err(cannot_spool)?;
        Ok(Body::Spooled {
            file,
            length: self.length,
        })
    }
}

fn cannot_spool(error: io::Error) -> Refusal {
    tracing::warn!(%error, "a large request body could not be kept on disk");
    Refusal::unavailable("The request could not be kept on our disk; please try again later.")
}
