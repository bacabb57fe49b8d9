//! Mail as bytes and words: addresses, ids, tokens, letters. Nothing here knows of tickets,
//! of the database or of servers; what a mail means is judged elsewhere.

pub mod address;
pub mod auth;
pub mod automatic;
mod flowed;
pub mod fold;
mod header;
mod letter;
pub mod message_id;
mod part;
pub mod report;
mod scan;
mod tnef;
pub mod token;

pub use header::{Header, Headers, decode_words};
pub use letter::{Body, Letter, parse};
pub use part::Part;
pub use scan::Unreadable;
