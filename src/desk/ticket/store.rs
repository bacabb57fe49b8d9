//! Rows of `ticket`, and the queries that lists walk.

use crate::base::db::{FromRow, Row, Select, View, named_params};
use crate::base::error::Result;
use crate::base::time::Stamp;
use crate::base::who::Who;
use crate::desk::sight::{self, Sight};
use crate::desk::ticket::count::{FOUND, MOST_FOUND};
use crate::desk::ticket::filter::{Filter, Sort, Walk};

/// A ticket as it is stored.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// The id that all operations but one take.
    pub id: i64,
    /// The number that people see.
    pub increment_id: i64,
    /// The subject line.
    pub subject: String,
    /// Where it came from.
    pub source: String,
    /// Status, 1 to 6.
    pub status: i64,
    /// Priority, 1 to 4.
    pub priority: i64,
    /// Ticket type.
    pub type_id: Option<i64>,
    /// Whose ticket it is.
    pub customer: i64,
    /// Who works on it.
    pub agent: Option<i64>,
    /// The group that it is with.
    pub group: Option<i64>,
    /// The team that it is with.
    pub team: Option<i64>,
    /// The mailbox that it came through.
    pub mailbox: Option<i64>,
    /// Whether it is starred.
    pub is_starred: bool,
    /// Whether it is in the trash.
    pub is_trashed: bool,
    /// Whether no agent has opened or answered it.
    pub is_new: bool,
    /// Whether the last public thread is an agent's.
    pub is_replied: bool,
    /// Replies so far.
    pub reply_count: i64,
    /// Files so far.
    pub attachment_count: i64,
    /// Moves with every write.
    pub version: i64,
    /// The unguessable part of its mail address.
    pub reply_token: String,
    /// Where the client called from that opened it.
    pub ip_address: Option<String>,
    /// When it was opened.
    pub created_at: Stamp,
    /// When it was last changed.
    pub updated_at: Stamp,
    /// When an agent last replied.
    pub agent_replied_at: Option<Stamp>,
}

impl FromRow for Ticket {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            increment_id: row.get("increment_id")?,
            subject: row.get("subject")?,
            source: row.get("source")?,
            status: row.get("status_id")?,
            priority: row.get("priority_id")?,
            type_id: row.get("type_id")?,
            customer: row.get("customer_id")?,
            agent: row.get("agent_id")?,
            group: row.get("group_id")?,
            team: row.get("team_id")?,
            mailbox: row.get("mailbox_id")?,
            is_starred: row.get("is_starred")?,
            is_trashed: row.get("is_trashed")?,
            is_new: row.get("is_new")?,
            is_replied: row.get("is_replied")?,
            reply_count: row.get("reply_count")?,
            attachment_count: row.get("attachment_count")?,
            version: row.get("version")?,
            reply_token: row.get("reply_token")?,
            ip_address: row.get("ip_address")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            agent_replied_at: row.get("agent_replied_at")?,
        })
    }
}

/// Every column that [`Ticket`] reads.
const COLUMNS: &str = "t.id, t.increment_id, t.subject, t.source, t.status_id, t.priority_id, t.type_id,
    t.customer_id, t.agent_id, t.group_id, t.team_id, t.mailbox_id, t.is_starred, t.is_trashed, t.is_new,
    t.is_replied, t.reply_count, t.attachment_count, t.version, t.reply_token, t.ip_address, t.created_at,
    t.updated_at, t.agent_replied_at";

/// The ticket with this id, if `who` sees it.
pub fn by_id(view: &View<'_>, who: &Who, id: i64) -> Result<Option<Ticket>> {
    one(view, who, "t.id = ?", id)
}

/// The ticket with this number, if `who` sees it.
pub(super) fn by_increment_id(
    view: &View<'_>,
    who: &Who,
    increment_id: i64,
) -> Result<Option<Ticket>> {
    one(view, who, "t.increment_id = ?", increment_id)
}

fn one(view: &View<'_>, who: &Who, key: &'static str, value: i64) -> Result<Option<Ticket>> {
    let mut select = Select::new(COLUMNS, "ticket t");
    let (condition, binds) = sight::of(who).condition();
    select.and(key, [value.into()]);
    select.and(condition, binds);
    Ok(view.select(&select)?.pop())
}

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

/// A page of tickets. First the ids alone are walked, in the order of an index; then
/// the rows of one page are read, so that a late page skips no joins.
pub(super) fn page(view: &View<'_>, filter: &Filter) -> Result<Vec<Listed>> {
    let ids: Vec<i64> = view.select(&page_of_ids(filter))?;
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
         LEFT JOIN sub_group s ON s.id = t.team_id
         LEFT JOIN ticket_type y ON y.id = t.type_id
         WHERE t.id IN (SELECT value FROM json_each(:ids))"
    );
    let mut rows: Vec<Listed> = view.all(&sql, named_params! { ":ids": sight::list(&ids) })?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.ticket.id));
    Ok(rows)
}

