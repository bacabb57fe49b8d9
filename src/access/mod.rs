//! Who is calling, proved; and the one decision of what a caller may ask for.
//! Which rows they then see is each room's rule.

mod identify;
pub mod token;

pub use identify::{by_user, identify};

use crate::base::error::{Error, Message, Result};
use crate::base::who::{Privilege, Who};

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
