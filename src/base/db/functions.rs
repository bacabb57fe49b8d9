//! What statements and triggers may call beside what `SQLite` has: keys and search words are
//! made by one function each, wherever they are written or asked for.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::base::name_key::{email_key, name_key};
use crate::base::search::{indexed, indexed_phone};

/// A function of one text.
type OfText = fn(&str) -> String;

/// Each takes one text, which NULL is none of, and answers text.
const FUNCTIONS: [(&str, OfText); 4] = [
    ("name_key", name_key),
    ("email_key", email_key),
    ("search_words", indexed),
    ("search_phone", indexed_phone),
];

/// Tells a connection of them. They have no effects, so triggers of the schema may call them.
pub fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    for (name, function) in FUNCTIONS {
        connection.create_scalar_function(name, 1, flags, move |context| {
            let text: Option<String> = context.get(0)?;
            Ok(text.map(|text| function(&text)))
        })?;
    }
    Ok(())
}
