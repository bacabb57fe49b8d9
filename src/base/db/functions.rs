//! What statements and triggers may call beside what `SQLite` has: keys and search words are
//! made by one function each, wherever they are written or asked for.

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use crate::base::html::text_of;
use crate::base::name_key::{email_key, name_key};
use crate::base::search::{Query, Search, indexed, indexed_phone};

/// Makes a text of a text.
type OfText = fn(&str) -> String;

/// Each takes one text, which NULL is none of, and answers text.
const FUNCTIONS: [(&str, OfText); 5] = [
    ("name_key", name_key),
    ("email_key", email_key),
    ("search_words", |text| indexed(beginning(text))),
    ("search_html", |html| indexed(beginning(&text_of(html)))),
    ("search_phone", indexed_phone),
];

/// So many bytes of one text are found, for whoever writes waits for the index: 128 KiB of words
/// that are all different take it a tenth of a second.
const FOUND: usize = 128 << 10;

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(FOUND)]
}

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
    // Whether somebody who looks for the first text finds the second, which is cut into
    // words already: for what is too little to keep an index of.
    connection.create_scalar_function("search_finds", 2, flags, |context| {
        let query = context.get_or_create_aux(0, |words| {
            Ok::<_, rusqlite::types::FromSqlError>(sought(words.as_str()?))
        })?;
        let tokens: Option<String> = context.get(1)?;
        let tokens = tokens.unwrap_or_default();
        Ok(query
            .as_ref()
            .as_ref()
            .is_some_and(|query| query.matches(&tokens)))
    })
}

fn sought(words: &str) -> Option<Query> {
    match Search::of(Some(words)) {
        Search::For(query) => Some(query),
        Search::None | Search::Futile | Search::TooManyWords => None,
    }
}
