//! Rows of `job`: taking one for a while, doing a slice of it, giving it back. It must not know
//! what the jobs do.

use std::time::Duration;

use super::slice;
use crate::base::cause::Cause;
use crate::base::db::{Change, Db, FromRow, Row, View, named_params};
use crate::base::error::{Error, Result};
use crate::base::job::{Job, LEASE_SECS, Progress};
use crate::base::seal::Sealer;
use crate::base::who::{Caller, Who};

/// How often a job is tried without coming on before it has failed for good.
pub const MOST_ATTEMPTS: i64 = 10;

/// How long a job waits after its first failure; twice as long after each one more.
const FIRST_DELAY_SECS: i64 = 5;
const LONGEST_DELAY_SECS: i64 = 60 * 60;

/// Which job is meant.
#[derive(Debug, Clone, Copy)]
pub(super) enum Which {
    /// That of this id, which is leased to whoever follows it up.
    One(i64),
    /// The one that is due first.
    Due,
}

/// A job that is ours for a while, and on whose behalf it is done.
#[derive(Debug, Clone)]
pub(super) struct Claimed {
    pub(super) id: i64,
    attempts: i64,
    batch: Option<i64>,
    caller: Caller,
}

impl FromRow for Claimed {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let user: Option<i64> = row.get("user_id")?;
        let job = Caller::because_of(Cause::Job);
        Ok(Self {
            id: row.get("id")?,
            attempts: row.get("attempts")?,
            batch: row.get("batch_id")?,
            caller: Caller {
                who: Who {
                    id: user.unwrap_or(0),
                    ..job.who
                },
                behind: row.get("impersonator_id")?,
                ..job
            },
        })
    }
}

/// Takes a job that is due, if there is one. An attempt counts from here on, so that a job which
/// ends the process is not tried for ever.
pub(super) fn claim(db: &Db, which: Which) -> Result<Option<Claimed>> {
    let caller = Caller::because_of(Cause::Job);
    // Most of the time nothing is due, and a look costs no write.
    if db.read(&caller, |view| due(view, which))?.is_none() {
        return Ok(None);
    }
    db.write(&caller, move |change| {
        let Some(claimed) = due(change.view(), which)? else {
            return Ok(None);
        };
        let until = change.now().plus_secs(LEASE_SECS);
        change.run(
            "UPDATE job SET leased_until = :until, attempts = attempts + 1 WHERE id = :id",
            named_params! { ":id": claimed.id, ":until": until },
        )?;
        Ok(Some(Claimed {
            attempts: claimed.attempts + 1,
            ..claimed
        }))
    })
}

fn due(view: &View<'_>, which: Which) -> Result<Option<Claimed>> {
    let id = match which {
        Which::One(id) => Some(id),
        Which::Due => None,
    };
    view.maybe(
        "SELECT job.id, job.attempts, job.batch_id, batch.user_id, batch.impersonator_id
         FROM job LEFT JOIN batch ON batch.id = job.batch_id
         WHERE attempts < :most AND iif(:id IS NULL, due_at <= :now AND ifnull(leased_until, 0) <= :now,
             -- These are for the worker alone.
             job.id = :id AND kind NOT IN ('seal_field', 'forget_words'))
         ORDER BY due_at, job.id LIMIT 1",
        named_params! { ":id": id, ":now": view.now(), ":most": MOST_ATTEMPTS },
    )
}

/// How long it is until a job is due, at most `longest`.
pub(super) fn wait(db: &Db, longest: Duration) -> Result<Duration> {
    let secs: Option<i64> = db.read(&Caller::because_of(Cause::Job), |view| {
        view.one(
            "SELECT min(max(due_at, ifnull(leased_until, 0))) - :now FROM job WHERE attempts < :most",
            named_params! { ":now": view.now(), ":most": MOST_ATTEMPTS },
        )
    })?;
    let secs = secs.and_then(|secs| u64::try_from(secs).ok());
    Ok(secs.map_or(longest, |secs| longest.min(Duration::from_secs(secs))))
}

/// Does the next slice of a job, as whoever left it, and keeps how far it came.
pub(super) fn slice(db: &Db, claimed: &Claimed, sealer: Option<&Sealer>) -> Result<Progress> {
    let (id, batch, sealer) = (claimed.id, claimed.batch, sealer.cloned());
    db.write(&claimed.caller, move |change| {
        if let Some(batch) = batch {
            change.continue_from(batch)?;
        }
        let Some(job) = stored(change.view(), id)? else {
            return Ok(Progress::Done);
        };
        let mut slice = change.slice();
        match slice::run(change, &job, &mut slice, sealer.as_ref())? {
            Progress::Done => {
                change.run(
                    "DELETE FROM job WHERE id = :id",
                    named_params! { ":id": id },
                )?;
                Ok(Progress::Done)
            }
            Progress::Left(rest) => keep(change, id, &rest).map(Progress::Left),
        }
    })
}

fn stored(view: &View<'_>, id: i64) -> Result<Option<Job>> {
    let job: Option<String> = view.maybe(
        "SELECT json_object('kind', kind, 'data', json(data)) FROM job WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(job.map(|job| serde_json::from_str(&job)).transpose()?)
}

/// Keeps what is left. Who comes on has not failed.
fn keep(change: &mut Change<'_>, id: i64, rest: &Job) -> Result<()> {
    let until = change.now().plus_secs(LEASE_SECS);
    change.run(
        "UPDATE job SET data = :job -> 'data', leased_until = :until, attempts = 0, last_error = NULL
         WHERE id = :id",
        named_params! { ":id": id, ":job": serde_json::to_string(rest)?, ":until": until },
    )?;
    Ok(())
}

/// Gives a job back before it is done.
pub(super) fn release(db: &Db, id: i64) -> Result<()> {
    db.write(&Caller::because_of(Cause::Job), move |change| {
        change.run(
            "UPDATE job SET leased_until = NULL WHERE id = :id",
            named_params! { ":id": id },
        )?;
        Ok(())
    })
}

/// Gives every job back: at the start, when nobody can be at work on one.
pub(super) fn release_all(db: &Db) -> Result<()> {
    db.write(&Caller::because_of(Cause::Job), |change| {
        let sql = "UPDATE job SET leased_until = NULL WHERE leased_until IS NOT NULL";
        change.run(sql, [])?;
        Ok(())
    })
}

/// Gives a job back that failed, to be tried again later.
pub(super) fn fail(db: &Db, claimed: &Claimed, error: &Error) -> Result<()> {
    let (id, error) = (claimed.id, error.to_string());
    let doublings = u32::try_from(claimed.attempts - 1).unwrap_or(0).min(16);
    let delay = (FIRST_DELAY_SECS << doublings).min(LONGEST_DELAY_SECS);
    db.write(&Caller::because_of(Cause::Job), move |change| {
        let due = change.now().plus_secs(delay);
        change.run(
            "UPDATE job SET leased_until = NULL, due_at = :due, last_error = :error WHERE id = :id",
            named_params! { ":id": id, ":due": due, ":error": error },
        )?;
        Ok(())
    })
}
