//! What can be done to members, and by whom. The desk keeps its one owner; only the
//! owner makes and manages admins; nobody changes what they themselves may do; and
//! nobody grants what they do not hold.

use super::input::{ProfileInput, RightsInput};
use crate::access::family;
use crate::base::cause::Cause;
use crate::base::db::{Change, Outcome, View, id_list, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::event::{Event, Property};
use crate::base::input::{Flag, Zone};
use crate::base::job::{Progress, Slice};
use crate::base::name_key::email_key;
use crate::base::who::Privilege::ManageCustomer;
use crate::base::who::{Role, Who};
use crate::desk::membership::{self, GROUP, TEAM};
use crate::desk::person::rights::{self, Rights};
use crate::desk::person::{self, NewSide, Person, Profile, Side};
use crate::desk::ticket::heir;
use crate::desk::usage::{self, Use};
use crate::desk::{task, ticket};

/// Makes a member; answers the user's id.
pub(super) fn create(
    change: &mut Change<'_>,
    input: ProfileInput,
    wanted: &RightsInput,
) -> Result<i64> {
    let role = wanted.role.as_ref().map_or(Role::Agent, |role| role.0);
    refuse_role(change.view(), None, role)?;
    let email = input.email.as_str().to_owned();
    let known = person::by_email(change.view(), &email)?;
    let is_customer = known.is_some_and(|known| known.current(Side::Customer).is_some());
    if is_customer && input.password.is_given() {
        // Whoever sets a password can become the customer.
        change.who().need(ManageCustomer)?;
    }
    let user = person::add_side(
        change,
        &NewSide {
            email,
            role,
            first_name: input.first_name.as_str().to_owned(),
            last_name: input.last_name.as_str().to_owned(),
            source: "api",
        },
    )?;
    let (person, before) = member(change.view(), user)?;
    let rights = wanted.applied_to(&Rights::default());
    refuse_unknown(change.view(), &rights)?;
    rights::refuse_beyond(change.view(), change.who(), &rights)?;
    let mut profile = input.applied_to(&before);
    profile.is_active = wanted.is_active.get().is_none_or(Flag::get);
    save(change, &person, input, profile)?;
    save_rights(change, user, &rights)?;
    change.emit(Event::MemberCreated { user });
    Ok(user)
}

/// Makes a member what the input says.
pub(super) fn edit(
    change: &mut Change<'_>,
    id: i64,
    input: ProfileInput,
    wanted: &RightsInput,
) -> Result<()> {
    let (person, before) = member(change.view(), id)?;
    let held = rights::rights(change.view(), id)?;
    let granted = wanted.applied_to(&held);
    let mut after = input.applied_to(&before);
    after.role = wanted.role.as_ref().map_or(before.role, |role| role.0);
    after.is_active = wanted.is_active.get().map_or(before.is_active, Flag::get);
    let is_promoted = after.role != before.role || after.is_active != before.is_active;
    if id == change.who().id {
        if before.role == Role::Owner && is_promoted {
            return Err(Error::conflict("member.owner_stays"));
        }
        if is_promoted || granted != held {
            return Err(Error::Forbidden(Message::new("member.own_rights")));
        }
    } else {
        rights::may_manage(change.who(), before.role)?;
        refuse_role(change.view(), Some(before.role), after.role)?;
        if is_promoted && after.role != Role::Agent {
            family::refuse_lent(change.view())?;
        }
        refuse_unknown(change.view(), &granted)?;
        // Who is inactive holds nothing, whatever is written down for their return.
        let gained = if after.is_active && !before.is_active {
            granted.clone()
        } else {
            granted.beyond(&held)
        };
        rights::refuse_beyond(change.view(), change.who(), &gained)?;
    }
    let is_shut_out = before.is_active && !after.is_active;
    save(change, &person, input, after)?;
    save_rights(change, id, &granted)?;
    change.emit(Event::MemberChanged { user: id });
    if is_shut_out {
        change.emit(Event::MemberDeactivated { user: id });
    }
    Ok(())
}

/// Changes the caller's own account: nothing of what they may do.
pub(super) fn edit_profile(change: &mut Change<'_>, input: ProfileInput) -> Result<()> {
    let id = change.who().id;
    let (person, before) = member(change.view(), id)?;
    let after = input.applied_to(&before);
    save(change, &person, input, after)?;
    change.emit(Event::MemberChanged { user: id });
    Ok(())
}

/// Removes a member: their tickets and tasks wait for another agent, and what they were part of
/// goes on without them.
pub(super) fn remove(change: &mut Change<'_>, id: i64) -> Result<()> {
    let (_, profile) = member(change.view(), id)?;
    if id == change.who().id {
        return Err(Error::conflict("member.not_oneself"));
    }
    rights::may_manage(change.who(), profile.role)?;
    if profile.role == Role::Owner {
        return Err(Error::conflict("member.owner_stays"));
    }
    usage::refuse_used(change.view(), id, &profile.name, &USES)?;
    save_rights(change, id, &Rights::default())?;
    person::remove_side(change, id, Side::Agent)?;
    change.emit(Event::MemberRemoved { user: id });
    Ok(())
}

/// The user with this id, and their current agent side.
pub(super) fn member(view: &View<'_>, id: i64) -> Result<(Person, Profile)> {
    let person = person::by_id(view, id)?.or_not_found("agent")?;
    let profile = person.current(Side::Agent).cloned().or_not_found("agent")?;
    Ok((person, profile))
}

/// Refuses a role that the caller may not give: the owner's, which nobody gives or takes,
/// and the admin's for anybody but the owner in person.
fn refuse_role(view: &View<'_>, before: Option<Role>, after: Role) -> Result<()> {
    if before == Some(after) {
        return Ok(());
    }
    rights::may_manage(view.who(), after)?;
    if after != Role::Agent {
        family::refuse_lent(view)?;
    }
    if after == Role::Owner || before == Some(Role::Owner) {
        return Err(Error::conflict("member.owner_stays"));
    }
    Ok(())
}

/// Writes what a member has become, and what they sign in with.
fn save(
    change: &mut Change<'_>,
    person: &Person,
    input: ProfileInput,
    profile: Profile,
) -> Result<()> {
    let email = input.email.as_str();
    if input.password.is_given() || email_key(email) != email_key(&person.email) {
        rights::may_change_login(change.view(), change.who(), person)?;
    }
    person::set_email(change, person.id, email)?;
    if input.timezone.is_given() {
        let timezone = input.timezone.as_ref().map(Zone::name);
        person::set_timezone(change, person.id, timezone)?;
    }
    person::save_side(change, person.id, &profile)?;
    match input.password.into_hash() {
        Some(hash) => person::set_password(change, person.id, &hash),
        None => Ok(()),
    }
}

/// 400 with the ids of privilege sets, groups or teams that are not there.
fn refuse_unknown(view: &View<'_>, rights: &Rights) -> Result<()> {
    let (sets, groups, teams) = (&rights.sets, &rights.groups, &rights.teams);
    membership::refuse_unknown(
        view,
        membership::Member::PrivilegeSet,
        sets,
        "agentPrivilege",
    )?;
    membership::refuse_unknown(view, membership::Member::Group, groups, "groups")?;
    membership::refuse_unknown(view, membership::Member::SubGroup, teams, "userSubGroup")
}

/// Makes these the rights of an agent, and no others.
fn save_rights(change: &mut Change<'_>, user: i64, rights: &Rights) -> Result<()> {
    change.run(
        "DELETE FROM user_agent_privilege WHERE user_id = :user",
        named_params! { ":user": user },
    )?;
    change.run(
        "INSERT INTO user_agent_privilege (user_id, agent_privilege_id)
         SELECT :user, value FROM json_each(:ids)",
        named_params! { ":user": user, ":ids": id_list(&rights.sets) },
    )?;
    GROUP.set_of_user(change, user, &rights.groups)?;
    TEAM.set_of_user(change, user, &rights.teams)?;
    change.run(
        "UPDATE profile SET ticket_view = :view WHERE user_id = :user AND side = 'agent'",
        named_params! { ":user": user, ":view": rights.ticket_view },
    )?;
    Ok(())
}

/// Where a member can be in use by what is no ticket, and what is said then. To shut
/// somebody out at once it is enough to make them inactive.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM workflow_use WHERE kind = 'agent' AND target_id = :id",
    "usage.workflows",
)];

