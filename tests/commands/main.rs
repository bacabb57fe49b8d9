//! The commands as people type them: the built binary in temporary folders.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on fails where it stands"
)]

#[path = "../support/binary.rs"]
mod binary;
#[path = "../support/http.rs"]
mod http;

mod backup;
mod check;
mod data;
mod demo;
mod people;
mod schema;
mod serve;
mod status;
mod temporary;

use std::io::Write;
use std::path::Path;

/// Makes a file with this content.
fn put(path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
    std::fs::File::create(path)
        .and_then(|mut file| file.write_all(content.as_ref()))
        .expect("a file is made");
}

/// The database of a folder, as a file that anybody may open.
#[expect(
    clippy::disallowed_methods,
    reason = "the tests look at the file and damage it from the outside"
)]
fn database(folder: &Path) -> rusqlite::Connection {
    let database =
        rusqlite::Connection::open(folder.join("pocketdesk.db")).expect("the database opens");
    database
        .execute_batch("PRAGMA foreign_keys = OFF")
        .expect("the pragma is taken");
    database
}
