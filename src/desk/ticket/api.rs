//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::change;
use super::create::{self, NewTicket};
use super::filter::{self, TicketQuery, Tickets};
use super::shape::{self, TicketList, TicketMade, TicketView};
use super::store::{self, Ticket};
use crate::base::db::{Change, View};
use crate::base::error::{Error, Faults, Message, OrNotFound, Result};
use crate::base::event::{Event, Property};
use crate::base::html;
use crate::base::input::{Email, Int, JsonText, Line, Map, Optional, Text};
use crate::base::name_key::email_key;
use crate::base::seal::Sealer;
use crate::base::who::{Caller, Who};
use crate::desk::company::spam;
use crate::desk::custom_field::{self, Answered, Answers, Moment};
use crate::desk::person::{self, Side};
use crate::desk::{customer, label, status, thread_model};
use crate::web::answer_keys::{Told, Warned, answer_keys};
use crate::web::extract::{Body, Checked, PathId, Query, Sealing, Uploads};
use crate::web::input::StoredFile;
use crate::web::listing::Listing;
use crate::web::reply::{Json, MessageReply};

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<TicketQuery>,
    Query(listing): Query<Listing<Tickets>>,
) -> Result<Json<TicketList>> {
    let filter = filter::filter(view, &query, listing)?;
    shape::list(view, view.who(), &filter).map(Json)
}

/// A new ticket.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "name": "Ada Lovelace", "from": "ada@example.com", "type": 1, "subject": "The kettle leaks", "reply": "<p>It stands in a puddle.</p>" }]))]
pub(super) struct NewTicketBody {
    /// Id of the ticket type.
    #[serde(rename = "type")]
    type_id: Int,
    /// Name of the customer; customers may leave it out.
    #[serde(default)]
    name: Optional<Line>,
    /// Email address of the customer; customers may leave it out.
    #[serde(default)]
    from: Optional<Email>,
    /// Message text of the ticket, as HTML or plain text.
    reply: html::RichText,
    /// Subject of the ticket.
    subject: Line<255, 1>,
    /// Where the ticket comes from: email, website, facebook, twitter or api; api without it.
    #[serde(default)]
    source: Optional<Text>,
    /// Values of custom fields, keyed by custom field id; options as their ids or names, several
    /// parted by commas.
    #[serde(default)]
    #[schemars(with = "Optional<JsonText<Map<Text>>>")]
    custom_fields: Optional<JsonText<Map<Value>>>,
}

impl Checked for NewTicketBody {
    fn check(&self, faults: &mut Faults) {
        if self.source_code().is_none() {
            let known = status::SOURCES.join(", ");
            faults.add("source", Message::new("input.one_of").with("values", known));
        }
    }
}

impl NewTicketBody {
    fn source_code(&self) -> Option<&'static str> {
        let named = self.source.as_ref().map_or("api", Text::as_str);
        status::SOURCES.into_iter().find(|code| *code == named)
    }
}

pub(super) fn create(
    change: &mut Change<'_>,
    Body(new): Body<NewTicketBody>,
    Uploads(files): Uploads,
    Sealing(sealer): Sealing,
) -> Result<MessageReply<TicketMade>> {
    let Some(email) = change.view().caller().newcomer.clone() else {
        return open(change, new, files, &sealer);
    };
    let source = new.source_code().unwrap_or("api");
    let name = new.name.as_ref().map_or("", Line::as_str);
    let customer = customer::ensure(change, &email, name, source)?;
    let caller = Caller {
        who: Who::customer(customer),
        newcomer: None,
        ..change.view().caller().clone()
    };
    change.on_behalf_of(&caller, |change| open(change, new, files, &sealer))
}

fn open(
    change: &mut Change<'_>,
    new: NewTicketBody,
    files: Vec<StoredFile>,
    sealer: &Sealer,
) -> Result<MessageReply<TicketMade>> {
    let source = new.source_code().unwrap_or("api");
    let (of_fields, files) = parted(files);
    let answered = answered(change, &new, of_fields)?;
    let new_ticket = NewTicket {
        customer: customer_of(change, &new, source)?,
        subject: new.subject.into_string(),
        message: new.reply,
        type_id: new.type_id.get(),
        source,
        files,
    };
    let ticket = create::create(change, new_ticket)?;
    custom_field::keep(change, ticket.id, answered, sealer)?;
    MessageReply::new("ticket.created")
        .with("id", ticket.increment_id)?
        .with("incrementId", ticket.increment_id)?
        .with("ticketId", ticket.id)
}

