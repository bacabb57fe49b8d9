//! Which articles a list is of, and the way to the ids on its page. The ways are chosen by
//! the counts that categories keep, for the engine keeps no statistics and would guess.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Status;
use crate::base::db::{Select, View, id_list};
use crate::base::error::{Faults, Result};
use crate::base::input::{Id, Optional, Text};
use crate::base::page::Page;
use crate::base::search::{self, Search};
use crate::base::who::Who;
use crate::desk::article_visibility::{self, ArticleVisibility};
use crate::web::extract::Checked;
use crate::web::listing::{self, Direction};

/// Articles a page, without `limit`.
pub(super) const PAGE_SIZE: i64 = 10;

/// The filters of `GET /articles`, as clients send them. Unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ArticleQuery {
    /// Id of the folder that articles are in.
    solution: Optional<Id>,
    /// Id of the category that articles are in.
    category: Optional<Id>,
    /// draft or published; customers see published ones alone.
    status: Optional<Text>,
    /// Id of a tag that articles have.
    tag: Optional<Id>,
    /// Words of names, texts and tags; the last may be the beginning of one. What has it as a
    /// whole word comes first, the best matches before others, unless `sort` says otherwise.
    search: Optional<Text>,
    /// id, name, updatedAt, views or sortOrder; id without it.
    sort: Optional<Text>,
    /// ASC or DESC; without it names and places run from the first, all else from the last.
    direction: Optional<Text>,
    /// The page, from 1.
    page: Optional<Text>,
    /// Articles a page, 1 to 100; 10 without it.
    limit: Optional<Text>,
}

impl Checked for ArticleQuery {
    fn check(&self, faults: &mut Faults) {
        let sorts = Sort::NAMES.map(|(name, _)| name);
        listing::sorted(&self.sort, &self.direction, &sorts, faults);
        search::check(&self.search, faults);
        Status::check(&self.status, faults);
    }
}

/// What a list can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// The order of creation.
    Id,
    /// The name.
    Name,
    /// The last change.
    UpdatedAt,
    /// How often it was read.
    Views,
    /// The place within the category, category by category.
    Place,
}

impl Sort {
    const NAMES: [(&str, Self); 5] = [
        ("id", Self::Id),
        ("name", Self::Name),
        ("updatedAt", Self::UpdatedAt),
        ("views", Self::Views),
        ("sortOrder", Self::Place),
    ];

    fn from_name(name: &str) -> Option<Self> {
        let known = Self::NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, sort)| *sort)
    }

    /// The direction that it has where none is asked for.
    fn direction(self) -> Direction {
        match self {
            Self::Name | Self::Place => Direction::Ascending,
            Self::Id | Self::UpdatedAt | Self::Views => Direction::Descending,
        }
    }
}

/// A query made plain.
pub(super) struct Filter {
    /// What the caller reads.
    pub(super) article_visibility: ArticleVisibility,
    /// The categories that articles are in, where some are asked for.
    pub(super) categories: Option<Vec<i64>>,
    /// The status asked for.
    pub(super) status: Option<Status>,
    /// The tag asked for.
    pub(super) tag: Option<i64>,
    /// The words looked for.
    pub(super) search: Search,
    /// The order; none where a search may put the best first.
    pub(super) sort: Option<Sort>,
    /// Its direction.
    pub(super) direction: Direction,
    /// The page.
    pub(super) page: Page,
}

impl Filter {
    /// All that `who` reads, the newest first.
    pub(super) fn everything(who: &Who) -> Self {
        Self {
            article_visibility: article_visibility::of(who),
            categories: None,
            status: None,
            tag: None,
            search: Search::None,
            sort: None,
            direction: Direction::Descending,
            page: Page::new(1, PAGE_SIZE),
        }
    }

