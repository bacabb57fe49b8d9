//! Rows of `group` and `group_user`, and what forbids to change or delete them.

use super::shape::GroupOption;
use crate::base::db::{Change, FromRow, Row, View, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::time::Timestamp;
use crate::base::who::Who;
use crate::desk::team;
use crate::desk::usage::{self, Use};

/// The group that every desk has, and that is never deleted.
const DEFAULT: i64 = 1;

/// Every column that [`GroupRow`] reads, of a table called `ap`.
pub(super) const COLUMNS: &str = "ap.id, ap.name, ap.description, ap.is_active, ap.created_at";

/// A group as it is stored.
pub(super) struct GroupRow {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) is_active: bool,
    pub(super) created_at: Timestamp,
}

impl FromRow for GroupRow {
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

/// The group with this id, active or not.
pub(super) fn by_id(view: &View<'_>, id: i64) -> Result<Option<GroupRow>> {
    view.maybe(
        "SELECT id, name, description, is_active, created_at FROM \"group\" WHERE id = :id",
        named_params! { ":id": id },
    )
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
    for (group, team) in team::by_group(view)? {
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
    let sub_groups = team::by_group(view)?
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
        "INSERT INTO \"group\" (name, name_key, description, created_at) VALUES (:name, name_key(:name), :description, :now)",
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

/// The agents in a group.
pub(super) fn users(view: &View<'_>, id: i64) -> Result<Vec<i64>> {
    view.all(
        "SELECT user_id FROM group_user WHERE group_id = :id",
        named_params! { ":id": id },
    )
}

/// Makes these the agents of a group, and nobody else.
pub(super) fn set_users(change: &mut Change<'_>, group: i64, users: &[i64]) -> Result<()> {
    change.run(
        "DELETE FROM group_user WHERE group_id = :group
         AND user_id NOT IN (SELECT value FROM json_each(:users))",
        named_params! { ":group": group, ":users": id_list(users) },
    )?;
    users
        .iter()
        .try_for_each(|user| add_user(change, group, *user))
}

/// 409 where another group has this name.
pub(super) fn refuse_taken_name(view: &View<'_>, name: &str, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM \"group\" WHERE name_key = name_key(:name) AND id <> :except",
        named_params! { ":name": name, ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("group.name_taken").with("name", name),
    ))
}

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

/// 409 with where the group is in use.
pub(super) fn refuse_used(view: &View<'_>, row: &GroupRow) -> Result<()> {
    if row.id == DEFAULT {
        return Err(Error::conflict("group.ships"));
    }
    usage::refuse_used(view, row.id, &row.name, &USES)
}
