//! Rows of `thread` and `attachment`.

use std::collections::HashMap;

use super::address::{self, AddressKind};
use super::revision;
use super::{ThreadType, ThreadVisibility, UserType};
use crate::base::db::{Change, Select, View, from_row, id_list, named_params};
use crate::base::error::Result;
use crate::base::files;
use crate::base::html::{CLEANER, RichText};
use crate::base::time::Timestamp;
use crate::web::input::StoredFile;
use crate::web::reply::Download;

/// A thread as it is stored.
#[derive(Debug, Clone)]
pub struct Thread {
    /// Its id.
    pub id: i64,
    /// The ticket that it is in.
    pub ticket: i64,
    /// Who wrote it; nobody for the desk itself.
    pub user: Option<i64>,
    /// On which side they stood.
    pub user_type: UserType,
    /// What it is.
    pub thread_type: ThreadType,
    /// How it came: website, email, api, …
    pub source: String,
    /// The message as readers are served it.
    pub clean: String,
    /// The Message-ID of its mail.
    pub message_id: Option<String>,
    /// Whether only those who may lock see it.
    pub is_locked: bool,
    /// Whether it is bookmarked.
    pub is_bookmarked: bool,
    /// When the other side first read it.
    pub viewed_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was last edited.
    pub updated_at: Option<Timestamp>,
}

from_row!(Thread {
    id,
    ticket: "ticket_id",
    user: "user_id",
    user_type,
    thread_type,
    source,
    clean,
    message_id,
    is_locked,
    is_bookmarked,
    viewed_at,
    created_at,
    updated_at
});

/// A file of a thread, of a ticket's or of a task's.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// Its id.
    pub id: i64,
    /// The thread that it hangs on.
    pub thread: i64,
    /// The name that it came with.
    pub name: String,
    /// Its type, judged by its content.
    pub content_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// Where its bytes are.
    pub hash: String,
}

from_row!(Attachment {
    id,
    thread: "thread_id",
    name,
    content_type,
    size,
    hash
});

impl Attachment {
    /// The file itself, as an answer.
    pub fn download(self) -> Result<Download> {
        Ok(Download {
            path: files::relative_path(&self.hash)?.into(),
            name: self.name,
            content_type: self.content_type,
            etag: self.hash,
        })
    }
}

/// What is to be said.
#[derive(Debug)]
pub struct NewThread {
    /// Who says it; nobody for the desk itself.
    pub user: Option<i64>,
    /// On which side they stand.
    pub user_type: UserType,
    /// What it is.
    pub thread_type: ThreadType,
    /// How it comes.
    pub source: &'static str,
    /// The words.
    pub message: RichText,
    /// Whom a forward goes to.
    pub to: Vec<String>,
    /// The files, kept in the store already.
    pub files: Vec<StoredFile>,
}

/// Adds a thread to a ticket; answers its id.
pub fn add(change: &mut Change<'_>, ticket: i64, new: &NewThread) -> Result<i64> {
    let now = change.now();
    let thread = change.insert(
        "INSERT INTO thread (ticket_id, user_id, user_type, thread_type, source, raw, clean, cleaner, created_at)
         VALUES (:ticket, :user, :user_type, :thread_type, :source, :raw, :clean, :cleaner, :now)",
        named_params! {
            ":ticket": ticket, ":user": new.user, ":user_type": new.user_type,
            ":thread_type": new.thread_type, ":source": new.source, ":raw": new.message.raw,
            ":clean": new.message.clean, ":cleaner": CLEANER, ":now": now,
        },
    )?;
    address::add(change, thread, AddressKind::To, &new.to)?;
    for file in &new.files {
        change.insert(
            "INSERT INTO attachment (thread_id, name, content_type, size, hash, created_at)
             VALUES (:thread, :name, :content_type, :size, :hash, :now)",
            named_params! {
                ":thread": thread, ":name": file.name, ":content_type": file.content_type,
                ":size": file.size, ":hash": file.hash, ":now": now,
            },
        )?;
    }
    change.run(
        "UPDATE ticket SET reply_count = reply_count + :replies, attachment_count = attachment_count + :files
         WHERE id = :ticket",
        named_params! {
            ":ticket": ticket, ":replies": new.thread_type == ThreadType::Reply, ":files": count(&new.files),
        },
    )?;
    Ok(thread)
}

fn count(files: &[StoredFile]) -> i64 {
    i64::try_from(files.len()).unwrap_or(i64::MAX)
}

/// Gives a thread other words, and keeps those that it had.
pub fn rewrite(change: &mut Change<'_>, thread: i64, message: &RichText) -> Result<()> {
    revision::keep(change, thread)?;
    let now = change.now();
    change.run(
        "UPDATE thread SET raw = :raw, clean = :clean, cleaner = :cleaner, updated_at = :now WHERE id = :thread",
        named_params! {
            ":thread": thread, ":raw": message.raw, ":clean": message.clean, ":cleaner": CLEANER, ":now": now,
        },
    )?;
    Ok(())
}

