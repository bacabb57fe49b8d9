//! What an operation is called in a client that a program made of the document: a verb, then
//! what it is done to. `POST /ticket/{id}/threads` is `add_ticket_thread`.

use super::resource::singular;
use crate::web::route::Method;

/// Rows whose path does not say what they do.
const NAMES: [(Method, &str, &str); 17] = [
    (Method::Post, "/oauth/v2/token", "create_token"),
    (Method::Post, "/oauth/v2/revoke", "revoke_token"),
    (
        Method::Get,
        "/.well-known/oauth-authorization-server",
        "get_oauth_metadata",
    ),
    (Method::Get, "/company/business-hours", "get_business_hours"),
    (
        Method::Post,
        "/company/business-hours",
        "update_business_hours",
    ),
    (Method::Get, "/theme/custom.css", "get_theme_style_sheet"),
    (
        Method::Post,
        "/api-client/{id}/secret",
        "renew_client_secret",
    ),
    (Method::Get, "/docs", "get_documentation"),
    (Method::Get, "/search", "search"),
    (Method::Get, "/workflows/options", "get_workflow_options"),
    (Method::Put, "/workflows/order", "order_workflows"),
    (Method::Put, "/custom-field/order", "order_custom_fields"),
    (Method::Patch, "/customer/{id}", "star_customer"),
    (Method::Patch, "/ticket/{id}", "update_ticket_property"),
    (Method::Get, "/saved-replys", "list_saved_replies"),
    (
        Method::Post,
        "/task/{id}/thread/{threadId}",
        "add_task_thread_by_id",
    ),
    (
        Method::Patch,
        "/ticket/{ticketId}/thread/{id}",
        "mark_ticket_thread",
    ),
];

/// Ends of paths that are what is done to the rest.
const VERBS: [&str; 2] = ["trash", "restore"];

/// The name of a row under one of its paths.
pub fn operation_id(method: Method, path: &str) -> String {
    let own = NAMES
        .iter()
        .find(|(its, at, _)| *its == method && *at == path);
    if let Some((_, _, name)) = own {
        return (*name).to_owned();
    }
    let (nouns, of) = nouns(path);
    let (verb, nouns) = match nouns.split_last() {
        Some((last, rest)) if VERBS.contains(&last.as_str()) => (last.as_str(), rest),
        _ => (verb(method, path, &nouns), &nouns[..]),
    };
    let mut words = vec![verb.to_owned()];
    words.extend(nouns.iter().cloned());
    if let Some(last) = words
        .last_mut()
        .filter(|_| ["add", "create", "remove"].contains(&verb))
    {
        *last = singular(last);
    }
    words.extend(of);
    words
        .join("_")
        .replace(|letter: char| !letter.is_ascii_alphanumeric(), "_")
        .to_ascii_lowercase()
}

fn verb(method: Method, path: &str, nouns: &[String]) -> &'static str {
    let names_one = path.ends_with('}');
    let is_part = nouns.len() > 1;
    match method {
        Method::Get if names_one => "get",
        Method::Get if nouns.last().is_some_and(|last| singular(last) != *last) => "list",
        Method::Get => "get",
        Method::Post if is_part => "add",
        Method::Post => "create",
        Method::Put => "update",
        Method::Patch => "patch",
        Method::Delete if is_part && !names_one => "remove",
        Method::Delete => "delete",
    }
}

/// The nouns of a path, each in the singular where one of them is named; and what tells it
/// from the same path with a name less.
fn nouns(path: &str) -> (Vec<String>, Option<String>) {
    let mut nouns: Vec<String> = Vec::new();
    let mut of = None;
    let mut before = "";
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        if !segment.starts_with('{') {
            nouns.push(segment.to_owned());
        } else if before.starts_with('{') {
            of = Some(format!("of_{}", before.trim_matches(['{', '}'])));
        } else if let Some(noun) = nouns.last_mut() {
            *noun = singular(noun);
        }
        before = segment;
    }
    (nouns, of)
}
