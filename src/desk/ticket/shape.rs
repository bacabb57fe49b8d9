//! Tickets as the API shows them.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use super::count::{self, Predefined};
use super::filter::Filter;
use super::found;
use super::page::{self, Listed};
use super::store::Ticket;
use crate::base::db::{View, named_params};
use crate::base::error::Result;
use crate::base::page::Pagination;
use crate::base::seal::Sealer;
use crate::base::time::PhpDate;
use crate::base::who::Who;
use crate::desk::company::{self, Calendar};
use crate::desk::custom_field::{self, ValueShape};
use crate::desk::group::{self, GroupOption};
use crate::desk::label::{self, CountedLabel};
use crate::desk::mailbox::{self, MailboxOption};
use crate::desk::person::{self, Person, Side, UserShape};
use crate::desk::status::{self, Priority, Status};
use crate::desk::tag::{self, TagShape};
use crate::desk::task_model::{self, TaskItem, TodoParent, TodoShape};
use crate::desk::team::{self, TeamOption};
use crate::desk::thread_model::{self, CreateThread};
use crate::desk::ticket_type::{self, TypeShape};
use crate::web::answer_keys::answer_keys;

/// How many tickets a tab has.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum TabCount {
    Some(String),
    Nothing(i64),
}

/// A page of tickets, with everything that a list of them shows beside it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketList {
    /// Tickets per status id under all other filters: text where there are some, else the number 0.
    tabs: BTreeMap<String, TabCount>,
    tickets: Vec<TicketItem>,
    pagination: Pagination,
    labels: Labels,
    user_details: UserDetails,
    status: Vec<Status>,
    group: Vec<GroupOption>,
    team: Vec<TeamOption>,
    priority: Vec<Priority>,
    #[serde(rename = "type")]
    types: Vec<TypeShape>,
    mailbox: Vec<MailboxOption>,
}

/// A ticket in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct TicketItem {
    id: i64,
    increment_id: i64,
    subject: String,
    /// `true`, or null: never false.
    is_starred: Option<bool>,
    is_agent_view: bool,
    is_trashed: bool,
    source: String,
    group: Option<String>,
    team: Option<String>,
    priority: Option<Priority>,
    status: Option<Status>,
    #[serde(rename = "type")]
    type_name: Option<String>,
    /// Seconds UTC, cut to the minute.
    timestamp: i64,
    /// (sic)
    formated_created_at: String,
    /// Replies so far, as text.
    total_threads: String,
    agent: Option<Party>,
    customer: Party,
    /// 1 or 0.
    has_attachments: i64,
    is_replied: bool,
}

/// The agent or the customer of a ticket in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "TicketParty")]
struct Party {
    id: i64,
    email: String,
    name: String,
}

/// The lists beside the list.
#[derive(Debug, Serialize, JsonSchema)]
struct Labels {
    /// (sic)
    predefind: Predefined,
    custom: Vec<CountedLabel>,
}

/// The caller, in short.
#[derive(Debug, Serialize, JsonSchema)]
struct UserDetails {
    user: i64,
    name: String,
    pic: Option<String>,
    /// Whether the caller is an agent.
    role: bool,
}

/// The page that `filter` asks for, as `who` sees it.
pub(super) fn list(view: &View<'_>, who: &Who, filter: &Filter) -> Result<TicketList> {
    let found = match &filter.search {
        Some(query) => Some(found::search(view, filter, query)?),
        None => None,
    };
    let (per_status, total) = if let Some(found) = &found {
        (found.per_kind.clone(), found.total())
    } else {
        let per_status = count::per_status(view, filter)?;
        let total = count::total(filter, &per_status);
        (per_status, total)
    };
    let rows = page::page(view, filter, total, found.as_ref())?;
    let tickets = items(view, who, rows)?;
    let pagination = filter.listing.pagination(total, tickets.len());
    let tabs = (1..=6).map(|status: i64| {
        let count = per_status.get(&status).copied().unwrap_or(0);
        // As documented: text where there are some, the number where there are none.
        let shown = if count == 0 {
            TabCount::Nothing(0)
        } else {
            TabCount::Some(count.to_string())
        };
        (status.to_string(), shown)
    });
    Ok(TicketList {
        tabs: tabs.collect(),
        tickets,
        pagination,
        labels: labels(view, who)?,
        user_details: user_details(view, who)?,
        status: status::statuses(view.locale()),
        group: group::options(view, who)?,
        team: team::options(view, who)?,
        priority: status::priorities(view.locale()),
        types: ticket_type::options(view)?,
        mailbox: mailbox::options(view, who)?,
    })
}

