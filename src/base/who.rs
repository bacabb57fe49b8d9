//! Who is calling, as a plain value: an id, a side, a role, privileges. `access/`
//! makes it from a proof; rooms and the database only carry and ask it.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use super::cause::Cause;
use super::closed_list::closed_list;
use super::error::{Error, Result};
use super::locale::Locale;

closed_list! {
    /// What an agent can be granted; the codes are the API's. Owner and admins hold all.
    Privilege {
        /// Open a ticket for a customer.
        CreateTicket = "ROLE_AGENT_CREATE_TICKET",
        /// Change subject, customer, text and the star of a ticket.
        EditTicket = "ROLE_AGENT_EDIT_TICKET",
        /// Move a ticket to the trash, or out of the desk.
        DeleteTicket = "ROLE_AGENT_DELETE_TICKET",
        /// Take a ticket out of the trash.
        RestoreTicket = "ROLE_AGENT_RESTORE_TICKET",
        /// Give a ticket to an agent.
        AssignTicket = "ROLE_AGENT_ASSIGN_TICKET",
        /// Give a ticket to a group or a team.
        AssignTicketGroup = "ROLE_AGENT_ASSIGN_TICKET_GROUP",
        /// Change the status of a ticket.
        UpdateTicketStatus = "ROLE_AGENT_UPDATE_TICKET_STATUS",
        /// Change the priority of a ticket.
        UpdateTicketPriority = "ROLE_AGENT_UPDATE_TICKET_PRIORITY",
        /// Change the type of a ticket.
        UpdateTicketType = "ROLE_AGENT_UPDATE_TICKET_TYPE",
        /// Write a note.
        AddNote = "ROLE_AGENT_ADD_NOTE",
        /// Change a thread or a note.
        EditThreadNote = "ROLE_AGENT_EDIT_THREAD_NOTE",
        /// Remove a thread or a note.
        DeleteThreadNote = "ROLE_AGENT_DELETE_THREAD_NOTE",
        /// Lock a thread, see locked ones and unlock them.
        ManageLockAndUnlockThread = "ROLE_AGENT_MANAGE_LOCK_AND_UNLOCK_THREAD",
        /// Add a collaborator to a ticket.
        AddCollaboratorToTicket = "ROLE_AGENT_ADD_COLLABORATOR_TO_TICKET",
        /// Remove a collaborator from a ticket.
        DeleteCollaboratorFromTicket = "ROLE_AGENT_DELETE_COLLABORATOR_FROM_TICKET",
        /// Run a manual workflow on a ticket.
        ApplyWorkflow = "ROLE_AGENT_APPLY_WORKFLOW",
        /// Tag a ticket.
        AddTag = "ROLE_AGENT_ADD_TAG",
        /// Take a tag off a ticket.
        DeleteTag = "ROLE_AGENT_DELETE_TAG",
        /// Manage e-mail templates.
        ManageEmailTemplate = "ROLE_AGENT_MANAGE_EMAIL_TEMPLATE",
        /// Manage groups.
        ManageGroup = "ROLE_AGENT_MANAGE_GROUP",
        /// Manage sub-groups (teams).
        ManageSubGroup = "ROLE_AGENT_MANAGE_SUB_GROUP",
        /// Manage agents.
        ManageAgent = "ROLE_AGENT_MANAGE_AGENT",
        /// Manage privilege sets.
        ManageAgentPrivilege = "ROLE_AGENT_MANAGE_AGENT_PRIVILEGE",
        /// Manage ticket types.
        ManageTicketType = "ROLE_AGENT_MANAGE_TICKET_TYPE",
        /// Manage customers.
        ManageCustomer = "ROLE_AGENT_MANAGE_CUSTOMER",
        /// Manage manual workflows.
        ManageWorkflowManual = "ROLE_AGENT_MANAGE_WORKFLOW_MANUAL",
        /// Manage automatic workflows.
        ManageWorkflowAutomatic = "ROLE_AGENT_MANAGE_WORKFLOW_AUTOMATIC",
        /// Rename and remove tags of the desk.
        ManageTag = "ROLE_AGENT_MANAGE_TAG",
        /// Manage the knowledge base.
        ManageKnowledgebase = "ROLE_AGENT_MANAGE_KNOWLEDGEBASE",
        /// See reports.
        ManageReports = "ROLE_AGENT_MANAGE_REPORTS",
        /// Create a task.
        CreateTask = "ROLE_AGENT_CREATE_TASK",
        /// Change a task.
        EditTask = "ROLE_AGENT_EDIT_TASK",
        /// Remove a task.
        DeleteTask = "ROLE_AGENT_DELETE_TASK",
    }
}

