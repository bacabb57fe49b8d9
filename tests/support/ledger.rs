//! Everything that a desk holds, read from its file past the desk itself: how a test sees
//! that a refused call left nothing, and that two requests did the same.

use std::collections::BTreeMap;
use std::path::Path;

use pocketdesk::base::db::FILE_NAME;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

/// A look at a desk's file.
pub(crate) struct Ledger {
    connection: Connection,
}

/// The rows of each table, each value by its column.
pub(crate) type Holdings = BTreeMap<String, Vec<BTreeMap<String, String>>>;

impl Ledger {
    pub(crate) fn of(folder: &Path) -> Self {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        #[expect(
            clippy::disallowed_methods,
            reason = "a look past the desk is what this is for"
        )]
        let connection = Connection::open_with_flags(folder.join(FILE_NAME), flags);
        Self {
            connection: connection.expect("the desk's file opens"),
        }
    }

    /// A number that moves with every change that is committed.
    pub(crate) fn version(&self) -> i64 {
        self.connection
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .expect("a version")
    }

    /// All that there is, without `secret` columns, whose values are drawn by lot.
    pub(crate) fn holdings(&self, secret: &[&str]) -> Holdings {
        let tables = "SELECT name FROM pragma_table_list
            WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'";
        let mut statement = self.connection.prepare(tables).expect("a query");
        let names = statement.query_map([], |row| row.get::<_, String>(0));
        let names = names.expect("the tables").map(|name| name.expect("a name"));
        names
            .map(|name| (name.clone(), self.rows(&name, secret)))
            .collect()
    }

    fn rows(&self, table: &str, secret: &[&str]) -> Vec<BTreeMap<String, String>> {
        let query = format!("SELECT * FROM \"{table}\"");
        let mut statement = self.connection.prepare(&query).expect("a query");
        let columns: Vec<String> = statement
            .column_names()
            .into_iter()
            .map(Into::into)
            .collect();
        let rows = statement.query_map([], |row| {
            let shown = columns
                .iter()
                .enumerate()
                .filter(|(_, name)| !secret.contains(&name.as_str()));
            shown
                .map(|(at, name)| Ok((name.clone(), format!("{:?}", row.get::<_, Value>(at)?))))
                .collect()
        });
        rows.expect("the rows")
            .map(|row| row.expect("a row"))
            .collect()
    }
}

/// The rows that stand in one of two and not in the other, a line each.
pub(crate) fn difference(before: &Holdings, after: &Holdings) -> Vec<String> {
    let mut lines = Vec::new();
    for (from, to, sign) in [(before, after, '-'), (after, before, '+')] {
        for (table, rows) in from {
            let other = to.get(table).map_or(&[][..], Vec::as_slice);
            let lost = rows.iter().filter(|row| !other.contains(row));
            lines.extend(lost.map(|row| format!("{sign} {table} {row:?}")));
        }
    }
    lines
}
