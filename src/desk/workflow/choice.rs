//! Where the options of conditions and actions come from, and how an option becomes the
//! value that is stored.

use serde_json::Value;

use crate::base::closed_list::closed_list;
use crate::base::db::{Select, View};
use crate::base::error::{Message, Result};
use crate::desk::status;

closed_list! {
    /// A list that options come from.
    Choice {
        /// Priorities, 1 to 4.
        Priority = "priority",
        /// Statuses, 1 to 6.
        Status = "status",
        /// Active ticket types.
        TicketType = "type",
        /// Sources of tickets, by their codes.
        Source = "source",
        /// The sides of the desk, by their codes.
        Side = "side",
        /// Active agents.
        Agent = "agent",
        /// Active groups.
        Group = "group",
        /// Active teams (sub-groups).
        Team = "team",
        /// Tags.
        Tag = "tag",
        /// The caller's own labels.
        Label = "label",
        /// E-mail templates.
        Template = "email_template",
    }
}

/// A word that stands for what is known only when the workflow runs, or for none.
#[derive(Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word.
    pub code: &'static str,
    /// The key of what a options calls it.
    pub label: &'static str,
}

impl Keyword {
    /// What is stored and shown for it.
    pub(super) fn value(&self) -> Value {
        if self.code == NONE.code {
            0.into()
        } else {
            self.code.into()
        }
    }
}

/// None: a ticket without an agent, say.
const NONE: Keyword = Keyword {
    code: "0",
    label: "workflow.none",
};

/// The agent by whose doing the workflow runs, as actions call them.
pub(super) const PERFORMING: Keyword = Keyword {
    code: "responsePerforming",
    label: "workflow.acting_agent",
};

/// The same agent, as conditions call them.
pub(super) const ACTING: Keyword = Keyword {
    code: "actionPerformingAgent",
    label: "workflow.acting_agent",
};

/// The members of the ticket's group, one after the other.
pub(super) const ROUND_ROBIN: Keyword = Keyword {
    code: "round_robin",
    label: "workflow.round_robin",
};

/// The agent that a ticket or a task is with.
pub(super) const ASSIGNED: Keyword = Keyword {
    code: "assignedAgent",
    label: "workflow.assigned_agent",
};

/// Whose concern a ticket is: its agent's, else its group's agents', else owner's and admins'.
pub(super) const RESPONSIBLE: Keyword = Keyword {
    code: "responsibleAgents",
    label: "workflow.responsible_agents",
};

/// Where there can be none.
pub(super) const OR_NONE: &[Keyword] = &[NONE];
/// Whose a ticket is.
pub(super) const ACTING_AGENT: &[Keyword] = &[ACTING, NONE];
/// Whose a ticket becomes.
pub(super) const GIVEN_TO: &[Keyword] = &[PERFORMING, ROUND_ROBIN, NONE];
/// Whose the tickets of somebody else become.
pub(super) const PERFORMING_AGENT: &[Keyword] = &[PERFORMING];

/// The agents who are mailed; here as below, the first word is meant where nobody is named.
pub(super) const ASSIGNED_AGENT: &[Keyword] = &[ASSIGNED, PERFORMING];

/// The agents who are mailed of a ticket.
pub(super) const MAILED_AGENTS: &[Keyword] = &[ASSIGNED, PERFORMING, RESPONSIBLE];

/// The groups that are mailed.
pub(super) const ASSIGNED_GROUP: &[Keyword] = &[Keyword {
    code: "assignedGroup",
    label: "workflow.assigned_group",
}];

/// The teams that are mailed.
pub(super) const ASSIGNED_TEAM: &[Keyword] = &[Keyword {
    code: "assignedTeam",
    label: "workflow.assigned_team",
}];