/// The files of custom fields, and those of the message.
fn parted(files: Vec<StoredFile>) -> (Vec<StoredFile>, Vec<StoredFile>) {
    let is_of_field = |file: &StoredFile| file.field.starts_with("customFields[");
    files.into_iter().partition(is_of_field)
}

/// The values of custom fields that the ticket comes with, judged for the caller's side.
fn answered(
    change: &Change<'_>,
    new: &NewTicketBody,
    files: Vec<StoredFile>,
) -> Result<Vec<Answered>> {
    let answers = Answers {
        side: change.who().side(),
        type_id: new.type_id.get(),
        moment: Moment::Creation,
        ticket: None,
        values: fields_of(&new.custom_fields),
        files,
    };
    custom_field::judge(change.view(), answers)
}

fn fields_of(sent: &Optional<JsonText<Map<Value>>>) -> &[(i64, Value)] {
    sent.as_ref().map_or(&[], |fields| fields.tree().as_slice())
}

/// Whose ticket it will be: the customer who calls, else the one whom an agent names. A customer whom nobody knows is made.
fn customer_of(change: &mut Change<'_>, new: &NewTicketBody, source: &'static str) -> Result<i64> {
    if change.who().is_customer() {
        let (me, from) = (change.who().id, new.from.as_ref());
        let own = person::by_id(change.view(), me)?.or_not_found("customer")?;
        spam::refuse_blocked(change.view(), &own.email)?;
        return match from {
            Some(from) if email_key(from.as_str()) != email_key(&own.email) => {
                Err(Error::Forbidden(Message::new("error.may_not_act_as")))
            }
            _ => Ok(me),
        };
    }
    let name = new.name.as_ref().map_or("", Line::as_str);
    let from = new
        .from
        .as_ref()
        .ok_or_else(|| Error::invalid("from", "input.required"))?;
    if name.is_empty() {
        return Err(Error::invalid("name", "input.required"));
    }
    customer::ensure(change, from.as_str(), name, source)
}

pub(super) fn show(
    view: &View<'_>,
    PathId(increment_id): PathId,
    Sealing(sealer): Sealing,
) -> Result<Json<TicketView>> {
    let Some(ticket) = store::by_increment_id(view, view.who(), increment_id)? else {
        // Every other operation takes the id, so that is what was sent most likely.
        let is_id = store::by_id(view, view.who(), increment_id)?.is_some();
        return Err(Error::NotFound(if is_id {
            "ticket_of_number"
        } else {
            "ticket"
        }));
    };
    if ticket.is_new && view.who().is_agent() {
        let id = ticket.id;
        view.mark_before_answer(move |change| change::open_by_agent(change, id));
    }
    shape::show(view, view.who(), ticket, &sealer).map(Json)
}

/// What a ticket becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EditedTicket {
    /// Id of the ticket type.
    #[serde(rename = "type")]
    type_id: Int,
    /// Email address of the customer.
    from: Email,
    /// Message text of the ticket, as HTML or plain text.
    reply: html::RichText,
    /// Subject of the ticket.
    subject: Line<255, 1>,
    /// New values of custom fields, keyed by custom field id; an empty value empties its
    /// field, what is left out stays.
    #[serde(default)]
    #[schemars(with = "Optional<JsonText<Map<Text>>>")]
    custom_fields: Optional<JsonText<Map<Value>>>,
}

