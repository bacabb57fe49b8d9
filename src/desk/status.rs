//! The closed lists that tickets and tasks draw on: statuses, priorities, stages and sources.
//! Their ids are fixed; their names are in the caller's language.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::base::locale::Locale;

/// What a status, a priority or a stage is called and coloured.
struct Entry {
    id: i64,
    key: &'static str,
    color: &'static str,
}

/// In the order in which the API lists them.
const STATUSES: [Entry; 6] = [
    Entry {
        id: 1,
        key: "status.open",
        color: "#337ab7",
    },
    Entry {
        id: 2,
        key: "status.pending",
        color: "#d9534f",
    },
    Entry {
        id: 6,
        key: "status.answered",
        color: "#F1BB52",
    },
    Entry {
        id: 3,
        key: "status.resolved",
        color: "#5cb85c",
    },
    Entry {
        id: 4,
        key: "status.closed",
        color: "#767676",
    },
    Entry {
        id: 5,
        key: "status.spam",
        color: "#00A1F2",
    },
];

const PRIORITIES: [Entry; 4] = [
    Entry {
        id: LOW,
        key: "priority.low",
        color: "#5cb85c",
    },
    Entry {
        id: 2,
        key: "priority.medium",
        color: "#337ab7",
    },
    Entry {
        id: 3,
        key: "priority.high",
        color: "#f0ad4e",
    },
    Entry {
        id: 4,
        key: "priority.urgent",
        color: "#d9534f",
    },
];

const STAGES: [Entry; 3] = [
    Entry {
        id: NEW,
        key: "stage.new",
        color: "#DF5B49",
    },
    Entry {
        id: 2,
        key: "stage.in_progress",
        color: "#F1BB52",
    },
    Entry {
        id: DONE,
        key: "stage.done",
        color: "#90C059",
    },
];

/// The stage of a task that nobody has begun.
pub const NEW: i64 = 1;
/// The stage of a task that is done.
pub const DONE: i64 = 3;

/// Where tickets come from; `api` is a ticket made through the API that names none.
pub const SOURCES: [&str; 5] = ["email", "website", "facebook", "twitter", "api"];

/// The status of a ticket that waits for an agent.
pub const OPEN: i64 = 1;
/// The status of what nobody asked for.
pub const SPAM: i64 = 5;
/// The status of a ticket whose last word is an agent's.
pub const ANSWERED: i64 = 6;

/// The priority of a ticket or a task of which nobody says that it is urgent.
pub const LOW: i64 = 1;

/// A status as the API shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// Its id.
    pub id: i64,
    /// Its name, in the language asked for.
    pub name: String,
    description: String,
    color: String,
    sort_order: usize,
}

/// A priority as the API shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Priority {
    /// Its id.
    pub id: i64,
    /// Its name, in the language asked for.
    pub name: String,
    description: String,
    color: String,
}

/// How far a task has come, as the API shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Stage {
    id: i64,
    name: String,
    color: String,
}

/// All statuses, in the API's order.
pub fn statuses(locale: Locale) -> Vec<Status> {
    let made = STATUSES.iter().enumerate().map(|(at, entry)| Status {
        id: entry.id,
        name: locale.text(entry.key).into(),
        description: locale.text(entry.key).into(),
        color: entry.color.into(),
        sort_order: at + 1,
    });
    made.collect()
}

/// The status with this id.
pub fn status(id: i64, locale: Locale) -> Option<Status> {
    statuses(locale).into_iter().find(|status| status.id == id)
}

/// All priorities, from low to urgent.
pub fn priorities(locale: Locale) -> Vec<Priority> {
    let made = PRIORITIES.iter().map(|entry| Priority {
        id: entry.id,
        name: locale.text(entry.key).into(),
        description: locale.text(entry.key).into(),
        color: entry.color.into(),
    });
    made.collect()
}

/// The priority with this id.
pub fn priority(id: i64, locale: Locale) -> Option<Priority> {
    priorities(locale)
        .into_iter()
        .find(|priority| priority.id == id)
}

/// The name of the status with this id.
pub fn status_name(id: i64, locale: Locale) -> Option<&'static str> {
    name(&STATUSES, id, locale)
}

/// The name of the priority with this id.
pub fn priority_name(id: i64, locale: Locale) -> Option<&'static str> {
    name(&PRIORITIES, id, locale)
}

fn name(entries: &[Entry], id: i64, locale: Locale) -> Option<&'static str> {
    let found = entries.iter().find(|entry| entry.id == id);
    found.map(|entry| locale.text(entry.key))
}

/// Whether there is a status with this id.
pub fn is_status(id: i64) -> bool {
    STATUSES.iter().any(|entry| entry.id == id)
}

/// Whether there is a priority with this id.
pub fn is_priority(id: i64) -> bool {
    PRIORITIES.iter().any(|entry| entry.id == id)
}

/// The stage with this id.
pub fn stage(id: i64, locale: Locale) -> Option<Stage> {
    let entry = STAGES.iter().find(|entry| entry.id == id)?;
    Some(Stage {
        id,
        name: locale.text(entry.key).into(),
        color: entry.color.into(),
    })
}

/// Whether there is a stage with this id.
pub fn is_stage(id: i64) -> bool {
    STAGES.iter().any(|entry| entry.id == id)
}

/// Sources by code, with their names.
pub fn sources(locale: Locale) -> Map<String, Value> {
    let named = SOURCES
        .iter()
        .map(|code| ((*code).to_owned(), source_name(code, locale).into()));
    named.collect()
}

/// The name of the source with this code.
pub fn source_name(code: &str, locale: Locale) -> String {
    locale.text(&format!("source.{code}")).to_owned()
}
