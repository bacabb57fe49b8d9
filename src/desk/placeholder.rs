//! Placeholders: what each name that can stand in a template or a saved reply stands for.
//! How they are written and filled in is `base/placeholder.rs`; what they are filled with
//! is gathered here, once a text, as [`Facts`].
//!
//! A message that is filled in may go to a customer, so none of them is ever a note or
//! locked, whoever asks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::Agent;
use crate::base::db::{View, named_params};
use crate::base::error::{Found, Result};
use crate::base::input::{Id, Maybe};
use crate::base::page::Page;
use crate::base::placeholder::Content;
use crate::desk::message::{self, Eyes};
use crate::desk::person::{self, Person, Side};
use crate::desk::ticket::{self, Ticket};
use crate::desk::{company, status, tag};
use crate::web::extract::Checked;
use crate::web::reply::Json;
use crate::web::route::{Route, get};

/// The documented format of times of tickets, in PHP's letters.
const TIME: &str = "d-M h:ia";

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![get("/placeholders", Agent, "List placeholders", list)]
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a handler may fail, this one cannot"
)]
fn list(view: &View<'_>) -> Result<Json<PlaceholderList>> {
    let mut placeholders = shapes(view, "ticket", &TICKET);
    placeholders.extend(shapes(view, "user", &USER));
    placeholders.extend(shapes(view, "task", &TASK));
    placeholders.extend(shapes(view, "company", &COMPANY));
    Ok(Json(PlaceholderList { placeholders }))
}

/// The placeholders that there are.
#[derive(Debug, Serialize, JsonSchema)]
struct PlaceholderList {
    placeholders: Vec<PlaceholderShape>,
}

/// A placeholder.
#[derive(Debug, Serialize, JsonSchema)]
struct PlaceholderShape {
    /// Its name, such as ticket.id.
    name: String,
    /// As it is written in a text, such as {%ticket.id%}.
    placeholder: String,
    /// What it stands for, in the caller's language.
    description: String,
}

fn shapes<F>(view: &View<'_>, of: &str, known: &[Known<F>]) -> Vec<PlaceholderShape> {
    let shapes = known.iter().map(|one| PlaceholderShape {
        name: format!("{of}.{}", one.name),
        placeholder: format!("{{%{of}.{}%}}", one.name),
        description: view.locale().text(one.about).to_owned(),
    });
    shapes.collect()
}

/// For which ticket a text is to be filled in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Filling {
    /// Id of a ticket: the text is answered with its placeholders filled in for that ticket.
    ticket_id: Maybe<Id>,
}

impl Checked for Filling {}

impl Filling {
    /// The facts of the ticket that is named; 404 where it is not in the caller's sight.
    pub fn facts(&self, view: &View<'_>) -> Result<Option<Facts>> {
        let Some(id) = self.ticket_id.as_ref() else {
            return Ok(None);
        };
        let ticket = ticket::by_id(view, view.who(), id.get())?.found("ticket")?;
        of_ticket(view, &ticket).map(Some)
    }
}

/// What is known while a text is filled in. A placeholder of a part that is not there
/// stays as it is written.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The company.
    pub company: CompanyFacts,
    /// The ticket that the text is about.
    pub ticket: Option<TicketFacts>,
    /// Whom the text is for, and who is at work.
    pub user: Option<UserFacts>,
    /// The task that the text is about.
    pub task: Option<TaskFacts>,
}

/// What is known of the company.
#[derive(Debug, Clone, Default)]
pub struct CompanyFacts {
    /// Its name.
    pub name: String,
    /// Its support address; empty where it has none.
    pub email: String,
    /// Where the desk is reached.
    pub url: String,
}

/// What is known of a ticket.
#[derive(Debug, Clone, Default)]
pub struct TicketFacts {
    /// The id that operations take.
    pub id: String,
    /// The number that people see.
    pub increment_id: String,
    /// The subject line.
    pub subject: String,
    /// The message that opened it, as cleaned HTML.
    pub message: String,
    /// The newest public message, as cleaned HTML.
    pub thread_message: String,
    /// The name of its status.
    pub status: String,
    /// The name of its priority.
    pub priority: String,
    /// The name of its type; empty without one, as all that follows.
    pub type_name: String,
    /// The name of its group.
    pub group: String,
    /// The name of its team.
    pub team: String,
    /// The names of its tags, with commas.
    pub tags: String,
    /// The name of its source.
    pub source: String,
    /// When it was opened, as the company writes times.
    pub created_at: String,
    /// Whose ticket it is.
    pub customer: Party,
    /// Who works on it.
    pub agent: Party,
    /// Where it is shown.
    pub link: String,
    /// Whom the text calls a collaborator, where it is about one.
    pub collaborator: Option<Party>,
}

