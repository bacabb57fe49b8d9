//! The handlers of the table's rows, in their order.

use schemars::JsonSchema;
use serde::Deserialize;

use super::shape::{self, CustomerList, CustomerView};
use crate::base::db::{Change, View};
use crate::base::error::{Faults, OrNotFound, Result};
use crate::base::event::Event;
use crate::base::input::{Email, Flag, Line, Optional, Patch};
use crate::base::name_key::email_key;
use crate::base::parts::Parts;
use crate::base::who::Role;
use crate::desk::company;
use crate::desk::person::list::{People, PeopleFilter, PeopleQuery};
use crate::desk::person::{self, NewPassword, NewSide, Person, Profile, Side, rights};
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, Checked, PathId, Query};
use crate::web::listing::Listing;
use crate::web::reply::{Json, MessageReply};

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<PeopleQuery>,
    Query(listing): Query<Listing<People>>,
) -> Result<Json<CustomerList>> {
    let filter = PeopleFilter::of(
        Side::Customer,
        &query,
        &listing,
        company::calendar(view)?.zone(),
    );
    shape::list(view, &filter).map(Json)
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<CustomerView>> {
    let (person, profile) = customer(view, id)?;
    shape::show(view, &person, &profile).map(Json)
}

pub(super) fn star(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    let (_, profile) = customer(change.view(), id)?;
    person::toggle_star(change, &profile)?;
    Ok(MessageReply::new("customer.starred"))
}

/// A new customer, or what one becomes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct CustomerInput {
    /// First name.
    first_name: Line<100, 1>,
    /// Last name; may be sent empty.
    last_name: Line<100>,
    /// Email address of the customer.
    email: Email,
    /// Phone number; empty for none.
    #[serde(default)]
    contact_number: Patch<Line<50>>,
    /// A password of 8 characters at least, given twice; empty for none, or none new.
    #[serde(default)]
    password: NewPassword,
    /// 1 active, 0 inactive. A new customer is active without it, another stays as they are.
    #[serde(default)]
    is_active: Optional<Flag>,
}

impl Checked for CustomerInput {
    fn check(&self, faults: &mut Faults) {
        self.password.check(faults);
    }

    fn prepare(&mut self, parts: &Parts) -> Result<()> {
        self.password.prepare(parts)
    }
}

pub(super) fn create(
    change: &mut Change<'_>,
    Body(new): Body<CustomerInput>,
) -> Result<MessageReply<Made>> {
    let user = person::add_side(
        change,
        &NewSide {
            email: new.email.as_str().to_owned(),
            role: Role::Customer,
            first_name: new.first_name.as_str().to_owned(),
            last_name: new.last_name.as_str().to_owned(),
            source: "api",
        },
    )?;
    save(change, user, new)?;
    change.emit(Event::CustomerCreated { user });
    MessageReply::new("customer.created").with("id", user)
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(edited): Body<CustomerInput>,
) -> Result<MessageReply> {
    save(change, id, edited)?;
    change.emit(Event::CustomerChanged { user: id });
    Ok(MessageReply::new("customer.updated"))
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    customer(change.view(), id)?;
    person::remove_side(change, id, Side::Customer)?;
    change.emit(Event::CustomerRemoved { user: id });
    Ok(MessageReply::new("customer.removed"))
}

/// The user with this id, and their current customer side.
fn customer(view: &View<'_>, id: i64) -> Result<(Person, Profile)> {
    let person = person::by_id(view, id)?.or_not_found("customer")?;
    let profile = person
        .current(Side::Customer)
        .cloned()
        .or_not_found("customer")?;
    Ok((person, profile))
}

/// Makes a customer what the input says.
fn save(change: &mut Change<'_>, id: i64, input: CustomerInput) -> Result<()> {
    let (person, before) = customer(change.view(), id)?;
    let email = input.email.as_str();
    if input.password.is_given() || email_key(email) != email_key(&person.email) {
        rights::may_change_login(change.view(), change.who(), &person)?;
    }
    person::set_email(change, id, email)?;
    let after = Profile {
        first_name: input.first_name.into_string(),
        last_name: input.last_name.into_string(),
        contact_number: match input.contact_number {
            Patch::Absent => before.contact_number.clone(),
            given => given.value().map(Line::into_string),
        },
        is_active: input.is_active.get().map_or(before.is_active, Flag::get),
        ..before
    };
    person::save_side(change, id, &after)?;
    match input.password.into_hash() {
        Some(hash) => person::set_password(change, id, &hash),
        None => Ok(()),
    }
}
