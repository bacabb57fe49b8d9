//! The row of `company`, as far as the API sets it.

use super::shape::Company;
use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::Result;

from_row!(Company {
    id,
    name,
    support_email,
    next_ticket_id: "next_increment_id",
    timezone,
    pending_since,
    default_mailbox: "default_mailbox_id",
    default_status: "default_status_id",
    default_priority: "default_priority_id",
    default_group: "default_group_id",
    time_format,
    pending_notification_email_template: "pending_template_id"
});

/// The settings as they are.
pub(super) fn read(view: &View<'_>) -> Result<Company> {
    view.one(
        "SELECT id, name, support_email, next_increment_id, timezone, pending_since, default_mailbox_id,
             default_status_id, default_priority_id, default_group_id, time_format, pending_template_id
         FROM company WHERE id = 1",
        [],
    )
}

/// Makes these the settings; the number of the next ticket is set by its own rule.
pub(super) fn write(change: &mut Change<'_>, company: &Company) -> Result<()> {
    change.run(
        "UPDATE company SET name = :name, support_email = :support_email, timezone = :timezone,
             pending_since = :pending_since, default_mailbox_id = :mailbox, default_status_id = :status,
             default_priority_id = :priority, default_group_id = :group, time_format = :time_format,
             pending_template_id = :template
         WHERE id = 1",
        named_params! {
            ":name": company.name, ":support_email": company.support_email, ":timezone": company.timezone,
            ":pending_since": company.pending_since, ":mailbox": company.default_mailbox,
            ":status": company.default_status, ":priority": company.default_priority,
            ":group": company.default_group, ":time_format": company.time_format,
            ":template": company.pending_notification_email_template,
        },
    )?;
    Ok(())
}
