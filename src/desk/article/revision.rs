//! What an article has said before, and bringing it back. Agents alone read it, for an old
//! text may never have been public.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::shape::Named;
use super::store;
use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::{OrNotFound, Result};
use crate::base::input::{Optional, Text};
use crate::base::page::{Pagination, pagination};
use crate::base::time::{PhpDate, Timestamp};
use crate::desk::company::{self, Calendar};
use crate::web::extract::{Checked, PathId, PathIds, Query};
use crate::web::listing;
use crate::web::reply::{Json, MessageReply};

/// The page of revisions that is asked for.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct RevisionQuery {
    /// The page, from 1.
    page: Optional<Text>,
    /// Revisions a page, 1 to 100; 10 without it.
    limit: Optional<Text>,
}

impl Checked for RevisionQuery {}

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

/// Every column that [`Revision`] reads, and where from; what is said is read by itself.
const REVISIONS: &str = "SELECT r.number, r.name, r.user_id, p.name AS user_name, r.created_at,
        r.number = a.revision AS is_current
    FROM article_revision r
    JOIN article a ON a.id = r.article_id
    LEFT JOIN profile p ON p.user_id = r.user_id AND p.side = 'agent'";

pub(super) fn list(
    view: &View<'_>,
    PathId(id): PathId,
    Query(query): Query<RevisionQuery>,
) -> Result<Json<RevisionList>> {
    store::by_id(view, id)?.or_not_found("article")?;
    let page = listing::page(&query.page, &query.limit, 10);
    let rows: Vec<Revision> = view.all(
        &format!(
            "{REVISIONS} WHERE r.article_id = :article ORDER BY r.number DESC LIMIT :limit OFFSET :offset"
        ),
        named_params! { ":article": id, ":limit": page.limit(), ":offset": page.offset() },
    )?;
    // Revisions are numbered from 1 and none is ever removed.
    let total: i64 = view.one(
        "SELECT revision FROM article WHERE id = :article",
        named_params! { ":article": id },
    )?;
    let calendar = company::calendar(view)?;
    Ok(Json(RevisionList {
        pagination_data: pagination(page, total, rows.len(), "#page/replacePage"),
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
    let row: Option<Revision> = view.maybe(
        &format!("{REVISIONS} WHERE r.article_id = :article AND r.number = :number"),
        named_params! { ":article": id, ":number": number },
    )?;
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

/// What a revision says becomes the newest one: nothing that was said since is lost.
pub(super) fn restore(
    change: &mut Change<'_>,
    PathIds(id, number): PathIds,
) -> Result<MessageReply> {
    let before = store::by_id(change.view(), id)?.or_not_found("article")?;
    let (name, content) = store::text(change.view(), id, number)?.or_not_found("revision")?;
    store::revise(change, id, &name, &content)?;
    store::touch(change, id)?;
    MessageReply::new("article.restored")
        .with("id", id)?
        .with("revision", before.revision + 1)
}
