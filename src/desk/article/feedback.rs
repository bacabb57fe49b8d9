//! Whether an article helped: a voice for each person who reads it, which they may change
//! or take back.

use schemars::JsonSchema;
use serde::Deserialize;

use super::store;
use crate::base::db::{Change, View, named_params};
use crate::base::error::{OrNotFound, Result};
use crate::base::input::Flag;
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId};
use crate::web::reply::MessageReply;

/// What somebody says of an article.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Feedback {
    /// 1 it helped, 0 it did not.
    helpful: Flag,
}

impl Checked for Feedback {}

answer_keys!(
    /// What everybody says of an article by now.
    pub(super) FeedbackCounted { "message": String, "helpful": i64, "unhelpful": i64 }
);

pub(super) fn give(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(voice): Body<Feedback>,
) -> Result<MessageReply<FeedbackCounted>> {
    store::by_id(change.view(), id)?.or_not_found("article")?;
    let (user, now) = (change.who().id, change.now());
    change.run(
        "INSERT INTO article_feedback (article_id, user_id, is_helpful, given_at)
         VALUES (:article, :user, :is_helpful, :now)
         ON CONFLICT DO UPDATE SET is_helpful = excluded.is_helpful, given_at = excluded.given_at",
        named_params! {
            ":article": id, ":user": user, ":is_helpful": voice.helpful.get(), ":now": now,
        },
    )?;
    counted(
        change.view(),
        id,
        MessageReply::new("article.feedback_saved"),
    )
}

pub(super) fn withdraw(
    change: &mut Change<'_>,
    PathId(id): PathId,
) -> Result<MessageReply<FeedbackCounted>> {
    store::by_id(change.view(), id)?.or_not_found("article")?;
    let user = change.who().id;
    change.run(
        "DELETE FROM article_feedback WHERE article_id = :article AND user_id = :user",
        named_params! { ":article": id, ":user": user },
    )?;
    counted(
        change.view(),
        id,
        MessageReply::new("article.feedback_removed"),
    )
}

/// What is said, with what everybody says by now.
fn counted<K>(view: &View<'_>, article: i64, said: MessageReply<K>) -> Result<MessageReply<K>> {
    let article = store::by_id(view, article)?.or_not_found("article")?;
    said.with("helpful", article.helpful)?
        .with("unhelpful", article.unhelpful)
}

/// What the viewer said of an article.
pub(super) fn of_viewer(view: &View<'_>, article: i64) -> Result<Option<bool>> {
    view.maybe(
        "SELECT is_helpful FROM article_feedback WHERE article_id = :article AND user_id = :user",
        named_params! { ":article": article, ":user": view.who().id },
    )
    .map(Option::flatten)
}
