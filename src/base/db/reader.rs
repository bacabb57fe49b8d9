//! Connections that only read, each with a deadline: a query that some filter made
//! slow ends there, and does not hold a worker.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::open;
use super::remembered::Remembered;
use crate::base::error::Result;

/// How many steps the engine takes between two looks at the clock: well under a millisecond.
const STEPS: i32 = 10_000;

/// The longest reading for a caller.
const PATIENCE: Duration = Duration::from_secs(10);

/// No deadline.
const NEVER: u64 = u64::MAX;

/// A connection that reads, and the time at which it must be done.
pub(super) struct Reader {
    connection: Connection,
    born: Instant,
    /// Milliseconds after `born`.
    deadline: Arc<AtomicU64>,
    remembered: RefCell<Remembered>,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = open::connect_reader(path)?;
        let born = Instant::now();
        let deadline = Arc::new(AtomicU64::new(NEVER));
        let watched = Arc::clone(&deadline);
        let is_over = move || millis(born.elapsed()) > watched.load(Ordering::Relaxed);
        connection.progress_handler(STEPS, Some(is_over))?;
        Ok(Self {
            connection,
            born,
            deadline,
            remembered: RefCell::default(),
        })
    }

    /// What the connection remembers of the sums that it made.
    pub(super) fn remembered(&self) -> &RefCell<Remembered> {
        &self.remembered
    }

    /// The connection, for one reading. The desk's own readings (checks, copies) may
    /// take as long as they take; a caller's may not.
    pub(super) fn begin(&self, is_caller: bool) -> Result<&Connection> {
        let deadline = if is_caller {
            millis(self.born.elapsed() + PATIENCE)
        } else {
            NEVER
        };
        self.deadline.store(deadline, Ordering::Relaxed);
        self.connection
            .prepare_cached("BEGIN DEFERRED")?
            .execute([])?;
        Ok(&self.connection)
    }

    /// Ends the reading.
    pub(super) fn end(&self) -> Result<()> {
        self.deadline.store(NEVER, Ordering::Relaxed);
        self.connection.prepare_cached("ROLLBACK")?.execute([])?;
        Ok(())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(NEVER)
}
