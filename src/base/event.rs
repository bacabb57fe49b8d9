//! What can happen, in the past tense, holding ids alone. Rooms emit events inside
//! their transaction; they are handled there; the `event` table keeps them.

use serde::Serialize;

/// Something that happened. Serialised as `{"kind": …, …}`, the form kept and sent on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// A ticket was opened, with its create thread.
    TicketCreated {
        /// The ticket.
        ticket: i64,
        /// Its create thread.
        thread: i64,
    },
    /// A property of a ticket was changed; `from` and `to` are the property's ids or text.
    TicketChanged {
        /// The ticket.
        ticket: i64,
        /// Which property.
        property: Property,
        /// What it was, absent where there was nothing.
        from: Option<String>,
        /// What it is, absent where there is nothing.
        to: Option<String>,
    },
    /// A ticket was moved to the trash.
    TicketTrashed {
        /// The ticket.
        ticket: i64,
    },
    /// A ticket was taken out of the trash.
    TicketRestored {
        /// The ticket.
        ticket: i64,
    },
    /// Its customer has not answered for as long as the company waits.
    TicketPending {
        /// The ticket.
        ticket: i64,
    },
    /// A ticket was deleted for good.
    TicketDeleted {
        /// The ticket that was.
        ticket: i64,
    },
    /// A reply, a note or a forward was added.
    ThreadAdded {
        /// The ticket.
        ticket: i64,
        /// The thread.
        thread: i64,
    },
    /// The text of a thread was changed.
    ThreadEdited {
        /// The ticket.
        ticket: i64,
        /// The thread.
        thread: i64,
    },
    /// A thread was removed.
    ThreadRemoved {
        /// The ticket.
        ticket: i64,
        /// The thread that was.
        thread: i64,
    },
    /// A thread was locked or unlocked, as `locked` says.
    ThreadLocked {
        /// The ticket.
        ticket: i64,
        /// The thread.
        thread: i64,
        /// Whether it is locked now.
        locked: bool,
    },
    /// Somebody was added to a ticket.
    CollaboratorAdded {
        /// The ticket.
        ticket: i64,
        /// The collaborator.
        user: i64,
    },
    /// Somebody was taken off a ticket.
    CollaboratorRemoved {
        /// The ticket.
        ticket: i64,
        /// Who was a collaborator.
        user: i64,
    },
    /// A tag was put on a ticket.
    TagAdded {
        /// The ticket.
        ticket: i64,
        /// The tag.
        tag: i64,
    },
    /// A tag was taken off a ticket.
    TagRemoved {
        /// The ticket.
        ticket: i64,
        /// The tag.
        tag: i64,
    },
    /// A tag was given another name.
    TagRenamed {
        /// The tag.
        tag: i64,
    },
    /// A tag was deleted, and is still to be taken off what has it.
    TagDeleted {
        /// The tag that was.
        tag: i64,
    },
    /// A team belongs to other groups than before.
    TeamRegrouped {
        /// The team.
        team: i64,
    },
    /// A task was made, with what is to be done.
    TaskCreated {
        /// The ticket that it is about.
        ticket: i64,
        /// The task.
        task: i64,
    },
    /// A property of a task was changed; `from` and `to` are the property's ids, seconds or
    /// text, and absent for the description.
    TaskChanged {
        /// The ticket that it is about.
        ticket: i64,
        /// The task.
        task: i64,
        /// Which property.
        property: TaskProperty,
        /// What it was, absent where there was nothing.
        from: Option<String>,
        /// What it is, absent where there is nothing.
        to: Option<String>,
    },
    /// A task was removed.
    TaskRemoved {
        /// The ticket that it was about.
        ticket: i64,
        /// The task that was.
        task: i64,
    },
    /// Something was said in a task.
    TaskThreadAdded {
        /// The ticket that the task is about.
        ticket: i64,
        /// The task.
        task: i64,
        /// The thread of the task.
        thread: i64,
    },
    /// Something that was said in a task was removed.
    TaskThreadRemoved {
        /// The ticket that the task is about.
        ticket: i64,
        /// The task.
        task: i64,
        /// The thread that was.
        thread: i64,
    },
    /// Somebody follows a task from now on.
    TaskFollowerAdded {
        /// The ticket that the task is about.
        ticket: i64,
        /// The task.
        task: i64,
        /// Who follows it.
        user: i64,
    },
    /// Somebody does not follow a task any more.
    TaskFollowerRemoved {
        /// The ticket that the task is about.
        ticket: i64,
        /// The task.
        task: i64,
        /// Who followed it.
        user: i64,
    },
    /// The value of a custom field was given, changed or emptied.
    FieldChanged {
        /// The ticket.
        ticket: i64,
        /// The custom field.
        field: i64,
    },
    /// A user's address, the name on one of their sides or a customer's phone number was
    /// changed.
    PersonRenamed {
        /// The user.
        user: i64,
    },
    /// A customer side was made.
    CustomerCreated {
        /// The user.
        user: i64,
    },
    /// A customer's name, address or state was changed.
    CustomerChanged {
        /// The user.
        user: i64,
    },
    /// A customer side was removed.
    CustomerRemoved {
        /// The user.
        user: i64,
    },
    /// An agent side was made.
    MemberCreated {
        /// The user.
        user: i64,
    },
    /// A member's name, address, rights or state was changed.
    MemberChanged {
        /// The user.
        user: i64,
    },
    /// A member may sign in no more, until somebody makes them active again.
    MemberDeactivated {
        /// The user.
        user: i64,
    },
    /// An agent side was removed.
    MemberRemoved {
        /// The user.
        user: i64,
    },
    /// Settings of the company were changed.
    CompanyChanged {
        /// Which settings.
        part: CompanyPart,
        /// The names of the fields that have another value now; never the values.
        fields: Vec<String>,
    },
}

