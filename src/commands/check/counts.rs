//! The tables of counts, counted again.

use super::{DERIVED, Fault};
use crate::base::db::View;
use crate::base::error::Result;

/// `ticket_count` and `ticket_total` against `ticket`. A cell of 0 is as good as none.
pub(super) fn tickets(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = cells(
        view,
        "ticket_count",
        "WITH counted AS (
             SELECT is_trashed, ifnull(group_id, 0) AS group_id, ifnull(team_id, 0) AS team_id,
                 ifnull(agent_id, 0) AS agent_id, status_id, is_new, is_replied, is_starred, count(*) AS tickets
             FROM ticket GROUP BY 1, 2, 3, 4, 5, 6, 7, 8)
         SELECT format('(trashed %d, group %d, team %d, agent %d, status %d, new %d, replied %d, starred %d)',
             is_trashed, group_id, team_id, agent_id, status_id, is_new, is_replied, is_starred),
             ifnull(kept.tickets, 0), ifnull(counted.tickets, 0)
         FROM ticket_count kept FULL JOIN counted
         USING (is_trashed, group_id, team_id, agent_id, status_id, is_new, is_replied, is_starred)
         WHERE ifnull(kept.tickets, 0) <> ifnull(counted.tickets, 0)",
    )?;
    faults.extend(cells(
        view,
        "ticket_total",
        "WITH counted AS (
             SELECT is_trashed, agent_id IS NOT NULL AS is_assigned, status_id, is_new, is_replied, is_starred,
                 count(*) AS tickets
             FROM ticket GROUP BY 1, 2, 3, 4, 5, 6)
         SELECT format('(trashed %d, assigned %d, status %d, new %d, replied %d, starred %d)',
             is_trashed, is_assigned, status_id, is_new, is_replied, is_starred),
             ifnull(kept.tickets, 0), ifnull(counted.tickets, 0)
         FROM ticket_total kept FULL JOIN counted
         USING (is_trashed, is_assigned, status_id, is_new, is_replied, is_starred)
         WHERE ifnull(kept.tickets, 0) <> ifnull(counted.tickets, 0)",
    )?);
    Ok(faults)
}

/// `profile_count` against `profile`.
pub(super) fn profiles(view: &View<'_>) -> Result<Vec<Fault>> {
    cells(
        view,
        "profile_count",
        "WITH counted AS (
             SELECT side, is_active, is_starred, count(*) AS profiles
             FROM profile WHERE removed_at IS NULL GROUP BY 1, 2, 3)
         SELECT format('(%s, active %d, starred %d)', side, is_active, is_starred),
             ifnull(kept.profiles, 0), ifnull(counted.profiles, 0)
         FROM profile_count kept FULL JOIN counted USING (side, is_active, is_starred)
         WHERE ifnull(kept.profiles, 0) <> ifnull(counted.profiles, 0)",
    )
}

/// `task_count` and `task_total` against `task`.
pub(super) fn tasks(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = cells(
        view,
        "task_count",
        "WITH counted AS (
             SELECT ticket_agent_id, ticket_group_id, ticket_team_id, stage_id, priority_id, count(*) AS tasks
             FROM task WHERE ticket_is_trashed = 0 GROUP BY 1, 2, 3, 4, 5)
         SELECT format('(agent %d, group %d, team %d, stage %d, priority %d)',
             ticket_agent_id, ticket_group_id, ticket_team_id, stage_id, priority_id),
             ifnull(kept.tasks, 0), ifnull(counted.tasks, 0)
         FROM task_count kept FULL JOIN counted
         USING (ticket_agent_id, ticket_group_id, ticket_team_id, stage_id, priority_id)
         WHERE ifnull(kept.tasks, 0) <> ifnull(counted.tasks, 0)",
    )?;
    faults.extend(cells(
        view,
        "task_total",
        "WITH counted AS (
             SELECT stage_id, priority_id, count(*) AS tasks FROM task WHERE ticket_is_trashed = 0 GROUP BY 1, 2)
         SELECT format('(stage %d, priority %d)', stage_id, priority_id),
             ifnull(kept.tasks, 0), ifnull(counted.tasks, 0)
         FROM task_total kept FULL JOIN counted USING (stage_id, priority_id)
         WHERE ifnull(kept.tasks, 0) <> ifnull(counted.tasks, 0)",
    )?);
    Ok(faults)
}

/// `tag_count` against the tickets that have tags, and `tickets` of each tag against it.
pub(super) fn tags(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = cells(
        view,
        "tag_count",
        "WITH counted AS (
             SELECT tag_id, ifnull(agent_id, 0) AS agent_id, ifnull(group_id, 0) AS group_id,
                 ifnull(team_id, 0) AS team_id, count(*) AS tickets
             FROM ticket_tag CROSS JOIN ticket ON ticket.id = ticket_id
             -- A deleted tag that is still to be taken off is counted no more.
             WHERE is_trashed = 0 AND tag_id IN (SELECT id FROM tag) GROUP BY 1, 2, 3, 4)
         SELECT format('(tag %d, agent %d, group %d, team %d)', tag_id, agent_id, group_id, team_id),
             ifnull(kept.tickets, 0), ifnull(counted.tickets, 0)
         FROM tag_count kept FULL JOIN counted USING (tag_id, agent_id, group_id, team_id)
         WHERE ifnull(kept.tickets, 0) <> ifnull(counted.tickets, 0)",
    )?;
    faults.extend(cells(
        view,
        "tag",
        "SELECT CAST(id AS TEXT), tag.tickets,
             (SELECT ifnull(sum(c.tickets), 0) FROM tag_count c WHERE c.tag_id = tag.id) AS counted
         FROM tag WHERE tag.tickets <> counted",
    )?);
    Ok(faults)
}

/// The cells of a table that the query finds wrong: which, what it says, what is so.
fn cells(view: &View<'_>, table: &str, sql: &str) -> Result<Vec<Fault>> {
    let wrong: Vec<(String, i64, i64)> = view.all(sql, [])?;
    let faults = wrong.into_iter().map(|(cell, says, counted)| {
        let what = format!("says {says} where {counted} are there");
        Fault::new(format!("{table} {cell}"), what, DERIVED)
    });
    Ok(faults.collect())
}
