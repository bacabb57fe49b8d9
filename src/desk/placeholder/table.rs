//! The table of all names, and what each stands for.

use super::facts::{CompanyFacts, Facts, TaskFacts, TicketFacts, UserFacts};
use crate::base::placeholder::Content;

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
pub(super) struct Definition<F> {
    /// Its name, behind that of the kind.
    pub(super) name: &'static str,
    /// The key of what is said about it.
    pub(super) about: &'static str,
    content: for<'f> fn(&'f F) -> Option<Content<'f>>,
}

const fn known<F>(
    name: &'static str,
    about: &'static str,
    content: for<'f> fn(&'f F) -> Option<Content<'f>>,
) -> Definition<F> {
    Definition {
        name,
        about,
        content,
    }
}

fn content<'f, F>(known: &[Definition<F>], name: &str, facts: &'f F) -> Option<Content<'f>> {
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
pub(super) const TICKET: [Definition<TicketFacts>; 23] = [
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
pub(super) const USER: [Definition<UserFacts>; 6] = [
    known("userName", "placeholder.user_name", |user| words(&user.reader.name)),
    known("userEmail", "placeholder.user_email", |user| words(&user.reader.email)),
    known("agentName", "placeholder.user_agent_name", |user| words(&user.agent.name)),
    known("agentEmail", "placeholder.user_agent_email", |user| words(&user.agent.email)),
    known("forgotPasswordLink", "placeholder.user_forgot_password_link", |user| words(user.forgot_password_link.as_ref()?)),
    known("accountValidationLink", "placeholder.user_account_validation_link", |user| words(user.account_validation_link.as_ref()?)),
];

#[rustfmt::skip]
pub(super) const TASK: [Definition<TaskFacts>; 6] = [
    known("id", "placeholder.task_id", |task| words(&task.id)),
    known("name", "placeholder.task_name", |task| words(&task.name)),
    known("description", "placeholder.task_description", |task| Some(Content::Html(&task.description))),
    known("deadline", "placeholder.task_deadline", |task| words(&task.deadline)),
    known("agentName", "placeholder.task_agent_name", |task| words(&task.agent.name)),
    known("message", "placeholder.task_message", |task| Some(Content::Html(&task.message))),
];

#[rustfmt::skip]
pub(super) const COMPANY: [Definition<CompanyFacts>; 3] = [
    known("name", "placeholder.company_name", |company| words(&company.name)),
    known("email", "placeholder.company_email", |company| words(&company.email)),
    known("url", "placeholder.company_url", |company| words(&company.url)),
];
