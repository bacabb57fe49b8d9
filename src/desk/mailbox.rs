//! Mailboxes: the addresses that mail comes in through and goes out from. Fetching
//! and sending is no business of this room.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::access::Access::Admin;
use crate::base::db::{Change, Select, View, from_row, named_params};
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Email, Flag, Line, Optional};
use crate::base::page::{LARGEST_SIZE, Pagination};
use crate::base::who::Who;
use crate::desk::usage::{self, Use};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::{List, Listed, Listing, Sort};
use crate::web::reply::{Json, MessageReply};
use crate::web::route::{Route, delete, get, post, put};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/mailboxes", Admin, "List mailboxes", list),
        post("/mailboxes", Admin, "Create a mailbox", create),
        get("/mailbox/{id}", Admin, "Show a mailbox", show),
        put("/mailbox/{id}", Admin, "Change a mailbox", edit),
        delete("/mailbox/{id}", Admin, "Delete a mailbox", remove),
    ]
}

/// The list of mailboxes.
#[derive(Debug, Clone)]
struct Mailboxes;

impl Listed for Mailboxes {
    const LIST: &'static List = &List {
        id: "id",
        sorts: &[
            Sort::descending(&["id"], &[]),
            Sort::ascending(&["name"], &["name_key"]),
            Sort::ascending(&["email"], &["email_key"]),
            Sort::descending(&["createdAt"], &["created_at"]),
        ],
        size: LARGEST_SIZE,
        searched: "Words of the name or the address.",
    };
}

fn list(view: &View<'_>, Query(listing): Query<Listing<Mailboxes>>) -> Result<Json<MailboxList>> {
    let mut select = Select::new("id, name, email, mailbox_email, is_active", "mailbox");
    listing.find_in(&mut select, "name_key || ' ' || name_key(email)");
    let (mailboxes, pagination_data) = listing.page(view, select)?;
    Ok(Json(MailboxList {
        mailboxes,
        pagination_data,
    }))
}

answer_keys!(
    /// A new mailbox.
    MailboxMade { "message": String, "id": i64, "mailbox": NewMailbox }
);

fn create(
    change: &mut Change<'_>,
    Body(new): Body<MailboxBody>,
) -> Result<MessageReply<MailboxMade>> {
    refuse_taken_email(change.view(), &new.email, 0)?;
    let now = change.now();
    let id = change.insert(
        "INSERT INTO mailbox (name, name_key, email, email_key, mailbox_email, is_active, created_at)
         VALUES (:name, name_key(:name), :email, email_key(:email), :mailbox_email, :is_active, :now)",
        named_params! {
            ":name": new.name.as_str(), ":email": new.email.as_str(),
            ":mailbox_email": forwarding_address(&new.email),
            ":is_active": new.is_active.as_ref().is_some_and(|flag| flag.get()), ":now": now,
        },
    )?;
    let made = by_id(change.view(), id)?.or_not_found("mailbox")?;
    // As documented: a number here, where every other answer has a boolean.
    let shown = NewMailbox {
        id: made.id,
        name: made.name,
        email: made.email,
        mailbox_email: made.mailbox_email,
        is_active: i64::from(made.is_active),
    };
    MessageReply::new("mailbox.saved")
        .with("id", id)?
        .with("mailbox", shown)
}

fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<MailboxShape>> {
    by_id(view, id)?.or_not_found("mailbox").map(Json)
}

answer_keys!(
    /// A mailbox that was changed.
    MailboxChanged { "message": String, "mailbox": MailboxShape }
);

fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<MailboxBody>,
) -> Result<MessageReply<MailboxChanged>> {
    let before = by_id(change.view(), id)?.or_not_found("mailbox")?;
    refuse_taken_email(change.view(), &edited.email, id)?;
    let is_active = edited
        .is_active
        .as_ref()
        .map_or(before.is_active, |flag| flag.get());
    change.run(
        "UPDATE mailbox SET name = :name, name_key = name_key(:name), email = :email, email_key = email_key(:email), is_active = :is_active WHERE id = :id",
        named_params! {
            ":id": id, ":name": edited.name.as_str(), ":email": edited.email.as_str(), ":is_active": is_active,
        },
    )?;
    MessageReply::new("mailbox.updated").with(
        "mailbox",
        by_id(change.view(), id)?.or_not_found("mailbox")?,
    )
}

fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let found = by_id(change.view(), id)?.or_not_found("mailbox")?;
    usage::refuse_used(change.view(), id, &found.name, &USES)?;
    change.run(
        "DELETE FROM mailbox WHERE id = :id",
        named_params! { ":id": id },
    )?;
    Ok(MessageReply::new("mailbox.removed"))
}

/// A new mailbox, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MailboxBody {
    /// Name of the mailbox.
    name: Line<100, 1>,
    /// Address of the mailbox.
    email: Email,
    /// 1 active, 0 inactive; a new mailbox is inactive without it.
    #[serde(default)]
    is_active: Optional<Flag>,
}

impl Checked for MailboxBody {}

/// A mailbox.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct MailboxShape {
    id: i64,
    name: String,
    email: String,
    /// Where mail for the mailbox is forwarded to.
    mailbox_email: String,
    is_active: bool,
}

/// A mailbox, as the answer to making it has it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct NewMailbox {
    id: i64,
    name: String,
    email: String,
    mailbox_email: String,
    is_active: i64,
}

/// A page of mailboxes.
#[derive(Debug, Serialize, JsonSchema)]
struct MailboxList {
    mailboxes: Vec<MailboxShape>,
    pagination_data: Pagination,
}

/// A mailbox to choose.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MailboxOption {
    id: i64,
    name: String,
    email: String,
}

from_row!(MailboxOption { id, name, email });

from_row!(MailboxShape {
    id,
    name,
    email,
    mailbox_email,
    is_active
});

fn by_id(view: &View<'_>, id: i64) -> Result<Option<MailboxShape>> {
    view.maybe(
        "SELECT id, name, email, mailbox_email, is_active FROM mailbox WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The active mailboxes; customers are shown none.
pub fn options(view: &View<'_>, who: &Who) -> Result<Vec<MailboxOption>> {
    if !who.is_agent() {
        return Ok(Vec::new());
    }
    view.all(
        "SELECT id, name, email FROM mailbox WHERE is_active = 1 ORDER BY id",
        [],
    )
}

/// The mailbox with this id, active or not.
pub fn option(view: &View<'_>, id: i64) -> Result<Option<MailboxOption>> {
    view.maybe(
        "SELECT id, name, email FROM mailbox WHERE id = :id",
        named_params! { ":id": id },
    )
}

/// The address that answers to a ticket go to: the support address with the ticket's
/// token as its detail. None while the company has no address.
pub fn reply_address(view: &View<'_>, token: &str) -> Result<Option<String>> {
    let support: Option<Option<String>> =
        view.maybe("SELECT support_email FROM company WHERE id = 1", [])?;
    let support = support.flatten();
    let parts = support
        .as_deref()
        .and_then(|address| address.rsplit_once('@'));
    Ok(parts.map(|(local, domain)| format!("{local}+{token}@{domain}")))
}

/// Where a mailbox can be in use, and what is said then.
const USES: [Use; 2] = [
    (
        "SELECT count(*) FROM ticket WHERE mailbox_id = :id",
        "mailbox.has_tickets",
    ),
    (
        "SELECT count(*) FROM company WHERE default_mailbox_id = :id",
        "mailbox.is_default",
    ),
];

/// An address that nobody guesses, in the domain of the mailbox.
fn forwarding_address(email: &Email) -> String {
    let token: [u8; 10] = rand::random();
    format!("support.{}@{}", hex::encode(token), email.domain())
}

fn refuse_taken_email(view: &View<'_>, email: &Email, except: i64) -> Result<()> {
    let taken: i64 = view.one(
        "SELECT count(*) FROM mailbox WHERE email_key = email_key(:email) AND id <> :except",
        named_params! { ":email": email.as_str(), ":except": except },
    )?;
    if taken == 0 {
        return Ok(());
    }
    Err(Error::Conflict(
        Message::new("mailbox.email_taken").with("email", email),
    ))
}
