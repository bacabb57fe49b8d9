//! What can be done to a ticket once it is there. Each verb does nothing where
//! nothing would change, moves the version, and tells what happened.

use super::store::{self, Ticket};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::event::{Event, Property};
use crate::base::job::{Progress, Slice};
use crate::base::who::{Privilege, Who};
use crate::desk::status;

/// What it takes to change a property; nothing beside seeing the ticket for a star.
pub fn privilege_for(property: Property) -> Option<Privilege> {
    match property {
        Property::Status => Some(Privilege::UpdateTicketStatus),
        Property::Priority => Some(Privilege::UpdateTicketPriority),
        Property::Type => Some(Privilege::UpdateTicketType),
        Property::Group | Property::Team => Some(Privilege::AssignTicketGroup),
        Property::Agent => Some(Privilege::AssignTicket),
        Property::Subject | Property::Customer => Some(Privilege::EditTicket),
        Property::Star => None,
    }
}

/// 403 unless `who` may change this property.
pub fn may_change(who: &Who, property: Property) -> Result<()> {
    privilege_for(property).map_or(Ok(()), |privilege| who.need(privilege))
}

/// A property that is one id, or nothing.
pub fn current(ticket: &Ticket, property: Property) -> Option<i64> {
    match property {
        Property::Status => Some(ticket.status),
        Property::Priority => Some(ticket.priority),
        Property::Type => ticket.type_id,
        Property::Group => ticket.group,
        Property::Team => ticket.team,
        Property::Agent => ticket.agent,
        Property::Customer => Some(ticket.customer),
        Property::Star => Some(i64::from(ticket.is_starred)),
        Property::Subject => None,
    }
}

/// Each moves the version too.
fn update_of(property: Property) -> &'static str {
    match property {
        // With it, since when the ticket is in its status, and since when it is resolved or closed.
        Property::Status => {
            "UPDATE ticket SET status_id = :value, status_changed_at = :now,
                 resolved_at = iif(:value IN (3, 4), ifnull(resolved_at, :now), NULL),
                 version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Priority => {
            "UPDATE ticket SET priority_id = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Type => {
            "UPDATE ticket SET type_id = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Group => {
            "UPDATE ticket SET group_id = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Team => {
            "UPDATE ticket SET team_id = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Agent => {
            "UPDATE ticket SET agent_id = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Customer => {
            "UPDATE ticket SET customer_id = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Star => {
            "UPDATE ticket SET is_starred = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
        Property::Subject => {
            "UPDATE ticket SET subject = :value, version = version + 1, updated_at = :now WHERE id = :ticket"
        }
    }
}

/// Sets a property to an id that [`check`] let through, or to nothing. A team stays with a
/// ticket as long as its group has it.
pub fn set(
    change: &mut Change<'_>,
    ticket: &Ticket,
    property: Property,
    value: Option<i64>,
) -> Result<()> {
    let before = current(ticket, property);
    if before == value {
        return Ok(());
    }
    if property == Property::Team && !is_team_of(change.view(), value, ticket.group)? {
        return Err(Error::invalid("value", "ticket.team_of_another_group"));
    }
    if property == Property::Group && !is_team_of(change.view(), ticket.team, value)? {
        set(change, ticket, Property::Team, None)?;
    }
    let now = change.now();
    change.run(
        update_of(property),
        named_params! { ":value": value, ":now": now, ":ticket": ticket.id },
    )?;
    change.emit(Event::TicketChanged {
        ticket: ticket.id,
        property,
        from: before.map(|id| id.to_string()),
        to: value.map(|id| id.to_string()),
    });
    Ok(())
}

/// Whether a ticket with this group can be with this team: one that belongs to the group, or
/// to none.
fn is_team_of(view: &View<'_>, team: Option<i64>, group: Option<i64>) -> Result<bool> {
    let (Some(team), Some(group)) = (team, group) else {
        return Ok(true);
    };
    let is_of_it: i64 = view.one(
        "SELECT count(*) = 0 OR ifnull(max(group_id = :group), 0) FROM group_team WHERE team_id = :team",
        named_params! { ":team": team, ":group": group },
    )?;
    Ok(is_of_it == 1)
}

/// Takes a team off the tickets of groups that it belongs to no more, as far as the slice takes.
pub fn leave_team(change: &mut Change<'_>, team: i64, slice: &mut Slice) -> Result<Progress> {
    let tickets: Vec<i64> = change.view().all(
        "SELECT id FROM ticket WHERE team_id = :team AND group_id IS NOT NULL
             AND EXISTS (SELECT 1 FROM group_team WHERE team_id = :team)
             AND group_id NOT IN (SELECT group_id FROM group_team WHERE team_id = :team)
         LIMIT :rows",
        named_params! { ":team": team, ":rows": slice.rows() },
    )?;
    for id in tickets {
        if !slice.take() {
            return Ok(Progress::Left(()));
        }
        if let Some(ticket) = store::by_id(change.view(), &Who::desk(), id)? {
            set(change, &ticket, Property::Team, None)?;
        }
    }
    Ok(Progress::Done)
}

/// Takes the agent off who may sign in no more: somebody has to look.
pub fn release_from_inactive(change: &mut Change<'_>, ticket: &Ticket) -> Result<()> {
    match ticket.agent {
        Some(agent) if !exists(change.view(), AGENT, agent)? => {
            set(change, ticket, Property::Agent, None)
        }
        _ => Ok(()),
    }
}

/// Gives the ticket another subject.
pub fn set_subject(change: &mut Change<'_>, ticket: &Ticket, subject: &str) -> Result<()> {
    if ticket.subject == subject {
        return Ok(());
    }
    let now = change.now();
    change.run(
        update_of(Property::Subject),
        named_params! { ":value": subject, ":now": now, ":ticket": ticket.id },
    )?;
    change.emit(Event::TicketChanged {
        ticket: ticket.id,
        property: Property::Subject,
        from: Some(ticket.subject.clone()),
        to: Some(subject.to_owned()),
    });
    Ok(())
}

/// Notes that the ticket was changed now.
pub fn touch(change: &mut Change<'_>, ticket: i64) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE ticket SET version = version + 1, updated_at = :now WHERE id = :ticket",
        named_params! { ":now": now, ":ticket": ticket },
    )?;
    Ok(())
}

