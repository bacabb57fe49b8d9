//! Lists of customers and of members: one query for both, whose pages walk an index or
//! gather the few that are left.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Side;
use crate::base::db::{Select, View, from_row, id_list, named_params};
use crate::base::error::Result;
use crate::base::input::{Emails, Flag, Flags, Moment, Optional, Patch, Text, queried_emails};
use crate::base::page::Pagination;
use crate::base::search::Search;
use crate::base::time::{Timestamp, Zone};
use crate::base::who::Role;
use crate::desk::search_matches::{SearchMatches, Walk};
use crate::web::extract::Checked;
use crate::web::listing::{List, Listed as IsListed, Listing, Sort, Way};

/// The list of people, by their sides.
#[derive(Debug, Clone)]
pub struct People;

impl IsListed for People {
    const LIST: &'static List = &List {
        id: "p.id",
        sorts: &[
            Sort::descending(&["CreatedAt"], &["p.created_at"])
                .walking("profile p INDEXED BY profile_by_creation"),
            Sort::ascending(&["name"], &["p.name_key"])
                .walking("profile p INDEXED BY profile_listed_by_name"),
            Sort::ascending(&["email"], &["u.email_key", "u.id"])
                .joining(OF_USER)
                .walking(BY_USER),
            Sort::descending(&["id"], &["u.id"])
                .joining(OF_USER)
                .walking(BY_USER),
            Sort::descending(&["updatedAt"], &["p.updated_at"])
                .walking("profile p INDEXED BY profile_by_update"),
        ],
        size: 10,
        searched: "Words of names, addresses and phone numbers; the last may be the beginning of one, and \
            what has it as a whole word comes first, unless `sort` says otherwise.",
    };
}

const OF_USER: &str = "CROSS JOIN user u ON u.id = p.user_id";
const BY_USER: &str = "user u CROSS JOIN profile p ON p.user_id = u.id";

/// The filters of a list of people, as clients send them. Unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct PeopleQuery {
    /// Only starred people (1).
    pub starred: Patch<Flag>,
    /// Only active (1) or inactive (0) people.
    pub is_active: Optional<Flags>,
    /// Only the people with these addresses: one, several, or a comma list.
    #[serde(deserialize_with = "queried_emails")]
    pub email: Emails,
    /// Only people who were made or changed at or after this time.
    pub updated_since: Optional<Moment>,
}

impl Checked for PeopleQuery {}

/// Which people are meant, and in which order.
#[derive(Debug, Clone)]
pub struct PeopleFilter {
    /// Customers or members.
    pub side: Side,
    /// Only starred ones.
    pub starred_only: bool,
    /// Only those who may sign in, or only those who may not.
    pub is_active: Option<bool>,
    /// Only those with one of these addresses; empty for all.
    pub emails: Vec<String>,
    /// Only those made or changed since.
    pub updated_since: Option<Timestamp>,
    /// The words looked for.
    pub search: Search,
    /// Order and page.
    pub listing: Listing<People>,
}

impl PeopleFilter {
    /// Everybody on this side, the newest first.
    pub fn everybody(side: Side) -> Self {
        Self {
            side,
            starred_only: false,
            is_active: None,
            emails: Vec::new(),
            updated_since: None,
            search: Search::None,
            listing: Listing::default(),
        }
    }

    /// What a query asks for, where the company is.
    pub fn of(side: Side, query: &PeopleQuery, listing: &Listing<People>, zone: &Zone) -> Self {
        let emails = query.email.as_slice().iter();
        let since = query.updated_since.as_ref();
        Self {
            side,
            starred_only: query.starred.is_asked(),
            is_active: query.is_active.only(),
            emails: emails.map(|email| email.as_str().to_owned()).collect(),
            updated_since: since.map(|moment| moment.at(zone)),
            search: Search::of(listing.search.as_ref().map(Text::as_str)),
            listing: listing.clone(),
        }
    }

    /// The ids of the sides that are meant, come by in this way; nothing is looked for.
    fn select(&self, way: Way) -> Select {
        let mut select = match way {
            Way::Walk => Select::new("p.id", self.listing.order.walk()),
            Way::Gather => Select::new("p.id", "profile p"),
        };
        self.apply(&mut select);
        select
    }

    fn apply(&self, select: &mut Select) {
        match self.side {
            Side::Agent => select.and("p.side = 'agent' AND p.removed_at IS NULL", []),
            Side::Customer => select.and("p.side = 'customer' AND p.removed_at IS NULL", []),
        }
        match self.is_active {
            None => {}
            Some(true) => select.and("p.is_active = 1", []),
            Some(false) => select.and("p.is_active = 0", []),
        }
        if self.starred_only {
            select.and("p.is_starred = 1", []);
        }
        if let Some(since) = self.updated_since {
            select.and(
                "(p.updated_at >= ? OR (p.updated_at IS NULL AND p.created_at >= ?))",
                [since.0.into(), since.0.into()],
            );
        }
        if !self.emails.is_empty() {
            let list = serde_json::Value::from(self.emails.clone()).to_string();
            select.and(
                "p.user_id IN (SELECT user_id FROM user_address
                     WHERE email_key IN (SELECT email_key(value) FROM json_each(?)))",
                [list.into()],
            );
        }
    }
}

