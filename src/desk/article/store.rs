//! Rows of `article`, of its revisions and of its tags.

use std::collections::HashMap;

use super::Status;
use crate::base::db::{Change, View, from_row, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::html::{CLEANER, RichText};
use crate::base::job::{Progress, Slice};
use crate::base::time::Timestamp;
use crate::desk::tag::{self, TagShape};
use crate::desk::{article_visibility, category};

/// An article as lists show it.
pub(super) struct Article {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) status: Status,
    pub(super) sort_order: i64,
    pub(super) category: i64,
    pub(super) category_name: String,
    pub(super) folder: i64,
    pub(super) folder_name: String,
    pub(super) author: Option<i64>,
    pub(super) author_name: Option<String>,
    /// The number of its newest revision.
    pub(super) revision: i64,
    /// Moves with every write.
    pub(super) version: i64,
    /// The beginning of its words.
    pub(super) beginning: String,
    pub(super) views: i64,
    pub(super) helpful: i64,
    pub(super) unhelpful: i64,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

from_row!(Article {
    id,
    name,
    status,
    sort_order,
    category: "category_id",
    category_name,
    folder: "folder_id",
    folder_name,
    author: "user_id",
    author_name,
    revision,
    version,
    beginning,
    views,
    helpful,
    unhelpful,
    created_at,
    updated_at
});

/// The articles with these ids, in their order, as far as the viewer reads them.
pub(super) fn by_ids(view: &View<'_>, ids: &[i64]) -> Result<Vec<Article>> {
    let sql = format!(
        "SELECT a.id, a.name, a.status, a.sort_order, a.category_id, c.name AS category_name,
             s.id AS folder_id, s.name AS folder_name, a.user_id, p.name AS author_name,
             a.revision, a.version, ifnull(substr(w.text, 1, 400), '') AS beginning,
             a.views, a.helpful, a.unhelpful, a.created_at, a.updated_at
         FROM article a
         JOIN category c ON c.id = a.category_id
         JOIN folder s ON s.id = c.folder_id
         LEFT JOIN article_text w ON w.article_id = a.id
         LEFT JOIN profile p ON p.user_id = a.user_id AND p.side = 'agent'
         WHERE a.id IN (SELECT value FROM json_each(:ids)) AND {}",
        article_visibility::of(view.who()).articles()
    );
    let mut rows: Vec<Article> = view.all(&sql, named_params! { ":ids": id_list(ids) })?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// The article with this id, if the viewer reads it.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<Article>> {
    Ok(by_ids(view, &[id])?.pop())
}

/// What an article says, as readers are served it.
pub(super) fn content(view: &View<'_>, id: i64) -> Result<String> {
    view.one(
        "SELECT r.clean FROM article a JOIN article_revision r ON r.article_id = a.id AND r.number = a.revision
         WHERE a.id = :id",
        named_params! { ":id": id },
    )
}

/// Name and text of a revision; the text is read anew, for the cleaner may have learned
/// something since.
pub(super) fn text(view: &View<'_>, id: i64, revision: i64) -> Result<Option<(String, RichText)>> {
    let found: Option<(String, String)> = view.maybe(
        "SELECT name, ifnull(raw, clean) FROM article_revision
         WHERE article_id = :id AND number = :revision",
        named_params! { ":id": id, ":revision": revision },
    )?;
    Ok(found.and_then(|(name, text)| Some((name, RichText::read(&text)?))))
}

/// What a new article begins with.
#[derive(Debug, Clone)]
pub struct NewArticle<'a> {
    /// The category that it is in.
    pub category: i64,
    /// Its name.
    pub name: &'a str,
    /// What it says.
    pub content: &'a RichText,
    /// Whether it is ready.
    pub status: Status,
    /// Its place; the last without one.
    pub sort_order: Option<i64>,
}

/// Makes an article; answers its id.
pub fn create(change: &mut Change<'_>, new: &NewArticle<'_>) -> Result<i64> {
    refuse_unknown_category(change.view(), new.category)?;
    let (user, now) = (change.who().id, change.now());
    let id = change.insert(
        "INSERT INTO article (category_id, name, name_key, status, sort_order, user_id, created_at, updated_at)
         SELECT :category, :name, name_key(:name), :status,
             coalesce(:sort_order, (SELECT min(max(sort_order), :last - 1) + 1 FROM article WHERE category_id = :category), 1),
             nullif(:user, 0), :now, :now",
        named_params! {
            ":category": new.category, ":name": new.name, ":status": new.status,
            ":sort_order": new.sort_order, ":last": i64::MAX, ":user": user, ":now": now,
        },
    )?;
    revise(change, id, new.name, new.content)?;
    Ok(id)
}