/// The tickets on the first page of a search, and how many were found.
pub(super) fn found(view: &View<'_>, filter: &Filter) -> Result<(Vec<TicketItem>, i64)> {
    let Some(query) = &filter.search else {
        return Ok((Vec::new(), 0));
    };
    let found = found::search(view, filter, query)?;
    let rows = page::page(view, filter, found.total(), Some(&found))?;
    Ok((items(view, view.who(), rows)?, found.total()))
}

fn items(view: &View<'_>, who: &Who, rows: Vec<Listed>) -> Result<Vec<TicketItem>> {
    let calendar = company::calendar(view)?;
    let rows = without_hidden(view, who, rows)?.into_iter();
    Ok(rows.map(|row| item(view, who, &calendar, row)).collect())
}

/// The rows with counts of what `who` sees: a count would tell of what is locked, and
/// customers of notes.
fn without_hidden(view: &View<'_>, who: &Who, mut rows: Vec<Listed>) -> Result<Vec<Listed>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.ticket.id).collect();
    let hidden = thread_model::hidden(view, &ids, thread_model::visibility_of(who))?;
    for row in &mut rows {
        let hidden = hidden.get(&row.ticket.id).copied().unwrap_or_default();
        row.ticket.reply_count -= hidden.replies;
        row.ticket.attachment_count -= hidden.files;
    }
    Ok(rows)
}

fn item(view: &View<'_>, who: &Who, calendar: &Calendar, row: Listed) -> TicketItem {
    let ticket = row.ticket;
    let agent = ticket.agent.zip(row.agent_email).map(|(id, email)| Party {
        id,
        email,
        name: row.agent_name.unwrap_or_default(),
    });
    TicketItem {
        id: ticket.id,
        increment_id: ticket.increment_id,
        subject: ticket.subject,
        is_starred: ticket.is_starred.then_some(true),
        is_agent_view: who.is_agent(),
        is_trashed: ticket.is_trashed,
        source: ticket.source,
        group: row.group_name,
        team: row.team_name,
        priority: status::priority(ticket.priority, view.locale()),
        status: status::status(ticket.status, view.locale()),
        type_name: row.type_name,
        timestamp: ticket.created_at.0 - ticket.created_at.0.rem_euclid(60),
        formated_created_at: calendar.show(ticket.created_at, thread_model::TICKET_TIME),
        total_threads: ticket.reply_count.to_string(),
        agent,
        customer: Party {
            id: ticket.customer,
            email: row.customer_email,
            name: row.customer_name,
        },
        has_attachments: i64::from(ticket.attachment_count > 0),
        is_replied: ticket.is_replied,
    }
}

fn labels(view: &View<'_>, who: &Who) -> Result<Labels> {
    Ok(Labels {
        predefind: count::predefined(view, who)?,
        custom: label::counted(view, who)?,
    })
}

fn user_details(view: &View<'_>, who: &Who) -> Result<UserDetails> {
    let side = who.side();
    let person = person::by_id(view, who.id)?;
    Ok(UserDetails {
        user: who.id,
        name: person
            .map(|person| person.name_as(side).to_owned())
            .unwrap_or_default(),
        pic: None,
        role: who.is_agent(),
    })
}