    /// Adds every condition but that of the search.
    fn apply(&self, select: &mut Select) {
        select.and(self.article_visibility.articles(), []);
        match self.categories.as_deref() {
            None => {}
            Some([one]) => select.and("a.category_id = ?", [(*one).into()]),
            Some(several) => select.and(
                "a.category_id IN (SELECT value FROM json_each(?))",
                [id_list(several)],
            ),
        }
        match (self.article_visibility, self.status) {
            // What is public is published.
            (_, None) | (ArticleVisibility::Public, Some(Status::Published)) => {}
            (ArticleVisibility::Public, Some(Status::Draft)) => select.and("0", []),
            (ArticleVisibility::Whole, Some(Status::Draft)) => select.and("a.status = 'draft'", []),
            (ArticleVisibility::Whole, Some(Status::Published)) => {
                select.and("a.status = 'published'", []);
            }
        }
        if let Some(tag) = self.tag {
            select.and(
                "a.id IN (SELECT article_id FROM article_tag WHERE tag_id = ?)",
                [tag.into()],
            );
        }
    }

    fn sort(&self) -> Sort {
        self.sort.unwrap_or(Sort::Id)
    }
}

/// What the viewer asks for with `query`.
pub(super) fn filter(view: &View<'_>, query: &ArticleQuery) -> Result<Filter> {
    let sort = query.sort.as_ref().map(Text::as_str);
    let sort = sort.and_then(Sort::from_name);
    Ok(Filter {
        categories: categories(view, query)?,
        status: Status::named(&query.status),
        tag: query.tag.as_ref().map(|tag| tag.get()),
        search: Search::of(query.search.as_ref().map(Text::as_str)),
        direction: Direction::of(&query.direction, sort.unwrap_or(Sort::Id).direction()),
        sort,
        page: listing::page(&query.page, &query.limit, PAGE_SIZE),
        ..Filter::everything(view.who())
    })
}

/// The categories that a folder and a category come to together.
fn categories(view: &View<'_>, query: &ArticleQuery) -> Result<Option<Vec<i64>>> {
    let category = query.category.as_ref().map(|id| id.get());
    let Some(folder) = query.solution.as_ref() else {
        return Ok(category.map(|category| vec![category]));
    };
    let of_folder: Vec<i64> = view.all(
        "SELECT id FROM category WHERE folder_id = ? ORDER BY sort_order, id",
        [folder.get()],
    )?;
    let asked = |id: &i64| category.is_none_or(|category| *id == category);
    Ok(Some(of_folder.into_iter().filter(asked).collect()))
}

/// The ids on a page, and how long the list is.
pub(super) struct SearchMatches {
    pub(super) ids: Vec<i64>,
    pub(super) total: i64,
}

/// The page that a filter asks for.
pub(super) fn page(view: &View<'_>, filter: &Filter) -> Result<SearchMatches> {
    match &filter.search {
        Search::None => {
            let total = total(view, filter)?;
            let ids = if filter.page.offset() < total {
                view.select(&page_of_ids(filter, way(view, filter, total)?))?
            } else {
                Vec::new()
            };
            Ok(SearchMatches { ids, total })
        }
        Search::Futile | Search::TooManyWords => Ok(SearchMatches {
            ids: Vec::new(),
            total: 0,
        }),
        Search::For(query) => found(view, filter, query),
    }
}

/// The query that a page walks: for tests that hold its plan.
pub(super) fn query(view: &View<'_>, filter: &Filter) -> Result<Select> {
    if let Search::For(query) = &filter.search {
        return Ok(matches(filter, &query.expression(None)));
    }
    let total = total(view, filter)?;
    Ok(page_of_ids(filter, way(view, filter, total)?))
}

