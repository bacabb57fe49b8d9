//! Periodic work as a table: name, how often, what.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::pending;
use crate::access;
use crate::base::cause::Cause;
use crate::base::db::{id_list, named_params};
use crate::base::error::{Error, Result};
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// One piece of periodic work.
struct Task {
    name: &'static str,
    /// How long after the start.
    first: Duration,
    every: Duration,
    run: fn(&Parts) -> Result<()>,
}

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// How many batches are removed in one transaction.
const BATCHES: i64 = 200;

/// For how long bytes that no row names are kept: longer than any backup takes.
const GRACE_SECS: i64 = 24 * 60 * 60;

const TASKS: [Task; 5] = [
    Task {
        name: "sweep attachments",
        // Never at the start: a desk that was started on the wrong folder loses nothing at once.
        first: HOUR,
        every: HOUR,
        run: sweep_attachments,
    },
    Task {
        name: "shorten the log",
        first: HOUR,
        every: HOUR,
        run: |parts| parts.db.shorten_log(),
    },
    Task {
        name: "sweep sessions and tokens",
        first: Duration::ZERO,
        every: HOUR,
        run: sweep_access,
    },
    Task {
        name: "look for customers who have not answered",
        first: MINUTE,
        every: MINUTE,
        run: pending::look,
    },
    Task {
        name: "sweep batches",
        first: Duration::ZERO,
        every: DAY,
        run: sweep_batches,
    },
];

/// The running scheduler.
pub struct Scheduler {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Scheduler {
    /// Lets the task at hand finish, and no other begin.
    pub fn stop(self) {
        drop(self.stop);
        if self.thread.join().is_err() {
            tracing::error!("the scheduler had panicked");
        }
    }
}

/// Starts the scheduler.
pub fn start(parts: Parts) -> Result<Scheduler> {
    let (stop, stopped) = channel::<()>();
    let thread = std::thread::Builder::new()
        .name("scheduler".into())
        .spawn(move || {
            let mut due = TASKS.map(|task| Instant::now() + task.first);
            loop {
                for (task, due) in TASKS.iter().zip(&mut due) {
                    if *due <= Instant::now() {
                        run(task.name, || (task.run)(&parts));
                        *due = Instant::now() + task.every;
                    }
                }
                let next = due.iter().min().copied().unwrap_or_else(Instant::now);
                let wait = next.saturating_duration_since(Instant::now());
                if stopped.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                    return;
                }
            }
        })?;
    Ok(Scheduler { stop, thread })
}

/// Runs a task. A panic is the end of this run alone.
fn run(name: &str, task: impl FnOnce() -> Result<()>) {
    let outcome = catch_unwind(AssertUnwindSafe(task))
        .unwrap_or_else(|_| Err(Error::internal("it panicked")));
    if let Err(error) = outcome {
        tracing::error!(task = name, %error, "periodic work failed; it is tried again when it is next due");
    }
}

/// Removes sessions, tokens and codes that ended long ago.
fn sweep_access(parts: &Parts) -> Result<()> {
    parts
        .db
        .write(&Caller::because_of(Cause::Clock), access::sweep)
}

/// Removes the batches of which nothing is left: what is deleted for good takes its events along.
/// Those of the last day stay, for whoever made one may still be adding to it.
pub fn sweep_batches(parts: &Parts) -> Result<()> {
    let caller = Caller::because_of(Cause::Clock);
    let old = parts.db.clock().now().days_later(-1);
    while !parts.db.bell().is_over() {
        let batches: Vec<i64> = parts.db.read(&caller, |view| {
            view.all(
                "SELECT id FROM batch b WHERE created_at < :old
                     AND NOT EXISTS (SELECT 1 FROM event WHERE batch_id = b.id)
                     AND NOT EXISTS (SELECT 1 FROM activity WHERE batch_id = b.id)
                     AND NOT EXISTS (SELECT 1 FROM job WHERE batch_id = b.id)
                     AND NOT EXISTS (SELECT 1 FROM batch WHERE parent_id = b.id)
                 ORDER BY id LIMIT :most",
                named_params! { ":old": old, ":most": BATCHES },
            )
        })?;
        if batches.is_empty() {
            break;
        }
        parts.db.write(&caller, move |change| {
            change.run(
                "DELETE FROM batch WHERE id IN (SELECT value FROM json_each(:batches))",
                named_params! { ":batches": id_list(&batches) },
            )
        })?;
    }
    Ok(())
}

/// Removes what was received and never kept, and takes to the trash what no row names any more.
pub fn sweep_attachments(parts: &Parts) -> Result<()> {
    let is_used = |hash: &str| {
        parts.db.read(&Caller::because_of(Cause::Clock), |view| {
            let rows: i64 = view.one(
                "SELECT (SELECT count(*) FROM attachment WHERE hash = :hash)
                     + (SELECT count(*) FROM custom_field_file WHERE hash = :hash)
                     + (SELECT count(*) FROM folder_image WHERE hash = :hash)
                     + (SELECT count(*) FROM task_attachment WHERE hash = :hash)
                     + (SELECT count(*) FROM theme_image WHERE hash = :hash)",
                named_params! { ":hash": hash },
            )?;
            Ok(rows > 0)
        })
    };
    let swept = parts
        .files
        .sweep(parts.db.clock().now(), &is_used, GRACE_SECS)?;
    tracing::debug!(?swept, "attachments were swept");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_ends_one_run_alone() {
        run("panics", || panic!("as asked"));
        let mut is_run = false;
        run("goes on", || {
            is_run = true;
            Ok(())
        });
        assert!(is_run);
    }
}
