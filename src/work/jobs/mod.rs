//! Work that is too long for one transaction, done in slices: each is a transaction of its own,
//! short enough for whoever waits to write, and keeps how far it came. What is left after a kill
//! goes on at the next start.
//!
//! Whoever made the change that left a job does its slices before they are answered, so that
//! what they are told is done is seen done; the worker does what is left.

mod claim;
mod slice;
mod worker;

use std::time::{Duration, Instant};

use crate::base::db::{Change, Db, named_params};
use crate::base::error::Result;
use crate::base::event::Event;
use crate::base::job::{Job, Progress};
use crate::base::parts::Parts;
use crate::base::seal::Sealer;
use claim::{Claimed, Which};

pub use claim::MOST_ATTEMPTS;
pub use worker::{Worker, start};

/// How long somebody waits for the jobs that their change has left: what is longer is followed
/// up by the worker.
const PATIENCE: Duration = Duration::from_secs(30);

/// Begins what follows from an event and may be long: the first slice at once, the rest as a job.
pub(super) fn follow(change: &mut Change<'_>, event: &Event) -> Result<()> {
    let job = match *event {
        Event::PersonRenamed { user } => Job::ReindexPerson { user, after: 0 },
        Event::MemberRemoved { user } => Job::PartWithMember { user },
        Event::MemberDeactivated { user } => Job::ReleaseTickets { user },
        Event::TeamRegrouped { team } => Job::TakeOffTeam { team },
        Event::TagRenamed { tag } => Job::ReindexTag { tag, after: 0 },
        Event::TagDeleted { tag } => Job::TakeOffTag { tag },
        _ => return Ok(()),
    };
    if is_left(change, &job)? {
        return Ok(());
    }
    let mut slice = change.slice();
    match slice::run(change, &job, &mut slice, None)? {
        Progress::Done => Ok(()),
        Progress::Left(job) => change.enqueue(&job),
    }
}

/// Whether the change has left this about somebody already: a new address and a new name are told
/// one after the other, and both stand when the first is handled.
fn is_left(change: &mut Change<'_>, job: &Job) -> Result<bool> {
    let batch = change.batch()?;
    let left: i64 = change.view().one(
        "SELECT count(*) FROM job WHERE batch_id = :batch
             AND kind = :job ->> 'kind' AND data ->> 'user' = :job -> 'data' ->> 'user'",
        named_params! { ":batch": batch, ":job": serde_json::to_string(job)? },
    )?;
    Ok(left > 0)
}

/// Does the jobs that a change has left, for whoever made it and waits. What fails is tried
/// again by the worker.
pub fn follow_up(db: &Db, jobs: &[i64]) {
    let until = Instant::now() + PATIENCE;
    for id in jobs {
        match claim::claim(db, Which::One(*id)) {
            Ok(Some(claimed)) => run(db, &claimed, None, Some(until)),
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a job waits for the worker"),
        }
    }
}

/// Does one slice of the job that is due first; whether there was one. For tests, which
/// step through what a worker does.
pub fn step(parts: &Parts) -> Result<bool> {
    let Some(claimed) = claim::claim(&parts.db, Which::Due)? else {
        return Ok(false);
    };
    match claim::slice(&parts.db, &claimed, Some(&parts.sealer)) {
        Ok(Progress::Done) => {}
        Ok(Progress::Left(())) => claim::release(&parts.db, claimed.id)?,
        Err(error) => claim::fail(&parts.db, &claimed, &error)?,
    }
    Ok(true)
}

/// Does all that is due, to its end.
pub fn run_due(parts: &Parts) -> Result<()> {
    while let Some(claimed) = claim::claim(&parts.db, Which::Due)? {
        run(&parts.db, &claimed, Some(&parts.sealer), None);
        if parts.db.bell().is_over() {
            break;
        }
    }
    Ok(())
}

/// Does a job that was claimed, slice by slice, until it is done, fails, the time is over, or
/// the desk stops; then whoever comes next may claim it.
fn run(db: &Db, claimed: &Claimed, sealer: Option<&Sealer>, until: Option<Instant>) {
    let is_over = || db.bell().is_over() || until.is_some_and(|until| Instant::now() > until);
    let ended = loop {
        match claim::slice(db, claimed, sealer) {
            Ok(Progress::Done) => return,
            Ok(Progress::Left(())) if is_over() => break claim::release(db, claimed.id),
            Ok(Progress::Left(())) => {}
            Err(error) => {
                tracing::error!(job = claimed.id, %error, "a job failed; it is tried again");
                break claim::fail(db, claimed, &error);
            }
        }
    };
    if let Err(error) = ended {
        tracing::warn!(job = claimed.id, %error, "a job could not be given back; its lease ends by itself");
    }
}
