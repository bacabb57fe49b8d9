//! How a ticket comes to be.

use super::change;
use super::store::{self, Ticket};
use crate::access::token::Token;
use crate::base::db::{Change, named_params};
use crate::base::error::{Error, Result};
use crate::base::event::{Event, Property};
use crate::base::html::RichText;
use crate::base::who::Who;
use crate::desk::company;
use crate::desk::thread_model::{self, NewThread, ThreadType, UserType};
use crate::web::input::StoredFile;

/// A ticket about to be opened.
#[derive(Debug)]
pub struct NewTicket {
    /// Whose ticket it will be.
    pub customer: i64,
    /// The subject line.
    pub subject: String,
    /// What the customer says.
    pub message: RichText,
    /// A ticket type.
    pub type_id: i64,
    /// Where it comes from.
    pub source: &'static str,
    /// Files, kept in the store already.
    pub files: Vec<StoredFile>,
}

/// Opens a ticket: the row, its number, its create thread.
pub fn create(change: &mut Change<'_>, new: NewTicket) -> Result<Ticket> {
    let type_id = change::check(change.view(), Property::Type, new.type_id, "type")?;
    let defaults = company::defaults(change.view())?;
    let increment_id = company::take_increment_id(change)?;
    let now = change.now();
    let address = change
        .view()
        .caller()
        .address
        .map(|address| address.to_string());
    let id = change.insert(
        "INSERT INTO ticket (increment_id, subject, source, status_id, priority_id, type_id, customer_id,
             group_id, mailbox_id, reply_token, ip_address, created_at, updated_at, customer_replied_at,
             status_changed_at, resolved_at)
         VALUES (:increment_id, :subject, :source, :status, :priority, :type, :customer,
             :group, :mailbox, :token, :address, :now, :now, :now, :now, iif(:status IN (3, 4), :now, NULL))",
        named_params! {
            ":increment_id": increment_id, ":subject": new.subject, ":source": new.source,
            ":status": defaults.status, ":priority": defaults.priority, ":type": type_id,
            ":customer": new.customer, ":group": defaults.group, ":mailbox": defaults.mailbox,
            ":token": Token::random().reveal(), ":address": address, ":now": now,
        },
    )?;
    let thread = thread_model::add(
        change,
        id,
        &NewThread {
            user: Some(new.customer),
            user_type: UserType::Customer,
            thread_type: ThreadType::Create,
            source: new.source,
            message: new.message,
            to: Vec::new(),
            files: new.files,
        },
    )?;
    change.emit(Event::TicketCreated { ticket: id, thread });
    let opened = store::by_id(change.view(), &Who::desk(), id)?;
    opened.ok_or_else(|| Error::internal("a ticket vanished while it was opened"))
}
