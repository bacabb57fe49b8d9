//! Connections that only read, each with a deadline: a query that some filter made
//! slow ends there, and does not hold a worker.

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use super::deadline::Deadline;
use super::open;
use super::remembered::Remembered;
use crate::base::error::Result;

/// A connection that reads, and the time at which it must be done.
pub(super) struct Reader {
    connection: Connection,
    deadline: Deadline,
    remembered: RefCell<Remembered>,
}

impl Reader {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let connection = open::connect_reader(path)?;
        let deadline = Deadline::watch(&connection)?;
        Ok(Self {
            connection,
            deadline,
            remembered: RefCell::default(),
        })
    }

    /// What the connection remembers of the sums that it made.
    pub(super) fn remembered(&self) -> &RefCell<Remembered> {
        &self.remembered
    }

    /// The connection, for one reading: until the deadline, where there is one.
    pub(super) fn begin(&self, patience: Option<Duration>) -> Result<&Connection> {
        self.deadline.set(patience);
        self.connection
            .prepare_cached("BEGIN DEFERRED")?
            .execute([])?;
        Ok(&self.connection)
    }

    /// Ends the reading.
    pub(super) fn end(&self) -> Result<()> {
        self.deadline.set(None);
        self.connection.prepare_cached("ROLLBACK")?.execute([])?;
        Ok(())
    }
}
