//! The conversation of a ticket: replies, notes and forwards, and what each does to
//! the ticket that it is in.

mod api;
mod reply;

pub use reply::{NewReply, Said, edit, remove, say, set_bookmarked, set_locked};

use crate::access::Access::{Agent, Holds, SignedIn};
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::who::Privilege::{DeleteThreadNote, EditThreadNote};
use crate::desk::ticket;
use crate::web::route::{Route, delete, get, patch, post, put};
use crate::web::version::Version;

/// The rows of this room. A thread has its ticket's version: any write to the ticket, a
/// reply too, makes it stale.
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
        .versioned(ticket::version),
        patch(
            "/ticket/{ticketId}/thread/{id}",
            Agent,
            "Lock, unlock or bookmark a thread",
            api::mark,
        )
        .versioned(version),
        put(
            "/ticket/{ticketId}/thread/{id}",
            Holds(EditThreadNote),
            "Change a thread",
            api::edit,
        )
        .versioned(version),
        delete(
            "/ticket/{ticketId}/thread/{threadId}",
            Holds(DeleteThreadNote),
            "Delete a thread",
            api::remove,
        )
        .versioned(version),
        get(
            "/ticket/{ticketId}/thread/{id}/revisions",
            Agent,
            "List what a thread said before it was edited",
            api::revisions,
        ),
        get(
            "/ticket/attachment/{id}",
            SignedIn,
            "Download an attachment",
            api::download,
        ),
    ]
}

/// The version of the ticket of the thread that a path names behind it.
fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    let [ticket, thread] = *numbers else {
        return Ok(None);
    };
    api::visible(view, ticket, thread)?;
    ticket::version(view, &[ticket])
}
