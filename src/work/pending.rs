//! Customers who have not answered for as long as the company waits (`pendingSince`): it is emitted
//! once for each answer of an agent, and what is mailed then is a workflow's to say.

use crate::base::cause::Cause;
use crate::base::db::{Change, named_params};
use crate::base::error::Result;
use crate::base::event::Event;
use crate::base::job::Progress;
use crate::base::parts::Parts;
use crate::base::time::Timestamp;
use crate::base::who::Caller;
use crate::desk::company::{self, hours};

const SECS_AN_HOUR: i64 = 3600;

/// Tells of every ticket that is due, a slice at a time.
pub fn look(parts: &Parts) -> Result<()> {
    let caller = Caller::because_of(Cause::Clock);
    while parts.db.write(&caller, look_at_some)? != Progress::Done {
        if parts.db.bell().is_over() {
            break;
        }
    }
    Ok(())
}

/// Those that wait longest come first, so that the first for whom it is too early ends the search:
/// working time passes for all alike.
fn look_at_some(change: &mut Change<'_>) -> Result<Progress> {
    let hours_waited: i64 = change
        .view()
        .one("SELECT pending_since FROM company WHERE id = 1", [])?;
    if hours_waited == 0 {
        return Ok(Progress::Done);
    }
    let patience = hours_waited.saturating_mul(SECS_AN_HOUR);
    let mut slice = change.slice();
    let waiting: Vec<(i64, Timestamp)> = change.view().all(
        "SELECT id, agent_replied_at FROM ticket
         WHERE is_replied = 1 AND is_trashed = 0 AND status_id IN (1, 2, 6) AND pending_told_at IS NULL
             AND agent_replied_at <= :latest
         ORDER BY agent_replied_at LIMIT :rows",
        named_params! { ":latest": change.now().plus_secs(-patience), ":rows": slice.rows() },
    )?;
    let (hours, calendar) = (
        hours::hours(change.view())?,
        company::calendar(change.view())?,
    );
    let now = change.now();
    for (ticket, answered_at) in waiting {
        if hours.working_secs(calendar.zone(), answered_at, now) < patience {
            return Ok(Progress::Done);
        }
        if !slice.take() {
            return Ok(Progress::Left(()));
        }
        change.run(
            "UPDATE ticket SET pending_told_at = :now WHERE id = :ticket",
            named_params! { ":ticket": ticket, ":now": now },
        )?;
        change.emit(Event::TicketPending { ticket });
    }
    Ok(Progress::Done)
}