impl Choice {
    /// What `workflow_use` calls such a thing; nothing for what is never deleted.
    pub fn kind_of_use(self) -> Option<&'static str> {
        match self {
            Self::Priority | Self::Status | Self::Source | Self::Side => None,
            Self::TicketType => Some("ticket_type"),
            Self::Agent => Some("agent"),
            Self::Group => Some("group"),
            Self::Team => Some("team"),
            Self::Tag => Some("tag"),
            Self::Label => Some("label"),
            Self::Template => Some("email_template"),
        }
    }

    /// What it is a list of, where that is codes.
    pub(super) fn codes(self) -> &'static [&'static str] {
        match self {
            Self::Source => &status::SOURCES,
            Self::Side => &["agent", "customer"],
            _ => &[],
        }
    }

    /// The options by name, each with its id, or its code where it has none.
    pub(super) fn options(self, view: &View<'_>) -> Result<Vec<(Value, String)>> {
        let locale = view.locale();
        let Some(mut select) = self.select(view) else {
            return Ok(match self {
                Self::Status => status::statuses(locale)
                    .into_iter()
                    .map(|one| (one.id.into(), one.name))
                    .collect(),
                Self::Source => coded(self, |code| locale.text(&format!("source.{code}")).into()),
                Self::Side => coded(self, |code| locale.text(&format!("side.{code}")).into()),
                _ => status::priorities(locale)
                    .into_iter()
                    .map(|one| (one.id.into(), one.name))
                    .collect(),
            });
        };
        select.then("ORDER BY name_key(name), id", []);
        let rows: Vec<(i64, String)> = view.select(&select)?;
        Ok(rows
            .into_iter()
            .map(|(id, name)| (id.into(), name))
            .collect())
    }

    /// Whether a workflow can name the thing with this id.
    pub(super) fn has(self, view: &View<'_>, id: i64) -> Result<bool> {
        let Some(mut select) = self.select(view) else {
            return Ok(match self {
                Self::Status => status::is_status(id),
                Self::Priority => status::is_priority(id),
                _ => false,
            });
        };
        select.and("id = ?", [id.into()]);
        Ok(!view.select::<(i64, String)>(&select)?.is_empty())
    }

    /// The rows of those that are the desk's own, as `id` and `name`.
    fn select(self, view: &View<'_>) -> Option<Select> {
        let from = match self {
            Self::Priority | Self::Status | Self::Source | Self::Side => return None,
            Self::TicketType => "(SELECT id, name FROM ticket_type WHERE is_active = 1)",
            Self::Agent => {
                "(SELECT user_id AS id, name FROM profile
                  WHERE side = 'agent' AND is_active = 1 AND removed_at IS NULL)"
            }
            Self::Group => "(SELECT id, name FROM \"group\" WHERE is_active = 1)",
            Self::Team => "(SELECT id, name FROM team WHERE is_active = 1)",
            Self::Tag => "tag",
            Self::Label => "label",
            Self::Template => "email_template",
        };
        let mut select = Select::new("id, name", from);
        if self == Self::Label {
            select.and("user_id = ?", [view.who().id.into()]);
        }
        Some(select)
    }

    /// What is said where nothing has this id.
    pub(super) fn unknown(self, id: &str) -> Message {
        let key = match self {
            Self::Priority => "ticket.unknown_priority",
            Self::Status => "ticket.unknown_status",
            Self::TicketType => "ticket.unknown_type",
            Self::Source | Self::Side => {
                return Message::new("input.one_of").with("values", self.codes().join(", "));
            }
            Self::Agent => "ticket.unknown_agent",
            Self::Group => "ticket.unknown_group",
            Self::Team => "ticket.unknown_team",
            Self::Tag => "workflow.unknown_tag",
            Self::Label => "ticket.unknown_label",
            Self::Template => "workflow.unknown_template",
        };
        Message::new(key).with("id", id)
    }
}

/// The options of a list of codes.
fn coded(choice: Choice, name: impl Fn(&str) -> String) -> Vec<(Value, String)> {
    let codes = choice.codes().iter();
    codes.map(|code| ((*code).into(), name(code))).collect()
}
