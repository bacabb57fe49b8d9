//! Rows of `thread_address`: whom threads came from and went to.

use std::collections::HashMap;

use crate::base::closed_list::closed_list;
use crate::base::db::{Change, View, id_list, named_params};
use crate::base::error::Result;

closed_list! {
    /// What an address is to a thread.
    AddressKind {
        /// Who wrote it.
        From = "from",
        /// Whom it went to.
        To = "to",
        /// Who had a copy.
        Cc = "cc",
        /// Who had a copy that the others do not know of.
        Bcc = "bcc",
        /// Where answers are to go.
        ReplyTo = "reply_to",
    }
}

/// Keeps addresses of one kind, in the order named.
pub(super) fn add(
    change: &mut Change<'_>,
    thread: i64,
    kind: AddressKind,
    emails: &[String],
) -> Result<()> {
    for (position, email) in (0_i64..).zip(emails) {
        change.run(
            "INSERT INTO thread_address (thread_id, kind, position, email, email_key)
             VALUES (:thread, :kind, :position, :email, email_key(:email))",
            named_params! { ":thread": thread, ":kind": kind, ":position": position, ":email": email },
        )?;
    }
    Ok(())
}

/// The addresses of some threads, by thread and kind.
#[derive(Debug, Default)]
pub(super) struct Addresses(HashMap<(i64, AddressKind), Vec<String>>);

impl Addresses {
    /// Those of one kind; nothing where there are none.
    pub(super) fn take(&mut self, thread: i64, kind: AddressKind) -> Option<Vec<String>> {
        self.0.remove(&(thread, kind))
    }
}

/// The addresses of these threads.
pub(super) fn of_threads(view: &View<'_>, threads: &[i64]) -> Result<Addresses> {
    let rows: Vec<(i64, AddressKind, String)> = view.all(
        "SELECT thread_id, kind, email FROM thread_address
         WHERE thread_id IN (SELECT value FROM json_each(:threads)) ORDER BY thread_id, kind, position",
        named_params! { ":threads": id_list(threads) },
    )?;
    let mut addresses = Addresses::default();
    for (thread, kind, email) in rows {
        addresses.0.entry((thread, kind)).or_default().push(email);
    }
    Ok(addresses)
}
