//! What lists have in common: what they are asked by, what they can be ordered by, how
//! their words are found, and the pages that they are cut into. It knows no list.
//!
//! Tickets and customers are made for 1,000,000 rows, and tasks for 100,000: their orders
//! are indexes', and their counts are kept. Articles and tags are made for 10,000, all
//! others for 1,000: these are plain queries, and an index of theirs is there for what
//! else is asked of them.

mod order;

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::base::db::{FromRow, Select, View};
use crate::base::error::{Faults, Result};
use crate::base::input::{Optional, Text};
use crate::base::name_key::name_key;
use crate::base::page::{LARGEST_SIZE, Page, Pagination, pagination};
use crate::base::search;
use crate::web::extract::Checked;

pub use order::{Direction, Order, Sort, Way};

/// What a list is.
#[derive(Debug, PartialEq, Eq)]
pub struct List {
    /// The column of the row's id, the last key of every order.
    pub id: &'static str,
    /// The orders; the first is the usual one.
    pub sorts: &'static [Sort],
    /// Rows a page, without `limit`.
    pub size: i64,
    /// What is searched, in words; nothing where nothing is.
    pub searched: &'static str,
}

/// A list, by its name.
pub trait Listed: Send + Sync + 'static {
    /// What it is.
    const LIST: &'static List;
}

/// The address pattern of the pages of most lists, as the documentation has it.
const PAGE_URL: &str = "#page/replacePage";

/// How many bytes of text a page may hold; one text may be longer.
const MOST_BYTES: i64 = 4 << 20;

/// What every list is asked by. What is unknown is the usual; only too many words are refused.
#[derive(Debug, Clone, Deserialize)]
#[serde(from = "Sent", bound = "")]
pub struct Listing<L: Listed> {
    /// The page.
    pub page: Page,
    /// The order.
    pub order: Order,
    /// The words looked for.
    pub search: Optional<Text>,
    list: PhantomData<L>,
}

/// The same as it is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Sent {
    page: Optional<Text>,
    limit: Optional<Text>,
    sort: Optional<Text>,
    direction: Optional<Text>,
    search: Optional<Text>,
}

impl<L: Listed> From<Sent> for Listing<L> {
    fn from(sent: Sent) -> Self {
        let text = |field: &'_ Optional<Text>| field.as_ref().map(|text| text.as_str().to_owned());
        Self {
            page: Page::read(
                text(&sent.page).as_deref(),
                text(&sent.limit).as_deref(),
                L::LIST.size,
            ),
            order: Order::of(
                L::LIST,
                text(&sent.sort).as_deref(),
                text(&sent.direction).as_deref(),
            ),
            search: sent.search,
            list: PhantomData,
        }
    }
}

impl<L: Listed> Default for Listing<L> {
    fn default() -> Self {
        Sent::default().into()
    }
}

impl<L: Listed> Checked for Listing<L> {
    fn check(&self, faults: &mut Faults) {
        search::check(&self.search, faults);
    }
}

impl<L: Listed> Listing<L> {
    /// What is found for these words, on a page of this size.
    pub fn searching(words: &Optional<Text>, limit: &Optional<Text>) -> Self {
        let (search, limit) = (words.clone(), limit.clone());
        Sent {
            limit,
            search,
            ..Sent::default()
        }
        .into()
    }

    /// All rows in an order, from the first; so many at most.
    pub fn first(sort: &str, limit: i64) -> Self {
        Self {
            page: Page::new(1, limit),
            order: Order::of(L::LIST, Some(sort), None),
            ..Self::default()
        }
    }

    /// The page of what `select` leaves, and where it stands in the list.
    pub fn page<T: FromRow>(
        &self,
        view: &View<'_>,
        select: Select,
    ) -> Result<(Vec<T>, Pagination)> {
        let total = view.count(&select)?;
        let rows: Vec<T> = self.rows(view, select)?;
        let pagination = self.pagination(total, rows.len());
        Ok((rows, pagination))
    }

    /// The same of rows with texts as long as their writers like: the longer the longest, the
    /// fewer are on each page, so that an answer stays bounded. `bytes` is SQL for the length of one.
    pub fn page_of_texts<T: FromRow>(
        mut self,
        view: &View<'_>,
        select: Select,
        bytes: &str,
    ) -> Result<(Vec<T>, Pagination)> {
        let all = select.over_all(format!("ifnull(max({bytes}), 0)"));
        let longest = view.select::<i64>(&all)?.pop().unwrap_or_default();
        self.page = self.page.at_most(MOST_BYTES / longest.max(1));
        self.page(view, select)
    }

