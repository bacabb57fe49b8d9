//! Threads and attachments as the API shows them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::UserType;
use super::address::{self, AddressKind, Addresses};
use super::store::{Attachment, Thread, attachments_of};
use crate::base::db::View;
use crate::base::error::Result;
use crate::base::files;
use crate::base::time::PhpDate;
use crate::desk::company::Calendar;
use crate::desk::person::{self, Brief, Person, Side, UserShape};
use crate::desk::status::Stage;

/// The documented format of times in lists of threads, in PHP's letters.
const THREAD_TIME: &str = "m-d-y G:i";
/// The documented format of the time of a ticket.
pub const TICKET_TIME: &str = "d-M h:ia";

/// A reply, a note or a forward.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ThreadShape {
    /// Its id.
    pub id: i64,
    /// The message as cleaned HTML.
    reply: String,
    source: String,
    thread_type: String,
    /// Whom a forward went to, or where answers are to go.
    reply_to: Option<Vec<String>>,
    cc: Option<Vec<String>>,
    bcc: Option<Vec<String>>,
    user_type: String,
    /// (sic)
    formated_created_at: String,
    message_id: Option<String>,
    user: Option<UserShape>,
    attachments: Vec<AttachmentShape>,
    is_locked: bool,
    fullname: String,
    /// `true`, or null: never false.
    bookmark: Option<bool>,
    viewed_at: Option<PhpDate>,
    /// When it was last edited; what it said before is at `…/revisions`.
    edited_at: Option<PhpDate>,
    /// The newest task that is about this thread, for agents who see it.
    pub task: Option<TaskBrief>,
}

/// A task that is about a thread, in a line.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaskBrief {
    /// Its id.
    pub id: i64,
    /// Its subject line.
    pub subject: String,
    /// How far it has come.
    pub stage: Option<Stage>,
}

/// The thread that opened a ticket.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateThread {
    id: i64,
    /// The message as cleaned HTML.
    reply: String,
    fullname: String,
    source: String,
    thread_type: String,
    /// Whom a forward went to, or where answers are to go.
    reply_to: Option<Vec<String>>,
    cc: Option<Vec<String>>,
    bcc: Option<Vec<String>>,
    user_type: String,
    created_at: PhpDate,
    viewed_at: Option<PhpDate>,
    message_id: Option<String>,
    is_locked: bool,
    bookmark: Option<bool>,
    attachments: Vec<AttachmentShape>,
    user: Option<Brief>,
    /// (sic)
    formated_created_at: String,
    /// Seconds UTC, cut to the minute as in the example.
    timestamp: i64,
}

/// A file of a thread, of a ticket's or of a task's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentShape {
    id: i64,
    name: String,
    /// Where to download it, with a token.
    path: String,
    thread: Option<i64>,
    task_thread: Option<i64>,
    /// For images: where the picture is.
    attachment_thumb: Option<String>,
    /// For images: where the picture is (sic).
    attachment_orginal: Option<String>,
    content_type: String,
    /// Bytes.
    size: i64,
}

