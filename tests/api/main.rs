//! The API, black box through the router on temporary databases; one module a room.

#![expect(clippy::expect_used, reason = "a test that cannot be set up may panic")]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod agent_privilege;
mod company;
mod custom_field;
mod customer;
mod database;
mod documented;
mod documents;
mod email_template;
mod face;
mod filter;
mod group;
mod input;
mod label;
mod mailbox;
mod matrix;
mod member;

mod member_rights;
mod multipart;
mod person;
mod placeholder;
mod saved_reply;
mod setup;
mod sub_group;
mod tag;
mod thread;
mod ticket;
mod ticket_type;
mod version;
mod walk;
mod workflow;
