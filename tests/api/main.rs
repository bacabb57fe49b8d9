//! The API, black box through the router on temporary databases; one module a room.

#![expect(clippy::expect_used, reason = "a test that cannot be set up may panic")]

#[path = "../support/mod.rs"]
mod support;

mod agent_privilege;
mod customer;
mod group;
mod label;
mod mailbox;
mod setup;
mod sub_group;
mod tag;
mod thread;
mod ticket;
