//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::{self, TeamDetail, TeamList};
use super::store;
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Faults, OrNotFound, Result};
use crate::base::input::{Flag, Ids, Line, Patch, Text};
use crate::desk::company;
use crate::desk::membership::{self, Joining, Member, MembershipQuery};
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::reply::{Json, MessageReply};

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<MembershipQuery>,
) -> Result<Json<TeamList>> {
    let calendar = company::calendar(view)?;
    let (rows, pagination_data) = membership::page(view, &query, store::COLUMNS, "team ap")?;
    Ok(Json(TeamList {
        groups: rows
            .into_iter()
            .map(|row| shape::shape(&calendar, row))
            .collect(),
        pagination_data,
    }))
}

pub(super) fn add(change: &mut Change<'_>, Body(new): Body<TeamBody>) -> Result<MessageReply> {
    new.check_ids(change.view())?;
    store::refuse_taken_name(change.view(), new.name.as_str(), 0)?;
    let id = store::create(
        change,
        &store::NewTeam {
            name: new.name.as_str(),
            description: new.description.as_str(),
            groups: new.groups.as_slice(),
        },
    )?;
    new.apply(change, id)?;
    MessageReply::new("sub_group.created").with("id", id)
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<TeamDetail>> {
    let row = store::by_id(view, id)?.or_not_found("sub_group")?;
    let users = store::users(view, id)?;
    Ok(Json(TeamDetail {
        team: shape::shape(&company::calendar(view)?, row),
        groups: store::groups(view, id)?,
        users: membership::agents(view, &users)?,
    }))
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<TeamBody>,
) -> Result<MessageReply> {
    store::by_id(change.view(), id)?.or_not_found("sub_group")?;
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
        "UPDATE team SET name = :name, name_key = name_key(:name), description = :description WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":description": edited.description.as_str(),
        },
    )?;
    store::set_groups(change, id, edited.groups.as_slice())?;
    edited.apply(change, id)?;
    MessageReply::new("sub_group.updated").with("id", id)
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let row = store::by_id(change.view(), id)?.or_not_found("sub_group")?;
    store::refuse_used(change.view(), &row)?;
    change.run(
        "DELETE FROM team WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("sub_group.removed"))
}

/// A new sub-group, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TeamBody {
    /// Name of the sub-group.
    name: Line<100, 1>,
    /// Description of the sub-group.
    description: Text<1000, 1>,
    /// Ids of all groups that the sub-group is part of, one at least.
    groups: Ids,
    /// Ids of all agents in the sub-group; who is there stays where it is left out.
    #[serde(default)]
    users: Patch<Ids>,
    /// 1 active, 0 inactive; a new sub-group is active without it.
    #[serde(default)]
    is_active: Patch<Flag>,
}

impl Checked for TeamBody {
    fn check(&self, faults: &mut Faults) {
        if self.groups.is_empty() {
            faults.add("groups", "input.required");
        }
    }
}

impl TeamBody {
    fn check_ids(&self, view: &View<'_>) -> Result<()> {
        membership::refuse_unknown(view, Member::Group, self.groups.as_slice(), "groups")?;
        membership::refuse_unknown(view, Member::Agent, self.user_ids(), "users")
    }

    fn user_ids(&self) -> &[i64] {
        self.users.as_ref().map_or(&[], Ids::as_slice)
    }

    /// Gives the team what else was given beside its name and its groups.
    fn apply(&self, change: &mut Change<'_>, team: i64) -> Result<()> {
        if self.users.is_given() {
            store::set_users(change, team, self.user_ids())?;
        }
        if let Some(is_active) = self.is_active.as_ref() {
            change.run(
                "UPDATE team SET is_active = :is_active WHERE id = :team",
                named_params! { ":team": team, ":is_active": is_active.get() },
            )?;
        }
        Ok(())
    }
}
