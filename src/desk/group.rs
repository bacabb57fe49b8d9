//! Groups: the departments that tickets are with. Their agents see their tickets.

use schemars::JsonSchema;
use serde::Serialize;

use super::sub_group::{self, TeamOption};
use crate::base::db::{Change, View, named_params};
use crate::base::error::Result;
use crate::base::who::Who;

/// A group to choose, with its teams.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupOption {
    id: i64,
    name: String,
    sub_groups: Vec<TeamOption>,
}

/// The groups that a ticket can be with; customers are shown none.
pub fn options(view: &View<'_>, who: &Who) -> Result<Vec<GroupOption>> {
    if !who.is_agent() {
        return Ok(Vec::new());
    }
    let groups: Vec<(i64, String)> = view.all(
        "SELECT id, name FROM \"group\" WHERE is_active = 1 ORDER BY id",
        [],
    )?;
    let mut options: Vec<GroupOption> = groups
        .into_iter()
        .map(|(id, name)| GroupOption {
            id,
            name,
            sub_groups: Vec::new(),
        })
        .collect();
    for (group, team) in sub_group::by_group(view)? {
        if let Some(option) = options.iter_mut().find(|option| option.id == group) {
            option.sub_groups.push(team);
        }
    }
    Ok(options)
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
    let sub_groups = sub_group::by_group(view)?
        .into_iter()
        .filter(|(group, _)| *group == id);
    Ok(Some(GroupOption {
        id,
        name,
        sub_groups: sub_groups.map(|(_, team)| team).collect(),
    }))
}

/// What a new group begins with.
#[derive(Debug, Clone)]
pub struct NewGroup<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
}

/// Makes a group; answers its id.
pub fn create(change: &mut Change<'_>, new: &NewGroup<'_>) -> Result<i64> {
    let now = change.now();
    change.insert(
        "INSERT INTO \"group\" (name, description, created_at) VALUES (:name, :description, :now)",
        named_params! { ":name": new.name, ":description": new.description, ":now": now },
    )
}

/// Puts an agent into a group.
pub fn add_user(change: &mut Change<'_>, group: i64, user: i64) -> Result<()> {
    change.run(
        "INSERT INTO group_user (group_id, user_id) VALUES (:group, :user) ON CONFLICT DO NOTHING",
        named_params! { ":group": group, ":user": user },
    )?;
    Ok(())
}
