//! What an agent holds, and the rule that nobody grants, or takes over, more than they
//! hold themselves. Where the rule is asked is each room's business.

use super::{Person, Side};
use crate::access::{self, family};
use crate::base::db::{View, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::who::Privilege::{ManageAgent, ManageCustomer};
use crate::base::who::{Privilege, Privileges, Role, TicketView, Who};

/// What an agent holds, beside their role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rights {
    /// Ids of privilege sets, ascending.
    pub sets: Vec<i64>,
    /// Which tickets they see, 1 to 4; none is the least.
    pub ticket_view: Option<i64>,
    /// Ids of groups, ascending.
    pub groups: Vec<i64>,
    /// Ids of teams (sub-groups), ascending.
    pub teams: Vec<i64>,
}

impl Rights {
    /// What these rights hold beyond `before`. A wider view of tickets opens every group
    /// and team that goes with it, those of before too.
    #[must_use]
    pub fn beyond(&self, before: &Self) -> Self {
        let least = TicketView::Own.id();
        let is_wider = self.ticket_view.unwrap_or(least) < before.ticket_view.unwrap_or(least);
        let new = |ids: &[i64], known: &[i64]| {
            let new = ids.iter().filter(|id| !known.contains(id));
            new.copied().collect()
        };
        let opened = |ids: &[i64], known: &[i64]| {
            if is_wider {
                ids.to_vec()
            } else {
                new(ids, known)
            }
        };
        Self {
            sets: new(&self.sets, &before.sets),
            ticket_view: self
                .ticket_view
                .filter(|id| Some(*id) != before.ticket_view),
            groups: opened(&self.groups, &before.groups),
            teams: opened(&self.teams, &before.teams),
        }
    }
}

/// What a user holds as an agent, active or not.
pub fn rights(view: &View<'_>, user: i64) -> Result<Rights> {
    let user = named_params! { ":user": user };
    Ok(Rights {
        sets: view.all(
            "SELECT agent_privilege_id FROM user_agent_privilege WHERE user_id = :user ORDER BY 1",
            user,
        )?,
        ticket_view: view
            .maybe::<Option<i64>>(
                "SELECT ticket_view FROM profile WHERE user_id = :user AND side = 'agent'",
                user,
            )?
            .flatten(),
        groups: view.all(
            "SELECT group_id FROM group_user WHERE user_id = :user ORDER BY 1",
            user,
        )?,
        teams: view.all(
            "SELECT team_id FROM team_user WHERE user_id = :user ORDER BY 1",
            user,
        )?,
    })
}

/// 403 unless `who` holds all of these rights. Owner and admins hold everything.
pub fn refuse_beyond(view: &View<'_>, who: &Who, rights: &Rights) -> Result<()> {
    if who.is_admin() {
        return Ok(());
    }
    if let Some(lacking) = lacking(view, who, &rights.sets)? {
        return Err(Error::lacks(lacking));
    }
    let sees_all = who.ticket_view == TicketView::All;
    let view_is_wider = rights
        .ticket_view
        .is_some_and(|id| id < who.ticket_view.id());
    let is_outside = |ids: &[i64], own: &[i64]| !sees_all && ids.iter().any(|id| !own.contains(id));
    if view_is_wider
        || is_outside(&rights.groups, &who.groups)
        || is_outside(&rights.teams, &who.teams)
    {
        return Err(Error::Forbidden(Message::new(
            "person.beyond_own_visibility",
        )));
    }
    Ok(())
}

/// The first privilege of these sets that `who` does not hold.
fn lacking(view: &View<'_>, who: &Who, sets: &[i64]) -> Result<Option<Privilege>> {
    let granted = granted(view, sets)?;
    Ok(granted.iter().find(|one| !who.privileges.has(*one)))
}

/// What these sets grant together.
pub fn granted(view: &View<'_>, sets: &[i64]) -> Result<Privileges> {
    let codes: Vec<String> = view.all(
        "SELECT DISTINCT code FROM agent_privilege_code
         WHERE agent_privilege_id IN (SELECT value FROM json_each(:sets))",
        named_params! { ":sets": id_list(sets) },
    )?;
    let known = codes.iter();
    Ok(known
        .filter_map(|code| Privilege::from_code(code))
        .collect())
}

/// 403 unless `who` may manage somebody with this role on the agent side: only the
/// owner manages admins and the owner, and agents need the privilege.
pub fn may_manage(who: &Who, role: Role) -> Result<()> {
    match role {
        Role::Owner | Role::Admin if who.role != Some(Role::Owner) => {
            Err(Error::Forbidden(Message::new("person.only_owner")))
        }
        _ => who.need(ManageAgent),
    }
}

/// 403 unless `who` may change what this user signs in with: their address and their
/// password. Whoever sets these can become the user on both sides, so for somebody
/// else's agent side it takes the right to manage it and everything that it holds, and
/// for their customer side the right to manage customers. What proved the caller must stand
/// still, and no login is for a program to set that came in without one.
pub fn may_change_login(view: &View<'_>, who: &Who, person: &Person) -> Result<()> {
    access::confirm(view)?;
    family::refuse_lent(view)?;
    if person.id == who.id {
        return Ok(());
    }
    if person.current(Side::Customer).is_some() {
        who.need(ManageCustomer)?;
    }
    let Some(agent) = person.current(Side::Agent) else {
        return Ok(());
    };
    may_manage(who, agent.role)?;
    refuse_beyond(view, who, &rights(view, person.id)?)
}
