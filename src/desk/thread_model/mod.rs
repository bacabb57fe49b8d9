//! What is said in tickets, and the files that hang on it: rows of `thread` and
//! `attachment`, how they are added, and how they are shown. Who may say, see or
//! change what is decided by the rooms above.

mod address;
mod revision;
mod shape;
mod store;

use crate::base::closed_list::closed_list;

pub use address::AddressKind;
pub use revision::{RevisionRow, ThreadRevision, revisions, revisions_of};
pub use shape::{
    AttachmentShape, CreateThread, Holder, TICKET_TIME, TaskBrief, ThreadShape, attachment_shape,
    create_thread, threads,
};
pub use store::{
    Attachment, Hidden, NewThread, Thread, add, after_the_first, attachment, by_id, first_of,
    hidden, latest, remove, rewrite,
};

closed_list! {
    /// What a thread is.
    ThreadType {
        /// The message that opened the ticket.
        Create = "create",
        /// A public answer.
        Reply = "reply",
        /// For agents' eyes alone.
        Note = "note",
        /// Sent on to somebody outside the ticket.
        Forward = "forward",
    }
}

closed_list! {
    /// On which side the author of a thread stood.
    UserType {
        /// At the desk.
        Agent = "agent",
        /// In front of it; a collaborator counts as customer.
        Customer = "customer",
        /// Nobody: the desk itself.
        System = "system",
    }
}

/// Which threads of a ticket somebody reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadVisibility {
    /// Replies alone, none of them locked.
    Customer,
    /// All but what is locked.
    Agent,
    /// All.
    WithLocked,
}

impl ThreadVisibility {
    /// The rule as a condition on a row `m` of `thread`.
    pub fn condition(self) -> &'static str {
        match self {
            Self::Customer => "m.thread_type IN ('create', 'reply') AND m.is_locked = 0",
            Self::Agent => "m.is_locked = 0",
            Self::WithLocked => "1",
        }
    }
}

/// How `who` reads threads.
pub fn visibility_of(who: &crate::base::who::Who) -> ThreadVisibility {
    use crate::base::who::Privilege::ManageLockAndUnlockThread;
    if !who.is_agent() {
        ThreadVisibility::Customer
    } else if who.may(ManageLockAndUnlockThread) {
        ThreadVisibility::WithLocked
    } else {
        ThreadVisibility::Agent
    }
}
