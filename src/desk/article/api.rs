//! The handlers of articles themselves.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Status;
use super::list::{self, ArticleQuery, Articles};
use super::shape::{self, ArticleList, ArticleView};
use super::store::{self, NewArticle};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Faults, OrNotFound, Result};
use crate::base::html;
use crate::base::input::{Id, Int, Line, Optional, Patch, Text};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::Listing;
use crate::web::reply::{Json, MessageReply};

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<ArticleQuery>,
    Query(listing): Query<Listing<Articles>>,
) -> Result<Json<ArticleList>> {
    let found = list::page(view, &query, &listing)?;
    let articles = shape::items(view, &found.ids)?;
    Ok(Json(ArticleList {
        pagination_data: listing.pagination(found.total, articles.len()),
        articles,
    }))
}

/// A new article.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NewArticleBody {
    /// Id of the category that it is in.
    category: Id,
    /// Name of the article.
    name: Line<255, 1>,
    /// What it says, as HTML or plain text.
    content: html::RichText,
    /// draft (0) or published (1); draft without it.
    #[serde(default)]
    status: Optional<Text>,
    /// Its place within the category, the least first; without it the last.
    #[serde(default)]
    sort_order: Optional<Int>,
}

impl Checked for NewArticleBody {
    fn check(&self, faults: &mut Faults) {
        if let Some(status) = self.status.as_ref() {
            Status::check(status.as_str(), faults);
        }
    }
}

answer_keys!(
    /// A new article.
    pub(super) ArticleMade { "message": String, "id": i64, "article": ArticleView }
);

pub(super) fn create(
    change: &mut Change<'_>,
    Body(new): Body<NewArticleBody>,
) -> Result<MessageReply<ArticleMade>> {
    let id = store::create(
        change,
        &NewArticle {
            category: new.category.get(),
            name: new.name.as_str(),
            content: &new.content,
            status: Status::of(&new.status).unwrap_or(Status::Draft),
            sort_order: new.sort_order.get().map(Int::get),
        },
    )?;
    MessageReply::new("article.created")
        .with("id", id)?
        .with("article", whole(change.view(), id)?)
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<ArticleView>> {
    let shown = whole(view, id)?;
    if view.who().is_customer() {
        view.mark(move |change| {
            change.run(
                "UPDATE article SET views = views + 1 WHERE id = :id",
                named_params! { ":id": id },
            )?;
            Ok(())
        });
    }
    Ok(Json(shown))
}

fn whole(view: &View<'_>, id: i64) -> Result<ArticleView> {
    let article = store::by_id(view, id)?.or_not_found("article")?;
    shape::whole(view, article)
}

/// What an article becomes; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EditedArticle {
    /// Id of the category that it moves to.
    #[serde(default)]
    category: Patch<Id>,
    /// New name of the article.
    #[serde(default)]
    name: Patch<Line<255, 1>>,
    /// What it says, as HTML or plain text. Another text or name is a new revision.
    #[serde(default)]
    content: Patch<html::RichText>,
    /// draft (0) or published (1).
    #[serde(default)]
    status: Optional<Text>,
    /// Its new place within the category.
    #[serde(default)]
    sort_order: Optional<Int>,
}

impl Checked for EditedArticle {
    fn check(&self, faults: &mut Faults) {
        if let Some(status) = self.status.as_ref() {
            Status::check(status.as_str(), faults);
        }
        for (field, is_emptied) in [
            ("category", matches!(self.category, Patch::Empty)),
            ("name", matches!(self.name, Patch::Empty)),
            ("content", matches!(self.content, Patch::Empty)),
        ] {
            if is_emptied {
                faults.add(field, "input.required");
            }
        }
    }
}

answer_keys!(
    /// An article that was changed.
    pub(super) ArticleChanged { "message": String, "article": ArticleView }
);

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedArticle>,
) -> Result<MessageReply<ArticleChanged>> {
    let before = store::by_id(change.view(), id)?.or_not_found("article")?;
    let category = edited
        .category
        .as_ref()
        .map_or(before.category, |id| id.get());
    store::refuse_unknown_category(change.view(), category)?;
    let status = Status::of(&edited.status).unwrap_or(before.status);
    let sort_order = edited.sort_order.get().map_or(before.sort_order, Int::get);
    change.run(
        "UPDATE article SET category_id = :category, status = :status, sort_order = :sort_order WHERE id = :id",
        named_params! {
            ":id": id, ":category": category, ":status": status, ":sort_order": sort_order,
        },
    )?;
    let (_, said) = store::text(change.view(), id, before.revision)?.or_not_found("article")?;
    let is_renamed = edited
        .name
        .as_ref()
        .is_some_and(|name| name.as_str() != before.name);
    let name = edited.name.value().map_or(before.name, Line::into_string);
    let content = edited.content.value();
    if is_renamed
        || content
            .as_ref()
            .is_some_and(|content| content.clean != said.clean)
    {
        store::revise(change, id, &name, &content.unwrap_or(said))?;
    }
    store::touch(change, id)?;
    MessageReply::new("article.updated").with("article", whole(change.view(), id)?)
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    store::by_id(change.view(), id)?.or_not_found("article")?;
    change.run(
        "DELETE FROM article WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("article.removed"))
}
