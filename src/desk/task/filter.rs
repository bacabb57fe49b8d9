//! Which tasks a list is of: the filters of a query, as conditions.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::db::{Select, Value, id_list};
use crate::base::input::{Ids, Optional, Text};
use crate::base::search::Search;
use crate::base::who::Who;
use crate::desk::task_model::{self, Condition};
use crate::web::extract::Checked;
use crate::web::listing::{List, Listed, Listing, Sort};

/// The list of tasks.
#[derive(Debug, Clone)]
pub(super) struct Tasks;

impl Listed for Tasks {
    const LIST: &'static List = &List {
        id: "k.id",
        sorts: &[
            // Tasks are stamped as they are made, one after the other.
            Sort::descending(&["tsk.id", "createdAt"], &[]).walking("task k NOT INDEXED"),
            Sort::descending(&["u.email"], &["u.email_key", "u.id"])
                .joining("CROSS JOIN user u ON u.id = k.user_id")
                .walking(
                    "user u INDEXED BY user_agent_by_email CROSS JOIN task k INDEXED BY task_by_user
                     ON k.user_id = u.id AND u.was_agent = 1",
                ),
            Sort::descending(&["name"], &["p.name_key", "p.id"])
                .joining("LEFT JOIN profile p ON p.user_id = k.user_id AND p.side = 'agent'")
                .walking(
                    "profile p INDEXED BY profile_by_name CROSS JOIN task k INDEXED BY task_by_user
                     ON k.user_id = p.user_id AND p.side = 'agent'",
                ),
            Sort::descending(&["updatedAt"], &["k.updated_at"])
                .walking("task k INDEXED BY task_by_update"),
        ],
        size: 12,
        searched: "Words to look for in the subject, in all that is said and in names of files; the last may \
            be the beginning of one, and what has it as a whole word comes first.",
    };
}

/// The filters of `GET /tasks`, as clients send them. Unknown keys are ignored.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct TaskQuery {
    /// Ids of stages: 1 new, 2 in progress, 3 done.
    stage: Optional<Ids>,
    /// Ids of priorities, 1 to 4.
    priority: Optional<Ids>,
    /// Ids of the agents in charge.
    agent: Optional<Ids>,
    /// Ids of tickets.
    ticket: Optional<Ids>,
}

impl Checked for TaskQuery {}

/// A list of tasks: what is seen, what is asked for, order and page.
#[derive(Debug)]
pub(super) struct Filter {
    /// The stages listed; none for all.
    pub stages: Option<Vec<i64>>,
    /// The priorities listed; none for all.
    pub priorities: Option<Vec<i64>>,
    /// The agents in charge; none for all.
    pub agents: Option<Vec<i64>>,
    /// The tickets; none for all.
    pub tickets: Option<Vec<i64>>,
    /// What is looked for.
    pub search: Search,
    /// Order and page.
    pub listing: Listing<Tasks>,
    /// The caller's tasks.
    pub visibility: Condition,
    /// Those among them whose ticket is in sight.
    pub ticket_is_visible: Condition,
    /// Those among them whose ticket is not.
    pub beyond_tickets: Option<Condition>,
}

/// What `who` asks for with `query`.
pub(super) fn filter(who: &Who, query: &TaskQuery, listing: Listing<Tasks>) -> Filter {
    let ids = |ids: &Optional<Ids>| ids.entries().map(<[i64]>::to_vec);
    Filter {
        stages: ids(&query.stage),
        priorities: ids(&query.priority),
        agents: ids(&query.agent),
        tickets: ids(&query.ticket),
        search: Search::of(listing.search.as_ref().map(Text::as_str)),
        listing,
        visibility: task_model::condition(who),
        ticket_is_visible: task_model::ticket_is_visible(who),
        beyond_tickets: task_model::beyond_tickets(who),
    }
}

/// What no list shows is a task whose ticket is in the trash; the counts know of none.
pub(super) const OUTSIDE_THE_TRASH: &str = "k.ticket_is_trashed = 0";

impl Filter {
    /// Whether a stage is among those listed.
    pub(super) fn lists(&self, stage: i64) -> bool {
        self.stages
            .as_ref()
            .is_none_or(|stages| stages.contains(&stage))
    }

    /// Whether every task is seen.
    pub(super) fn sees_all(&self) -> bool {
        self.beyond_tickets.is_none()
    }

    /// Whether a condition leads to few tasks, by an index of its own.
    pub(super) fn is_narrow(&self) -> bool {
        self.agents.is_some() || self.tickets.is_some()
    }

    /// What is seen and asked for, but for the stage, as conditions on a row `k` of `task`.
    pub(super) fn apply(&self, select: &mut Select) {
        // Whoever does not see a ticket does not learn which tasks are about it.
        let (condition, binds) = if self.tickets.is_some() {
            &self.ticket_is_visible
        } else {
            &self.visibility
        };
        select.and(*condition, binds.clone());
        select.and(OUTSIDE_THE_TRASH, []);
        self.apply_priority(select);
        for (ids, condition) in [
            (
                &self.agents,
                "k.agent_id IN (SELECT value FROM json_each(?))",
            ),
            (
                &self.tickets,
                "k.ticket_id IN (SELECT value FROM json_each(?))",
            ),
        ] {
            if let Some(ids) = ids {
                select.and(condition, [id_list(ids)]);
            }
        }
    }

    /// The priorities asked for, as a condition on a row `k` of `task` or of its counts. The
    /// plus keeps the planner from an index that finds more than those of the other conditions.
    pub(super) fn apply_priority(&self, select: &mut Select) {
        if let Some(priorities) = &self.priorities {
            select.and(
                "+k.priority_id IN (SELECT value FROM json_each(?))",
                [id_list(priorities)],
            );
        }
    }

    /// The stages asked for, in the same way.
    pub(super) fn apply_stage(&self, select: &mut Select) {
        if let Some(stages) = &self.stages {
            select.and(
                "+k.stage_id IN (SELECT value FROM json_each(?))",
                [id_list(stages)],
            );
        }
    }

    /// The one value of a filter, where it names one alone.
    pub(super) fn single(ids: Option<&Vec<i64>>) -> Option<Value> {
        match ids.map(Vec::as_slice) {
            Some([id]) => Some((*id).into()),
            _ => None,
        }
    }
}
