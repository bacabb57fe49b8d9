//! Solution folders: the top of the knowledge base, public or for agents alone.

mod api;
mod shape;
mod store;
mod upload;

use crate::access::Access::{Holds, SignedIn};
use crate::base::closed_list::closed_list;
use crate::base::who::Privilege::ManageKnowledgebase;
use crate::web::route::{Route, delete, get, post, put};

pub use store::{NewFolder, create, is_there};

closed_list! {
    /// Who may read what is in a folder.
    Visibility {
        /// Everybody, as far as it is published.
        Public = "public",
        /// Agents alone.
        Private = "private",
    }
}

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageKnowledgebase);
    vec![
        get("/solutions", SignedIn, "List solution folders", api::list),
        post(
            "/solutions",
            manage,
            "Create a solution folder",
            api::create,
        ),
        get(
            "/solution/{solution}",
            SignedIn,
            "Show a solution folder",
            api::show,
        ),
        put(
            "/solution/{solution}",
            manage,
            "Change a solution folder",
            api::edit,
        ),
        delete(
            "/solution/{solution}",
            manage,
            "Delete a solution folder",
            api::remove,
        ),
        get(
            "/solution/{solution}/image",
            SignedIn,
            "Download the image of a solution folder",
            api::image,
        ),
    ]
}