/// A set of privileges, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Privileges(u64);

impl Privileges {
    /// All there are: what owner and admins hold.
    pub fn all() -> Self {
        Privilege::ALL.iter().copied().collect()
    }

    /// Whether `privilege` is in the set.
    pub fn has(self, privilege: Privilege) -> bool {
        self.0 & (1 << privilege as u64) != 0
    }

    /// Whether every privilege of `other` is in this set too.
    pub fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// What is in either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The members, in the order of the list.
    pub fn iter(self) -> impl Iterator<Item = Privilege> {
        Privilege::ALL
            .iter()
            .copied()
            .filter(move |one| self.has(*one))
    }
}

impl FromIterator<Privilege> for Privileges {
    fn from_iter<I: IntoIterator<Item = Privilege>>(privileges: I) -> Self {
        Self(
            privileges
                .into_iter()
                .fold(0, |set, one| set | (1 << one as u64)),
        )
    }
}

closed_list! {
    /// What a user is on one of their sides; the order is that of power.
    Role {
        /// The one owner: never removed, never demoted.
        Owner = "ROLE_SUPER_ADMIN",
        /// May do all but make admins.
        Admin = "ROLE_ADMIN",
        /// May do what their privilege sets grant.
        Agent = "ROLE_AGENT",
        /// Sees their own tickets.
        Customer = "ROLE_CUSTOMER",
    }
}

impl Role {
    /// The role's fixed id, 1 to 4.
    pub fn id(self) -> i64 {
        self as i64 + 1
    }

    /// The role with this id.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.id() == id)
    }
}

closed_list! {
    /// A side of a person: one address can be an agent's and a customer's. A session or a
    /// token opens one of them.
    Side {
        /// Works at the desk.
        Agent = "agent",
        /// Writes to it.
        Customer = "customer",
    }
}

impl Side {
    /// The side that somebody with this role is on.
    pub fn of(role: Role) -> Self {
        match role {
            Role::Customer => Self::Customer,
            Role::Owner | Role::Admin | Role::Agent => Self::Agent,
        }
    }

    /// The one that this is not.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Agent => Self::Customer,
            Self::Customer => Self::Agent,
        }
    }
}

/// Which tickets an agent sees (the contract's `ticketView`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketView {
    /// 1: every ticket.
    All,
    /// 2: their own, their groups' and their teams'.
    GroupsAndTeams,
    /// 3: their own and their teams'.
    Teams,
    /// 4: their own alone.
    Own,
}

impl TicketView {
    /// The API's number, 1 to 4.
    pub fn id(self) -> i64 {
        self as i64 + 1
    }

    /// The view with this number.
    pub fn from_id(id: i64) -> Option<Self> {
        [Self::All, Self::GroupsAndTeams, Self::Teams, Self::Own]
            .into_iter()
            .find(|view| view.id() == id)
    }
}

/// The caller of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    /// The user's id; 0 for nobody and for the desk itself.
    pub id: i64,
    /// What they are; `None` for somebody who has not signed in.
    pub role: Option<Role>,
    /// What they may do.
    pub privileges: Privileges,
    /// Which tickets they see, as an agent.
    pub ticket_view: TicketView,
    /// The ids of the groups that they are in.
    pub groups: Vec<i64>,
    /// The ids of the teams (sub-groups) that they are in.
    pub teams: Vec<i64>,
    /// Whether they are the customer of a ticket, or collaborate on one, as an agent.
    pub takes_part: bool,
    /// The access token that proved who they are, where one did.
    pub token: Option<i64>,
    /// The session of a browser that proved who they are, where one did.
    pub session: Option<i64>,
}

