//! What a search finds: one pass through the index's matches, the newest tickets first,
//! gives the counts, the total and the page, and ends as soon as it knows them.

use std::collections::HashMap;
use std::ops::ControlFlow;

use super::filter::{Filter, Sort};
use crate::base::db::{Select, View};
use crate::base::error::Result;

/// A search counts so many tickets beyond the page that is asked for and no further: of
/// what a common word is in, nobody reads all. Whoever pages on finds that there is more.
const LOOK_AHEAD: usize = 250;

/// Tickets that have the words.
#[derive(Debug, Default)]
pub(super) struct SearchMatches {
    /// How many there are of each status, of all statuses.
    pub per_status: HashMap<i64, i64>,
    /// Those of the statuses listed, in the order of their ids that the list has.
    pub tickets: Vec<i64>,
}

/// Looks for an FTS5 expression under all other filters.
pub(super) fn search(view: &View<'_>, filter: &Filter, expression: &str) -> Result<SearchMatches> {
    let select = matches(filter, expression);
    let most = most_found(filter);
    let (mut found, mut counted) = (SearchMatches::default(), 0);
    view.until(&select, |(ticket, status): (i64, i64)| {
        if counted < most {
            counted += 1;
            *found.per_status.entry(status).or_default() += 1;
        }
        if filter.lists(status) && found.tickets.len() < most {
            found.tickets.push(ticket);
        }
        if counted == most && found.tickets.len() == most {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(found)
}

/// The query for all matches, in the order in which the list has them.
pub(super) fn matches(filter: &Filter, expression: &str) -> Select {
    let mut select = Select::new(
        "t.id, t.status_id",
        "ticket_search s CROSS JOIN ticket t ON t.id = s.rowid",
    );
    select.and("s.ticket_search MATCH ?", [expression.to_owned().into()]);
    filter.apply(&mut select);
    let is_oldest_first = filter.sort == Sort::Id && !filter.is_descending;
    let order = if is_oldest_first {
        "ORDER BY s.rowid"
    } else {
        "ORDER BY s.rowid DESC"
    };
    select.then(order, []);
    select
}

/// Where a search ends: in whole steps, so that the total does not move with every page.
fn most_found(filter: &Filter) -> usize {
    let end = filter.page.offset().saturating_add(filter.page.limit());
    let end = usize::try_from(end).unwrap_or(usize::MAX);
    (end / LOOK_AHEAD + 1).saturating_mul(LOOK_AHEAD)
}

impl SearchMatches {
    /// How many there are of the statuses listed.
    pub(super) fn total(&self) -> i64 {
        i64::try_from(self.tickets.len()).unwrap_or(i64::MAX)
    }

    /// The ids of the page that is asked for.
    pub(super) fn page(&self, filter: &Filter) -> Vec<i64> {
        let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
        let (offset, limit) = (size(filter.page.offset()), size(filter.page.limit()));
        let rest = self.tickets.iter().skip(offset).take(limit);
        rest.copied().collect()
    }
}
