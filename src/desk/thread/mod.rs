//! The conversation of a ticket: replies, notes and forwards, and what each does to
//! the ticket that it is in.

mod api;
mod speak;

pub use speak::{Speech, edit, remove, say, set_bookmarked, set_locked};

use crate::access::Access::{Agent, Holds, SignedIn};
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::who::Privilege::{DeleteThreadNote, EditThreadNote};
use crate::desk::ticket;
use crate::web::route::{Route, delete, get, patch, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get(
            "/ticket/{id}/threads",
            SignedIn,
            "List the threads of a ticket",
            api::list,
        ),
        post(
            "/ticket/{id}/threads",
            SignedIn,
            "Add a thread to a ticket",
            api::create,
        )
        .versioned(ticket_version),
        patch(
            "/ticket/{ticketId}/thread/{id}",
            Agent,
            "Lock, unlock or bookmark a thread",
            api::mark,
        )
        .versioned(ticket_version),
        put(
            "/ticket/{ticketId}/thread/{id}",
            Holds(EditThreadNote),
            "Change a thread",
            api::edit,
        )
        .versioned(ticket_version),
        delete(
            "/ticket/{ticketId}/thread/{threadId}",
            Holds(DeleteThreadNote),
            "Delete a thread",
            api::remove,
        )
        .versioned(ticket_version),
        get(
            "/ticket/attachment/{id}",
            SignedIn,
            "Download an attachment",
            api::download,
        ),
    ]
}

/// A thread has its ticket's version: any write to the ticket, a reply too, makes it stale.
fn ticket_version(view: &View<'_>, numbers: &[i64]) -> Result<Option<i64>> {
    let Some(id) = numbers.first() else {
        return Ok(None);
    };
    Ok(ticket::by_id(view, view.who(), *id)?.map(|ticket| ticket.version))
}
