//! How many tickets there are: sums over the tables of counts wherever these know
//! what is asked for, so that no list has to read every ticket.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::filter::Filter;
use crate::base::db::{FromRow, Row, Select, View, named_params};
use crate::base::error::Result;
use crate::base::who::Who;
use crate::desk::sight::{self, Sight};

/// A search counts up to so many tickets and no further: what a common word is in,
/// nobody pages through to the end.
pub(super) const MOST_FOUND: i64 = 1000;

/// The totals have no agents, only whether there is one; 0 is nobody's number.
const TOTALS: &str = "(SELECT is_trashed, is_assigned AS agent_id, status_id, is_new, is_replied, is_starred, tickets
    FROM ticket_total) t";
const CELLS: &str = "ticket_count t";
/// Matches in the order of tickets, the newest first, each with its ticket.
pub(super) const FOUND: &str = "ticket_search s CROSS JOIN ticket t ON t.id = s.rowid / 1048576";

/// Tickets per status under all filters but that of the status.
pub(super) fn per_status(view: &View<'_>, filter: &Filter) -> Result<HashMap<i64, i64>> {
    let counts: Vec<(i64, i64)> = if filter.is_counted() {
        let whole = filter.sight == Sight::All && !filter.is_counted_by_cell;
        let mut select = Select::new(
            "t.status_id, sum(t.tickets)",
            if whole { TOTALS } else { CELLS },
        );
        filter.apply(&mut select);
        select.then("GROUP BY t.status_id", []);
        view.select(&select)?
    } else if let Some(expression) = &filter.search {
        let mut select = Select::new(
            "status_id, count(*) FROM (SELECT DISTINCT t.id, t.status_id AS status_id",
            FOUND,
        );
        select.and("s.ticket_search MATCH ?", [expression.clone().into()]);
        filter.apply(&mut select);
        select.then(
            "ORDER BY s.rowid DESC LIMIT ?) GROUP BY status_id",
            [MOST_FOUND.into()],
        );
        view.select(&select)?
    } else {
        let mut select = Select::new("t.status_id, count(*)", "ticket t");
        filter.apply(&mut select);
        select.then("GROUP BY t.status_id", []);
        view.select(&select)?
    };
    Ok(counts.into_iter().collect())
}

/// Tickets under all filters; `per_status` are those of [`per_status`].
pub(super) fn total(
    view: &View<'_>,
    filter: &Filter,
    per_status: &HashMap<i64, i64>,
) -> Result<i64> {
    let Some(expression) = &filter.search else {
        let wanted = |status: &i64| filter.statuses.is_empty() || filter.statuses.contains(status);
        return Ok(per_status
            .iter()
            .filter(|(status, _)| wanted(status))
            .map(|(_, count)| count)
            .sum());
    };
    // Counted anew: the statuses listed may all lie beyond where the tabs stopped.
    let mut select = Select::new("count(*) FROM (SELECT DISTINCT t.id", FOUND);
    select.and("s.ticket_search MATCH ?", [expression.clone().into()]);
    filter.apply(&mut select);
    filter.apply_status(&mut select);
    select.then("ORDER BY s.rowid DESC LIMIT ?)", [MOST_FOUND.into()]);
    Ok(view.select(&select)?.pop().unwrap_or(0))
}

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

struct Sums([i64; 6]);

impl FromRow for Sums {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let mut sums = [0; 6];
        for (at, sum) in sums.iter_mut().enumerate() {
            *sum = row.get(at)?;
        }
        Ok(Self(sums))
    }
}

/// Everything that `who` sees, whatever the filters.
pub(super) fn predefined(view: &View<'_>, who: &Who) -> Result<Predefined> {
    let sight = sight::of(who);
    let (from, columns) = match sight {
        Sight::All => (TOTALS, SUMS),
        Sight::Agent { .. } => (CELLS, SUMS),
        Sight::Customer(_) | Sight::Nothing => ("ticket t", ROWS),
    };
    let mut select = Select::new(columns, from);
    let (condition, binds) = sight.condition();
    select.and(condition, binds);
    let [all, new, unassigned, notreplied, starred, trashed] = view
        .select::<Sums>(&select)?
        .pop()
        .map_or([0; 6], |sums| sums.0);
    let mine = match sight {
        Sight::All | Sight::Agent { .. } => view.one(
            "SELECT ifnull(sum(tickets), 0) FROM ticket_count INDEXED BY ticket_count_of_agent
             WHERE agent_id = :user AND is_trashed = 0",
            named_params! { ":user": who.id },
        )?,
        Sight::Customer(user) => view.one(
            "SELECT count(*) FROM ticket INDEXED BY ticket_by_customer
             WHERE customer_id = :user AND is_trashed = 0",
            named_params! { ":user": user },
        )?,
        Sight::Nothing => 0,
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

const ROWS: &str = "
    count(*),
    count(*) FILTER (WHERE is_new = 1),
    count(*) FILTER (WHERE agent_id IS NULL),
    count(*) FILTER (WHERE is_replied = 0),
    count(*) FILTER (WHERE is_starred = 1),
    0";
