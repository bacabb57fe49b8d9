//! Sums that a connection has made in the state in which the database still is. Any
//! commit of anybody ends that state, so what is remembered is never out of date. It
//! must not know what is summed.

use std::collections::HashMap;

use rusqlite::{Connection, params_from_iter};

use super::Select;
use crate::base::error::Result;

/// The most sums kept at once: more than the filters that anybody has open.
const MOST: usize = 256;

/// What is remembered, and of which state.
#[derive(Default)]
pub(super) struct Remembered {
    version: Option<i64>,
    sums: HashMap<String, Vec<i64>>,
}

impl Remembered {
    /// The one row of `select`, of `width` whole numbers: made anew only where the
    /// database has changed since it was last made. Inside a transaction, for the
    /// number of the state is that of the snapshot.
    pub(super) fn sums(
        &mut self,
        connection: &Connection,
        select: &Select,
        width: usize,
    ) -> Result<Vec<i64>> {
        let version = connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        if self.version != Some(version) || self.sums.len() >= MOST {
            self.sums.clear();
            self.version = Some(version);
        }
        let key = format!("{select:?}");
        if let Some(known) = self.sums.get(&key) {
            return Ok(known.clone());
        }
        let made = sums(connection, select, width)?;
        self.sums.insert(key, made.clone());
        Ok(made)
    }
}

/// The one row of `select`, of `width` whole numbers.
pub(super) fn sums(connection: &Connection, select: &Select, width: usize) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(&select.sql())?;
    let row = statement.query_row(params_from_iter(select.binds()), |row| {
        (0..width).map(|at| row.get(at)).collect()
    })?;
    Ok(row)
}
