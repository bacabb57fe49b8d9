//! Whose turn it is in a group: its members one after the other by their ids, each who may see the
//! ticket and sign in.

use super::action::Skipped;
use crate::access;
use crate::base::db::{Change, View, named_params};
use crate::base::error::Result;
use crate::base::who::{Side, Who};
use crate::desk::ticket::{self, Ticket};

/// Whose turn it is to be given a ticket, which from now on it is not.
pub(super) fn next(change: &mut Change<'_>, ticket: &Ticket) -> Result<Result<i64, Skipped>> {
    let Some(group) = ticket.group else {
        return Ok(Err(Skipped("workflow.error.no_group")));
    };
    let Some(agent) = whose_turn(change.view(), ticket, group)? else {
        return Ok(Err(Skipped("workflow.error.nobody_in_group")));
    };
    change.run(
        "INSERT INTO group_turn (group_id, user_id) VALUES (:group, :user)
         ON CONFLICT DO UPDATE SET user_id = :user",
        named_params! { ":group": group, ":user": agent },
    )?;
    Ok(Ok(agent))
}

/// The first behind the one who was last, or else from the beginning.
pub(super) fn whose_turn(view: &View<'_>, ticket: &Ticket, group: i64) -> Result<Option<i64>> {
    let members: Vec<i64> = view.all(
        "SELECT m.user_id FROM group_user m
         WHERE m.group_id = :group
         ORDER BY m.user_id <= ifnull((SELECT user_id FROM group_turn WHERE group_id = :group), 0), m.user_id",
        named_params! { ":group": group },
    )?;
    for member in members {
        if sees(view, member, ticket.id)?.is_some() {
            return Ok(Some(member));
        }
    }
    Ok(None)
}

/// Somebody as an agent, where they are an active one who sees the ticket.
pub(super) fn sees(view: &View<'_>, user: i64, ticket: i64) -> Result<Option<Who>> {
    let Some(who) = access::by_user(view, user, Side::Agent)? else {
        return Ok(None);
    };
    Ok(ticket::by_id(view, &who, ticket)?.map(|_| who))
}
