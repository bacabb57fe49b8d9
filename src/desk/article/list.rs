//! Which articles a list is of, and the ids on its page.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Status;
use crate::base::db::{Select, View, id_list};
use crate::base::error::{Faults, Result};
use crate::base::input::{Codes, Ids, Optional, Text};
use crate::base::search::{self, Search};
use crate::desk::article_visibility;
use crate::web::extract::Checked;
use crate::web::listing::{List, Listed, Listing, Sort, Way};

/// The list of articles.
#[derive(Debug, Clone)]
pub(super) struct Articles;

impl Listed for Articles {
    const LIST: &'static List = &List {
        id: "a.id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::ascending(&["name"], &["a.name_key"]),
            Sort::descending(&["updatedAt"], &["a.updated_at"]),
            Sort::descending(&["views"], &["a.views"]),
            // Within the category, category by category.
            Sort::ascending(&["sortOrder"], &["a.category_id", "a.sort_order"]),
            Sort::descending(&["createdAt"], &["a.created_at"]),
        ],
        size: 10,
        searched: "Words of names, texts and tags; the last may be the beginning of one. What has it as a \
            whole word comes first, the best matches before others, unless `sort` says otherwise.",
    };
}

/// The filters of `GET /articles`, as clients send them. Unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ArticleQuery {
    /// Ids of the folders that articles are in.
    solution: Optional<Ids>,
    /// Ids of the categories that articles are in.
    category: Optional<Ids>,
    /// draft (0) or published (1); customers see published ones alone.
    status: Optional<Codes>,
    /// Ids of tags of which articles have one.
    tag: Optional<Ids>,
}

impl Checked for ArticleQuery {
    fn check(&self, faults: &mut Faults) {
        for code in self.status.entries().unwrap_or_default() {
            Status::check(code, faults);
        }
    }
}

/// The ids on a page, and how long the list is.
pub(super) struct SearchMatches {
    pub(super) ids: Vec<i64>,
    pub(super) total: i64,
}

/// The page that a query asks for, of those that the viewer reads.
pub(super) fn page(
    view: &View<'_>,
    query: &ArticleQuery,
    listing: &Listing<Articles>,
) -> Result<SearchMatches> {
    let words = listing.search.as_ref().map(Text::as_str);
    match Search::of(words) {
        Search::None => {
            let mut select = Select::new("a.id", "article a");
            query.apply(view, &mut select);
            Ok(SearchMatches {
                total: view.count(&select)?,
                ids: listing.rows(view, select)?,
            })
        }
        Search::Futile | Search::TooManyWords => Ok(SearchMatches {
            ids: Vec::new(),
            total: 0,
        }),
        Search::For(words) => found(view, query, &words, listing),
    }
}

/// What a search finds, the best first or in the order asked for.
fn found(
    view: &View<'_>,
    query: &ArticleQuery,
    words: &search::Query,
    listing: &Listing<Articles>,
) -> Result<SearchMatches> {
    let mut found: Vec<i64> = Vec::new();
    for expression in [words.whole_expression(None), words.expression(None)] {
        let mut scored: Vec<(i64, f64)> = view.select(&matches(view, query, &expression))?;
        // The least score is the best match.
        scored.sort_by(|one, other| one.1.total_cmp(&other.1));
        let known: HashSet<i64> = found.iter().copied().collect();
        let new = scored.into_iter().map(|(id, _)| id);
        found.extend(new.filter(|id| !known.contains(id)));
    }
    found.truncate(MOST_FOUND);
    let (order, page) = (listing.order, listing.page);
    let ids = if order.is_asked() {
        let mut select = Select::new("a.id", "article a");
        select.and(
            "a.id IN (SELECT value FROM json_each(?))",
            [id_list(&found)],
        );
        order.apply(&mut select, Way::Gather, page);
        view.select(&select)?
    } else {
        page.of(&found).to_vec()
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
fn matches(view: &View<'_>, query: &ArticleQuery, expression: &str) -> Select {
    let mut select = Select::new(
        "a.id, bm25(article_search, 10.0, 1.0, 4.0)",
        "article_search s CROSS JOIN article a ON a.id = s.rowid",
    );
    select.and("s.article_search MATCH ?", [expression.to_owned().into()]);
    query.apply(view, &mut select);
    select.then("ORDER BY s.rowid DESC LIMIT 1000", []);
    select
}

impl ArticleQuery {
    /// Adds every condition but that of the search.
    fn apply(&self, view: &View<'_>, select: &mut Select) {
        select.and(article_visibility::of(view.who()).articles(), []);
        for (ids, condition) in [
            (
                &self.solution,
                "a.category_id IN (SELECT id FROM category
                     WHERE folder_id IN (SELECT value FROM json_each(?)))",
            ),
            (
                &self.category,
                "a.category_id IN (SELECT value FROM json_each(?))",
            ),
            (
                &self.tag,
                "a.id IN (SELECT article_id FROM article_tag
                     WHERE tag_id IN (SELECT value FROM json_each(?)))",
            ),
        ] {
            if let Some(ids) = ids.entries() {
                select.and(condition, [id_list(ids)]);
            }
        }
        if let Some(codes) = self.status.entries() {
            let codes: Vec<&str> = codes
                .iter()
                .filter_map(|code| Some(Status::named(code)?.code()))
                .collect();
            let listed = serde_json::Value::from(codes).to_string();
            select.and(
                "a.status IN (SELECT value FROM json_each(?))",
                [listed.into()],
            );
        }
    }
}
