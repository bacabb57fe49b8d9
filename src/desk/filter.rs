//! Filters: everything that a list of tickets can be narrowed by, for clients that
//! build a search form. It has nothing of its own: each part is another room's.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::access::Access::Agent;
use crate::base::db::{View, from_row};
use crate::base::error::{OrNotFound, Result};
use crate::base::input::{Flag, Patch};
use crate::base::who::{Privilege, Role};
use crate::desk::group::{self, GroupOption};
use crate::desk::mailbox::{self, MailboxOption};
use crate::desk::person::list::{self, Listed, PeopleFilter};
use crate::desk::person::{self, Side};
use crate::desk::status::{self, Priority, Status};
use crate::desk::tag::{self, TagShape};
use crate::desk::team::{self, TeamOption};
use crate::desk::ticket_type::{self, TypeShape};
use crate::web::extract::{Checked, Query};
use crate::web::listing::Listing;
use crate::web::reply::Json;
use crate::web::route::{Route, get};

/// The most customers that are listed: a form offers some, and searches for the others.
const MOST_CUSTOMERS: i64 = 100;

/// The row of this room.
pub fn routes() -> Vec<Route> {
    vec![get("/filters", Agent, "List filter options", show)]
}

/// Which parts are wanted: `1`, or the bare key.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct FilterQuery {
    /// 1 to include groups.
    group: Patch<Flag>,
    /// 1 to include groups with their sub-groups.
    usergroup: Patch<Flag>,
    /// 1 to include teams (sub-groups).
    team: Patch<Flag>,
    /// 1 to include statuses.
    status: Patch<Flag>,
    /// 1 to include ticket types.
    #[serde(rename = "type")]
    types: Patch<Flag>,
    /// 1 to include priorities.
    priority: Patch<Flag>,
    /// 1 to include tags.
    tag: Patch<Flag>,
    /// 1 to include mailboxes.
    mailbox: Patch<Flag>,
    /// 1 to include agents: all active ones, by name.
    agent: Patch<Flag>,
    /// 1 to include customers: the 100 newest active ones.
    customer: Patch<Flag>,
    /// 1 to include ticket sources.
    source: Patch<Flag>,
    /// 1 to include data of the current user, such as roles.
    userdata: Patch<Flag>,
}

impl Checked for FilterQuery {}

/// The parts that were asked for, and no others.
#[derive(Debug, Serialize, JsonSchema)]
struct Filters {
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<Vec<Named>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usergroup: Option<Vec<GroupOption>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<Vec<TeamOption>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Vec<Status>>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    types: Option<Vec<TypeShape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<Vec<Priority>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<Vec<TagShape>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mailbox: Option<Vec<MailboxOption>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent: Option<Vec<Party>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Vec<Party>>,
    /// Names by code, while the other parts are lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<std::collections::BTreeMap<String, String>>")]
    source: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    userdata: Option<UserData>,
}

/// A group by its name alone.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "FilterOption")]
struct Named {
    id: i64,
    name: String,
}

from_row!(Named { id, name });

/// An agent or a customer.
#[derive(Debug, Serialize, JsonSchema)]
struct Party {
    id: i64,
    name: String,
    email: String,
}

impl From<Listed> for Party {
    fn from(listed: Listed) -> Self {
        Self {
            id: listed.user,
            name: listed.name,
            email: listed.email,
        }
    }
}

/// The caller, and what they may do.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct UserData {
    id: i64,
    name: String,
    email: String,
    roles: Vec<&'static str>,
    /// Codes of privileges.
    privileges: Vec<&'static str>,
    /// 1 to 4.
    ticket_view: i64,
}

fn show(view: &View<'_>, Query(query): Query<FilterQuery>) -> Result<Json<Filters>> {
    let (who, locale) = (view.who(), view.locale());
    Ok(Json(Filters {
        group: asked(query.group, || groups(view))?,
        usergroup: asked(query.usergroup, || group::options(view, who))?,
        team: asked(query.team, || team::options(view, who))?,
        status: asked(query.status, || Ok(status::statuses(locale)))?,
        types: asked(query.types, || ticket_type::options(view))?,
        priority: asked(query.priority, || Ok(status::priorities(locale)))?,
        tag: asked(query.tag, || tag::options(view))?,
        mailbox: asked(query.mailbox, || mailbox::options(view, who))?,
        agent: asked(query.agent, || agents(view))?,
        customer: asked(query.customer, || customers(view))?,
        source: asked(query.source, || Ok(status::sources(locale)))?,
        userdata: asked(query.userdata, || user_data(view))?,
    }))
}

/// The part, if it is asked for.
fn asked<T>(flag: Patch<Flag>, part: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
    flag.is_asked().then(part).transpose()
}

fn groups(view: &View<'_>) -> Result<Vec<Named>> {
    view.all(
        "SELECT id, name FROM \"group\" WHERE is_active = 1 ORDER BY id",
        [],
    )
}

fn agents(view: &View<'_>) -> Result<Vec<Party>> {
    let by_name = PeopleFilter {
        is_active: Some(true),
        listing: Listing::first("name", MOST_CUSTOMERS),
        ..PeopleFilter::everybody(Side::Agent)
    };
    let agents = list::all(view, &by_name)?;
    Ok(agents.into_iter().map(Party::from).collect())
}

fn customers(view: &View<'_>) -> Result<Vec<Party>> {
    let newest = PeopleFilter {
        is_active: Some(true),
        listing: Listing::first("createdAt", MOST_CUSTOMERS),
        ..PeopleFilter::everybody(Side::Customer)
    };
    let customers = list::page(view, &newest)?.people;
    Ok(customers.into_iter().map(Party::from).collect())
}

fn user_data(view: &View<'_>) -> Result<UserData> {
    let who = view.who();
    let person = person::by_id(view, who.id)?.or_not_found("user")?;
    Ok(UserData {
        id: person.id,
        name: person.name_as(Side::Agent).to_owned(),
        email: person.email,
        roles: who.role.map(Role::code).into_iter().collect(),
        privileges: who.privileges.iter().map(Privilege::code).collect(),
        ticket_view: who.ticket_view.id(),
    })
}
