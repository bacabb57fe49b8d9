//! A page of a list of tickets: the way to its ids, and the rows that the list shows.
//! The ways are chosen by the counts, which are known by then, for the engine keeps no
//! statistics and would guess.

use super::count::BY_ID;
use super::filter::Filter;
use super::store::{COLUMNS, Ticket};
use crate::base::db::{Select, View, from_row, id_list, named_params};
use crate::base::error::Result;
use crate::desk::search_matches::SearchMatches;
use crate::desk::visibility::Visibility;
use crate::web::listing::Way;

/// A ticket in a list: its row with the names that the list shows.
pub(super) struct Listed {
    /// The ticket.
    pub ticket: Ticket,
    /// The customer's address.
    pub customer_email: String,
    /// The customer's name.
    pub customer_name: String,
    /// The agent's address.
    pub agent_email: Option<String>,
    /// The agent's name.
    pub agent_name: Option<String>,
    /// The group's name.
    pub group_name: Option<String>,
    /// The team's name.
    pub team_name: Option<String>,
    /// The type's name.
    pub type_name: Option<String>,
}

from_row!(Listed {
    ticket => Ticket,
    customer_email,
    customer_name,
    agent_email,
    agent_name,
    group_name,
    team_name,
    type_name
});

/// The page of those that `filter` lists, `total` in all; of those found, where there was
/// a search. First the ids alone, then the rows of the page, so that a late page skips
/// no joins.
pub(super) fn page(
    view: &View<'_>,
    filter: &Filter,
    total: i64,
    found: Option<&SearchMatches>,
) -> Result<Vec<Listed>> {
    if filter.listing.page.offset() >= total {
        return Ok(Vec::new());
    }
    let ids = match found {
        Some(found) if filter.listing.order.is_by_id() => found.page(filter.listing.page),
        Some(found) => view.select(&sorted(filter, found))?,
        None => view.select(&query(view, filter, total)?)?,
    };
    rows(view, &ids)
}

fn rows(view: &View<'_>, ids: &[i64]) -> Result<Vec<Listed>> {
    let sql = format!(
        "SELECT {COLUMNS}, customer.email AS customer_email, ifnull(customer_side.name, '') AS customer_name,
             agent.email AS agent_email, agent_side.name AS agent_name, g.name AS group_name,
             s.name AS team_name, y.name AS type_name
         FROM ticket t
         JOIN user customer ON customer.id = t.customer_id
         LEFT JOIN profile customer_side ON customer_side.user_id = t.customer_id AND customer_side.side = 'customer'
         LEFT JOIN user agent ON agent.id = t.agent_id
         LEFT JOIN profile agent_side ON agent_side.user_id = t.agent_id AND agent_side.side = 'agent'
         LEFT JOIN \"group\" g ON g.id = t.group_id
         LEFT JOIN team s ON s.id = t.team_id
         LEFT JOIN ticket_type y ON y.id = t.type_id
         WHERE t.id IN (SELECT value FROM json_each(:ids))"
    );
    let mut rows: Vec<Listed> = view.all(&sql, named_params! { ":ids": id_list(ids) })?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.ticket.id));
    Ok(rows)
}

fn way(view: &View<'_>, filter: &Filter, total: i64) -> Result<Way> {
    if matches!(filter.visibility, Visibility::Customer(_)) {
        return Ok(Way::Gather);
    }
    if filter.is_whole() {
        return Ok(Way::Walk);
    }
    Ok(Way::to(filter.listing.page, total, walked(view, filter)?))
}

/// The query for the ids of a page of a list without a search, `total` tickets long.
pub(super) fn query(view: &View<'_>, filter: &Filter, total: i64) -> Result<Select> {
    let listing = &filter.listing;
    let is_one_status = listing.order.is_by_id() && filter.statuses.len() == 1;
    if is_one_status && filter.leads && !matches!(filter.visibility, Visibility::Customer(_)) {
        // The index of a filter has the order too.
        let mut select = ids(filter, "ticket t");
        listing.order.apply(&mut select, Way::Walk, listing.page);
        return Ok(select);
    }
    let way = way(view, filter, total)?;
    let mut select = match way {
        Way::Walk if is_one_status => ids(filter, "ticket t INDEXED BY ticket_by_status"),
        Way::Walk => listing.order.walked(
            |source| ids(filter, source),
            "ticket t INDEXED BY ticket_by_agent",
        ),
        Way::Gather if filter.has_ids => ids(filter, BY_ID),
        Way::Gather => ids(filter, "ticket t"),
    };
    listing.order.apply(&mut select, way, listing.page);
    Ok(select)
}

/// How many tickets a walk can meet: those of other statuses it passes over in the index.
fn walked(view: &View<'_>, filter: &Filter) -> Result<i64> {
    let mut select = Select::new("ifnull(sum(t.tickets), 0)", "ticket_total t");
    select.and("t.is_trashed = ?", [i64::from(filter.is_trashed).into()]);
    filter.apply_status(&mut select);
    let [walked] = view.sums(&select)?;
    Ok(walked)
}

/// The query for the ids of a list.
fn ids(filter: &Filter, source: &'static str) -> Select {
    let mut select = Select::new("t.id", source);
    filter.apply(&mut select);
    filter.apply_status(&mut select);
    if filter.is_unassigned {
        // Says nothing new, but so that an index can lead.
        select.and("t.agent_id IS NULL", []);
    }
    select
}

/// The query for the ids of a page of what a search found.
fn sorted(filter: &Filter, found: &SearchMatches) -> Select {
    let mut select = Select::new("t.id", "ticket t");
    select.and(
        "t.id IN (SELECT value FROM json_each(?))",
        [id_list(&found.ids)],
    );
    let listing = &filter.listing;
    listing.order.apply(&mut select, Way::Gather, listing.page);
    select
}