/// Somebody in a text.
#[derive(Debug, Clone, Default)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The first name.
    pub first_name: String,
    /// The address.
    pub email: String,
}

impl Party {
    fn of(person: &Person, side: Side) -> Self {
        let profile = person.side(side);
        Self {
            name: person.name_as(side).to_owned(),
            first_name: profile.map_or_else(
                || person.name_as(side).to_owned(),
                |profile| profile.first_name.clone(),
            ),
            email: person.email.clone(),
        }
    }
}

/// What is known of whom the text is for.
#[derive(Debug, Clone, Default)]
pub struct UserFacts {
    /// Whom it is for.
    pub reader: Party,
    /// The agent at work.
    pub agent: Party,
    /// Where the reader sets a new password, where the text is sent for that.
    pub forgot_password_link: Option<String>,
    /// Where the reader proves their address, where the text is sent for that.
    pub account_validation_link: Option<String>,
}

/// What is known of a task.
#[derive(Debug, Clone, Default)]
pub struct TaskFacts {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is to be done, as cleaned HTML.
    pub description: String,
    /// Until when, as the company writes times.
    pub deadline: String,
    /// Whose task it is.
    pub agent: Party,
    /// The newest message in it, as cleaned HTML.
    pub message: String,
}

impl Facts {
    /// What the placeholder of this name stands for; nothing where it is unknown, or of a
    /// part that is not there.
    pub fn find(&self, name: &str) -> Option<Content<'_>> {
        let (of, name) = name.split_once('.')?;
        match of {
            "ticket" => {
                let also = ALSO.iter().find(|(also, _)| *also == name);
                let name = also.map_or(name, |(_, name)| *name);
                content(&TICKET, name, self.ticket.as_ref()?)
            }
            "user" => content(&USER, name, self.user.as_ref()?),
            "task" => content(&TASK, name, self.task.as_ref()?),
            "company" => content(&COMPANY, name, &self.company),
            _ => None,
        }
    }
}

/// A placeholder of one kind of facts.
struct Known<F> {
    /// Its name, behind that of the kind.
    name: &'static str,
    /// The key of what is said about it.
    about: &'static str,
    content: for<'f> fn(&'f F) -> Option<Content<'f>>,
}

const fn known<F>(
    name: &'static str,
    about: &'static str,
    content: for<'f> fn(&'f F) -> Option<Content<'f>>,
) -> Known<F> {
    Known {
        name,
        about,
        content,
    }
}

fn content<'f, F>(known: &[Known<F>], name: &str, facts: &'f F) -> Option<Content<'f>> {
    let found = known.iter().find(|known| known.name == name)?;
    (found.content)(facts)
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "a row of the tables answers nothing where a fact is not there"
)]
fn words(words: &str) -> Option<Content<'_>> {
    Some(Content::words(words))
}

