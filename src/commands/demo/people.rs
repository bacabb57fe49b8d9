//! Who works at the demo's shop and who writes to it, as `assets/demo/cast.json` names
//! them, and how they come to be: through the verbs of their rooms.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::access;
use crate::base::db::{Change, named_params};
use crate::base::error::{Context, Error, OrNotFound, Result};
use crate::base::event::Event;
use crate::base::input::read_object;
use crate::base::placeholder::Template;
use crate::base::who::{Caller, Privilege, Role, Side};
use crate::desk::company::hours::{Hours, Span, TimeOfDay};
use crate::desk::company::spam::Lists;
use crate::desk::membership::{GROUP, TEAM};
use crate::desk::person::{self, NewSide};
use crate::desk::saved_reply::{self, NewSavedReply};
use crate::desk::team;
use crate::desk::{agent_privilege, company, label, workflow};

/// What the next ticket of the demo is numbered at its beginning: far from any id, as
/// on a desk that has moved `nextTicketId`.
const FIRST_INCREMENT_ID: i64 = 4801;

/// Everybody, and the words that their messages are made of.
#[derive(Debug, Deserialize)]
pub(super) struct Cast {
    company: Company,
    groups: Vec<Group>,
    teams: Vec<Team>,
    privilege_sets: Vec<PrivilegeSet>,
    pub(super) agents: Vec<Agent>,
    labels: Vec<Label>,
    saved_replies: Vec<SavedReply>,
    workflows: Vec<Workflow>,
    pub(super) customers: Vec<Customer>,
    /// What stands in a `{place}`, by its name.
    pub(super) words: HashMap<String, Vec<String>>,
    /// How customers begin, by language.
    pub(super) greetings: HashMap<String, Vec<String>>,
    /// How customers end, by language.
    pub(super) farewells: HashMap<String, Vec<String>>,
    /// How agents begin, by language.
    pub(super) answers: HashMap<String, Vec<String>>,
    /// How agents end, by language.
    pub(super) signatures: HashMap<String, String>,
    /// What dispatchers give agents to do.
    pub(super) tasks: Vec<Chore>,
}

/// Something to be done about a ticket.
#[derive(Debug, Deserialize)]
pub(super) struct Chore {
    pub(super) subject: String,
    pub(super) description: String,
    /// What the agent notes for themselves.
    pub(super) todo: String,
    /// What the agent says when it is done.
    pub(super) answer: String,
}

#[derive(Debug, Deserialize)]
struct Company {
    name: String,
    support_email: String,
    timezone: String,
    /// Hours from Monday to Friday.
    opens: String,
    closes: String,
    black_list: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Group {
    name: String,
    description: String,
}

#[derive(Debug, Deserialize)]
struct Team {
    name: String,
    description: String,
    groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct PrivilegeSet {
    name: String,
    description: String,
    privileges: Vec<String>,
}

/// Somebody at the desk.
#[derive(Debug, Deserialize)]
pub(super) struct Agent {
    pub(super) email: String,
    pub(super) first_name: String,
    last_name: String,
    pub(super) role: AgentRole,
    job_title: String,
    /// Languages that they answer in.
    pub(super) languages: Vec<String>,
    groups: Vec<String>,
    pub(super) teams: Vec<String>,
    /// How much of the work they do, against the others.
    pub(super) share: u32,
    /// Whether they hand out tickets.
    #[serde(default)]
    pub(super) dispatches: bool,
    privilege_set: Option<String>,
    ticket_view: Option<i64>,
}

/// What somebody at the desk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum AgentRole {
    Owner,
    Admin,
    Agent,
}

impl From<AgentRole> for Role {
    fn from(role: AgentRole) -> Self {
        match role {
            AgentRole::Owner => Self::Owner,
            AgentRole::Admin => Self::Admin,
            AgentRole::Agent => Self::Agent,
        }
    }
}

#[derive(Debug, Deserialize)]
struct Label {
    agent: String,
    name: String,
    color: String,
}

#[derive(Debug, Deserialize)]
struct SavedReply {
    agent: String,
    name: String,
    message: String,
    /// Groups that it is shared with.
    groups: Vec<String>,
}

/// A workflow that gives a ticket to a team.
#[derive(Debug, Deserialize)]
struct Workflow {
    team: String,
    /// All of it but the action.
    body: Value,
}

/// Somebody who writes to the desk.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Customer {
    pub(super) name: String,
    pub(super) email: String,
    #[serde(default)]
    pub(super) language: String,
}

