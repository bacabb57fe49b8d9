//! The handlers of the table's rows, in their order.

use super::hours::{Compared, HoursBody, HoursShape, documented};
use super::shape::{Company, CompanyBody, SpamBody, SpamShape};
use super::{rules, store};
use crate::base::db::{Change, View};
use crate::base::error::Result;
use crate::base::event::CompanyPart;
use crate::desk::company::{self, hours, spam};
use crate::web::answer_keys::answer_keys;
use crate::web::extract::Body;
use crate::web::reply::{Json, MessageReply};

pub(super) fn show(view: &View<'_>) -> Result<Json<Company>> {
    store::read(view).map(Json)
}

pub(super) fn edit(change: &mut Change<'_>, Body(new): Body<CompanyBody>) -> Result<MessageReply> {
    let before = store::read(change.view())?;
    let after = new.over(&before);
    rules::check(change.view(), &before, &after)?;
    company::set_next_ticket_id(change, after.next_ticket_id)?;
    store::write(change, &after)?;
    company::emit_changed(change, CompanyPart::Company, (&before, &after))?;
    Ok(MessageReply::new("company.saved"))
}

pub(super) fn show_hours(view: &View<'_>) -> Result<Json<HoursShape>> {
    Ok(Json(HoursShape::of(&hours::hours(view)?)))
}

answer_keys!(
    /// The business hours as they are from now on.
    pub(super) HoursChanged { "message": String, "business_hours": super::hours::Week<super::hours::DayShape>, "status": i64 }
);

pub(super) fn edit_hours(
    change: &mut Change<'_>,
    Body(new): Body<HoursBody>,
) -> Result<MessageReply<HoursChanged>> {
    let before = hours::hours(change.view())?;
    let compared = Compared::of(&before);
    let after = new.over(before);
    hours::set(change, &after)?;
    let change_of = (&compared, &Compared::of(&after));
    company::emit_changed(change, CompanyPart::BusinessHours, change_of)?;
    MessageReply::new("company.hours_saved")
        .with("business_hours", documented(&after))?
        .with("status", 1)
}

pub(super) fn show_spam(view: &View<'_>) -> Result<Json<SpamShape>> {
    Ok(Json(SpamShape::of(&spam::lists(view)?)))
}

pub(super) fn edit_spam(
    change: &mut Change<'_>,
    Body(new): Body<SpamBody>,
) -> Result<MessageReply> {
    let before = SpamShape::of(&spam::lists(change.view())?);
    let lists = new.lists();
    spam::set(change, &lists)?;
    let after = SpamShape::of(&lists);
    company::emit_changed(change, CompanyPart::Spam, (&before, &after))?;
    Ok(MessageReply::new("company.spam_saved"))
}
