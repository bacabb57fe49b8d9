//! `status` and `user list`: what can be seen of a desk at a glance. Nothing is changed.

use std::path::Path;
use std::process::ExitCode;

use super::check::attachments::named;
use super::{say, settings};
use crate::app;
use crate::base::data_folder::FolderLock;
use crate::base::db::{View, from_row, latest_schema, named_params};
use crate::base::error::Result;
use crate::base::files::free_bytes;
use crate::base::seal::KEY_FILE;
use crate::base::who::{Caller, Role};
use crate::config::Data;
use crate::work::jobs::MOST_ATTEMPTS;

/// Below so many free bytes a desk is about to stop writing.
const LITTLE_ROOM: u64 = 256 << 20;

/// A log that is longer is not emptied any more: somebody reads for ever.
const LONG_LOG: u64 = 128 << 20;

/// How a desk is doing, a line each; answers 1 where something is wrong.
pub(super) fn status(data: &Data) -> Result<ExitCode> {
    let folder = &data.data;
    let db = app::open_db_for_reading(&settings(data))?;
    let mut wrong = Vec::new();
    say(&format!("folder: {}", folder.display()))?;
    say(&format!(
        "version: {} (schema {})",
        env!("CARGO_PKG_VERSION"),
        latest_schema()
    ))?;
    let served = if FolderLock::is_held(folder)? {
        "yes"
    } else {
        "no"
    };
    say(&format!("served: {served}"))?;
    let log = bytes_of(&db.path().with_extension("db-wal"));
    say(&format!(
        "database: {}, log {}",
        sized(bytes_of(db.path())),
        sized(log)
    ))?;
    if log > LONG_LOG {
        wrong.push("the log of the database is long: something reads it without an end; start the desk anew".to_owned());
    }
    let lines = db.read(&Caller::desk(), |view| {
        Ok([people(view)?, tickets(view)?, attachments(view)?])
    })?;
    lines.iter().try_for_each(|line| say(line))?;
    let (waiting, failed) = db.read(&Caller::desk(), jobs)?;
    say(&format!("jobs: {waiting} waiting, {failed} failed"))?;
    if failed > 0 {
        wrong.push(format!(
            "{failed} jobs failed for good: pocketdesk check names them"
        ));
    }
    let free = free_bytes(folder)?;
    say(&format!("free on its disk: {}", sized(free)))?;
    if free < LITTLE_ROOM {
        wrong.push(
            "little room is left on its disk: make room, or nothing can be written soon".to_owned(),
        );
    }
    if !folder.join(KEY_FILE).exists() {
        wrong.push(format!("{KEY_FILE} is missing: put it back from a backup"));
    }
    if db.read(&Caller::desk(), crate::desk::setup::is_due)? {
        say("note: nobody owns this desk yet; pocketdesk serve shows a link for it")?;
    }
    for what in &wrong {
        say(&format!("wrong: {what}"))?;
    }
    Ok(if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

struct UserRow {
    id: i64,
    role_id: i64,
    is_active: bool,
    email: String,
    name: String,
}

from_row!(UserRow {
    id,
    role_id,
    is_active,
    email,
    name
});

/// Who is here, a line a side.
pub(super) fn users(data: &Data, role: Option<Role>) -> Result<()> {
    let db = app::open_db_for_reading(&settings(data))?;
    let rows: Vec<UserRow> = db.read(&Caller::desk(), |view| {
        view.all(
            "SELECT user.id, role_id, is_active, email, name
             FROM profile JOIN user ON user.id = user_id
             WHERE removed_at IS NULL AND role_id = ifnull(:role, role_id) ORDER BY user.id, role_id",
            named_params! { ":role": role.map(Role::id) },
        )
    })?;
    for row in rows {
        let role = match Role::from_id(row.role_id) {
            Some(Role::Owner) => "owner",
            Some(Role::Admin) => "admin",
            Some(Role::Agent) => "agent",
            Some(Role::Customer) | None => "customer",
        };
        let state = if row.is_active { "active" } else { "inactive" };
        // A name is one cell, whatever somebody has typed.
        let name = row.name.replace(['\t', '\n', '\r'], " ");
        say(&format!(
            "{}\t{role}\t{state}\t{}\t{name}",
            row.id, row.email
        ))?;
    }
    Ok(())
}

fn people(view: &View<'_>) -> Result<String> {
    let (agents, customers): (i64, i64) = view.one(
        "SELECT ifnull(sum(profiles) FILTER (WHERE side = 'agent'), 0),
             ifnull(sum(profiles) FILTER (WHERE side = 'customer'), 0)
         FROM profile_count",
        [],
    )?;
    Ok(format!("people: {agents} agents, {customers} customers"))
}

fn tickets(view: &View<'_>) -> Result<String> {
    let (all, open, trashed): (i64, i64, i64) = view.one(
        "SELECT ifnull(sum(tickets) FILTER (WHERE is_trashed = 0), 0),
             ifnull(sum(tickets) FILTER (WHERE is_trashed = 0 AND status_id = 1), 0),
             ifnull(sum(tickets) FILTER (WHERE is_trashed = 1), 0)
         FROM ticket_total",
        [],
    )?;
    Ok(format!(
        "tickets: {all}, {open} of them open; {trashed} in the trash"
    ))
}

fn attachments(view: &View<'_>) -> Result<String> {
    let named = named(view)?;
    let bytes: i64 = named.files.keys().map(|(_, size)| size).sum();
    let bytes = sized(u64::try_from(bytes).unwrap_or(0));
    Ok(format!(
        "attachments: {} in {} files, {bytes}",
        named.rows,
        named.files.len()
    ))
}

/// Jobs that wait, and those that were tried too often.
fn jobs(view: &View<'_>) -> Result<(i64, i64)> {
    view.one(
        "SELECT count(*) FILTER (WHERE attempts < :most), count(*) FILTER (WHERE attempts >= :most) FROM job",
        named_params! { ":most": MOST_ATTEMPTS },
    )
}

fn bytes_of(file: &Path) -> u64 {
    file.metadata().map_or(0, |found| found.len())
}

/// Bytes for people.
fn sized(bytes: u64) -> String {
    match bytes {
        0..10_240 => format!("{bytes} B"),
        10_240..10_485_760 => format!("{} KiB", bytes >> 10),
        10_485_760..10_737_418_240 => format!("{} MiB", bytes >> 20),
        _ => format!("{} GiB", bytes >> 30),
    }
}
