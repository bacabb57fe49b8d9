//! The tags of one article: putting them on and taking them off.

use schemars::JsonSchema;
use serde::Deserialize;

use super::store;
use crate::base::db::Change;
use crate::base::error::{Error, OrNotFound, Result};
use crate::base::input::Id;
use crate::desk::tag::TagName;
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, Checked, PathId};
use crate::web::reply::MessageReply;

/// A tag to put on.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "NewArticleTag")]
pub(super) struct NewTag {
    /// Name of the tag; made where there is none of this name.
    name: TagName,
}

impl Checked for NewTag {}

pub(super) fn add(
    change: &mut Change<'_>,
    PathId(article): PathId,
    Body(new): Body<NewTag>,
) -> Result<MessageReply<Made>> {
    store::by_id(change.view(), article)?.or_not_found("article")?;
    let tag = store::add_tag(change, article, new.name.as_str())?;
    Ok(MessageReply::new("tag.added").with("id", tag)?.last())
}

/// A tag to take off.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "OldArticleTag")]
pub(super) struct OldTag {
    /// Id of the tag.
    id: Id,
}

impl Checked for OldTag {}

pub(super) fn remove(
    change: &mut Change<'_>,
    PathId(article): PathId,
    Body(old): Body<OldTag>,
) -> Result<MessageReply> {
    store::by_id(change.view(), article)?.or_not_found("article")?;
    if !store::remove_tag(change, article, old.id.get())? {
        return Err(Error::NotFound("tag"));
    }
    Ok(MessageReply::new("tag.unassigned"))
}
