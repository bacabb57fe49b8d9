//! HTTP. Knows no room.

pub mod address;
pub mod call;
pub mod cors;
pub mod docs;
pub mod documents;
pub mod extract;
pub mod fault;
pub mod form;
pub mod gate;
mod guard;
pub mod handler;
pub mod html_view;
pub mod input;
pub mod listing;
pub mod multipart;
pub mod openapi;
pub mod page;
pub mod path;
pub mod prepared;
pub mod proof;
pub mod render;
pub mod reply;
pub mod request;
pub mod route;
pub mod server;
pub mod session;
pub mod version;
