//! Joins every room's rows into the one table. The order is that of the documentation.

use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::desk::{
    agent_privilege, custom_field, group, label, mailbox, sub_group, tag, thread, ticket,
    ticket_type,
};
use crate::web::documents;
use crate::web::route::Route;

/// Every row. `document` is what `/api/openapi.json` serves; it is made from these
/// rows, and so set after them.
pub fn all(document: &Arc<OnceLock<Value>>) -> Vec<Route> {
    let mut routes = Vec::new();
    routes.extend(group::routes());
    routes.extend(sub_group::routes());
    routes.extend(agent_privilege::routes());
    routes.extend(tag::routes());
    routes.extend(mailbox::routes());
    routes.extend(custom_field::routes());
    routes.extend(label::routes());
    routes.extend(ticket::routes());
    routes.extend(thread::routes());
    routes.extend(ticket_type::routes());
    routes.extend(documents::routes(document));
    routes
}
