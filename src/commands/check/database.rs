//! The database as a file: its pages, its indexes, its references.

use super::{Fault, RESTORE};
use crate::base::db::{Db, FILE_NAME, View};
use crate::base::error::Result;

/// The log that is read beside the database.
pub(super) fn log(db: &Db) -> Result<Vec<Fault>> {
    let damage = db.damage_of_log()?;
    Ok(damage
        .map(|what| Fault::new(FILE_NAME, what, RESTORE))
        .into_iter()
        .collect())
}

/// Every page, every index against its table, every constraint, and the inner order of
/// the search indexes.
pub(super) fn integrity(view: &View<'_>) -> Result<Vec<Fault>> {
    let found: Vec<String> = view.all(
        "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'",
        [],
    )?;
    let faults = found
        .into_iter()
        .map(|what| Fault::new(format!("database: {FILE_NAME}"), what, RESTORE));
    Ok(faults.collect())
}

/// Every reference to another table leads somewhere.
pub(super) fn foreign_keys(view: &View<'_>) -> Result<Vec<Fault>> {
    let broken: Vec<(String, Option<i64>, String)> = view.all(
        "SELECT \"table\", rowid, parent FROM pragma_foreign_key_check",
        [],
    )?;
    let faults = broken.into_iter().map(|(table, row, parent)| {
        let row = row.map_or_else(|| "without an id".into(), |row| row.to_string());
        let what = format!("names a row of {parent} that is not there");
        Fault::new(format!("{table} {row}"), what, RESTORE)
    });
    Ok(faults.collect())
}

/// A desk whose people have an agent side has its owner: nothing removes or demotes them.
pub(super) fn owner(view: &View<'_>) -> Result<Vec<Fault>> {
    let (agents, owners): (i64, i64) = view.one(
        "SELECT count(*), count(*) FILTER (WHERE role_id = 1 AND removed_at IS NULL AND is_active = 1)
         FROM profile WHERE side = 'agent'",
        [],
    )?;
    if agents == 0 || owners == 1 {
        return Ok(Vec::new());
    }
    Ok(vec![Fault::new(
        "profile",
        "agents are there, but no owner",
        "add one with: pocketdesk user add --role owner",
    )])
}
