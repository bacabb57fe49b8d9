//! What agents say in a task, and the files that hang on it.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::visibility;
use crate::base::db::{Change, Select, View, from_row, id_list, named_params};
use crate::base::error::Result;
use crate::base::html::{CLEANER, RichText};
use crate::base::time::{PhpDate, Timestamp};
use crate::base::who::Who;
use crate::desk::company::Calendar;
use crate::desk::person::{self, Brief, Person, Side};
use crate::desk::thread_model::{self, Attachment, AttachmentShape, Holder, ThreadType};
use crate::web::input::StoredFile;

/// The documented format of times in a task, in PHP's letters.
pub(super) const TIME: &str = "m-d-y G:i";

/// A thread of a task as it is stored.
#[derive(Debug, Clone)]
pub struct TaskThread {
    /// Its id.
    pub id: i64,
    /// Who wrote it.
    pub user: i64,
    /// The create thread, or a reply.
    pub thread_type: ThreadType,
    /// The message as readers are served it.
    pub clean: String,
    /// When it was written.
    pub created_at: Timestamp,
}

from_row!(TaskThread {
    id,
    user: "user_id",
    thread_type,
    clean,
    created_at
});

/// Something to be said in a task.
#[derive(Debug, Clone, Copy)]
pub struct NewTaskThread<'a> {
    /// The create thread, or a reply.
    pub thread_type: ThreadType,
    /// The words.
    pub message: &'a RichText,
    /// The files, kept in the store already.
    pub files: &'a [StoredFile],
}

/// Adds what the caller says to a task; answers the thread's id.
pub fn add_thread(change: &mut Change<'_>, task: i64, saying: NewTaskThread<'_>) -> Result<i64> {
    let NewTaskThread {
        thread_type,
        message,
        files,
    } = saying;
    let (user, now) = (change.who().id, change.now());
    let thread = change.insert(
        "INSERT INTO task_thread (task_id, user_id, thread_type, raw, clean, cleaner, created_at)
         VALUES (:task, :user, :thread_type, :raw, :clean, :cleaner, :now)",
        named_params! {
            ":task": task, ":user": user, ":thread_type": thread_type, ":raw": message.raw,
            ":clean": message.clean, ":cleaner": CLEANER, ":now": now,
        },
    )?;
    for file in files {
        change.insert(
            "INSERT INTO task_attachment (task_thread_id, name, content_type, size, hash, created_at)
             VALUES (:thread, :name, :content_type, :size, :hash, :now)",
            named_params! {
                ":thread": thread, ":name": file.name, ":content_type": file.content_type,
                ":size": file.size, ":hash": file.hash, ":now": now,
            },
        )?;
    }
    Ok(thread)
}

/// The thread that a task began with.
pub fn first_thread(view: &View<'_>, task: i64) -> Result<TaskThread> {
    view.one(
        "SELECT id, user_id, thread_type, clean, created_at FROM task_thread
         WHERE task_id = :task AND thread_type = 'create'",
        named_params! { ":task": task },
    )
}

/// The thread with this id in this task.
pub fn thread(view: &View<'_>, task: i64, thread: i64) -> Result<Option<TaskThread>> {
    view.maybe(
        "SELECT id, user_id, thread_type, clean, created_at FROM task_thread
         WHERE id = :thread AND task_id = :task",
        named_params! { ":thread": thread, ":task": task },
    )
}

/// A task's threads but the first.
pub fn after_the_first(task: i64) -> Select {
    let mut select = Select::new("id, user_id, thread_type, clean, created_at", "task_thread");
    select.and("task_id = ? AND thread_type = 'reply'", [task.into()]);
    select
}

/// The file with this id, if it hangs on a task that `who` sees.
pub fn attachment(view: &View<'_>, who: &Who, id: i64) -> Result<Option<Attachment>> {
    let mut select = Select::new(
        "a.id, a.task_thread_id AS thread_id, a.name, a.content_type, a.size, a.hash",
        "task_attachment a JOIN task_thread m ON m.id = a.task_thread_id JOIN task k ON k.id = m.task_id",
    );
    let (condition, binds) = visibility::condition(who);
    select.and("a.id = ?", [id.into()]);
    select.and(condition, binds);
    Ok(view.select(&select)?.pop())
}

/// A thread of a task.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskThreadShape {
    id: i64,
    fullname: String,
    /// The message as cleaned HTML.
    description: String,
    /// create or reply.
    thread_type: String,
    created_at: PhpDate,
    attachments: Vec<AttachmentShape>,
    user: Option<Brief>,
    /// (sic)
    formated_created_at: String,
}

/// Threads with their authors and files, in the order given.
pub fn shapes(
    view: &View<'_>,
    calendar: &Calendar,
    rows: Vec<TaskThread>,
) -> Result<Vec<TaskThreadShape>> {
    let users: Vec<i64> = rows.iter().map(|row| row.user).collect();
    let people: HashMap<i64, Person> = person::by_ids(view, &users)?
        .into_iter()
        .map(|one| (one.id, one))
        .collect();
    let mut files = files_of(view, &rows)?;
    let shaped = rows.into_iter().map(|row| {
        let author = people.get(&row.user);
        TaskThreadShape {
            id: row.id,
            fullname: author
                .map(|author| author.name_as(Side::Agent).to_owned())
                .unwrap_or_default(),
            thread_type: row.thread_type.code().into(),
            created_at: calendar.date(row.created_at),
            attachments: files.remove(&row.id).unwrap_or_default(),
            user: author.map(|author| person::brief(author, Side::Agent)),
            formated_created_at: calendar.show(row.created_at, TIME),
            description: row.clean,
        }
    });
    Ok(shaped.collect())
}

fn files_of(view: &View<'_>, rows: &[TaskThread]) -> Result<HashMap<i64, Vec<AttachmentShape>>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let rows: Vec<Attachment> = view.all(
        "SELECT id, task_thread_id AS thread_id, name, content_type, size, hash FROM task_attachment
         WHERE task_thread_id IN (SELECT value FROM json_each(:threads)) ORDER BY id",
        named_params! { ":threads": id_list(&ids) },
    )?;
    let mut files: HashMap<i64, Vec<AttachmentShape>> = HashMap::new();
    for file in rows {
        files
            .entry(file.thread)
            .or_default()
            .push(thread_model::attachment_shape(
                view,
                Holder::TaskThread,
                file,
            ));
    }
    Ok(files)
}