impl Checked for EditedTicket {}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<EditedTicket>,
    Uploads(files): Uploads,
    Sealing(sealer): Sealing,
) -> Result<MessageReply<Warned<Told>>> {
    let ticket = visible(change, id)?;
    let eyes = thread_model::visibility_of(change.who());
    let first = thread_model::first_of(change.view(), id, eyes)?;
    set_fields(change, &ticket, (&edited, files), &sealer)?;
    if Some(edited.type_id.get()) != ticket.type_id {
        let type_id = change::check(change.view(), Property::Type, edited.type_id.get(), "type")?;
        change::may_change(change.who(), Property::Type)?;
        change::set(change, &ticket, Property::Type, type_id)?;
    }
    let customer = customer::ensure(change, edited.from.as_str(), "", "api")?;
    change::set_customer(change, &ticket, customer)?;
    change::set_subject(change, &ticket, edited.subject.as_str())?;
    let reply = MessageReply::new("ticket.updated");
    let Some(first) = first else {
        // Whoever does not see a locked message does not write over it.
        return Ok(reply.warning(Message::new("ticket.message_is_locked")));
    };
    if first.clean != edited.reply.clean {
        thread_model::rewrite(change, first.id, &edited.reply)?;
        change::touch(change, id)?;
        change.emit(Event::ThreadEdited {
            ticket: id,
            thread: first.id,
        });
    }
    Ok(reply)
}

/// Gives the ticket new values of custom fields.
fn set_fields(
    change: &mut Change<'_>,
    ticket: &Ticket,
    (edited, files): (&EditedTicket, Vec<StoredFile>),
    sealer: &Sealer,
) -> Result<()> {
    let (of_fields, others) = parted(files);
    if !others.is_empty() {
        return Err(Error::invalid(
            "attachments",
            "ticket.files_go_with_threads",
        ));
    }
    let is_retyped = ticket.type_id != Some(edited.type_id.get());
    let answers = Answers {
        side: Side::Agent,
        type_id: edited.type_id.get(),
        moment: if is_retyped {
            Moment::OtherType
        } else {
            Moment::Later
        },
        ticket: Some(ticket.id),
        values: fields_of(&edited.custom_fields),
        files: of_fields,
    };
    let answered = custom_field::judge(change.view(), answers)?;
    let changed = custom_field::keep(change, ticket.id, answered, sealer)?;
    if changed.is_empty() {
        return Ok(());
    }
    change::touch(change, ticket.id)?;
    for field in changed {
        change.emit(Event::FieldChanged {
            ticket: ticket.id,
            field,
        });
    }
    Ok(())
}

/// One property and its new value.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("examples" = [{ "editType": "status", "value": "2" }]))]
pub(super) struct PropertyChange {
    /// status, type, priority, group, team, agent, label, star or subject.
    edit_type: Text,
    /// The new value: an id, or the subject; a star without it is toggled.
    #[serde(default)]
    value: Optional<Line>,
}

impl Checked for PropertyChange {}

const EDIT_TYPES: [(&str, Option<Property>); 9] = [
    ("status", Some(Property::Status)),
    ("type", Some(Property::Type)),
    ("priority", Some(Property::Priority)),
    ("group", Some(Property::Group)),
    ("team", Some(Property::Team)),
    ("agent", Some(Property::Agent)),
    ("label", None),
    ("star", Some(Property::Star)),
    ("subject", Some(Property::Subject)),
];

pub(super) fn change_property(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(body): Body<PropertyChange>,
) -> Result<MessageReply> {
    let wanted = EDIT_TYPES
        .iter()
        .find(|(name, _)| *name == body.edit_type.as_str());
    let Some((name, property)) = wanted else {
        let known = EDIT_TYPES.map(|(name, _)| name).join(", ");
        return Err(Error::invalid(
            "editType",
            Message::new("input.one_of").with("values", known),
        ));
    };
    let ticket = visible(change, id)?;
    if let Some(property) = property {
        change::may_change(change.who(), *property)?;
    }
    let value = body.value.as_ref().map(Line::as_str);
    match property {
        None => toggle_label(change, &ticket, value)?,
        Some(Property::Star) => star(change, &ticket, value)?,
        Some(Property::Subject) => {
            change::set_subject(change, &ticket, required(value)?)?;
        }
        Some(property) => {
            let value = change::check(change.view(), *property, number(value)?, "value")?;
            if let (Property::Type, Some(type_id)) = (property, value) {
                refuse_lacking(change, &ticket, type_id)?;
            }
            change::set(change, &ticket, *property, value)?;
        }
    }
    Ok(MessageReply::new(
        Message::new("ticket.property_updated").with("property", name),
    ))
}

