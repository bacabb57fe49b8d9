//! Customers: the people who write to the desk.

mod api;
mod shape;

use crate::access::Access::{Agent, Holds};
use crate::base::db::{Change, View};
use crate::base::error::Result;
use crate::base::event::Event;
use crate::base::input::{Optional, Text};
use crate::base::time::Zone;
use crate::base::who::Privilege::ManageCustomer;
use crate::base::who::Role;
use crate::desk::person::list::{PeopleFilter, PeopleQuery};
use crate::desk::person::{self, NewSide, Side};
use crate::web::lane::Lane;
use crate::web::listing::Listing;
use crate::web::route::{Route, delete, get, patch, post, put};

pub use shape::CustomerItem;

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/customers", Agent, "List customers", api::list),
        get("/customer/{id}", Agent, "Show a customer", api::show),
        patch(
            "/customer/{id}",
            Agent,
            "Add or remove the star of a customer",
            api::star,
        ),
        post(
            "/customers",
            Holds(ManageCustomer),
            "Create a customer",
            api::create,
        )
        .lane(Lane::Passwords),
        put(
            "/customer/{id}",
            Holds(ManageCustomer),
            "Change a customer",
            api::edit,
        )
        .lane(Lane::Passwords),
        delete(
            "/customer/{id}",
            Holds(ManageCustomer),
            "Delete a customer",
            api::remove,
        ),
    ]
}

/// What a search finds: the newest customers with the words in their names or addresses,
/// and how many there are, counted as far as a list of them counts; nobody without words.
pub fn search(
    view: &View<'_>,
    words: &Optional<Text>,
    limit: &Optional<Text>,
) -> Result<(Vec<CustomerItem>, i64)> {
    if words.as_ref().is_none() {
        return Ok((Vec::new(), 0));
    }
    let listing = Listing::searching(words, limit);
    let filter = PeopleFilter::of(
        Side::Customer,
        &PeopleQuery::default(),
        &listing,
        &Zone::utc(),
    );
    let (page, customers) = shape::found(view, &filter)?;
    Ok((customers, page.pagination.total_count))
}

/// The user with this address and a customer side, made where there is none; a name
/// is taken for a new one alone.
pub fn ensure(
    change: &mut Change<'_>,
    email: &str,
    name: &str,
    source: &'static str,
) -> Result<i64> {
    let known = person::by_email(change.view(), email)?;
    if let Some(known) = known.filter(|known| known.current(Side::Customer).is_some()) {
        return Ok(known.id);
    }
    let (first_name, last_name) = split_name(name, email);
    let user = person::add_side(
        change,
        &NewSide {
            email: email.to_owned(),
            role: Role::Customer,
            first_name,
            last_name,
            source,
        },
    )?;
    change.emit(Event::CustomerCreated { user });
    Ok(user)
}

/// The first word is the first name; without a name the address stands in for it.
fn split_name(name: &str, email: &str) -> (String, String) {
    let name = name.trim();
    if name.is_empty() {
        let local = email.split('@').next().unwrap_or(email);
        return (local.to_owned(), String::new());
    }
    let (first, last) = name.split_once(char::is_whitespace).unwrap_or((name, ""));
    (first.to_owned(), last.trim().to_owned())
}
