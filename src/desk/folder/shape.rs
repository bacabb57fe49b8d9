//! Folders as the API shows them.

use schemars::JsonSchema;
use serde::Serialize;

use super::store::{self, Folder};
use crate::base::db::{FromRow, Row, View};
use crate::base::error::Result;
use crate::base::page::Pagination;

/// A folder.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FolderShape {
    id: i64,
    name: String,
    description: Option<String>,
    /// public or private.
    visibility: String,
    /// Where its image is, to be fetched with a token; empty without one.
    solution_image: String,
    /// Its categories, as text.
    categories_count: String,
    /// The first 100 of its categories, in their order; all are in `/api/categories.json?solution=`.
    categories: Vec<CategoryBrief>,
    /// The articles in it that the caller may read, as text.
    article_count: String,
}

/// A page of folders.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct FolderList {
    pub(super) results: Vec<FolderShape>,
    pub(super) pagination_data: Pagination,
}

/// A category of a folder.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CategoryBrief {
    id: i64,
    name: String,
    description: Option<String>,
    sort_order: i64,
    /// The articles in it that the caller may read, as text.
    article_count: String,
}

impl FromRow for CategoryBrief {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            sort_order: row.get("sort_order")?,
            article_count: row.get::<_, i64>("articles")?.to_string(),
        })
    }
}

/// Where the image of a folder is, if it has one.
pub(super) fn image_address(view: &View<'_>, folder: &Folder) -> Option<String> {
    let address = format!("{}/api/solution/{}/image.json", view.base_url(), folder.id);
    folder.has_image.then_some(address)
}

/// A folder with its categories.
pub(super) fn folder(view: &View<'_>, folder: Folder) -> Result<FolderShape> {
    let solution_image = image_address(view, &folder).unwrap_or_default();
    Ok(FolderShape {
        id: folder.id,
        name: folder.name,
        description: folder.description,
        visibility: folder.visibility.code().to_owned(),
        solution_image,
        categories_count: folder.categories.to_string(),
        categories: store::categories(view, folder.id)?,
        article_count: folder.articles.to_string(),
    })
}
