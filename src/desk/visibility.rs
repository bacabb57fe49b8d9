//! Which tickets a caller sees: one rule, joined into every query that leads to a
//! ticket, so that a ticket out of sight is simply not there.

use crate::base::db::{Value, id_list};
use crate::base::who::{TicketView, Who};

/// The tickets that somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Visibility {
    /// Every ticket.
    All,
    /// An agent's own tickets, those of these groups and teams, and those that they take part in.
    Agent {
        /// The agent.
        user: i64,
        /// Groups whose tickets are in sight.
        groups: Vec<i64>,
        /// Teams whose tickets are in sight.
        teams: Vec<i64>,
        /// Whether there is any that they are the customer of, or collaborate on.
        takes_part: bool,
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
        takes_part: who.takes_part,
    }
}

impl Visibility {
    /// The rule as a condition on a row `t` of `ticket`, with what its `?` are bound to.
    pub fn condition(&self) -> (&'static str, Vec<Value>) {
        let Self::Agent {
            user,
            groups,
            teams,
            takes_part: true,
        } = self
        else {
            return self.cell_condition();
        };
        let user = Value::from(*user);
        (
            "(t.agent_id = ?
              OR t.group_id IN (SELECT value FROM json_each(?))
              OR t.team_id IN (SELECT value FROM json_each(?))
              OR t.id IN (
                  SELECT id FROM ticket WHERE customer_id = ?
                  UNION ALL SELECT ticket_id FROM ticket_collaborator WHERE user_id = ?))",
            vec![
                user.clone(),
                id_list(groups),
                id_list(teams),
                user.clone(),
                user,
            ],
        )
    }

    /// What the rule adds to [`Self::cell_condition`], as a condition on a row `t` of `ticket`:
    /// the few that an agent takes part in and sees for no other reason.
    pub fn beyond_cells(&self) -> Option<(&'static str, Vec<Value>)> {
        let Self::Agent {
            user,
            groups,
            teams,
            takes_part: true,
        } = self
        else {
            return None;
        };
        let user = Value::from(*user);
        Some((
            "t.id IN (
                  SELECT id FROM ticket WHERE customer_id = ?
                  UNION ALL SELECT ticket_id FROM ticket_collaborator WHERE user_id = ?)
              AND ifnull(t.agent_id, 0) <> ?
              AND ifnull(t.group_id, 0) NOT IN (SELECT value FROM json_each(?))
              AND ifnull(t.team_id, 0) NOT IN (SELECT value FROM json_each(?))",
            vec![
                user.clone(),
                user.clone(),
                user,
                id_list(groups),
                id_list(teams),
            ],
        ))
    }

    /// The rule as far as the tables of counts know it, as a condition on a cell `t` of theirs.
    pub fn cell_condition(&self) -> (&'static str, Vec<Value>) {
        match self {
            Self::All => ("1", vec![]),
            Self::Nothing => ("0", vec![]),
            Self::Agent {
                user,
                groups,
                teams,
                ..
            } if groups.is_empty() && teams.is_empty() => ("t.agent_id = ?", vec![(*user).into()]),
            Self::Agent {
                user,
                groups,
                teams,
                ..
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
