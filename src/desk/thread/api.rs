//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::reply::{self, NewReply};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Faults, Message, OrNotFound, Result};
use crate::base::html;
use crate::base::input::{Emails, Line, Moment, Optional, Patch, Text};
use crate::base::page::Pagination;
use crate::base::who::{Privilege, Who};
use crate::desk::company::spam;
use crate::desk::thread_model::{
    self, RevisionRow, Thread, ThreadRevision, ThreadShape, ThreadType, UserType,
};
use crate::desk::ticket::{self, Ticket};
use crate::desk::{company, person, task_model};
use crate::web::answer_keys::{Made, Warned};
use crate::web::extract::{Body, Checked, PathId, PathIds, Query, Uploads};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Download, Json, MessageReply};

/// The list of a ticket's threads.
#[derive(Debug, Clone)]
pub(super) struct Threads;

impl Listed for Threads {
    const LIST: &'static List = &List {
        id: "m.id",
        sorts: &[
            Sort::descending(&["createdAt"], &["m.created_at"]),
            Sort::descending(&["id"], &[]),
        ],
        size: 10,
        searched: "",
    };
}

/// The filters of a list of threads.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct ThreadQuery {
    /// Only threads that were made or edited at or after this time.
    updated_since: Optional<Moment>,
}

impl Checked for ThreadQuery {}

/// A page of threads, the newest first, without the one that opened the ticket.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ThreadList {
    threads: Vec<ThreadShape>,
    pagination: Pagination,
}

pub(super) fn list(
    view: &View<'_>,
    PathId(id): PathId,
    Query(query): Query<ThreadQuery>,
    Query(listing): Query<Listing<Threads>>,
) -> Result<Json<ThreadList>> {
    let who = view.who();
    let ticket = ticket::by_id(view, who, id)?.or_not_found("ticket")?;
    let eyes = thread_model::visibility_of(who);
    let calendar = company::calendar(view)?;
    let mut threads = thread_model::after_the_first(ticket.id, eyes);
    if let Some(since) = query.updated_since.as_ref() {
        let since = since.at(calendar.zone());
        threads.and("ifnull(m.updated_at, m.created_at) >= ?", [since.0.into()]);
    }
    let (rows, mut pagination): (Vec<Thread>, _) =
        listing.page_of_texts(view, threads, "octet_length(m.clean)")?;
    pagination.url = format!("#id/{}/page/replacePage", ticket.id);
    // Whoever acts as the customer has read it, and not the customer.
    let is_customer = who.id == ticket.customer && !who.is_agent();
    if is_customer && view.caller().behind.is_none() {
        note_viewed(view, &rows);
    }
    let mut threads = thread_model::threads(view, &calendar, rows)?;
    let ids: Vec<i64> = threads.iter().map(|thread| thread.id).collect();
    let mut tasks = task_model::about_threads(view, who, &ids)?;
    for thread in &mut threads {
        thread.task = tasks.remove(&thread.id);
    }
    Ok(Json(ThreadList {
        threads,
        pagination,
    }))
}

/// Notes that the customer has read an agent's threads, once each; nobody is told that
/// they have read themselves.
fn note_viewed(view: &View<'_>, rows: &[Thread]) {
    let unseen = rows.iter().filter(|row| {
        row.viewed_at.is_none()
            && row.thread_type == ThreadType::Reply
            && row.user_type == UserType::Agent
    });
    for thread in unseen.map(|row| row.id) {
        view.mark(move |change| {
            let now = change.now();
            change.run(
                "UPDATE thread SET viewed_at = :now WHERE id = :thread AND viewed_at IS NULL",
                named_params! { ":now": now, ":thread": thread },
            )?;
            Ok(())
        });
    }
}

/// A new thread.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "threadType": "reply", "reply": "<p>A new one is on its way to you.</p>" }]))]
pub(super) struct NewThread {
    /// reply, note or forward.
    thread_type: Text,
    /// The text, as HTML or plain text.
    reply: html::RichText,
    /// Id of the status that the ticket gets, 1 to 6. From a customer, or from an agent who
    /// may not set it, it is left aside whatever it is, and `warning` says so.
    #[serde(default)]
    #[schemars(with = "Optional<Line>")]
    status: Patch<Value>,
    /// Addresses that a forward goes to.
    #[serde(default)]
    to: Optional<Emails>,
}

impl Checked for NewThread {
    fn check(&self, faults: &mut Faults) {
        if self.kind().is_none() {
            let message = Message::new("input.one_of").with("values", "reply, note, forward");
            faults.add("threadType", message);
        }
    }
}