/// Checks a value for a property, and makes nothing of 0 where nothing is allowed.
/// `field` is where a fault is reported.
pub fn check(view: &View<'_>, property: Property, value: i64, field: &str) -> Result<Option<i64>> {
    let (is_there, message) = match property {
        Property::Status => (status::is_status(value), "ticket.unknown_status"),
        Property::Priority => (status::is_priority(value), "ticket.unknown_priority"),
        Property::Type => (exists(view, TYPE, value)?, "ticket.unknown_type"),
        Property::Group | Property::Team | Property::Agent if value == 0 => return Ok(None),
        Property::Group => (exists(view, GROUP, value)?, "ticket.unknown_group"),
        Property::Team => (exists(view, TEAM, value)?, "ticket.unknown_team"),
        Property::Agent => (exists(view, AGENT, value)?, "ticket.unknown_agent"),
        Property::Star => (matches!(value, 0 | 1), "input.flag"),
        Property::Customer | Property::Subject => (false, "input.shape"),
    };
    if is_there {
        Ok(Some(value))
    } else {
        Err(Error::invalid(
            field,
            Message::new(message).with("id", value),
        ))
    }
}

const TYPE: &str = "SELECT count(*) FROM ticket_type WHERE id = :id AND is_active = 1";
const GROUP: &str = "SELECT count(*) FROM \"group\" WHERE id = :id AND is_active = 1";
const TEAM: &str = "SELECT count(*) FROM team WHERE id = :id AND is_active = 1";
const AGENT: &str = "SELECT count(*) FROM profile
    WHERE user_id = :id AND side = 'agent' AND is_active = 1 AND removed_at IS NULL";

fn exists(view: &View<'_>, sql: &str, id: i64) -> Result<bool> {
    let count: i64 = view.one(sql, named_params! { ":id": id })?;
    Ok(count > 0)
}

/// Moves the ticket to the trash.
pub fn trash(change: &mut Change<'_>, ticket: &Ticket) -> Result<()> {
    if ticket.is_trashed {
        return Ok(());
    }
    let sql = "UPDATE ticket SET is_trashed = 1 WHERE id = :ticket";
    change.run(sql, named_params! { ":ticket": ticket.id })?;
    touch(change, ticket.id)?;
    change.emit(Event::TicketTrashed { ticket: ticket.id });
    Ok(())
}

/// Takes the ticket out of the trash.
pub fn restore(change: &mut Change<'_>, ticket: &Ticket) -> Result<()> {
    if !ticket.is_trashed {
        return Ok(());
    }
    let sql = "UPDATE ticket SET is_trashed = 0 WHERE id = :ticket";
    change.run(sql, named_params! { ":ticket": ticket.id })?;
    touch(change, ticket.id)?;
    change.emit(Event::TicketRestored { ticket: ticket.id });
    Ok(())
}

