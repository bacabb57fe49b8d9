//! Users as the API shows them. `companyId` is always 1: a desk is one company.

use schemars::JsonSchema;
use serde::Serialize;

use super::{Person, Profile, Side};
use crate::base::who::Role;

/// A role with its id and its name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UserRole {
    /// 1 to 4.
    pub id: i64,
    /// Its code.
    pub role: String,
    /// Its name.
    pub name: String,
}

impl From<Role> for UserRole {
    fn from(role: Role) -> Self {
        let name = match role {
            Role::Owner => "Account Owner",
            Role::Admin => "Administrator",
            Role::Agent => "Agent",
            Role::Customer => "Customer",
        };
        Self {
            id: role.id(),
            role: role.code().into(),
            name: name.into(),
        }
    }
}

/// A user as the author of a thread or the customer of a ticket: the union of the
/// keys of both documented examples.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserShape {
    id: i64,
    email: String,
    profile_image: Option<String>,
    small_thumbnail: Option<String>,
    enabled: bool,
    role: Option<String>,
    password_legal: Option<String>,
    password_obvious: bool,
    detail: Sides,
    timezone: Option<String>,
    manager_group: Vec<i64>,
    teamlead_sub_group: Option<Vec<i64>>,
    user_sub_group: Option<Vec<i64>>,
    updated_password: Option<String>,
}

/// The sides of a user, each present where there is one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Sides {
    /// The agent side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<Detail>,
    /// The customer side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Detail>,
}

/// One side in short.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Detail {
    id: i64,
    company_id: i64,
    user_role: UserRole,
    first_name: String,
    last_name: String,
    name: String,
    is_active: bool,
    /// `true`, or null: never false.
    is_starred: Option<bool>,
    user: i64,
    signature: Option<String>,
    user_saved_filters: Vec<i64>,
    default_filtering: Option<String>,
    manager_group: Option<String>,
    sub_group: Vec<i64>,
    manager_sub_group: Vec<i64>,
    agent_privilege: Vec<String>,
    ticket_view: Option<i64>,
    session_id: Option<String>,
    is_verified: bool,
    source: Option<String>,
    authorised_clients: Vec<String>,
    activity_notifications: Option<String>,
}

/// A user with the sides that they have. What agents know of each other (a
/// signature, a view of tickets) is the same for all who may see the user at all.
pub fn user_shape(person: &Person, as_side: Side) -> UserShape {
    let profile = person.side(as_side);
    UserShape {
        id: person.id,
        email: person.email.clone(),
        profile_image: None,
        small_thumbnail: None,
        enabled: profile.is_some_and(|profile| profile.is_active && profile.removed_at.is_none()),
        // Null for customers, as in the documented ticket.
        role: person.agent.as_ref().map(|agent| agent.role.code().into()),
        password_legal: None,
        password_obvious: true,
        detail: Sides {
            agent: person.agent.as_ref().map(|profile| detail(person, profile)),
            customer: person
                .customer
                .as_ref()
                .map(|profile| detail(person, profile)),
        },
        timezone: person.timezone.clone(),
        manager_group: Vec::new(),
        teamlead_sub_group: None,
        user_sub_group: None,
        updated_password: None,
    }
}

fn detail(person: &Person, profile: &Profile) -> Detail {
    Detail {
        id: profile.id,
        company_id: 1,
        user_role: profile.role.into(),
        first_name: profile.first_name.clone(),
        last_name: profile.last_name.clone(),
        name: profile.name.clone(),
        is_active: profile.is_active,
        is_starred: profile.is_starred.then_some(true),
        user: person.id,
        signature: profile.signature.clone(),
        user_saved_filters: Vec::new(),
        default_filtering: None,
        manager_group: None,
        sub_group: Vec::new(),
        manager_sub_group: Vec::new(),
        agent_privilege: Vec::new(),
        ticket_view: profile.ticket_view,
        session_id: None,
        is_verified: profile.is_verified,
        source: profile.source.clone(),
        authorised_clients: Vec::new(),
        activity_notifications: None,
    }
}

/// A user in a line, as the author of a create thread.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Brief {
    id: i64,
    email: String,
    name: String,
    first_name: String,
    last_name: String,
    contact_number: Option<String>,
    profile_image: Option<String>,
    small_thumbnail: Option<String>,
}

/// A user in a line.
pub fn brief(person: &Person, as_side: Side) -> Brief {
    let profile = person
        .side(as_side)
        .or(person.agent.as_ref())
        .or(person.customer.as_ref());
    Brief {
        id: person.id,
        email: person.email.clone(),
        name: person.name_as(as_side).to_owned(),
        first_name: profile
            .map(|one| one.first_name.clone())
            .unwrap_or_default(),
        last_name: profile.map(|one| one.last_name.clone()).unwrap_or_default(),
        contact_number: profile.and_then(|one| one.contact_number.clone()),
        profile_image: None,
        small_thumbnail: None,
    }
}
