//! Sub-groups as the API shows them.

use schemars::JsonSchema;
use serde::Serialize;

use super::store::TeamRow;
use crate::base::page::Pagination;
use crate::base::time::PhpDateErrors;
use crate::desk::company::Calendar;
use crate::desk::membership::AgentOption;

/// A team.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TeamShape {
    id: i64,
    name: String,
    description: String,
    created_at: PhpDateErrors,
    is_active: bool,
}

/// A page of teams, under the key of groups as documented.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TeamList {
    pub(super) groups: Vec<TeamShape>,
    pub(super) pagination_data: Pagination,
}

/// A team with who is in it and what it is part of.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TeamDetail {
    #[serde(flatten)]
    pub(super) team: TeamShape,
    pub(super) groups: Vec<GroupOfTeam>,
    pub(super) users: Vec<AgentOption>,
}

/// A group that a team is part of.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct GroupOfTeam {
    pub(super) id: i64,
    pub(super) name: String,
}

/// A team as lists show it.
pub(super) fn shape(calendar: &Calendar, row: TeamRow) -> TeamShape {
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
    pub(super) id: i64,
    pub(super) name: String,
}
