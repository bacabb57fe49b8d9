//! Teams, which the API calls sub-groups: parts of one or more groups.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::{Agent, Holds};
use crate::base::db::{Change, View, from_row, id_list, named_params};
use crate::base::error::{Faults, Result};
use crate::base::event::Event;
use crate::base::input::{Flag, Ids, Line, Patch, Text};
use crate::base::page::Pagination;
use crate::base::time::PhpDateErrors;
use crate::base::who::Privilege::ManageSubGroup;
use crate::base::who::Who;
use crate::desk::company::{self, Calendar};
use crate::desk::membership::{
    self, AgentOption, GroupEdit, GroupRow, Member, MembershipQuery, Memberships, TEAM,
};
use crate::desk::usage::{self, Use};
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::Listing;
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    let manage = Holds(ManageSubGroup);
    vec![
        get("/sub-groups", Agent, "List sub-groups", list),
        post("/sub-groups", manage, "Create a sub-group", create),
        get("/sub-group/{id}", Agent, "Show a sub-group", show),
        put("/sub-group/{id}", manage, "Change a sub-group", edit),
        delete("/sub-group/{id}", manage, "Delete a sub-group", remove),
    ]
}

fn list(
    view: &View<'_>,
    Query(query): Query<MembershipQuery>,
    Query(listing): Query<Listing<Memberships>>,
) -> Result<Json<TeamList>> {
    let calendar = company::calendar(view)?;
    let (rows, pagination_data) = membership::page(view, &listing, query.rows("team ap"))?;
    Ok(Json(TeamList {
        groups: rows.into_iter().map(|row| shape(&calendar, row)).collect(),
        pagination_data,
    }))
}

fn create(change: &mut Change<'_>, Body(new): Body<TeamBody>) -> Result<MessageReply<Made>> {
    new.refuse_unknown_groups(change.view())?;
    let id = TEAM.add(change, &new.common())?;
    set_groups(change, id, new.groups.as_slice())?;
    MessageReply::new("sub_group.created").with("id", id)
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<TeamDetail>> {
    let row = TEAM.by_id(view, id)?;
    Ok(Json(TeamDetail {
        team: shape(&company::calendar(view)?, row),
        groups: groups(view, id)?,
        users: membership::agents(view, &TEAM.users(view, id)?)?,
    }))
}

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<TeamBody>,
) -> Result<MessageReply<Made>> {
    TEAM.by_id(change.view(), id)?;
    edited.refuse_unknown_groups(change.view())?;
    TEAM.edit(change, id, &edited.common())?;
    set_groups(change, id, edited.groups.as_slice())?;
    MessageReply::new("sub_group.updated").with("id", id)
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let row = TEAM.by_id(change.view(), id)?;
    usage::refuse_used(change.view(), row.id, &row.name, &USES)?;
    TEAM.remove(change, id)?;
    Ok(MessageReply::new("sub_group.removed"))
}

/// A new sub-group, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TeamBody {
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
    fn common(&self) -> GroupEdit<'_> {
        GroupEdit {
            name: self.name.as_str(),
            description: self.description.as_str(),
            users: &self.users,
            is_active: &self.is_active,
        }
    }

    fn refuse_unknown_groups(&self, view: &View<'_>) -> Result<()> {
        membership::refuse_unknown(view, Member::Group, self.groups.as_slice(), "groups")
    }
}

/// A team.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TeamShape {
    id: i64,
    name: String,
    description: String,
    created_at: PhpDateErrors,
    is_active: bool,
}

/// A page of teams, under the key of groups as documented.
#[derive(Debug, Serialize, JsonSchema)]
struct TeamList {
    groups: Vec<TeamShape>,
    pagination_data: Pagination,
}

/// A team with who is in it and what it is part of.
#[derive(Debug, Serialize, JsonSchema)]
struct TeamDetail {
    #[serde(flatten)]
    team: TeamShape,
    groups: Vec<GroupOfTeam>,
    users: Vec<AgentOption>,
}

/// A group that a team is part of.
#[derive(Debug, Serialize, JsonSchema)]
struct GroupOfTeam {
    id: i64,
    name: String,
}

fn shape(calendar: &Calendar, row: GroupRow) -> TeamShape {
    TeamShape {
        id: row.id,
        name: row.name,
        description: row.description,
        created_at: calendar.date_with_errors(row.created_at),
        is_active: row.is_active,
    }
}

