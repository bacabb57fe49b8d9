//! E-mail templates: the words of the desk's mail. Those that ship are found by what they
//! are sent for, and can be edited but not deleted; the company's own are for workflows.
//! Sending is no business of this room.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::Holds;
use crate::base::closed_list::closed_list;
use crate::base::db::{Change, Select, View, from_row, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::Line;
use crate::base::page::LARGEST_SIZE;
use crate::base::placeholder::{self, Template};
use crate::base::who::Privilege::ManageEmailTemplate;
use crate::desk::placeholder::{Facts, Filling};
use crate::desk::usage::{self, Use};
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};
use crate::web::version::Version;

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageEmailTemplate);
    vec![
        get("/email-templates", manage, "List e-mail templates", list),
        post(
            "/email-templates",
            manage,
            "Create an e-mail template",
            create,
        ),
        get(
            "/email-template/{id}",
            manage,
            "Show an e-mail template",
            show,
        )
        .versioned(version),
        put(
            "/email-template/{id}",
            manage,
            "Change an e-mail template",
            edit,
        ),
        delete(
            "/email-template/{id}",
            manage,
            "Delete an e-mail template",
            remove,
        ),
    ]
}

closed_list! {
    /// What a built-in template is sent for.
    TemplateKind {
        /// A customer's ticket came in: to the customer.
        TicketReceived = "ticket_received",
        /// An agent opened a ticket for a customer: to the customer.
        TicketOpenedForCustomer = "ticket_opened_for_customer",
        /// A ticket came in: to the agents.
        TicketNew = "ticket_new",
        /// A ticket was assigned: to its agent.
        TicketAssigned = "ticket_assigned",
        /// A ticket was given to a group: to the group's agents.
        TicketGivenToGroup = "ticket_given_to_group",
        /// A ticket was given to a team: to the team's agents.
        TicketGivenToTeam = "ticket_given_to_team",
        /// An agent replied: to the customer.
        AgentReply = "agent_reply",
        /// The customer replied: to the agent.
        CustomerReply = "customer_reply",
        /// A collaborator was added: to the collaborator.
        CollaboratorAdded = "collaborator_added",
        /// A collaborator replied: to the agent and the customer.
        CollaboratorReply = "collaborator_reply",
        /// A note was added: to the ticket's agent.
        NoteAdded = "note_added",
        /// A message was forwarded: to somebody outside the ticket.
        Forward = "forward",
        /// An answered ticket waits for its customer: to the customer.
        Pending = "pending",
        /// A customer's account was made: to the customer.
        CustomerCreated = "customer_created",
        /// An agent's account was made: to the agent.
        AgentCreated = "agent_created",
        /// A customer asked for a new password: to the customer.
        CustomerForgotPassword = "customer_forgot_password",
        /// An agent asked for a new password: to the agent.
        AgentForgotPassword = "agent_forgot_password",
        /// A task was made: to its followers.
        TaskCreated = "task_created",
        /// A task was assigned: to its agent.
        TaskAssigned = "task_assigned",
        /// A message was added to a task: to its members.
        TaskReply = "task_reply",
    }
}

/// The list of templates: a bare array, which tells of no further page.
#[derive(Debug, Clone)]
struct Templates;

impl Listed for Templates {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::descending(&["name"], &["name_key"]),
            Sort::descending(&["createdAt"], &["created_at"]),
            Sort::descending(&["updatedAt"], &["updated_at"]),
        ],
        size: LARGEST_SIZE,
        searched: "Words of the name.",
    };
}

fn list(
    view: &View<'_>,
    Query(listing): Query<Listing<Templates>>,
) -> Result<Json<Vec<TemplateItem>>> {
    let mut select = Select::new(
        "id, name, code IS NOT NULL AS is_built_in",
        "email_template",
    );
    listing.find_in(&mut select, "name_key");
    listing.rows(view, select).map(Json)
}

fn create(change: &mut Change<'_>, Body(new): Body<TemplateBody>) -> Result<MessageReply<Made>> {
    let now = change.now();
    let id = change.insert(
        "INSERT INTO email_template (name, name_key, subject, message, created_at, updated_at)
         VALUES (:name, name_key(:name), :subject, :message, :now, :now)",
        named_params! {
            ":name": new.name.as_str(), ":subject": new.subject.as_str(),
            ":message": new.message.as_str(), ":now": now,
        },
    )?;
    MessageReply::new("email_template.created").with("id", id)
}

