//! HTTP. Knows no room.

pub mod form;
pub mod gate;
pub mod multipart;
