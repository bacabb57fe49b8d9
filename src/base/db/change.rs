//! One transaction's worth of writing, by one caller at one time.

use std::collections::VecDeque;

use rusqlite::{Connection, Params};

use super::{Surroundings, View};
use crate::base::error::{Error, Result};
use crate::base::event::Event;
use crate::base::time::Timestamp;
use crate::base::who::{Caller, Who};

/// How many rounds of events may answer events before it counts as a loop.
const DEEPEST: usize = 8;

/// A change to the database, inside a transaction that somebody else commits.
pub struct Change<'a> {
    view: View<'a>,
    surroundings: &'a Surroundings,
    emitted: VecDeque<Event>,
}

impl<'a> Change<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        caller: &'a Caller,
        surroundings: &'a Surroundings,
    ) -> Self {
        Self {
            view: View::new(connection, caller, surroundings),
            surroundings,
            emitted: VecDeque::new(),
        }
    }

    /// What reads, in the middle of this change.
    pub fn view(&self) -> &View<'a> {
        &self.view
    }

    /// Who changes.
    pub fn who(&self) -> &'a Who {
        self.view.who()
    }

    /// When this is.
    pub fn now(&self) -> Timestamp {
        self.view.now()
    }

    /// Runs a statement; answers how many rows it changed.
    pub fn run(&mut self, sql: &str, params: impl Params) -> Result<usize> {
        let mut statement = self.view.connection().prepare_cached(sql)?;
        Ok(statement.execute(params)?)
    }

    /// Inserts a row; answers its id.
    pub fn insert(&mut self, sql: &str, params: impl Params) -> Result<i64> {
        let mut statement = self.view.connection().prepare_cached(sql)?;
        Ok(statement.insert(params)?)
    }

    /// Does a part of this change as somebody else, at the time that the clock shows by
    /// now; what it emits is handled before this returns. For what is replayed: a history
    /// that many people made goes into one transaction.
    pub fn on_behalf_of<T>(
        &mut self,
        caller: &Caller,
        part: impl FnOnce(&mut Change<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut change = Change::new(self.view.connection(), caller, self.surroundings);
        let value = part(&mut change)?;
        change.settle()?;
        Ok(value)
    }

    /// Says that something happened. It is handled before the transaction ends.
    pub fn emit(&mut self, event: Event) {
        self.emitted.push_back(event);
    }

    /// Handles every event emitted, and those emitted in turn.
    pub(super) fn settle(&mut self) -> Result<()> {
        for _ in 0..DEEPEST {
            let round = std::mem::take(&mut self.emitted);
            if round.is_empty() {
                return Ok(());
            }
            for event in &round {
                (self.surroundings.event_handler)(self, event)?;
            }
        }
        if self.emitted.is_empty() {
            return Ok(());
        }
        Err(Error::internal(
            "listeners answered each other's events without end",
        ))
    }
}

/// The three moves of a savepoint.
#[derive(Clone, Copy)]
pub(super) enum Savepoint {
    Begin,
    Keep,
    Undo,
}

/// Moves the innermost savepoint. They all have one name: `SQLite` resolves it to the newest.
pub(super) fn savepoint(connection: &Connection, what: Savepoint) -> rusqlite::Result<()> {
    let statements: &[&str] = match what {
        Savepoint::Begin => &["SAVEPOINT step"],
        Savepoint::Keep => &["RELEASE step"],
        Savepoint::Undo => &["ROLLBACK TO step", "RELEASE step"],
    };
    for sql in statements {
        connection.prepare_cached(sql)?.execute([])?;
    }
    Ok(())
}