/// The version of the template that a path names: of its words, whatever fills them.
fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    let id = numbers.first().copied().unwrap_or_default();
    let Json(shown) = show(view, PathId(id), Query(Filling::default()))?;
    Version::shown(&shown).map(Some)
}

fn show(
    view: &View<'_>,
    PathId(id): PathId,
    Query(filling): Query<Filling>,
) -> Result<Json<TemplateShape>> {
    let template = by_id(view, id)?.or_not_found("email_template")?;
    let (subject, message) = match filling.facts(view)? {
        Some(facts) => template.filled(&facts),
        None => (template.subject, template.message.shown()),
    };
    Ok(Json(TemplateShape {
        id: template.id,
        name: template.name,
        default_template: template.kind.is_some(),
        code: template.kind.map(TemplateKind::code),
        subject,
        message,
    }))
}

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<TemplateBody>,
) -> Result<MessageReply<Made>> {
    by_id(change.view(), id)?.or_not_found("email_template")?;
    let now = change.now();
    change.run(
        "UPDATE email_template SET name = :name, name_key = name_key(:name), subject = :subject, message = :message, updated_at = :now
         WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":subject": edited.subject.as_str(),
            ":message": edited.message.as_str(), ":now": now,
        },
    )?;
    MessageReply::new("email_template.updated").with("id", id)
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let template = by_id(change.view(), id)?.or_not_found("email_template")?;
    if template.kind.is_some() {
        let message = Message::new("email_template.ships").with("name", &template.name);
        return Err(Error::Conflict(message));
    }
    usage::refuse_used(change.view(), id, &template.name, &USES)?;
    change.run(
        "DELETE FROM email_template WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("email_template.removed"))
}

/// Where a template can be in use, and what is said then.
const USES: [Use; 2] = [
    (
        "SELECT count(*) FROM company WHERE pending_template_id = :id",
        "email_template.is_pending",
    ),
    (
        "SELECT count(*) FROM workflow_use WHERE kind = 'email_template' AND target_id = :id",
        "usage.workflows",
    ),
];

/// A new template, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
struct TemplateBody {
    /// Name of the template.
    name: Line<255, 1>,
    /// Subject of the mail, on one line; may hold placeholders.
    subject: Line<255, 1>,
    /// Text of the mail.
    message: Template,
}

impl Checked for TemplateBody {}

/// A template in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TemplateItem {
    id: i64,
    name: String,
    /// Whether it ships with the desk.
    default_template: bool,
}

from_row!(TemplateItem {
    id,
    name,
    default_template: "is_built_in"
});

/// A template.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TemplateShape {
    id: i64,
    name: String,
    /// With its placeholders, or filled in for the ticket that the query names.
    subject: String,
    /// Cleaned HTML; with its placeholders, or filled in for the ticket that the query names.
    message: String,
    /// Whether it ships with the desk.
    default_template: bool,
    /// What it is sent for, where it ships with the desk.
    code: Option<&'static str>,
}

/// A template as it is stored.
#[derive(Debug, Clone)]
pub struct EmailTemplate {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is sent for, where it ships with the desk.
    pub kind: Option<TemplateKind>,
    /// The subject, with its placeholders.
    pub subject: String,
    /// The text, with its placeholders.
    pub message: Template,
}

impl EmailTemplate {
    /// Subject and message of a mail: one line, and clean HTML.
    pub fn filled(&self, facts: &Facts) -> (String, String) {
        let find = |name: &str| facts.find(name);
        (
            placeholder::line(&self.subject, find),
            self.message.filled(find),
        )
    }
}

from_row!(EmailTemplate {
    id,
    name,
    kind: "code",
    subject,
    message
});

/// The template with this id.
pub fn by_id(view: &View<'_>, id: i64) -> Result<Option<EmailTemplate>> {
    view.maybe(
        "SELECT id, name, code, subject, message FROM email_template WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The built-in template of this kind, in the words that the company gave it.
pub fn built_in(view: &View<'_>, kind: TemplateKind) -> Result<EmailTemplate> {
    view.one(
        "SELECT id, name, code, subject, message FROM email_template WHERE code = :code",
        named_params! { ":code": kind },
    )
}
