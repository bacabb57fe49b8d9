//! What can set an automatic workflow off.

use super::Trigger;
use crate::desk::workflow::Entity::{Agent, Customer, Task, Ticket, User};

/// Every trigger, in the order of the menus.
pub const TRIGGERS: &[Trigger] = &[
    // A ticket was opened.
    Trigger {
        entity: Ticket,
        code: "created",
        also: &[],
        label: "workflow.on_ticket_created",
    },
    // A ticket was moved to the trash, where it can still be worked on.
    Trigger {
        entity: Ticket,
        code: "removed",
        also: &["deleted", "trashed"],
        label: "workflow.on_ticket_removed",
    },
    // A ticket was taken out of the trash.
    Trigger {
        entity: Ticket,
        code: "restored",
        also: &[],
        label: "workflow.on_ticket_restored",
    },
    Trigger {
        entity: Ticket,
        code: "type_updated",
        also: &["type"],
        label: "workflow.on_ticket_type_updated",
    },
    Trigger {
        entity: Ticket,
        code: "status_updated",
        also: &["status"],
        label: "workflow.on_ticket_status_updated",
    },
    Trigger {
        entity: Ticket,
        code: "priority_updated",
        also: &["priority"],
        label: "workflow.on_ticket_priority_updated",
    },
    Trigger {
        entity: Ticket,
        code: "group_updated",
        also: &["group"],
        label: "workflow.on_ticket_group_updated",
    },
    Trigger {
        entity: Ticket,
        code: "team_updated",
        also: &["team"],
        label: "workflow.on_ticket_team_updated",
    },
    Trigger {
        entity: Ticket,
        code: "agent_updated",
        also: &["agent"],
        label: "workflow.on_ticket_agent_updated",
    },
    Trigger {
        entity: Ticket,
        code: "note_added",
        also: &["note"],
        label: "workflow.on_ticket_note_added",
    },
    Trigger {
        entity: Ticket,
        code: "agent_reply",
        also: &["reply_by_agent"],
        label: "workflow.on_ticket_agent_reply",
    },
    Trigger {
        entity: Ticket,
        code: "customer_reply",
        also: &["reply_by_customer"],
        label: "workflow.on_ticket_customer_reply",
    },
    Trigger {
        entity: Ticket,
        code: "collaborator_reply",
        also: &["reply_by_collaborator"],
        label: "workflow.on_ticket_collaborator_reply",
    },
    Trigger {
        entity: Ticket,
        code: "collaborator_updated",
        also: &["collaborator_added"],
        label: "workflow.on_ticket_collaborator_updated",
    },
    Trigger {
        entity: Ticket,
        code: "forward_added",
        also: &["forwarded"],
        label: "workflow.on_ticket_forward_added",
    },
    // The text of a reply, a note or a forward was changed.
    Trigger {
        entity: Ticket,
        code: "thread_updated",
        also: &[],
        label: "workflow.on_ticket_thread_updated",
    },
    Trigger {
        entity: Ticket,
        code: "tag_added",
        also: &[],
        label: "workflow.on_ticket_tag_added",
    },
    // The customer has not answered for as long as the company waits (`pendingSince`).
    Trigger {
        entity: Ticket,
        code: "pending",
        also: &[],
        label: "workflow.on_ticket_pending",
    },
    Trigger {
        entity: Task,
        code: "created",
        also: &[],
        label: "workflow.on_task_created",
    },
    Trigger {
        entity: Task,
        code: "updated",
        also: &[],
        label: "workflow.on_task_updated",
    },
    Trigger {
        entity: Task,
        code: "removed",
        also: &["deleted"],
        label: "workflow.on_task_removed",
    },
    Trigger {
        entity: Agent,
        code: "created",
        also: &[],
        label: "workflow.on_agent_created",
    },
    Trigger {
        entity: Agent,
        code: "updated",
        also: &[],
        label: "workflow.on_agent_updated",
    },
    Trigger {
        entity: Agent,
        code: "removed",
        also: &["deleted"],
        label: "workflow.on_agent_removed",
    },
    Trigger {
        entity: Customer,
        code: "created",
        also: &[],
        label: "workflow.on_customer_created",
    },
    Trigger {
        entity: Customer,
        code: "updated",
        also: &[],
        label: "workflow.on_customer_updated",
    },
    Trigger {
        entity: Customer,
        code: "removed",
        also: &["deleted"],
        label: "workflow.on_customer_removed",
    },
    // Somebody asked for a link to set a new password.
    Trigger {
        entity: User,
        code: "forgot_password",
        also: &[],
        label: "workflow.on_user_forgot_password",
    },
];
