//! Rows of `team`, `team_user` and `group_team`, and what forbids to
//! change or delete them.

use super::shape::{GroupOfTeam, TeamOption};
use crate::base::db::{Change, FromRow, Row, View, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::time::Timestamp;
use crate::base::who::Who;
use crate::desk::usage::{self, Use};

/// Every column that [`TeamRow`] reads, of a table called `ap`.
pub(super) const COLUMNS: &str = "ap.id, ap.name, ap.description, ap.is_active, ap.created_at";

/// A team as it is stored.
pub(super) struct TeamRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) is_active: bool,
    pub(super) created_at: Timestamp,
}

impl FromRow for TeamRow {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
            description: row.get("description")?,
            is_active: row.get("is_active")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl FromRow for GroupOfTeam {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
        })
    }
}

/// The team with this id, active or not.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<TeamRow>> {
    view.maybe(
        "SELECT id, name, description, is_active, created_at FROM team WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The agents in a team.
pub(super) fn users(view: &View<'_>, team: i64) -> Result<Vec<i64>> {
    view.all(
        "SELECT user_id FROM team_user WHERE team_id = :team",
        named_params! { ":team": team },
    )
}

/// The groups that a team is part of.
pub(super) fn groups(view: &View<'_>, team: i64) -> Result<Vec<GroupOfTeam>> {
    view.all(
        "SELECT g.id, g.name FROM group_team l JOIN \"group\" g ON g.id = l.group_id
         WHERE l.team_id = :team ORDER BY g.id",
        named_params! { ":team": team },
    )
}

impl FromRow for TeamOption {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            name: row.get("name")?,
        })
    }
}

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

struct OfGroup {
    group: i64,
    team: TeamOption,
}

impl FromRow for OfGroup {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            group: row.get("group_id")?,
            team: TeamOption::from_row(row)?,
        })
    }
}

/// The active teams of every group, each with its group's id.
pub fn by_group(view: &View<'_>) -> Result<Vec<(i64, TeamOption)>> {
    let rows: Vec<OfGroup> = view.all(
        "SELECT l.group_id, s.id, s.name FROM group_team l JOIN team s ON s.id = l.team_id
         WHERE s.is_active = 1 ORDER BY l.group_id, s.id",
        [],
    )?;
    Ok(rows.into_iter().map(|row| (row.group, row.team)).collect())
}

/// What a new team begins with.
#[derive(Debug, Clone)]
pub struct NewTeam<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// The groups that it is part of.
    pub groups: &'a [i64],
}

/// Makes a team; answers its id.
pub fn create(change: &mut Change<'_>, new: &NewTeam<'_>) -> Result<i64> {
    let now = change.now();
    let team = change.insert(
        "INSERT INTO team (name, name_key, description, created_at) VALUES (:name, name_key(:name), :description, :now)",
        named_params! { ":name": new.name, ":description": new.description, ":now": now },
    )?;
    for group in new.groups {
        change.run(
            "INSERT INTO group_team (group_id, team_id) VALUES (:group, :team)",
            named_params! { ":group": group, ":team": team },
        )?;
    }
    Ok(team)
}

/// Puts an agent into a team.
pub fn add_user(change: &mut Change<'_>, team: i64, user: i64) -> Result<()> {
    change.run(
        "INSERT INTO team_user (team_id, user_id) VALUES (:team, :user) ON CONFLICT DO NOTHING",
        named_params! { ":team": team, ":user": user },
    )?;
    Ok(())
}

/// The teams of a group, active or not.
pub fn of_group(view: &View<'_>, group: i64) -> Result<Vec<TeamOption>> {
    view.all(
        "SELECT s.id, s.name FROM group_team l JOIN team s ON s.id = l.team_id
         WHERE l.group_id = :group ORDER BY s.id",
        named_params! { ":group": group },
    )
}

/// Makes these the teams of a group, and no others.
pub fn set_of_group(change: &mut Change<'_>, group: i64, teams: &[i64]) -> Result<()> {
    change.run(
        "DELETE FROM group_team WHERE group_id = :group
         AND team_id NOT IN (SELECT value FROM json_each(:teams))",
        named_params! { ":group": group, ":teams": id_list(teams) },
    )?;
    change.run(
        "INSERT INTO group_team (group_id, team_id) SELECT :group, value FROM json_each(:teams)
         WHERE true ON CONFLICT DO NOTHING",
        named_params! { ":group": group, ":teams": id_list(teams) },
    )?;
    Ok(())
}

/// Makes these the groups of a team, and no others.
pub(super) fn set_groups(change: &mut Change<'_>, team: i64, groups: &[i64]) -> Result<()> {
    change.run(
        "DELETE FROM group_team WHERE team_id = :team
         AND group_id NOT IN (SELECT value FROM json_each(:groups))",
        named_params! { ":team": team, ":groups": id_list(groups) },
    )?;
    change.run(
        "INSERT INTO group_team (group_id, team_id) SELECT value, :team FROM json_each(:groups)
         WHERE true ON CONFLICT DO NOTHING",
        named_params! { ":team": team, ":groups": id_list(groups) },
    )?;
    Ok(())
}

/// Makes these the agents of a team, and nobody else.
pub(super) fn set_users(change: &mut Change<'_>, team: i64, users: &[i64]) -> Result<()> {
    change.run(
        "DELETE FROM team_user WHERE team_id = :team
         AND user_id NOT IN (SELECT value FROM json_each(:users))",
        named_params! { ":team": team, ":users": id_list(users) },
    )?;
    users
        .iter()
        .try_for_each(|user| add_user(change, team, *user))
}

/// 409 where another team has this name.
pub(super) fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM team WHERE name_key = name_key(:name) AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("sub_group.name_taken").with("name", name),
    ))
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

/// 409 where the team is in use.
pub(super) fn refuse_used(view: &View<'_>, row: &TeamRow) -> Result<()> {
    usage::refuse_used(view, row.id, &row.name, &USES)
}