impl Customer {
    pub(super) fn first_name(&self) -> &str {
        self.name.split(' ').next().unwrap_or(&self.name)
    }
}

/// Reads the cast.
pub(super) fn read() -> Result<Cast> {
    serde_json::from_str(include_str!("../../../assets/demo/cast.json"))
        .context("reading the demo's cast")
}

/// Those who are there, as callers and ids.
#[derive(Debug)]
pub(super) struct Staff {
    /// In the order of the cast's agents.
    pub(super) callers: Vec<Caller>,
    /// Teams with the group that their tickets are with, by name.
    pub(super) teams: HashMap<String, (i64, i64)>,
    /// Each agent's own labels, in the order of the cast's agents.
    pub(super) labels: Vec<Vec<i64>>,
}

/// What has this name; that it is there is for the assets to see to, and for their tests.
pub(super) fn known<'a, T>(named: &'a HashMap<String, T>, name: &str) -> Result<&'a T> {
    let found = named.get(name);
    found.ok_or_else(|| Error::internal(format!("the demo's assets name an unknown {name}")))
}

/// Opens the shop: company, groups, teams, agents with their rights, labels and saved replies.
pub(super) fn enlist(change: &mut Change<'_>, cast: &Cast, password_hash: &str) -> Result<Staff> {
    establish_company(change, &cast.company)?;
    company::set_next_ticket_id(change, FIRST_INCREMENT_ID)?;
    let (groups, teams) = departments(change, cast)?;
    let sets = privilege_sets(change, &cast.privilege_sets)?;
    let mut staff = Staff {
        callers: Vec::new(),
        teams,
        labels: Vec::new(),
    };
    for agent in &cast.agents {
        let user = employ(change, agent)?;
        person::set_password(change, user, password_hash)?;
        for name in &agent.groups {
            GROUP.add_user(change, *known(&groups, name)?, user)?;
        }
        for name in &agent.teams {
            let (_, team) = *staff.teams.get(name).or_not_found("sub_group")?;
            TEAM.add_user(change, team, user)?;
        }
        if let Some(set) = &agent.privilege_set {
            grant(
                change,
                user,
                *sets.get(set).or_not_found("agent_privilege")?,
            )?;
        }
        let caller = Caller {
            who: access::by_user(change.view(), user, Side::Agent)?.or_not_found("agent")?,
            ..Caller::desk()
        };
        let own = cast
            .labels
            .iter()
            .filter(|label| label.agent == agent.email);
        staff.labels.push(change.on_behalf_of(&caller, |change| {
            own.map(|own| label::make(change, &own.name, Some(&own.color)))
                .collect()
        })?);
        let replies = cast.saved_replies.iter();
        for reply in replies.filter(|reply| reply.agent == agent.email) {
            change.on_behalf_of(&caller, |change| keep_reply(change, reply, &groups))?;
        }
        staff.callers.push(caller);
    }
    Ok(staff)
}

fn keep_reply(
    change: &mut Change<'_>,
    reply: &SavedReply,
    groups: &HashMap<String, i64>,
) -> Result<()> {
    let message = Template::read(&reply.message)
        .ok_or_else(|| Error::internal("a saved reply of the demo is blank"))?;
    let new = NewSavedReply {
        name: &reply.name,
        message: &message,
    };
    let id = saved_reply::create(change, &new)?;
    let shared: Result<Vec<i64>> = reply
        .groups
        .iter()
        .map(|name| known(groups, name).copied())
        .collect();
    saved_reply::share_with_groups(change, id, &shared?)
}

/// Makes the workflows: last of all, so that what was told before stays as it is told.
pub(super) fn automate(change: &mut Change<'_>, cast: &Cast, staff: &Staff) -> Result<()> {
    for planned in &cast.workflows {
        let (_, team) = *known(&staff.teams, &planned.team)?;
        let mut body = planned.body.clone();
        body["actions"] = json!([{ "type": "assign_team", "value": team }]);
        let new = read_object(&body).map_err(Error::Invalid)?;
        workflow::store_new(change, new)?;
    }
    Ok(())
}

