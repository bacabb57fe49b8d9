//! The list of tags, of which a desk can have very many: parts of names are found by an
//! index of them, and tickets are counted beforehand.

use std::cmp::Reverse;
use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::{CountedTag, TagList, TagRow, counted};
use crate::base::db::{Select, View, id_list};
use crate::base::error::{Faults, Result};
use crate::base::input::{Optional, Text};
use crate::base::page::{Page, pagination};
use crate::desk::visibility::{self, Visibility};
use crate::web::extract::Checked;
use crate::web::listing::{self, Direction, like, sorted};

/// A search finds so many tags and no more.
const MOST_FOUND: i64 = 1_000;

/// The filters of the list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct TagQuery {
    /// id, name or ticketCount; id without it.
    sort: Optional<Text>,
    /// ASC or DESC; DESC without it.
    direction: Optional<Text>,
    /// The page, from 1.
    page: Optional<Text>,
    /// Tags a page, 1 to 100; 10 without it.
    limit: Optional<Text>,
    /// Part of the name; the newest 1000 tags are found at most.
    search: Optional<Text>,
}

impl Checked for TagQuery {
    fn check(&self, faults: &mut Faults) {
        let names = Sort::NAMES.map(|(name, _)| name);
        sorted(&self.sort, &self.direction, &names, faults);
    }
}

/// What the list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Id,
    Name,
    TicketCount,
}

impl Sort {
    const NAMES: [(&str, Self); 3] = [
        ("id", Self::Id),
        ("name", Self::Name),
        ("ticketCount", Self::TicketCount),
    ];

    fn of(query: &TagQuery) -> Self {
        let asked = query.sort.as_ref().map(Text::as_str);
        let known = Self::NAMES.iter().find(|(name, _)| asked == Some(name));
        known.map_or(Self::Id, |(_, sort)| *sort)
    }
}

/// A query made plain.
pub(super) struct Asked {
    sort: Sort,
    direction: Direction,
    page: Page,
    search: Option<Text>,
    visibility: Visibility,
}

impl Asked {
    /// What the viewer asks for with `query`.
    pub(super) fn of(view: &View<'_>, query: TagQuery) -> Self {
        Self {
            sort: Sort::of(&query),
            direction: Direction::of(&query.direction, Direction::Descending),
            page: listing::page(&query.page, &query.limit, 10),
            search: query.search.as_ref().cloned(),
            visibility: visibility::of(view.who()),
        }
    }

    fn is_descending(&self) -> bool {
        self.direction == Direction::Descending
    }
}

/// The page that is asked for.
pub(super) fn list(view: &View<'_>, asked: &Asked) -> Result<TagList> {
    let (ids, total) = page_of_ids(view, asked)?;
    let mut rows = rows(view, &ids)?;
    let counts = counts(view, &ids)?;
    let tags: Vec<CountedTag> = ids
        .iter()
        .filter_map(|id| rows.remove(id))
        .map(|row| counted(row, &counts))
        .collect();
    Ok(TagList {
        pagination_data: pagination(asked.page, total, tags.len(), "#page/replacePage"),
        tags,
    })
}

/// The queries that the list walks: for tests that hold their plans.
pub(super) fn queries(asked: &Asked) -> Vec<Select> {
    match (&asked.search, asked.sort, &asked.visibility) {
        (Some(words), ..) => vec![matches(asked, words)],
        (None, Sort::TicketCount, visibility) if *visibility != Visibility::All => {
            vec![sums(visibility), uncounted(asked, &[], (0, 10))]
        }
        _ => vec![walk(asked)],
    }
}

/// The ids on a page, and how long the list is.
fn page_of_ids(view: &View<'_>, asked: &Asked) -> Result<(Vec<i64>, i64)> {
    let Some(words) = &asked.search else {
        let [total] = view.sums(&Select::new("count(*)", "tag"))?;
        let is_summed = asked.sort == Sort::TicketCount && asked.visibility != Visibility::All;
        let ids = if is_summed {
            by_sums(view, asked, total)?
        } else {
            view.select(&walk(asked))?
        };
        return Ok((ids, total));
    };
    let mut found: Vec<i64> = view.select(&matches(asked, words))?;
    let total = i64::try_from(found.len()).unwrap_or(i64::MAX);
    match asked.sort {
        Sort::Id => {}
        Sort::Name => found = by_name(view, asked, &found)?,
        Sort::TicketCount => {
            let counts = counts(view, &found)?;
            arrange(&mut found, &counts, asked.direction);
        }
    }
    Ok((part(&found, asked.page.offset(), asked.page.limit()), total))
}

/// The query for the ids of a page of all tags, whose order is an index's.
fn walk(asked: &Asked) -> Select {
    let (source, orders) = match asked.sort {
        Sort::Id => ("tag NOT INDEXED", ["ORDER BY id", "ORDER BY id DESC"]),
        Sort::Name => ("tag", ["ORDER BY name_key", "ORDER BY name_key DESC"]),
        Sort::TicketCount => (
            "tag INDEXED BY tag_by_tickets",
            ["ORDER BY tickets, id", "ORDER BY tickets DESC, id DESC"],
        ),
    };
    let mut select = Select::new("id", source);
    select.then(orders[usize::from(asked.is_descending())], []);
    limit(&mut select, asked.page.limit(), asked.page.offset());
    select
}

