//! What is known while a text is filled in. Plain values: whoever sends a text about a task
//! or a password fills in those parts.

use crate::desk::person::{Person, Side};

/// What is known while a text is filled in. A placeholder of a part that is not there
/// stays as it is written.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The company.
    pub company: CompanyFacts,
    /// The ticket that the text is about.
    pub ticket: Option<TicketFacts>,
    /// Whom the text is for, and who is at work.
    pub user: Option<UserFacts>,
    /// The task that the text is about.
    pub task: Option<TaskFacts>,
}

/// What is known of the company.
#[derive(Debug, Clone, Default)]
pub struct CompanyFacts {
    /// Its name.
    pub name: String,
    /// Its support address; empty where it has none.
    pub email: String,
    /// Where the desk is reached.
    pub url: String,
}

/// What is known of a ticket.
#[derive(Debug, Clone, Default)]
pub struct TicketFacts {
    /// The id that operations take.
    pub id: String,
    /// The number that people see.
    pub increment_id: String,
    /// The subject line.
    pub subject: String,
    /// The message that opened it, as cleaned HTML.
    pub message: String,
    /// The newest public message, as cleaned HTML.
    pub thread_message: String,
    /// The name of its status.
    pub status: String,
    /// The name of its priority.
    pub priority: String,
    /// The name of its type; empty without one, as all that follows.
    pub type_name: String,
    /// The name of its group.
    pub group: String,
    /// The name of its team.
    pub team: String,
    /// The names of its tags, with commas.
    pub tags: String,
    /// The name of its source.
    pub source: String,
    /// When it was opened, as the company writes times.
    pub created_at: String,
    /// Whose ticket it is.
    pub customer: Party,
    /// Who works on it.
    pub agent: Party,
    /// Where it is shown.
    pub link: String,
    /// Whom the text calls a collaborator, where it is about one.
    pub collaborator: Option<Party>,
}

/// Somebody in a text.
#[derive(Debug, Clone, Default)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The first name.
    pub first_name: String,
    /// The address.
    pub email: String,
}

impl Party {
    pub(super) fn of(person: &Person, side: Side) -> Self {
        let profile = person.side(side);
        Self {
            name: person.name_as(side).to_owned(),
            first_name: profile.map_or_else(
                || person.name_as(side).to_owned(),
                |profile| profile.first_name.clone(),
            ),
            email: person.email.clone(),
        }
    }
}

/// What is known of whom the text is for.
#[derive(Debug, Clone, Default)]
pub struct UserFacts {
    /// Whom it is for.
    pub reader: Party,
    /// The agent at work.
    pub agent: Party,
    /// Where the reader sets a new password, where the text is sent for that.
    pub forgot_password_link: Option<String>,
    /// Where the reader proves their address, where the text is sent for that.
    pub account_validation_link: Option<String>,
}

/// What is known of a task.
#[derive(Debug, Clone, Default)]
pub struct TaskFacts {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is to be done, as cleaned HTML.
    pub description: String,
    /// Until when, as the company writes times.
    pub deadline: String,
    /// Whose task it is.
    pub agent: Party,
    /// The newest message in it, as cleaned HTML.
    pub message: String,
}
