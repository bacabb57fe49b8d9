//! The scripts in `assets/demo/conversations/`: what is said in the demo's tickets,
//! with `{places}` for names and numbers and `[this|that]` for the writer's choice.

use serde::Deserialize;

use super::people::Customer;
use crate::base::error::{Context, Result};

/// The scripts of one language.
#[derive(Debug, Deserialize)]
struct Volume {
    language: String,
    scripts: Vec<Script>,
}

/// How one kind of ticket goes.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Script {
    #[serde(skip)]
    pub(super) language: String,
    /// Subject lines to choose from.
    pub(super) subjects: Vec<String>,
    /// The team that it is with.
    pub(super) team: String,
    /// The name of a ticket type that ships.
    #[serde(rename = "type")]
    pub(super) ticket_type: String,
    #[serde(default)]
    pub(super) priority: Priority,
    /// Where it comes from, where the script knows.
    pub(super) source: Option<String>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    /// Whether somebody else of the customer's side joins.
    #[serde(default)]
    pub(super) collaborator: bool,
    /// Who writes it, where no customer of the cast does.
    pub(super) stranger: Option<Customer>,
    pub(super) ends: Ending,
    pub(super) messages: Vec<Line>,
}

/// A message of a script.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Line {
    pub(super) by: Speaker,
    pub(super) text: String,
    pub(super) file: Option<Paper>,
    /// The status that the agent's reply sets.
    pub(super) status: Option<Ending>,
    /// Whom a forward goes to.
    #[serde(default)]
    pub(super) to: Vec<String>,
    #[serde(default)]
    pub(super) locked: bool,
    #[serde(default)]
    pub(super) bookmarked: bool,
}

/// Whose message it is, and of what kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Speaker {
    Customer,
    Collaborator,
    /// A public reply of the agent's.
    Agent,
    Note,
    Forward,
}

/// What hangs on a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Paper {
    Picture,
    Log,
    Document,
}

/// A priority by its name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Priority {
    #[default]
    Low = 1,
    Medium,
    High,
    Urgent,
}

/// How a ticket stands in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Ending {
    Answered,
    Pending,
    Resolved,
    Closed,
    Spam,
    Trashed,
}

impl Ending {
    /// The status of this name; none for the trash, which is no status.
    pub(super) fn status(self) -> Option<i64> {
        match self {
            Self::Pending => Some(2),
            Self::Resolved => Some(3),
            Self::Closed => Some(4),
            Self::Spam => Some(5),
            Self::Answered => Some(6),
            Self::Trashed => None,
        }
    }

    /// Whether nobody wanted such a ticket.
    pub(super) fn is_unwanted(self) -> bool {
        matches!(self, Self::Spam | Self::Trashed)
    }
}

const VOLUMES: [&str; 8] = [
    include_str!("../../../assets/demo/conversations/orders.json"),
    include_str!("../../../assets/demo/conversations/returns.json"),
    include_str!("../../../assets/demo/conversations/kettles.json"),
    include_str!("../../../assets/demo/conversations/unwanted.json"),
    include_str!("../../../assets/demo/conversations/german.json"),
    include_str!("../../../assets/demo/conversations/french.json"),
    include_str!("../../../assets/demo/conversations/italian.json"),
    include_str!("../../../assets/demo/conversations/spanish.json"),
];

/// Reads all scripts.
pub(super) fn read() -> Result<Vec<Script>> {
    let mut scripts = Vec::new();
    for text in VOLUMES {
        let volume: Volume = serde_json::from_str(text).context("reading a demo conversation")?;
        scripts.extend(volume.scripts.into_iter().map(|script| Script {
            language: volume.language.clone(),
            ..script
        }));
    }
    Ok(scripts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_begins_with_its_customer() {
        let scripts = read().unwrap();
        assert!(scripts.len() >= 50, "{}", scripts.len());
        for script in &scripts {
            assert_eq!(
                script.messages[0].by,
                Speaker::Customer,
                "{:?}",
                script.subjects
            );
            let joins = script
                .messages
                .iter()
                .any(|line| line.by == Speaker::Collaborator);
            assert_eq!(joins, script.collaborator, "{:?}", script.subjects);
            for line in &script.messages {
                assert_eq!(
                    line.by == Speaker::Forward,
                    !line.to.is_empty(),
                    "{}",
                    line.text
                );
            }
        }
    }
}
