//! Lists of customers and of members: one query for both, whose pages walk an index.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as SerdeError;
use serde::{Deserialize, Deserializer};

use super::Side;
use crate::base::db::{FromRow, Row, Select, Value, View, id_list, named_params};
use crate::base::error::{Faults, Message, Result};
use crate::base::input::{Emails, Flag, Optional, Patch, Text, queried_emails};
use crate::base::page::Page;
use crate::base::search::{self, Search};
use crate::base::who::Role;
use crate::desk::search_matches::{SearchMatches, Walk};
use crate::web::extract::Checked;
use crate::web::listing::{self, Direction};

/// People a page, without `limit`.
const PAGE_SIZE: i64 = 10;

/// The filters of a list of people, as clients send them. Unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct PeopleQuery {
    /// Only starred people (1).
    pub starred: Patch<Flag>,
    /// Only active (1) or inactive (0) people.
    pub is_active: Optional<Flag>,
    /// Only the people with these addresses: one, several, or a comma list.
    #[serde(deserialize_with = "queried_emails")]
    pub email: Emails,
    /// `CreatedAt`, name or email, in any case of letters; `CreatedAt` without it.
    pub sort: Optional<Sort>,
    /// ASC or DESC; without it names and addresses run from A, and the newest come first.
    pub direction: Optional<Text>,
    /// The page, from 1.
    pub page: Optional<Text>,
    /// People a page, 1 to 100; 10 without it.
    pub limit: Optional<Text>,
    /// Words of names, addresses and phone numbers; the last may be the beginning of one, and
    /// what has it as a whole word comes first, unless `sort` says otherwise.
    pub search: Optional<Text>,
}

impl Checked for PeopleQuery {
    fn check(&self, faults: &mut Faults) {
        listing::sorted(&Optional::default(), &self.direction, &[], faults);
        search::check(&self.search, faults);
    }
}

/// What people can be ordered by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// When their side was made.
    #[default]
    CreatedAt,
    /// Their name.
    Name,
    /// Their address.
    Email,
}

impl Sort {
    const NAMES: [(&str, Self); 3] = [
        ("CreatedAt", Self::CreatedAt),
        ("name", Self::Name),
        ("email", Self::Email),
    ];

    fn names() -> [&'static str; 3] {
        Self::NAMES.map(|(name, _)| name)
    }
}

impl<'de> Deserialize<'de> for Sort {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Text = Text::deserialize(deserializer)?;
        let known = Self::NAMES
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(text.as_str()));
        known.map(|(_, sort)| *sort).ok_or_else(|| {
            let message = Message::new("input.one_of").with("values", Self::names().join(", "));
            D::Error::custom(message)
        })
    }
}

impl JsonSchema for Sort {
    fn schema_name() -> Cow<'static, str> {
        "PeopleSort".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "enum": Self::names()})
    }
}

/// Which people are meant, and in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Customers or members.
    pub side: Side,
    /// Only starred ones.
    pub starred_only: bool,
    /// Only those who may sign in, or only those who may not.
    pub is_active: Option<bool>,
    /// Only those with one of these addresses; empty for all.
    pub emails: Vec<String>,
    /// The words looked for.
    pub search: Search,
    /// The order.
    pub sort: Sort,
    /// Whether it runs from the greatest.
    pub is_descending: bool,
}

impl PeopleFilter {
    /// Everybody on this side, the newest first.
    pub fn everybody(side: Side) -> Self {
        Self {
            side,
            starred_only: false,
            is_active: None,
            emails: Vec::new(),
            search: Search::None,
            sort: Sort::CreatedAt,
            is_descending: true,
        }
    }

    /// What a query asks for.
    pub fn of(side: Side, query: &PeopleQuery) -> Self {
        let sort = query.sort.as_ref().copied().unwrap_or_default();
        let usual = match sort {
            Sort::CreatedAt => Direction::Descending,
            Sort::Name | Sort::Email => Direction::Ascending,
        };
        let emails = query.email.as_slice().iter();
        Self {
            side,
            starred_only: query.starred.is_asked(),
            is_active: query.is_active.as_ref().map(|flag| flag.get()),
            emails: emails.map(|email| email.as_str().to_owned()).collect(),
            search: Search::of(query.search.as_ref().map(Text::as_str)),
            sort,
            is_descending: Direction::of(&query.direction, usual) == Direction::Descending,
        }
    }

    /// Whether the people are looked up by their addresses or walked in the order of these.
    fn is_by_email(&self) -> bool {
        !self.emails.is_empty() || self.sort == Sort::Email
    }