/// Makes somebody the ticket's customer; whoever is that collaborates no more.
pub fn set_customer(change: &mut Change<'_>, ticket: &Ticket, customer: i64) -> Result<()> {
    set(change, ticket, Property::Customer, Some(customer))?;
    match remove_collaborator(change, ticket, customer) {
        Err(Error::NotFound(_)) => Ok(()),
        outcome => outcome,
    }
}

/// Deletes the ticket and all that hangs on it, for good: what happened to it too, but for that
/// it was deleted.
pub fn delete(change: &mut Change<'_>, ticket: &Ticket) -> Result<()> {
    change.run(
        "DELETE FROM event WHERE ticket_id = :ticket",
        named_params! { ":ticket": ticket.id },
    )?;
    change.run(
        "DELETE FROM ticket WHERE id = :ticket",
        named_params! { ":ticket": ticket.id },
    )?;
    change.emit(Event::TicketDeleted { ticket: ticket.id });
    Ok(())
}

/// Deletes tickets for good, as many as the slice takes; answers those that are left.
pub fn delete_some(
    change: &mut Change<'_>,
    tickets: &[i64],
    slice: &mut Slice,
) -> Result<Progress<Vec<i64>>> {
    for (at, id) in tickets.iter().enumerate() {
        if !slice.take() {
            return Ok(Progress::Left(tickets[at..].to_vec()));
        }
        if let Some(ticket) = store::by_id(change.view(), &Who::desk(), *id)? {
            delete(change, &ticket)?;
        }
    }
    Ok(Progress::Done)
}

/// Puts a label of the caller's own on the ticket, or takes it off; answers whether it is on now.
pub fn toggle_label(change: &mut Change<'_>, ticket: &Ticket, label: i64) -> Result<bool> {
    let taken_off = change.run(
        "DELETE FROM ticket_label WHERE ticket_id = :ticket AND label_id = :label",
        named_params! { ":ticket": ticket.id, ":label": label },
    )?;
    if taken_off == 0 {
        add_label(change, ticket, label)?;
    }
    Ok(taken_off == 0)
}

/// Puts a label of the caller's own on the ticket.
pub fn add_label(change: &mut Change<'_>, ticket: &Ticket, label: i64) -> Result<()> {
    change.run(
        "INSERT INTO ticket_label (ticket_id, label_id) VALUES (:ticket, :label) ON CONFLICT DO NOTHING",
        named_params! { ":ticket": ticket.id, ":label": label },
    )?;
    Ok(())
}

/// Notes that an agent has opened or answered the ticket. This is no change that
/// somebody else's edit could miss, so the version stays.
pub fn open_by_agent(change: &mut Change<'_>, ticket: i64) -> Result<()> {
    change.run(
        "UPDATE ticket SET is_new = 0 WHERE id = :ticket AND is_new = 1",
        named_params! { ":ticket": ticket },
    )?;
    Ok(())
}

/// Adds somebody to the ticket, with their customer side; who is on it already stays.
pub fn add_collaborator(change: &mut Change<'_>, ticket: &Ticket, user: i64) -> Result<()> {
    if ticket.customer == user {
        return Err(Error::conflict("ticket.collaborator_is_customer"));
    }
    let now = change.now();
    let added = change.run(
        "INSERT INTO ticket_collaborator (ticket_id, user_id, added_at) VALUES (:ticket, :user, :now)
         ON CONFLICT DO NOTHING",
        named_params! { ":ticket": ticket.id, ":user": user, ":now": now },
    )?;
    if added == 0 {
        return Ok(());
    }
    touch(change, ticket.id)?;
    change.emit(Event::CollaboratorAdded {
        ticket: ticket.id,
        user,
    });
    Ok(())
}

/// Takes somebody off the ticket.
pub fn remove_collaborator(change: &mut Change<'_>, ticket: &Ticket, user: i64) -> Result<()> {
    let removed = change.run(
        "DELETE FROM ticket_collaborator WHERE ticket_id = :ticket AND user_id = :user",
        named_params! { ":ticket": ticket.id, ":user": user },
    )?;
    if removed == 0 {
        return Err(Error::NotFound("collaborator"));
    }
    touch(change, ticket.id)?;
    change.emit(Event::CollaboratorRemoved {
        ticket: ticket.id,
        user,
    });
    Ok(())
}

/// Sets a property where there is a value for it.
pub fn set_if_some(
    change: &mut Change<'_>,
    ticket: &Ticket,
    property: Property,
    value: Option<i64>,
) -> Result<()> {
    value.map_or(Ok(()), |value| set(change, ticket, property, Some(value)))
}
