//! Members: the people who work at the desk, what they may do, and the caller's own account.

mod api;
mod change;
mod input;
mod shape;

pub use change::{part_with, release_tickets};

use crate::access::Access::{Agent, Holds, SignedIn};
use crate::base::who::Privilege::ManageAgent;
use crate::web::lane::Lane;
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        put(
            "/member/profile",
            Agent,
            "Change the own profile",
            api::edit_profile,
        )
        .lane(Lane::Passwords),
        get("/members", Agent, "List members", api::list),
        get("/member/{id}", Agent, "Show a member", api::show),
        post(
            "/members",
            Holds(ManageAgent),
            "Create a member",
            api::create,
        )
        .lane(Lane::Passwords),
        put(
            "/member/{id}",
            Holds(ManageAgent),
            "Change a member",
            api::edit,
        )
        .lane(Lane::Passwords),
        delete(
            "/member/{id}",
            Holds(ManageAgent),
            "Delete a member",
            api::remove,
        ),
        get("/me", SignedIn, "Show the current user", api::me),
    ]
}
