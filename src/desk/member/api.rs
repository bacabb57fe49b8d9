//! The handlers of the table's rows, in their order.

use super::change;
use super::input::{FullList, ProfileInput, RightsInput};
use super::shape::{self, Account, Members, Roles};
use crate::base::db::{Change, View};
use crate::base::error::{OrNotFound, Result};
use crate::base::who::Side;
use crate::desk::person::list::{People, PeopleFilter, PeopleQuery};
use crate::desk::{company, person};
use crate::web::answer_keys::Made;
use crate::web::extract::{Body, PathId, Query};
use crate::web::listing::Listing;
use crate::web::reply::{Json, MessageReply};

pub(super) fn edit_profile(
    change: &mut Change<'_>,
    Body(input): Body<ProfileInput>,
) -> Result<MessageReply> {
    change::edit_profile(change, input)?;
    Ok(MessageReply::new("member.profile_updated"))
}

pub(super) fn list(
    view: &View<'_>,
    Query(query): Query<PeopleQuery>,
    Query(listing): Query<Listing<People>>,
    Query(full_list): Query<FullList>,
) -> Result<Json<Members>> {
    let filter = PeopleFilter::of(
        Side::Agent,
        &query,
        &listing,
        company::calendar(view)?.zone(),
    );
    if full_list.is_asked() {
        return shape::full(view, &filter).map(Json);
    }
    shape::page(view, &filter).map(Json)
}

pub(super) fn show(view: &View<'_>, PathId(id): PathId) -> Result<Json<Account<Roles>>> {
    let (person, profile) = change::member(view, id)?;
    shape::member(view, &person, &profile).map(Json)
}

pub(super) fn create(
    change: &mut Change<'_>,
    Body(rights): Body<RightsInput>,
    Body(profile): Body<ProfileInput>,
) -> Result<MessageReply<Made>> {
    let id = change::create(change, profile, &rights)?;
    MessageReply::new("member.created").with("id", id)
}

pub(super) fn edit(
    change: &mut Change<'_>,
    PathId(id): PathId,
    Body(rights): Body<RightsInput>,
    Body(profile): Body<ProfileInput>,
) -> Result<MessageReply> {
    change::edit(change, id, profile, &rights)?;
    Ok(MessageReply::new("member.updated"))
}

pub(super) fn remove(change: &mut Change<'_>, PathId(id): PathId) -> Result<MessageReply> {
    change::remove(change, id)?;
    Ok(MessageReply::new("member.removed"))
}

pub(super) fn me(view: &View<'_>) -> Result<Json<Account<Vec<String>>>> {
    let side = view.who().side();
    let person = person::by_id(view, view.who().id)?.or_not_found("user")?;
    let profile = person.current(side).or_not_found("user")?;
    shape::me(view, &person, profile).map(Json)
}
