//! The theme: how the portal looks, never the agents' desk. Admins set it; its images and
//! its style sheet are for everybody, for the portal is. What a script would do there is
//! decided where the portal is served: here it is stored, and never answered to anybody
//! but admins.

mod api;
mod shape;
mod store;
mod upload;

use crate::access::Access::{Admin, Anyone};
use crate::base::closed_list::closed_list;
use crate::web::route::{Route, get, put};

closed_list! {
    /// An image of the theme.
    ImageName {
        /// What stands beside the desk's name.
        Logo = "logo",
        /// What stands in a browser's tab.
        Favicon = "favicon",
        /// What stands on the first page.
        Banner = "banner",
    }
}

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/company/theme", Admin, "Show the theme", api::show),
        put("/company/theme", Admin, "Change the theme", api::edit),
        get("/theme/logo", Anyone, "The portal's logo", api::logo).outside_api(),
        get("/theme/favicon", Anyone, "The portal's icon", api::favicon).outside_api(),
        get("/theme/banner", Anyone, "The portal's banner", api::banner).outside_api(),
        get(
            "/theme/custom.css",
            Anyone,
            "The portal's own style sheet",
            api::custom_css,
        )
        .outside_api(),
    ]
}