/// Threads with their authors and files, in the order given. `base_url` begins every link.
pub fn threads(
    view: &View<'_>,
    calendar: &Calendar,
    rows: Vec<Thread>,
) -> Result<Vec<ThreadShape>> {
    let users: Vec<i64> = rows.iter().filter_map(|row| row.user).collect();
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let people: HashMap<i64, Person> = person::by_ids(view, &users)?
        .into_iter()
        .map(|one| (one.id, one))
        .collect();
    let mut files: HashMap<i64, Vec<AttachmentShape>> = HashMap::new();
    for file in attachments_of(view, &ids)? {
        files
            .entry(file.thread)
            .or_default()
            .push(attachment_shape(view, Holder::Thread, file));
    }
    let mut addresses = address::of_threads(view, &ids)?;
    let shaped = rows.into_iter().map(|row| {
        let author = row.user.and_then(|user| people.get(&user));
        let side = side_of(row.user_type);
        ThreadShape {
            id: row.id,
            source: row.source,
            thread_type: row.thread_type.code().into(),
            reply_to: reply_to(&mut addresses, row.id),
            cc: addresses.take(row.id, AddressKind::Cc),
            bcc: addresses.take(row.id, AddressKind::Bcc),
            user_type: row.user_type.code().into(),
            formated_created_at: calendar.show(row.created_at, THREAD_TIME),
            message_id: row.message_id,
            user: author.map(|author| person::user_shape(author, side)),
            attachments: files.remove(&row.id).unwrap_or_default(),
            is_locked: row.is_locked,
            fullname: author
                .map(|author| author.name_as(side).to_owned())
                .unwrap_or_default(),
            bookmark: row.is_bookmarked.then_some(true),
            viewed_at: row.viewed_at.map(|stamp| calendar.date(stamp)),
            edited_at: row.updated_at.map(|stamp| calendar.date(stamp)),
            task: None,
            reply: row.clean,
        }
    });
    Ok(shaped.collect())
}

/// The thread that opened a ticket, with its author.
pub fn create_thread(
    view: &View<'_>,
    calendar: &Calendar,
    row: Thread,
    author: Option<&Person>,
) -> Result<CreateThread> {
    let files = attachments_of(view, &[row.id])?;
    let mut addresses = address::of_threads(view, &[row.id])?;
    let side = side_of(row.user_type);
    Ok(CreateThread {
        id: row.id,
        fullname: author
            .map(|author| author.name_as(side).to_owned())
            .unwrap_or_default(),
        source: row.source,
        thread_type: row.thread_type.code().into(),
        reply_to: reply_to(&mut addresses, row.id),
        cc: addresses.take(row.id, AddressKind::Cc),
        bcc: addresses.take(row.id, AddressKind::Bcc),
        user_type: row.user_type.code().into(),
        created_at: calendar.date(row.created_at),
        viewed_at: row.viewed_at.map(|stamp| calendar.date(stamp)),
        message_id: row.message_id,
        is_locked: row.is_locked,
        bookmark: row.is_bookmarked.then_some(true),
        attachments: files
            .into_iter()
            .map(|file| attachment_shape(view, Holder::Thread, file))
            .collect(),
        user: author.map(|author| person::brief(author, side)),
        formated_created_at: calendar.show(row.created_at, TICKET_TIME),
        timestamp: row.created_at.0 - row.created_at.0.rem_euclid(60),
        reply: row.clean,
    })
}

/// On what a file hangs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A thread of a ticket.
    Thread,
    /// A thread of a task.
    TaskThread,
}

/// A file as the API shows it.
pub fn attachment_shape(view: &View<'_>, holder: Holder, file: Attachment) -> AttachmentShape {
    let (thread, task_thread, room) = match holder {
        Holder::Thread => (Some(file.thread), None, "ticket"),
        Holder::TaskThread => (None, Some(file.thread), "task"),
    };
    let path = format!("{}/api/{room}/attachment/{}.json", view.base_url(), file.id);
    let picture = files::is_inline(&file.content_type).then(|| path.clone());
    AttachmentShape {
        id: file.id,
        name: file.name,
        path,
        thread,
        task_thread,
        attachment_thumb: picture.clone(),
        attachment_orginal: picture,
        content_type: file.content_type,
        size: file.size,
    }
}

fn side_of(user_type: UserType) -> Side {
    match user_type {
        UserType::Agent | UserType::System => Side::Agent,
        UserType::Customer => Side::Customer,
    }
}

/// Where answers are to go; of a forward, where it went.
fn reply_to(addresses: &mut Addresses, thread: i64) -> Option<Vec<String>> {
    let to = addresses.take(thread, AddressKind::To);
    addresses.take(thread, AddressKind::ReplyTo).or(to)
}
