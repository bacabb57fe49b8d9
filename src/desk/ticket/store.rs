//! Rows of `ticket`.

use crate::base::db::{Select, View, from_row};
use crate::base::error::Result;
use crate::base::time::Timestamp;
use crate::base::who::Who;
use crate::desk::{thread_model, visibility};
use crate::web::version::Version;

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
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When an agent last replied.
    pub agent_replied_at: Option<Timestamp>,
}

from_row!(Ticket {
    id,
    increment_id,
    subject,
    source,
    status: "status_id",
    priority: "priority_id",
    type_id,
    customer: "customer_id",
    agent: "agent_id",
    group: "group_id",
    team: "team_id",
    mailbox: "mailbox_id",
    is_starred,
    is_trashed,
    is_new,
    is_replied,
    reply_count,
    attachment_count,
    version,
    reply_token,
    ip_address,
    created_at,
    updated_at,
    agent_replied_at
});

/// Every column that [`Ticket`] reads.
pub(super) const COLUMNS: &str = "t.id, t.increment_id, t.subject, t.source, t.status_id, t.priority_id, t.type_id,
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

/// Whether a number is the increment id of a ticket that the caller sees, and no id of one.
pub fn is_number_of_one(view: &View<'_>, number: i64) -> Result<bool> {
    let who = view.who();
    Ok(by_id(view, who, number)?.is_none() && by_increment_id(view, who, number)?.is_some())
}

/// The newest tickets that `who` sees, without trash and spam.
pub fn newest(view: &View<'_>, who: &Who, limit: i64) -> Result<Vec<Ticket>> {
    let mut select = Select::new(COLUMNS, "ticket t");
    let (condition, binds) = visibility::of(who).condition();
    select.and("t.is_trashed = 0 AND t.status_id <> 5", []);
    select.and(condition, binds);
    select.then("ORDER BY t.id DESC LIMIT ?", [limit.into()]);
    view.select(&select)
}

fn one(view: &View<'_>, who: &Who, key: &'static str, value: i64) -> Result<Option<Ticket>> {
    let mut select = Select::new(COLUMNS, "ticket t");
    let (condition, binds) = visibility::of(who).condition();
    select.and(key, [value.into()]);
    select.and(condition, binds);
    Ok(view.select(&select)?.pop())
}

/// The version of the ticket that a path names by its id, where it is in the caller's sight.
pub fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    version_where(view, "t.id = ?", numbers)
}

/// The same where the path names it by its number.
pub(super) fn version_by_increment_id(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    version_where(view, "t.increment_id = ?", numbers)
}

/// A customer's version moves with what a customer reads: from one that moved with notes
/// they would know of each note.
fn version_where(view: &View<'_>, key: &'static str, numbers: &[i64]) -> Result<Option<Version>> {
    let Some(number) = numbers.first() else {
        return Ok(None);
    };
    let (condition, binds) = visibility::of(view.who()).condition();
    let seen = |columns: &'static str, threads: String| {
        let mut select = Select::new(columns, format!("ticket t {threads}"));
        select.and(key, [(*number).into()]);
        select.and(condition, binds);
        select
    };
    if view.who().is_agent() {
        let changes = view.select(&seen("t.version", String::new()))?.pop();
        return Ok(changes.map(Version::number));
    }
    let threads = format!(
        "LEFT JOIN thread m ON m.ticket_id = t.id AND {}",
        thread_model::visibility_of(view.who()).condition()
    );
    let mut shown = seen(
        "json_array(t.subject, t.status_id, t.priority_id, t.type_id, t.customer_id, t.agent_id,
             t.group_id, t.team_id, t.is_trashed, count(m.id), max(m.id), max(m.updated_at))",
        threads,
    );
    shown.then("GROUP BY t.id", []);
    let shown: Option<String> = view.select(&shown)?.pop();
    Ok(shown.map(|shown| Version::of(shown.as_bytes())))
}
