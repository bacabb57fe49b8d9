//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Visibility;
use super::shape::{self, FolderList, FolderShape};
use super::store::{self, Folder, NewFolder};
use super::upload::FolderImage;
use crate::base::db::{Change, Select, View, named_params};
use crate::base::error::{Error, Faults, Message, OrNotFound, Result};
use crate::base::files;
use crate::base::input::{Line, Patch, Text};
use crate::desk::article_visibility;
use crate::web::answer_keys::MadeBriefly;
use crate::web::extract::{Body, Checked, Filed, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Download, Json, MessageReply};

/// The list of folders.
#[derive(Debug, Clone)]
pub(super) struct Folders;

impl Listed for Folders {
    const LIST: &'static List = &List {
        id: "s.id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::ascending(&["name"], &["s.name_key"]),
            Sort::descending(&["createdAt"], &["s.created_at"]),
            Sort::descending(&["updatedAt"], &["s.updated_at"]),
        ],
        size: 10,
        searched: "Words of the name.",
    };
}

pub(super) fn list(
    view: &View<'_>,
    Query(listing): Query<Listing<Folders>>,
) -> Result<Json<FolderList>> {
    let article_visibility = article_visibility::of(view.who());
    let mut select = Select::new(store::columns(article_visibility), "folder s");
    select.and(article_visibility.folders(), []);
    listing.find_in(&mut select, "s.name_key");
    let (folders, pagination_data) = listing.page::<Folder>(view, select)?;
    Ok(Json(FolderList {
        pagination_data,
        results: folders
            .into_iter()
            .map(|folder| shape::folder(view, folder))
            .collect::<Result<_>>()?,
    }))
}

/// A new folder, or what one becomes. As multipart/form-data it may bring a PNG or JPEG
/// file in `solutionImage`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "name": "Kettles", "visibility": "public" }]))]
pub(super) struct FolderBody {
    /// Name of the folder.
    name: Line<100, 1>,
    /// Description of the folder; empty for none.
    #[serde(default)]
    description: Patch<Text<1000>>,
    /// Who can see the folder: public or private.
    visibility: Text,
    /// Sent empty, it takes the image off; its own address leaves it. A new one comes as a file.
    #[serde(default)]
    solution_image: Patch<Text<2000>>,
}

impl Checked for FolderBody {
    fn check(&self, faults: &mut Faults) {
        if self.known_visibility().is_none() {
            let message = Message::new("input.one_of").with("values", "public, private");
            faults.add("visibility", message);
        }
    }
}

impl FolderBody {
    fn known_visibility(&self) -> Option<Visibility> {
        Visibility::from_code(&self.visibility.as_str().to_ascii_lowercase())
    }

    /// Whether the image that is at `shown`, if there is one, is taken off; 400 where a text
    /// is neither that address nor empty.
    fn removes_image(&self, shown: Option<&str>) -> Result<bool> {
        match &self.solution_image {
            Patch::Absent => Ok(false),
            Patch::Empty => Ok(true),
            Patch::Value(text) if shown == Some(text.as_str()) => Ok(false),
            Patch::Value(_) => Err(Error::invalid("solutionImage", "input.image_file")),
        }
    }

    /// The visibility, which [`Checked::check`] has found to be one.
    fn visibility(&self) -> Visibility {
        self.known_visibility().unwrap_or(Visibility::Private)
    }
}

pub(super) fn create(
    change: &mut Change<'_>,
    Body(new): Body<FolderBody>,
    Filed(FolderImage(image)): Filed<FolderImage>,
) -> Result<MessageReply<MadeBriefly>> {
    let id = store::create(
        change,
        &NewFolder {
            name: new.name.as_str(),
            description: new.description.as_ref().map(Text::as_str),
            visibility: new.visibility(),
        },
    )?;
    match image {
        Some(image) => store::set_image(change, id, &image)?,
        // There is none to be taken off.
        None => _ = new.removes_image(None)?,
    }
    Ok(MessageReply::new("solution.created")
        .as_msg()
        .with("id", id)?
        .last())
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<FolderShape>> {
    let folder = store::by_id(view, id)?.or_not_found("solution")?;
    shape::folder(view, folder).map(Json)
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<FolderBody>,
    Filed(FolderImage(image)): Filed<FolderImage>,
) -> Result<MessageReply<MadeBriefly>> {
    let before = store::by_id(change.view(), id)?.or_not_found("solution")?;
    store::refuse_taken_name(change.view(), edited.name.as_str(), id)?;
    let (now, visibility) = (change.now(), edited.visibility());
    let shown = shape::image_address(change.view(), &before);
    match image {
        Some(image) => store::set_image(change, id, &image)?,
        None if edited.removes_image(shown.as_deref())? => store::drop_image(change, id)?,
        None => {}
    }
    let description = match edited.description {
        Patch::Absent => before.description,
        given => given.value().map(Text::into_string),
    };
    change.run(
        "UPDATE folder SET name = :name, name_key = name_key(:name), description = :description, visibility = :visibility, updated_at = :now
         WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":description": description,
            ":visibility": visibility, ":now": now,
        },
    )?;
    Ok(MessageReply::new("solution.updated")
        .as_msg()
        .with("id", id)?
        .last())
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let folder = store::by_id(change.view(), id)?.or_not_found("solution")?;
    store::refuse_used(change.view(), &folder)?;
    change.run(
        "DELETE FROM folder WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("solution.removed"))
}

pub(super) fn image(view: &View<'_>, PathId(id): PathId) -> Result<Download> {
    store::by_id(view, id)?.or_not_found("solution")?;
    let image = store::image(view, id)?.or_not_found("image")?;
    Ok(Download {
        path: files::relative_path(&image.hash)?.into(),
        name: image.name,
        content_type: image.content_type,
        etag: image.hash,
    })
}
