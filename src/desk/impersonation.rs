//! `actAsType` and `actAsEmail`: doing and seeing exactly what somebody else could.

use crate::access;
use crate::base::db::View;
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::{Email, Optional, Text};
use crate::base::who::{Privilege, Who};
use crate::desk::person::{self, Side};

/// As whom somebody wants to act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Impersonation {
    /// As themselves.
    Oneself,
    /// As the customer with this address.
    Customer(Email),
    /// As the agent with this address.
    Agent(Email),
}

/// What the two fields ask for. One without the other is refused, never ignored.
pub fn asked(
    act_as_type: &Optional<Text>,
    act_as_email: &Optional<Email>,
) -> Result<Impersonation> {
    match (
        act_as_type.as_ref().map(Text::as_str),
        act_as_email.as_ref(),
    ) {
        (None, None) => Ok(Impersonation::Oneself),
        (Some("customer"), Some(email)) => Ok(Impersonation::Customer(email.clone())),
        (Some("agent"), Some(email)) => Ok(Impersonation::Agent(email.clone())),
        (Some("customer" | "agent"), None) => Err(Error::invalid("actAsEmail", "input.required")),
        (Some(_), _) => Err(Error::invalid(
            "actAsType",
            Message::new("input.one_of").with("values", "customer, agent"),
        )),
        (None, Some(_)) => Err(Error::invalid("actAsType", "input.required")),
    }
}

impl Impersonation {
    /// 403 unless `who` may act so: admins as anybody, agents who may open tickets as
    /// a customer, and customers as themselves alone.
    pub fn allowed_to(&self, who: &Who) -> Result<()> {
        let is_allowed = match self {
            Self::Oneself => true,
            Self::Customer(_) => who.is_admin() || who.may(Privilege::CreateTicket),
            Self::Agent(_) => who.is_admin(),
        };
        if is_allowed {
            Ok(())
        } else {
            Err(Error::Forbidden(Message::new("error.may_not_act_as")))
        }
    }

    /// The one who acts in the end. A customer whom nobody knows sees nothing, which
    /// is what a customer without an id sees.
    pub fn resolve(&self, view: &View<'_>) -> Result<Who> {
        self.allowed_to(view.who())?;
        match self {
            Self::Oneself => Ok(view.who().clone()),
            Self::Customer(email) => {
                let known = person::by_email(view, email.as_str())?;
                let known = known.filter(|person| {
                    // Impersonation is doing what they could, and who is shut out could nothing.
                    person
                        .living(Side::Customer)
                        .is_some_and(|side| side.is_active)
                });
                Ok(Who::customer(known.map_or(0, |person| person.id)))
            }
            Self::Agent(email) => {
                let known = person::by_email(view, email.as_str())?.or_not_found("agent")?;
                let who = access::by_user(view, known.id)?;
                who.filter(Who::is_agent).or_not_found("agent")
            }
        }
    }
}