/// A team to choose.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TeamOption {
    id: i64,
    name: String,
}

from_row!(TeamOption { id, name });

/// The teams that a ticket can be with; customers are shown none.
pub fn options(view: &View<'_>, who: &Who) -> Result<Vec<TeamOption>> {
    if !who.is_agent() {
        return Ok(Vec::new());
    }
    view.all(
        "SELECT id, name FROM team WHERE is_active = 1 ORDER BY id",
        [],
    )
}

/// The team with this id, active or not.
pub fn option(view: &View<'_>, id: i64) -> Result<Option<TeamOption>> {
    view.maybe(
        "SELECT id, name FROM team WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The active teams of every group, each with its group's id.
pub fn by_group(view: &View<'_>) -> Result<Vec<(i64, TeamOption)>> {
    let rows: Vec<(i64, i64, String)> = view.all(
        "SELECT l.group_id, s.id, s.name FROM group_team l JOIN team s ON s.id = l.team_id
         WHERE s.is_active = 1 ORDER BY l.group_id, s.id",
        [],
    )?;
    let teams = rows.into_iter();
    Ok(teams
        .map(|(group, id, name)| (group, TeamOption { id, name }))
        .collect())
}

/// The teams of a group, active or not.
pub fn of_group(view: &View<'_>, group: i64) -> Result<Vec<TeamOption>> {
    view.all(
        "SELECT s.id, s.name FROM group_team l JOIN team s ON s.id = l.team_id
         WHERE l.group_id = :group ORDER BY s.id",
        named_params! { ":group": group },
    )
}

/// The groups that a team is part of.
fn groups(view: &View<'_>, team: i64) -> Result<Vec<GroupOfTeam>> {
    let rows: Vec<(i64, String)> = view.all(
        "SELECT g.id, g.name FROM group_team l JOIN \"group\" g ON g.id = l.group_id
         WHERE l.team_id = :team ORDER BY g.id",
        named_params! { ":team": team },
    )?;
    let groups = rows.into_iter();
    Ok(groups.map(|(id, name)| GroupOfTeam { id, name }).collect())
}

/// Makes these the teams of a group, and no others.
pub fn set_of_group(change: &mut Change<'_>, group: i64, teams: &[i64]) -> Result<()> {
    let wanted = named_params! { ":group": group, ":teams": id_list(teams) };
    let moved: Vec<i64> = change.view().all(
        "SELECT team_id FROM group_team
         WHERE group_id = :group AND team_id NOT IN (SELECT value FROM json_each(:teams))
         UNION ALL
         SELECT value FROM json_each(:teams)
         WHERE value NOT IN (SELECT team_id FROM group_team WHERE group_id = :group)",
        wanted,
    )?;
    change.run(
        "DELETE FROM group_team WHERE group_id = :group
         AND team_id NOT IN (SELECT value FROM json_each(:teams))",
        wanted,
    )?;
    change.run(
        "INSERT INTO group_team (group_id, team_id) SELECT :group, value FROM json_each(:teams)
         WHERE true ON CONFLICT DO NOTHING",
        wanted,
    )?;
    for team in moved {
        change.emit(Event::TeamRegrouped { team });
    }
    Ok(())
}

/// Makes these the groups of a team, and no others.
pub fn set_groups(change: &mut Change<'_>, team: i64, groups: &[i64]) -> Result<()> {
    let wanted = named_params! { ":team": team, ":groups": id_list(groups) };
    let left = change.run(
        "DELETE FROM group_team WHERE team_id = :team
         AND group_id NOT IN (SELECT value FROM json_each(:groups))",
        wanted,
    )?;
    let joined = change.run(
        "INSERT INTO group_team (group_id, team_id) SELECT value, :team FROM json_each(:groups)
         WHERE true ON CONFLICT DO NOTHING",
        wanted,
    )?;
    if left + joined > 0 {
        change.emit(Event::TeamRegrouped { team });
    }
    Ok(())
}

/// Where a team can be in use, and what is said then.
const USES: [Use; 2] = [
    (
        "SELECT count(*) FROM ticket WHERE team_id = :id",
        "sub_group.has_tickets",
    ),
    (
        "SELECT count(*) FROM workflow_use WHERE kind = 'team' AND target_id = :id",
        "usage.workflows",
    ),
];
