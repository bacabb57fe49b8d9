//! Rows of `folder` and `folder_image`, and what forbids to delete them.

use super::Visibility;
use super::shape::CategoryBrief;
use crate::base::db::{Change, Select, View, from_row, named_params};
use crate::base::error::{Error, Message, Result};
use crate::desk::article_visibility::{self, ArticleVisibility};
use crate::desk::usage::{self, Use};
use crate::web::input::StoredFile;

/// A folder with what its lists show of it.
pub(super) struct Folder {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) visibility: Visibility,
    pub(super) has_image: bool,
    pub(super) categories: i64,
    pub(super) articles: i64,
}

from_row!(Folder {
    id,
    name,
    description,
    visibility,
    has_image,
    categories,
    articles
});

/// Every column that [`Folder`] reads, of a table called `s`. Articles are summed over the
/// counts of the categories.
pub(super) fn columns(article_visibility: ArticleVisibility) -> &'static str {
    match article_visibility {
        ArticleVisibility::Whole => {
            "s.id, s.name, s.description, s.visibility,
             EXISTS (SELECT 1 FROM folder_image i WHERE i.folder_id = s.id) AS has_image,
             (SELECT count(*) FROM category c WHERE c.folder_id = s.id) AS categories,
             (SELECT ifnull(sum(c.drafts + c.published), 0) FROM category c WHERE c.folder_id = s.id) AS articles"
        }
        ArticleVisibility::Public => {
            "s.id, s.name, s.description, s.visibility,
             EXISTS (SELECT 1 FROM folder_image i WHERE i.folder_id = s.id) AS has_image,
             (SELECT count(*) FROM category c WHERE c.folder_id = s.id) AS categories,
             (SELECT ifnull(sum(c.published), 0) FROM category c WHERE c.folder_id = s.id) AS articles"
        }
    }
}

/// The folder with this id, if the viewer reads it.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<Folder>> {
    let article_visibility = article_visibility::of(view.who());
    let mut select = Select::new(columns(article_visibility), "folder s");
    select.and("s.id = ?", [id.into()]);
    select.and(article_visibility.folders(), []);
    Ok(view.select(&select)?.pop())
}

/// Whether the viewer reads a folder of this id.
pub fn is_there(view: &View<'_>, id: i64) -> Result<bool> {
    Ok(by_id(view, id)?.is_some())
}

/// The first hundred categories of a folder, for whoever reads the folder.
pub(super) fn categories(view: &View<'_>, folder: i64) -> Result<Vec<CategoryBrief>> {
    let sql = format!(
        "SELECT c.id, c.name, c.description, c.sort_order, {} AS articles FROM category c
         WHERE c.folder_id = :folder ORDER BY c.sort_order, c.id LIMIT 100",
        article_visibility::of(view.who()).counted()
    );
    view.all(&sql, named_params! { ":folder": folder })
}

/// What a new folder begins with.
#[derive(Debug, Clone)]
pub struct NewFolder<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it holds.
    pub description: Option<&'a str>,
    /// Who may read it.
    pub visibility: Visibility,
}

/// Makes a folder; answers its id.
pub fn create(change: &mut Change<'_>, new: &NewFolder<'_>) -> Result<i64> {
    refuse_taken_name(change.view(), new.name, 0)?;
    let now = change.now();
    change.insert(
        "INSERT INTO folder (name, name_key, description, visibility, created_at, updated_at)
         VALUES (:name, name_key(:name), :description, :visibility, :now, :now)",
        named_params! {
            ":name": new.name, ":description": new.description, ":visibility": new.visibility, ":now": now,
        },
    )
}

/// Gives a folder an image, in place of any that it has; unnamed bytes are swept in time.
pub(super) fn set_image(change: &mut Change<'_>, folder: i64, image: &StoredFile) -> Result<()> {
    change.run(
        "INSERT INTO folder_image (folder_id, name, content_type, size, hash)
         VALUES (:folder, :name, :content_type, :size, :hash)
         ON CONFLICT (folder_id) DO UPDATE SET name = excluded.name,
             content_type = excluded.content_type, size = excluded.size, hash = excluded.hash",
        named_params! {
            ":folder": folder, ":name": image.name, ":content_type": image.content_type,
            ":size": image.size, ":hash": image.hash,
        },
    )?;
    Ok(())
}

/// Takes the image off a folder.
pub(super) fn drop_image(change: &mut Change<'_>, folder: i64) -> Result<()> {
    change.run(
        "DELETE FROM folder_image WHERE folder_id = :folder",
        named_params! { ":folder": folder },
    )?;
    Ok(())
}

/// An image as it is stored.
pub(super) struct StoredImage {
    pub(super) name: String,
    pub(super) content_type: String,
    pub(super) hash: String,
}

from_row!(StoredImage {
    name,
    content_type,
    hash
});

/// The image of a folder, for whoever reads the folder.
pub(super) fn image(view: &View<'_>, folder: i64) -> Result<Option<StoredImage>> {
    view.maybe(
        "SELECT name, content_type, hash FROM folder_image WHERE folder_id = :folder",
        named_params! { ":folder": folder },
    )
}

/// 409 where another folder has this name.
pub(super) fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM folder WHERE name_key = name_key(:name) AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("solution.name_taken").with("name", name),
    ))
}

/// Where a folder can be in use, and what is said then.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM category WHERE folder_id = :id",
    "solution.has_categories",
)];

/// 409 with where the folder is in use.
pub(super) fn refuse_used(view: &View<'_>, folder: &Folder) -> Result<()> {
    usage::refuse_used(view, folder.id, &folder.name, &USES)
}
