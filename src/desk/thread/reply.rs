//! What is said in a ticket, and what that does to it: an agent's reply answers it, a
//! customer's reopens it, a note changes nothing that a customer could see.

use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Message as Words, Result};
use crate::base::event::{Event, Property};
use crate::base::html::RichText;
use crate::base::who::{Privilege, Who};
use crate::desk::status;
use crate::desk::thread_model::{self, NewThread, Thread, ThreadType, UserType};
use crate::desk::ticket::{self, Ticket};
use crate::web::input::StoredFile;

/// Something to be said.
#[derive(Debug)]
pub struct NewReply {
    /// A reply, a note or a forward.
    pub thread_type: ThreadType,
    /// The words.
    pub message: RichText,
    /// The status that was asked for, as it came; nothing where none was.
    pub status: Option<String>,
    /// Whom a forward goes to.
    pub to: Vec<String>,
    /// How it comes.
    pub source: &'static str,
    /// The files, kept in the store already.
    pub files: Vec<StoredFile>,
}

/// What came of saying something.
#[derive(Debug)]
pub struct Said {
    /// The thread's id.
    pub thread: i64,
    /// What was left aside of what was asked for beside the words.
    pub warning: Option<Words>,
}

/// Says something in a ticket as `who`, who sees it. A status that is not theirs to set is
/// left aside: nobody's words are lost for it.
pub fn say(change: &mut Change<'_>, who: &Who, ticket: &Ticket, speech: NewReply) -> Result<Said> {
    may_say(who, &speech)?;
    let (status, warning) = match speech.status.as_deref() {
        Some(_) if ticket::change::may_change(who, Property::Status).is_err() => {
            (None, Some(Words::new("thread.status_left_aside")))
        }
        Some(status) => (status_of(change.view(), status)?, None),
        None => (None, None),
    };
    let thread_type = speech.thread_type;
    let new = NewThread {
        user: (who.id != 0).then_some(who.id),
        user_type: match who.id {
            0 => UserType::System,
            _ if who.is_agent() => UserType::Agent,
            _ => UserType::Customer,
        },
        thread_type,
        source: speech.source,
        message: speech.message,
        to: speech.to,
        files: speech.files,
    };
    let thread = thread_model::add(change, ticket.id, &new)?;
    ticket::change::touch(change, ticket.id)?;
    if who.is_agent() && who.id != 0 {
        ticket::change::open_by_agent(change, ticket.id)?;
    }
    change.emit(Event::ThreadAdded {
        ticket: ticket.id,
        thread,
    });
    let usual = match thread_type {
        ThreadType::Reply => Some(note_reply(change, who, ticket.id)?),
        _ => None,
    };
    if !who.is_agent() {
        ticket::change::release_from_inactive(change, ticket)?;
    }
    ticket::change::set_if_some(change, ticket, Property::Status, status.or(usual))?;
    Ok(Said { thread, warning })
}

/// The status that a field names; 400 where there is none of this id.
fn status_of(view: &View<'_>, named: &str) -> Result<Option<i64>> {
    let id = named
        .parse()
        .map_err(|_| Error::invalid("status", "ticket.unknown_status"))?;
    ticket::change::check(view, Property::Status, id, "status")
}

fn may_say(who: &Who, speech: &NewReply) -> Result<()> {
    match speech.thread_type {
        ThreadType::Note => who.need(Privilege::AddNote),
        ThreadType::Forward if !who.is_agent() => {
            Err(Error::Forbidden(Words::new("error.needs_agent")))
        }
        ThreadType::Forward if speech.to.is_empty() => {
            Err(Error::invalid("to", "thread.forward_to_whom"))
        }
        ThreadType::Reply | ThreadType::Forward => Ok(()),
        ThreadType::Create => Err(Error::invalid("threadType", "input.shape")),
    }
}

/// Notes whose turn it is after a reply; answers the status that it usually brings.
fn note_reply(change: &mut Change<'_>, who: &Who, ticket: i64) -> Result<i64> {
    let now = change.now();
    let (sql, status) = if who.is_agent() {
        (
            "UPDATE ticket SET is_replied = 1, agent_replied_at = :now, pending_told_at = NULL,
                 first_replied_at = ifnull(first_replied_at, :now)
             WHERE id = :ticket",
            status::ANSWERED,
        )
    } else {
        (
            "UPDATE ticket SET is_replied = 0, customer_replied_at = :now WHERE id = :ticket",
            status::OPEN,
        )
    };
    change.run(sql, named_params! { ":now": now, ":ticket": ticket })?;
    Ok(status)
}

/// Gives a thread other words; those that it has already change nothing.
pub fn edit(change: &mut Change<'_>, thread: &Thread, message: &RichText) -> Result<()> {
    if thread.clean == message.clean {
        return Ok(());
    }
    thread_model::rewrite(change, thread.id, message)?;
    ticket::change::touch(change, thread.ticket)?;
    change.emit(Event::ThreadEdited {
        ticket: thread.ticket,
        thread: thread.id,
    });
    Ok(())
}

/// Removes a thread; the one that opened the ticket goes with the ticket alone.
pub fn remove(change: &mut Change<'_>, thread: &Thread) -> Result<()> {
    if thread.thread_type == ThreadType::Create {
        return Err(Error::conflict("thread.create_stays"));
    }
    thread_model::remove(change, thread)?;
    // Whose turn it is, and when who has answered, follows from what is left.
    change.run(
        "UPDATE ticket SET
             is_replied = ifnull((
                 SELECT user_type = 'agent' FROM thread
                 WHERE ticket_id = :ticket AND thread_type IN ('create', 'reply')
                 ORDER BY created_at DESC, id DESC LIMIT 1), 0),
             (first_replied_at, agent_replied_at) = (
                 SELECT min(created_at), max(created_at) FROM thread
                 WHERE ticket_id = :ticket AND thread_type = 'reply' AND user_type = 'agent'),
             customer_replied_at = (
                 SELECT max(created_at) FROM thread
                 WHERE ticket_id = :ticket AND thread_type IN ('create', 'reply') AND user_type = 'customer')
         WHERE id = :ticket",
        named_params! { ":ticket": thread.ticket },
    )?;
    ticket::change::touch(change, thread.ticket)?;
    change.emit(Event::ThreadRemoved {
        ticket: thread.ticket,
        thread: thread.id,
    });
    Ok(())
}

/// Locks or unlocks a thread.
pub fn set_locked(change: &mut Change<'_>, thread: &Thread, is_locked: i64) -> Result<()> {
    if thread.is_locked == (is_locked == 1) {
        return Ok(());
    }
    change.run(
        "UPDATE thread SET is_locked = :locked WHERE id = :thread",
        named_params! { ":locked": is_locked, ":thread": thread.id },
    )?;
    ticket::change::touch(change, thread.ticket)?;
    change.emit(Event::ThreadLocked {
        ticket: thread.ticket,
        thread: thread.id,
        locked: is_locked == 1,
    });
    Ok(())
}

/// Puts a bookmark on a thread, or takes it off.
pub fn set_bookmarked(change: &mut Change<'_>, thread: &Thread, is_bookmarked: i64) -> Result<()> {
    change.run(
        "UPDATE thread SET is_bookmarked = :bookmarked WHERE id = :thread",
        named_params! { ":bookmarked": is_bookmarked, ":thread": thread.id },
    )?;
    ticket::change::touch(change, thread.ticket)
}
