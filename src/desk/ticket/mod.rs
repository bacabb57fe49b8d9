//! Tickets: what a customer wants, until it is done. The `id` is what all operations
//! take but one; the `incrementId` is the number that people see. The two part
//! company as soon as `nextTicketId` is moved.

mod api;
mod bulk;
pub mod change;
mod count;
pub mod create;
mod filter;
mod found;
pub mod heir;
mod page;
mod shape;
mod store;
mod tags;

pub use shape::TicketItem;
pub use store::{Ticket, by_id, is_number_of_one, newest, version};

use filter::{Filter, TicketQuery};
use serde_json::Value;

use crate::access::Access::{Agent, CustomerOr, Holds, SignedIn};
use crate::base::db::{Select, View};
use crate::base::error::{Error, Result};
use crate::base::input::{Optional, Text, read_object};
use crate::base::who::Privilege::{
    AddCollaboratorToTicket, AddTag, AssignTicket, AssignTicketGroup, CreateTicket,
    DeleteCollaboratorFromTicket, DeleteTag, DeleteTicket, EditTicket, RestoreTicket,
    UpdateTicketPriority, UpdateTicketStatus,
};
use crate::web::listing::Listing;
use crate::web::route::{Route, delete, get, patch, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let mut routes = of_one();
    routes.extend(of_several());
    routes
}

fn of_one() -> Vec<Route> {
    vec![
        get("/tickets", SignedIn, "List tickets", api::list),
        post(
            "/tickets",
            CustomerOr(CreateTicket),
            "Create a ticket",
            api::create,
        )
        .for_newcomers(),
        get(
            "/ticket/{incrementId}",
            SignedIn,
            "Show a ticket",
            api::show,
        )
        .versioned(store::version_by_increment_id),
        put(
            "/ticket/{id}",
            Holds(EditTicket),
            "Change a ticket",
            api::edit,
        )
        .versioned(store::version),
        patch(
            "/ticket/{id}",
            Agent,
            "Change one property of a ticket",
            api::change_property,
        )
        .versioned(store::version),
        delete(
            "/ticket/{id}",
            Holds(DeleteTicket),
            "Delete a ticket",
            api::trash,
        )
        .versioned(store::version),
        put(
            "/ticket/{id}/trash",
            Holds(DeleteTicket),
            "Move a ticket to the trash",
            api::trash,
        )
        .versioned(store::version),
        put(
            "/ticket/{id}/agent",
            Holds(AssignTicket),
            "Assign an agent to a ticket",
            api::assign,
        )
        .versioned(store::version),
        post(
            "/ticket/{id}/collaborator",
            Holds(AddCollaboratorToTicket),
            "Add a collaborator to a ticket",
            api::add_collaborator,
        )
        .versioned(store::version),
        delete(
            "/ticket/{id}/collaborator",
            Holds(DeleteCollaboratorFromTicket),
            "Remove a collaborator from a ticket",
            api::remove_collaborator,
        )
        .versioned(store::version),
    ]
}

fn of_several() -> Vec<Route> {
    vec![
        post(
            "/ticket/{id}/tags",
            Holds(AddTag),
            "Add a tag to a ticket",
            tags::add,
        )
        .versioned(store::version),
        delete(
            "/ticket/{id}/tags",
            Holds(DeleteTag),
            "Remove a tag from a ticket",
            tags::remove,
        )
        .versioned(store::version),
        delete(
            "/tickets",
            Holds(DeleteTicket),
            "Delete several tickets for good",
            bulk::delete,
        ),
        put(
            "/tickets/trash",
            Holds(DeleteTicket),
            "Move several tickets to the trash",
            bulk::trash,
        ),
        put(
            "/tickets/restore",
            Holds(RestoreTicket),
            "Restore several tickets from the trash",
            bulk::restore,
        ),
        put(
            "/tickets/status",
            Holds(UpdateTicketStatus),
            "Change the status of several tickets",
            bulk::status,
        ),
        put(
            "/tickets/priority",
            Holds(UpdateTicketPriority),
            "Change the priority of several tickets",
            bulk::priority,
        ),
        put(
            "/tickets/label",
            Agent,
            "Add a label to several tickets",
            bulk::label,
        ),
        put(
            "/tickets/group",
            Holds(AssignTicketGroup),
            "Change the group of several tickets",
            bulk::group,
        ),
        put(
            "/tickets/agent",
            Holds(AssignTicket),
            "Assign an agent to several tickets",
            bulk::agent,
        ),
    ]
}

/// What a search finds: the newest tickets of any status that the viewer sees outside the
/// trash, and how many there are, counted as far as a list of them counts.
pub fn search(
    view: &View<'_>,
    words: &Optional<Text>,
    limit: &Optional<Text>,
) -> Result<(Vec<TicketItem>, i64)> {
    let listing = Listing::searching(words, limit);
    let filter = Filter {
        statuses: Vec::new(),
        ..filter::filter(view, &TicketQuery::default(), listing)?
    };
    shape::found(view, &filter)
}

/// The query that the list walks which the viewer asks for with `fields`, the filters
/// of `GET /tickets`: for tests that hold its plan.
pub fn page_query(view: &View<'_>, fields: Value) -> Result<Select> {
    let query = read_object(&fields).map_err(Error::Invalid)?;
    let listing = read_object(&fields).map_err(Error::Invalid)?;
    let filter = filter::filter(view, &query, listing)?;
    if let Some(query) = &filter.search {
        return found::query(view, &filter, query);
    }
    let per_status = count::per_status(view, &filter)?;
    page::query(view, &filter, count::total(&filter, &per_status))
}