/// The query for the tags that a search finds: the newest, unless the oldest are listed first.
fn matches(asked: &Asked, words: &Text) -> Select {
    let is_oldest_first = asked.sort == Sort::Id && !asked.is_descending();
    let mut select = Select::new("id", "tag NOT INDEXED");
    select.and("name_key LIKE ? ESCAPE '\\'", [like(words)]);
    select.then(
        ["ORDER BY id DESC", "ORDER BY id"][usize::from(is_oldest_first)],
        [],
    );
    select.then("LIMIT ?", [MOST_FOUND.into()]);
    select
}

/// A page of all tags by the counts that the caller sees: those that have tickets in sight
/// are few, and the others stand beside them in the order of their ids.
fn by_sums(view: &View<'_>, asked: &Asked, total: i64) -> Result<Vec<i64>> {
    let counts: HashMap<i64, i64> = view.select(&sums(&asked.visibility))?.into_iter().collect();
    let mut ids: Vec<i64> = counts.keys().copied().collect();
    arrange(&mut ids, &counts, asked.direction);
    let with = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    let without = total.saturating_sub(with);
    let (offset, limit) = (asked.page.offset(), asked.page.limit());
    if asked.is_descending() {
        let mut page = part(&ids, offset, limit);
        let rest = limit.saturating_sub(with.saturating_sub(offset).clamp(0, limit));
        let from = offset.saturating_sub(with).max(0);
        page.extend(view.select::<i64>(&uncounted(asked, &ids, (from, rest)))?);
        return Ok(page);
    }
    let mut page: Vec<i64> = view.select(&uncounted(asked, &ids, (offset, limit)))?;
    let rest = limit.saturating_sub(without.saturating_sub(offset).clamp(0, limit));
    page.extend(part(&ids, offset.saturating_sub(without).max(0), rest));
    Ok(page)
}

/// The query for the tickets in sight that each tag has, where it has any.
fn sums(visibility: &Visibility) -> Select {
    let mut select = Select::new("t.tag_id, sum(t.tickets)", "tag_count t");
    let (condition, binds) = visibility.condition();
    select.and(condition, binds);
    select.then("GROUP BY t.tag_id", []);
    select
}

/// The query for the tags beside those that were counted, from a place and so many.
fn uncounted(asked: &Asked, counted: &[i64], (offset, most): (i64, i64)) -> Select {
    let mut select = Select::new("id", "tag NOT INDEXED");
    select.and(
        "id NOT IN (SELECT value FROM json_each(?))",
        [id_list(counted)],
    );
    let orders = ["ORDER BY id", "ORDER BY id DESC"];
    select.then(orders[usize::from(asked.is_descending())], []);
    limit(&mut select, most, offset);
    select
}

fn limit(select: &mut Select, limit: i64, offset: i64) {
    select.then("LIMIT ? OFFSET ?", [limit.into(), offset.into()]);
}

fn by_name(view: &View<'_>, asked: &Asked, found: &[i64]) -> Result<Vec<i64>> {
    let mut select = Select::new("id", "tag NOT INDEXED");
    select.and("id IN (SELECT value FROM json_each(?))", [id_list(found)]);
    let orders = ["ORDER BY name_key", "ORDER BY name_key DESC"];
    select.then(orders[usize::from(asked.is_descending())], []);
    view.select(&select)
}

/// Puts tags in the order of their counts, and of their ids where these are alike.
fn arrange(ids: &mut [i64], counts: &HashMap<i64, i64>, direction: Direction) {
    let rank = |id: &i64| (counts.get(id).copied().unwrap_or(0), *id);
    match direction {
        Direction::Ascending => ids.sort_unstable_by_key(rank),
        Direction::Descending => ids.sort_unstable_by_key(|id| Reverse(rank(id))),
    }
}

/// So many of the ids, from a place.
fn part(ids: &[i64], offset: i64, limit: i64) -> Vec<i64> {
    let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let rest = ids.iter().skip(size(offset));
    rest.take(size(limit)).copied().collect()
}

fn rows(view: &View<'_>, ids: &[i64]) -> Result<HashMap<i64, TagRow>> {
    let mut select = Select::new("id, name, articles", "tag");
    select.and("id IN (SELECT value FROM json_each(?))", [id_list(ids)]);
    let rows: Vec<TagRow> = view.select(&select)?;
    Ok(rows.into_iter().map(|row| (row.tag.id, row)).collect())
}

/// How many tickets outside the trash and in the caller's sight have each of these tags.
pub(super) fn counts(view: &View<'_>, tags: &[i64]) -> Result<HashMap<i64, i64>> {
    let visibility = visibility::of(view.who());
    let select = if visibility == Visibility::All {
        let mut select = Select::new("id, tickets", "tag");
        select.and("id IN (SELECT value FROM json_each(?))", [id_list(tags)]);
        select
    } else {
        let mut select = sums(&visibility);
        select.and(
            "t.tag_id IN (SELECT value FROM json_each(?))",
            [id_list(tags)],
        );
        select
    };
    Ok(view.select::<(i64, i64)>(&select)?.into_iter().collect())
}
