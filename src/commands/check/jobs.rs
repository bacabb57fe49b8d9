//! Work that is left to be done. A job that is under way is no fault; one that failed for good
//! is, and what should have gone with a job that is not there.

use super::{DERIVED, Fault};
use crate::base::db::{View, named_params};
use crate::base::error::Result;
use crate::work::jobs::MOST_ATTEMPTS;

/// Jobs that were tried too often.
pub(super) fn failed(view: &View<'_>) -> Result<Vec<Fault>> {
    let failed: Vec<(i64, String, Option<String>)> = view.all(
        "SELECT id, kind, last_error FROM job WHERE attempts >= :most AND ifnull(leased_until, 0) <= :now",
        named_params! { ":most": MOST_ATTEMPTS, ":now": view.now() },
    )?;
    let faults = failed.into_iter().map(|(id, kind, error)| {
        let error = error.unwrap_or_else(|| "the process ended each time".into());
        let what = format!("{kind} failed {MOST_ATTEMPTS} times: {error}");
        let remedy = "report it; what it was to do is left undone, and nothing else is";
        Fault::new(format!("job {id}"), what, remedy)
    });
    Ok(faults.collect())
}

/// What a removed thing has left behind that no job goes after.
pub(super) fn traces(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (table, what, sql) in [
        (
            "tag",
            "is not there, but tickets or articles have it, and no job takes it off",
            "SELECT tag_id FROM (SELECT tag_id FROM ticket_tag UNION SELECT tag_id FROM article_tag)
             WHERE tag_id NOT IN (SELECT id FROM tag)
                 AND tag_id NOT IN (SELECT data ->> 'tag' FROM job WHERE kind = 'take_off_tag')",
        ),
        (
            "user",
            "is no agent, but tickets or tasks are assigned to them, and no job takes them off",
            "SELECT agent_id FROM (SELECT agent_id FROM ticket UNION SELECT agent_id FROM task)
             WHERE agent_id NOT IN (SELECT user_id FROM profile WHERE side = 'agent' AND removed_at IS NULL)
                 AND agent_id NOT IN (SELECT data ->> 'user' FROM job WHERE kind = 'part_with_member')",
        ),
    ] {
        let rows: Vec<i64> = view.all(sql, [])?;
        let found = rows.into_iter();
        faults.extend(found.map(|row| Fault::new(format!("{table} {row}"), what, DERIVED)));
    }
    Ok(faults)
}
