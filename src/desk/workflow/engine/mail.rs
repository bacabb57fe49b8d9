//! Mail actions: they make mails wait, and nothing else.

use std::slice;

use serde_json::Value;

use super::Subject;
use super::action::{GONE, Skipped};
use super::happening::Happening;
use super::recipients::{self, Recipients};
use super::store::{self, Step};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Message, Result};
use crate::base::who::{Side, Who};
use crate::desk::mail_out::{self, MailKind, NewMail, Recipient};
use crate::desk::ticket::{self, Ticket};
use crate::desk::workflow::Entity;
use crate::desk::workflow::choice::Choice;

/// How many notices to people outside a workflow may make in so many seconds before it is paused.
const FUSE: i64 = 100;
const FUSE_SECS: i64 = 600;

/// Makes the mails of one action wait; answers why not, where none could be made.
pub(super) fn mail(
    change: &mut Change<'_>,
    workflow: i64,
    happening: &Happening,
    step: &Step,
) -> Result<Option<Skipped>> {
    let (named, template) = match &step.value {
        Value::Object(mail) => (
            mail.get("for")
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice),
            mail.get("value").and_then(Value::as_i64),
        ),
        template => (&[][..], template.as_i64()),
    };
    let Some(template) = template else {
        return Ok(Some(Skipped(GONE)));
    };
    if !Choice::Template.has(change.view(), template)? {
        return Ok(Some(Skipped(GONE)));
    }
    let ticket = ticket_of(change.view(), happening)?;
    let to = recipients(
        change.view(),
        happening,
        ticket.as_ref(),
        (&step.code, named),
    )?;
    let template = template_of(change.view(), happening, template)?;
    for recipient in &to.found {
        let Some(kind) = kind(change.view(), happening, ticket.as_ref(), recipient)? else {
            continue;
        };
        let is_made = mail_out::queue(
            change,
            &NewMail {
                kind,
                recipient,
                template: Some(template),
                ticket: ticket.as_ref().map(|ticket| ticket.id),
                thread: happening.thread,
                task: match happening.subject {
                    Subject::Task(task) => Some(task),
                    _ => None,
                },
                mailbox: ticket.as_ref().and_then(|ticket| ticket.mailbox),
                workflow: Some(workflow),
                event: happening.event,
            },
        )?;
        let is_outside = !matches!(recipient.person, Some((_, Side::Agent)));
        if is_made && kind == MailKind::Notice && is_outside {
            blow_fuse(change, workflow)?;
        }
    }
    Ok(to.skipped)
}

/// The ticket that a mail is about.
fn ticket_of(view: &View<'_>, happening: &Happening) -> Result<Option<Ticket>> {
    let id = match happening.subject {
        Subject::Ticket(ticket) => Some(ticket),
        Subject::Task(task) => view.maybe(
            "SELECT ticket_id FROM task WHERE id = :task",
            named_params! { ":task": task },
        )?,
        Subject::Agent(_) | Subject::Customer(_) => None,
    };
    id.map_or(Ok(None), |id| ticket::by_id(view, &Who::desk(), id))
}

fn recipients(
    view: &View<'_>,
    happening: &Happening,
    ticket: Option<&Ticket>,
    (code, named): (&str, &[Value]),
) -> Result<Recipients> {
    let person = match happening.subject {
        Subject::Agent(user) => Some((user, Side::Agent)),
        Subject::Customer(user) => Some((user, Side::Customer)),
        Subject::Ticket(_) | Subject::Task(_) => None,
    };
    match (person, ticket, code) {
        (Some((user, side)), ..) => Ok(Recipients {
            found: recipients::on_side(view, slice::from_ref(&user), side)?,
            skipped: None,
        }),
        (None, Some(ticket), "mail_customer") => recipients::customer(view, ticket),
        (None, Some(ticket), "mail_last_collaborators") => {
            recipients::collaborators(view, happening, ticket, true)
        }
        (None, Some(ticket), "mail_all_collaborators") => {
            recipients::collaborators(view, happening, ticket, false)
        }
        _ => recipients::agents(view, happening, ticket, (code, named)),
    }
}

/// What a mail is; nothing where its mailbox acknowledges nothing.
fn kind(
    view: &View<'_>,
    happening: &Happening,
    ticket: Option<&Ticket>,
    recipient: &Recipient,
) -> Result<Option<MailKind>> {
    let is_agent = matches!(recipient.person, Some((_, Side::Agent)));
    Ok(match (happening.entity, happening.trigger, ticket) {
        (Entity::Agent | Entity::Customer, "created", _) => Some(MailKind::Account),
        (Entity::Ticket, "agent_reply", _) if !is_agent => Some(MailKind::Reply),
        (Entity::Ticket, "created", Some(ticket)) if !is_agent && is_own(view, ticket) => {
            acknowledges(view, ticket)?.then_some(MailKind::Acknowledgement)
        }
        _ => Some(MailKind::Notice),
    })
}

/// Whether whoever opens a ticket is its customer, or mail of theirs that came in.
fn is_own(view: &View<'_>, ticket: &Ticket) -> bool {
    let who = view.who();
    who.id == 0 || who.id == ticket.customer
}

fn acknowledges(view: &View<'_>, ticket: &Ticket) -> Result<bool> {
    let acknowledges: Option<i64> = view.maybe(
        "SELECT acknowledges FROM mailbox WHERE id = :mailbox",
        named_params! { ":mailbox": ticket.mailbox },
    )?;
    Ok(acknowledges != Some(0))
}

/// The company names the template that reminds customers; it stands in for the one that ships.
fn template_of(view: &View<'_>, happening: &Happening, template: i64) -> Result<i64> {
    if happening.trigger != "pending" {
        return Ok(template);
    }
    let named: Option<Option<i64>> = view.maybe(
        "SELECT pending_template_id FROM company WHERE id = 1
             AND EXISTS (SELECT 1 FROM email_template WHERE id = :template AND code = 'pending')",
        named_params! { ":template": template },
    )?;
    Ok(named.flatten().unwrap_or(template))
}

/// Pauses a workflow that has made too many notices to people outside.
fn blow_fuse(change: &mut Change<'_>, workflow: i64) -> Result<()> {
    let since = change.now().plus_secs(-FUSE_SECS);
    let made: i64 = change.view().one(
        "SELECT count(*) FROM (SELECT 1 FROM mail_out
         WHERE workflow_id = :workflow AND kind = 'notice' AND side IS NOT 'agent'
             AND created_at > max(:since, (SELECT counted_from FROM workflow WHERE id = :workflow)) LIMIT :most)",
        named_params! { ":workflow": workflow, ":since": since, ":most": FUSE + 1 },
    )?;
    if made > FUSE {
        let error = Message::new("workflow.error.fuse").with("max", FUSE);
        store::pause(change, workflow, &error)?;
    }
    Ok(())
}
