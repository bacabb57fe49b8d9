//! Which tasks a caller sees: those of the tickets in their sight, and those that are
//! theirs to do or to follow, wherever the ticket is. Of a ticket out of sight its tasks
//! show nothing, not even its number. One rule, joined into every query for tasks.

use crate::base::db::{Value, id_list};
use crate::base::who::Who;
use crate::desk::visibility::{self, Visibility};

/// A condition, with what its `?` are bound to.
pub type Condition = (&'static str, Vec<Value>);

/// The rule as a condition on a row `k` of `task`.
pub fn condition(who: &Who) -> Condition {
    match visibility::of(who) {
        Visibility::All => ("1", vec![]),
        Visibility::Customer(_) | Visibility::Nothing => ("0", vec![]),
        Visibility::Agent {
            user,
            groups,
            teams,
            ..
        } => (
            "(k.ticket_agent_id = ?
              OR k.ticket_group_id IN (SELECT value FROM json_each(?))
              OR k.ticket_team_id IN (SELECT value FROM json_each(?))
              OR k.agent_id = ?
              OR k.id IN (SELECT task_id FROM task_follower WHERE user_id = ?))",
            vec![
                user.into(),
                id_list(&groups),
                id_list(&teams),
                user.into(),
                user.into(),
            ],
        ),
    }
}

/// Only the first half of the rule, that the ticket is in sight, as a condition on a row
/// `k` of `task` or of `task_count`.
pub fn ticket_is_visible(who: &Who) -> Condition {
    match visibility::of(who) {
        Visibility::All => ("1", vec![]),
        Visibility::Customer(_) | Visibility::Nothing => ("0", vec![]),
        Visibility::Agent {
            user,
            groups,
            teams,
            ..
        } => (
            "(k.ticket_agent_id = ?
              OR k.ticket_group_id IN (SELECT value FROM json_each(?))
              OR k.ticket_team_id IN (SELECT value FROM json_each(?)))",
            vec![user.into(), id_list(&groups), id_list(&teams)],
        ),
    }
}

/// What the second half adds to the first, as a condition on a row `k` of `task`: none
/// for those whose tickets are all in sight or who see nothing.
pub fn beyond_tickets(who: &Who) -> Option<Condition> {
    match visibility::of(who) {
        Visibility::All | Visibility::Customer(_) | Visibility::Nothing => None,
        Visibility::Agent {
            user,
            groups,
            teams,
            ..
        } => Some((
            "(k.agent_id = ? OR k.id IN (SELECT task_id FROM task_follower WHERE user_id = ?))
              AND NOT (+k.ticket_agent_id = ?
              OR +k.ticket_group_id IN (SELECT value FROM json_each(?))
              OR +k.ticket_team_id IN (SELECT value FROM json_each(?)))",
            vec![
                user.into(),
                user.into(),
                user.into(),
                id_list(&groups),
                id_list(&teams),
            ],
        )),
    }
}
