//! What is searched and what is asked, cut into the same words. Text is folded and cut here
//! before it reaches the index, so that no tokenizer of `SQLite` decides what is found.
//! It knows nothing of tables: a room keeps what [`indexed`] and [`indexed_phone`] make in
//! an FTS5 table with `tokenize = "ascii"`, and asks it by the expressions of a [`Query`].
//!
//! A token is letters, digits and marks, and tokens are parted by one blank. All but ASCII
//! letters and digits part tokens, so an address is found by each of its parts, and by
//! some that stand in a row. Scripts without blanks are cut into overlapping pairs.

mod index_row;
mod phone;
mod phrase;
mod query;
mod words;

pub use index_row::{IndexRow, customer_token};
pub use phone::indexed_phone;
pub use phrase::Endings;
pub use query::{Query, Search, check};
pub use words::indexed;
