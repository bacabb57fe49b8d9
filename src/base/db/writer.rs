//! The one thread that writes. It takes all that waits, runs each closure in a
//! savepoint of its own inside one transaction, commits once, and only then lets
//! each caller have its answer: every answer is durable, and under load many share
//! one sync of the disk.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

use super::change::{Savepoint, savepoint};
use super::deadline::Deadline;
use super::hush::Hush;
use super::view::Mark;
use super::{Change, Surroundings, open};
use crate::base::cause::Cause;
use crate::base::error::{Error, Result};
use crate::base::job::Job;
use crate::base::search::IndexRow;
use crate::base::who::Caller;

/// How many closures share a transaction at most, and for how long it takes them in,
/// so that the first of them does not wait for a queue that never ends.
const LARGEST_GROUP: usize = 128;
const LONGEST_GROUP: Duration = Duration::from_millis(50);

/// A change that holds the writer longer than this is a fault of ours, and logged.
const LONG_STEP: Duration = Duration::from_millis(100);

/// On a full disk every reading of a new ticket tries its mark again, and every change fails.
static FAILED_MARKS: Hush = Hush::new();
static FAILED_GROUPS: Hush = Hush::new();

/// A closure that waits for its turn. It runs inside the open transaction, or without
/// one where none could begin, and answers what is to be done once its fate is known.
type Work = Box<dyn FnOnce(Option<&Pen>) -> Completion + Send>;

/// Hands the outcome to whoever waits, given what became of the transaction.
type Completion = Box<dyn FnOnce(Fate)>;

/// What became of a transaction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Stands,
    Undone,
    /// It was written, but the disk did not say whether it took it.
    Unknown,
}

/// The connection that writes, when a change must be done, and the rows of the search index
/// that the changes of the open transaction have outdated.
struct Pen {
    connection: Connection,
    deadline: Deadline,
    outdated: RefCell<BTreeSet<IndexRow>>,
}

impl Pen {
    fn take(path: &Path) -> Result<Self> {
        let connection = open::connect(path)?;
        let deadline = Deadline::watch(&connection)?;
        Ok(Self {
            connection,
            deadline,
            outdated: RefCell::default(),
        })
    }
}

/// What a change came to, and the jobs that it left.
pub(super) struct Written<T> {
    pub(super) value: T,
    pub(super) jobs: Vec<i64>,
}

