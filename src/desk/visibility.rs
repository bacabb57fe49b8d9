//! Which tickets a caller sees: one rule, joined into every query that leads to a
//! ticket, so that a ticket out of sight is simply not there.

use crate::base::db::{Value, id_list};
use crate::base::who::{TicketView, Who};

/// The tickets that somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Every ticket.
    All,
    /// An agent's own tickets, and those of these groups and teams.
    Agent {
        /// The agent.
        user: i64,
        /// Groups whose tickets are in sight.
        groups: Vec<i64>,
        /// Teams whose tickets are in sight.
        teams: Vec<i64>,
    },
    /// A customer's own tickets, and those that they collaborate on; never what is in the trash.
    Customer(i64),
    /// None.
    Nothing,
}

/// What `who` sees.
pub fn of(who: &Who) -> Visibility {
    if who.is_customer() {
        return Visibility::Customer(who.id);
    }
    if !who.is_agent() {
        return Visibility::Nothing;
    }
    let (groups, teams) = match who.ticket_view {
        TicketView::All => return Visibility::All,
        TicketView::GroupsAndTeams => (who.groups.clone(), who.teams.clone()),
        TicketView::Teams => (Vec::new(), who.teams.clone()),
        TicketView::Own => (Vec::new(), Vec::new()),
    };
    Visibility::Agent {
        user: who.id,
        groups,
        teams,
    }
}

impl Visibility {
    /// The rule as a condition on a row `t` of `ticket`, with what its `?` are bound to.
    pub fn condition(&self) -> (&'static str, Vec<Value>) {
        match self {
            Self::All => ("1", vec![]),
            Self::Nothing => ("0", vec![]),
            Self::Agent {
                user,
                groups,
                teams,
            } if groups.is_empty() && teams.is_empty() => ("t.agent_id = ?", vec![(*user).into()]),
            Self::Agent {
                user,
                groups,
                teams,
            } => (
                "(t.agent_id = ?
                  OR t.group_id IN (SELECT value FROM json_each(?))
                  OR t.team_id IN (SELECT value FROM json_each(?)))",
                vec![(*user).into(), id_list(groups), id_list(teams)],
            ),
            // Two look-ups instead of one condition with OR, which would read every ticket.
            Self::Customer(user) => (
                "t.is_trashed = 0 AND t.id IN (
                     SELECT id FROM ticket WHERE customer_id = ?
                     UNION ALL SELECT ticket_id FROM ticket_collaborator WHERE user_id = ?)",
                vec![(*user).into(), (*user).into()],
            ),
        }
    }
}
