//! Groups: the departments that tickets are with. Their agents see their tickets.

mod api;
mod shape;
mod store;

pub use shape::GroupOption;
pub use store::{NewGroup, add_user, create, option, options};

use crate::access::Access::{Agent, Holds};
use crate::base::who::Privilege::ManageGroup;
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageGroup);
    vec![
        get("/groups", Agent, "List groups", api::list),
        post("/groups", manage, "Create a group", api::add),
        get("/group/{id}", Agent, "Show a group", api::show),
        put("/group/{id}", manage, "Change a group", api::edit),
        delete("/group/{id}", manage, "Delete a group", api::remove),
    ]
}
