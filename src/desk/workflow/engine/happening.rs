//! From an event to what sets workflows off.

use super::Subject;
use crate::base::db::{View, named_params};
use crate::base::error::Result;
use crate::base::event::{Event, Property};
use crate::desk::thread_model::{ThreadType, UserType};
use crate::desk::workflow::Entity;

/// Something that sets workflows off.
#[derive(Debug)]
pub(super) struct Happening {
    pub(super) entity: Entity,
    /// The trigger's code; empty where a workflow is applied by hand.
    pub(super) trigger: &'static str,
    pub(super) subject: Subject,
    /// The thread that it is about.
    pub(super) thread: Option<i64>,
    /// Who was added.
    pub(super) collaborator: Option<i64>,
    /// The row of `event`.
    pub(super) event: Option<i64>,
}

impl Happening {
    /// Somebody applies a workflow to a ticket.
    pub(super) fn by_hand(ticket: i64) -> Self {
        Self {
            entity: Entity::Ticket,
            trigger: "",
            subject: Subject::Ticket(ticket),
            thread: None,
            collaborator: None,
            event: None,
        }
    }
}

/// What sets workflows off, and on what.
type Meaning = (Entity, &'static str, Subject);

/// What an event means to workflows, where it means something to them.
pub(super) fn of(view: &View<'_>, event: &Event, event_id: i64) -> Result<Option<Happening>> {
    let (thread, collaborator) = match *event {
        Event::TicketCreated { thread, .. }
        | Event::ThreadAdded { thread, .. }
        | Event::ThreadEdited { thread, .. } => (Some(thread), None),
        Event::CollaboratorAdded { user, .. } => (None, Some(user)),
        _ => (None, None),
    };
    let meaning = match of_ticket(view, event)? {
        None => {
            of_task(event).map_or_else(|| of_person(view, event), |meaning| Ok(Some(meaning)))?
        }
        meaning => meaning,
    };
    Ok(meaning.map(|(entity, trigger, subject)| Happening {
        entity,
        trigger,
        subject,
        thread,
        collaborator,
        event: Some(event_id),
    }))
}

fn of_ticket(view: &View<'_>, event: &Event) -> Result<Option<Meaning>> {
    let trigger = match *event {
        Event::TicketCreated { .. } => Some("created"),
        Event::TicketTrashed { .. } => Some("removed"),
        Event::TicketRestored { .. } => Some("restored"),
        Event::TicketPending { .. } => Some("pending"),
        Event::TicketChanged { property, .. } => of_property(property),
        Event::ThreadAdded { thread, .. } => of_thread(view, thread)?,
        Event::ThreadEdited { .. } => Some("thread_updated"),
        Event::CollaboratorAdded { .. } => Some("collaborator_updated"),
        Event::TagAdded { .. } => Some("tag_added"),
        _ => None,
    };
    let subject = event.ticket().map(Subject::Ticket);
    Ok(trigger
        .zip(subject)
        .map(|(trigger, subject)| (Entity::Ticket, trigger, subject)))
}

fn of_task(event: &Event) -> Option<Meaning> {
    let (trigger, task) = match *event {
        Event::TaskCreated { task, .. } => ("created", task),
        Event::TaskChanged { task, .. } => ("updated", task),
        Event::TaskRemoved { task, .. } => ("removed", task),
        _ => return None,
    };
    Some((Entity::Task, trigger, Subject::Task(task)))
}

fn of_person(view: &View<'_>, event: &Event) -> Result<Option<Meaning>> {
    let agent = |trigger, user| (Entity::Agent, trigger, Subject::Agent(user));
    let customer = |trigger, user| (Entity::Customer, trigger, Subject::Customer(user));
    Ok(Some(match *event {
        // Nobody has to invite the one who opened the desk.
        Event::MemberCreated { user } if is_owner(view, user)? => return Ok(None),
        Event::MemberCreated { user } => agent("created", user),
        Event::MemberChanged { user } | Event::MemberDeactivated { user } => agent("updated", user),
        Event::MemberRemoved { user } => agent("removed", user),
        Event::CustomerCreated { user } if came_with_a_ticket(view, user)? => return Ok(None),
        Event::CustomerCreated { user } => customer("created", user),
        Event::CustomerChanged { user } => customer("updated", user),
        Event::CustomerRemoved { user } => customer("removed", user),
        _ => return Ok(None),
    }))
}

fn of_property(property: Property) -> Option<&'static str> {
    match property {
        Property::Status => Some("status_updated"),
        Property::Priority => Some("priority_updated"),
        Property::Type => Some("type_updated"),
        Property::Group => Some("group_updated"),
        Property::Team => Some("team_updated"),
        Property::Agent => Some("agent_updated"),
        Property::Subject | Property::Customer | Property::Star => None,
    }
}

/// Whoever writes and is not the ticket's customer is one of its collaborators.
fn of_thread(view: &View<'_>, thread: i64) -> Result<Option<&'static str>> {
    let found: Option<(ThreadType, UserType, i64)> = view.maybe(
        "SELECT thread_type, user_type, m.user_id IS t.customer_id
         FROM thread m JOIN ticket t ON t.id = m.ticket_id WHERE m.id = :thread",
        named_params! { ":thread": thread },
    )?;
    Ok(
        found.and_then(|(kind, side, is_customer)| match (kind, side) {
            (ThreadType::Note, _) => Some("note_added"),
            (ThreadType::Forward, _) => Some("forward_added"),
            (ThreadType::Reply, UserType::Agent) => Some("agent_reply"),
            (ThreadType::Reply, UserType::Customer) if is_customer == 1 => Some("customer_reply"),
            (ThreadType::Reply, UserType::Customer) => Some("collaborator_reply"),
            (ThreadType::Reply, UserType::System) | (ThreadType::Create, _) => None,
        }),
    )
}

/// Whether a customer was made by the ticket that they opened: then it says all that is to be said.
fn came_with_a_ticket(view: &View<'_>, user: i64) -> Result<bool> {
    let tickets: i64 = view.one(
        "SELECT EXISTS (SELECT 1 FROM ticket WHERE customer_id = :user)",
        named_params! { ":user": user },
    )?;
    Ok(tickets == 1)
}

fn is_owner(view: &View<'_>, user: i64) -> Result<bool> {
    let is_owner: i64 = view.one(
        "SELECT EXISTS (SELECT 1 FROM profile WHERE user_id = :user AND role_id = 1)",
        named_params! { ":user": user },
    )?;
    Ok(is_owner == 1)
}
