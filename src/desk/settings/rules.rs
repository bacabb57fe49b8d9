//! What new tickets and notices can be given by default: things that are there, and all but a
//! mailbox open. Until a closed mailbox opens, tickets go without one.

use super::shape::Company;
use crate::base::db::View;
use crate::base::error::{Error, Faults, Message, Result};
use crate::base::event::Property;
use crate::desk::{email_template, mailbox, ticket};

/// 400 with all fields that name nothing. What was named before is not judged again, so
/// that a group that was closed since does not forbid to change the rest.
pub(super) fn check(view: &View<'_>, before: &Company, after: &Company) -> Result<()> {
    let mut faults = Faults::default();
    for (property, field, was, is) in [
        (
            Property::Status,
            "defaultStatus",
            Some(before.default_status),
            Some(after.default_status),
        ),
        (
            Property::Priority,
            "defaultPriority",
            Some(before.default_priority),
            Some(after.default_priority),
        ),
        (
            Property::Group,
            "defaultGroup",
            before.default_group,
            after.default_group,
        ),
    ] {
        if let Some(id) = is.filter(|_| is != was) {
            match ticket::change::check(view, property, id, field) {
                Err(Error::Invalid(found)) => {
                    found
                        .iter()
                        .for_each(|(field, message)| faults.add(field, message.clone()));
                }
                Err(other) => return Err(other),
                Ok(_) => {}
            }
        }
    }
    if let Some(id) = after.default_mailbox
        && after.default_mailbox != before.default_mailbox
        && mailbox::option(view, id)?.is_none()
    {
        let message = Message::new("company.unknown_mailbox").with("id", id);
        faults.add("defaultMailbox", message);
    }
    if let Some(id) = after.pending_notification_email_template
        && after.pending_notification_email_template != before.pending_notification_email_template
        && email_template::by_id(view, id)?.is_none()
    {
        let message = Message::new("company.unknown_template").with("id", id);
        faults.add("pendingNotificationEmailTemplate", message);
    }
    faults.or_invalid()
}
