//! What is said in a ticket, and what that does to it: an agent's reply answers it, a
//! customer's reopens it, a note changes nothing that a customer could see.

use crate::base::db::{Change, named_params};
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
    /// The status that the ticket gets, where one was named.
    pub status: Option<i64>,
    /// Whom a forward goes to.
    pub to: Vec<String>,
    /// How it comes.
    pub source: &'static str,
    /// The files, kept in the store already.
    pub files: Vec<StoredFile>,
}

/// Says something in a ticket as `who`, who sees it; answers the thread's id.
pub fn say(change: &mut Change<'_>, who: &Who, ticket: &Ticket, speech: NewReply) -> Result<i64> {
    may_say(who, &speech)?;
    let status = match speech.status {
        Some(status) => {
            ticket::change::may_change(who, Property::Status)?;
            ticket::change::check(change.view(), Property::Status, status, "status")?
        }
        None => None,
    };
    let thread_type = speech.thread_type;
    let new = NewThread {
        user: (who.id != 0).then_some(who.id),
        user_type: if who.is_agent() {
            UserType::Agent
        } else {
            UserType::Customer
        },
        thread_type,
        source: speech.source,
        message: speech.message,
        to: speech.to,
        files: speech.files,
    };
    let thread = thread_model::add(change, ticket.id, &new)?;
    ticket::change::touch(change, ticket.id)?;
    if who.is_agent() {
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
    ticket::change::set_if_some(change, ticket, Property::Status, status.or(usual))?;
    Ok(thread)
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
            "UPDATE ticket SET is_replied = 1, agent_replied_at = :now,
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
    // Whose turn it is follows from what is left.
    change.run(
        "UPDATE ticket SET is_replied = ifnull((
             SELECT user_type = 'agent' FROM thread
             WHERE ticket_id = :ticket AND thread_type IN ('create', 'reply')
             ORDER BY created_at DESC, id DESC LIMIT 1), 0)
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