    /// What the list reads. The index is named where the planner could choose one that
    /// has to sort everybody first.
    fn source(&self) -> &'static str {
        if self.is_by_email() {
            return "user u CROSS JOIN profile p ON p.user_id = u.id";
        }
        match self.sort {
            Sort::Name => "profile p INDEXED BY profile_listed_by_name",
            Sort::CreatedAt | Sort::Email => "profile p INDEXED BY profile_by_creation",
        }
    }

    fn apply(&self, select: &mut Select) {
        match self.side {
            Side::Agent => select.and("p.side = 'agent' AND p.removed_at IS NULL", []),
            Side::Customer => select.and("p.side = 'customer' AND p.removed_at IS NULL", []),
        }
        if let Some(is_active) = self.is_active {
            select.and("p.is_active = ?", [i64::from(is_active).into()]);
        }
        if self.starred_only {
            select.and("p.is_starred = 1", []);
        }
        if !self.emails.is_empty() {
            let list = serde_json::Value::from(self.emails.clone()).to_string();
            select.and(
                "u.email_key IN (SELECT email_key(value) FROM json_each(?))",
                [Value::Text(list)],
            );
        }
    }

    /// Ascending and descending; equals fall back on the order in which they were made.
    fn order(&self) -> &'static str {
        let orders = match self.sort {
            Sort::CreatedAt => [
                "ORDER BY p.created_at, p.id LIMIT ? OFFSET ?",
                "ORDER BY p.created_at DESC, p.id DESC LIMIT ? OFFSET ?",
            ],
            Sort::Name => [
                "ORDER BY p.name_key, p.id LIMIT ? OFFSET ?",
                "ORDER BY p.name_key DESC, p.id DESC LIMIT ? OFFSET ?",
            ],
            Sort::Email => [
                "ORDER BY u.email_key, u.id LIMIT ? OFFSET ?",
                "ORDER BY u.email_key DESC, u.id DESC LIMIT ? OFFSET ?",
            ],
        };
        orders[usize::from(self.is_descending)]
    }
}

/// A search counts so many people beyond the page that is asked for and no further: of a
/// word that more share, nobody pages to the end.
const LOOK_AHEAD: usize = 1_000;

/// Whom a search finds, by the ids of their sides; nothing where nothing is looked for.
fn found(view: &View<'_>, filter: &PeopleFilter, page: Page) -> Result<Option<SearchMatches>> {
    let query = match &filter.search {
        Search::None => return Ok(None),
        Search::Futile | Search::TooManyWords => return Ok(Some(SearchMatches::default())),
        Search::For(query) => query,
    };
    let walk = Walk {
        query,
        columns: None,
        terms: "profile_search_term",
        page,
        look_ahead: LOOK_AHEAD,
        first: None,
    };
    let found = walk.run(view, |expression, _| matches(filter, expression), |_| true)?;
    Ok(Some(found))
}

/// The query for the sides that have the words. Customers are many, so that what matches
/// leads, the newest first; members are few, so that they lead, and what customers share with
/// them costs nothing.
pub fn matches(filter: &PeopleFilter, expression: String) -> Select {
    let is_oldest_first = filter.sort == Sort::CreatedAt && !filter.is_descending;
    let (from, orders) = match filter.side {
        Side::Customer => (
            "profile_search s CROSS JOIN profile p ON p.id = s.rowid CROSS JOIN user u ON u.id = p.user_id",
            ["ORDER BY s.rowid DESC", "ORDER BY s.rowid"],
        ),
        Side::Agent => (
            "profile p INDEXED BY profile_by_creation CROSS JOIN profile_search s ON s.rowid = p.id
             CROSS JOIN user u ON u.id = p.user_id",
            [
                "ORDER BY p.created_at DESC, p.id DESC",
                "ORDER BY p.created_at, p.id",
            ],
        ),
    };
    let mut select = Select::new("p.id, 0", from);
    select.and("s.profile_search MATCH ?", [expression.into()]);
    filter.apply(&mut select);
    select.then(orders[usize::from(is_oldest_first)], []);
    select
}

/// The query for some sides in the order of a list.
fn sorted(filter: &PeopleFilter, ids: &[i64], span: Span) -> Select {
    let mut select = Select::new(
        "p.id",
        "profile p NOT INDEXED CROSS JOIN user u ON u.id = p.user_id",
    );
    select.and("p.id IN (SELECT value FROM json_each(?))", [id_list(ids)]);
    select.then(filter.order(), [span.limit.into(), span.offset.into()]);
    select
}

/// A user in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The user's id.
    pub user: i64,
    /// Their address.
    pub email: String,
    /// Their name on the listed side.
    pub name: String,
    /// What they are on it.
    pub role: Role,
    /// Whether it may sign in.
    pub is_active: bool,
    /// Whether it is starred.
    pub is_starred: bool,
    /// How it came to be.
    pub source: Option<String>,
}

