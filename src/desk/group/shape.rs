//! Groups as the API shows them.

use schemars::JsonSchema;
use serde::Serialize;

use super::store::GroupRow;
use crate::base::page::Pagination;
use crate::base::time::PhpDateErrors;
use crate::desk::company::Calendar;
use crate::desk::membership::AgentOption;
use crate::desk::team::TeamOption;

/// A group.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupShape {
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
pub(super) struct GroupList {
    pub(super) groups: Vec<GroupShape>,
    pub(super) pagination_data: Pagination,
}

/// A group with who and what is in it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupDetail {
    #[serde(flatten)]
    pub(super) group: GroupShape,
    pub(super) users: Vec<AgentOption>,
    pub(super) sub_groups: Vec<TeamOption>,
}

/// A group as lists show it.
pub(super) fn shape(calendar: &Calendar, row: GroupRow) -> GroupShape {
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
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) sub_groups: Vec<TeamOption>,
}
