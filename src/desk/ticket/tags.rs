//! The tags of one ticket: putting them on and taking them off.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{change, store};
use crate::base::db::Change;
use crate::base::error::{Error, Faults, OrNotFound, Result};
use crate::base::input::{Id, Optional};
use crate::desk::tag::{self, TagName};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId};
use crate::web::reply::MessageReply;

/// A tag to put on.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "NewTicketTag")]
pub(super) struct NewTag {
    /// Name of the tag; made where there is none of this name.
    name: TagName,
}

impl Checked for NewTag {}

answer_keys!(
    /// A tag that a ticket has from now on.
    pub(super) TagAdded { "msg": String, "tag": tag::TagShape }
);

pub(super) fn add(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(new): Body<NewTag>,
) -> Result<MessageReply<TagAdded>> {
    let ticket = store::by_id(change.view(), change.who(), id)?.or_not_found("ticket")?;
    let tag = tag::ensure(change, new.name.as_str())?;
    if tag::add_to_ticket(change, ticket.id, tag.id)? {
        change::touch(change, ticket.id)?;
    }
    Ok(MessageReply::new("tag.added")
        .as_msg()
        .with("tag", tag)?
        .last())
}

/// A tag to take off, under either of its documented names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "OldTicketTag")]
#[schemars(extend("examples" = [{ "tagId": 1 }]))]
pub(super) struct OldTag {
    /// Id of the tag.
    #[serde(default)]
    id: Optional<Id>,
    /// Id of the tag, as the documented request spells it.
    #[serde(default)]
    tag_id: Optional<Id>,
}

impl Checked for OldTag {
    fn check(&self, faults: &mut Faults) {
        match (self.id.as_ref(), self.tag_id.as_ref()) {
            (None, None) => faults.add("id", "input.required"),
            (Some(id), Some(tag_id)) if id != tag_id => faults.add("tagId", "tag.two_ids"),
            _ => {}
        }
    }
}

pub(super) fn remove(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(old): Body<OldTag>,
) -> Result<MessageReply> {
    let ticket = store::by_id(change.view(), change.who(), id)?.or_not_found("ticket")?;
    let tag = old.id.get().or(old.tag_id.get()).map_or(0, Id::get);
    if !tag::remove_from_ticket(change, ticket.id, tag)? {
        return Err(Error::NotFound("tag"));
    }
    change::touch(change, ticket.id)?;
    Ok(MessageReply::new("tag.unassigned"))
}