    /// The page of what `select` leaves, for a list that tells of no other.
    pub fn rows<T: FromRow>(&self, view: &View<'_>, mut select: Select) -> Result<Vec<T>> {
        self.order.apply(&mut select, Way::Walk, self.page);
        view.select(&select)
    }

    /// Where the page stands in a list of `total` rows, with `rows` of them on it.
    pub fn pagination(&self, total: i64, rows: usize) -> Pagination {
        pagination(self.page, total, rows, PAGE_URL)
    }

    /// Adds that every word looked for is somewhere in `keys`, SQL of ours for a text that is
    /// folded as `name_key` folds.
    pub fn find_in(&self, select: &mut Select, keys: &'static str) {
        if let Some(words) = self.search.as_ref() {
            let (condition, words) = every_word_in(words, keys);
            select.and(condition, [words]);
        }
    }

    /// Adds that every word looked for is a word of `tokens`, SQL of ours for what `search_words`
    /// makes, the last as the beginning of one.
    pub fn find_words_in(&self, select: &mut Select, tokens: &'static str) {
        if let Some(words) = self.search.as_ref() {
            let words = words.as_str().to_owned();
            select.and(format!("search_finds(?, {tokens})"), [words.into()]);
        }
    }
}

/// The condition that every word is somewhere in `keys`, and what its `?` is bound to.
fn every_word_in(words: &Text, keys: &str) -> (String, crate::base::db::Value) {
    let words: Vec<String> = name_key(words.as_str())
        .split(' ')
        .map(str::to_owned)
        .collect();
    (
        format!(
            "NOT EXISTS (SELECT 1 FROM json_each(?) AS word WHERE instr({keys}, word.value) = 0)"
        ),
        Json::from(words).to_string().into(),
    )
}

impl<L: Listed> JsonSchema for Listing<L> {
    fn schema_name() -> Cow<'static, str> {
        "Listing".into()
    }

    fn schema_id() -> Cow<'static, str> {
        std::any::type_name::<L>().into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        described(L::LIST)
    }
}

/// What is said of the parameters of a list: the same words in every list, with its names.
fn described(list: &List) -> Schema {
    let text = |words: String| json!({ "type": "string", "description": words });
    let names: Vec<&str> = list.sorts.iter().map(|sort| sort.names[0]).collect();
    let (first, usual) = (names[0], list.sorts[0].usual);
    let word = |direction| match direction {
        Direction::Ascending => "ASC",
        Direction::Descending => "DESC",
    };
    let (same, others): (Vec<&Sort>, Vec<&Sort>) =
        list.sorts.iter().partition(|sort| sort.usual == usual);
    let without = if others.is_empty() {
        format!("{} without it", word(usual))
    } else {
        let list = |sorts: &[&Sort]| {
            let names: Vec<&str> = sorts.iter().map(|sort| sort.names[0]).collect();
            format!("{} for {}", word(sorts[0].usual), names.join(", "))
        };
        format!("without it {}, {}", list(&same), list(&others))
    };
    let mut properties = json!({
        "page": text("The page, from 1.".into()),
        "limit": text(format!("Rows a page, 1 to {LARGEST_SIZE}; {} without it.", list.size)),
        "sort": text(format!("{}; {first} without it, or where it names none of these.", one_of(&names))),
        "direction": text(format!("ASC or DESC, in either case of letters; {without}.")),
    });
    if !list.searched.is_empty() {
        properties["search"] = text(list.searched.into());
    }
    let mut schema = Schema::default();
    schema.insert("type".into(), "object".into());
    schema.insert("properties".into(), properties);
    schema
}

fn one_of(names: &[&str]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => names.concat(),
    }
}

/// What is said of a parameter that every list takes in the same way; sloppy values
/// are taken too, and mean the usual.
pub(super) fn parameter(name: &str) -> Option<Json> {
    match name {
        "page" => Some(json!({ "type": "integer", "minimum": 1 })),
        "limit" => Some(json!({ "type": "integer", "minimum": 1, "maximum": LARGEST_SIZE })),
        "direction" => Some(json!({ "type": "string", "enum": ["ASC", "DESC"] })),
        _ => None,
    }
}
