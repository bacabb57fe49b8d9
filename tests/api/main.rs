//! The API, black box through the router on temporary databases; one module a room.

#![expect(clippy::expect_used, reason = "a test that cannot be set up may panic")]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod access_token;
mod agent_privilege;
mod api_client;
mod client_habits;
mod company;
mod custom_field;
mod customer;
mod database;
mod documented;
mod documents;
mod email_template;
mod filter;
mod generated_clients;
mod group;
mod html_view;
mod input;
mod jobs;
mod knowledge;
mod label;
mod lane;
mod lists;
mod mailbox;
mod matrix;
mod member;

mod member_rights;
mod multipart;
mod oauth;
mod pasted;
mod person;
mod placeholder;
mod saved_reply;
mod search;
mod search_index;
mod sent_back;
mod session;
mod setup;
mod tag;
mod task;
mod team;
mod text;
mod thread;
mod ticket;
mod ticket_type;
mod todo;
mod version;
mod walk;
mod workflow;

/// Words as a value of a query.
fn encoded(words: &str) -> String {
    form_urlencoded::byte_serialize(words.as_bytes()).collect()
}
