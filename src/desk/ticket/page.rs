//! A page of a list of tickets: the way to its ids, and the rows that the list shows.
//! The ways are chosen by the counts, which are known by then, for the engine keeps no
//! statistics and would guess.

use super::count::BY_ID;
use super::filter::{Filter, Sort};
use super::store::{COLUMNS, Ticket};
use crate::base::db::{FromRow, Row, Select, View, id_list, named_params};
use crate::base::error::Result;
use crate::desk::search_matches::SearchMatches;
use crate::desk::visibility::Visibility;

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

impl FromRow for Listed {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            ticket: Ticket::from_row(row)?,
            customer_email: row.get("customer_email")?,
            customer_name: row.get("customer_name")?,
            agent_email: row.get("agent_email")?,
            agent_name: row.get("agent_name")?,
            group_name: row.get("group_name")?,
            team_name: row.get("team_name")?,
            type_name: row.get("type_name")?,
        })
    }
}

/// The page of those that `filter` lists, `total` in all; of those found, where there was
/// a search. First the ids alone, then the rows of the page, so that a late page skips
/// no joins.
pub(super) fn page(
    view: &View<'_>,
    filter: &Filter,
    total: i64,
    found: Option<&SearchMatches>,
) -> Result<Vec<Listed>> {
    if filter.page.offset() >= total {
        return Ok(Vec::new());
    }
    let ids = match found {
        Some(found) if filter.sort == Sort::Id => found.page(filter.page),
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

/// How the ids of a page are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The index that has the order of the list is walked until the page is full.
    Walk,
    /// The index of a filter has the order too.
    Lead,
    /// All are gathered, by whatever index finds them, and sorted.
    Gather,
}

fn way(view: &View<'_>, filter: &Filter, total: i64) -> Result<Way> {
    if filter.sort == Sort::AgentName || matches!(filter.visibility, Visibility::Customer(_)) {
        return Ok(Way::Gather);
    }
    if filter.is_whole() {
        return Ok(Way::Walk);
    }
    if filter.leads && filter.sort == Sort::Id && filter.statuses.len() == 1 {
        return Ok(Way::Lead);
    }
    // Of what is walked every so-manieth ticket is in the list, while gathering reads
    // each of the list once.
    let walked = walked(view, filter)?;
    let end = filter
        .page
        .offset()
        .saturating_add(filter.page.limit())
        .min(total);
    let is_shorter = end.saturating_mul(walked) <= total.saturating_mul(total);
    Ok(if is_shorter { Way::Walk } else { Way::Gather })
}

/// The query for the ids of a page of a list without a search, `total` tickets long.
pub(super) fn query(view: &View<'_>, filter: &Filter, total: i64) -> Result<Select> {
    Ok(page_of_ids(filter, way(view, filter, total)?))
}

/// How many tickets a walk can meet: those of other statuses it passes over in the index.
fn walked(view: &View<'_>, filter: &Filter) -> Result<i64> {
    let mut select = Select::new("ifnull(sum(t.tickets), 0)", "ticket_total t");
    select.and("t.is_trashed = ?", [i64::from(filter.is_trashed).into()]);
    filter.apply_status(&mut select);
    let [walked] = view.sums(&select)?;
    Ok(walked)
}

/// The query for the ids of a page.
fn page_of_ids(filter: &Filter, way: Way) -> Select {
    let mut select = Select::new("t.id", source(filter, way));
    filter.apply(&mut select);
    filter.apply_status(&mut select);
    if filter.is_unassigned {
        // Says nothing new, but so that an index can lead.
        select.and("t.agent_id IS NULL", []);
    }
    ordered(&mut select, filter, way);
    select
}

/// The query for the ids of a page of what a search found.
fn sorted(filter: &Filter, found: &SearchMatches) -> Select {
    let mut select = Select::new("t.id", "ticket t");
    select.and(
        "t.id IN (SELECT value FROM json_each(?))",
        [id_list(&found.ids)],
    );
    ordered(&mut select, filter, Way::Gather);
    select
}

fn ordered(select: &mut Select, filter: &Filter, way: Way) {
    let order = order(filter.sort, way)[usize::from(filter.is_descending)];
    select.then(order, []);
    select.then(
        "LIMIT ? OFFSET ?",
        [filter.page.limit().into(), filter.page.offset().into()],
    );
}

/// What a list reads: the index that has its order is named, for the planner could
/// choose one that reads every ticket.
fn source(filter: &Filter, way: Way) -> &'static str {
    let is_one_status = filter.statuses.len() == 1;
    match (way, filter.sort) {
        (Way::Walk, Sort::Id) if is_one_status => "ticket t INDEXED BY ticket_by_status",
        (Way::Walk, Sort::Id) => "ticket t INDEXED BY ticket_by_trash",
        (Way::Walk, Sort::UpdatedAt) => "ticket t INDEXED BY ticket_by_update",
        (Way::Walk, Sort::CustomerEmail) => {
            "user c CROSS JOIN ticket t INDEXED BY ticket_by_customer ON t.customer_id = c.id"
        }
        (Way::Walk, Sort::CustomerName) => {
            "profile p INDEXED BY profile_by_name CROSS JOIN ticket t INDEXED BY ticket_by_customer
             ON t.customer_id = p.user_id AND p.side = 'customer'"
        }
        (Way::Gather, _) if filter.has_ids => BY_ID,
        _ => "ticket t",
    }
}

/// Ascending and descending. Equal names fall back on the newest ticket first. A plus
/// keeps the planner from walking an index for the sake of its order.
fn order(sort: Sort, way: Way) -> [&'static str; 2] {
    match (sort, way) {
        (Sort::Id, Way::Walk | Way::Lead) => ["ORDER BY t.id", "ORDER BY t.id DESC"],
        (Sort::Id, Way::Gather) => ["ORDER BY +t.id", "ORDER BY +t.id DESC"],
        (Sort::UpdatedAt, Way::Walk) => [
            "ORDER BY t.updated_at, t.id",
            "ORDER BY t.updated_at DESC, t.id DESC",
        ],
        (Sort::UpdatedAt, _) => [
            "ORDER BY +t.updated_at, t.id",
            "ORDER BY +t.updated_at DESC, t.id DESC",
        ],
        (Sort::CustomerEmail, Way::Walk) => [
            "ORDER BY c.email_key, c.id, t.id",
            "ORDER BY c.email_key DESC, c.id DESC, t.id DESC",
        ],
        (Sort::CustomerName, Way::Walk) => [
            "ORDER BY p.name_key, p.id, t.id",
            "ORDER BY p.name_key DESC, p.id DESC, t.id DESC",
        ],
        (Sort::CustomerEmail, _) => [
            "ORDER BY (SELECT email_key FROM user WHERE id = t.customer_id), t.id",
            "ORDER BY (SELECT email_key FROM user WHERE id = t.customer_id) DESC, t.id DESC",
        ],
        (Sort::CustomerName, _) => [
            "ORDER BY (SELECT name_key FROM profile WHERE user_id = t.customer_id AND side = 'customer'), t.id",
            "ORDER BY (SELECT name_key FROM profile WHERE user_id = t.customer_id AND side = 'customer') DESC, t.id DESC",
        ],
        (Sort::AgentName, _) => [
            "ORDER BY (SELECT name_key FROM profile WHERE user_id = t.agent_id AND side = 'agent'), t.id",
            "ORDER BY (SELECT name_key FROM profile WHERE user_id = t.agent_id AND side = 'agent') DESC, t.id DESC",
        ],
    }
}
