//! What the demo's knowledge base holds, as `assets/demo/knowledge.json` has it, and how it
//! comes to be: through the verbs of its rooms, by the agents who wrote it.

use serde::Deserialize;

use super::people::{Cast, Staff};
use crate::base::db::Change;
use crate::base::error::{Context, Error, OrNotFound, Result};
use crate::base::html::RichText;
use crate::base::who::Caller;
use crate::desk::article::{self, NewArticle, Status};
use crate::desk::category::{self, NewCategory};
use crate::desk::folder::{self, NewFolder, Visibility};

#[derive(Debug, Deserialize)]
struct Folder {
    name: String,
    description: String,
    visibility: String,
    categories: Vec<Category>,
}

#[derive(Debug, Deserialize)]
struct Category {
    name: String,
    articles: Vec<Article>,
}

#[derive(Debug, Deserialize)]
struct Article {
    name: String,
    /// The address of the agent who wrote it.
    author: String,
    #[serde(default)]
    tags: Vec<String>,
    status: Option<String>,
    content: String,
}

fn read() -> Result<Vec<Folder>> {
    serde_json::from_str(include_str!("../../../assets/demo/knowledge.json"))
        .context("reading the demo's knowledge base")
}

/// Writes all of it down.
pub(super) fn write(change: &mut Change<'_>, cast: &Cast, staff: &Staff) -> Result<()> {
    for folder in read()? {
        let visibility = Visibility::from_code(&folder.visibility).or_not_found("solution")?;
        let id = folder::create(
            change,
            &NewFolder {
                name: &folder.name,
                description: Some(&folder.description),
                visibility,
            },
        )?;
        for category in &folder.categories {
            let new = NewCategory {
                folder: id,
                name: &category.name,
                description: None,
                sort_order: None,
            };
            let id = category::insert(change, &new)?;
            for article in &category.articles {
                let author = author(cast, staff, &article.author)?;
                change.on_behalf_of(author, |change| write_article(change, id, article))?;
            }
        }
    }
    Ok(())
}

fn author<'a>(cast: &Cast, staff: &'a Staff, email: &str) -> Result<&'a Caller> {
    let at = cast.agents.iter().position(|agent| agent.email == email);
    at.and_then(|at| staff.callers.get(at))
        .or_not_found("agent")
}

fn write_article(change: &mut Change<'_>, category: i64, article: &Article) -> Result<()> {
    let content = RichText::read(&article.content)
        .ok_or_else(|| Error::internal("an article of the demo is blank"))?;
    let status = match &article.status {
        Some(code) => Status::from_code(code).or_not_found("article")?,
        None => Status::Published,
    };
    let id = article::create(
        change,
        &NewArticle {
            category,
            name: &article.name,
            content: &content,
            status,
            sort_order: None,
        },
    )?;
    for tag in &article.tags {
        article::add_tag(change, id, tag)?;
    }
    Ok(())
}