/// One ticket, with everything that its page shows beside it.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketView {
    ticket: TicketDetail,
    labels: Labels,
    /// What the caller has to do for it.
    todo: Vec<TodoShape>,
    user_details: UserDetails,
    create_thread: Option<CreateThread>,
    /// Replies so far, as text.
    ticket_total_threads: String,
    /// Its tasks, the newest first; none for customers.
    ticket_tasks: Vec<TaskItem>,
    status: Vec<Status>,
    group: Vec<GroupOption>,
    priority: Vec<Priority>,
    #[serde(rename = "type")]
    types: Vec<TypeShape>,
}

/// A ticket with all its keys.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TicketDetail {
    id: i64,
    subject: String,
    source: String,
    /// (sic)
    formated_created_at: String,
    status: Option<Status>,
    #[serde(rename = "type")]
    ticket_type: Option<TypeShape>,
    priority: Option<Priority>,
    agent: Option<UserShape>,
    customer: Option<UserShape>,
    /// `true`, or null: never false.
    is_starred: Option<bool>,
    mailbox: Option<MailboxOption>,
    tags: Vec<TagShape>,
    group: Option<GroupOption>,
    rating: i64,
    collaborators: Vec<UserShape>,
    reference_ids: Option<String>,
    is_agent_view: bool,
    is_customer_view: Option<bool>,
    custom_field_values: Vec<ValueShape>,
    unique_reply_to: Option<String>,
    is_trashed: bool,
    ticket_labels: Vec<label::LabelShape>,
    ratings: Vec<i64>,
    is_new: bool,
    subgroup: Option<TeamOption>,
    agent_last_replied_at: Option<PhpDate>,
    increment_id: i64,
    social_channel: Option<String>,
    is_source_deleted: bool,
    ip_address: Option<String>,
    is_replied: bool,
}

/// The ticket as `who` sees it.
pub(super) fn show(
    view: &View<'_>,
    who: &Who,
    ticket: Ticket,
    sealer: &Sealer,
) -> Result<TicketView> {
    let calendar = company::calendar(view)?;
    let eyes = thread_model::visibility_of(who);
    let collaborators = collaborators_of(view, ticket.id)?;
    let mut users = collaborators.clone();
    users.push(ticket.customer);
    users.extend(ticket.agent);
    let first = thread_model::first_of(view, ticket.id, eyes)?;
    users.extend(first.as_ref().and_then(|thread| thread.user));
    let people: HashMap<i64, Person> = person::by_ids(view, &users)?
        .into_iter()
        .map(|person| (person.id, person))
        .collect();
    let create_thread = match first {
        Some(thread) => {
            let author = thread.user.and_then(|user| people.get(&user));
            Some(thread_model::create_thread(
                view, &calendar, thread, author,
            )?)
        }
        None => None,
    };
    let hidden = thread_model::hidden(view, &[ticket.id], eyes)?;
    let hidden = hidden.get(&ticket.id).copied().unwrap_or_default();
    let replies = ticket.reply_count - hidden.replies;
    let custom_field_values = custom_field::of_ticket(view, who, ticket.id, sealer)?;
    Ok(TicketView {
        labels: labels(view, who)?,
        todo: task_model::todos_beside(view, who, TodoParent::Ticket(ticket.id))?,
        user_details: user_details(view, who)?,
        create_thread,
        ticket_total_threads: replies.to_string(),
        ticket_tasks: task_model::of_ticket(view, who, ticket.id)?,
        status: status::statuses(view.locale()),
        group: group::options(view, who)?,
        priority: status::priorities(view.locale()),
        types: ticket_type::options(view)?,
        ticket: whole(
            view,
            who,
            &calendar,
            ticket,
            TicketContext {
                people: &people,
                collaborators: &collaborators,
                custom_field_values,
            },
        )?,
    })
}

/// What hangs on a ticket, read before it is shown.
struct TicketContext<'a> {
    people: &'a HashMap<i64, Person>,
    collaborators: &'a [i64],
    custom_field_values: Vec<ValueShape>,
}

