//! The API, black box through the router on temporary databases; one module a room.

#[path = "../support/mod.rs"]
mod support;

mod group;
mod label;
mod sub_group;
mod thread;
mod ticket;