/// 400 where another type asks for fields that the ticket has no value of.
fn refuse_lacking(change: &Change<'_>, ticket: &Ticket, type_id: i64) -> Result<()> {
    if ticket.type_id == Some(type_id) {
        return Ok(());
    }
    let answers = Answers {
        side: Side::Agent,
        type_id,
        moment: Moment::OtherType,
        ticket: Some(ticket.id),
        values: &[],
        files: Vec::new(),
    };
    custom_field::judge(change.view(), answers).map(|_| ())
}

/// The value, which blanks alone are none of.
fn required(value: Option<&str>) -> Result<&str> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| Error::invalid("value", "input.required"))
}

fn number(value: Option<&str>) -> Result<i64> {
    required(value)?
        .parse()
        .map_err(|_| Error::invalid("value", "input.int"))
}

/// Without a value the star is toggled; `starred` and 1 set it, 0 and `unstarred` take it off.
fn star(change: &mut Change<'_>, ticket: &Ticket, value: Option<&str>) -> Result<()> {
    let is_starred = match value {
        None => !ticket.is_starred,
        Some("starred" | "1" | "true") => true,
        Some("0" | "unstarred" | "false") => false,
        Some(_) => return Err(Error::invalid("value", "input.flag")),
    };
    change::set(change, ticket, Property::Star, Some(i64::from(is_starred)))
}

fn toggle_label(change: &mut Change<'_>, ticket: &Ticket, value: Option<&str>) -> Result<()> {
    let own = label::own(change.view(), number(value)?)?;
    let own = own.ok_or_else(|| Error::invalid("value", "ticket.unknown_label"))?;
    change::toggle_label(change, ticket, own.id)?;
    Ok(())
}

pub(super) fn trash(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let ticket = visible(change, id)?;
    change::trash(change, &ticket)?;
    Ok(MessageReply::new("ticket.trashed"))
}

/// Whom a ticket goes to.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct Assignment {
    /// Id of the agent; 0 for nobody.
    id: Int,
}

impl Checked for Assignment {}

pub(super) fn assign(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(body): Body<Assignment>,
) -> Result<MessageReply> {
    let ticket = visible(change, id)?;
    let agent = change::check(change.view(), Property::Agent, body.id.get(), "id")?;
    change::set(change, &ticket, Property::Agent, agent)?;
    Ok(MessageReply::new("ticket.assigned"))
}

/// Who is to be added.
#[derive(Debug, Deserialize, JsonSchema)]
pub(super) struct NewCollaborator {
    /// Email address of the collaborator; somebody unknown becomes a customer.
    email: Email,
}

impl Checked for NewCollaborator {}

answer_keys!(
    /// Who takes part in a ticket from now on.
    pub(super) CollaboratorAdded { "message": String, "collaborator": shape::Collaborator }
);

pub(super) fn add_collaborator(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(new): Body<NewCollaborator>,
) -> Result<MessageReply<CollaboratorAdded>> {
    let ticket = visible(change, id)?;
    let known = person::by_email(change.view(), new.email.as_str())?;
    let known = known.filter(|one| {
        one.current(Side::Agent)
            .or(one.current(Side::Customer))
            .is_some()
    });
    let user = match known {
        Some(known) => known.id,
        None => customer::ensure(change, new.email.as_str(), "", "api")?,
    };
    change::add_collaborator(change, &ticket, user)?;
    let person = person::by_id(change.view(), user)?.or_not_found("user")?;
    Ok(MessageReply::new("ticket.collaborator_added")
        .with("collaborator", shape::collaborator(&person))?
        .last())
}

/// Who is to be taken off.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OldCollaborator {
    /// Id of the collaborator.
    collaborator_id: Int,
}

impl Checked for OldCollaborator {}

pub(super) fn remove_collaborator(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(old): Body<OldCollaborator>,
) -> Result<MessageReply> {
    let ticket = visible(change, id)?;
    change::remove_collaborator(change, &ticket, old.collaborator_id.get())?;
    Ok(MessageReply::new("ticket.collaborator_removed"))
}

fn visible(change: &Change<'_>, id: i64) -> Result<Ticket> {
    let who: &Who = change.who();
    store::by_id(change.view(), who, id)?.or_not_found("ticket")
}
