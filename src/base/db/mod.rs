//! The database: one writer, some readers, and the two things that they hand to
//! rooms. A [`View`] reads one snapshot; a [`Change`] writes inside one transaction.
//! No other module opens a connection, begins a transaction or commits.

mod batch;
mod bell;
mod change;
mod damage;
mod deadline;
mod functions;
mod hush;
mod migrate;
mod open;
mod reader;
mod remembered;
mod row;
mod select;
mod view;
mod writer;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use super::cause::Cause;
use super::error::{Error, Result};
use super::event::Event;
use super::search::IndexRow;
use super::time::Clock;
use super::who::Caller;
use reader::Reader;

pub use bell::Bell;
pub use change::{Change, Outcome};
pub use deadline::Patience;
pub use functions::register as register_functions;
pub use migrate::latest_schema;
pub(crate) use row::from_row;
pub use row::{Columns, FromColumns, FromRow};
pub use rusqlite::{Row, named_params, params, types::Value};
pub use select::{Select, id_list};
pub use view::View;

/// What handles an event inside the transaction that emitted it. It may emit more.
pub type EventHandler = fn(&mut Change<'_>, &Event) -> Result<()>;

/// What makes rows of the search index anew.
pub type Indexer = fn(&mut Change<'_>, &BTreeSet<IndexRow>) -> Result<()>;

/// What does the jobs that a change has left, after its commit and in transactions of their
/// own, as far as whoever made the change can wait for them.
pub type FollowUp = fn(&Db, &[i64]);

/// The name of the database's file in the data folder.
pub const FILE_NAME: &str = "pocketdesk.db";

/// For how long the database, once written, counts as writable.
const PROOF_STANDS: Duration = Duration::from_secs(5);

/// For how long emptying the log may hold up others.
const SHORT_WAIT: Duration = Duration::from_millis(100);

/// What a database is opened with.
#[derive(Clone)]
pub struct Settings {
    /// The data folder; made where it is missing.
    pub folder: PathBuf,
    /// Where the time comes from.
    pub clock: Clock,
    /// What handles events inside the transaction.
    pub event_handler: EventHandler,
    /// What makes the rows of the search index anew that changes have outdated, before they are
    /// committed.
    pub indexer: Indexer,
    /// What does the jobs that a change leaves.
    pub follow_up: FollowUp,
    /// Where clients reach the desk, without a closing slash; every link begins with it.
    pub base_url: String,
    /// How many connections for reading are kept; more are opened for a moment when all are busy.
    pub readers: usize,
    /// How long callers wait.
    pub patience: Patience,
}

/// What every view and change is made with.
pub(crate) struct Surroundings {
    clock: Clock,
    event_handler: EventHandler,
    indexer: Indexer,
    follow_up: FollowUp,
    base_url: String,
    patience: Patience,
}

/// The open database. Clones share it.
#[derive(Clone)]
pub struct Db {
    path: Arc<Path>,
    surroundings: Arc<Surroundings>,
    readers: Arc<Mutex<Vec<Reader>>>,
    kept_readers: usize,
    writer: Arc<writer::Writer>,
    proved: Arc<Mutex<Option<Instant>>>,
    bell: Arc<Bell>,
}

impl Db {
    /// Opens the folder's database: makes it where there is none, copies and then
    /// migrates an older one, and refuses a newer one without touching it.
    /// For who holds the folder.
    pub fn open(settings: Settings) -> Result<Self> {
        let path = settings.folder.join(FILE_NAME);
        open::prepare(&settings.folder, &path)?;
        Self::with(settings, &path, writer::Writer::start)
    }

    /// Opens the database of a desk that somebody else may be serving. Another schema than the
    /// newest is refused, and nothing is made.
    pub fn open_beside(settings: Settings) -> Result<Self> {
        let path = settings.folder.join(FILE_NAME);
        open::expect_latest(&path)?;
        Self::with(settings, &path, writer::Writer::start)
    }

    /// The same for reading alone: no byte of the database changes.
    pub fn open_for_reading(settings: Settings) -> Result<Self> {
        let path = settings.folder.join(FILE_NAME);
        open::expect_latest(&path)?;
        Self::with(settings, &path, |_, surroundings| {
            Ok(writer::Writer::none(surroundings))
        })
    }

    /// Opens a copy that nobody serves, for reading alone, and answers its schema, which may be
    /// an older one.
    pub fn open_copy(settings: Settings) -> Result<(Self, i64)> {
        let path = settings.folder.join(FILE_NAME);
        let schema = open::schema_of_copy(&path)?;
        let db = Self::with(settings, &path, |_, surroundings| {
            Ok(writer::Writer::none(surroundings))
        })?;
        Ok((db, schema))
    }

    fn with(
        settings: Settings,
        path: &Path,
        writer: impl FnOnce(&Path, Arc<Surroundings>) -> Result<writer::Writer>,
    ) -> Result<Self> {
        let surroundings = Arc::new(Surroundings {
            clock: settings.clock,
            event_handler: settings.event_handler,
            indexer: settings.indexer,
            follow_up: settings.follow_up,
            base_url: settings.base_url,
            patience: settings.patience,
        });
        Ok(Self {
            path: path.into(),
            writer: Arc::new(writer(path, Arc::clone(&surroundings))?),
            surroundings,
            readers: Arc::default(),
            kept_readers: settings.readers,
            proved: Arc::default(),
            bell: Arc::default(),
        })
    }

    /// Reads one snapshot.
    pub fn read<T>(&self, caller: &Caller, read: impl FnOnce(&View<'_>) -> Result<T>) -> Result<T> {
        let reader = self.reader()?;
        let connection = reader.begin(caller.patience(self.surroundings.patience.read))?;
        let view =
            View::new(connection, caller, &self.surroundings).remembering(reader.remembered());
        let outcome = read(&view);
        let marks = view.into_marks();
        reader.end()?;
        self.give_back(reader);
        for mark in marks.unawaited {
            self.writer.post(caller, mark);
        }
        for mark in marks.awaited {
            if let Err(error) = self.write(caller, mark) {
                tracing::warn!(%error, "a mark of a reading was not written");
            }
        }
        outcome
    }

    /// Writes inside one transaction, and returns once it is durable. A failure or a
    /// panic of `write` undoes what it did, and nothing else. The jobs that a person's change
    /// leaves are followed up first, so that what they are told is done is seen done.
    pub fn write<T: Send + 'static>(
        &self,
        caller: &Caller,
        write: impl FnOnce(&mut Change<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let written = self.writer.write(caller, write)?;
        if !written.jobs.is_empty() {
            self.bell.ring();
            if caller.cause == Cause::Person {
                (self.surroundings.follow_up)(self, &written.jobs);
            }
        }
        Ok(written.value)
    }

    /// What rings when a commit has left work to be done.
    pub fn bell(&self) -> &Bell {
        &self.bell
    }

    /// Proves that the database takes a write, at most every five seconds; in between
    /// the last proof stands. While somebody else's proof waits for the database, it has
    /// not been given.
    pub fn prove_writable(&self) -> Result<()> {
        let mut proved = match self.proved.try_lock() {
            Ok(proved) => proved,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => {
                return Err(Error::unavailable(
                    "the database has not answered a write yet",
                ));
            }
        };
        if proved.is_some_and(|at| at.elapsed() < PROOF_STANDS) {
            return Ok(());
        }
        self.write(&Caller::desk(), |change| {
            change.run("UPDATE company SET name = name WHERE id = 1", [])
        })?;
        *proved = Some(Instant::now());
        Ok(())
    }

    /// Whether nothing will ever be written again, although nobody has closed it.
    pub fn has_stopped_writing(&self) -> bool {
        self.writer.has_ended()
    }

    /// The clock that reads and writes take their time from.
    pub fn clock(&self) -> &Clock {
        &self.surroundings.clock
    }

    /// Where clients reach the desk, without a closing slash.
    pub fn base_url(&self) -> &str {
        &self.surroundings.base_url
    }

    /// The database's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Copies the database as it is at one moment into a new file, while others write.
    pub fn copy_to(&self, target: &Path) -> Result<()> {
        open::copy(&open::connect_reader(&self.path)?, target)
    }

    /// What is wrong with the log beside the database, if anything.
    pub fn damage_of_log(&self) -> Result<Option<String>> {
        damage::of_log(&self.path)
    }

    /// Fails where pages of a large database are damaged, after two seconds at most: it is served
    /// meanwhile. A small one was looked at when it was opened.
    pub fn look_for_damage(&self) -> Result<()> {
        damage::refuse_large(&self.path)
    }

    /// Moves the log into the database's file and empties it, unless somebody is reading or
    /// writing: what was written over or sealed stands in it as it was before.
    pub fn shorten_log(&self) -> Result<()> {
        let connection = open::connect(&self.path)?;
        // As much as goes without holding up anybody, so that the rest is short.
        for how in ["PASSIVE", "TRUNCATE"] {
            let sql = format!("PRAGMA wal_checkpoint({how})");
            connection.query_row(&sql, [], |_| Ok(()))?;
            connection.busy_timeout(SHORT_WAIT)?;
        }
        Ok(())
    }

    /// Waits for what is queued, stops the writer and moves the log into the database's file.
    pub fn close(&self) -> Result<()> {
        self.writer.stop();
        self.lock_readers().clear();
        let connection = open::connect(&self.path)?;
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        connection.close().map_err(|(_, error)| Error::from(error))
    }

    fn reader(&self) -> Result<Reader> {
        // Last in, first out: the connection with the warmest caches serves next.
        let kept = self.lock_readers().pop();
        kept.map_or_else(|| Reader::open(&self.path), Ok)
    }

    fn give_back(&self, reader: Reader) {
        let mut readers = self.lock_readers();
        if readers.len() < self.kept_readers {
            readers.push(reader);
        }
    }

    fn lock_readers(&self) -> std::sync::MutexGuard<'_, Vec<Reader>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
