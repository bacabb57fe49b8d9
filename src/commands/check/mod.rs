//! `check`: proves instead of promising. A table of checks, each a question to one
//! snapshot of the database; then every attachment is read to its end. Nothing is
//! changed, and a server may go on meanwhile.

pub(super) mod attachments;
mod counts;
mod database;
mod jobs;
mod keys;
mod knowledge;
mod search;
mod tasks;
mod tickets;
mod workflows;

use std::fmt;
use std::process::ExitCode;

use super::say;
use crate::app;
use crate::base::data_folder::ATTACHMENTS;
use crate::base::db::View;
use crate::base::error::{Error, Result};
use crate::base::files::Files;
use crate::base::who::Caller;
use crate::config::Data;
use attachments::Named;

/// How many faults of one check are named; more of the same kind help nobody.
const MOST_NAMED: usize = 50;

/// One question to the database.
struct Check {
    /// What is looked at, in a word or two.
    name: &'static str,
    run: fn(&View<'_>) -> Result<Vec<Fault>>,
}

const CHECKS: &[Check] = &[
    Check {
        name: "pages of pocketdesk.db",
        run: database::integrity,
    },
    Check {
        name: "foreign keys",
        run: database::foreign_keys,
    },
    Check {
        name: "owner",
        run: database::owner,
    },
    Check {
        name: "ticket search",
        run: search::tickets,
    },
    Check {
        name: "people search",
        run: search::profiles,
    },
    Check {
        name: "article search",
        run: search::articles,
    },
    Check {
        name: "tag counts",
        run: counts::tags,
    },
    Check {
        name: "ticket counts",
        run: counts::tickets,
    },
    Check {
        name: "people counts",
        run: counts::profiles,
    },
    Check {
        name: "tickets' own counts",
        run: tickets::counters,
    },
    Check {
        name: "create threads",
        run: tickets::create_threads,
    },
    Check {
        name: "task search",
        run: search::tasks,
    },
    Check {
        name: "task counts",
        run: counts::tasks,
    },
    Check {
        name: "tasks' tickets",
        run: tasks::places,
    },
    Check {
        name: "create threads of tasks",
        run: tasks::create_threads,
    },
    Check {
        name: "next ticket number",
        run: tickets::next_number,
    },
    Check {
        name: "public articles",
        run: knowledge::public_articles,
    },
    Check {
        name: "article counts",
        run: knowledge::counters,
    },
    Check {
        name: "article texts",
        run: knowledge::texts,
    },
    Check {
        name: "workflows",
        run: workflows::steps,
    },
    Check {
        name: "jobs",
        run: jobs::failed,
    },
    Check {
        name: "traces of what was removed",
        run: jobs::traces,
    },
    Check {
        name: "what workflows name",
        run: workflows::uses,
    },
];

/// Something that is wrong: where, what, and what to do about it.
struct Fault {
    place: String,
    what: String,
    remedy: &'static str,
}

impl Fault {
    fn new(place: impl Into<String>, what: impl Into<String>, remedy: &'static str) -> Self {
        Self {
            place: place.into(),
            what: what.into(),
            remedy,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A line a fault, whatever a library says.
        let what = self.what.replace('\n', " ");
        write!(f, "{}: {what}; {}", self.place, self.remedy)
    }
}

/// What to do where data itself is damaged.
const RESTORE: &str = "restore the newest backup whose check is clean";

/// What to do where something that follows from other data is wrong.
const DERIVED: &str = "nothing is lost, for this follows from other tables; report it, and restore a backup if lists look wrong";

/// Checks everything; prints what is wrong, a line each, and a summary; answers 1 if anything is.
pub(super) fn check(data: &Data) -> Result<ExitCode> {
    let db = app::open_db_for_reading(&super::settings(data))?;
    let store = Files::at(data.data.join(ATTACHMENTS));
    let mut faults = report("log of pocketdesk.db", database::log(&db))?;
    let key = keys::read(&data.data);
    let named = db.read(&Caller::desk(), |view| {
        for check in CHECKS {
            faults += report(check.name, (check.run)(view))?;
        }
        faults += match key {
            Ok(sealer) => report("sealed values", keys::sealed(view, &sealer))?,
            Err(fault) => report("secret.key", Ok(vec![fault]))?,
        };
        let named = attachments::named(view);
        if let Err(error) = &named {
            faults += report("attachments", Ok(vec![unreadable("attachment", error)]))?;
        }
        Ok(named.unwrap_or_default())
    })?;
    let Named { files, rows } = &named;
    faults += report("attachments", Ok(attachments::whole(&store, files)))?;
    for note in attachments::unnamed(&store, files)? {
        say(&format!("note: {note}"))?;
    }
    let looked_at = format!(
        "{} checks and {} files of {rows} attachments",
        CHECKS.len(),
        files.len()
    );
    if faults == 0 {
        say(&format!("all is well: {looked_at}"))?;
        return Ok(ExitCode::SUCCESS);
    }
    let found = if faults == 1 {
        "1 fault"
    } else {
        &format!("{faults} faults")
    };
    say(&format!("{found} found: {looked_at}"))?;
    Ok(ExitCode::FAILURE)
}

/// Prints the faults of a check; answers how many there are. A check that cannot be
/// finished is a fault too, and does not end the others.
fn report(name: &str, found: Result<Vec<Fault>>) -> Result<usize> {
    let faults = found.unwrap_or_else(|error| vec![unreadable(name, &error)]);
    for fault in faults.iter().take(MOST_NAMED) {
        say(&fault.to_string())?;
    }
    if faults.len() > MOST_NAMED {
        say(&format!(
            "{name}: {} more like these",
            faults.len() - MOST_NAMED
        ))?;
    }
    Ok(faults.len())
}

fn unreadable(place: &str, error: &Error) -> Fault {
    Fault::new(place, format!("could not be checked: {error}"), RESTORE)
}