/// A part of the company's settings whose change is emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CompanyPart {
    /// Name, clock, numbers and defaults.
    Company,
    /// When the desk works.
    BusinessHours,
    /// Whom it hears.
    Spam,
    /// How its portal looks.
    Theme,
}

/// A property of a ticket whose change is emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Property {
    /// The subject line.
    Subject,
    /// The status.
    Status,
    /// The priority.
    Priority,
    /// The ticket type.
    Type,
    /// The group.
    Group,
    /// The team (sub-group).
    Team,
    /// The agent.
    Agent,
    /// The customer.
    Customer,
    /// The star.
    Star,
}

/// A property of a task whose change is emitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskProperty {
    /// The subject line.
    Subject,
    /// What is to be done.
    Description,
    /// The stage.
    Stage,
    /// The priority.
    Priority,
    /// The agent in charge.
    Agent,
    /// The deadline.
    Deadline,
}

impl Property {
    /// The property's name, as the API's `editType` spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Status => "status",
            Self::Priority => "priority",
            Self::Type => "type",
            Self::Group => "group",
            Self::Team => "team",
            Self::Agent => "agent",
            Self::Customer => "customer",
            Self::Star => "star",
        }
    }
}

impl Event {
    /// The ticket that it happened to, if it was one.
    pub fn ticket(&self) -> Option<i64> {
        match *self {
            Self::TicketCreated { ticket, .. }
            | Self::TicketChanged { ticket, .. }
            | Self::TicketTrashed { ticket }
            | Self::TicketRestored { ticket }
            | Self::TicketPending { ticket }
            | Self::TicketDeleted { ticket }
            | Self::ThreadAdded { ticket, .. }
            | Self::ThreadEdited { ticket, .. }
            | Self::ThreadRemoved { ticket, .. }
            | Self::ThreadLocked { ticket, .. }
            | Self::CollaboratorAdded { ticket, .. }
            | Self::CollaboratorRemoved { ticket, .. }
            | Self::TagAdded { ticket, .. }
            | Self::TagRemoved { ticket, .. }
            | Self::TaskCreated { ticket, .. }
            | Self::TaskChanged { ticket, .. }
            | Self::TaskRemoved { ticket, .. }
            | Self::TaskThreadAdded { ticket, .. }
            | Self::TaskThreadRemoved { ticket, .. }
            | Self::TaskFollowerAdded { ticket, .. }
            | Self::TaskFollowerRemoved { ticket, .. }
            | Self::FieldChanged { ticket, .. } => Some(ticket),
            Self::TagRenamed { .. }
            | Self::TagDeleted { .. }
            | Self::TeamRegrouped { .. }
            | Self::PersonRenamed { .. }
            | Self::CustomerCreated { .. }
            | Self::CustomerChanged { .. }
            | Self::CustomerRemoved { .. }
            | Self::MemberCreated { .. }
            | Self::MemberChanged { .. }
            | Self::MemberDeactivated { .. }
            | Self::MemberRemoved { .. }
            | Self::CompanyChanged { .. } => None,
        }
    }

    /// The person that it happened to or with, where it was one.
    pub fn user(&self) -> Option<i64> {
        match *self {
            Self::CollaboratorAdded { user, .. }
            | Self::CollaboratorRemoved { user, .. }
            | Self::TaskFollowerAdded { user, .. }
            | Self::TaskFollowerRemoved { user, .. }
            | Self::PersonRenamed { user }
            | Self::CustomerCreated { user }
            | Self::CustomerChanged { user }
            | Self::CustomerRemoved { user }
            | Self::MemberCreated { user }
            | Self::MemberChanged { user }
            | Self::MemberDeactivated { user }
            | Self::MemberRemoved { user } => Some(user),
            Self::TicketCreated { .. }
            | Self::TicketChanged { .. }
            | Self::TicketTrashed { .. }
            | Self::TicketRestored { .. }
            | Self::TicketPending { .. }
            | Self::TicketDeleted { .. }
            | Self::ThreadAdded { .. }
            | Self::ThreadEdited { .. }
            | Self::ThreadRemoved { .. }
            | Self::ThreadLocked { .. }
            | Self::TagAdded { .. }
            | Self::TagRemoved { .. }
            | Self::TagRenamed { .. }
            | Self::TagDeleted { .. }
            | Self::TeamRegrouped { .. }
            | Self::TaskCreated { .. }
            | Self::TaskChanged { .. }
            | Self::TaskRemoved { .. }
            | Self::TaskThreadAdded { .. }
            | Self::TaskThreadRemoved { .. }
            | Self::FieldChanged { .. }
            | Self::CompanyChanged { .. } => None,
        }
    }
}