/// Parts with a removed member, as far as the slice takes: their tickets and tasks, those in the
/// trash and out of the sight of whoever removed them too, wait for somebody else.
pub fn part_with(change: &mut Change<'_>, user: i64, slice: &mut Slice) -> Result<Progress> {
    let tickets: Vec<i64> = change.view().all(
        "SELECT id FROM ticket WHERE agent_id = :user LIMIT :rows",
        named_params! { ":user": user, ":rows": slice.rows() },
    )?;
    if give_over(change, user, &tickets, slice)? != Progress::Done {
        return Ok(Progress::Left(()));
    }
    heir::forget(change, user)?;
    task::change::part_with(change, user, slice)
}

/// Takes a member who was shut out off their tickets, as far as the slice takes: off those that
/// wait for somebody. What is resolved or closed keeps who did it, until it is opened again.
pub fn release_tickets(change: &mut Change<'_>, user: i64, slice: &mut Slice) -> Result<Progress> {
    let tickets: Vec<i64> = change.view().all(
        "SELECT id FROM ticket WHERE agent_id = :user AND status_id NOT IN (3, 4, 5)
             AND agent_id NOT IN (SELECT user_id FROM profile WHERE side = 'agent' AND is_active = 1)
         LIMIT :rows",
        named_params! { ":user": user, ":rows": slice.rows() },
    )?;
    set_agent(change, &tickets, None, slice)
}

/// Gives the tickets of an agent to the one who takes over, in the name of the workflow that says
/// so, or else lets them wait for somebody; as far as the slice takes.
fn give_over(
    change: &mut Change<'_>,
    user: i64,
    tickets: &[i64],
    slice: &mut Slice,
) -> Result<Progress> {
    let Some(heir) = heir::of(change.view(), user)? else {
        return set_agent(change, tickets, None, slice);
    };
    let given = change.caused_by(Cause::Workflow(heir.workflow), |change| {
        set_agent(change, tickets, Some(heir.agent), slice)
    })?;
    match given {
        Outcome::Done(progress) => Ok(progress),
        Outcome::Failed(error) => Err(error),
        Outcome::Stopped => set_agent(change, tickets, None, slice),
    }
}

/// Gives these tickets to an agent, or lets them wait for somebody, as far as the slice takes.
fn set_agent(
    change: &mut Change<'_>,
    tickets: &[i64],
    agent: Option<i64>,
    slice: &mut Slice,
) -> Result<Progress> {
    for id in tickets {
        if !slice.take() {
            return Ok(Progress::Left(()));
        }
        let ticket = ticket::by_id(change.view(), &Who::desk(), *id)?.or_not_found("ticket")?;
        ticket::change::set(change, &ticket, Property::Agent, agent)?;
    }
    Ok(Progress::Done)
}
