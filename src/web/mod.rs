//! HTTP. Knows no room.

pub mod form;
pub mod gate;
pub mod multipart;
pub mod reply;
pub mod request;
pub mod server;
