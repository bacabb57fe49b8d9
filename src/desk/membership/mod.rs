//! Who is in which group and team: what both are made of, the documented order and search of
//! their lists and of that of privilege sets, the agents that they name, and the refusal of ids
//! that nobody has. It has no routes; each room calls its own table `ap`, as the API's names for
//! the order (`ap.name`) do.

mod kind;

pub use kind::{COLUMNS, GROUP, GroupEdit, GroupKind, GroupRow, TEAM};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::db::{FromRow, Select, View, from_row, id_list, named_params};
use crate::base::error::{Error, Message, Result};
use crate::base::input::{Flags, Optional};
use crate::base::page::Pagination;
use crate::base::who::{Role, TicketView};
use crate::web::extract::Checked;
use crate::web::listing::{List, Listed, Listing, Sort};

/// A list of groups, teams or privilege sets.
#[derive(Debug, Clone)]
pub struct Memberships;

impl Listed for Memberships {
    const LIST: &'static List = &List {
        id: "ap.id",
        sorts: &[
            Sort::descending(&["ap.createdAt"], &["ap.created_at"]),
            Sort::descending(&["ap.name"], &["ap.name_key"]),
            Sort::descending(&["ap.id"], &[]),
        ],
        size: 10,
        searched: "Words of the name or the description.",
    };
}

/// The filters of the lists of groups and teams.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct MembershipQuery {
    /// Only active (1) or inactive (0) ones.
    is_active: Optional<Flags>,
}

impl Checked for MembershipQuery {}

impl MembershipQuery {
    /// The groups or teams of a table called `ap` that are asked for.
    pub fn rows(&self, from: &'static str) -> Select {
        let mut select = Select::new(COLUMNS, from);
        if let Some(is_active) = self.is_active.only() {
            select.and("ap.is_active = ?", [i64::from(is_active).into()]);
        }
        select
    }
}

/// The page of what `select` leaves of a table called `ap`.
pub fn page<T: FromRow>(
    view: &View<'_>,
    listing: &Listing<Memberships>,
    mut select: Select,
) -> Result<(Vec<T>, Pagination)> {
    let keys = "ap.name_key || ' ' || name_key(ap.description)";
    listing.find_in(&mut select, keys);
    listing.page(view, select)
}

/// An agent of a group or a team.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AgentOption {
    id: i64,
    email: String,
    name: String,
}

from_row!(AgentOption { id, email, name });

/// The users with these ids who are agents, active or not, by name.
pub fn agents(view: &View<'_>, users: &[i64]) -> Result<Vec<AgentOption>> {
    view.all(
        "SELECT user.id, user.email, profile.name FROM user
         JOIN profile ON profile.user_id = user.id AND profile.side = 'agent' AND profile.removed_at IS NULL
         WHERE user.id IN (SELECT value FROM json_each(:users)) ORDER BY profile.name_key, user.id",
        named_params! { ":users": id_list(users) },
    )
}

/// What a list of ids must name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Member {
    /// Agents, active or not.
    Agent,
    /// Groups, active or not.
    Group,
    /// Teams, active or not.
    SubGroup,
    /// Privilege sets.
    PrivilegeSet,
}

/// 400 at `field` with those of `ids` that name no such thing.
pub fn refuse_unknown(view: &View<'_>, what: Member, ids: &[i64], field: &str) -> Result<()> {
    let (sql, message) = match what {
        Member::Agent => (
            "SELECT value FROM json_each(:ids) WHERE value NOT IN (
                 SELECT user_id FROM profile WHERE side = 'agent' AND removed_at IS NULL)",
            "membership.unknown_agents",
        ),
        Member::Group => (
            "SELECT value FROM json_each(:ids) WHERE value NOT IN (SELECT id FROM \"group\")",
            "membership.unknown_groups",
        ),
        Member::SubGroup => (
            "SELECT value FROM json_each(:ids) WHERE value NOT IN (SELECT id FROM team)",
            "membership.unknown_sub_groups",
        ),
        Member::PrivilegeSet => (
            "SELECT value FROM json_each(:ids) WHERE value NOT IN (SELECT id FROM agent_privilege)",
            "membership.unknown_privileges",
        ),
    };
    let unknown: Vec<i64> = view.all(sql, named_params! { ":ids": id_list(ids) })?;
    if unknown.is_empty() {
        return Ok(());
    }
    let unknown: Vec<String> = unknown.iter().map(i64::to_string).collect();
    Err(Error::invalid(
        field,
        Message::new(message).with("ids", unknown.join(", ")),
    ))
}

/// 403 where somebody puts into a group or a team that they are not in, and whose tickets
/// they do not see, one who would see more by it: nobody grants what they do not hold.
pub fn refuse_wider_visibility(view: &View<'_>, joining: &Joining<'_>) -> Result<()> {
    let who = view.who();
    if who.is_admin() || who.ticket_view == TicketView::All || joining.members.contains(&who.id) {
        return Ok(());
    }
    let new = joining
        .users
        .iter()
        .filter(|user| !joining.members.contains(user));
    let new: Vec<i64> = new.copied().collect();
    let gaining: i64 = view.one(
        "SELECT count(*) FROM profile
         WHERE user_id IN (SELECT value FROM json_each(:new)) AND side = 'agent'
             AND role_id = :agent AND ifnull(ticket_view, 0) <> :all",
        named_params! {
            ":new": id_list(&new), ":agent": Role::Agent.id(), ":all": TicketView::All.id(),
        },
    )?;
    if gaining == 0 {
        return Ok(());
    }
    Err(Error::Forbidden(Message::new(
        "membership.wider_visibility",
    )))
}

/// Who shall be in a group or a team, and who is.
pub struct Joining<'a> {
    /// Everybody who shall be.
    pub users: &'a [i64],
    /// Everybody who is.
    pub members: &'a [i64],
}