pub(super) struct Writer {
    surroundings: Arc<Surroundings>,
    queue: Mutex<Option<Sender<Work>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    pub(super) fn start(path: &Path, surroundings: Arc<Surroundings>) -> Result<Self> {
        let pen = Pen::take(path)?;
        let path = path.to_owned();
        let (queue, waiting) = channel();
        let around = Arc::clone(&surroundings);
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || write_until_closed(pen, &path, &around, &waiting))?;
        Ok(Self {
            surroundings,
            queue: Mutex::new(Some(queue)),
            thread: Mutex::new(Some(thread)),
        })
    }

    /// One that takes no work.
    pub(super) fn none(surroundings: Arc<Surroundings>) -> Self {
        Self {
            surroundings,
            queue: Mutex::default(),
            thread: Mutex::default(),
        }
    }

    /// Queues the closure and waits until what it did is durable. It is not begun once it has
    /// waited longer than its caller does.
    pub(super) fn write<T: Send + 'static>(
        &self,
        caller: &Caller,
        write: impl FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Written<T>> {
        let (outcome_to, outcome) = sync_channel(1);
        let (caller, surroundings) = (caller.clone(), Arc::clone(&self.surroundings));
        let queued_at = Instant::now();
        self.queue(Box::new(move |pen| {
            let began = Instant::now();
            let outcome = refuse_late(&caller, &surroundings, queued_at).and_then(|()| {
                step(pen, caller.patience(surroundings.patience.write), |pen| {
                    let mut change =
                        Change::new(&pen.connection, &caller, &surroundings, &pen.deadline);
                    let value = write(&mut change)?;
                    let jobs = end(pen, change)?;
                    Ok(Written { value, jobs })
                })
            });
            warn_of_long(&caller, began);
            Box::new(move |fate| {
                let outcome = outcome.and_then(|written| match fate {
                    Fate::Stands => Ok(written),
                    Fate::Undone => Err(Error::unavailable("the disk did not take the change")),
                    Fate::Unknown => Err(Error::uncertain(
                        "the disk did not say whether it took the change",
                    )),
                });
                // Nobody waits any more only where the waiting thread died; the change stands.
                let _ = outcome_to.send(outcome);
            })
        }))?;
        outcome
            .recv()
            .unwrap_or_else(|_| Err(Error::uncertain("the writer stopped before it answered")))
    }

    /// Queues a mark that nobody waits for.
    pub(super) fn post(&self, caller: &Caller, mark: Mark) {
        let (caller, surroundings) = (caller.clone(), Arc::clone(&self.surroundings));
        let queued = self.queue(Box::new(move |pen| {
            let began = Instant::now();
            let outcome = step(pen, caller.patience(surroundings.patience.write), |pen| {
                let mut change =
                    Change::new(&pen.connection, &caller, &surroundings, &pen.deadline);
                mark(&mut change)?;
                end(pen, change).map(|_| ())
            });
            warn_of_long(&caller, began);
            if let Err(error) = outcome
                && let Some(hushed) = FAILED_MARKS.may_speak()
            {
                tracing::warn!(%error, hushed, "a mark of a reading was not written");
            }
            Box::new(|_| {})
        }));
        if queued.is_err() {
            tracing::debug!("a mark came after the writer had stopped");
        }
    }

    /// Whether the thread has ended although nobody stopped it.
    pub(super) fn has_ended(&self) -> bool {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        thread.as_ref().is_some_and(JoinHandle::is_finished)
    }

    /// Writes what is queued, then ends the thread.
    pub(super) fn stop(&self) {
        drop(
            self.queue
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
            && thread.join().is_err()
        {
            tracing::error!("the writer's thread had panicked");
        }
    }

    fn queue(&self, work: Work) -> Result<()> {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = queue.as_ref().is_some_and(|queue| queue.send(work).is_ok());
        if sent {
            Ok(())
        } else {
            Err(Error::unavailable("the desk is stopping"))
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn write_until_closed(
    pen: Pen,
    path: &Path,
    surroundings: &Surroundings,
    waiting: &Receiver<Work>,
) {
    let mut pen = Some(pen);
    while let Ok(first) = waiting.recv() {
        // One that could not be opened again is tried at every group.
        pen = pen.or_else(|| reopen(path));
        let Some(trusted) = &pen else {
            refuse(first, waiting);
            continue;
        };
        if !write_group(trusted, surroundings, first, waiting) {
            // After a failed sync the pages in memory may not be those on disk: trust neither,
            // and rather write nothing than with them.
            let fresh = reopen(path);
            pen = fresh;
        }
    }
}

/// The connection anew; nothing where the database cannot be opened, or is gone.
fn reopen(path: &Path) -> Option<Pen> {
    Pen::take(path)
        .inspect_err(|error| {
            if let Some(hushed) = FAILED_GROUPS.may_speak() {
                tracing::error!(%error, hushed, "the database could not be opened again");
            }
        })
        .ok()
}

/// Refuses all that wait now: they have waited as long as the first, and none of them shall
/// wait again. What comes once the first has its answer is tried anew.
fn refuse(first: Work, waiting: &Receiver<Work>) {
    let mut refused = vec![first];
    refused.extend(waiting.try_iter());
    for work in refused {
        work(None)(Fate::Undone);
    }
}

/// Runs a group in one transaction; answers whether the connection is still to be trusted.
fn write_group(
    pen: &Pen,
    surroundings: &Surroundings,
    first: Work,
    waiting: &Receiver<Work>,
) -> bool {
    let connection = &pen.connection;
    if let Err(error) = connection.execute_batch("BEGIN IMMEDIATE") {
        if let Some(hushed) = FAILED_GROUPS.may_speak() {
            tracing::error!(%error, hushed, "a transaction could not begin");
        }
        refuse(first, waiting);
        return connection.is_autocommit();
    }
    let began = Instant::now();
    let mut answers = vec![first(Some(pen))];
    while answers.len() < LARGEST_GROUP && began.elapsed() < LONGEST_GROUP {
        // The engine undoes a whole transaction by itself when the disk fails under it.
        // What ran now would be durable on its own, and counted as lost with the others.
        if connection.is_autocommit() {
            break;
        }
        let Ok(next) = waiting.try_recv() else { break };
        answers.push(next(Some(pen)));
    }
    // A full disk or an I/O error may have rolled everything back already.
    let fate = if connection.is_autocommit() {
        Fate::Undone
    } else {
        commit(pen, surroundings)
    };
    if fate != Fate::Stands && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    for answer in answers {
        answer(fate);
    }
    fate == Fate::Stands
}

/// Ends a group's transaction.
fn commit(pen: &Pen, surroundings: &Surroundings) -> Fate {
    let failed = |error: &dyn std::fmt::Display| {
        if let Some(hushed) = FAILED_GROUPS.may_speak() {
            tracing::error!(%error, hushed, "a commit failed");
        }
    };
    if let Err(error) = index(pen, surroundings) {
        failed(&error);
        return Fate::Undone;
    }
    let Err(error) = pen.connection.execute_batch("COMMIT") else {
        return Fate::Stands;
    };
    failed(&error);
    match error.sqlite_error_code() {
        Some(ErrorCode::SystemIoFailure) => Fate::Unknown,
        _ => Fate::Undone,
    }
}

/// Handles what a change has emitted; answers the jobs that it leaves.
fn end(pen: &Pen, mut change: Change<'_>) -> Result<Vec<i64>> {
    change.settle()?;
    let mut left = change.into_left();
    pen.outdated.borrow_mut().append(&mut left.outdated);
    Ok(left.jobs)
}

/// Makes the rows of the search index anew that a group has outdated. Where that fails, the
/// changes stand, and a job is left to do it.
fn index(pen: &Pen, surroundings: &Surroundings) -> Result<()> {
    let rows = pen.outdated.take();
    if rows.is_empty() {
        return Ok(());
    }
    let caller = Caller::because_of(Cause::Job);
    let with_change = |part: &dyn Fn(&mut Change<'_>) -> Result<()>| {
        step(Some(pen), None, |pen| {
            part(&mut Change::new(
                &pen.connection,
                &caller,
                surroundings,
                &pen.deadline,
            ))
        })
    };
    with_change(&|change| (surroundings.indexer)(change, &rows)).or_else(|error| {
        tracing::error!(%error, "the search index was not written; a job is left to do it");
        let rows = rows.iter().copied().collect();
        with_change(&|change| {
            change.enqueue(&Job::Reindex {
                rows: Vec::clone(&rows),
            })
        })
    })
}

/// 503 for a change whose caller has waited too long already.
fn refuse_late(caller: &Caller, surroundings: &Surroundings, queued_at: Instant) -> Result<()> {
    let patience = caller.patience(surroundings.patience.queue);
    if patience.is_some_and(|patience| queued_at.elapsed() > patience) {
        return Err(Error::unavailable("a change waited too long for its turn"));
    }
    Ok(())
}

/// Says that a change held up all others; not of a command, such as the one that fills a desk
/// before anybody is there.
fn warn_of_long(caller: &Caller, began: Instant) {
    let is_command = caller.who.id == 0 && caller.cause == Cause::Person;
    if began.elapsed() > LONG_STEP && !is_command {
        tracing::warn!(ms = began.elapsed().as_millis(), "a change held the writer");
    }
}

/// Runs `work` in a savepoint: kept if it succeeds, undone if it fails, panics or takes longer
/// than `patience`.
fn step<T>(
    pen: Option<&Pen>,
    patience: Option<Duration>,
    work: impl FnOnce(&Pen) -> Result<T>,
) -> Result<T> {
    let Some(pen) = pen else {
        return Err(Error::unavailable("the database could not begin a change"));
    };
    savepoint(&pen.connection, Savepoint::Begin)?;
    pen.deadline.set(patience);
    let outcome = catch_unwind(AssertUnwindSafe(|| work(pen)))
        .unwrap_or_else(|_| Err(Error::internal("a change panicked")));
    // What undoes a change is not broken off.
    pen.deadline.set(None);
    match outcome {
        Ok(value) => savepoint(&pen.connection, Savepoint::Keep)
            .map(|()| value)
            .map_err(Error::from),
        Err(cause) => {
            // Fails where the transaction is gone already; the cause says more than that.
            let _ = savepoint(&pen.connection, Savepoint::Undo);
            Err(cause)
        }
    }
}