/// A [`Listed`] with the id of its side, by which a page keeps its order.
struct ListedSide {
    side: i64,
    listed: Listed,
}

impl FromRow for ListedSide {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        let role: i64 = row.get("role_id")?;
        Ok(Self {
            side: row.get("id")?,
            listed: Listed {
                user: row.get("user_id")?,
                email: row.get("email")?,
                name: row.get("name")?,
                // The table's check keeps other numbers out.
                role: Role::from_id(role).unwrap_or(Role::Customer),
                is_active: row.get("is_active")?,
                is_starred: row.get("is_starred")?,
                source: row.get("source")?,
            },
        })
    }
}

/// A part of a list, and how long all of it is.
pub struct PeoplePage {
    /// The people on it.
    pub people: Vec<Listed>,
    /// Which part this is.
    pub page: Page,
    /// How many the filters leave; a search counts up to 1,000.
    pub total: i64,
}

/// The page of `side` that a query asks for.
pub fn page(view: &View<'_>, side: Side, query: &PeopleQuery) -> Result<PeoplePage> {
    let filter = PeopleFilter::of(side, query);
    let page = listing::page(&query.page, &query.limit, PAGE_SIZE);
    let Some(found) = found(view, &filter, page)? else {
        return Ok(PeoplePage {
            people: listed(view, &filter, Span::of(page))?,
            page,
            total: total(view, &filter)?,
        });
    };
    let ids = match filter.sort {
        Sort::CreatedAt => found.page(page),
        Sort::Name | Sort::Email => view.select(&sorted(&filter, &found.ids, Span::of(page)))?,
    };
    Ok(PeoplePage {
        people: rows(view, &ids)?,
        page,
        total: found.total(),
    })
}

/// Which rows of a list are read.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    limit: i64,
    offset: i64,
}

impl Span {
    /// All of them.
    pub const ALL: Self = Self {
        limit: -1,
        offset: 0,
    };

    /// The first so many.
    pub fn first(limit: i64) -> Self {
        Self { limit, offset: 0 }
    }

    /// Those of a page.
    pub fn of(page: Page) -> Self {
        Self {
            limit: page.limit(),
            offset: page.offset(),
        }
    }
}

/// The people in a span of a list in which nothing is looked for. First the ids alone are
/// walked, in the order of an index; then their rows are read, so that a late page costs no
/// look-ups on the way.
pub fn listed(view: &View<'_>, filter: &PeopleFilter, span: Span) -> Result<Vec<Listed>> {
    let ids: Vec<i64> = view.select(&ids(filter, span))?;
    rows(view, &ids)
}

fn rows(view: &View<'_>, ids: &[i64]) -> Result<Vec<Listed>> {
    let rows: Vec<ListedSide> = view.all(
        "SELECT p.id, p.user_id, u.email, p.name, p.role_id, p.is_active, p.is_starred, p.source
         FROM profile p JOIN user u ON u.id = p.user_id
         WHERE p.id IN (SELECT value FROM json_each(:ids)) ORDER BY p.id",
        named_params! { ":ids": id_list(ids) },
    )?;
    let at = |id: &i64| rows.binary_search_by_key(id, |row| row.side).ok();
    let in_order = ids
        .iter()
        .filter_map(|id| at(id).map(|at| rows[at].listed.clone()));
    Ok(in_order.collect())
}

/// The query for the ids of the sides in a span.
pub fn ids(filter: &PeopleFilter, span: Span) -> Select {
    let mut select = Select::new("p.id", filter.source());
    filter.apply(&mut select);
    select.then(filter.order(), [span.limit.into(), span.offset.into()]);
    select
}

/// How many the filters leave where nothing is looked for: a sum over the table of counts wherever it knows.
fn total(view: &View<'_>, filter: &PeopleFilter) -> Result<i64> {
    if filter.emails.is_empty() {
        return counted(view, filter);
    }
    let mut select = Select::new("count(*)", filter.source());
    filter.apply(&mut select);
    Ok(view.select(&select)?.pop().unwrap_or(0))
}

/// How many there are, whatever is looked for.
pub fn counted(view: &View<'_>, filter: &PeopleFilter) -> Result<i64> {
    view.one(
        "SELECT ifnull(sum(profiles), 0) FROM profile_count
         WHERE side = :side AND is_active = ifnull(:is_active, is_active) AND is_starred >= :starred_only",
        named_params! {
            ":side": filter.side, ":is_active": filter.is_active, ":starred_only": filter.starred_only,
        },
    )
}
