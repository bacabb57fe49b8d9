//! Who is calling, proved; and the one decision of what a caller may ask for.
//! Which rows they then see is each room's rule.

pub mod code;
pub mod family;
mod identify;
pub mod session;
pub mod token;

pub use identify::{by_choice, by_user, identify};

use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::who::{Privilege, Side, Who};

/// Who may ask for a row of the routing table. There is no default: a row names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody, signed in or not.
    Anyone,
    /// Everybody who has signed in, on either side; the room's rules narrow what they see.
    SignedIn,
    /// Agents, admins and the owner.
    Agent,
    /// Agents who hold this privilege, admins and the owner.
    Holds(Privilege),
    /// Agents who hold one of these at least, admins and the owner; the handler decides
    /// which of them it takes.
    HoldsOneOf(&'static [Privilege]),
    /// Customers, within what is theirs, and agents who hold this privilege.
    CustomerOr(Privilege),
    /// Admins and the owner.
    Admin,
}

/// Decides whether `who` may ask for what asks for `access`: 401 for somebody not
/// signed in, 403 with what is missing for everybody else.
pub fn decide(who: &Who, access: Access) -> Result<()> {
    if access == Access::Anyone {
        return Ok(());
    }
    if who.role.is_none() {
        return Err(Error::Unauthenticated);
    }
    match access {
        Access::Anyone | Access::SignedIn => Ok(()),
        Access::CustomerOr(_) if who.is_customer() => Ok(()),
        Access::Agent if who.is_agent() => Ok(()),
        Access::Holds(privilege) | Access::CustomerOr(privilege) if who.is_agent() => {
            who.need(privilege)
        }
        Access::HoldsOneOf(privileges) if who.is_agent() => {
            let missing = privileges
                .first()
                .filter(|_| !privileges.iter().any(|one| who.may(*one)));
            missing.map_or(Ok(()), |privilege| who.need(*privilege))
        }
        Access::Admin if who.is_admin() => Ok(()),
        Access::Admin => Err(Error::Forbidden(Message::new("error.needs_admin"))),
        Access::Agent | Access::Holds(_) | Access::HoldsOneOf(_) | Access::CustomerOr(_) => {
            Err(Error::Forbidden(Message::new("error.needs_agent")))
        }
    }
}

/// 403 in somebody else's name, and 401 where what proved the caller has ended since. A caller is known before their change
/// has its turn, and in between their password may have been changed: asked in the middle
/// of a change that makes something to come in with, so that whoever stole a session
/// cannot have made one too late to be ended with it.
pub fn confirm(view: &View<'_>) -> Result<()> {
    if view.caller().behind.is_some() {
        return Err(Error::Forbidden(Message::new("error.may_not_act_as")));
    }
    let who = view.who();
    let ended: i64 = view.one(
        "SELECT EXISTS (SELECT 1 FROM access_token WHERE id = :token AND revoked_at IS NOT NULL)
             OR (:session IS NOT NULL AND NOT EXISTS (SELECT 1 FROM session WHERE id = :session))",
        named_params! { ":token": who.token, ":session": who.session },
    )?;
    if ended == 0 {
        return Ok(());
    }
    Err(Error::TokenEnded)
}

/// Ends all that lets a user in, at once: tokens, sessions, and what clients hold.
pub fn end_all(change: &mut Change<'_>, user: i64) -> Result<()> {
    end(change, user, None)
}

/// Ends all that lets a user in on one of their sides; what opens the other stays.
pub fn end_side(change: &mut Change<'_>, user: i64, side: Side) -> Result<()> {
    end(change, user, Some(side))
}

fn end(change: &mut Change<'_>, user: i64, side: Option<Side>) -> Result<()> {
    token::revoke_all(change, user, side)?;
    family::end_all(change, user, side)?;
    code::end_all(change, user, side)?;
    session::end_all(change, user, side)
}

/// Ends all that lets a user in but the token that the caller came with, so that a program
/// that changes its user's password can go on. Sessions all end: a new one has a new id.
pub fn end_others(change: &mut Change<'_>, user: i64) -> Result<()> {
    token::revoke_others(change, user)?;
    family::end_others(change, user)?;
    code::end_all(change, user, None)?;
    session::end_all(change, user, None)
}

/// For how long what has ended keeps its row, so that its holder hears that it has ended,
/// and a stolen refresh token is still known.
const REMEMBERED_DAYS: i64 = 30;

/// Removes the rows of what ended long ago.
pub fn sweep(change: &mut Change<'_>) -> Result<()> {
    let now = change.now();
    let before = now.days_later(-REMEMBERED_DAYS);
    change.run(
        "DELETE FROM access_token WHERE expires_at <= :before OR revoked_at <= :before",
        named_params! { ":before": before },
    )?;
    // Clients make many, and know by themselves when these end.
    change.run(
        "DELETE FROM access_token
         WHERE kind = 'oauth' AND (expires_at <= :yesterday OR revoked_at <= :yesterday)",
        named_params! { ":yesterday": now.days_later(-1) },
    )?;
    family::sweep(change, before)?;
    code::sweep(change, before)?;
    session::sweep(change)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::who::{Privileges, Role};

    #[test]
    fn each_access_lets_in_whom_it_names() {
        let agent = |privileges: &[Privilege]| Who {
            id: 7,
            role: Some(Role::Agent),
            privileges: privileges.iter().copied().collect::<Privileges>(),
            ..Who::nobody()
        };
        let callers = [
            Who::nobody(),
            Who::customer(3),
            agent(&[]),
            agent(&[Privilege::AddTag]),
            Who {
                role: Some(Role::Admin),
                ..Who::desk()
            },
        ];
        let holds = Access::Holds(Privilege::AddTag);
        let one_of = Access::HoldsOneOf(&[Privilege::DeleteTag, Privilege::AddTag]);
        let customer_or = Access::CustomerOr(Privilege::AddTag);
        for (access, want) in [
            (Access::Anyone, [200, 200, 200, 200, 200]),
            (Access::SignedIn, [401, 200, 200, 200, 200]),
            (Access::Agent, [401, 403, 200, 200, 200]),
            (holds, [401, 403, 403, 200, 200]),
            (one_of, [401, 403, 403, 200, 200]),
            (customer_or, [401, 200, 403, 200, 200]),
            (Access::Admin, [401, 403, 403, 403, 200]),
        ] {
            let have = callers.each_ref().map(|who| match decide(who, access) {
                Ok(()) => 200,
                Err(Error::Unauthenticated) => 401,
                Err(Error::Forbidden(_)) => 403,
                Err(error) => panic!("{error}"),
            });
            assert_eq!(have, want, "{access:?}");
        }
    }
}