impl Who {
    /// Somebody who has not signed in.
    pub fn nobody() -> Self {
        Self {
            id: 0,
            role: None,
            privileges: Privileges::default(),
            ticket_view: TicketView::Own,
            groups: Vec::new(),
            teams: Vec::new(),
            takes_part: false,
            token: None,
            session: None,
        }
    }

    /// The desk itself: commands, scheduler, mail. May do all.
    pub fn desk() -> Self {
        Self {
            role: Some(Role::Owner),
            privileges: Privileges::all(),
            ticket_view: TicketView::All,
            ..Self::nobody()
        }
    }

    /// The customer side of the user with this id.
    pub fn customer(id: i64) -> Self {
        Self {
            id,
            role: Some(Role::Customer),
            ..Self::nobody()
        }
    }

    /// The side on which they call; the customer's for somebody who has not signed in.
    pub fn side(&self) -> Side {
        self.role.map_or(Side::Customer, Side::of)
    }

    /// Whether the caller acts as a customer.
    pub fn is_customer(&self) -> bool {
        self.role == Some(Role::Customer)
    }

    /// Whether the caller acts as an agent, an admin or the owner.
    pub fn is_agent(&self) -> bool {
        matches!(self.role, Some(Role::Agent | Role::Admin | Role::Owner))
    }

    /// Whether the caller is an admin or the owner.
    pub fn is_admin(&self) -> bool {
        matches!(self.role, Some(Role::Admin | Role::Owner))
    }

    /// Whether the caller is an agent who holds `privilege`.
    pub fn may(&self, privilege: Privilege) -> bool {
        self.is_agent() && self.privileges.has(privilege)
    }

    /// `Ok` if the caller holds `privilege`, else 403.
    pub fn need(&self, privilege: Privilege) -> Result<()> {
        if self.may(privilege) {
            Ok(())
        } else {
            Err(Error::lacks(privilege))
        }
    }
}

/// What a page of ours sends along when it posts, so that no other site's page can post in
/// its place. It follows from the session's secret, and says nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct CsrfToken(String);

impl CsrfToken {
    /// The token that is this text.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text, for the hidden field `_csrf` or the header `X-CSRF-Token`.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CsrfToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CsrfToken(***)")
    }
}

/// Who calls, and how they want to be answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Whose rights count: their own, or those of the one whom they act as.
    pub who: Who,
    /// The id of the one who really calls, where they act as somebody else.
    pub behind: Option<i64>,
    /// What makes the changes that are made.
    pub cause: Cause,
    /// The address of a customer whom nobody knows yet, where one is acted as.
    pub newcomer: Option<String>,
    /// The language that they read.
    pub locale: Locale,
    /// Where they call from, where that is known.
    pub address: Option<IpAddr>,
    /// What their pages must post with, where a session proved who they are.
    pub csrf: Option<CsrfToken>,
}

impl Caller {
    /// The desk itself, in English: commands and scheduler.
    pub fn desk() -> Self {
        Self {
            who: Who::desk(),
            behind: None,
            cause: Cause::Person,
            newcomer: None,
            locale: Locale::English,
            address: None,
            csrf: None,
        }
    }

    /// The desk itself, because of nothing but `cause`.
    pub fn because_of(cause: Cause) -> Self {
        Self {
            cause,
            ..Self::desk()
        }
    }

    /// Somebody of whom nothing is known yet.
    pub fn nobody() -> Self {
        Self {
            who: Who::nobody(),
            ..Self::desk()
        }
    }

    /// How long is waited for this caller, where that is `patience` for somebody outside: the
    /// desk's own work takes as long as it takes.
    pub fn patience(&self, patience: Duration) -> Option<Duration> {
        let is_by_itself = matches!(self.cause, Cause::Job | Cause::Clock);
        let is_the_desk = self.who.id == 0 && self.who.role == Some(Role::Owner);
        (!is_by_itself && !is_the_desk).then_some(patience)
    }

    /// The id of the person who really calls.
    pub fn person(&self) -> i64 {
        self.behind.unwrap_or(self.who.id)
    }
}
