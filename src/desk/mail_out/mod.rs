//! Every mail that leaves, one row a recipient: who is told what, from when on it may go, and what
//! has become of it. Rows are made inside the change that they tell of; sending is no business of
//! this room.

mod queue;

use crate::base::closed_list::closed_list;

pub use queue::{NewMail, Recipient, queue};

closed_list! {
    /// What a mail is.
    MailKind {
        /// What an agent, a customer or a collaborator said, to the others.
        Reply = "reply",
        /// A message sent on to somebody outside the ticket.
        Forward = "forward",
        /// That something happened.
        Notice = "notice",
        /// That a ticket was received.
        Acknowledgement = "acknowledgement",
        /// What lets somebody into their account.
        Account = "account",
        /// Whether mail leaves at all.
        Test = "test",
    }
}

closed_list! {
    /// What has become of a mail.
    MailState {
        /// It leaves by itself.
        Waiting = "waiting",
        /// Somebody is at it.
        Sending = "sending",
        /// The server has taken it.
        Sent = "sent",
        /// The server did not take it, and is asked again.
        Deferred = "deferred",
        /// It never leaves.
        Failed = "failed",
        /// The server took it, and it came back.
        Bounced = "bounced",
        /// Nobody wants it to leave any more.
        Cancelled = "cancelled",
    }
}
