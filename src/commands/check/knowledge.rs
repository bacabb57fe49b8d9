//! What the knowledge base keeps beside its articles, made again from what it follows from.

use super::{DERIVED, Fault, RESTORE};
use crate::base::db::View;
use crate::base::error::Result;

/// What to do where an article may be read by those whom it is not for.
const HIDE: &str = "make its folder private until this is reported and mended";

/// `is_public` of each article against its status and its folder.
pub(super) fn public_articles(view: &View<'_>) -> Result<Vec<Fault>> {
    let wrong: Vec<(i64, bool)> = view.all(
        "SELECT a.id, a.is_public FROM article a JOIN article_publicity s ON s.id = a.id
         WHERE a.is_public <> s.is_public",
        [],
    )?;
    let faults = wrong.into_iter().map(|(article, is_public)| {
        let place = format!("article {article}");
        if is_public {
            Fault::new(place, "is shown to everybody and must not be", HIDE)
        } else {
            Fault::new(place, "is public and shown to agents alone", DERIVED)
        }
    });
    Ok(faults.collect())
}

/// What categories count of articles, tags of articles and articles of feedback.
pub(super) fn counters(view: &View<'_>) -> Result<Vec<Fault>> {
    let mut faults = Vec::new();
    for (table, column, counted) in [
        (
            "category",
            "drafts",
            "(SELECT count(*) FROM article WHERE category_id = t.id AND status = 'draft')",
        ),
        (
            "category",
            "published",
            "(SELECT count(*) FROM article WHERE category_id = t.id AND status = 'published')",
        ),
        (
            "tag",
            "articles",
            "(SELECT count(*) FROM article_tag WHERE tag_id = t.id)",
        ),
        (
            "article",
            "helpful",
            "(SELECT count(*) FROM article_feedback WHERE article_id = t.id AND is_helpful = 1)",
        ),
        (
            "article",
            "unhelpful",
            "(SELECT count(*) FROM article_feedback WHERE article_id = t.id AND is_helpful = 0)",
        ),
    ] {
        let wrong: Vec<(i64, i64, i64)> = view.all(
            &format!(
                "SELECT t.id, t.{column}, {counted} AS counted FROM {table} t WHERE t.{column} <> counted"
            ),
            [],
        )?;
        faults.extend(wrong.into_iter().map(|(row, says, counted)| {
            let what = format!("{column} is {says} where {counted} are there");
            Fault::new(format!("{table} {row}"), what, DERIVED)
        }));
    }
    Ok(faults)
}

/// Every article has its revisions, from 1 to the one that it names, and its words.
pub(super) fn texts(view: &View<'_>) -> Result<Vec<Fault>> {
    let lacking: Vec<(i64, i64)> = view.all(
        "SELECT a.id, a.revision FROM article a
         WHERE a.revision < 1 OR a.revision <> (SELECT count(*) FROM article_revision r
             WHERE r.article_id = a.id AND r.number BETWEEN 1 AND a.revision)",
        [],
    )?;
    let wordless: Vec<i64> = view.all(
        "SELECT id FROM article WHERE id NOT IN (SELECT article_id FROM article_text)",
        [],
    )?;
    let lacking = lacking.into_iter().map(|(article, revision)| {
        let what = format!("lacks some of its {revision} revisions");
        Fault::new(format!("article {article}"), what, RESTORE)
    });
    let wordless = wordless.into_iter().map(|article| {
        let what = "lacks the words that the search finds";
        Fault::new(format!("article {article}"), what, DERIVED)
    });
    Ok(lacking.chain(wordless).collect())
}