fn establish_company(change: &mut Change<'_>, shop: &Company) -> Result<()> {
    change.run(
        "UPDATE company SET name = :name, support_email = :email, timezone = :timezone WHERE id = 1",
        named_params! {
            ":name": shop.name, ":email": shop.support_email, ":timezone": shop.timezone,
        },
    )?;
    let mut hours = Hours::default();
    let opens = TimeOfDay::read(&shop.opens);
    let span = opens.zip(TimeOfDay::read(&shop.closes));
    let span = span.and_then(|(from, to)| Span::new(from, to));
    for day in &mut hours.week[..5] {
        day.is_open = true;
        day.spans.extend(span);
    }
    company::hours::set(change, &hours)?;
    let lists = Lists {
        black: shop.black_list.clone(),
        white: Vec::new(),
    };
    company::spam::set(change, &lists)
}

/// Groups by name, and teams by name, each with the first of its groups.
type Departments = (HashMap<String, i64>, HashMap<String, (i64, i64)>);

fn departments(change: &mut Change<'_>, cast: &Cast) -> Result<Departments> {
    let mut groups = HashMap::new();
    for group in &cast.groups {
        let id = GROUP.create(change, &group.name, &group.description)?;
        groups.insert(group.name.clone(), id);
    }
    let mut teams = HashMap::new();
    for team in &cast.teams {
        let of_team: Vec<i64> = team
            .groups
            .iter()
            .filter_map(|name| groups.get(name).copied())
            .collect();
        let id = TEAM.create(change, &team.name, &team.description)?;
        team::set_groups(change, id, &of_team)?;
        teams.insert(
            team.name.clone(),
            (*of_team.first().or_not_found("group")?, id),
        );
    }
    Ok((groups, teams))
}

fn employ(change: &mut Change<'_>, agent: &Agent) -> Result<i64> {
    let user = person::add_side(
        change,
        &NewSide {
            email: agent.email.clone(),
            role: agent.role.into(),
            first_name: agent.first_name.clone(),
            last_name: agent.last_name.clone(),
            source: "website",
        },
    )?;
    change.run(
        "UPDATE profile SET job_title = :title, ticket_view = :view WHERE user_id = :user AND side = 'agent'",
        named_params! { ":user": user, ":title": agent.job_title, ":view": agent.ticket_view },
    )?;
    change.emit(Event::MemberCreated { user });
    Ok(user)
}

fn privilege_sets(change: &mut Change<'_>, sets: &[PrivilegeSet]) -> Result<HashMap<String, i64>> {
    let mut ids = HashMap::new();
    for set in sets {
        let codes = set.privileges.iter();
        let granted = codes
            .filter_map(|code| Privilege::from_code(code))
            .collect();
        let id = agent_privilege::make(change, &set.name, &set.description, granted)?;
        ids.insert(set.name.clone(), id);
    }
    Ok(ids)
}

fn grant(change: &mut Change<'_>, user: i64, set: i64) -> Result<()> {
    change.run(
        "INSERT INTO user_agent_privilege (user_id, agent_privilege_id) VALUES (:user, :set)",
        named_params! { ":user": user, ":set": set },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cast_holds_together() {
        let cast = read().unwrap();
        assert_eq!((cast.agents.len(), cast.customers.len()), (6, 60));
        let sets: Vec<&str> = cast.privilege_sets.iter().map(|set| &*set.name).collect();
        for agent in &cast.agents {
            let is_plain = agent.role == AgentRole::Agent;
            assert_eq!(is_plain, agent.ticket_view.is_some(), "{}", agent.email);
            assert_eq!(
                is_plain,
                agent
                    .privilege_set
                    .as_deref()
                    .is_some_and(|set| sets.contains(&set)),
                "{}",
                agent.email
            );
            for team in &agent.teams {
                assert!(cast.teams.iter().any(|known| known.name == *team), "{team}");
            }
        }
        for code in cast.privilege_sets.iter().flat_map(|set| &set.privileges) {
            assert!(Privilege::from_code(code).is_some(), "{code}");
        }
        for customer in &cast.customers {
            assert!(
                cast.greetings.contains_key(&customer.language),
                "{}",
                customer.email
            );
        }
    }
}
