//! What lists have in common: the direction of a sort, and a search by parts of words.

use serde_json::json;

use crate::base::db::Value;
use crate::base::error::{Faults, Message};
use crate::base::input::{Optional, Text};
use crate::base::name_key::name_key;
use crate::base::page::{LARGEST_SIZE, Page};

/// Which way a list runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the least.
    Ascending,
    /// From the greatest.
    Descending,
}

impl Direction {
    /// The direction that a query names in either case of letters, else `usual`.
    pub fn of(named: &Optional<Text>, usual: Self) -> Self {
        match named
            .as_ref()
            .map(|text| text.as_str().to_ascii_lowercase())
            .as_deref()
        {
            Some("asc") => Self::Ascending,
            Some("desc") => Self::Descending,
            _ => usual,
        }
    }
}

/// Notes a fault where a query sorts by none of `names`, or in no direction.
pub fn sorted(
    sort: &Optional<Text>,
    direction: &Optional<Text>,
    names: &[&str],
    faults: &mut Faults,
) {
    if sort
        .as_ref()
        .is_some_and(|sort| !names.contains(&sort.as_str()))
    {
        faults.add(
            "sort",
            Message::new("input.one_of").with("values", names.join(", ")),
        );
    }
    let is_known = |text: &Text| {
        ["asc", "desc"]
            .iter()
            .any(|known| text.as_str().eq_ignore_ascii_case(known))
    };
    if direction
        .as_ref()
        .is_some_and(|direction| !is_known(direction))
    {
        faults.add(
            "direction",
            Message::new("input.one_of").with("values", "ASC, DESC"),
        );
    }
}

/// A pattern for `LIKE … ESCAPE '\'` that finds `words` anywhere in a `name_key`, with nothing in
/// them a wildcard.
pub fn like(words: &Text) -> Value {
    let escaped = name_key(words.as_str())
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    Value::Text(format!("%{escaped}%"))
}

/// Items a page of a list that is a bare array: it tells of no further page, so all that
/// fit into one answer are in it.
pub const BARE_PAGE: i64 = 100;

/// The page that a query asks for; `usual` items on it where it names no `limit`.
pub fn page(page: &Optional<Text>, limit: &Optional<Text>, usual: i64) -> Page {
    Page::read(
        page.as_ref().map(Text::as_str),
        limit.as_ref().map(Text::as_str),
        usual,
    )
}

/// What is said of a parameter that every list takes in the same way; sloppy values
/// are taken too, and mean the usual.
pub(super) fn parameter(name: &str) -> Option<serde_json::Value> {
    match name {
        "page" => {
            Some(json!({ "anyOf": [{ "type": "integer", "minimum": 1 }, { "type": "string" }] }))
        }
        "limit" => Some(json!({ "anyOf": [
            { "type": "integer", "minimum": 1, "maximum": LARGEST_SIZE },
            { "type": "string" },
        ] })),
        "direction" => {
            Some(json!({ "type": "string", "enum": ["ASC", "DESC", "asc", "desc", ""] }))
        }
        _ => None,
    }
}
