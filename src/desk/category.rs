//! Categories: what the articles of a folder are sorted into.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::{Holds, SignedIn};
use crate::base::db::{Change, FromRow, Row, Select, View, id_list, named_params};
use crate::base::error::{Error, Faults, Message, OrNotFound, Result};
use crate::base::input::{Id, Ids, Int, Line, Optional, Patch, Text};
use crate::base::page::Pagination;
use crate::base::who::Privilege::ManageKnowledgebase;
use crate::desk::article_visibility::{self, ArticleVisibility};
use crate::desk::folder;
use crate::desk::usage::{self, Use};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageKnowledgebase);
    vec![
        get("/categories", SignedIn, "List categories", list),
        post("/categories", manage, "Create a category", create),
        get("/category/{id}", SignedIn, "Show a category", show),
        put("/category/{id}", manage, "Change a category", edit),
        delete("/category/{id}", manage, "Delete a category", remove),
    ]
}

/// The list of categories.
#[derive(Debug, Clone)]
struct Categories;

impl Listed for Categories {
    const LIST: &'static List = &List {
        id: "c.id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::ascending(&["name"], &["c.name_key"]),
            Sort::ascending(&["sortOrder"], &["c.sort_order"]),
            Sort::descending(&["createdAt"], &["c.created_at"]),
            Sort::descending(&["updatedAt"], &["c.updated_at"]),
        ],
        size: 10,
        searched: "Words of the name.",
    };
}

fn list(
    view: &View<'_>,
    Query(query): Query<CategoryQuery>,
    Query(listing): Query<Listing<Categories>>,
) -> Result<Json<CategoryList>> {
    let article_visibility = article_visibility::of(view.who());
    let mut select = Select::new(columns(article_visibility), SOURCE);
    select.and(article_visibility.folders(), []);
    if let Some(folders) = query.solution.entries() {
        select.and(
            "c.folder_id IN (SELECT value FROM json_each(?))",
            [id_list(folders)],
        );
    }
    listing.find_in(&mut select, "c.name_key");
    let (categories, pagination_data) = listing.page(view, select)?;
    Ok(Json(CategoryList {
        categories,
        pagination_data,
    }))
}

answer_keys!(
    /// A new category.
    CategoryMade { "message": String, "id": i64, "category": CategoryShape }
);

fn create(
    change: &mut Change<'_>,
    Body(new): Body<NewCategoryBody>,
) -> Result<MessageReply<CategoryMade>> {
    let id = insert(
        change,
        &NewCategory {
            folder: new.solution.get(),
            name: new.name.as_str(),
            description: new.description.as_ref().map(Text::as_str),
            sort_order: new.sort_order.get().map(Int::get),
        },
    )?;
    MessageReply::new("category.created").with("id", id)?.with(
        "category",
        by_id(change.view(), id)?.or_not_found("category")?,
    )
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<CategoryShape>> {
    by_id(view, id)?.or_not_found("category").map(Json)
}

answer_keys!(
    /// A category that was changed.
    CategoryChanged { "message": String, "category": CategoryShape }
);

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedCategory>,
) -> Result<MessageReply<CategoryChanged>> {
    let before = by_id(change.view(), id)?.or_not_found("category")?;
    let folder = edited
        .solution
        .as_ref()
        .map_or(before.solution.id, |id| id.get());
    let name = edited.name.value().map_or(before.name, Line::into_string);
    let description = match edited.description {
        Patch::Absent => before.description,
        given => given.value().map(Text::into_string),
    };
    let sort_order = edited.sort_order.get().map_or(before.sort_order, Int::get);
    refuse_unknown_folder(change.view(), folder)?;
    refuse_taken_name(change.view(), (folder, &name), id)?;
    let now = change.now();
    change.run(
        "UPDATE category SET folder_id = :folder, name = :name, name_key = name_key(:name), description = :description,
             sort_order = :sort_order, updated_at = :now
         WHERE id = :id",
        named_params! {
            ":id": id, ":folder": folder, ":name": name, ":description": description,
            ":sort_order": sort_order, ":now": now,
        },
    )?;
    MessageReply::new("category.updated").with(
        "category",
        by_id(change.view(), id)?.or_not_found("category")?,
    )
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let category = by_id(change.view(), id)?.or_not_found("category")?;
    usage::refuse_used(change.view(), id, &category.name, &USES)?;
    change.run(
        "DELETE FROM category WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("category.removed"))
}

/// The filters of the list.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct CategoryQuery {
    /// Ids of the folders whose categories are listed.
    solution: Optional<Ids>,
}

impl Checked for CategoryQuery {}

/// A new category.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewCategoryBody {
    /// Id of the folder that it is in.
    solution: Id,
    /// Name of the category; no other in the folder has it.
    name: Line<100, 1>,
    /// Description of the category; empty for none.
    #[serde(default)]
    description: Patch<Text<1000>>,
    /// Its place among the categories of the folder, the least first; without it the last.
    #[serde(default)]
    sort_order: Optional<Int>,
}

