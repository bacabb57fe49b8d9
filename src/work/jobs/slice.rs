//! What each kind of job does in one slice. The rooms do it; here is only who does what.

use crate::base::db::{Change, named_params};
use crate::base::error::{Error, Result};
use crate::base::job::{Job, Progress, Slice};
use crate::base::seal::Sealer;
use crate::base::search::IndexRow;
use crate::desk::{article, custom_field, member, tag, ticket};
use crate::work::{clean_again, index};

/// Does one slice of a job; answers the job that is left. `sealer` is missing where a job is
/// done by somebody who holds no key, and what needs it waits for the worker.
pub(super) fn run(
    change: &mut Change<'_>,
    job: &Job,
    slice: &mut Slice,
    sealer: Option<&Sealer>,
) -> Result<Progress<Job>> {
    Ok(match *job {
        Job::ReindexPerson { user, after } => {
            from(reindex_person(change, user, after, slice)?, |after| {
                Job::ReindexPerson { user, after }
            })
        }
        Job::PartWithMember { user } => {
            from(member::part_with(change, user, slice)?, |()| job.clone())
        }
        Job::ReleaseTickets { user } => from(member::release_tickets(change, user, slice)?, |()| {
            job.clone()
        }),
        Job::TakeOffTeam { team } => from(ticket::change::leave_team(change, team, slice)?, |()| {
            job.clone()
        }),
        Job::TakeOffTag { tag } => from(take_off_tag(change, tag, slice)?, |()| job.clone()),
        Job::ReindexTag { tag, after } => {
            from(article::reindex_tag(change, tag, after, slice)?, |after| {
                Job::ReindexTag { tag, after }
            })
        }
        Job::SealField { field, after } => {
            let sealer =
                sealer.ok_or_else(|| Error::unavailable("only the server seals values"))?;
            from(
                custom_field::seal_values(change, (field, after), slice, sealer)?,
                |after| Job::SealField { field, after },
            )
        }
        Job::ForgetWords { is_begun } => from(forget_words(change, is_begun, slice)?, |()| {
            Job::ForgetWords { is_begun: true }
        }),
        Job::Reindex { ref rows } => from(reindex(change, rows, slice)?, |rows| Job::Reindex {
            rows: rows.to_vec(),
        }),
        Job::CleanAgain { table, after } => {
            from(clean_again::slice(change, table, after, slice)?, |after| {
                Job::CleanAgain { table, after }
            })
        }
        Job::DeleteTickets { ref tickets } => from(
            ticket::change::delete_some(change, tickets, slice)?,
            |tickets| Job::DeleteTickets { tickets },
        ),
    })
}

fn from<T>(progress: Progress<T>, job: impl FnOnce(T) -> Job) -> Progress<Job> {
    match progress {
        Progress::Done => Progress::Done,
        Progress::Left(rest) => Progress::Left(job(rest)),
    }
}

/// Writes anew how tickets are found that somebody is the customer of, or takes part in.
fn reindex_person(
    change: &mut Change<'_>,
    user: i64,
    after: i64,
    slice: &mut Slice,
) -> Result<Progress<i64>> {
    let tickets: Vec<i64> = change.view().all(
        "SELECT id FROM ticket WHERE customer_id = :user AND id > :after
         UNION SELECT ticket_id FROM ticket_collaborator WHERE user_id = :user AND ticket_id > :after
         ORDER BY 1 LIMIT :rows",
        named_params! { ":user": user, ":after": after, ":rows": slice.rows() },
    )?;
    let mut last = after;
    for ticket in tickets {
        if !slice.take() {
            return Ok(Progress::Left(last));
        }
        change.outdate(IndexRow::Ticket(ticket));
        last = ticket;
    }
    Ok(Progress::Done)
}

/// Merges the parts of the index, step by step.
fn forget_words(change: &mut Change<'_>, is_begun: bool, slice: &mut Slice) -> Result<Progress> {
    let mut is_begun = is_begun;
    while slice.take() {
        if !index::merge(change, is_begun)? {
            return Ok(Progress::Done);
        }
        is_begun = true;
    }
    Ok(Progress::Left(()))
}

/// Makes rows of the search index anew.
fn reindex<'r>(
    change: &mut Change<'_>,
    rows: &'r [IndexRow],
    slice: &mut Slice,
) -> Result<Progress<&'r [IndexRow]>> {
    for (done, row) in rows.iter().enumerate() {
        if !slice.take() {
            return Ok(Progress::Left(&rows[done..]));
        }
        index::write_row(change, *row)?;
    }
    Ok(Progress::Done)
}

/// Takes a deleted tag off its tickets, then off its articles.
fn take_off_tag(change: &mut Change<'_>, tag: i64, slice: &mut Slice) -> Result<Progress> {
    if tag::take_off_tickets(change, tag, slice)? != Progress::Done {
        return Ok(Progress::Left(()));
    }
    article::take_off_tag(change, tag, slice)
}
