//! What an attacker must not move, whatever they send: the logins and things of others,
//! what is out of their sight, and what takes a privilege that they have not.

use std::collections::BTreeMap;

use pocketdesk::base::db::{View, named_params};
use pocketdesk::base::error::Result;

use crate::support::Desk;

/// Logins of others, of which there are never more.
const LOGINS: (&str, &str) = (
    "logins of others",
    "SELECT (SELECT count(*) FROM access_token WHERE user_id <> :attacker)
          + (SELECT count(*) FROM session WHERE user_id <> :attacker)
          + (SELECT count(*) FROM token_family WHERE user_id <> :attacker)
          + (SELECT count(*) FROM authorization_code)",
);

/// What is the owner's own, and nobody else's to change.
const OF_THE_OWNER: (&str, &str) = (
    "the owner's own things",
    "SELECT json_array(
         (SELECT group_concat(id || ':' || ifnull(revoked_at, '')) FROM access_token WHERE user_id = 1),
         (SELECT group_concat(id || name) FROM label WHERE user_id = 1))",
);

/// Saved replies, which admins change too, and todos, which go with their ticket.
const NOTES_OF_THE_OWNER: (&str, &str) = (
    "the owner's saved replies and todos",
    "SELECT json_array(
         (SELECT group_concat(id || name || message) FROM saved_reply WHERE user_id = 1),
         (SELECT group_concat(id || description || is_done) FROM todo WHERE user_id = 1))",
);

/// The ticket that few see, and its task.
const OUT_OF_SIGHT: (&str, &str) = (
    "the ticket out of sight",
    "SELECT json_array(
         (SELECT version FROM ticket WHERE id = 1),
         (SELECT count(*) FROM thread WHERE ticket_id = 1),
         (SELECT group_concat(subject || stage_id || priority_id || ifnull(agent_id, '')) FROM task WHERE ticket_id = 1),
         (SELECT count(*) FROM task_thread WHERE task_id = 1),
         (SELECT group_concat(user_id) FROM task_follower WHERE task_id = 1),
         (SELECT count(*) FROM todo WHERE ticket_id = 1))",
);

/// Programs that act for people, which admins make.
const CLIENTS: (&str, &str) = (
    "API clients",
    "SELECT group_concat(c.id || c.name || c.user_id || hex(c.secret_hash) || ifnull(u.uri, ''))
     FROM api_client c LEFT JOIN api_client_redirect_uri u ON u.api_client_id = c.id",
);

/// What is done by workflows with a right that the attacker has not; whoever manages
/// workflows may take it out of one.
const WORKFLOWS: (&str, &str) = (
    "workflows that delete tickets",
    "SELECT count(*) FROM workflow_action WHERE type = 'delete_ticket' AND :attacker > 0",
);

/// What everybody reads, and those who manage the knowledge base write.
const KNOWLEDGE: (&str, &str) = (
    "the knowledge base",
    "SELECT json_array(
         (SELECT group_concat(name || visibility) FROM folder),
         (SELECT group_concat(name || folder_id) FROM category),
         (SELECT group_concat(name || status || category_id || revision) FROM article))",
);

/// What must stay as it is, and numbers that must not grow.
pub(super) struct Guarded {
    guards: Vec<(&'static str, &'static str)>,
    counts: Vec<(&'static str, &'static str)>,
    attacker: i64,
    before: BTreeMap<&'static str, String>,
    counted: Vec<i64>,
}

impl Guarded {
    /// As it is now, before somebody with this role tries to change it.
    pub(super) fn new(desk: &Desk, attacker: i64, role: i64) -> Self {
        let (mut guards, mut counts) = (vec![OF_THE_OWNER], vec![LOGINS]);
        if role > 2 {
            guards.extend([NOTES_OF_THE_OWNER, OUT_OF_SIGHT, CLIENTS, KNOWLEDGE]);
            counts.push(WORKFLOWS);
        }
        let mut guarded = Self {
            guards,
            counts,
            attacker,
            before: BTreeMap::new(),
            counted: Vec::new(),
        };
        guarded.before = desk.read(|view| guarded.now(view));
        guarded.counted = desk.read(|view| guarded.counted_now(view));
        let is_there = |text: &String| !text.is_empty() && !text.contains("null");
        assert!(
            guarded.before.values().all(is_there),
            "{:?}",
            guarded.before
        );
        guarded
    }

    fn now(&self, view: &View<'_>) -> Result<BTreeMap<&'static str, String>> {
        let read = |(name, sql): &(&'static str, &'static str)| {
            let found: Option<String> = view.one(sql, [])?;
            Ok((*name, found.unwrap_or_default()))
        };
        self.guards.iter().map(read).collect()
    }

    fn counted_now(&self, view: &View<'_>) -> Result<Vec<i64>> {
        let attacker = self.attacker;
        let count =
            |(_, sql): &(&str, &str)| view.one(sql, named_params! { ":attacker": attacker });
        self.counts.iter().map(count).collect()
    }

    /// What has been moved that must not be.
    pub(super) fn moved(&self, desk: &Desk) -> Vec<String> {
        let now = desk.read(|view| self.now(view));
        let moved = now.iter().filter(|(name, now)| self.before[*name] != **now);
        let mut moved: Vec<String> = moved.map(|(name, _)| format!("moves {name}")).collect();
        let counted = desk.read(|view| self.counted_now(view));
        let both = self.counted.iter().zip(counted).zip(&self.counts);
        for ((before, now), (name, _)) in both {
            if now > *before {
                moved.push(format!("makes {name}"));
            }
        }
        moved
    }
}
