//! Facts out of the database.

use super::facts::{CompanyFacts, Facts, Party, TicketFacts, UserFacts};
use crate::base::db::{View, named_params};
use crate::base::error::Result;
use crate::desk::person::{self, Side};
use crate::desk::thread_model::{self, ThreadVisibility};
use crate::desk::ticket::Ticket;
use crate::desk::{company, status, tag};

/// What is known of the company alone.
pub fn of_company(view: &View<'_>) -> Result<Facts> {
    let (name, email): (String, Option<String>) =
        view.one("SELECT name, support_email FROM company WHERE id = 1", [])?;
    Ok(Facts {
        company: CompanyFacts {
            name,
            email: email.unwrap_or_default(),
            url: view.base_url().to_owned(),
        },
        ..Facts::default()
    })
}

/// What is known of a ticket that somebody sees: with its customer as the reader, and the
/// agent who asks, else the ticket's, at work.
pub fn of_ticket(view: &View<'_>, ticket: &Ticket) -> Result<Facts> {
    let who = view.who();
    let asking = Some(who.id).filter(|_| who.is_agent());
    let users: Vec<i64> = [Some(ticket.customer), ticket.agent, asking]
        .into_iter()
        .flatten()
        .collect();
    let people = person::by_ids(view, &users)?;
    let party = |id: Option<i64>, side: Side| {
        let person = people.iter().find(|person| Some(person.id) == id);
        person.map(|person| Party::of(person, side))
    };
    let customer = party(Some(ticket.customer), Side::Customer).unwrap_or_default();
    let agent = party(ticket.agent, Side::Agent).unwrap_or_default();
    let at_work = party(asking, Side::Agent).unwrap_or_else(|| agent.clone());
    Ok(Facts {
        user: Some(UserFacts {
            reader: customer.clone(),
            agent: at_work,
            ..UserFacts::default()
        }),
        ticket: Some(ticket_facts(view, ticket, customer, agent)?),
        ..of_company(view)?
    })
}

fn ticket_facts(
    view: &View<'_>,
    ticket: &Ticket,
    customer: Party,
    agent: Party,
) -> Result<TicketFacts> {
    let locale = view.locale();
    let (type_name, group, team): (Option<String>, Option<String>, Option<String>) = view.one(
        "SELECT (SELECT name FROM ticket_type WHERE id = :type),
             (SELECT name FROM \"group\" WHERE id = :group),
             (SELECT name FROM team WHERE id = :team)",
        named_params! { ":type": ticket.type_id, ":group": ticket.group, ":team": ticket.team },
    )?;
    let tags = tag::of_ticket(view, ticket.id)?.into_iter();
    let first = thread_model::first_of(view, ticket.id, ThreadVisibility::Customer)?;
    let message = first.map(|thread| thread.clean).unwrap_or_default();
    let newest = thread_model::latest(view, ticket.id, ThreadVisibility::Customer)?;
    let base_url = view.base_url();
    Ok(TicketFacts {
        id: ticket.id.to_string(),
        increment_id: ticket.increment_id.to_string(),
        subject: ticket.subject.clone(),
        thread_message: newest.map_or_else(|| message.clone(), |thread| thread.clean),
        message,
        status: status::status_name(ticket.status, locale)
            .unwrap_or_default()
            .to_owned(),
        priority: status::priority_name(ticket.priority, locale)
            .unwrap_or_default()
            .to_owned(),
        type_name: type_name.unwrap_or_default(),
        group: group.unwrap_or_default(),
        team: team.unwrap_or_default(),
        tags: tags.map(|tag| tag.name).collect::<Vec<_>>().join(", "),
        source: status::source_name(&ticket.source, locale),
        created_at: company::calendar(view)?.show(ticket.created_at, thread_model::TICKET_TIME),
        customer,
        agent,
        link: format!("{base_url}/api/ticket/{}.html", ticket.increment_id),
        collaborator: None,
    })
}
