//! What can be asked of a ticket, a task or a person. Custom fields are asked of tickets too,
//! as `customFields[12]`: those rows are the desk's own, and stand in its database.

use super::Compared::{Date, OneOf, Text};
use super::Condition;
use crate::desk::workflow::Entity::{Agent, Customer, Task, Ticket};
use crate::desk::workflow::choice::{ACTING_AGENT, Choice, OR_NONE};

/// Every condition, in the order of the menus.
pub const CONDITIONS: &[Condition] = &[
    // The address of the customer whose ticket it is.
    Condition {
        entities: &[Ticket],
        code: "from_mail",
        also: &[],
        compared: Text,
        label: "workflow.if_from_mail",
    },
    // The address of the mailbox that the ticket came through.
    Condition {
        entities: &[Ticket],
        code: "to_mail",
        also: &[],
        compared: Text,
        label: "workflow.if_to_mail",
    },
    Condition {
        entities: &[Ticket, Task],
        code: "subject",
        also: &[],
        compared: Text,
        label: "workflow.if_subject",
    },
    // The words of the create thread.
    Condition {
        entities: &[Ticket],
        code: "description",
        also: &[],
        compared: Text,
        label: "workflow.if_description",
    },
    Condition {
        entities: &[Ticket],
        code: "subject_or_description",
        also: &[],
        compared: Text,
        label: "workflow.if_subject_or_description",
    },
    Condition {
        entities: &[Ticket, Task],
        code: "priority",
        also: &["TicketPriority"],
        compared: OneOf(Choice::Priority, &[]),
        label: "workflow.if_priority",
    },
    Condition {
        entities: &[Ticket],
        code: "type",
        also: &["TicketType"],
        compared: OneOf(Choice::TicketType, OR_NONE),
        label: "workflow.if_type",
    },
    Condition {
        entities: &[Ticket],
        code: "status",
        also: &["TicketStatus"],
        compared: OneOf(Choice::Status, &[]),
        label: "workflow.if_status",
    },
    Condition {
        entities: &[Ticket],
        code: "source",
        also: &[],
        compared: OneOf(Choice::Source, &[]),
        label: "workflow.if_source",
    },
    // On which side whoever opened it stood.
    Condition {
        entities: &[Ticket],
        code: "opened_by",
        also: &[],
        compared: OneOf(Choice::Side, &[]),
        label: "workflow.if_opened_by",
    },
    // The day on which it was opened.
    Condition {
        entities: &[Ticket, Task],
        code: "created",
        also: &[],
        compared: Date,
        label: "workflow.if_created",
    },
    Condition {
        entities: &[Ticket, Task],
        code: "agent",
        also: &[],
        compared: OneOf(Choice::Agent, ACTING_AGENT),
        label: "workflow.if_agent",
    },
    Condition {
        entities: &[Ticket],
        code: "group",
        also: &[],
        compared: OneOf(Choice::Group, OR_NONE),
        label: "workflow.if_group",
    },
    Condition {
        entities: &[Ticket],
        code: "team",
        also: &[],
        compared: OneOf(Choice::Team, OR_NONE),
        label: "workflow.if_team",
    },
    Condition {
        entities: &[Ticket],
        code: "tag",
        also: &[],
        compared: OneOf(Choice::Tag, &[]),
        label: "workflow.if_tag",
    },
    Condition {
        entities: &[Ticket, Customer],
        code: "customer_name",
        also: &[],
        compared: Text,
        label: "workflow.if_customer_name",
    },
    Condition {
        entities: &[Ticket, Customer],
        code: "customer_email",
        also: &[],
        compared: Text,
        label: "workflow.if_customer_email",
    },
    Condition {
        entities: &[Agent],
        code: "agent_name",
        also: &[],
        compared: Text,
        label: "workflow.if_agent_name",
    },
    Condition {
        entities: &[Agent],
        code: "agent_email",
        also: &[],
        compared: Text,
        label: "workflow.if_agent_email",
    },
];
