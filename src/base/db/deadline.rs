//! When a connection must be done with what it does: looked at by the engine between its steps,
//! and between two statements of a change. It must not know what is done.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::base::error::{Error, Result};

/// How many steps the engine takes between two looks at the clock: well under a millisecond.
const STEPS: i32 = 10_000;

/// No deadline.
const NEVER: u64 = u64::MAX;

/// How long callers wait. What the desk does by itself, such as checks, copies and jobs, takes as
/// long as it takes.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The longest reading.
    pub read: Duration,
    /// The longest time that a change waits for its turn; afterwards it is not begun.
    pub queue: Duration,
    /// The longest change, from its first statement to its last event.
    pub write: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            read: Duration::from_secs(10),
            queue: Duration::from_secs(10),
            write: Duration::from_secs(5),
        }
    }
}

/// The deadline of one connection.
#[derive(Clone)]
pub(super) struct Deadline {
    born: Instant,
    /// Milliseconds after `born`.
    at: Arc<AtomicU64>,
}

impl Deadline {
    /// A deadline that ends what `connection` does.
    pub(super) fn watch(connection: &Connection) -> Result<Self> {
        let deadline = Self {
            born: Instant::now(),
            at: Arc::new(AtomicU64::new(NEVER)),
        };
        let watched = deadline.clone();
        connection.progress_handler(STEPS, Some(move || watched.is_over()))?;
        Ok(deadline)
    }

    /// Sets it so far from now; nothing lifts it.
    pub(super) fn set(&self, patience: Option<Duration>) {
        let at = patience.map_or(NEVER, |patience| millis(self.born.elapsed() + patience));
        self.at.store(at, Ordering::Relaxed);
    }

    /// 503 once it is over.
    pub(super) fn refuse_over(&self) -> Result<()> {
        if self.is_over() {
            return Err(Error::unavailable("a change took too long, and was undone"));
        }
        Ok(())
    }

    fn is_over(&self) -> bool {
        millis(self.born.elapsed()) > self.at.load(Ordering::Relaxed)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(NEVER)
}
