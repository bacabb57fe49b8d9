//! Sub-groups, which agents call teams: parts of one or more groups.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::db::{Change, FromRow, Row, View, named_params};
use crate::base::error::Result;
use crate::base::who::Who;

/// A team to choose.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TeamOption {
    id: i64,
    name: String,
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
        "SELECT id, name FROM sub_group WHERE is_active = 1 ORDER BY id",
        [],
    )
}

/// The team with this id, active or not.
pub fn option(view: &View<'_>, id: i64) -> Result<Option<TeamOption>> {
    view.maybe(
        "SELECT id, name FROM sub_group WHERE id = :id",
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
        "SELECT l.group_id, s.id, s.name FROM group_sub_group l JOIN sub_group s ON s.id = l.sub_group_id
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
        "INSERT INTO sub_group (name, description, created_at) VALUES (:name, :description, :now)",
        named_params! { ":name": new.name, ":description": new.description, ":now": now },
    )?;
    for group in new.groups {
        change.run(
            "INSERT INTO group_sub_group (group_id, sub_group_id) VALUES (:group, :team)",
            named_params! { ":group": group, ":team": team },
        )?;
    }
    Ok(team)
}

/// Puts an agent into a team.
pub fn add_user(change: &mut Change<'_>, team: i64, user: i64) -> Result<()> {
    change.run(
        "INSERT INTO sub_group_user (sub_group_id, user_id) VALUES (:team, :user) ON CONFLICT DO NOTHING",
        named_params! { ":team": team, ":user": user },
    )?;
    Ok(())
}
