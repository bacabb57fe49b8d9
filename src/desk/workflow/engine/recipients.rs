//! Whom a workflow mails.

use serde_json::Value;

use super::action::{GONE, Skipped};
use super::happening::Happening;
use super::{Subject, acting, round_robin};
use crate::base::db::{View, id_list, named_params};
use crate::base::error::Result;
use crate::base::who::Side;
use crate::desk::mail_out::Recipient;
use crate::desk::ticket::Ticket;
use crate::desk::workflow::choice::{ASSIGNED, PERFORMING, RESPONSIBLE};

/// Whom an action is for, and why somebody whom it names is not among them.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    pub(super) found: Vec<Recipient>,
    pub(super) skipped: Option<Skipped>,
}

impl Recipients {
    fn of(found: Vec<Recipient>) -> Self {
        Self {
            found,
            skipped: None,
        }
    }
}

/// The agents that an action names: each once, who are active, see the ticket, and did not do
/// themselves what it tells of.
pub(super) fn agents(
    view: &View<'_>,
    happening: &Happening,
    ticket: Option<&Ticket>,
    (code, named): (&str, &[Value]),
) -> Result<Recipients> {
    let mut recipients = Recipients::default();
    let mut users: Vec<i64> = Vec::new();
    for one in named {
        let of_one = match (code, one.as_str()) {
            ("mail_agent", Some(word)) if word == PERFORMING.code => {
                acting(view.who()).into_iter().collect()
            }
            ("mail_agent", Some(word)) if word == ASSIGNED.code => {
                assigned(view, happening, ticket)?
            }
            ("mail_agent", Some(word)) if word == RESPONSIBLE.code => responsible(view, ticket)?,
            ("mail_group", Some(_)) => {
                members(view, "group", ticket.and_then(|ticket| ticket.group))?
            }
            ("mail_team", Some(_)) => members(view, "team", ticket.and_then(|ticket| ticket.team))?,
            ("mail_group", None) => members(view, "group", one.as_i64())?,
            ("mail_team", None) => members(view, "team", one.as_i64())?,
            _ => {
                let agent: Vec<i64> = one.as_i64().into_iter().collect();
                if active(view, &agent)?.is_empty() {
                    recipients.skipped = Some(Skipped(GONE));
                }
                agent
            }
        };
        users.extend(of_one);
    }
    users.sort_unstable();
    users.dedup();
    for agent in active(view, &users)? {
        let Some((user, _)) = agent.person else {
            continue;
        };
        let did_it = acting(view.who()) == Some(user);
        let sees = match ticket {
            Some(ticket) => round_robin::sees(view, user, ticket.id)?.is_some(),
            None => true,
        };
        if !did_it && sees {
            recipients.found.push(agent);
        }
    }
    Ok(recipients)
}

fn assigned(view: &View<'_>, happening: &Happening, ticket: Option<&Ticket>) -> Result<Vec<i64>> {
    let agent = match happening.subject {
        Subject::Task(task) => view
            .maybe::<Option<i64>>(
                "SELECT agent_id FROM task WHERE id = :task",
                named_params! { ":task": task },
            )?
            .flatten(),
        _ => ticket.and_then(|ticket| ticket.agent),
    };
    Ok(agent.into_iter().collect())
}

/// Whose concern a ticket is: its agent's, else its group's agents', else owner's and admins'.
fn responsible(view: &View<'_>, ticket: Option<&Ticket>) -> Result<Vec<i64>> {
    let agent: Vec<i64> = ticket.and_then(|ticket| ticket.agent).into_iter().collect();
    if !active(view, &agent)?.is_empty() {
        return Ok(agent);
    }
    let group = members(view, "group", ticket.and_then(|ticket| ticket.group))?;
    if !active(view, &group)?.is_empty() {
        return Ok(group);
    }
    view.all(
        "SELECT user_id FROM profile WHERE side = 'agent' AND role_id IN (1, 2)",
        [],
    )
}

fn members(view: &View<'_>, of: &str, id: Option<i64>) -> Result<Vec<i64>> {
    let sql = match of {
        "group" => "SELECT user_id FROM group_user WHERE group_id = :id",
        _ => "SELECT user_id FROM team_user WHERE team_id = :id",
    };
    view.all(sql, named_params! { ":id": id })
}

/// Those of some users who are active agents.
fn active(view: &View<'_>, users: &[i64]) -> Result<Vec<Recipient>> {
    on_side(view, users, Side::Agent)
}

/// Those of some users who are active on a side.
pub(super) fn on_side(view: &View<'_>, users: &[i64], side: Side) -> Result<Vec<Recipient>> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let found: Vec<(i64, String)> = view.all(
        "SELECT user.id, user.email FROM user JOIN profile ON profile.user_id = user.id
         WHERE user.id IN (SELECT value FROM json_each(:users)) AND profile.side = :side
             AND profile.is_active = 1 AND profile.removed_at IS NULL ORDER BY user.id",
        named_params! { ":users": id_list(users), ":side": side },
    )?;
    let recipient = |(user, email)| Recipient {
        person: Some((user, side)),
        email,
    };
    Ok(found.into_iter().map(recipient).collect())
}

/// The customer of a ticket.
pub(super) fn customer(view: &View<'_>, ticket: &Ticket) -> Result<Recipients> {
    on_side(view, &[ticket.customer], Side::Customer).map(Recipients::of)
}

/// The collaborators of a ticket: all, or the one who was added last. Nobody is sent what they
/// wrote themselves.
pub(super) fn collaborators(
    view: &View<'_>,
    happening: &Happening,
    ticket: &Ticket,
    is_last: bool,
) -> Result<Recipients> {
    let users: Vec<i64> = match happening.collaborator.filter(|_| is_last) {
        Some(user) => vec![user],
        None => view.all(
            "SELECT user_id FROM ticket_collaborator WHERE ticket_id = :ticket
             ORDER BY added_at DESC, user_id DESC LIMIT iif(:is_last, 1, -1)",
            named_params! { ":ticket": ticket.id, ":is_last": is_last },
        )?,
    };
    let author: Option<Option<i64>> = view.maybe(
        "SELECT user_id FROM thread WHERE id = :thread AND user_type = 'customer'",
        named_params! { ":thread": happening.thread },
    )?;
    let mut found = on_side(view, &users, Side::Customer)?;
    found.retain(|one| one.person.map(|(user, _)| user) != author.flatten());
    Ok(Recipients::of(found))
}
