//! One transaction's worth of writing, by one caller at one time.

use std::collections::{BTreeSet, VecDeque};

use rusqlite::{Connection, Params, named_params};

use super::batch::Origin;
use super::deadline::Deadline;
use super::{Surroundings, View};
use crate::base::cause::Cause;
use crate::base::error::{Error, Result};
use crate::base::event::Event;
use crate::base::job::{Job, LEASE_SECS, Slice};
use crate::base::search::IndexRow;
use crate::base::time::Timestamp;
use crate::base::who::{Caller, Who};

/// A change to the database, inside a transaction that somebody else commits.
pub struct Change<'a> {
    view: View<'a>,
    surroundings: &'a Surroundings,
    deadline: &'a Deadline,
    origin: Origin,
    emitted: VecDeque<(Event, Origin)>,
    left: Left,
}

/// What a change leaves to be done.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// After the commit.
    pub(super) jobs: Vec<i64>,
    /// Before it, once for all changes that share it.
    pub(super) outdated: BTreeSet<IndexRow>,
}

/// What became of a part of a change that something else than its caller made.
#[derive(Debug)]
pub enum Outcome<T> {
    /// It was done.
    Done(T),
    /// It failed, and left nothing behind.
    Failed(Error),
    /// It was not begun: it would be the sixth in a chain, or follow from itself.
    Stopped,
}

impl<'a> Change<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        caller: &'a Caller,
        surroundings: &'a Surroundings,
        deadline: &'a Deadline,
    ) -> Self {
        Self {
            view: View::new(connection, caller, surroundings).ending(deadline),
            surroundings,
            deadline,
            origin: Origin::of(caller),
            emitted: VecDeque::new(),
            left: Left::default(),
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

    /// As much of something long as belongs into one transaction, beginning now.
    pub fn slice(&self) -> Slice {
        Slice::begin(&self.surroundings.clock)
    }

    /// Runs a statement; answers how many rows it changed.
    pub fn run(&mut self, sql: &str, params: impl Params) -> Result<usize> {
        let mut statement = self.view.statement(sql)?;
        Ok(statement.execute(params)?)
    }

    /// Inserts a row; answers its id.
    pub fn insert(&mut self, sql: &str, params: impl Params) -> Result<i64> {
        let mut statement = self.view.statement(sql)?;
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
        let connection = self.view.connection();
        let mut change = Change::new(connection, caller, self.surroundings, self.deadline);
        let value = part(&mut change)?;
        change.settle()?;
        self.left.jobs.append(&mut change.left.jobs);
        self.left.outdated.append(&mut change.left.outdated);
        Ok(value)
    }

    /// Makes this change one more link of the chain that made `batch`: for work that was left
    /// to be done.
    pub fn continue_from(&mut self, batch: i64) -> Result<()> {
        self.origin = self.origin.after(self.view.connection(), batch)?;
        Ok(())
    }

    /// Leaves work to be done after the commit. Where a person made this change, it is done
    /// before they are answered, and nobody else takes it meanwhile.
    pub fn enqueue(&mut self, job: &Job) -> Result<()> {
        let (batch, now) = (self.batch()?, self.now());
        let is_followed_up = self.view.caller().cause == Cause::Person && !job.is_for_the_worker();
        let lease = is_followed_up.then(|| now.plus_secs(LEASE_SECS));
        let id = self.insert(
            "INSERT INTO job (kind, data, batch_id, due_at, leased_until, created_at)
             SELECT :job ->> 'kind', :job -> 'data', :batch, :now, :lease, :now",
            named_params! {
                ":job": serde_json::to_string(job)?, ":batch": batch, ":lease": lease, ":now": now,
            },
        )?;
        self.left.jobs.push(id);
        Ok(())
    }

    /// Says that the search finds something by other words now. Its row is made anew before the
    /// commit, once for all changes that share it: the index writes all that it has been told
    /// to disk at every savepoint.
    pub fn outdate(&mut self, row: IndexRow) {
        self.left.outdated.insert(row);
    }

    /// What is left to be done.
    pub(super) fn into_left(self) -> Left {
        self.left
    }

    /// Says that something happened. It is handled before the transaction ends.
    pub fn emit(&mut self, event: Event) {
        self.emitted.push_back((event, self.origin));
    }

    /// The batch of what is changed here: of this change or, while an event is handled, of
    /// that event.
    pub fn batch(&mut self) -> Result<i64> {
        let (connection, caller) = (self.view.connection(), self.view.caller());
        self.origin.batch(connection, caller, self.view.now())
    }

    /// The workflow that does what is changed now, where one does.
    pub fn workflow(&self) -> Option<i64> {
        self.origin.workflow()
    }

    /// Does what `cause` does because of the event that is handled. A failure is its own: it
    /// leaves nothing behind, and what the event stands for stays.
    pub fn caused_by<T>(
        &mut self,
        cause: Cause,
        part: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<Outcome<T>> {
        let connection = self.view.connection();
        let batch = self.batch()?;
        let outer = self.origin;
        let Some(next) = outer.next(connection, cause, batch)? else {
            return Ok(Outcome::Stopped);
        };
        savepoint(connection, Savepoint::Begin)?;
        let (waiting, jobs) = (self.emitted.len(), self.left.jobs.len());
        self.origin = next;
        let outcome = part(self).and_then(|value| self.share_batch(waiting).map(|()| value));
        self.origin = outer;
        match outcome {
            Ok(value) => {
                savepoint(connection, Savepoint::Keep)?;
                Ok(Outcome::Done(value))
            }
            Err(error) => {
                savepoint(connection, Savepoint::Undo)?;
                self.emitted.truncate(waiting);
                self.left.jobs.truncate(jobs);
                Ok(Outcome::Failed(error))
            }
        }
    }

    /// All that one cause changed is one batch, whichever of its events is the first to ask
    /// for it: that of what was emitted from the place on.
    fn share_batch(&mut self, from: usize) -> Result<()> {
        if self.emitted.len() > from {
            self.batch()?;
        }
        let origin = self.origin;
        let emitted = self.emitted.iter_mut().skip(from);
        let without = emitted.filter(|(_, of)| !of.has_batch());
        without.for_each(|(_, of)| *of = origin);
        Ok(())
    }

    /// Handles every event emitted, and those emitted in turn, in the order in which they were.
    /// Chains end by [`Change::caused_by`].
    pub(super) fn settle(&mut self) -> Result<()> {
        self.share_batch(0)?;
        while let Some((event, origin)) = self.emitted.pop_front() {
            self.origin = origin;
            (self.surroundings.event_handler)(self, &event)?;
        }
        Ok(())
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