/// The query for the ids of a page.
pub(super) fn page_of_ids(filter: &Filter) -> Select {
    let in_search_order = filter.sort == Sort::Id;
    let mut select = match &filter.search {
        Some(expression) if in_search_order => {
            let mut select = Select::new("DISTINCT t.id", FOUND);
            select.and("s.ticket_search MATCH ?", [expression.clone().into()]);
            select
        }
        Some(expression) => {
            let mut select = Select::new("t.id", "ticket t");
            select.and(
                "t.id IN (SELECT rowid / 1048576 FROM ticket_search
                     WHERE ticket_search MATCH ? ORDER BY rowid DESC LIMIT ?)",
                [expression.clone().into(), MOST_FOUND.into()],
            );
            select
        }
        None => Select::new("t.id", source(filter)),
    };
    filter.apply(&mut select);
    filter.apply_status(&mut select);
    let order = match (filter.search.is_some(), is_driven(filter)) {
        (true, _) if in_search_order => [
            "ORDER BY s.rowid LIMIT ? OFFSET ?",
            "ORDER BY s.rowid DESC LIMIT ? OFFSET ?",
        ],
        (_, is_driven) => order(filter.sort, is_driven),
    };
    let order = order[usize::from(filter.is_descending)];
    select.then(
        order,
        [filter.page.limit().into(), filter.page.offset().into()],
    );
    select
}

/// Whether customers in their order drive the list, each with their tickets: only
/// where one index of customers and one of tickets give the order together.
fn is_driven(filter: &Filter) -> bool {
    filter.search.is_none()
        && filter.walk == Walk::Whole
        && filter.statuses.len() == 1
        && matches!(filter.sort, Sort::CustomerEmail | Sort::CustomerName)
}

/// What a list reads. The index is named where the planner could choose one that
/// reads every ticket; where a narrower filter leads, it chooses well by itself.
fn source(filter: &Filter) -> &'static str {
    let is_one_status = filter.statuses.len() == 1;
    if is_driven(filter) && filter.sort == Sort::CustomerEmail {
        return "user c CROSS JOIN ticket t INDEXED BY ticket_by_customer ON t.customer_id = c.id";
    }
    if is_driven(filter) {
        return "profile p INDEXED BY profile_by_name CROSS JOIN ticket t INDEXED BY ticket_by_customer
            ON t.customer_id = p.user_id AND p.side = 'customer'";
    }
    if matches!(filter.sight, Sight::Agent { .. })
        && filter.walk == Walk::Whole
        && filter.sort == Sort::Id
    {
        return if is_one_status {
            "ticket t INDEXED BY ticket_by_status"
        } else {
            "ticket t INDEXED BY ticket_by_trash"
        };
    }
    match (filter.walk, filter.sort, is_one_status) {
        (Walk::Whole, Sort::Id, true) => "ticket t INDEXED BY ticket_by_status",
        (Walk::Whole, Sort::Id, false) => "ticket t INDEXED BY ticket_by_trash",
        (Walk::Whole, Sort::UpdatedAt, true) => "ticket t INDEXED BY ticket_by_update",
        (Walk::Customer, Sort::Id, _) => "ticket t INDEXED BY ticket_by_customer",
        (Walk::Agent, Sort::Id, _) => "ticket t INDEXED BY ticket_by_agent",
        _ => "ticket t",
    }
}

/// Ascending and descending. Equal names fall back on the newest ticket first.
fn order(sort: Sort, is_driven: bool) -> [&'static str; 2] {
    match (sort, is_driven) {
        (Sort::Id, _) => ["ORDER BY t.id LIMIT ? OFFSET ?", "ORDER BY t.id DESC LIMIT ? OFFSET ?"],
        (Sort::UpdatedAt, _) => [
            "ORDER BY t.updated_at, t.id LIMIT ? OFFSET ?",
            "ORDER BY t.updated_at DESC, t.id DESC LIMIT ? OFFSET ?",
        ],
        (Sort::CustomerEmail, true) => [
            "ORDER BY c.email, t.id LIMIT ? OFFSET ?",
            "ORDER BY c.email DESC, t.id DESC LIMIT ? OFFSET ?",
        ],
        (Sort::CustomerName, true) => [
            "ORDER BY p.name COLLATE NOCASE, p.id, t.id LIMIT ? OFFSET ?",
            "ORDER BY p.name COLLATE NOCASE DESC, p.id DESC, t.id DESC LIMIT ? OFFSET ?",
        ],
        (Sort::CustomerEmail, false) => [
            "ORDER BY (SELECT email FROM user WHERE id = t.customer_id), t.id LIMIT ? OFFSET ?",
            "ORDER BY (SELECT email FROM user WHERE id = t.customer_id) DESC, t.id DESC LIMIT ? OFFSET ?",
        ],
        (Sort::CustomerName, false) => [
            "ORDER BY (SELECT name FROM profile WHERE user_id = t.customer_id AND side = 'customer')
                 COLLATE NOCASE, t.id LIMIT ? OFFSET ?",
            "ORDER BY (SELECT name FROM profile WHERE user_id = t.customer_id AND side = 'customer')
                 COLLATE NOCASE DESC, t.id DESC LIMIT ? OFFSET ?",
        ],
        (Sort::AgentName, _) => [
            "ORDER BY (SELECT name FROM profile WHERE user_id = t.agent_id AND side = 'agent')
                 COLLATE NOCASE, t.id LIMIT ? OFFSET ?",
            "ORDER BY (SELECT name FROM profile WHERE user_id = t.agent_id AND side = 'agent')
                 COLLATE NOCASE DESC, t.id DESC LIMIT ? OFFSET ?",
        ],
    }
}

/// The version of the ticket with this id, where the caller sees it.
pub(super) fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<i64>> {
    let Some(id) = numbers.first() else {
        return Ok(None);
    };
    Ok(by_id(view, view.who(), *id)?.map(|ticket| ticket.version))
}

/// The version of the ticket with this number, where the caller sees it.
pub(super) fn version_by_increment_id(view: &View<'_>, numbers: &[i64]) -> Result<Option<i64>> {
    let Some(increment_id) = numbers.first() else {
        return Ok(None);
    };
    Ok(by_increment_id(view, view.who(), *increment_id)?.map(|ticket| ticket.version))
}
