//! What an article has said before, and bringing it back. Agents alone read it, for an old
//! text may never have been public.

use schemars::JsonSchema;
use serde::Serialize;

use super::shape::Named;
use super::store;
use crate::base::db::{Change, Select, View, from_row, named_params};
use crate::base::error::{OrNotFound, Result};
use crate::base::page::Pagination;
use crate::base::time::{PhpDate, Timestamp};
use crate::desk::company::{self, Calendar};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{PathId, PathIds, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};

/// The list of an article's revisions.
#[derive(Debug, Clone)]
pub(super) struct Revisions;

impl Listed for Revisions {
    const LIST: &'static List = &List {
        id: "r.number",
        sorts: &[Sort::descending(&["revision", "id", "createdAt"], &[])],
        size: 10,
        searched: "",
    };
}

/// A revision in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RevisionShape {
    /// Its number within the article, from 1.
    revision: i64,
    /// The name that the article had.
    name: String,
    /// The agent who wrote it; null for the desk itself.
    user: Option<Named>,
    created_at: PhpDate,
    /// Whether the article says this now.
    is_current: bool,
}

/// A page of revisions, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "ArticleRevisionList")]
pub(super) struct RevisionList {
    revisions: Vec<RevisionShape>,
    pagination_data: Pagination,
}

/// A revision with what it says.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisionView {
    #[serde(flatten)]
    revision: RevisionShape,
    /// What it says, as cleaned HTML.
    content: String,
}

struct Revision {
    number: i64,
    name: String,
    user: Option<i64>,
    user_name: Option<String>,
    created_at: Timestamp,
    is_current: bool,
}

from_row!(Revision {
    number,
    name,
    user: "user_id",
    user_name,
    created_at,
    is_current
});

/// Revisions as [`Revision`] reads them; what is said is read by itself.
fn revisions(article: i64) -> Select {
    let mut select = Select::new(
        "r.number, r.name, r.user_id, p.name AS user_name, r.created_at, r.number = a.revision AS is_current",
        "article_revision r JOIN article a ON a.id = r.article_id
         LEFT JOIN profile p ON p.user_id = r.user_id AND p.side = 'agent'",
    );
    select.and("r.article_id = ?", [article.into()]);
    select
}

pub(super) fn list(
    view: &View<'_>,
    PathId(id): PathId,
    Query(listing): Query<Listing<Revisions>>,
) -> Result<Json<RevisionList>> {
    store::by_id(view, id)?.or_not_found("article")?;
    let (rows, pagination_data) = listing.page::<Revision>(view, revisions(id))?;
    let calendar = company::calendar(view)?;
    Ok(Json(RevisionList {
        pagination_data,
        revisions: rows.into_iter().map(|row| shape(&calendar, row)).collect(),
    }))
}

fn shape(calendar: &Calendar, row: Revision) -> RevisionShape {
    RevisionShape {
        revision: row.number,
        name: row.name,
        user: row.user.map(|id| Named {
            id,
            name: row.user_name.unwrap_or_default(),
        }),
        created_at: calendar.date(row.created_at),
        is_current: row.is_current,
    }
}

pub(super) fn show(view: &View<'_>, PathIds(id, number): PathIds) -> Result<Json<RevisionView>> {
    store::by_id(view, id)?.or_not_found("article")?;
    let mut select = revisions(id);
    select.and("r.number = ?", [number.into()]);
    let row: Option<Revision> = view.select(&select)?.pop();
    let row = row.or_not_found("revision")?;
    let content = view.one(
        "SELECT clean FROM article_revision WHERE article_id = :article AND number = :number",
        named_params! { ":article": id, ":number": number },
    )?;
    Ok(Json(RevisionView {
        revision: shape(&company::calendar(view)?, row),
        content,
    }))
}

answer_keys!(
    /// An article that says again what it said.
    pub(super) RevisionRestored { "message": String, "id": i64, "revision": i64 }
);

/// What a revision says becomes the newest one: nothing that was said since is lost.
pub(super) fn restore(
    change: &mut Change<'_>,
    PathIds(id, number): PathIds,
) -> Result<MessageReply<RevisionRestored>> {
    let before = store::by_id(change.view(), id)?.or_not_found("article")?;
    let (name, content) = store::text(change.view(), id, number)?.or_not_found("revision")?;
    store::revise(change, id, &name, &content)?;
    store::touch(change, id)?;
    MessageReply::new("article.restored")
        .with("id", id)?
        .with("revision", before.revision + 1)
}
