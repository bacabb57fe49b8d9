//! How many tickets there are: sums over the tables of counts wherever these know
//! what is asked for, so that no list has to read every ticket.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::filter::Filter;
use crate::base::db::{Select, View, named_params};
use crate::base::error::Result;
use crate::base::who::Who;
use crate::desk::visibility::{self, Visibility};

/// The totals have no agents, only whether there is one; 0 is nobody's number.
const TOTALS: &str = "(SELECT is_trashed, is_assigned AS agent_id, status_id, is_new, is_replied, is_starred, tickets
    FROM ticket_total) t";
const CELLS: &str = "ticket_count t";
/// Tickets found by their ids, for which the planner would rather read an index of all.
pub(super) const BY_ID: &str = "ticket t NOT INDEXED";

/// Tickets per status under all filters but that of the status.
pub(super) fn per_status(view: &View<'_>, filter: &Filter) -> Result<HashMap<i64, i64>> {
    if !filter.is_counted() {
        let mut rows = Select::new(ROWS_PER_STATUS, rows_of(filter));
        filter.apply(&mut rows);
        return Ok((1..).zip(view.sums::<6>(&rows)?).collect());
    }
    let is_of_all = filter.visibility == Visibility::All && !filter.is_counted_by_cell;
    let mut cells = Select::new(CELLS_PER_STATUS, if is_of_all { TOTALS } else { CELLS });
    filter.apply_beside(filter.visibility.cell_condition(), &mut cells);
    let mut counts = view.sums::<6>(&cells)?;
    if let Some(beyond) = filter.visibility.beyond_cells() {
        let mut rows = Select::new(ROWS_PER_STATUS, BY_ID);
        filter.apply_beside(beyond, &mut rows);
        add(&mut counts, view.sums(&rows)?);
    }
    Ok((1..).zip(counts).collect())
}

fn add<const WIDTH: usize>(counts: &mut [i64; WIDTH], more: [i64; WIDTH]) {
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}

/// Tickets of the statuses listed, out of those per status.
pub(super) fn total(filter: &Filter, per_status: &HashMap<i64, i64>) -> i64 {
    let listed = per_status
        .iter()
        .filter(|(status, _)| filter.lists(**status));
    listed.map(|(_, count)| count).sum()
}

/// Where tickets themselves are counted: by their ids, where a condition lists them.
fn rows_of(filter: &Filter) -> &'static str {
    if filter.has_ids { BY_ID } else { "ticket t" }
}

// One row of six sums, not six groups: for groups the planner would read an index that
// has them in order, however many tickets there are in it.
const CELLS_PER_STATUS: &str = "
    ifnull(sum(t.tickets) FILTER (WHERE t.status_id = 1), 0),
    ifnull(sum(t.tickets) FILTER (WHERE t.status_id = 2), 0),
    ifnull(sum(t.tickets) FILTER (WHERE t.status_id = 3), 0),
    ifnull(sum(t.tickets) FILTER (WHERE t.status_id = 4), 0),
    ifnull(sum(t.tickets) FILTER (WHERE t.status_id = 5), 0),
    ifnull(sum(t.tickets) FILTER (WHERE t.status_id = 6), 0)";
const ROWS_PER_STATUS: &str = "
    count(*) FILTER (WHERE t.status_id = 1),
    count(*) FILTER (WHERE t.status_id = 2),
    count(*) FILTER (WHERE t.status_id = 3),
    count(*) FILTER (WHERE t.status_id = 4),
    count(*) FILTER (WHERE t.status_id = 5),
    count(*) FILTER (WHERE t.status_id = 6)";

/// The counts of the predefined lists, as text, in the documented order.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Predefined {
    all: String,
    new: String,
    unassigned: String,
    notreplied: String,
    mine: String,
    starred: String,
    trashed: String,
}

/// Everything that `who` sees, whatever the filters.
pub(super) fn predefined(view: &View<'_>, who: &Who) -> Result<Predefined> {
    let visibility = visibility::of(who);
    let (from, columns) = match visibility {
        Visibility::All => (TOTALS, SUMS),
        Visibility::Agent { .. } => (CELLS, SUMS),
        Visibility::Customer(_) | Visibility::Nothing => (BY_ID, ROWS),
    };
    let mut select = Select::new(columns, from);
    let (condition, binds) = visibility.cell_condition();
    select.and(condition, binds);
    let mut counts = view.sums::<6>(&select)?;
    if let Some((condition, binds)) = visibility.beyond_cells() {
        let mut rows = Select::new(ROWS_OF_AGENT, BY_ID);
        rows.and(condition, binds);
        add(&mut counts, view.sums(&rows)?);
    }
    let [all, new, unassigned, notreplied, starred, trashed] = counts;
    let mine = match visibility {
        Visibility::All | Visibility::Agent { .. } => view.one(
            "SELECT ifnull(sum(tickets), 0) FROM ticket_count INDEXED BY ticket_count_of_agent
             WHERE agent_id = :user AND is_trashed = 0",
            named_params! { ":user": who.id },
        )?,
        Visibility::Customer(user) => view.one(
            "SELECT count(*) FROM ticket INDEXED BY ticket_by_customer
             WHERE customer_id = :user AND is_trashed = 0",
            named_params! { ":user": user },
        )?,
        Visibility::Nothing => 0,
    };
    Ok(Predefined {
        all: all.to_string(),
        new: new.to_string(),
        unassigned: unassigned.to_string(),
        notreplied: notreplied.to_string(),
        mine: i64::to_string(&mine),
        starred: starred.to_string(),
        trashed: trashed.to_string(),
    })
}

const SUMS: &str = "
    ifnull(sum(tickets) FILTER (WHERE is_trashed = 0), 0),
    ifnull(sum(tickets) FILTER (WHERE is_trashed = 0 AND is_new = 1), 0),
    ifnull(sum(tickets) FILTER (WHERE is_trashed = 0 AND agent_id = 0), 0),
    ifnull(sum(tickets) FILTER (WHERE is_trashed = 0 AND is_replied = 0), 0),
    ifnull(sum(tickets) FILTER (WHERE is_trashed = 0 AND is_starred = 1), 0),
    ifnull(sum(tickets) FILTER (WHERE is_trashed = 1), 0)";

const ROWS_OF_AGENT: &str = "
    count(*) FILTER (WHERE is_trashed = 0),
    count(*) FILTER (WHERE is_trashed = 0 AND is_new = 1),
    count(*) FILTER (WHERE is_trashed = 0 AND agent_id IS NULL),
    count(*) FILTER (WHERE is_trashed = 0 AND is_replied = 0),
    count(*) FILTER (WHERE is_trashed = 0 AND is_starred = 1),
    count(*) FILTER (WHERE is_trashed = 1)";

const ROWS: &str = "
    count(*),
    count(*) FILTER (WHERE is_new = 1),
    count(*) FILTER (WHERE agent_id IS NULL),
    count(*) FILTER (WHERE is_replied = 0),
    count(*) FILTER (WHERE is_starred = 1),
    0";
