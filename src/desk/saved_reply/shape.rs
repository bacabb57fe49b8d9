//! Saved replies as the API shows them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::store::{self, SavedReplyRow, Share};
use crate::base::db::View;
use crate::base::error::Result;

/// A saved reply. `companyId` is always 1: a desk is one company.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedReplyShape {
    id: i64,
    company_id: i64,
    /// Always null, as documented.
    template_id: Option<i64>,
    name: String,
    /// Always null, as documented: a reply has the subject of its ticket.
    subject: Option<String>,
    /// Always null, as documented (sic).
    is_predefind: Option<bool>,
    /// Always null, as documented.
    template_for: Option<String>,
    /// Cleaned HTML; with its placeholders, or filled in for the ticket that the query names.
    pub(super) message: String,
    /// Always null, as documented.
    message_inline: Option<String>,
    /// The user whose reply it is.
    user: i64,
    /// Groups whose agents may read it.
    groups: Vec<SharedWith>,
    /// Teams whose agents may read it.
    teams: Vec<SharedWith>,
    /// Whether every agent may read it.
    is_for_everybody: bool,
}

/// A group or a team that a reply is shared with.
#[derive(Debug, Serialize, JsonSchema)]
struct SharedWith {
    id: i64,
    name: String,
}

/// Replies with whom they are shared with, in the order given.
pub(super) fn shapes(view: &View<'_>, rows: Vec<SavedReplyRow>) -> Result<Vec<SavedReplyShape>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut groups = by_reply(store::groups_of(view, &ids)?);
    let mut teams = by_reply(store::teams_of(view, &ids)?);
    let shapes = rows.into_iter().map(|row| SavedReplyShape {
        id: row.id,
        company_id: 1,
        template_id: None,
        name: row.name,
        subject: None,
        is_predefind: None,
        template_for: None,
        message: row.message.shown(),
        message_inline: None,
        user: row.user,
        groups: groups.remove(&row.id).unwrap_or_default(),
        teams: teams.remove(&row.id).unwrap_or_default(),
        is_for_everybody: row.is_for_everybody,
    });
    Ok(shapes.collect())
}

fn by_reply(shares: Vec<Share>) -> HashMap<i64, Vec<SharedWith>> {
    let mut by_reply: HashMap<i64, Vec<SharedWith>> = HashMap::new();
    for (reply, id, name) in shares {
        by_reply
            .entry(reply)
            .or_default()
            .push(SharedWith { id, name });
    }
    by_reply
}
