//! Opening: pragmas with their reasons, and who may migrate.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::damage;
use super::functions;
use super::migrate::{self, latest_schema};
use crate::base::data_folder;
use crate::base::error::{Context, Error, Result};
use crate::base::files::free_bytes;

/// How long a connection waits for a lock that another process holds.
const BUSY: Duration = Duration::from_secs(10);

/// How long a copy waits while the database is locked.
const PAUSE: Duration = Duration::from_millis(20);

/// The oldest `SQLite` that all features in use work with; the bundled one is newer.
const OLDEST_SQLITE: i32 = 3_045_000;

/// Makes the folder and a database of the newest schema, or brings the one there to it.
pub(super) fn prepare(folder: &Path, path: &Path) -> Result<()> {
    bring_up_to_date(folder, path).map_err(|error| unwritten(path, error))
}

/// A failure to write, in a sentence that says what to do.
fn unwritten(path: &Path, error: Error) -> Error {
    let (Error::Internal(cause) | Error::Unavailable(cause)) = &error else {
        return error;
    };
    let cause = cause.to_string();
    let remedy = if ["is full", "No space", "disk I/O error", "too large"]
        .iter()
        .any(|word| cause.contains(word))
    {
        "make room on its disk"
    } else if ["readonly", "unable to open", "Permission denied"]
        .iter()
        .any(|word| cause.contains(word))
    {
        "give it to the user that pocketdesk runs as"
    } else {
        return error;
    };
    Error::internal(format!(
        "the database {} cannot be written ({cause}): {remedy} and start again",
        path.display()
    ))
}

fn bring_up_to_date(folder: &Path, path: &Path) -> Result<()> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(Error::internal(
            "this build has an SQLite that is too old: build with the bundled one",
        ));
    }
    data_folder::make_private(folder)?;
    if is_there(path) {
        damage::refuse(path)?;
    }
    let have = schema_of(path)?;
    let latest = latest_schema();
    if have > latest {
        return Err(refused_schema(path, have));
    }
    if have == latest {
        return Ok(());
    }
    make_private_file(path)?;
    if have > 0 {
        damage::refuse_large(path)?;
    }
    let connection = connect(path)?;
    if have > 0 {
        copy_before_migration(&connection, path, have)?;
    }
    migrate::run(connection)
}

/// Fails where the database has not the newest schema, and changes nothing: only who holds the
/// folder migrates, for whoever else has it open knows the schema that it had.
pub(super) fn expect_latest(path: &Path) -> Result<()> {
    damage::refuse_header(path)?;
    let have = schema_of(path).map_err(|error| damage::named(path, error))?;
    if have == latest_schema() {
        return Ok(());
    }
    Err(refused_schema(path, have))
}

/// The schema of a copy that nobody serves; one that this binary cannot bring up to date is refused.
pub(super) fn schema_of_copy(path: &Path) -> Result<i64> {
    damage::refuse_header(path)?;
    let have = schema_of(path).map_err(|error| damage::named(path, error))?;
    if (1..=latest_schema()).contains(&have) {
        return Ok(have);
    }
    Err(refused_schema(path, have))
}

/// A schema that is not this binary's, in a sentence that says what to do.
fn refused_schema(path: &Path, have: i64) -> Error {
    let (latest, path) = (latest_schema(), path.display());
    let remedy = match have {
        0 => "it holds no desk: name a desk's folder with --data, or restore a backup",
        older if older < latest => "start pocketdesk serve on it once, which brings it up to date",
        _ => "use the newer pocketdesk that made it",
    };
    Error::internal(format!(
        "the database {path} has schema {have} and this pocketdesk has schema {latest}: {remedy}; nothing was changed"
    ))
}

fn is_there(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.len() > 0)
}

/// The schema of the file at `path`, read without changing it; 0 where there is none yet.
fn schema_of(path: &Path) -> Result<i64> {
    if !is_there(path) {
        return Ok(0);
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY)?;
    let history: i64 = connection.query_row(
        "SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'",
        [],
        |row| row.get(0),
    )?;
    if history == 0 {
        return Ok(0);
    }
    let newest = "SELECT ifnull(max(version), 0) FROM refinery_schema_history";
    Ok(connection.query_row(newest, [], |row| row.get(0))?)
}

