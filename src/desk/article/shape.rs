//! Articles as the API shows them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::feedback;
use super::store::{self, Article};
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::html;
use crate::base::page::Pagination;
use crate::base::time::PhpDate;
use crate::desk::company::{self, Calendar};
use crate::desk::tag::TagShape;
use crate::web::version::Version;

/// How much of its text a list shows of an article, in characters.
const EXCERPT: usize = 200;

/// An article in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ArticleItem {
    id: i64,
    name: String,
    /// The name as a part of an address.
    slug: String,
    /// draft or published.
    status: String,
    category: Named,
    solution: Named,
    /// The agent who wrote it; null for the desk itself.
    author: Option<Named>,
    tags: Vec<TagShape>,
    /// The beginning of its text.
    excerpt: String,
    /// Its place within the category.
    sort_order: i64,
    /// How often customers have opened it.
    views: i64,
    /// How many people it helped.
    helpful: i64,
    /// How many people it did not help.
    unhelpful: i64,
    created_at: PhpDate,
    updated_at: PhpDate,
}

/// Something by its id and its name.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Named {
    pub(super) id: i64,
    pub(super) name: String,
}

/// A page of articles.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ArticleList {
    pub(super) articles: Vec<ArticleItem>,
    pub(super) pagination_data: Pagination,
}

/// An article with what it says.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ArticleView {
    #[serde(flatten)]
    item: ArticleItem,
    /// What it says, as cleaned HTML.
    content: String,
    /// What the caller said of it: whether it helped; null where nothing.
    feedback: Option<bool>,
}

/// The articles with these ids, in their order, as far as the viewer reads them.
pub(super) fn items(view: &View<'_>, ids: &[i64]) -> Result<Vec<ArticleItem>> {
    let calendar = company::calendar(view)?;
    let mut tags = store::tags(view, ids)?;
    let articles = store::by_ids(view, ids)?.into_iter();
    Ok(articles
        .map(|article| item(&calendar, article, &mut tags))
        .collect())
}

fn item(
    calendar: &Calendar,
    article: Article,
    tags: &mut HashMap<i64, Vec<TagShape>>,
) -> ArticleItem {
    let author = article.author.map(|id| Named {
        id,
        name: article.author_name.unwrap_or_default(),
    });
    ArticleItem {
        id: article.id,
        slug: slug(&article.name, article.id),
        name: article.name,
        status: article.status.code().to_owned(),
        category: Named {
            id: article.category,
            name: article.category_name,
        },
        solution: Named {
            id: article.folder,
            name: article.folder_name,
        },
        author,
        tags: tags.remove(&article.id).unwrap_or_default(),
        excerpt: html::excerpt(&article.beginning, EXCERPT),
        sort_order: article.sort_order,
        views: article.views,
        helpful: article.helpful,
        unhelpful: article.unhelpful,
        created_at: calendar.date(article.created_at),
        updated_at: calendar.date(article.updated_at),
    }
}

/// An article with what it says.
pub(super) fn whole(view: &View<'_>, article: Article) -> Result<ArticleView> {
    let id = article.id;
    let mut tags = store::tags(view, &[id])?;
    Ok(ArticleView {
        item: item(&company::calendar(view)?, article, &mut tags),
        content: store::content(view, id)?,
        feedback: feedback::of_viewer(view, id)?,
    })
}

/// The version of the article that a path names. It moves with all that the viewer is
/// shown, names of other rooms too, but not with readings and with what others say:
/// whoever edits an article must not lose against everybody who opens it.
pub(super) fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    let id = numbers.first().copied().unwrap_or_default();
    let Some(article) = store::by_id(view, id)? else {
        return Ok(None);
    };
    let changes = article.version;
    let mut shown = whole(view, article)?;
    (shown.item.views, shown.item.helpful, shown.item.unhelpful) = (0, 0, 0);
    Version::shown(&(changes, shown)).map(Some)
}

/// A name as a part of an address: its letters and digits, small, with a dash for all that
/// stands between them, and the article's id, so that each has one of its own.
fn slug(name: &str, id: i64) -> String {
    let (lower, id) = (name.to_lowercase(), id.to_string());
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words = words.filter(|word| !word.is_empty());
    let words: Vec<&str> = words.chain([id.as_str()]).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_slug_has_the_words_of_a_name() {
        for (name, want) in [
            ("How do I return a kettle?", "how-do-i-return-a-kettle-7"),
            ("  3 Tage -- später ", "3-tage-später-7"),
            ("../../etc/passwd", "etc-passwd-7"),
            ("?!", "7"),
        ] {
            assert_eq!(slug(name, 7), want, "{name}");
        }
    }

    proptest! {
        #[test]
        fn nothing_in_a_slug_means_something_in_an_address(name in "\\PC{0,40}") {
            let slug = slug(&name, 7);
            prop_assert!(slug.chars().all(|letter| letter.is_alphanumeric() || letter == '-'), "{slug}");
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"), "{slug}");
        }
    }
}