#[rustfmt::skip]
const TICKET: [Known<TicketFacts>; 23] = [
    known("id", "placeholder.ticket_id", |ticket| words(&ticket.id)),
    known("incrementId", "placeholder.ticket_increment_id", |ticket| words(&ticket.increment_id)),
    known("subject", "placeholder.ticket_subject", |ticket| words(&ticket.subject)),
    known("message", "placeholder.ticket_message", |ticket| Some(Content::Html(&ticket.message))),
    known("threadMessage", "placeholder.ticket_thread_message", |ticket| Some(Content::Html(&ticket.thread_message))),
    known("status", "placeholder.ticket_status", |ticket| words(&ticket.status)),
    known("priority", "placeholder.ticket_priority", |ticket| words(&ticket.priority)),
    known("type", "placeholder.ticket_type", |ticket| words(&ticket.type_name)),
    known("group", "placeholder.ticket_group", |ticket| words(&ticket.group)),
    known("team", "placeholder.ticket_team", |ticket| words(&ticket.team)),
    known("tags", "placeholder.ticket_tags", |ticket| words(&ticket.tags)),
    known("source", "placeholder.ticket_source", |ticket| words(&ticket.source)),
    known("createdAt", "placeholder.ticket_created_at", |ticket| words(&ticket.created_at)),
    known("customerName", "placeholder.ticket_customer_name", |ticket| words(&ticket.customer.name)),
    known("customerFirstName", "placeholder.ticket_customer_first_name", |ticket| words(&ticket.customer.first_name)),
    known("customerEmail", "placeholder.ticket_customer_email", |ticket| words(&ticket.customer.email)),
    known("agentName", "placeholder.ticket_agent_name", |ticket| words(&ticket.agent.name)),
    known("agentFirstName", "placeholder.ticket_agent_first_name", |ticket| words(&ticket.agent.first_name)),
    known("agentEmail", "placeholder.ticket_agent_email", |ticket| words(&ticket.agent.email)),
    known("collaboratorName", "placeholder.ticket_collaborator_name", |ticket| words(&ticket.collaborator.as_ref()?.name)),
    known("collaboratorEmail", "placeholder.ticket_collaborator_email", |ticket| words(&ticket.collaborator.as_ref()?.email)),
    known("link", "placeholder.ticket_link", |ticket| words(&ticket.link)),
    known("customerLink", "placeholder.ticket_customer_link", |ticket| words(&ticket.link)),
];

/// Other names of a ticket's placeholders, which the documented examples use.
const ALSO: [(&str, &str); 6] = [
    ("number", "incrementId"),
    ("create_date", "createdAt"),
    ("dept.name", "group"),
    ("name", "customerName"),
    ("name.first", "customerFirstName"),
    ("email", "customerEmail"),
];

#[rustfmt::skip]
const USER: [Known<UserFacts>; 6] = [
    known("userName", "placeholder.user_name", |user| words(&user.reader.name)),
    known("userEmail", "placeholder.user_email", |user| words(&user.reader.email)),
    known("agentName", "placeholder.user_agent_name", |user| words(&user.agent.name)),
    known("agentEmail", "placeholder.user_agent_email", |user| words(&user.agent.email)),
    known("forgotPasswordLink", "placeholder.user_forgot_password_link", |user| words(user.forgot_password_link.as_ref()?)),
    known("accountValidationLink", "placeholder.user_account_validation_link", |user| words(user.account_validation_link.as_ref()?)),
];

#[rustfmt::skip]
const TASK: [Known<TaskFacts>; 6] = [
    known("id", "placeholder.task_id", |task| words(&task.id)),
    known("name", "placeholder.task_name", |task| words(&task.name)),
    known("description", "placeholder.task_description", |task| Some(Content::Html(&task.description))),
    known("deadline", "placeholder.task_deadline", |task| words(&task.deadline)),
    known("agentName", "placeholder.task_agent_name", |task| words(&task.agent.name)),
    known("message", "placeholder.task_message", |task| Some(Content::Html(&task.message))),
];

#[rustfmt::skip]
const COMPANY: [Known<CompanyFacts>; 3] = [
    known("name", "placeholder.company_name", |company| words(&company.name)),
    known("email", "placeholder.company_email", |company| words(&company.email)),
    known("url", "placeholder.company_url", |company| words(&company.url)),
];

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
             (SELECT name FROM sub_group WHERE id = :team)",
        named_params! { ":type": ticket.type_id, ":group": ticket.group, ":team": ticket.team },
    )?;
    let tags = tag::of_ticket(view, ticket.id)?.into_iter();
    let first = message::first_of(view, ticket.id, Eyes::Customer)?;
    let message = first.map(|thread| thread.clean).unwrap_or_default();
    let newest = message::list(view, ticket.id, Eyes::Customer, Page::new(1, 1))?.pop();
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
        created_at: company::calendar(view)?.show(ticket.created_at, TIME),
        customer,
        agent,
        link: format!("{base_url}/api/ticket/{}.html", ticket.increment_id),
        collaborator: None,
    })
}
