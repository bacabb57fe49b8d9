//! Tickets and people as rows: the statements that the desk itself runs to keep them, straight
//! on a connection. Seeding fills a desk with them, and the ceiling is how fast they are
//! when nothing stands around them.

use pocketdesk::base::db;
use pocketdesk::base::html::CLEANER;
use rusqlite::{Connection, OpenFlags, Transaction, named_params};

use crate::Outcome;
use crate::folder::Folder;

/// A ticket about to be kept.
pub(crate) struct Ticket {
    pub(crate) id: i64,
    pub(crate) increment_id: i64,
    pub(crate) subject: String,
    pub(crate) status: i64,
    pub(crate) priority: i64,
    pub(crate) type_id: i64,
    pub(crate) customer: i64,
    pub(crate) agent: Option<i64>,
    pub(crate) group: Option<i64>,
    pub(crate) team: Option<i64>,
    pub(crate) is_new: bool,
    pub(crate) is_starred: bool,
    pub(crate) is_trashed: bool,
    pub(crate) created_at: i64,
    /// Addresses and names, as the search index has them.
    pub(crate) people: String,
    pub(crate) threads: Vec<Thread>,
}

/// A thread of it.
pub(crate) struct Thread {
    pub(crate) user: i64,
    pub(crate) kind: Kind,
    pub(crate) text: String,
    pub(crate) created_at: i64,
}

/// What a thread is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    AgentReply,
    CustomerReply,
    Note,
}

impl Kind {
    fn user_type(self) -> &'static str {
        match self {
            Self::Create | Self::CustomerReply => "customer",
            Self::AgentReply | Self::Note => "agent",
        }
    }

    fn thread_type(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::AgentReply | Self::CustomerReply => "reply",
            Self::Note => "note",
        }
    }
}

/// A user with one side, about to be kept.
pub(crate) struct Person<'a> {
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) side: &'static str,
    pub(crate) role: i64,
    pub(crate) first_name: &'a str,
    pub(crate) last_name: &'a str,
    pub(crate) ticket_view: Option<i64>,
    pub(crate) is_starred: bool,
    pub(crate) created_at: i64,
}

/// The database of a folder, with the pragmas that the server writes with.
#[expect(
    clippy::disallowed_methods,
    reason = "seeding and the ceiling go around the desk on purpose"
)]
pub(crate) fn connect(folder: &Folder) -> Outcome<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(folder.database(), flags)?;
    db::register_functions(&connection)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA cache_size = -16384;
         PRAGMA foreign_keys = ON;
         PRAGMA temp_store = MEMORY;",
    )?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Keeps a ticket with its threads, its history and its rows in the search index.
pub(crate) fn insert(transaction: &Transaction<'_>, ticket: &Ticket) -> Outcome<()> {
    insert_ticket(transaction, ticket)?;
    for thread in &ticket.threads {
        insert_thread(transaction, ticket, thread)?;
    }
    index(transaction, ticket)
}

fn insert_ticket(transaction: &Transaction<'_>, ticket: &Ticket) -> Outcome<()> {
    let last = ticket.threads.last().map_or(0, |thread| thread.created_at);
    let is_replied = ticket
        .threads
        .iter()
        .rfind(|thread| thread.kind != Kind::Note)
        .is_some_and(|thread| thread.kind == Kind::AgentReply);
    let replies = ticket
        .threads
        .iter()
        .filter(|thread| matches!(thread.kind, Kind::AgentReply | Kind::CustomerReply));
    let replies = i64::try_from(replies.count())?;
    transaction
        .prepare_cached(
            "INSERT INTO ticket (id, increment_id, subject, source, status_id, priority_id, type_id,
                 customer_id, agent_id, group_id, team_id, is_starred, is_trashed, is_new, is_replied,
                 reply_count, reply_token, created_at, updated_at, status_changed_at)
             VALUES (:id, :increment_id, :subject, 'email', :status, :priority, :type,
                 :customer, :agent, :group, :team, :is_starred, :is_trashed, :is_new, :is_replied,
                 :replies, lower(hex(randomblob(32))), :created_at, :updated_at, :updated_at)",
        )?
        .execute(named_params! {
            ":id": ticket.id, ":increment_id": ticket.increment_id, ":subject": ticket.subject,
            ":status": ticket.status, ":priority": ticket.priority, ":type": ticket.type_id,
            ":customer": ticket.customer, ":agent": ticket.agent, ":group": ticket.group,
            ":team": ticket.team, ":is_starred": ticket.is_starred, ":is_trashed": ticket.is_trashed,
            ":is_new": ticket.is_new, ":is_replied": is_replied, ":replies": replies,
            ":created_at": ticket.created_at, ":updated_at": last,
        })?;
    transaction
        .prepare_cached("UPDATE company SET next_increment_id = :next WHERE id = 1")?
        .execute(named_params! { ":next": ticket.increment_id + 1 })?;
    Ok(())
}

