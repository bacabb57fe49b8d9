//! What a search finds of tickets. An agent who sees few of them is answered from these, whatever
//! is in the others; a customer by asking the index for the words and for them at once, and
//! everybody else by a walk through the matches, the newest first.

use super::filter::Filter;
use crate::base::db::{Select, View};
use crate::base::error::Result;
use crate::base::search::{Query, customer_token};
use crate::desk::search_matches::{Asked, SearchMatches, Walk};
use crate::desk::visibility::Visibility;

/// To ask the index about one ticket costs as much as to walk some fifty matches, so it is
/// asked about so many and no more.
const FEW: i64 = 200;

/// A search counts so many tickets beyond the page that is asked for and no further: of
/// what a common word is in, nobody reads all.
const LOOK_AHEAD: usize = 250;

/// What customers search: nothing of notes, and nothing that only agents are shown.
const PUBLIC: &str = "subject people message";

/// Looks for the words under all other filters.
pub(super) fn search(view: &View<'_>, filter: &Filter, query: &Query) -> Result<SearchMatches> {
    let walk = Walk {
        query,
        columns: matches!(filter.visibility, Visibility::Customer(_)).then_some(PUBLIC),
        terms: "ticket_search_term",
        page: filter.listing.page,
        look_ahead: LOOK_AHEAD,
        first: numbered(view, filter, query)?,
    };
    let way = way(view, filter)?;
    walk.run(
        view,
        |expression, asked| match asked {
            Asked::ByName => matches(filter, expression, way),
            Asked::ByBeginning => matches(filter, expression, Way::Matches),
        },
        |status| filter.lists(status),
    )
}

/// The ticket whose number is looked for, with its status, if the list has it.
fn numbered(view: &View<'_>, filter: &Filter, query: &Query) -> Result<Option<(i64, i64)>> {
    let Some(number) = query.ticket_number() else {
        return Ok(None);
    };
    let mut select = Select::new("t.id, t.status_id", "ticket t");
    select.and("t.increment_id = ?", [number.into()]);
    filter.apply(&mut select);
    Ok(view.select(&select)?.pop())
}

/// How the matches are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Those of the index, each looked up among the tickets.
    Matches,
    /// The tickets of the list, each looked up in the index.
    Tickets,
}

fn way(view: &View<'_>, filter: &Filter) -> Result<Way> {
    if !matches!(filter.visibility, Visibility::Agent { .. }) {
        return Ok(Way::Matches);
    }
    let mut seen = Select::new("ifnull(sum(t.tickets), 0)", "ticket_count t");
    let (condition, binds) = filter.visibility.cell_condition();
    seen.and("t.is_trashed = ?", [i64::from(filter.is_trashed).into()]);
    seen.and(condition, binds);
    let [seen] = view.sums(&seen)?;
    Ok(if seen > FEW {
        Way::Matches
    } else {
        Way::Tickets
    })
}

/// The query that a search walks: for tests that hold its plan.
pub(super) fn query(view: &View<'_>, filter: &Filter, query: &Query) -> Result<Select> {
    Ok(matches(filter, query.expression(None), way(view, filter)?))
}

/// The query for all matches, in the order in which the list has them.
fn matches(filter: &Filter, expression: String, way: Way) -> Select {
    let mut select = Select::new(
        "t.id, t.status_id",
        match way {
            Way::Matches => "ticket_search s CROSS JOIN ticket t ON t.id = s.rowid",
            Way::Tickets => "ticket t CROSS JOIN ticket_search s ON s.rowid = t.id",
        },
    );
    let expression = match filter.visibility {
        // Theirs are few, and the index skips what is not among them.
        Visibility::Customer(user) => {
            format!("customers : {} AND {expression}", customer_token(user))
        }
        _ => expression,
    };
    select.and("s.ticket_search MATCH ?", [expression.into()]);
    filter.apply(&mut select);
    let order = filter.listing.order;
    let is_oldest_first = order.is_by_id() && !order.is_descending();
    let order = match (way, is_oldest_first) {
        (Way::Matches, true) => "ORDER BY s.rowid",
        (Way::Matches, false) => "ORDER BY s.rowid DESC",
        (Way::Tickets, true) => "ORDER BY t.id",
        (Way::Tickets, false) => "ORDER BY t.id DESC",
    };
    select.then(order, []);
    select
}
