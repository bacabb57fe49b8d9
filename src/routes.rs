//! Joins every room's rows into the one table. The order is that of the documentation,
//! which is the order of use: tickets, whom they are about, what is done with them, what admins set.

use crate::desk;
use crate::web::documents;
use crate::web::route::Route;

/// Every row. `base_url` is where clients reach the desk.
pub fn all(base_url: &str) -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(desk::ticket::routes());
    routes.extend(desk::thread::routes());
    routes.extend(desk::activity::routes());
    routes.extend(desk::search::routes());
    routes.extend(desk::filter::routes());
    routes.extend(desk::label::routes());
    routes.extend(desk::tag::routes());
    routes.extend(desk::ticket_type::routes());
    routes.extend(desk::custom_field::routes());
    routes.extend(desk::customer::routes());
    routes.extend(desk::member::routes());
    routes.extend(desk::group::routes());
    routes.extend(desk::team::routes());
    routes.extend(desk::agent_privilege::routes());
    routes.extend(desk::task::routes());
    routes.extend(desk::todo::routes());
    routes.extend(desk::saved_reply::routes());
    routes.extend(desk::placeholder::routes());
    routes.extend(desk::email_template::routes());
    routes.extend(desk::workflow::routes());
    routes.extend(desk::mailbox::routes());
    routes.extend(desk::folder::routes());
    routes.extend(desk::category::routes());
    routes.extend(desk::article::routes());
    routes.extend(desk::settings::routes());
    routes.extend(desk::theme::routes());
    routes.extend(desk::access_token::routes());
    routes.extend(desk::api_client::routes());
    routes.extend(desk::oauth::routes());
    routes.extend(desk::setup::routes());
    routes.extend(desk::sign_in::routes());
    routes.extend(documents::routes(base_url, all));
    routes
}
