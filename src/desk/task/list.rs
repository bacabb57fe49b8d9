//! A page of a list of tasks, and the counts beside it. Counts are sums over the table of
//! counts wherever it knows what is asked for; pages walk the index that has their order,
//! or gather the few tasks that somebody sees. The ways are chosen by the counts, for the
//! engine keeps no statistics and would guess.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::filter::{Filter, OUTSIDE_THE_TRASH};
use crate::base::db::{Select, View, id_list, named_params};
use crate::base::error::Result;
use crate::base::page::Pagination;
use crate::base::search::Search;
use crate::base::who::Who;
use crate::desk::search_matches::{SearchMatches, Walk};
use crate::desk::task_model::{self, Task, TaskItem};
use crate::web::listing::Way;

/// A search counts so many tasks beyond the page that is asked for and no further: of what a
/// common word is in, nobody reads all.
const LOOK_AHEAD: usize = 1_000;

/// A page of tasks.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TaskPage {
    /// Tasks per stage id under all other filters, and `all` of them; as text.
    stage_count: BTreeMap<&'static str, String>,
    tasks: Vec<TaskItem>,
    pagination: Pagination,
}

/// The page that `filter` asks for.
pub(super) fn list(view: &View<'_>, who: &Who, filter: &Filter) -> Result<TaskPage> {
    let (per_stage, ids, total) = if filter.search == Search::None {
        let per_stage = per_stage(view, filter)?;
        let total = total(filter, per_stage);
        let ids = match page(view, filter, total)? {
            Some(select) => view.select(&select)?,
            None => Vec::new(),
        };
        (per_stage, ids, total)
    } else {
        let found = found(view, filter)?;
        let per_stage = [1, 2, 3].map(|stage| found.per_kind.get(&stage).copied().unwrap_or(0));
        (per_stage, page_of(view, filter, &found)?, found.total())
    };
    let all: i64 = per_stage.iter().sum();
    let mut stage_count: BTreeMap<&'static str, String> = ["1", "2", "3"]
        .into_iter()
        .zip(per_stage.map(|count| count.to_string()))
        .collect();
    stage_count.insert("all", all.to_string());
    let tasks = task_model::tasks(view, who, rows(view, &ids)?)?;
    Ok(TaskPage {
        stage_count,
        pagination: filter.listing.pagination(total, tasks.len()),
        tasks,
    })
}

/// Every query that the list makes before it reads the rows of its page.
pub(super) fn queries(view: &View<'_>, filter: &Filter) -> Result<Vec<Select>> {
    if filter.search != Search::None {
        return Ok(match &filter.search {
            Search::For(query) => vec![matches(filter, query.expression(None))],
            _ => Vec::new(),
        });
    }
    let mut queries = counts(filter);
    let total = total(filter, per_stage(view, filter)?);
    queries.extend(page(view, filter, total)?);
    Ok(queries)
}

