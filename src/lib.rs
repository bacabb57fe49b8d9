//! pocketdesk: a self-hosted helpdesk for small teams.

pub mod web;
pub mod base;
