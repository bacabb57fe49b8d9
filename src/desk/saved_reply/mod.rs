//! Saved replies: what an agent writes often, kept for use again. A reply is its agent's
//! own; it may be shared with groups, with teams, or with every agent. Others read it
//! then, and its agent and admins alone change it.

mod api;
mod shape;
mod store;

pub use store::{NewSavedReply, create, share_with_groups};

use crate::access::Access::Agent;
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let list = "/savedreplys";
    let one = "/savedreply/{id}";
    vec![
        get("/saved-replys", Agent, "List saved replies", api::list).also(list),
        post("/saved-replys", Agent, "Create a saved reply", api::create).also(list),
        get("/saved-reply/{id}", Agent, "Show a saved reply", api::show)
            .also(one)
            .versioned(api::version),
        put(
            "/saved-reply/{id}",
            Agent,
            "Change a saved reply",
            api::edit,
        )
        .also(one),
        delete(
            "/saved-reply/{id}",
            Agent,
            "Delete a saved reply",
            api::remove,
        )
        .also(one),
    ]
}