/// A search counts so many people beyond the page that is asked for and no further: of a
/// word that more share, nobody pages to the end.
const LOOK_AHEAD: usize = 1_000;

/// Whom a search finds, by the ids of their sides; nothing where nothing is looked for.
fn found(view: &View<'_>, filter: &PeopleFilter) -> Result<Option<SearchMatches>> {
    let query = match &filter.search {
        Search::None => return Ok(None),
        Search::Futile | Search::TooManyWords => return Ok(Some(SearchMatches::default())),
        Search::For(query) => query,
    };
    let walk = Walk {
        query,
        columns: None,
        terms: "profile_search_term",
        page: filter.listing.page,
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
    let order = filter.listing.order;
    let is_oldest_first = order.is_usual() && !order.is_descending();
    let (from, orders) = match filter.side {
        Side::Customer => (
            "profile_search s CROSS JOIN profile p ON p.id = s.rowid",
            ["ORDER BY s.rowid DESC", "ORDER BY s.rowid"],
        ),
        Side::Agent => (
            "profile p INDEXED BY profile_by_creation CROSS JOIN profile_search s ON s.rowid = p.id",
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

from_row!(ListedSide { side: "id", listed => Listed });

from_row!(Listed {
    user: "user_id",
    email,
    name,
    role: "role_id",
    is_active,
    is_starred,
    source
});

/// A part of a list, and where it stands.
pub struct PeoplePage {
    /// The people on it.
    pub people: Vec<Listed>,
    /// Where it stands; a search counts ahead so far and no further.
    pub pagination: Pagination,
}

/// The page that a filter asks for.
pub fn page(view: &View<'_>, filter: &PeopleFilter) -> Result<PeoplePage> {
    let listing = &filter.listing;
    let (ids, total) = match found(view, filter)? {
        Some(found) if listing.order.is_usual() => (found.page(listing.page), found.total()),
        Some(found) => {
            let mut select = Select::new("p.id", "profile p NOT INDEXED");
            select.and(
                "p.id IN (SELECT value FROM json_each(?))",
                [id_list(&found.ids)],
            );
            listing.order.apply(&mut select, Way::Gather, listing.page);
            (view.select(&select)?, found.total())
        }
        None => {
            let total = total(view, filter)?;
            (view.select(&page_query(view, filter, total)?)?, total)
        }
    };
    let people = rows(view, &ids)?;
    Ok(PeoplePage {
        pagination: listing.pagination(total, people.len()),
        people,
    })
}

/// The query for the ids of the sides on a page of a list of `total` people.
pub fn page_query(view: &View<'_>, filter: &PeopleFilter, total: i64) -> Result<Select> {
    let page = filter.listing.page;
    let way = if filter.emails.is_empty() {
        let [everybody] = view.sums(&Select::new("ifnull(sum(profiles), 0)", "profile_count"))?;
        Way::to(page, total, everybody)
    } else {
        Way::Gather
    };
    let mut select = filter.select(way);
    filter.listing.order.apply(&mut select, way, page);
    Ok(select)
}

/// Everybody who is meant, on no page.
pub fn all(view: &View<'_>, filter: &PeopleFilter) -> Result<Vec<Listed>> {
    let mut select = filter.select(Way::Gather);
    filter.listing.order.arrange(&mut select);
    rows(view, &view.select(&select)?)
}

/// The people of these sides. First the ids alone are walked, in the order of an
/// index; then their rows are read, so that a late page costs no look-ups on the way.
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

/// How many the filters leave where nothing is looked for: a sum over the table of counts wherever it knows.
pub fn total(view: &View<'_>, filter: &PeopleFilter) -> Result<i64> {
    if filter.emails.is_empty() && filter.updated_since.is_none() {
        return counted(view, filter);
    }
    view.count(&filter.select(Way::Gather))
}

/// How many there are, whatever is looked for.
pub fn counted(view: &View<'_>, filter: &PeopleFilter) -> Result<i64> {
    let mut select = Select::new("ifnull(sum(profiles), 0)", "profile_count");
    select.and("side = ?", [filter.side.code().to_owned().into()]);
    if let Some(is_active) = filter.is_active {
        select.and("is_active = ?", [i64::from(is_active).into()]);
    }
    if filter.starred_only {
        select.and("is_starred = 1", []);
    }
    let [count] = view.sums(&select)?;
    Ok(count)
}
