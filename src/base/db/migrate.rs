//! Bringing a database to the newest schema: all that is missing in one transaction, with
//! foreign keys switched off, so that tables may be made anew, and checked before the commit.

use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Migration, Runner};
use rusqlite::Connection;

use crate::base::error::{Context, Result};

/// The files of `migrations`, in the order of their numbers.
const FILES: [(&str, &str); 17] = [
    (
        "V1__company",
        include_str!("../../../migrations/V1__company.sql"),
    ),
    (
        "V2__people",
        include_str!("../../../migrations/V2__people.sql"),
    ),
    (
        "V3__access",
        include_str!("../../../migrations/V3__access.sql"),
    ),
    (
        "V4__tickets",
        include_str!("../../../migrations/V4__tickets.sql"),
    ),
    (
        "V5__conversation",
        include_str!("../../../migrations/V5__conversation.sql"),
    ),
    (
        "V6__custom_fields",
        include_str!("../../../migrations/V6__custom_fields.sql"),
    ),
    (
        "V7__tasks",
        include_str!("../../../migrations/V7__tasks.sql"),
    ),
    (
        "V8__knowledge",
        include_str!("../../../migrations/V8__knowledge.sql"),
    ),
    (
        "V9__templates",
        include_str!("../../../migrations/V9__templates.sql"),
    ),
    (
        "V10__workflows",
        include_str!("../../../migrations/V10__workflows.sql"),
    ),
    (
        "V11__events",
        include_str!("../../../migrations/V11__events.sql"),
    ),
    (
        "V12__search",
        include_str!("../../../migrations/V12__search.sql"),
    ),
    (
        "V13__search_of_customers",
        include_str!("../../../migrations/V13__search_of_customers.sql"),
    ),
    (
        "V14__tasks_by_author",
        include_str!("../../../migrations/V14__tasks_by_author.sql"),
    ),
    (
        "V15__tasks_of_the_trash",
        include_str!("../../../migrations/V15__tasks_of_the_trash.sql"),
    ),
    (
        "V16__workflows_at_work",
        include_str!("../../../migrations/V16__workflows_at_work.sql"),
    ),
    (
        "V17__outgoing_mail",
        include_str!("../../../migrations/V17__outgoing_mail.sql"),
    ),
];

fn migrations() -> Result<Vec<Migration>> {
    let files = FILES.iter();
    files
        .map(|(name, sql)| Migration::unapplied(name, sql).context("reading a migration's name"))
        .collect()
}

/// The number of the newest migration in this binary: they are numbered from 1, without a gap.
pub fn latest_schema() -> i64 {
    i64::try_from(FILES.len()).unwrap_or(i64::MAX)
}

/// Runs what is missing. The connection is used for nothing else afterwards.
pub(super) fn run(connection: Connection) -> Result<()> {
    connection.execute_batch("PRAGMA foreign_keys = OFF")?;
    Runner::new(&migrations()?)
        .set_grouped(true)
        .run(&mut Migrating(connection))
        .context("migrating the database")?;
    Ok(())
}

/// A connection whose migrations are committed only where every reference leads somewhere.
struct Migrating(Connection);

/// Why a migration was undone.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("after it a row of {0} refers to a row of {1} that is not there")]
    Reference(String, String),
}

impl Transaction for Migrating {
    type Error = Refused;

    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, steps: T) -> Result<usize, Refused> {
        let transaction = self.0.transaction()?;
        let mut count = 0;
        for step in steps {
            transaction.execute_batch(step)?;
            count += 1;
        }
        let broken = transaction
            .prepare("PRAGMA foreign_key_check")?
            .query_map([], |row| Ok(Refused::Reference(row.get(0)?, row.get(2)?)))?
            .next()
            .transpose()?;
        if let Some(broken) = broken {
            return Err(broken);
        }
        transaction.commit()?;
        Ok(count)
    }
}

impl Query<Vec<Migration>> for Migrating {
    fn query(&mut self, query: &str) -> Result<Vec<Migration>, Refused> {
        Ok(self.0.query(query)?)
    }
}

impl Migrate for Migrating {}
