//! Groups: the departments that tickets are with. Their agents see their tickets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::{Agent, Holds};
use crate::base::db::{Change, Select, View, id_list, named_params};
use crate::base::error::{Error, Result};
use crate::base::input::{Flag, Ids, Line, Patch, Text};
use crate::base::page::Pagination;
use crate::base::time::PhpDateErrors;
use crate::base::who::Privilege::ManageGroup;
use crate::base::who::Who;
use crate::desk::company::{self, Calendar};
use crate::desk::membership::{
    self, AgentOption, GROUP, GroupEdit, GroupRow, Member, MembershipQuery, Memberships,
};
use crate::desk::team::{self, TeamOption};
use crate::desk::usage::{self, Use};
use crate::desk::visibility;
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::Listing;
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageGroup);
    vec![
        get("/groups", Agent, "List groups", list),
        post("/groups", manage, "Create a group", create),
        get("/group/{id}", Agent, "Show a group", show),
        put("/group/{id}", manage, "Change a group", edit),
        delete("/group/{id}", manage, "Delete a group", remove),
    ]
}

fn list(
    view: &View<'_>,
    Query(query): Query<MembershipQuery>,
    Query(listing): Query<Listing<Memberships>>,
) -> Result<Json<GroupList>> {
    let calendar = company::calendar(view)?;
    let (rows, pagination_data) = membership::page(view, &listing, query.rows("\"group\" ap"))?;
    Ok(Json(GroupList {
        groups: rows.into_iter().map(|row| shape(&calendar, row)).collect(),
        pagination_data,
    }))
}

fn create(change: &mut Change<'_>, Body(new): Body<GroupBody>) -> Result<MessageReply<Made>> {
    new.refuse_unknown_teams(change.view())?;
    let id = GROUP.add(change, &new.common())?;
    new.set_teams(change, id)?;
    MessageReply::new("group.created").with("id", id)
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<GroupDetail>> {
    let row = GROUP.by_id(view, id)?;
    Ok(Json(GroupDetail {
        group: shape(&company::calendar(view)?, row),
        users: membership::agents(view, &GROUP.users(view, id)?)?,
        sub_groups: team::of_group(view, id)?,
    }))
}

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<GroupBody>,
) -> Result<MessageReply<Made>> {
    GROUP.by_id(change.view(), id)?;
    edited.refuse_unknown_teams(change.view())?;
    GROUP.edit(change, id, &edited.common())?;
    edited.set_teams(change, id)?;
    MessageReply::new("group.updated").with("id", id)
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let row = GROUP.by_id(change.view(), id)?;
    if row.id == DEFAULT {
        return Err(Error::conflict("group.ships"));
    }
    usage::refuse_used(change.view(), row.id, &row.name, &USES)?;
    GROUP.remove(change, id)?;
    Ok(MessageReply::new("group.removed"))
}

/// A new group, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GroupBody {
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
    fn common(&self) -> GroupEdit<'_> {
        GroupEdit {
            name: self.name.as_str(),
            description: self.description.as_str(),
            users: &self.users,
            is_active: &self.is_active,
        }
    }

    fn team_ids(&self) -> &[i64] {
        self.subgroups.as_ref().map_or(&[], Ids::as_slice)
    }

    fn refuse_unknown_teams(&self, view: &View<'_>) -> Result<()> {
        membership::refuse_unknown(view, Member::SubGroup, self.team_ids(), "subgroups")
    }

    fn set_teams(&self, change: &mut Change<'_>, group: i64) -> Result<()> {
        if self.subgroups.is_given() {
            team::set_of_group(change, group, self.team_ids())?;
        }
        Ok(())
    }
}

/// A group.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GroupShape {
    id: i64,
    name: String,
    description: String,
    created_at: PhpDateErrors,
    is_active: bool,
    /// Always null, as documented.
    user_view: Option<i64>,
}

/// A page of groups.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupList {
    groups: Vec<GroupShape>,
    pagination_data: Pagination,
}

/// A group with who and what is in it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct GroupDetail {
    #[serde(flatten)]
    group: GroupShape,
    users: Vec<AgentOption>,
    sub_groups: Vec<TeamOption>,
}

fn shape(calendar: &Calendar, row: GroupRow) -> GroupShape {
    GroupShape {
        id: row.id,
        name: row.name,
        description: row.description,
        created_at: calendar.date_with_errors(row.created_at),
        is_active: row.is_active,
        user_view: None,
    }
}

/// A group to choose, with its teams.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupOption {
    id: i64,
    name: String,
    sub_groups: Vec<TeamOption>,
}

/// The groups that a ticket can be with. Customers are shown those that their tickets are
/// with, and the one that a new ticket goes to: clients build a menu of them.
pub fn options(view: &View<'_>, who: &Who) -> Result<Vec<GroupOption>> {
    if !who.is_agent() {
        return options_of_customer(view, who);
    }
    let groups: Vec<(i64, String)> = view.all(
        "SELECT id, name FROM \"group\" WHERE is_active = 1 ORDER BY id",
        [],
    )?;
    let teams = team::by_group(view)?;
    let options = groups
        .into_iter()
        .map(|(id, name)| with_teams(id, name, &teams));
    Ok(options.collect())
}

fn options_of_customer(view: &View<'_>, who: &Who) -> Result<Vec<GroupOption>> {
    let (condition, binds) = visibility::of(who).condition();
    let mut own = Select::new("t.group_id", "ticket t");
    own.and(condition, binds);
    let mut own: Vec<Option<i64>> = view.select(&own)?;
    own.sort_unstable();
    own.dedup();
    let own: Vec<i64> = own.into_iter().flatten().collect();
    let groups: Vec<(i64, String)> = view.all(
        "SELECT id, name FROM \"group\" WHERE is_active = 1 AND (id IN (SELECT value FROM json_each(:own))
             OR id = (SELECT ifnull(default_group_id, 1) FROM company WHERE id = 1))
         ORDER BY id",
        named_params! { ":own": id_list(&own) },
    )?;
    let options = groups
        .into_iter()
        .map(|(id, name)| with_teams(id, name, &[]));
    Ok(options.collect())
}

/// The group with this id, active or not.
pub fn option(view: &View<'_>, id: i64) -> Result<Option<GroupOption>> {
    let name: Option<String> = view.maybe(
        "SELECT name FROM \"group\" WHERE id = :id",
        named_params! { ":id": id },
    )?;
    let Some(name) = name else {
        return Ok(None);
    };
    Ok(Some(with_teams(id, name, &team::by_group(view)?)))
}

fn with_teams(id: i64, name: String, teams: &[(i64, TeamOption)]) -> GroupOption {
    let own = teams.iter().filter(|(group, _)| *group == id);
    GroupOption {
        id,
        name,
        sub_groups: own.map(|(_, team)| team.clone()).collect(),
    }
}

/// The group that every desk has, and that is never deleted.
const DEFAULT: i64 = 1;

/// Where a group can be in use, and what is said then.
const USES: [Use; 4] = [
    (
        "SELECT count(*) FROM ticket WHERE group_id = :id",
        "group.has_tickets",
    ),
    (
        "SELECT count(*) FROM group_team WHERE group_id = :id",
        "group.has_sub_groups",
    ),
    (
        "SELECT count(*) FROM company WHERE default_group_id = :id",
        "group.is_default",
    ),
    (
        "SELECT count(*) FROM workflow_use WHERE kind = 'group' AND target_id = :id",
        "usage.workflows",
    ),
];
