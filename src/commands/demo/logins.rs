//! How people get into the demo: a login and an access token for each role.

use crate::access::token::{self, Token};
use crate::base::db::Change;
use crate::base::error::{OrNotFound, Result};
use crate::commands::demo::people::{AgentRole, Cast};
use crate::commands::say;
use crate::desk::person;

/// What is said of a demo once it is served.
pub(super) struct Logins(Vec<Login>);

struct Login {
    role: &'static str,
    email: String,
    token: Token,
}

/// What is printed beside the logins.
pub(super) struct Served<'a> {
    /// Where the desk is, without a closing slash.
    pub(super) address: &'a str,
    /// The password of all of them.
    pub(super) password: &'a str,
    /// What becomes of the desk afterwards.
    pub(super) afterwards: String,
}

/// The agent who shows what an agent with limits sees.
const AGENT: &str = "jonas@example.com";

/// Makes a token for somebody of each role, and a password for the customer.
pub(super) fn make(change: &mut Change<'_>, cast: &Cast, password_hash: &str) -> Result<Logins> {
    let of_role = |role| cast.agents.iter().find(|agent| agent.role == role);
    let agent = cast.agents.iter().find(|agent| agent.email == AGENT);
    let customer = cast.customers.first().or_not_found("customer")?;
    let people = [
        (
            "owner",
            &of_role(AgentRole::Owner).or_not_found("agent")?.email,
        ),
        (
            "admin",
            &of_role(AgentRole::Admin).or_not_found("agent")?.email,
        ),
        ("agent", &agent.or_not_found("agent")?.email),
        ("customer", &customer.email),
    ];
    let mut logins = Vec::new();
    for (role, email) in people {
        let person = person::by_email(change.view(), email)?.or_not_found("user")?;
        if role == "customer" {
            person::set_password(change, person.id, password_hash)?;
        }
        logins.push(Login {
            role,
            email: email.clone(),
            token: token::create(change, person.id, "demo", None)?,
        });
    }
    Ok(Logins(logins))
}

impl Logins {
    /// Prints what a newcomer needs: who can sign in, the tokens, and a line to paste.
    pub(super) fn print(&self, served: &Served<'_>) -> Result<()> {
        say("")?;
        say(&served.afterwards)?;
        say("")?;
        for Login { role, email, .. } in &self.0 {
            say(&format!(
                "{role:<9} {email:<26} password {}",
                served.password
            ))?;
        }
        say("")?;
        for Login { role, token, .. } in &self.0 {
            say(&format!("{role:<9} access token {}", token.reveal()))?;
        }
        say("")?;
        let owner = self.0.first().map_or("", |login| login.token.reveal());
        say(&format!(
            "curl -H 'Authorization: Bearer {owner}' '{}/api/tickets.json'",
            served.address
        ))
    }
}
