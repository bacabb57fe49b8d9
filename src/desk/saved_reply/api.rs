//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::{self, SavedReplyShape};
use super::store::{self, NewSavedReply, SavedReplyRow};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Flag, Ids, Line, Patch};
use crate::base::page::LARGEST_SIZE;
use crate::base::placeholder::Template;
use crate::desk::membership::{self, Member};
use crate::desk::placeholder::Filling;
use crate::web::answer_keys::MadeBriefly;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::version::Version;

/// The list of replies: a bare array, which tells of no further page.
#[derive(Debug, Clone)]
pub(super) struct SavedReplies;

impl Listed for SavedReplies {
    const LIST: &'static List = &List {
        id: "r.id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::descending(&["name"], &["r.name_key"]),
            Sort::descending(&["createdAt"], &["r.created_at"]),
            Sort::descending(&["updatedAt"], &["r.updated_at"]),
        ],
        size: LARGEST_SIZE,
        searched: "Words of names and texts; the last may be the beginning of one.",
    };
}

pub(super) fn list(
    view: &View<'_>,
    Query(listing): Query<Listing<SavedReplies>>,
) -> Result<Json<Vec<SavedReplyShape>>> {
    let mut select = store::visible(view.who());
    // A thousand replies are cut into words sooner than an index of them pays.
    let words = "search_words(r.name) || ' ' || search_html(r.message)";
    listing.find_words_in(&mut select, words);
    let rows: Vec<SavedReplyRow> = listing.rows(view, select)?;
    shape::shapes(view, rows).map(Json)
}

pub(super) fn create(
    change: &mut Change<'_>,
    Body(new): Body<SavedReplyBody>,
) -> Result<MessageReply<MadeBriefly>> {
    new.check_ids(change.view())?;
    let id = store::create(
        change,
        &NewSavedReply {
            name: new.name.as_str(),
            message: &new.message,
        },
    )?;
    new.share(change, id)?;
    MessageReply::new("saved_reply.created")
        .as_msg()
        .with("id", id)
}

pub(super) fn show(
    view: &View<'_>,
    PathId(id): PathId,
    Query(filling): Query<Filling>,
) -> Result<Json<SavedReplyShape>> {
    let reply = store::by_id(view, id)?.or_not_found("saved_reply")?;
    let filled = filling
        .facts(view)?
        .map(|facts| reply.message.filled(|name| facts.find(name)));
    let mut shown = shape::shapes(view, vec![reply])?
        .pop()
        .or_not_found("saved_reply")?;
    if let Some(filled) = filled {
        shown.message = filled;
    }
    Ok(Json(shown))
}

/// The version of the saved reply that a path names: of its words, whatever fills them.
pub(super) fn version(view: &View<'_>, numbers: &[i64]) -> Result<Option<Version>> {
    let id = numbers.first().copied().unwrap_or_default();
    let Json(shown) = show(view, PathId(id), Query(Filling::default()))?;
    Version::shown(&shown).map(Some)
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<SavedReplyBody>,
) -> Result<MessageReply<MadeBriefly>> {
    own(change.view(), id)?;
    edited.check_ids(change.view())?;
    let now = change.now();
    change.run(
        "UPDATE saved_reply SET name = :name, name_key = name_key(:name), message = :message, updated_at = :now WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":message": edited.message.as_str(), ":now": now,
        },
    )?;
    edited.share(change, id)?;
    MessageReply::new("saved_reply.updated")
        .as_msg()
        .with("id", id)
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    own(change.view(), id)?;
    change.run(
        "DELETE FROM saved_reply WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("saved_reply.removed"))
}

/// `Ok` where the reply is the caller's to change: 404 where they do not see it, 403 where
/// it is only shared with them.
fn own(view: &View<'_>, id: i64) -> Result<()> {
    let reply = store::by_id(view, id)?.or_not_found("saved_reply")?;
    if reply.user == view.who().id || view.who().is_admin() {
        return Ok(());
    }
    Err(Error::Forbidden(Message::new("saved_reply.not_yours")))
}

/// A new saved reply, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SavedReplyBody {
    /// Name of the reply.
    name: Line<255, 1>,
    /// Text of the reply.
    message: Template,
    /// Ids of all groups whose agents may read it; whom it is shared with stays where this is left out.
    #[serde(default)]
    groups: Patch<Ids>,
    /// Ids of all teams whose agents may read it; whom it is shared with stays where this is left out.
    #[serde(default)]
    teams: Patch<Ids>,
    /// 1 where every agent may read it; 0 when a new reply says nothing.
    #[serde(default)]
    is_for_everybody: Patch<Flag>,
}

impl Checked for SavedReplyBody {}

impl SavedReplyBody {
    fn check_ids(&self, view: &View<'_>) -> Result<()> {
        membership::refuse_unknown(view, Member::Group, ids(&self.groups), "groups")?;
        membership::refuse_unknown(view, Member::SubGroup, ids(&self.teams), "teams")
    }

    /// Shares the reply with whom was given.
    fn share(&self, change: &mut Change<'_>, reply: i64) -> Result<()> {
        if self.groups.is_given() {
            store::share_with_groups(change, reply, ids(&self.groups))?;
        }
        if self.teams.is_given() {
            store::share_with_teams(change, reply, ids(&self.teams))?;
        }
        if self.is_for_everybody.is_given() {
            let is_shared = self
                .is_for_everybody
                .as_ref()
                .is_some_and(|flag| flag.get());
            store::share_with_everybody(change, reply, i64::from(is_shared))?;
        }
        Ok(())
    }
}

fn ids(given: &Patch<Ids>) -> &[i64] {
    given.as_ref().map_or(&[], Ids::as_slice)
}