/// Removes a thread and its attachments' rows; the bytes go when nothing names them any more.
pub fn remove(change: &mut Change<'_>, thread: &Thread) -> Result<()> {
    let files: i64 = change.view().one(
        "SELECT count(*) FROM attachment WHERE thread_id = :thread",
        named_params! { ":thread": thread.id },
    )?;
    change.run(
        "DELETE FROM thread WHERE id = :thread",
        named_params! { ":thread": thread.id },
    )?;
    change.run(
        "UPDATE ticket SET reply_count = reply_count - :replies, attachment_count = attachment_count - :files
         WHERE id = :ticket",
        named_params! {
            ":ticket": thread.ticket, ":replies": thread.thread_type == ThreadType::Reply, ":files": files,
        },
    )?;
    Ok(())
}

const COLUMNS: &str =
    "m.id, m.ticket_id, m.user_id, m.user_type, m.thread_type, m.source, m.clean, m.message_id,
    m.is_locked, m.is_bookmarked, m.viewed_at, m.created_at, m.updated_at";

/// The thread with this id in this ticket, for these eyes.
pub fn by_id(
    view: &View<'_>,
    ticket: i64,
    thread: i64,
    eyes: ThreadVisibility,
) -> Result<Option<Thread>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM thread m WHERE m.id = :thread AND m.ticket_id = :ticket AND {}",
        eyes.condition()
    );
    view.maybe(&sql, named_params! { ":thread": thread, ":ticket": ticket })
}

/// The create thread of a ticket, for these eyes.
pub fn first_of(view: &View<'_>, ticket: i64, eyes: ThreadVisibility) -> Result<Option<Thread>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM thread m WHERE m.ticket_id = :ticket AND m.thread_type = 'create' AND {}",
        eyes.condition()
    );
    view.maybe(&sql, named_params! { ":ticket": ticket })
}

/// A ticket's threads but the first, for these eyes, as rows `m`.
pub fn after_the_first(ticket: i64, eyes: ThreadVisibility) -> Select {
    let mut select = Select::new(COLUMNS, "thread m");
    select.and("m.ticket_id = ?", [ticket.into()]);
    select.and("m.thread_type <> 'create'", []);
    select.and(eyes.condition(), []);
    select
}

/// The newest of these.
pub fn latest(view: &View<'_>, ticket: i64, eyes: ThreadVisibility) -> Result<Option<Thread>> {
    let mut select = after_the_first(ticket, eyes);
    select.then("ORDER BY m.created_at DESC, m.id DESC LIMIT 1", []);
    Ok(view.select(&select)?.pop())
}

/// What a ticket's own counts tell of and some eyes do not see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Replies.
    pub replies: i64,
    /// Files, of threads of any kind.
    pub files: i64,
}

/// What is hidden from these eyes in each of these tickets; tickets with nothing hidden
/// are not in the answer.
pub fn hidden(
    view: &View<'_>,
    tickets: &[i64],
    eyes: ThreadVisibility,
) -> Result<HashMap<i64, Hidden>> {
    if eyes == ThreadVisibility::WithLocked {
        return Ok(HashMap::new());
    }
    let sql = format!(
        "SELECT m.ticket_id, sum(m.thread_type = 'reply'),
             sum((SELECT count(*) FROM attachment a WHERE a.thread_id = m.id))
         FROM thread m
         WHERE m.ticket_id IN (SELECT value FROM json_each(:tickets)) AND NOT ({})
         GROUP BY m.ticket_id",
        eyes.condition()
    );
    let rows: Vec<(i64, i64, i64)> =
        view.all(&sql, named_params! { ":tickets": id_list(tickets) })?;
    let hidden = rows
        .into_iter()
        .map(|(ticket, replies, files)| (ticket, Hidden { replies, files }));
    Ok(hidden.collect())
}

/// The attachments of these threads, in the order in which they came.
pub(super) fn attachments_of(view: &View<'_>, threads: &[i64]) -> Result<Vec<Attachment>> {
    view.all(
        "SELECT id, thread_id, name, content_type, size, hash FROM attachment
         WHERE thread_id IN (SELECT value FROM json_each(:threads)) ORDER BY id",
        named_params! { ":threads": id_list(threads) },
    )
}

/// The attachment with this id, with the ticket that it belongs to.
pub fn attachment(
    view: &View<'_>,
    id: i64,
    eyes: ThreadVisibility,
) -> Result<Option<(i64, Attachment)>> {
    let found: Option<Attachment> = view.maybe(
        "SELECT id, thread_id, name, content_type, size, hash FROM attachment WHERE id = :id",
        named_params! { ":id": id },
    )?;
    let Some(found) = found else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT m.ticket_id FROM thread m WHERE m.id = :thread AND {}",
        eyes.condition()
    );
    let ticket: Option<i64> = view.maybe(&sql, named_params! { ":thread": found.thread })?;
    Ok(ticket.map(|ticket| (ticket, found)))
}
