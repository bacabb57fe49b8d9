//! From a token to a [`Who`]: rights are read anew for each request, so that what
//! was withdrawn is gone at once.

use crate::access::token;
use crate::base::db::{View, from_row, named_params};
use crate::base::error::{Error, Result};
use crate::base::time::Timestamp;
use crate::base::who::{Privilege, Privileges, Role, Side, TicketView, Who};

/// How long after its last noted use the use of a token or a session is noted again, in seconds.
pub(super) const NOTED_EVERY: i64 = 60;

struct TokenRow {
    token: i64,
    user: i64,
    side: Side,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
}

from_row!(TokenRow {
    token: "id",
    user: "user_id",
    side,
    expires_at,
    revoked_at,
    last_used_at
});

/// The caller that a token proves. Looked up by its hash, so that no comparison of
/// ours takes time that depends on the secret.
pub fn identify(view: &View<'_>, token: &str) -> Result<Who> {
    let found: Option<TokenRow> = view.maybe(
        "SELECT id, user_id, side, expires_at, revoked_at, last_used_at FROM access_token WHERE hash = :hash",
        named_params! { ":hash": token::hash(token) },
    )?;
    let found = found.ok_or(Error::Unauthenticated)?;
    let now = view.now();
    if found.revoked_at.is_some() || found.expires_at.is_some_and(|end| end <= now) {
        return Err(Error::TokenEnded);
    }
    if found
        .last_used_at
        .is_none_or(|last| last.plus_secs(NOTED_EVERY) <= now)
    {
        let token = found.token;
        view.mark(move |change| {
            let now = change.now();
            change.run(
                "UPDATE access_token SET last_used_at = :now WHERE id = :token",
                named_params! { ":now": now, ":token": token },
            )?;
            Ok(())
        });
    }
    let who = by_user(view, found.user, found.side)?.ok_or(Error::TokenEnded)?;
    Ok(Who {
        token: Some(found.token),
        ..who
    })
}

/// The caller that a user is on one of their sides, where that is an active one.
pub fn by_user(view: &View<'_>, user: i64, side: Side) -> Result<Option<Who>> {
    let known: Option<(i64, Option<i64>)> = view.maybe(
        "SELECT role_id, ticket_view FROM profile
         WHERE user_id = :user AND side = :side AND is_active = 1 AND removed_at IS NULL",
        named_params! { ":user": user, ":side": side },
    )?;
    let Some((role, ticket_view)) = known else {
        return Ok(None);
    };
    match Role::from_id(role) {
        None => Ok(None),
        Some(Role::Customer) => Ok(Some(Who::customer(user))),
        Some(role @ (Role::Owner | Role::Admin)) => Ok(Some(Who {
            id: user,
            role: Some(role),
            ..Who::desk()
        })),
        Some(Role::Agent) => agent(view, user, ticket_view).map(Some),
    }
}

/// The caller that a user is who may choose their side: an agent without a choice, and what
/// they are where they are only that.
pub fn by_choice(view: &View<'_>, user: i64, choice: Option<Side>) -> Result<Option<Who>> {
    let first = choice.unwrap_or(Side::Agent);
    match by_user(view, user, first)? {
        None => by_user(view, user, first.other()),
        chosen => Ok(chosen),
    }
}

fn agent(view: &View<'_>, user: i64, ticket_view: Option<i64>) -> Result<Who> {
    let codes: Vec<String> = view.all(
        "SELECT DISTINCT code FROM agent_privilege_code
         JOIN user_agent_privilege USING (agent_privilege_id) WHERE user_id = :user",
        named_params! { ":user": user },
    )?;
    let takes_part: i64 = view.one(
        "SELECT EXISTS (SELECT 1 FROM ticket WHERE customer_id = :user)
             OR EXISTS (SELECT 1 FROM ticket_collaborator WHERE user_id = :user)",
        named_params! { ":user": user },
    )?;
    let groups = "SELECT group_id FROM group_user WHERE user_id = :user";
    let teams = "SELECT team_id FROM team_user WHERE user_id = :user";
    Ok(Who {
        id: user,
        role: Some(Role::Agent),
        privileges: codes
            .iter()
            .filter_map(|code| Privilege::from_code(code))
            .collect::<Privileges>(),
        // An agent for whom nothing was set sees least.
        ticket_view: ticket_view
            .and_then(TicketView::from_id)
            .unwrap_or(TicketView::Own),
        takes_part: takes_part == 1,
        groups: view.all(groups, named_params! { ":user": user })?,
        teams: view.all(teams, named_params! { ":user": user })?,
        ..Who::nobody()
    })
}