/// Keeps the database as it was beside the one that is about to change.
fn copy_before_migration(connection: &Connection, path: &Path, schema: i64) -> Result<()> {
    let copy_path = path.with_extension(format!("before-schema-{}.db", schema + 1));
    let room = free_bytes(path.parent().unwrap_or(path))?;
    let needed = std::fs::metadata(path)?.len() * 2;
    if room < needed {
        return Err(Error::internal(format!(
            "an upgrade needs {needed} free bytes beside the database for a copy and the change: \
             make room and start again; nothing was changed"
        )));
    }
    let unfinished = copy_path.with_extension("unfinished");
    let _ = std::fs::remove_file(&unfinished);
    copy(connection, &unfinished)?;
    // Renamed last: a copy that was cut never looks whole.
    std::fs::rename(&unfinished, &copy_path)?;
    tracing::info!(copy = %copy_path.display(), "the database was copied before its migration");
    remove_old_copies(path, schema + 1);
    Ok(())
}

/// How many copies from before migrations are kept.
const COPIES: usize = 2;

/// Removes the copies from before older migrations than the newest: each is as large as the
/// database. One that cannot be removed stays.
fn remove_old_copies(path: &Path, newest: i64) {
    let of = |schema: i64| path.with_extension(format!("before-schema-{schema}.db"));
    let copies = (1..=newest).rev().map(of).filter(|copy| copy.exists());
    for copy in copies.skip(COPIES) {
        let _ = std::fs::remove_file(copy);
    }
}

/// Copies a database into a new file, and syncs it. All pages go in one step: between two steps
/// a change by anybody else would begin the copy anew, and under load it would never end.
pub(super) fn copy(from: &Connection, target: &Path) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut copy = open(target, flags)?;
    // Nobody reads it before it is whole.
    copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")?;
    let backup = Backup::new(from, &mut copy)?;
    while backup.step(-1)? != StepResult::Done {
        std::thread::sleep(PAUSE);
    }
    drop(backup);
    copy.close().map_err(|(_, error)| error)?;
    File::open(target)?.sync_all()?;
    Ok(())
}

/// A connection that writes, to a database that is there: where its file is gone, an empty one
/// in its place would hide that.
pub(super) fn connect(path: &Path) -> Result<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // First of all, so that the pragmas below wait for a lock instead of failing.
    connection.busy_timeout(BUSY)?;
    connection.execute_batch(
        // Readers and the writer do not wait for each other.
        "PRAGMA journal_mode = WAL;
         -- A commit is on the disk before it is acknowledged; NORMAL loses the last ones in a power cut.
         PRAGMA synchronous = FULL;
         -- Pages in the log before they are moved to the file, 16 MiB: a page that many
         -- changes touch is moved once for all of them, and fewer commits wait for the move.
         PRAGMA wal_autocheckpoint = 4000;
         -- A log that grew under a long read is cut back at the next checkpoint.
         PRAGMA journal_size_limit = 67108864;
         -- What is deleted is written over: a row that was erased is in no free page.
         PRAGMA secure_delete = ON;
         -- Pages kept in memory, in KiB: the indexes' upper levels of a million tickets.
         PRAGMA cache_size = -16384;",
    )?;
    guard(&connection)?;
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn connect_reader(path: &Path) -> Result<Connection> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch("PRAGMA cache_size = -4096;")?;
    guard(&connection)?;
    Ok(connection)
}

/// What every connection is told, whatever it is for.
fn guard(connection: &Connection) -> Result<()> {
    connection.execute_batch(
        // SQLite forgets this at every opening.
        "PRAGMA foreign_keys = ON;
         -- Sorts that spill stay off the disk that the database needs.
         PRAGMA temp_store = MEMORY;
         -- A schema in a restored file cannot call functions with side effects.
         PRAGMA trusted_schema = OFF;
         -- A damaged page is reported where it is met, not where it hurts.
         PRAGMA cell_size_check = ON;",
    )?;
    // A plan depends on the statement alone: otherwise one with `LIMIT ?` or a partial
    // index in reach is compiled anew at every binding, in case the value allows a better plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    functions::register(connection)?;
    // Every statement of the desk stays prepared.
    connection.set_prepared_statement_cache_capacity(256);
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the home of opened connections"
)]
fn open(path: &Path, flags: OpenFlags) -> Result<Connection> {
    if flags.contains(OpenFlags::SQLITE_OPEN_CREATE) {
        make_private_file(path)?;
    }
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    Ok(connection)
}

/// Makes the file where there is none: `SQLite` would let everybody read it, and gives what it
/// keeps beside a database the mode of the database. The folder may be somebody else's making.
fn make_private_file(path: &Path) -> Result<()> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .context("making the database's file")?;
    Ok(())
}
