//! The steps that make a database of the newest schema. How many of them a file has taken
//! stands in its `user_version`, which each step moves in its own transaction.

use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};

use crate::base::error::{Context, Result};

const STEPS: &[M<'_>] = &[
    step(include_str!("../../../migrations/V1__people.sql")),
    step(include_str!("../../../migrations/V2__tickets.sql")),
    step(include_str!("../../../migrations/V3__custom_fields.sql")),
    step(include_str!("../../../migrations/V4__knowledge.sql")),
    step(include_str!("../../../migrations/V5__templates.sql")),
    step(include_str!("../../../migrations/V6__company.sql")),
    step(include_str!("../../../migrations/V7__tasks.sql")),
    step(include_str!("../../../migrations/V8__workflows.sql")),
    step(include_str!("../../../migrations/V9__sign_in.sql")),
    step(include_str!("../../../migrations/V10__tags.sql")),
    step(include_str!("../../../migrations/V11__lists.sql")),
];

/// Nothing is committed that points at what is not there.
const fn step(sql: &'static str) -> M<'static> {
    M::up(sql).foreign_key_check()
}

/// The number of the newest step in this binary.
pub fn latest_schema() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Takes the steps that the connection's database has not taken. The connection is not for
/// use afterwards: its foreign keys are off, so that a table can be made anew under what
/// points at it.
pub(super) fn migrate(mut connection: Connection) -> Result<()> {
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    Migrations::from_slice(STEPS)
        .to_latest(&mut connection)
        .context("migrating the database")
}
