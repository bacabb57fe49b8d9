//! Rows of `thread_revision`: what threads said before they were edited. A customer's words are
//! evidence, so an edit never loses them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::db::{Change, Select, View, named_params};
use crate::base::error::Result;
use crate::base::time::{PhpDate, Timestamp};
use crate::desk::company::Calendar;
use crate::desk::person::{self, Side};

/// What a thread said before one of its edits.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadRevision {
    id: i64,
    /// What it said, as cleaned HTML.
    reply: String,
    /// When it was edited then.
    edited_at: PhpDate,
    /// Who edited it; null for the desk itself.
    edited_by: Option<Editor>,
}

/// Who edited a thread.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Editor {
    id: i64,
    name: String,
}

/// Keeps what a thread says, before it is edited.
pub(super) fn keep(change: &mut Change<'_>, thread: i64) -> Result<()> {
    let (user, now) = (change.who().id, change.now());
    change.run(
        "INSERT INTO thread_revision (thread_id, user_id, edited_at, cleaner, clean, raw)
         SELECT id, nullif(:user, 0), :now, cleaner, clean, raw FROM thread WHERE id = :thread",
        named_params! { ":thread": thread, ":user": user, ":now": now },
    )?;
    Ok(())
}

/// A revision as it is stored: its id, what it said, when and by whom it was edited.
pub type RevisionRow = (i64, String, Timestamp, Option<i64>);

/// What a thread said before its edits, to be listed.
pub fn revisions_of(thread: i64) -> Select {
    let mut select = Select::new("id, clean, edited_at, user_id", "thread_revision");
    select.and("thread_id = ?", [thread.into()]);
    select
}

/// Revisions as they are shown, in the order given.
pub fn revisions(
    view: &View<'_>,
    calendar: &Calendar,
    rows: Vec<RevisionRow>,
) -> Result<Vec<ThreadRevision>> {
    let editors: Vec<i64> = rows.iter().filter_map(|row| row.3).collect();
    let editors: HashMap<i64, Editor> = person::by_ids(view, &editors)?
        .into_iter()
        .map(|one| {
            let name = one.name_as(Side::Agent).to_owned();
            (one.id, Editor { id: one.id, name })
        })
        .collect();
    let revisions = rows
        .into_iter()
        .map(|(id, reply, edited_at, editor)| ThreadRevision {
            id,
            reply,
            edited_at: calendar.date(edited_at),
            edited_by: editor.and_then(|editor| editors.get(&editor).cloned()),
        });
    Ok(revisions.collect())
}
