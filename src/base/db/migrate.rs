//! Bringing a database to the newest schema: all that is missing in one transaction, with
//! foreign keys switched off, so that tables may be made anew, and checked before the commit.
//! The number of the newest file that was run stands in the database's `user_version`.

use rusqlite::Connection;

use crate::base::error::{Context, Error, Result};

/// The files of `migrations`, in the order of their numbers.
const FILES: [&str; 12] = [
    include_str!("../../../migrations/V1__company.sql"),
    include_str!("../../../migrations/V2__people.sql"),
    include_str!("../../../migrations/V3__access.sql"),
    include_str!("../../../migrations/V4__tickets.sql"),
    include_str!("../../../migrations/V5__conversation.sql"),
    include_str!("../../../migrations/V6__custom_fields.sql"),
    include_str!("../../../migrations/V7__tasks.sql"),
    include_str!("../../../migrations/V8__knowledge.sql"),
    include_str!("../../../migrations/V9__templates.sql"),
    include_str!("../../../migrations/V10__workflows.sql"),
    include_str!("../../../migrations/V11__events.sql"),
    include_str!("../../../migrations/V12__search.sql"),
];

/// The number of the newest migration in this binary: they are numbered from 1, without a gap.
pub fn latest_schema() -> i64 {
    i64::try_from(FILES.len()).unwrap_or(i64::MAX)
}

/// Which schema a database has; 0 before the first.
pub(super) fn schema_of(connection: &Connection) -> Result<i64> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Runs what is missing. The connection is used for nothing else afterwards.
pub(super) fn run(mut connection: Connection) -> Result<()> {
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    let change = connection.transaction()?;
    let have = usize::try_from(schema_of(&change)?).unwrap_or(FILES.len());
    for (number, file) in (1..).zip(FILES).skip(have) {
        change
            .execute_batch(file)
            .context(format!("running migration {number}"))?;
    }
    change.pragma_update(None, "user_version", latest_schema())?;
    let broken: Option<(String, String)> = change
        .prepare("PRAGMA foreign_key_check")?
        .query_map([], |row| Ok((row.get(0)?, row.get(2)?)))?
        .next()
        .transpose()?;
    if let Some((from, to)) = broken {
        return Err(Error::internal(format!(
            "after the migrations a row of {from} refers to a row of {to} that is not there"
        )));
    }
    change.commit().context("committing the migrations")
}
