//! Work that a change can leave to be done after it, holding ids alone and how far it has come.
//! Rooms leave it inside their transaction; `work/jobs` has it done, a slice a transaction.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::base::search::IndexRow;
use crate::base::time::Clock;

/// Something that is left to be done. Stored as its kind and its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Job {
    /// The tickets of a person are found by what the person is called now.
    ReindexPerson {
        /// Who was renamed.
        user: i64,
        /// The tickets up to this one are done.
        after: i64,
    },
    /// The tickets and tasks of a removed member wait for somebody else.
    PartWithMember {
        /// Who is a member no more.
        user: i64,
    },
    /// The open tickets of a member who may sign in no more wait for somebody else.
    ReleaseTickets {
        /// Who is inactive.
        user: i64,
    },
    /// A team is taken off the tickets of groups that it belongs to no more.
    TakeOffTeam {
        /// The team.
        team: i64,
    },
    /// A deleted tag is taken off its tickets and articles.
    TakeOffTag {
        /// The tag that was.
        tag: i64,
    },
    /// The articles of a tag are found by what the tag is called now.
    ReindexTag {
        /// The tag that was renamed.
        tag: i64,
        /// The articles up to this one are done.
        after: i64,
    },
    /// The values of a custom field are sealed, or opened for good, as the field says.
    SealField {
        /// The field whose encryption was switched.
        field: i64,
        /// The values up to this one are done.
        after: i64,
    },
    /// What was changed is found by what it says now: these rows could not be written at once.
    Reindex {
        /// Those that are left.
        rows: Vec<IndexRow>,
    },
    /// Words that no ticket has any more leave the search index for good.
    ForgetWords {
        /// Whether all parts of the index are to be merged already.
        is_begun: bool,
    },
    /// Texts that older rules have cleaned are cleaned by those of now.
    CleanAgain {
        /// Where they stand.
        table: CleanedTable,
        /// The texts up to this one are done.
        after: i64,
    },
    /// Tickets are deleted for good.
    DeleteTickets {
        /// Those that are left.
        tickets: Vec<i64>,
    },
}

/// A table with texts that strangers wrote and the cleaner has cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CleanedTable {
    /// Threads of tickets.
    Thread,
    /// What these were before they were edited.
    ThreadRevision,
    /// Threads of tasks.
    TaskThread,
}

impl CleanedTable {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Thread, Self::ThreadRevision, Self::TaskThread];

    /// What the database calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Thread => "thread",
            Self::ThreadRevision => "thread_revision",
            Self::TaskThread => "task_thread",
        }
    }
}

/// For how long a job is whoever's it is that took it, from each slice on: far longer than a
/// slice takes.
pub const LEASE_SECS: i64 = 60;

impl Job {
    /// Whether the server's worker alone does it: it takes the key of sealed values, or is
    /// nothing that anybody could see done and wait for.
    pub fn is_for_the_worker(&self) -> bool {
        matches!(self, Self::SealField { .. } | Self::ForgetWords { .. })
    }
}

/// Whether something long is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<T = ()> {
    /// Nothing is left of it.
    Done,
    /// It goes on from here.
    Left(T),
}

/// The most rows that are written in one go, and the longest time: a quarter of what another
/// change may have to wait, for what follows from each row is not in it.
const ROWS: u16 = 50;
const TIME: Duration = Duration::from_millis(25);

/// How much of something long is done in one transaction.
#[derive(Debug)]
pub struct Slice {
    rows: u16,
    until: Option<Instant>,
}

impl Slice {
    /// One that begins now, by a clock: how much a test does must not depend on how busy its
    /// machine is.
    pub fn begin(clock: &Clock) -> Self {
        Self {
            rows: ROWS,
            until: clock.instant_after(TIME),
        }
    }

    /// How many rows may be looked up for it: one more than it can take, so that what is left
    /// is known.
    pub fn rows(&self) -> i64 {
        i64::from(self.rows) + 1
    }

    /// Takes one row into it; whether there was room.
    pub fn take(&mut self) -> bool {
        if self.rows == 0 || self.until.is_some_and(|until| Instant::now() > until) {
            return false;
        }
        self.rows -= 1;
        true
    }
}
