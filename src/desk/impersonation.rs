//! `actAsType` and `actAsEmail`: doing and seeing exactly what somebody else could. Judged
//! once, at the door, for every row alike: a handler knows only whom it serves, and, by
//! `Caller::behind`, that somebody else stands behind them.

use serde_json::Value;

use crate::access;
use crate::base::db::View;
use crate::base::error::{Error, Message, OrNotFound, Result};
use crate::base::input::Email;
use crate::base::who::{Caller, Privilege, Who};
use crate::desk::person::{self, Side};
use crate::web::call::Call;

const TYPE: &str = "actAsType";
const EMAIL: &str = "actAsEmail";

/// Makes whom a call names its caller, where the one who calls may: admins may act as
/// anybody with no more rights than they have, agents who may open tickets as a customer.
pub fn impersonate(call: &mut Call<'_, '_>) -> Result<()> {
    let who = &call.caller.who;
    // Of somebody who has not signed in, rows for anyone ask nothing.
    if who.role.is_none() {
        return Ok(());
    }
    if !may_act_as_somebody(who) {
        // Whom the row refuses is refused before their body is read.
        access::decide(who, call.route.access)?;
    }
    let Some(asked) = Asked::of(call)? else {
        return Ok(());
    };
    let takes_newcomers = call.route.takes_newcomers;
    let db = &call.parts.db;
    let caller = &call.caller;
    let found = db.read(&Caller::nobody(), |view| {
        asked.person(view, &caller.who, takes_newcomers)
    })?;
    let (who, newcomer) = match found {
        Person::Oneself => return Ok(()),
        Person::Known(who) => (who, None),
        Person::Newcomer(email) => (Who::customer(0), Some(email)),
    };
    call.caller = Caller {
        behind: Some(caller.who.id),
        who,
        newcomer,
        cause: caller.cause,
        locale: caller.locale,
        address: caller.address,
        // What opens the session of whoever calls opens nothing in another's name.
        csrf: None,
    };
    Ok(())
}

fn may_act_as_somebody(who: &Who) -> bool {
    who.is_admin() || who.may(Privilege::CreateTicket)
}

/// How an address is read: in a query, a `+` that was not escaped has become a space.
type Read = fn(&str) -> std::result::Result<Email, Message>;

/// What the two fields say.
struct Asked {
    act_as: Option<String>,
    email: Option<(String, Read)>,
}

/// Who somebody becomes.
enum Person {
    Oneself,
    Known(Who),
    /// Nobody knows this address, and what is asked for makes its customer.
    Newcomer(String),
}

impl Asked {
    /// What the query says, or else the body, as far as either can be read.
    fn of(call: &mut Call<'_, '_>) -> Result<Option<Self>> {
        let query = call.query_tree()?;
        let nothing = Value::Null;
        let body = call.body().unwrap_or(&nothing);
        let in_query = text(&query, EMAIL)?.map(|email| (email, Email::from_query as Read));
        let in_body = text(body, EMAIL)?.map(|email| (email, Email::parse as Read));
        let asked = Self {
            act_as: text(&query, TYPE)?.or(text(body, TYPE)?),
            email: in_query.or(in_body),
        };
        let is_asked = asked.act_as.is_some() || asked.email.is_some();
        Ok(is_asked.then_some(asked))
    }

    /// Whom `who` becomes: 403 where they may not, then 400 for what makes no sense, then
    /// 404 where there is no such person.
    fn person(&self, view: &View<'_>, who: &Who, takes_newcomers: bool) -> Result<Person> {
        let is_allowed = match self.act_as.as_deref() {
            Some("agent") if self.email.is_some() => who.is_admin(),
            Some("customer") => may_act_as_somebody(who),
            _ => who.is_agent(),
        };
        if !is_allowed {
            return Err(refused());
        }
        match self.act_as.as_deref() {
            Some("customer") => customer(view, &self.address()?, takes_newcomers),
            Some("agent") if self.email.is_none() => Ok(Person::Oneself),
            Some("agent") => agent(view, &self.address()?, who),
            Some(_) => Err(Error::invalid(
                TYPE,
                Message::new("input.one_of").with("values", "customer, agent"),
            )),
            None => Err(Error::invalid(TYPE, "input.required")),
        }
    }

    fn address(&self) -> Result<Email> {
        let Some((email, read)) = &self.email else {
            return Err(Error::invalid(EMAIL, "input.required"));
        };
        read(email).map_err(|message| Error::invalid(EMAIL, message))
    }
}

/// The text of a field; nothing where it is empty.
fn text(tree: &Value, name: &'static str) -> Result<Option<String>> {
    match tree.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            let text = text.trim();
            Ok((!text.is_empty()).then(|| text.to_owned()))
        }
        Some(_) => Err(Error::invalid(name, "input.text")),
    }
}

/// Who is shut out could do nothing, so nobody can in their name.
fn customer(view: &View<'_>, email: &Email, takes_newcomers: bool) -> Result<Person> {
    let known = person::by_email(view, email.as_str())?;
    let known = known.filter(|person| person.current(Side::Customer).is_some());
    let Some(known) = known else {
        let email = takes_newcomers.then(|| email.as_str().to_owned());
        return email.map(Person::Newcomer).or_not_found("customer");
    };
    let side = known.current(Side::Customer).filter(|side| side.is_active);
    side.or_not_found("customer")?;
    Ok(Person::Known(Who::customer(known.id)))
}

/// Nobody comes to more rights by acting as somebody who has them.
fn agent(view: &View<'_>, email: &Email, who: &Who) -> Result<Person> {
    let known = person::by_email(view, email.as_str())?.or_not_found("agent")?;
    let agent = access::by_user(view, known.id, Side::Agent)?;
    let agent = agent.or_not_found("agent")?;
    if agent.role < who.role {
        return Err(refused());
    }
    Ok(Person::Known(agent))
}

fn refused() -> Error {
    Error::Forbidden(Message::new("error.may_not_act_as"))
}
