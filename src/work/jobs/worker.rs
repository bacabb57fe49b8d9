//! The thread that does what is due, woken after each commit that left something.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::JoinHandle;
use std::time::Duration;

use super::{claim, run_due};
use crate::base::error::Result;
use crate::base::parts::Parts;
use crate::work::clean_again;

/// How long the worker sleeps where nothing is due, and after something went wrong.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);
const SLEEP_AFTER_FAULT: Duration = Duration::from_secs(5);

/// The running worker.
pub struct Worker {
    parts: Parts,
    thread: JoinHandle<()>,
}

impl Worker {
    /// Lets the slice at hand finish, and no other begin: the rest is done after the next start.
    pub fn stop(self) {
        self.parts.db.bell().ring_for_the_end();
        if self.thread.join().is_err() {
            tracing::error!("the worker of jobs had panicked");
        }
    }
}

/// Starts the worker. What was leased is free again: whoever leased it is gone, and a slice
/// that is still done beside this one reads how far the other came.
pub fn start(parts: Parts) -> Result<Worker> {
    if let Err(error) = claim::release_all(&parts.db) {
        // A disk that fails once is no reason not to serve.
        tracing::warn!(%error, "jobs that a kill has left wait until their leases end");
    }
    if let Err(error) = clean_again::begin(&parts) {
        tracing::warn!(%error, "texts of older rules are looked for at the next start");
    }
    let own = parts.clone();
    let thread = std::thread::Builder::new()
        .name("jobs".into())
        .spawn(move || {
            while !own.db.bell().is_over() {
                let worked = catch_unwind(AssertUnwindSafe(|| run_due(&own)));
                let sleep = match worked {
                    Ok(Ok(())) => claim::wait(&own.db, LONGEST_SLEEP).unwrap_or(SLEEP_AFTER_FAULT),
                    Ok(Err(error)) => {
                        tracing::error!(%error, "jobs could not be looked up");
                        SLEEP_AFTER_FAULT
                    }
                    Err(_) => SLEEP_AFTER_FAULT,
                };
                own.db.bell().wait(sleep);
            }
        })?;
    Ok(Worker { parts, thread })
}
