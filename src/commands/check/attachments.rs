//! The files that rows name, read to their ends; and those that no row names.

use std::collections::{BTreeMap, HashSet};

use super::Fault;
use crate::base::db::{View, named_params};
use crate::base::error::Result;
use crate::base::files::Files;

/// How many files without a row are named.
const MOST_NOTED: usize = 20;

/// What to do about a damaged file.
const BRING_BACK: &str =
    "take the file of this name from a backup's attachments, or have it attached again";

/// The files that rows name.
#[derive(Default)]
pub(in crate::commands) struct Named {
    /// Hash and size, with the first row that names them: rows of equal content share a file.
    pub(in crate::commands) files: Sizes,
    /// How many rows there are.
    pub(in crate::commands) rows: usize,
}

pub(in crate::commands) type Sizes = BTreeMap<(String, i64), String>;

/// The tables whose rows name files.
const TABLES: [(&str, &str); 5] = [
    (
        "attachment",
        "SELECT id, hash, size FROM attachment ORDER BY id",
    ),
    (
        "custom_field_file",
        "SELECT id, hash, size FROM custom_field_file ORDER BY id",
    ),
    (
        "folder_image",
        "SELECT id, hash, size FROM folder_image ORDER BY id",
    ),
    (
        "task_attachment",
        "SELECT id, hash, size FROM task_attachment ORDER BY id",
    ),
    (
        "theme_image",
        "SELECT id, hash, size FROM theme_image ORDER BY id",
    ),
];

/// All files that rows of the snapshot name.
pub(in crate::commands) fn named(view: &View<'_>) -> Result<Named> {
    let mut named = Named::default();
    for (table, sql) in TABLES {
        // A backup may be of a schema that had fewer.
        let is_there: i64 = view.one(
            "SELECT count(*) FROM sqlite_schema WHERE name = :table",
            named_params! { ":table": table },
        )?;
        if is_there == 0 {
            continue;
        }
        let rows: Vec<(i64, String, i64)> = view.all(sql, [])?;
        named.rows += rows.len();
        for (row, hash, size) in rows {
            let place = || format!("{table} {row}");
            named.files.entry((hash, size)).or_insert_with(place);
        }
    }
    Ok(named)
}

/// Each file is there, of its size and its content.
pub(super) fn whole(store: &Files, files: &Sizes) -> Vec<Fault> {
    let mut faults = Vec::new();
    for ((hash, size), place) in files {
        let Ok(size) = u64::try_from(*size) else {
            faults.push(Fault::new(
                place.as_str(),
                "its size is below nothing",
                BRING_BACK,
            ));
            continue;
        };
        match store.verify(hash, size) {
            Ok(None) => {}
            Ok(Some(damage)) => {
                faults.push(Fault::new(
                    place.as_str(),
                    format!("file {hash}: {damage}"),
                    BRING_BACK,
                ));
            }
            Err(error) => faults.push(Fault::new(place.as_str(), error.to_string(), BRING_BACK)),
        }
    }
    faults
}

/// Notes on files that no row names: left by a crash or a deleted ticket, and swept in time.
pub(super) fn unnamed(store: &Files, files: &Sizes) -> Result<Vec<String>> {
    let known: HashSet<&str> = files.keys().map(|(hash, _)| hash.as_str()).collect();
    let mut unnamed = Vec::new();
    for hash in store.hashes() {
        let hash = hash?;
        if !known.contains(hash.as_str()) {
            unnamed.push(hash);
        }
    }
    unnamed.sort_unstable();
    let mut notes: Vec<String> = unnamed
        .iter()
        .take(MOST_NOTED)
        .map(|hash| {
            format!(
                "file {hash} belongs to no attachment; the server moves it to the trash after a day"
            )
        })
        .collect();
    if unnamed.len() > MOST_NOTED {
        let more = unnamed.len() - MOST_NOTED;
        notes.push(format!("{more} more files belong to no attachment"));
    }
    Ok(notes)
}
