//! The API, black box through the router on temporary databases; one module a room.

#[path = "../support/mod.rs"]
mod support;

mod customer;
mod filter;
mod label;
mod member;
mod thread;
mod ticket;