/// The rows of tasks that the list may show, in the order of their ids in `ids`.
fn rows(view: &View<'_>, ids: &[i64]) -> Result<Vec<Task>> {
    let sql = format!(
        "SELECT {} FROM task k WHERE k.id IN (SELECT value FROM json_each(:ids))",
        task_model::COLUMNS
    );
    let mut rows: Vec<Task> = view.all(&sql, named_params! { ":ids": id_list(ids) })?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// Tasks per stage under all filters but that of the stage.
fn per_stage(view: &View<'_>, filter: &Filter) -> Result<[i64; 3]> {
    let mut sums = [0; 3];
    for select in counts(filter) {
        let part: [i64; 3] = view.sums(&select)?;
        for (sum, part) in sums.iter_mut().zip(part) {
            *sum += part;
        }
    }
    Ok(sums)
}

/// Tasks of the stages listed, out of those per stage.
fn total(filter: &Filter, per_stage: [i64; 3]) -> i64 {
    let listed = (1..)
        .zip(per_stage)
        .filter(|(stage, _)| filter.lists(*stage));
    listed.map(|(_, count)| count).sum()
}

/// The queries whose sum the counts are: cells for the tasks of tickets in sight, and rows
/// for one's own tasks of other tickets; or rows alone, where the cells do not know a filter.
fn counts(filter: &Filter) -> Vec<Select> {
    if filter.is_narrow() {
        let mut select = Select::new(ROWS, narrow_source(filter));
        filter.apply(&mut select);
        return vec![select];
    }
    let cells = if filter.sees_all() {
        TOTALS
    } else {
        "task_count k"
    };
    let mut cells = Select::new(CELLS, cells);
    let (condition, binds) = &filter.ticket_is_visible;
    cells.and(*condition, binds.clone());
    filter.apply_priority(&mut cells);
    let mut selects = vec![cells];
    if let Some((condition, binds)) = &filter.beyond_tickets {
        let mut rows = Select::new(ROWS, "task k");
        rows.and(*condition, binds.clone());
        rows.and(OUTSIDE_THE_TRASH, []);
        filter.apply_priority(&mut rows);
        selects.push(rows);
    }
    selects
}

/// Every task, whosever its ticket is.
const TOTALS: &str = "task_total k";
const CELLS: &str = "
    ifnull(sum(k.tasks) FILTER (WHERE k.stage_id = 1), 0),
    ifnull(sum(k.tasks) FILTER (WHERE k.stage_id = 2), 0),
    ifnull(sum(k.tasks) FILTER (WHERE k.stage_id = 3), 0)";
const ROWS: &str = "
    count(*) FILTER (WHERE k.stage_id = 1),
    count(*) FILTER (WHERE k.stage_id = 2),
    count(*) FILTER (WHERE k.stage_id = 3)";

fn way(view: &View<'_>, filter: &Filter, total: i64) -> Result<Way> {
    if filter.is_narrow() {
        return Ok(Way::Gather);
    }
    if filter.sees_all() {
        return Ok(Way::Walk);
    }
    let [walked] = view.sums(&Select::new("ifnull(sum(k.tasks), 0)", TOTALS))?;
    Ok(Way::to(filter.listing.page, total, walked))
}

/// The query for the ids of a page, if there are any.
fn page(view: &View<'_>, filter: &Filter, total: i64) -> Result<Option<Select>> {
    if filter.listing.page.offset() >= total {
        return Ok(None);
    }
    let way = way(view, filter, total)?;
    let mut select = Select::new("k.id", source(filter, way));
    if way == Way::Walk && filter.listing.order.is_by_id() {
        // Say nothing new, but so that an index can lead.
        if let Some(stage) = Filter::single(filter.stages.as_ref()) {
            select.and("k.stage_id = ?", [stage]);
        } else if let Some(priority) = Filter::single(filter.priorities.as_ref()) {
            select.and("k.priority_id = ?", [priority]);
        }
    }
    filter.apply(&mut select);
    filter.apply_stage(&mut select);
    filter
        .listing
        .order
        .apply(&mut select, way, filter.listing.page);
    Ok(Some(select))
}

/// What a list reads: the index that has its order is named, for the planner could choose
/// one that reads every task.
fn source(filter: &Filter, way: Way) -> &'static str {
    match way {
        Way::Gather if filter.is_narrow() => narrow_source(filter),
        Way::Gather => "task k",
        Way::Walk if !filter.listing.order.is_by_id() => filter.listing.order.walk(),
        Way::Walk if Filter::single(filter.stages.as_ref()).is_some() => {
            "task k INDEXED BY task_by_stage"
        }
        Way::Walk if Filter::single(filter.priorities.as_ref()).is_some() => {
            "task k INDEXED BY task_by_priority"
        }
        Way::Walk => filter.listing.order.walk(),
    }
}

/// The index of the filter that leads to few tasks.
fn narrow_source(filter: &Filter) -> &'static str {
    if filter.tickets.is_some() {
        "task k INDEXED BY task_of_ticket"
    } else {
        "task k INDEXED BY task_by_agent"
    }
}

/// The query for what a search finds, the newest first unless the oldest are asked for.
fn matches(filter: &Filter, expression: String) -> Select {
    let mut select = Select::new(
        "k.id, k.stage_id",
        "task_search s CROSS JOIN task k ON k.id = s.rowid",
    );
    select.and("s.task_search MATCH ?", [expression.into()]);
    filter.apply(&mut select);
    let order = filter.listing.order;
    let is_oldest_first = order.is_by_id() && !order.is_descending();
    let order = if is_oldest_first {
        "ORDER BY s.rowid"
    } else {
        "ORDER BY s.rowid DESC"
    };
    select.then(order, []);
    select
}

/// Tasks that have the words.
fn found(view: &View<'_>, filter: &Filter) -> Result<SearchMatches> {
    let Search::For(query) = &filter.search else {
        return Ok(SearchMatches::default());
    };
    let walk = Walk {
        query,
        columns: None,
        terms: "task_search_term",
        page: filter.listing.page,
        look_ahead: LOOK_AHEAD,
        first: None,
    };
    walk.run(
        view,
        |expression, _| matches(filter, expression),
        |stage| filter.lists(stage),
    )
}

/// The ids of the page that is asked for.
fn page_of(view: &View<'_>, filter: &Filter, found: &SearchMatches) -> Result<Vec<i64>> {
    let (order, page) = (filter.listing.order, filter.listing.page);
    if order.is_by_id() {
        return Ok(found.page(page));
    }
    let mut select = Select::new("k.id", "task k NOT INDEXED");
    select.and(
        "k.id IN (SELECT value FROM json_each(?))",
        [id_list(&found.ids)],
    );
    order.apply(&mut select, Way::Gather, page);
    view.select(&select)
}
