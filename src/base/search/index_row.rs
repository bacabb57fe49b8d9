//! The rows of the indexes that are made anew when what they find has changed.

use serde::{Deserialize, Serialize};

/// A row of an index, named by what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexRow {
    /// That of a ticket.
    Ticket(i64),
    /// That of a task.
    Task(i64),
}

/// What stands in the column `customers` of the index of tickets for somebody who sees a ticket
/// as a customer, quoted for an expression. No words are cut into it: the dot parts them.
pub fn customer_token(user: i64) -> String {
    format!("\"·{user}\"")
}
