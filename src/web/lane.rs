//! What kind of work a request asks for, as far as its head tells. The gate lets in only so
//! many of one kind at once, so that what takes long never has all workers.

use std::fmt;
use std::sync::Arc;

use super::address::{Address, Format};
use super::route::{RouteMatch, Table};

/// A kind of work.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// What is done in a moment.
    #[default]
    Quick,
    /// Hashing a password.
    Passwords,
    /// A page made of an answer.
    Pages,
    /// Searching.
    Searches,
    /// Reading a large body, cleaning what is in it, storing its files.
    LargeBodies,
}

/// From here on a body is large, in bytes.
const LARGE: u64 = 64 * 1024;

/// The parameter that searches, of every list.
const SEARCH: &str = "search";

impl Lane {
    /// The lane of a request with a body of so many bytes.
    pub fn of(table: &Table, (method, target): (&str, &str), length: u64) -> Self {
        let address = Address::of(target);
        if length > LARGE {
            return Self::LargeBodies;
        }
        if address.format == Format::Html {
            return Self::Pages;
        }
        if address.path.last().is_some_and(|last| last == SEARCH) || searches(&address.query) {
            return Self::Searches;
        }
        match table.find(method, &address) {
            RouteMatch::Route(route, _) => route.lane,
            RouteMatch::OtherMethods(_) | RouteMatch::Nothing => Self::Quick,
        }
    }
}

fn searches(query: &str) -> bool {
    form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| name == SEARCH && !value.trim().is_empty())
}

/// What tells the lane of a request: its method, its target and the length of its body.
#[derive(Clone)]
pub struct LaneOf(pub Arc<Judge>);

type Judge = dyn Fn((&str, &str), u64) -> Lane + Send + Sync;

/// Everything is quick.
impl Default for LaneOf {
    fn default() -> Self {
        Self(Arc::new(|_, _| Lane::Quick))
    }
}

impl fmt::Debug for LaneOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LaneOf")
    }
}
