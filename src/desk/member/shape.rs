//! Members as the API shows them, and the caller as they see themselves.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::db::View;
use crate::base::error::Result;
use crate::base::page::Pagination;
use crate::base::who::{Privilege, Role};
use crate::desk::company;
use crate::desk::person::list::{self, Listed, PeopleFilter};
use crate::desk::person::{self, Person, PrivilegeSets, Profile, Record, Side, rights};

/// The members: a page of them, or all with little data.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Members {
    /// A page.
    Page(Box<MemberList>),
    /// All.
    Full(Vec<MemberOption>),
}

/// A page of members, under the documented key `users`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct MemberList {
    users: Vec<Item>,
    pagination_data: Pagination,
}

/// A member in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: i64,
    email: String,
    small_thumbnail: Option<String>,
    is_active: bool,
    name: String,
    role: String,
}

/// A member to choose.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MemberOption {
    id: i64,
    email: String,
    name: String,
    small_thumbnail: Option<String>,
}

/// The page that a query asks for.
pub(super) fn page(view: &View<'_>, filter: &PeopleFilter) -> Result<Members> {
    let found = list::page(view, filter)?;
    let list = MemberList {
        pagination_data: found.pagination,
        users: found.people.into_iter().map(item).collect(),
    };
    Ok(Members::Page(Box::new(list)))
}

fn item(member: Listed) -> Item {
    Item {
        id: member.user,
        email: member.email,
        small_thumbnail: None,
        is_active: member.is_active,
        name: member.name,
        role: member.role.code().into(),
    }
}

/// Everybody whom a query leaves, without pages.
pub(super) fn full(view: &View<'_>, filter: &PeopleFilter) -> Result<Members> {
    let everybody = list::all(view, filter)?.into_iter();
    let options = everybody.map(|member| MemberOption {
        id: member.user,
        email: member.email,
        name: member.name,
        small_thumbnail: None,
    });
    Ok(Members::Full(options.collect()))
}

/// A member, or the caller, with all keys. `R` is how the roles are written.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account<R> {
    id: i64,
    email: String,
    profile_image: Option<String>,
    is_email_pending: bool,
    timezone: Option<String>,
    data: [Record; 1],
    roles: R,
}

/// The roles of a member, as the documentation has them: for agents all that they may do.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Roles {
    /// Codes of privileges.
    Granted(Vec<&'static str>),
    /// The role of those who may do all.
    One(String),
}

/// A member, as agents see them.
pub(super) fn member(
    view: &View<'_>,
    person: &Person,
    profile: &Profile,
) -> Result<Account<Roles>> {
    let sets = rights::rights(view, person.id)?.sets;
    let roles = match profile.role {
        Role::Agent => {
            let granted = rights::granted(view, &sets)?;
            Roles::Granted(granted.iter().map(Privilege::code).collect())
        }
        role => Roles::One(role.code().into()),
    };
    let sets = PrivilegeSets::All(sets.iter().map(i64::to_string).collect());
    Ok(account(view, person, profile, sets)?.with_roles(roles))
}

/// The caller, as they see themselves.
pub(super) fn me(
    view: &View<'_>,
    person: &Person,
    profile: &Profile,
) -> Result<Account<Vec<String>>> {
    let sets = match Side::of(profile.role) {
        Side::Agent => rights::rights(view, person.id)?.sets,
        Side::Customer => Vec::new(),
    };
    let first = PrivilegeSets::First(sets.first().copied());
    let role = vec![profile.role.code().to_owned()];
    Ok(account(view, person, profile, first)?.with_roles(role))
}

impl Account<()> {
    fn with_roles<R>(self, roles: R) -> Account<R> {
        Account {
            roles,
            id: self.id,
            email: self.email,
            profile_image: self.profile_image,
            is_email_pending: self.is_email_pending,
            timezone: self.timezone,
            data: self.data,
        }
    }
}

fn account(
    view: &View<'_>,
    person: &Person,
    profile: &Profile,
    sets: PrivilegeSets,
) -> Result<Account<()>> {
    let calendar = company::calendar(view)?;
    Ok(Account {
        id: person.id,
        email: person.email.clone(),
        profile_image: None,
        is_email_pending: person.email_proved_at.is_none(),
        timezone: person.timezone.clone(),
        data: [person::record(profile, &calendar, sets)],
        roles: (),
    })
}
