//! Mail as bytes and words: addresses, ids, tokens, letters. Nothing here knows of tickets,
//! of the database or of servers; what a mail means is judged elsewhere.

pub mod address;
pub mod message_id;
pub mod token;