/// The status that was asked for, in whatever form; nothing where none was.
fn named_status(sent: &Value) -> Option<String> {
    let named = match sent {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    (!named.is_empty()).then_some(named)
}

impl NewThread {
    fn kind(&self) -> Option<ThreadType> {
        ThreadType::from_code(self.thread_type.as_str()).filter(|kind| *kind != ThreadType::Create)
    }
}

pub(super) fn create(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(new): Body<NewThread>,
    Uploads(files): Uploads,
) -> Result<MessageReply<Warned<Made>>> {
    let who = change.who();
    let ticket = ticket::by_id(change.view(), who, id)?.or_not_found("ticket")?;
    if who.is_customer() {
        let customer = person::by_id(change.view(), who.id)?.or_not_found("customer")?;
        spam::refuse_blocked(change.view(), &customer.email)?;
    }
    let thread_type = new.kind().unwrap_or(ThreadType::Reply);
    let to = new.to.as_ref().map(|emails| {
        emails
            .as_slice()
            .iter()
            .map(|email| email.as_str().to_owned())
            .collect()
    });
    let speech = NewReply {
        thread_type,
        message: new.reply,
        status: new.status.as_ref().and_then(named_status),
        to: to.unwrap_or_default(),
        source: "api",
        files,
    };
    let said = reply::say(change, who, &ticket, speech)?;
    let key = match thread_type {
        ThreadType::Create | ThreadType::Reply => "thread.reply_added",
        ThreadType::Note => "thread.note_added",
        ThreadType::Forward => "thread.forwarded",
    };
    let reply = MessageReply::new(key).with("id", said.thread)?;
    Ok(match said.warning {
        Some(warning) => reply.warning(warning),
        None => reply,
    })
}

/// What is to be done to a thread.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "updateType": "lock" }]))]
pub(super) struct ThreadMark {
    /// lock and bookmark toggle; unlock unlocks.
    update_type: Text,
}

impl Checked for ThreadMark {}

pub(super) fn mark(
    change: &mut Change<'_>,
    PathIds(ticket, thread): PathIds,
    Body(mark): Body<ThreadMark>,
) -> Result<MessageReply> {
    let (_, thread) = visible(change.view(), ticket, thread)?;
    match mark.update_type.as_str() {
        "lock" if !thread.is_locked => {
            change.who().need(Privilege::ManageLockAndUnlockThread)?;
            reply::set_locked(change, &thread, 1)?;
            Ok(MessageReply::new("thread.locked"))
        }
        "lock" | "unlock" => {
            change.who().need(Privilege::ManageLockAndUnlockThread)?;
            reply::set_locked(change, &thread, 0)?;
            Ok(MessageReply::new("thread.unlocked"))
        }
        "bookmark" if thread.is_bookmarked => {
            reply::set_bookmarked(change, &thread, 0)?;
            Ok(MessageReply::new("thread.unbookmarked"))
        }
        "bookmark" => {
            reply::set_bookmarked(change, &thread, 1)?;
            Ok(MessageReply::new("thread.bookmarked"))
        }
        _ => {
            let message = Message::new("input.one_of").with("values", "lock, unlock, bookmark");
            Err(Error::invalid("updateType", message))
        }
    }
}

/// The list of what a thread said before its edits.
#[derive(Debug, Clone)]
pub(super) struct Revisions;

impl Listed for Revisions {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[Sort::descending(&["id", "createdAt"], &[])],
        size: 10,
        searched: "",
    };
}

pub(super) fn revisions(
    view: &View<'_>,
    PathIds(ticket, thread): PathIds,
    Query(listing): Query<Listing<Revisions>>,
) -> Result<Json<RevisionList>> {
    let (_, thread) = visible(view, ticket, thread)?;
    let revisions = thread_model::revisions_of(thread.id);
    let (rows, pagination_data): (Vec<RevisionRow>, _) =
        listing.page_of_texts(view, revisions, "octet_length(clean)")?;
    Ok(Json(RevisionList {
        revisions: thread_model::revisions(view, &company::calendar(view)?, rows)?,
        pagination_data,
    }))
}

/// What a thread said before each of its edits, the newest first.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RevisionList {
    revisions: Vec<ThreadRevision>,
    pagination_data: Pagination,
}

/// What a thread becomes.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct EditedThread {
    /// The text, as HTML or plain text.
    reply: html::RichText,
}

impl Checked for EditedThread {}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathIds(ticket, thread): PathIds,
    Body(edited): Body<EditedThread>,
) -> Result<MessageReply> {
    let (_, thread) = visible(change.view(), ticket, thread)?;
    reply::edit(change, &thread, &edited.reply)?;
    Ok(MessageReply::new("thread.updated"))
}

pub(super) fn remove(
    change: &mut Change<'_>,
    PathIds(ticket, thread): PathIds,
) -> Result<MessageReply> {
    let (_, thread) = visible(change.view(), ticket, thread)?;
    reply::remove(change, &thread)?;
    Ok(MessageReply::new("thread.removed"))
}

pub(super) fn download(view: &View<'_>, PathId(id): PathId) -> Result<Download> {
    let who: &Who = view.who();
    let (ticket, file) = thread_model::attachment(view, id, thread_model::visibility_of(who))?
        .or_not_found("attachment")?;
    ticket::by_id(view, who, ticket)?.or_not_found("attachment")?;
    file.download()
}

pub(super) fn visible(view: &View<'_>, ticket: i64, thread: i64) -> Result<(Ticket, Thread)> {
    let ticket = ticket::by_id(view, view.who(), ticket)?.or_not_found("ticket")?;
    let eyes = thread_model::visibility_of(view.who());
    let thread = thread_model::by_id(view, ticket.id, thread, eyes)?.or_not_found("thread")?;
    Ok((ticket, thread))
}
