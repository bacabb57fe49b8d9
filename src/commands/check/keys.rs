//! The key of sealed values, and whether it opens them.

use std::path::Path;

use super::Fault;
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::seal::{KEY_FILE, Sealer};
use crate::desk::custom_field;

/// What to do about a key that is not the right one.
const PUT_BACK: &str =
    "put the file back from a backup, for no other opens the values of encrypted fields";

/// The folder's key. Where there is none, none is made: the old one may still be found.
pub(super) fn read(folder: &Path) -> Result<Sealer, Fault> {
    if !folder.join(KEY_FILE).exists() {
        return Err(Fault::new(KEY_FILE, "is missing", PUT_BACK));
    }
    Sealer::open(folder).map_err(|error| Fault::new(KEY_FILE, error.to_string(), PUT_BACK))
}

/// Every sealed value opens in its place.
pub(super) fn sealed(view: &View<'_>, sealer: &Sealer) -> Result<Vec<Fault>> {
    let values: Vec<(i64, i64, i64, Vec<u8>)> = view.all(
        "SELECT id, ticket_id, custom_field_id, sealed FROM custom_field_value
         WHERE sealed IS NOT NULL",
        [],
    )?;
    let mut faults = Vec::new();
    for (id, ticket, field, bytes) in values {
        if let Err(error) = sealer.unseal(custom_field::place(ticket, field), &bytes) {
            let place = format!("custom_field_value {id}");
            faults.push(Fault::new(place, error.to_string(), PUT_BACK));
        }
    }
    Ok(faults)
}
