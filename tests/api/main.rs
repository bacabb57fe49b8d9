//! The API, black box through the router on temporary databases; one module a room.

#![expect(clippy::expect_used, reason = "a test that cannot be set up may panic")]

#[path = "../support/mod.rs"]
mod support;

mod access;
mod documented;
mod input;
mod label;
mod multipart;
mod thread;
mod ticket;
mod ticket_type;