fn insert_thread(transaction: &Transaction<'_>, ticket: &Ticket, thread: &Thread) -> Outcome<()> {
    let id = transaction
        .prepare_cached(
            "INSERT INTO thread (ticket_id, user_id, user_type, thread_type, source, clean,
                 cleaner, created_at)
             VALUES (:ticket, :user, :user_type, :thread_type, 'email', :clean, :cleaner, :now)",
        )?
        .insert(named_params! {
            ":ticket": ticket.id, ":user": thread.user,
            ":user_type": thread.kind.user_type(), ":thread_type": thread.kind.thread_type(),
            ":clean": format!("<p>{}</p>", thread.text), ":cleaner": CLEANER, ":now": thread.created_at,
        })?;
    record(transaction, ticket, thread, id)?;
    Ok(())
}

/// The ticket's row in the search index.
fn index(transaction: &Transaction<'_>, ticket: &Ticket) -> Outcome<()> {
    let said = |is_note: bool| {
        let threads = ticket.threads.iter();
        let texts = threads.filter(|thread| (thread.kind == Kind::Note) == is_note);
        let texts: Vec<&str> = texts.map(|thread| thread.text.as_str()).collect();
        texts.join(" ")
    };
    transaction
        .prepare_cached(
            "INSERT INTO ticket_search (rowid, customers, subject, people, message, note)
             VALUES (:ticket, :customers, search_words(:subject), search_words(:people), search_words(:message), search_words(:note))",
        )?
        .execute(named_params! {
            ":ticket": ticket.id, ":subject": format!("{} {}", ticket.increment_id, ticket.subject),
            ":customers": format!("·{}", ticket.customer), ":people": ticket.people, ":message": said(false), ":note": said(true),
        })?;
    Ok(())
}

/// The event and the line of history that every thread leaves.
fn record(transaction: &Transaction<'_>, ticket: &Ticket, thread: &Thread, id: i64) -> Outcome<()> {
    let (kind, property) = match thread.kind {
        Kind::Create => ("ticket_created", "created"),
        Kind::AgentReply | Kind::CustomerReply | Kind::Note => ("thread_added", "thread_added"),
    };
    let batch = transaction
        .prepare_cached("INSERT INTO batch (cause, user_id, created_at) VALUES ('person', ?1, ?2)")?
        .insert((thread.user, thread.created_at))?;
    transaction
        .prepare_cached(
            "INSERT INTO event (batch_id, kind, ticket_id, data, created_at)
             VALUES (:batch, :kind, :ticket, :data, :now)",
        )?
        .execute(named_params! {
            ":batch": batch, ":kind": kind, ":ticket": ticket.id, ":now": thread.created_at,
            ":data": format!(r#"{{"kind":"{kind}","ticket":{},"thread":{id}}}"#, ticket.id),
        })?;
    transaction
        .prepare_cached(
            "INSERT INTO activity (batch_id, ticket_id, user_id, property, thread_id, created_at)
             VALUES (:batch, :ticket, :user, :property, :thread, :now)",
        )?
        .execute(named_params! {
            ":batch": batch, ":ticket": ticket.id, ":user": thread.user, ":property": property,
            ":thread": id,
            ":now": thread.created_at,
        })?;
    Ok(())
}

/// Keeps a person.
pub(crate) fn insert_person(transaction: &Transaction<'_>, person: &Person<'_>) -> Outcome<()> {
    transaction
        .prepare_cached(
            "INSERT INTO user (id, email, email_key, created_at) VALUES (?1, ?2, ?2, ?3)",
        )?
        .execute((person.id, &person.email, person.created_at))?;
    transaction
        .prepare_cached(
            "INSERT INTO user_address (user_id, email, email_key, is_primary, created_at)
             VALUES (?1, ?2, ?2, 1, ?3)",
        )?
        .execute((person.id, &person.email, person.created_at))?;
    transaction
        .prepare_cached(
            "INSERT INTO profile (user_id, side, role_id, first_name, last_name, name_key, ticket_view,
                 is_starred, created_at)
             VALUES (:user, :side, :role, :first, :last, name_key(:first || ' ' || :last), :view, :is_starred, :now)",
        )?
        .execute(named_params! {
            ":user": person.id, ":side": person.side, ":role": person.role,
            ":first": person.first_name, ":last": person.last_name, ":view": person.ticket_view,
            ":is_starred": person.is_starred, ":now": person.created_at,
        })?;
    Ok(())
}