/// What a search finds, the best first or in the order asked for.
fn found(view: &View<'_>, filter: &Filter, query: &search::Query) -> Result<SearchMatches> {
    let mut found: Vec<i64> = Vec::new();
    for expression in [query.whole_expression(None), query.expression(None)] {
        let mut scored: Vec<(i64, f64)> = view.select(&matches(filter, &expression))?;
        // The least score is the best match.
        scored.sort_by(|one, other| one.1.total_cmp(&other.1));
        let known: HashSet<i64> = found.iter().copied().collect();
        let new = scored.into_iter().map(|(id, _)| id);
        found.extend(new.filter(|id| !known.contains(id)));
    }
    found.truncate(MOST_FOUND);
    let size = |number| usize::try_from(number).unwrap_or(usize::MAX);
    let ids = if filter.sort.is_some() {
        let mut select = Select::new("a.id", "article a");
        select.and(
            "a.id IN (SELECT value FROM json_each(?))",
            [id_list(&found)],
        );
        ordered(&mut select, filter, Way::Gather);
        view.select(&select)?
    } else {
        let rest = found.iter().skip(size(filter.page.offset()));
        rest.take(size(filter.page.limit())).copied().collect()
    };
    Ok(SearchMatches {
        ids,
        total: i64::try_from(found.len()).unwrap_or(i64::MAX),
    })
}

/// A search finds so many articles and no more.
const MOST_FOUND: usize = 1_000;

/// The newest thousand matches with their scores: of a word that more share, nobody pages
/// to the end. A word in the name weighs most, then one in a tag.
fn matches(filter: &Filter, expression: &str) -> Select {
    let mut select = Select::new(
        "a.id, bm25(article_search, 10.0, 1.0, 4.0)",
        "article_search s CROSS JOIN article a ON a.id = s.rowid",
    );
    select.and("s.article_search MATCH ?", [expression.to_owned().into()]);
    filter.apply(&mut select);
    select.then("ORDER BY s.rowid DESC LIMIT 1000", []);
    select
}

/// How many articles the filters leave: the sum of what their categories count, unless a
/// tag is asked for.
fn total(view: &View<'_>, filter: &Filter) -> Result<i64> {
    let select = match (filter.tag, filter.article_visibility) {
        (Some(_), _) => {
            let mut select = Select::new("count(*)", source(filter, Way::Gather));
            filter.apply(&mut select);
            select
        }
        (None, ArticleVisibility::Public) if filter.status == Some(Status::Draft) => return Ok(0),
        (None, _) => {
            let mut select = Select::new(
                counted(filter),
                "category c CROSS JOIN folder s ON s.id = c.folder_id",
            );
            select.and(filter.article_visibility.folders(), []);
            if let Some(categories) = &filter.categories {
                select.and(
                    "c.id IN (SELECT value FROM json_each(?))",
                    [id_list(categories)],
                );
            }
            select
        }
    };
    let [total] = view.sums(&select)?;
    Ok(total)
}

fn counted(filter: &Filter) -> &'static str {
    match (filter.article_visibility, filter.status) {
        (ArticleVisibility::Public, _) | (ArticleVisibility::Whole, Some(Status::Published)) => {
            "ifnull(sum(c.published), 0)"
        }
        (ArticleVisibility::Whole, Some(Status::Draft)) => "ifnull(sum(c.drafts), 0)",
        (ArticleVisibility::Whole, None) => "ifnull(sum(c.drafts + c.published), 0)",
    }
}

/// How the ids of a page are come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The index that has the order of the list is walked until the page is full.
    Walk,
    /// The index of a category has the order too.
    Lead,
    /// All are gathered, by the index that finds the fewest, and sorted.
    Gather,
}

/// What an article that is gathered costs, its row looked up and sorted in, against one
/// that is passed in the index of a walk.
const GATHERED_COSTS: i64 = 8;

fn way(view: &View<'_>, filter: &Filter, total: i64) -> Result<Way> {
    let is_one_category = filter.categories.as_ref().is_some_and(|all| all.len() == 1);
    if is_one_category && filter.tag.is_none() && filter.sort() == Sort::Place {
        return Ok(Way::Lead);
    }
    let everything = Filter {
        article_visibility: match filter.sort() {
            // What is public is walked by itself in the order of the ids.
            Sort::Id => filter.article_visibility,
            _ => ArticleVisibility::Whole,
        },
        ..Filter::everything(view.who())
    };
    // Of what is walked every so-manieth article is in the list, while gathering reads
    // each of the list once.
    let walked = self::total(view, &everything)?;
    let end = filter.page.offset().saturating_add(filter.page.limit());
    let gathered = total.saturating_mul(GATHERED_COSTS);
    let is_shorter = end.min(total).saturating_mul(walked) <= gathered.saturating_mul(total);
    Ok(if is_shorter { Way::Walk } else { Way::Gather })
}

