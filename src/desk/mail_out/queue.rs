//! How a mail comes to wait: who gets none, who gets one instead of several, and from when on it
//! may leave. What it says is made when it is first taken to be sent.

use super::{MailKind, MailState};
use crate::base::db::{Change, View, named_params};
use crate::base::error::Result;
use crate::base::who::Side;

/// How long a notice to an agent waits for a newer one of the same ticket, in seconds.
const DIGEST_SECS: i64 = 60;

/// For how long it is tried to send a mail, in days.
const DAYS: i64 = 5;

/// Somebody who is mailed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who that is, and on which side; nothing for somebody whom the desk does not know.
    pub person: Option<(i64, Side)>,
    /// Their address.
    pub email: String,
}

impl Recipient {
    fn is_agent(&self) -> bool {
        matches!(self.person, Some((_, Side::Agent)))
    }
}

/// A mail to one recipient.
#[derive(Debug)]
pub struct NewMail<'a> {
    /// What it is.
    pub kind: MailKind,
    /// Whom it is for.
    pub recipient: &'a Recipient,
    /// The template that it is made of; a reply without one is its thread alone.
    pub template: Option<i64>,
    /// The ticket that it is about.
    pub ticket: Option<i64>,
    /// The thread that it carries.
    pub thread: Option<i64>,
    /// The task that it is about.
    pub task: Option<i64>,
    /// The mailbox that it leaves by; nothing for the company's.
    pub mailbox: Option<i64>,
    /// The workflow that mails.
    pub workflow: Option<i64>,
    /// The event that it tells of: nobody is told of one twice.
    pub event: Option<i64>,
}

/// How many acknowledgements one address is sent in an hour, and in a day: an answer to a machine
/// must not become a flood.
const ACKNOWLEDGEMENTS_AN_HOUR: i64 = 5;
const ACKNOWLEDGEMENTS_A_DAY: i64 = 20;

/// When a mail leaves, or why it never does.
struct Fate {
    state: MailState,
    reason: Option<&'static str>,
    wait_secs: i64,
}

impl Fate {
    fn waits(reason: Option<&'static str>, wait_secs: i64) -> Self {
        Self {
            state: MailState::Waiting,
            reason,
            wait_secs,
        }
    }

    fn never(reason: &'static str) -> Self {
        Self {
            state: MailState::Cancelled,
            reason: Some(reason),
            wait_secs: 0,
        }
    }
}

/// Makes a mail wait; whether it does: not where the recipient has one of the same event or thread
/// already.
pub fn queue(change: &mut Change<'_>, new: &NewMail<'_>) -> Result<bool> {
    let fate = fate(change.view(), new)?;
    if fate.reason == Some("digest") {
        supersede(change, new)?;
    }
    let (now, actor) = (change.now(), change.who().id);
    let due_at = now.plus_secs(fate.wait_secs);
    let (user, side) = new.recipient.person.unzip();
    let made = change.run(
        "INSERT INTO mail_out (kind, state, reason, recipient, recipient_key, user_id, side, actor_id, mailbox_id,
             ticket_id, thread_id, task_id, template_id, workflow_id, event_id, due_at, give_up_at, created_at)
         VALUES (:kind, :state, :reason, :recipient, email_key(:recipient), :user, :side, nullif(:actor, 0), :mailbox,
             :ticket, :thread, :task, :template, :workflow, :event, :due, :give_up, :now)
         ON CONFLICT DO NOTHING",
        named_params! {
            ":kind": new.kind, ":state": fate.state, ":reason": fate.reason,
            ":recipient": new.recipient.email, ":user": user, ":side": side, ":actor": actor,
            ":mailbox": new.mailbox, ":ticket": new.ticket, ":thread": new.thread, ":task": new.task,
            ":template": new.template, ":workflow": new.workflow, ":event": new.event,
            ":due": due_at, ":give_up": due_at.days_later(DAYS), ":now": now,
        },
    )?;
    Ok(made > 0)
}

fn fate(view: &View<'_>, new: &NewMail<'_>) -> Result<Fate> {
    let is_told = matches!(new.kind, MailKind::Notice | MailKind::Acknowledgement);
    if is_told && is_suppressed(view, &new.recipient.email)? {
        return Ok(Fate::never("suppressed"));
    }
    Ok(match new.kind {
        MailKind::Acknowledgement if is_enough(view, &new.recipient.email)? => Fate::never("cap"),
        MailKind::Notice if new.recipient.is_agent() && new.ticket.is_some() => {
            Fate::waits(Some("digest"), DIGEST_SECS)
        }
        MailKind::Reply if view.who().is_agent() => undo(view)?,
        _ => Fate::waits(None, 0),
    })
}

/// An agent's reply waits for as long as it can be taken back.
fn undo(view: &View<'_>) -> Result<Fate> {
    let secs: i64 = view.one("SELECT undo_secs FROM company WHERE id = 1", [])?;
    Ok(Fate::waits((secs > 0).then_some("undo"), secs))
}

/// Whether mail to this address failed for good lately.
fn is_suppressed(view: &View<'_>, email: &str) -> Result<bool> {
    let until: Option<i64> = view.maybe(
        "SELECT 1 FROM suppressed_address WHERE email_key = email_key(:email) AND until > :now",
        named_params! { ":email": email, ":now": view.now() },
    )?;
    Ok(until.is_some())
}

/// Whether this address was sent as many acknowledgements as it gets.
fn is_enough(view: &View<'_>, email: &str) -> Result<bool> {
    let now = view.now();
    let (an_hour, a_day): (i64, i64) = view.one(
        "SELECT ifnull(sum(created_at > :hour), 0), count(*) FROM mail_out
         WHERE recipient_key = email_key(:email) AND created_at > :day
             AND kind = 'acknowledgement' AND state <> 'cancelled'",
        named_params! {
            ":email": email, ":hour": now.plus_secs(-3600), ":day": now.days_later(-1),
        },
    )?;
    Ok(an_hour >= ACKNOWLEDGEMENTS_AN_HOUR || a_day >= ACKNOWLEDGEMENTS_A_DAY)
}

/// A newer notice of a ticket takes the place of those that the agent has not been sent yet.
fn supersede(change: &mut Change<'_>, new: &NewMail<'_>) -> Result<()> {
    change.run(
        "UPDATE mail_out SET state = 'cancelled', reason = 'merged'
         WHERE ticket_id = :ticket AND state = 'waiting' AND reason = 'digest' AND kind = 'notice'
             AND recipient_key = email_key(:recipient)
             AND (event_id IS NOT :event OR template_id IS NOT :template)",
        named_params! {
            ":ticket": new.ticket, ":recipient": new.recipient.email, ":event": new.event,
            ":template": new.template,
        },
    )?;
    Ok(())
}
