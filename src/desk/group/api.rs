//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::{self, GroupDetail, GroupList};
use super::store;
use crate::base::db::{Change, View, named_params};
use crate::base::error::{OrNotFound, Result};
use crate::base::input::{Flag, Ids, Line, Patch, Text};
use crate::desk::membership::{self, Joining, Member, MembershipQuery};
use crate::desk::{company, team};
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::reply::{Json, MessageReply};

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<MembershipQuery>,
) -> Result<Json<GroupList>> {
    let calendar = company::calendar(view)?;
    let (rows, pagination_data) = membership::page(view, &query, store::COLUMNS, "\"group\" ap")?;
    Ok(Json(GroupList {
        groups: rows
            .into_iter()
            .map(|row| shape::shape(&calendar, row))
            .collect(),
        pagination_data,
    }))
}

pub(super) fn add(change: &mut Change<'_>, Body(new): Body<GroupBody>) -> Result<MessageReply> {
    new.check_ids(change.view())?;
    store::refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let id = store::create(
        change,
        &store::NewGroup {
            name: new.name.as_str(),
            description: new.description.as_str(),
        },
    )?;
    new.apply(change, id)?;
    MessageReply::new("group.created").with("id", id)
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<GroupDetail>> {
    let row = store::by_id(view, id)?.or_not_found("group")?;
    let users = store::users(view, id)?;
    Ok(Json(GroupDetail {
        group: shape::shape(&company::calendar(view)?, row),
        users: membership::agents(view, &users)?,
        sub_groups: team::of_group(view, id)?,
    }))
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<GroupBody>,
) -> Result<MessageReply> {
    store::by_id(change.view(), id)?.or_not_found("group")?;
    edited.check_ids(change.view())?;
    if let Some(users) = edited.users.as_ref() {
        let joining = Joining {
            users: users.as_slice(),
            members: &store::users(change.view(), id)?,
        };
        membership::refuse_wider_visibility(change.view(), &joining)?;
    }
    store::refuse_taken_name(change.view(), edited.name.as_str(), id)?;
    change.run(
        "UPDATE \"group\" SET name = :name, name_key = name_key(:name), description = :description WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":description": edited.description.as_str(),
        },
    )?;
    edited.apply(change, id)?;
    MessageReply::new("group.updated").with("id", id)
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let row = store::by_id(change.view(), id)?.or_not_found("group")?;
    store::refuse_used(change.view(), &row)?;
    change.run(
        "DELETE FROM \"group\" WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("group.removed"))
}

/// A new group, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupBody {
    /// Name of the group.
    name: Line<100, 1>,
    /// Description of the group.
    description: Text<1000, 1>,
    /// Ids of all agents in the group; who is there stays where it is left out.
    #[serde(default)]
    users: Patch<Ids>,
    /// Ids of all sub-groups (teams) in the group; what is there stays where it is left out.
    #[serde(default)]
    subgroups: Patch<Ids>,
    /// 1 active, 0 inactive; a new group is active without it.
    #[serde(default)]
    is_active: Patch<Flag>,
}

impl Checked for GroupBody {}

impl GroupBody {
    fn check_ids(&self, view: &View<'_>) -> Result<()> {
        membership::refuse_unknown(view, Member::Agent, ids(&self.users), "users")?;
        membership::refuse_unknown(view, Member::SubGroup, ids(&self.subgroups), "subgroups")
    }

    /// Gives the group what else was given beside its name.
    fn apply(&self, change: &mut Change<'_>, group: i64) -> Result<()> {
        if self.users.is_given() {
            store::set_users(change, group, ids(&self.users))?;
        }
        if self.subgroups.is_given() {
            team::set_of_group(change, group, ids(&self.subgroups))?;
        }
        if let Some(is_active) = self.is_active.as_ref() {
            change.run(
                "UPDATE \"group\" SET is_active = :is_active WHERE id = :group",
                named_params! { ":group": group, ":is_active": is_active.get() },
            )?;
        }
        Ok(())
    }
}

fn ids(given: &Patch<Ids>) -> &[i64] {
    given.as_ref().map_or(&[], Ids::as_slice)
}
