//! Sub-groups, which agents call teams: parts of one or more groups.

mod api;
mod shape;
mod store;

pub use shape::TeamOption;
pub use store::{NewTeam, add_user, by_group, create, of_group, option, options, set_of_group};

use crate::access::Access::{Agent, Holds};
use crate::base::who::Privilege::ManageSubGroup;
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageSubGroup);
    vec![
        get("/sub-groups", Agent, "List sub-groups", api::list),
        post("/sub-groups", manage, "Create a sub-group", api::add),
        get("/sub-group/{id}", Agent, "Show a sub-group", api::show),
        put("/sub-group/{id}", manage, "Change a sub-group", api::edit),
        delete("/sub-group/{id}", manage, "Delete a sub-group", api::remove),
    ]
}
