//! Customers as the API shows them.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::db::{Select, View, id_list};
use crate::base::error::Result;
use crate::base::page::Pagination;
use crate::desk::company;
use crate::desk::person::list::{self, Listed, PeopleFilter, PeoplePage};
use crate::desk::person::{self, Person, PrivilegeSets, Profile, Record, Side};
use crate::desk::visibility;

/// A page of customers.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CustomerList {
    customers: Vec<CustomerItem>,
    pagination_data: Pagination,
    customer_count: CustomerCount,
}

/// A customer in a list.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CustomerItem {
    id: i64,
    email: String,
    small_thumbnail: Option<String>,
    /// `true`, or null: never false.
    is_starred: Option<bool>,
    is_active: bool,
    name: String,
    source: Option<String>,
    /// Tickets of theirs that the caller sees, as text; those in the trash do not count.
    count: String,
}

/// How many customers there are, whatever the filters, as text.
#[derive(Debug, Serialize, JsonSchema)]
struct CustomerCount {
    all: String,
    starred: String,
}

/// The page that a query asks for.
pub(super) fn list(view: &View<'_>, filter: &PeopleFilter) -> Result<CustomerList> {
    let (found, customers) = found(view, filter)?;
    let everybody = PeopleFilter::everybody(Side::Customer);
    let starred = PeopleFilter {
        starred_only: true,
        ..everybody.clone()
    };
    Ok(CustomerList {
        pagination_data: found.pagination,
        customers,
        customer_count: CustomerCount {
            all: list::counted(view, &everybody)?.to_string(),
            starred: list::counted(view, &starred)?.to_string(),
        },
    })
}

/// The customers on the page that a query asks for, which is answered beside them.
pub(super) fn found(
    view: &View<'_>,
    filter: &PeopleFilter,
) -> Result<(PeoplePage, Vec<CustomerItem>)> {
    let mut found = list::page(view, filter)?;
    let people = std::mem::take(&mut found.people);
    let tickets = ticket_counts(view, &people)?;
    let customers = people
        .into_iter()
        .map(|customer| item(customer, &tickets))
        .collect();
    Ok((found, customers))
}

fn item(customer: Listed, tickets: &HashMap<i64, i64>) -> CustomerItem {
    CustomerItem {
        id: customer.user,
        email: customer.email,
        small_thumbnail: None,
        is_starred: customer.is_starred.then_some(true),
        is_active: customer.is_active,
        name: customer.name,
        source: customer.source,
        count: tickets
            .get(&customer.user)
            .copied()
            .unwrap_or(0)
            .to_string(),
    }
}

/// How many tickets of each of these customers the caller sees.
fn ticket_counts(view: &View<'_>, customers: &[Listed]) -> Result<HashMap<i64, i64>> {
    let ids: Vec<i64> = customers.iter().map(|customer| customer.user).collect();
    let (condition, binds) = visibility::of(view.who()).condition();
    let mut select = Select::new(
        "t.customer_id, count(*)",
        "ticket t INDEXED BY ticket_by_customer",
    );
    select.and(
        "t.customer_id IN (SELECT value FROM json_each(?)) AND t.is_trashed = 0",
        [id_list(&ids)],
    );
    select.and(condition, binds);
    select.then("GROUP BY t.customer_id", []);
    Ok(view.select::<(i64, i64)>(&select)?.into_iter().collect())
}

/// A customer with all keys. Secrets that the documented answer shows are always null.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CustomerView {
    id: i64,
    email: String,
    token: Option<String>,
    profile_image: Option<String>,
    validation_code: Option<String>,
    is_email_pending: bool,
    timezone: Option<String>,
    data: [Record; 1],
}

/// A customer with all keys.
pub(super) fn show(view: &View<'_>, person: &Person, profile: &Profile) -> Result<CustomerView> {
    let calendar = company::calendar(view)?;
    Ok(CustomerView {
        id: person.id,
        email: person.email.clone(),
        token: None,
        profile_image: None,
        validation_code: None,
        is_email_pending: person.email_proved_at.is_none(),
        timezone: person.timezone.clone(),
        data: [person::record(
            profile,
            &calendar,
            PrivilegeSets::All(Vec::new()),
        )],
    })
}
