//! The tags of one article: putting them on and taking them off.

use schemars::JsonSchema;
use serde::Deserialize;

use super::store;
use crate::base::db::Change;
use crate::base::error::{Error, Found, Result};
use crate::base::input::Id;
use crate::desk::tag::TagName;
use crate::web::extract::{Body, Checked, PathId};
use crate::web::reply::Said;

/// A tag to put on.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct NewTag {
    /// Name of the tag; made where there is none of this name.
    name: TagName,
}

impl Checked for NewTag {}

pub(super) fn add(
    change: &mut Change<'_>,
    PathId(article): PathId,
    Body(new): Body<NewTag>,
) -> Result<Said> {
    store::by_id(change.view(), article)?.found("article")?;
    let tag = store::add_tag(change, article, new.name.as_str())?;
    Ok(Said::new("tag.added").with("id", tag)?.last())
}

/// A tag to take off.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct OldTag {
    /// Id of the tag.
    id: Id,
}

impl Checked for OldTag {}

pub(super) fn remove(
    change: &mut Change<'_>,
    PathId(article): PathId,
    Body(old): Body<OldTag>,
) -> Result<Said> {
    store::by_id(change.view(), article)?.found("article")?;
    if !store::remove_tag(change, article, old.id.get())? {
        return Err(Error::NotFound("tag"));
    }
    Ok(Said::new("tag.unassigned"))
}
