//! What the engine would do for a list, step by step, and which steps are bad ones.

use pocketdesk::access;
use pocketdesk::base::db::{FromRow, Row, Select, View};
use pocketdesk::base::error::Result;
use pocketdesk::base::locale::Locale;
use pocketdesk::base::who::Caller;
use rusqlite::params_from_iter;
use serde_json::{Map, Value};

use super::Desk;

struct Step(String);

impl FromRow for Step {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        row.get("detail").map(Self)
    }
}

/// The steps of the plan for one query.
pub(crate) fn steps(view: &View<'_>, select: &Select) -> Result<Vec<String>> {
    let sql = format!("EXPLAIN QUERY PLAN {}", select.sql());
    let steps: Vec<Step> = view.all(&sql, params_from_iter(select.binds()))?;
    Ok(steps.into_iter().map(|step| step.0).collect())
}

/// The steps of the plans for the queries that a room makes of these parameters, as the
/// user of `email` asks with them.
pub(crate) fn plan(
    desk: &Desk,
    email: &str,
    parameters: &str,
    queries: impl FnOnce(&View<'_>, Value) -> Result<Vec<Select>>,
) -> Vec<String> {
    let user = desk.user_id(email);
    let who = desk
        .read(|view| access::by_choice(view, user, None))
        .expect("somebody");
    let caller = Caller {
        who,
        locale: Locale::English,
        ..Caller::nobody()
    };
    let fields: Map<String, Value> = parameters
        .split('&')
        .filter(|one| !one.is_empty())
        .map(|one| {
            let (name, value) = one.split_once('=').unwrap_or((one, ""));
            (name.to_owned(), Value::from(value))
        })
        .collect();
    let read = desk.app.parts().db.read(&caller, |view| {
        let mut all = Vec::new();
        for select in queries(view, Value::Object(fields))? {
            all.extend(steps(view, &select)?);
        }
        Ok(all)
    });
    read.expect("plans")
}

/// Whether one of these tables is read from end to end, which a search in an index is not.
pub(crate) fn scans(step: &str, tables: &[&str]) -> bool {
    let scanned = step.strip_prefix("SCAN ");
    scanned.is_some_and(|scanned| {
        let is_one =
            |table: &&str| scanned == *table || scanned.starts_with(&format!("{table} USING"));
        tables.iter().any(is_one)
    })
}

/// Whether what was found is put in order, which an index has not done then.
pub(crate) fn sorts(step: &str) -> bool {
    step.contains("USE TEMP B-TREE FOR")
}

#[test]
fn a_bad_step_is_known() {
    assert!(scans("SCAN t", &["t"]));
    assert!(scans("SCAN t USING INDEX ticket_by_customer", &["t"]));
    assert!(scans(
        "SCAN k USING COVERING INDEX task_by_agent",
        &["t", "k"]
    ));
    assert!(!scans("SCAN tag", &["t"]));
    assert!(!scans("SCAN json_each VIRTUAL TABLE INDEX 1:", &["t"]));
    assert!(!scans(
        "SEARCH t USING INDEX ticket_by_status (status_id=?)",
        &["t"]
    ));
    assert!(sorts("USE TEMP B-TREE FOR ORDER BY"));
    assert!(sorts("USE TEMP B-TREE FOR LAST TERM OF ORDER BY"));
    assert!(!sorts("SCAN t"));
}
