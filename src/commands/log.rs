//! The log: a thread of its own writes the lines to standard error, so that whoever has
//! something to log neither waits for its reader nor fails with it. What cannot be written,
//! or comes faster than it is taken, is lost and counted. Knows nothing of what is logged.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::base::error::{Error, Result};

/// How many lines wait for a slow reader.
const MOST_WAITING: usize = 4096;
/// How long the end of the process waits for the lines that are left.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// How often it looks for room among them.
const LOOK_AROUND: Duration = Duration::from_millis(5);

/// The log of this process; what is left of it is written when this is dropped.
#[must_use = "the last lines are written when this is dropped"]
pub struct Log(SyncSender<Entry>);

enum Entry {
    Line(Vec<u8>),
    /// Says that all lines before it have been written, or lost.
    End(SyncSender<()>),
}

/// Where lines are put. Never fails, and never waits.
#[derive(Clone)]
struct Lines {
    queue: SyncSender<Entry>,
    lost: Arc<AtomicU64>,
}

/// Logs to standard error, as much as `POCKETDESK_LOG` asks for (`info` without it).
pub fn start_log() -> Result<Log> {
    let wanted = match std::env::var("POCKETDESK_LOG") {
        Ok(wanted) if !wanted.is_empty() => log_level(&wanted)?,
        _ => Targets::new().with_default(Level::INFO),
    };
    let (queue, entries) = sync_channel(MOST_WAITING);
    let lost: Arc<AtomicU64> = Arc::default();
    let lines = Lines {
        queue: queue.clone(),
        lost: Arc::clone(&lost),
    };
    thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || write_all(&entries, &lost))?;
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(move || lines.clone())
        // Colours are for people at a terminal, not for a journal.
        .with_ansi(io::stderr().is_terminal())
        .with_target(false);
    tracing_subscriber::registry()
        .with(layer)
        .with(wanted)
        .init();
    Ok(Log(queue))
}

/// How much is logged. What is no level would be read as the name of a part, and hush all others.
fn log_level(wanted: &str) -> Result<Targets> {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let is_level = |word: &str| levels.contains(&word.trim().to_ascii_lowercase().as_str());
    let parts = wanted.split(',');
    let mut words = parts.map(|part| part.rsplit_once('=').map_or(part, |(_, level)| level));
    let targets = words.all(is_level).then(|| wanted.parse().ok()).flatten();
    targets.ok_or_else(|| {
        Error::internal(format!(
            "POCKETDESK_LOG is {wanted:?}: write error, warn, info, debug or off"
        ))
    })
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Entry::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        let until = Instant::now() + LAST_WORDS;
        let (done, is_done) = sync_channel(1);
        let mut end = Entry::End(done);
        while let Err(TrySendError::Full(back)) = self.0.try_send(end) {
            if Instant::now() >= until {
                return;
            }
            end = back;
            thread::sleep(LOOK_AROUND);
        }
        // Whoever does not read our log by now is not waited for.
        let _ = is_done.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

fn write_all(entries: &Receiver<Entry>, lost: &AtomicU64) {
    let mut out = io::stderr();
    for entry in entries {
        let line = match entry {
            Entry::Line(line) => line,
            Entry::End(done) => {
                // Whoever waited for it may have gone.
                let _ = done.send(());
                continue;
            }
        };
        let missing = lost.swap(0, Ordering::Relaxed);
        let is_said = missing == 0
            || writeln!(out, "pocketdesk: {missing} lines of the log were lost").is_ok();
        if !is_said {
            lost.fetch_add(missing, Ordering::Relaxed);
        }
        if out.write_all(&line).is_err() {
            lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}
