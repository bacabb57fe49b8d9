//! Periodic work as a table: name, how often, what.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::access;
use crate::base::cause::Cause;
use crate::base::db::named_params;
use crate::base::error::Result;
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// One piece of periodic work.
struct Task {
    name: &'static str,
    every: Duration,
    run: fn(&Parts) -> Result<()>,
}

const HOUR: Duration = Duration::from_hours(1);

/// For how long bytes that no row names are kept: longer than any backup takes.
const GRACE_SECS: i64 = 24 * 60 * 60;

const TASKS: [Task; 2] = [
    Task {
        name: "sweep attachments",
        every: HOUR,
        run: sweep_attachments,
    },
    Task {
        name: "sweep sessions and tokens",
        every: HOUR,
        run: sweep_access,
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

/// Starts the scheduler; every task runs once at the start.
pub fn start(parts: Parts) -> Result<Scheduler> {
    let (stop, stopped) = channel::<()>();
    let thread = std::thread::Builder::new()
        .name("scheduler".into())
        .spawn(move || {
            let mut due = TASKS.map(|_| Instant::now());
            loop {
                for (task, due) in TASKS.iter().zip(&mut due) {
                    if *due <= Instant::now() {
                        run(task, &parts);
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

fn run(task: &Task, parts: &Parts) {
    if let Err(error) = (task.run)(parts) {
        tracing::error!(task = task.name, %error, "periodic work failed; it is tried again when it is next due");
    }
}

/// Removes sessions, tokens and codes that ended long ago.
fn sweep_access(parts: &Parts) -> Result<()> {
    parts
        .db
        .write(&Caller::because_of(Cause::Clock), access::sweep)
}

/// Removes what was received and never kept, and what no row names any more.
fn sweep_attachments(parts: &Parts) -> Result<()> {
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
