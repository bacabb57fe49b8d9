//! Groups and teams, which the API calls sub-groups, are kept alike: a name, a description and
//! the agents in them. What differs is said by their [`GroupKind`]; what each has beside this is
//! its own room's.

use super::{Joining, Member};
use crate::base::db::{Change, View, from_row, id_list, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Flag, Ids, Patch};
use crate::base::time::Timestamp;

/// The tables of groups, or those of teams.
#[derive(Debug)]
pub struct GroupKind {
    /// What is kept.
    table: &'static str,
    /// Who is in it: `user_id` beside `key`.
    members: &'static str,
    key: &'static str,
    noun: &'static str,
    name_taken: &'static str,
}

/// Groups.
pub const GROUP: GroupKind = GroupKind {
    table: "\"group\"",
    members: "group_user",
    key: "group_id",
    noun: "group",
    name_taken: "group.name_taken",
};

/// Teams.
pub const TEAM: GroupKind = GroupKind {
    table: "team",
    members: "team_user",
    key: "team_id",
    noun: "sub_group",
    name_taken: "sub_group.name_taken",
};

/// Every column that [`GroupRow`] reads, of a table called `ap`.
pub const COLUMNS: &str = "ap.id, ap.name, ap.description, ap.is_active, ap.created_at";

/// A group or a team as it is stored.
pub struct GroupRow {
    /// Its id.
    pub id: i64,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether tickets can be given to it.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

from_row!(GroupRow {
    id,
    name,
    description,
    is_active,
    created_at
});

/// What a group or a team becomes.
#[derive(Debug)]
pub struct GroupEdit<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// The ids of all agents in it; left out, who is there stays.
    pub users: &'a Patch<Ids>,
    /// Whether tickets can be given to it.
    pub is_active: &'a Patch<Flag>,
}

impl GroupEdit<'_> {
    /// The ids of the agents.
    pub fn user_ids(&self) -> &[i64] {
        self.users.as_ref().map_or(&[], Ids::as_slice)
    }
}

impl GroupKind {
    /// The one with this id, active or not, or 404.
    pub fn by_id(&self, view: &View<'_>, id: i64) -> Result<GroupRow> {
        let sql = format!("SELECT {COLUMNS} FROM {} ap WHERE ap.id = :id", self.table);
        let row: Option<GroupRow> = view.maybe(&sql, named_params! { ":id": id })?;
        row.or_not_found(self.noun)
    }

    /// Makes one of this name; answers its id.
    pub fn create(&self, change: &mut Change<'_>, name: &str, description: &str) -> Result<i64> {
        let now = change.now();
        change.insert(
            &format!(
                "INSERT INTO {} (name, name_key, description, created_at)
                 VALUES (:name, name_key(:name), :description, :now)",
                self.table
            ),
            named_params! { ":name": name, ":description": description, ":now": now },
        )
    }

    /// Makes what somebody asks for; answers its id.
    pub fn add(&self, change: &mut Change<'_>, new: &GroupEdit<'_>) -> Result<i64> {
        super::refuse_unknown(change.view(), Member::Agent, new.user_ids(), "users")?;
        self.refuse_taken_name(change.view(), new.name, 0)?;
        let id = self.create(change, new.name, new.description)?;
        self.apply(change, id, new)?;
        Ok(id)
    }

    /// Makes of one what somebody asks for.
    pub fn edit(&self, change: &mut Change<'_>, id: i64, edited: &GroupEdit<'_>) -> Result<()> {
        super::refuse_unknown(change.view(), Member::Agent, edited.user_ids(), "users")?;
        if edited.users.as_ref().is_some() {
            let joining = Joining {
                users: edited.user_ids(),
                members: &self.users(change.view(), id)?,
            };
            super::refuse_wider_visibility(change.view(), &joining)?;
        }
        self.refuse_taken_name(change.view(), edited.name, id)?;
        change.run(
            &format!(
                "UPDATE {} SET name = :name, name_key = name_key(:name), description = :description
                 WHERE id = :id",
                self.table
            ),
            named_params! { ":id": id, ":name": edited.name, ":description": edited.description },
        )?;
        self.apply(change, id, edited)
    }

    /// Gives it what else was asked for beside its name.
    fn apply(&self, change: &mut Change<'_>, id: i64, edited: &GroupEdit<'_>) -> Result<()> {
        if edited.users.is_given() {
            self.set_users(change, id, edited.user_ids())?;
        }
        if let Some(is_active) = edited.is_active.as_ref() {
            change.run(
                &format!(
                    "UPDATE {} SET is_active = :is_active WHERE id = :id",
                    self.table
                ),
                named_params! { ":id": id, ":is_active": is_active.get() },
            )?;
        }
        Ok(())
    }

    /// Deletes one that nothing uses.
    pub fn remove(&self, change: &mut Change<'_>, id: i64) -> Result<()> {
        let sql = format!("DELETE FROM {} WHERE id = :id", self.table);
        change.run(&sql, named_params! { ":id": id })?;
        Ok(())
    }

    /// The agents in it.
    pub fn users(&self, view: &View<'_>, id: i64) -> Result<Vec<i64>> {
        let sql = format!(
            "SELECT user_id FROM {} WHERE {} = :id",
            self.members, self.key
        );
        view.all(&sql, named_params! { ":id": id })
    }

    /// Puts an agent into it.
    pub fn add_user(&self, change: &mut Change<'_>, id: i64, user: i64) -> Result<()> {
        change.run(
            &format!(
                "INSERT INTO {} ({}, user_id) VALUES (:id, :user) ON CONFLICT DO NOTHING",
                self.members, self.key
            ),
            named_params! { ":id": id, ":user": user },
        )?;
        Ok(())
    }

    /// Makes these its agents, and nobody else.
    fn set_users(&self, change: &mut Change<'_>, id: i64, users: &[i64]) -> Result<()> {
        change.run(
            &format!(
                "DELETE FROM {} WHERE {} = :id AND user_id NOT IN (SELECT value FROM json_each(:users))",
                self.members, self.key
            ),
            named_params! { ":id": id, ":users": id_list(users) },
        )?;
        users
            .iter()
            .try_for_each(|user| self.add_user(change, id, *user))
    }

    /// Makes these those that an agent is in, and no others.
    pub fn set_of_user(&self, change: &mut Change<'_>, user: i64, ids: &[i64]) -> Result<()> {
        let forget = format!("DELETE FROM {} WHERE user_id = :user", self.members);
        change.run(&forget, named_params! { ":user": user })?;
        ids.iter()
            .try_for_each(|id| self.add_user(change, *id, user))
    }

    /// 409 where another one has this name.
    fn refuse_taken_name(&self, view: &View<'_>, name: &str, except: i64) -> Result<()> {
        let taken: i64 = view.one(
            &format!(
                "SELECT count(*) FROM {} WHERE name_key = name_key(:name) AND id <> :except",
                self.table
            ),
            named_params! { ":name": name, ":except": except },
        )?;
        if taken == 0 {
            return Ok(());
        }
        let message = Message::new(self.name_taken).with("name", name);
        Err(Error::Conflict(message))
    }
}