fn whole(
    view: &View<'_>,
    who: &Who,
    calendar: &Calendar,
    ticket: Ticket,
    beside: TicketContext<'_>,
) -> Result<TicketDetail> {
    let TicketContext {
        people,
        collaborators,
        custom_field_values,
    } = beside;
    let user = |id: i64, side: Side| {
        people
            .get(&id)
            .map(|person| person::user_shape(person, side))
    };
    let is_agent = who.is_agent();
    Ok(TicketDetail {
        id: ticket.id,
        subject: ticket.subject,
        source: ticket.source,
        formated_created_at: calendar.show(ticket.created_at, thread_model::TICKET_TIME),
        status: status::status(ticket.status, view.locale()),
        ticket_type: optional(ticket.type_id, |id| ticket_type::option(view, id))?,
        priority: status::priority(ticket.priority, view.locale()),
        agent: ticket.agent.and_then(|agent| user(agent, Side::Agent)),
        customer: user(ticket.customer, Side::Customer),
        is_starred: ticket.is_starred.then_some(true),
        mailbox: optional(ticket.mailbox, |id| mailbox::option(view, id))?,
        tags: tag::of_ticket(view, ticket.id)?,
        group: optional(ticket.group, |id| group::option(view, id))?,
        rating: 0,
        collaborators: collaborators
            .iter()
            .filter_map(|id| user(*id, Side::Customer))
            .collect(),
        reference_ids: None,
        is_agent_view: is_agent,
        is_customer_view: (!is_agent).then_some(true),
        custom_field_values,
        // Whoever knows it can answer by mail, so it is for agents alone.
        unique_reply_to: if is_agent {
            mailbox::reply_address(view, &ticket.reply_token)?
        } else {
            None
        },
        is_trashed: ticket.is_trashed,
        ticket_labels: label::of_ticket(view, who, ticket.id)?,
        ratings: Vec::new(),
        is_new: ticket.is_new,
        subgroup: optional(ticket.team, |id| team::option(view, id))?,
        agent_last_replied_at: ticket.agent_replied_at.map(|stamp| calendar.date(stamp)),
        increment_id: ticket.increment_id,
        social_channel: None,
        is_source_deleted: false,
        ip_address: ticket.ip_address.filter(|_| is_agent),
        is_replied: ticket.is_replied,
    })
}

fn optional<T>(id: Option<i64>, read: impl FnOnce(i64) -> Result<Option<T>>) -> Result<Option<T>> {
    id.map_or(Ok(None), read)
}

fn collaborators_of(view: &View<'_>, ticket: i64) -> Result<Vec<i64>> {
    view.all(
        "SELECT user_id FROM ticket_collaborator WHERE ticket_id = :ticket ORDER BY added_at, user_id",
        named_params! { ":ticket": ticket },
    )
}

answer_keys!(
    /// A new ticket: `id` is the number that people see, `ticketId` the one that paths take.
    pub(super) TicketMade { "message": String, "id": i64, "incrementId": i64, "ticketId": i64 }
);

/// A collaborator as the answer to adding one shows them.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Collaborator {
    id: i64,
    email: String,
    profile_image: Option<String>,
    small_thumbnail: Option<String>,
    enabled: bool,
    user_name: String,
    role: String,
    timezone: Option<String>,
    manager_group: Vec<i64>,
    teamlead_sub_group: Vec<i64>,
    user_sub_group: Vec<i64>,
    name: String,
}

/// A collaborator as the answer to adding one shows them.
pub(super) fn collaborator(person: &Person) -> Collaborator {
    let profile = person
        .current(Side::Agent)
        .or(person.current(Side::Customer));
    Collaborator {
        id: person.id,
        email: person.email.clone(),
        profile_image: None,
        small_thumbnail: None,
        enabled: profile.is_some_and(|profile| profile.is_active),
        user_name: person.email.clone(),
        role: profile
            .map(|profile| profile.role.code().to_owned())
            .unwrap_or_default(),
        timezone: person.timezone.clone(),
        manager_group: Vec::new(),
        teamlead_sub_group: Vec::new(),
        user_sub_group: Vec::new(),
        name: person.name_as(Side::Customer).to_owned(),
    }
}