impl Checked for NewCategoryBody {}

/// What a category becomes; what is left out stays.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct EditedCategory {
    /// Id of the folder that it moves to, with its articles.
    #[serde(default)]
    solution: Patch<Id>,
    /// New name of the category.
    #[serde(default)]
    name: Patch<Line<100, 1>>,
    /// New description; empty for none.
    #[serde(default)]
    description: Patch<Text<1000>>,
    /// Its new place among the categories of the folder.
    #[serde(default)]
    sort_order: Optional<Int>,
}

impl Checked for EditedCategory {
    fn check(&self, faults: &mut Faults) {
        for (field, is_emptied) in [
            ("solution", matches!(self.solution, Patch::Empty)),
            ("name", matches!(self.name, Patch::Empty)),
        ] {
            if is_emptied {
                faults.add(field, "input.required");
            }
        }
    }
}

/// A category.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct CategoryShape {
    id: i64,
    name: String,
    description: Option<String>,
    sort_order: i64,
    solution: FolderBrief,
    /// The articles in it that the caller may read, as text.
    article_count: String,
}

/// The folder that a category is in.
#[derive(Debug, Serialize, JsonSchema)]
struct FolderBrief {
    id: i64,
    name: String,
    /// public or private.
    visibility: String,
}

/// A page of categories.
#[derive(Debug, Serialize, JsonSchema)]
struct CategoryList {
    categories: Vec<CategoryShape>,
    pagination_data: Pagination,
}

/// Categories lead, for the order of a list is theirs.
const SOURCE: &str = "category c CROSS JOIN folder s ON s.id = c.folder_id";

/// Every column that [`CategoryShape`] reads.
fn columns(article_visibility: ArticleVisibility) -> &'static str {
    match article_visibility {
        ArticleVisibility::Whole => {
            "c.id, c.name, c.description, c.sort_order, s.id AS folder_id, s.name AS folder_name,
             s.visibility, c.drafts + c.published AS articles"
        }
        ArticleVisibility::Public => {
            "c.id, c.name, c.description, c.sort_order, s.id AS folder_id, s.name AS folder_name,
             s.visibility, c.published AS articles"
        }
    }
}

impl FromRow for CategoryShape {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            sort_order: row.get("sort_order")?,
            solution: FolderBrief {
                id: row.get("folder_id")?,
                name: row.get("folder_name")?,
                visibility: row.get("visibility")?,
            },
            article_count: row.get::<_, i64>("articles")?.to_string(),
        })
    }
}

/// The category with this id, if the viewer reads its folder.
fn by_id(view: &View<'_>, id: i64) -> Result<Option<CategoryShape>> {
    let article_visibility = article_visibility::of(view.who());
    let mut select = Select::new(columns(article_visibility), SOURCE);
    select.and("c.id = ?", [id.into()]);
    select.and(article_visibility.folders(), []);
    Ok(view.select(&select)?.pop())
}

/// Whether the viewer reads a category of this id.
pub fn is_there(view: &View<'_>, id: i64) -> Result<bool> {
    Ok(by_id(view, id)?.is_some())
}

/// What a new category begins with.
#[derive(Debug, Clone)]
pub struct NewCategory<'a> {
    /// The folder that it is in.
    pub folder: i64,
    /// Its name.
    pub name: &'a str,
    /// What it holds.
    pub description: Option<&'a str>,
    /// Its place; the last without one.
    pub sort_order: Option<i64>,
}

/// Makes a category; answers its id.
pub fn insert(change: &mut Change<'_>, new: &NewCategory<'_>) -> Result<i64> {
    refuse_unknown_folder(change.view(), new.folder)?;
    refuse_taken_name(change.view(), (new.folder, new.name), 0)?;
    let now = change.now();
    change.insert(
        "INSERT INTO category (folder_id, name, name_key, description, sort_order, created_at, updated_at)
         SELECT :folder, :name, name_key(:name), :description,
             coalesce(:sort_order, (SELECT min(max(sort_order), :last - 1) + 1 FROM category WHERE folder_id = :folder), 1),
             :now, :now",
        named_params! {
            ":folder": new.folder, ":name": new.name, ":description": new.description,
            ":sort_order": new.sort_order, ":last": i64::MAX, ":now": now,
        },
    )
}

fn refuse_unknown_folder(view: &View<'_>, folder: i64) -> Result<()> {
    if folder::is_there(view, folder)? {
        return Ok(());
    }
    let message = Message::new("category.unknown_solution").with("id", folder);
    Err(Error::invalid("solution", message))
}

/// 409 where another category of the folder has this name.
fn refuse_taken_name(view: &View<'_>, (folder, name): (i64, &str), except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM category WHERE folder_id = :folder AND name_key = name_key(:name) AND id <> :except",
        named_params! { ":folder": folder, ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("category.name_taken").with("name", name),
    ))
}

/// Where a category can be in use, and what is said then.
const USES: [Use; 1] = [(
    "SELECT count(*) FROM article WHERE category_id = :id",
    "category.has_articles",
)];
