//! The company's settings over the API: what admins set for the whole desk. What the
//! settings do is in `company` and in the rooms that ask it.

mod api;
mod hours;
mod rules;
mod shape;
mod store;

use crate::access::Access::Admin;
use crate::web::route::{Route, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/company", Admin, "Show the company settings", api::show),
        put("/company", Admin, "Change the company settings", api::edit),
        get(
            "/company/business-hours",
            Admin,
            "Show the business hours",
            api::show_hours,
        ),
        post(
            "/company/business-hours",
            Admin,
            "Change the business hours",
            api::edit_hours,
        ),
        get(
            "/company/spam",
            Admin,
            "Show the spam settings",
            api::show_spam,
        ),
        put(
            "/company/spam",
            Admin,
            "Change the spam settings",
            api::edit_spam,
        ),
    ]
}