/// Gives an article another text: a new revision, by whoever changes it.
pub(super) fn revise(
    change: &mut Change<'_>,
    id: i64,
    name: &str,
    content: &RichText,
) -> Result<()> {
    let (user, now) = (change.who().id, change.now());
    change.run(
        "UPDATE article SET name = :name, name_key = name_key(:name), revision = revision + 1 WHERE id = :id",
        named_params! { ":id": id, ":name": name },
    )?;
    change.run(
        "INSERT INTO article_revision (article_id, number, name, user_id, created_at, raw, clean, cleaner)
         SELECT id, revision, name, nullif(:user, 0), :now, :raw, :clean, :cleaner FROM article WHERE id = :id",
        named_params! {
            ":id": id, ":user": user, ":now": now, ":raw": content.raw, ":clean": content.clean,
            ":cleaner": CLEANER,
        },
    )?;
    change.run(
        "INSERT INTO article_text (article_id, text) VALUES (:id, :text)
         ON CONFLICT DO UPDATE SET text = excluded.text",
        named_params! { ":id": id, ":text": content.text },
    )?;
    Ok(())
}

/// Moves the version of an article and the time of its last change.
pub(super) fn touch(change: &mut Change<'_>, id: i64) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE article SET version = version + 1, updated_at = :now WHERE id = :id",
        named_params! { ":id": id, ":now": now },
    )?;
    Ok(())
}

/// 400 where there is no such category.
pub(super) fn refuse_unknown_category(view: &View<'_>, category: i64) -> Result<()> {
    if category::is_there(view, category)? {
        return Ok(());
    }
    let message = Message::new("article.unknown_category").with("id", category);
    Err(Error::invalid("category", message))
}

/// The tags of each of these articles, by name.
pub(super) fn tags(view: &View<'_>, articles: &[i64]) -> Result<HashMap<i64, Vec<TagShape>>> {
    let rows: Vec<(i64, i64, String)> = view.all(
        "SELECT l.article_id, tag.id, tag.name
         FROM article_tag l INDEXED BY article_tag_of_article JOIN tag ON tag.id = l.tag_id
         WHERE l.article_id IN (SELECT value FROM json_each(:articles)) ORDER BY tag.name_key",
        named_params! { ":articles": id_list(articles) },
    )?;
    let mut tags: HashMap<i64, Vec<TagShape>> = HashMap::new();
    for (article, id, name) in rows {
        tags.entry(article).or_default().push(TagShape { id, name });
    }
    Ok(tags)
}

/// Puts the tag of this name on an article, made where there is none; answers its id.
pub fn add_tag(change: &mut Change<'_>, article: i64, name: &str) -> Result<i64> {
    let tag = tag::ensure(change, name)?;
    let added = change.run(
        "INSERT INTO article_tag (article_id, tag_id) VALUES (:article, :tag) ON CONFLICT DO NOTHING",
        named_params! { ":article": article, ":tag": tag.id },
    )?;
    if added > 0 {
        touch(change, article)?;
    }
    Ok(tag.id)
}

/// Takes a tag off an article; whether it was on it.
pub(super) fn remove_tag(change: &mut Change<'_>, article: i64, tag: i64) -> Result<bool> {
    let removed = change.run(
        "DELETE FROM article_tag WHERE article_id = :article AND tag_id = :tag",
        named_params! { ":article": article, ":tag": tag },
    )?;
    if removed > 0 {
        touch(change, article)?;
    }
    Ok(removed > 0)
}

/// Takes a deleted tag off the articles that have it, as many as the slice takes.
pub fn take_off_tag(change: &mut Change<'_>, tag: i64, slice: &mut Slice) -> Result<Progress> {
    for article in with_tag(change.view(), tag, 0, slice)? {
        if !slice.take() {
            return Ok(Progress::Left(()));
        }
        remove_tag(change, article, tag)?;
    }
    Ok(Progress::Done)
}

/// Writes anew how the articles are found that have a tag, from one on, as many as the slice
/// takes; answers up to which it came.
pub fn reindex_tag(
    change: &mut Change<'_>,
    tag: i64,
    after: i64,
    slice: &mut Slice,
) -> Result<Progress<i64>> {
    let mut last = after;
    for article in with_tag(change.view(), tag, after, slice)? {
        if !slice.take() {
            return Ok(Progress::Left(last));
        }
        for sql in [
            "DELETE FROM article_search WHERE rowid = :article",
            "INSERT INTO article_search (rowid, name, text, tags)
             SELECT id, name, text, tags FROM article_words WHERE id = :article",
        ] {
            change.run(sql, named_params! { ":article": article })?;
        }
        last = article;
    }
    Ok(Progress::Done)
}

fn with_tag(view: &View<'_>, tag: i64, after: i64, slice: &Slice) -> Result<Vec<i64>> {
    view.all(
        "SELECT article_id FROM article_tag WHERE tag_id = :tag AND article_id > :after
         ORDER BY article_id LIMIT :rows",
        named_params! { ":tag": tag, ":after": after, ":rows": slice.rows() },
    )
}
