//! pocketdesk: a self-hosted helpdesk for small teams. The modules stand in the order
//! of the layers: each uses those below it, never those above.

pub mod commands;

pub mod app;
pub mod config;
pub mod routes;

pub mod work;

pub mod desk;

pub mod web;

pub mod access;

pub mod base;