/// The query for the ids of a page.
fn page_of_ids(filter: &Filter, way: Way) -> Select {
    let mut select = Select::new("a.id", source(filter, way));
    filter.apply(&mut select);
    ordered(&mut select, filter, way);
    select
}

/// What a list reads, always named, for the planner could choose what reads every article.
fn source(filter: &Filter, way: Way) -> &'static str {
    match (way, filter.sort()) {
        (Way::Walk, Sort::Id) if filter.article_visibility == ArticleVisibility::Public => {
            "article a INDEXED BY article_public"
        }
        (Way::Walk, Sort::Id) => "article a NOT INDEXED",
        (Way::Walk, Sort::Name) => "article a INDEXED BY article_by_name",
        (Way::Walk, Sort::UpdatedAt) => "article a INDEXED BY article_by_update",
        (Way::Walk, Sort::Views) => "article a INDEXED BY article_by_views",
        (Way::Walk | Way::Lead, _) => "article a INDEXED BY article_of_category",
        (Way::Gather, _) if filter.tag.is_some() => "article a NOT INDEXED",
        (Way::Gather, _) if filter.categories.is_some() => {
            "article a INDEXED BY article_of_category"
        }
        (Way::Gather, _) if filter.article_visibility == ArticleVisibility::Public => {
            "article a INDEXED BY article_public"
        }
        (Way::Gather, _) if filter.status.is_some() => "article a INDEXED BY article_by_status",
        (Way::Gather, _) => "article a",
    }
}

/// Adds the order and the page. A plus keeps the planner from walking an index for the
/// sake of its order.
fn ordered(select: &mut Select, filter: &Filter, way: Way) {
    let is_gathered = way == Way::Gather;
    let orders = match (filter.sort(), is_gathered) {
        (Sort::Id, false) => ["ORDER BY a.id", "ORDER BY a.id DESC"],
        (Sort::Id, true) => ["ORDER BY +a.id", "ORDER BY +a.id DESC"],
        (Sort::Name, false) => [
            "ORDER BY a.name_key, a.id",
            "ORDER BY a.name_key DESC, a.id DESC",
        ],
        (Sort::Name, true) => [
            "ORDER BY +a.name_key, a.id",
            "ORDER BY +a.name_key DESC, a.id DESC",
        ],
        (Sort::UpdatedAt, false) => [
            "ORDER BY a.updated_at, a.id",
            "ORDER BY a.updated_at DESC, a.id DESC",
        ],
        (Sort::UpdatedAt, true) => [
            "ORDER BY +a.updated_at, a.id",
            "ORDER BY +a.updated_at DESC, a.id DESC",
        ],
        (Sort::Views, false) => ["ORDER BY a.views, a.id", "ORDER BY a.views DESC, a.id DESC"],
        (Sort::Views, true) => [
            "ORDER BY +a.views, a.id",
            "ORDER BY +a.views DESC, a.id DESC",
        ],
        (Sort::Place, false) => [
            "ORDER BY a.category_id, a.sort_order, a.id",
            "ORDER BY a.category_id DESC, a.sort_order DESC, a.id DESC",
        ],
        (Sort::Place, true) => [
            "ORDER BY +a.category_id, a.sort_order, a.id",
            "ORDER BY +a.category_id DESC, a.sort_order DESC, a.id DESC",
        ],
    };
    let is_descending = filter.direction == Direction::Descending;
    select.then(orders[usize::from(is_descending)], []);
    let (limit, offset) = (filter.page.limit(), filter.page.offset());
    select.then("LIMIT ? OFFSET ?", [limit.into(), offset.into()]);
}
