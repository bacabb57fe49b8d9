//! `user add`, `user password`, `token create`.

use super::say;
use crate::access::token;
use crate::base::error::{Error, Faults, OrNotFound, Result};
use crate::base::event::Event;
use crate::base::input::{Email, Secret};
use crate::base::parts::Parts;
use crate::base::who::{Caller, Role};
use crate::desk::person::{self, NewPassword, NewSide};
use crate::desk::setup;

/// Somebody to be added.
pub(super) struct NewUser {
    pub(super) email: String,
    pub(super) first_name: String,
    pub(super) last_name: String,
    pub(super) role: Role,
}

pub(super) fn add(parts: &Parts, new: NewUser, password: &Secret) -> Result<()> {
    let email = email(&new.email)?;
    let hash = hash(parts, password)?;
    let user = parts.db.write(&Caller::desk(), move |change| {
        if new.role == Role::Owner && !setup::is_due(change.view())? {
            return Err(Error::internal(
                "this desk has its owner, and there is exactly one: add an admin instead with --role admin",
            ));
        }
        let side = NewSide {
            email,
            role: new.role,
            first_name: new.first_name,
            last_name: new.last_name,
            source: "website",
        };
        let user = person::add_side(change, &side)?;
        person::set_password(change, user, &hash)?;
        change.emit(match new.role {
            Role::Customer => Event::CustomerCreated { user },
            Role::Owner | Role::Admin | Role::Agent => Event::MemberCreated { user },
        });
        Ok(user)
    })?;
    say(&user.to_string())
}

pub(super) fn set_password(parts: &Parts, address: &str, password: &Secret) -> Result<()> {
    let email = email(address)?;
    let hash = hash(parts, password)?;
    parts.db.write(&Caller::desk(), move |change| {
        let person = person::by_email(change.view(), &email)?.or_not_found("user")?;
        person::set_password(change, person.id, &hash)
    })
}

pub(super) fn create_token(
    parts: &Parts,
    address: &str,
    name: &str,
    days: Option<i64>,
) -> Result<()> {
    let email = email(address)?;
    let name = name.to_owned();
    let token = parts.db.write(&Caller::desk(), move |change| {
        let person = person::by_email(change.view(), &email)?.or_not_found("user")?;
        let expires_at = days.map(|days| change.now().days_later(days));
        token::create(change, person.id, &name, expires_at)
    })?;
    say(token.reveal())
}

fn email(address: &str) -> Result<String> {
    let email = Email::parse(address).map_err(|message| Error::invalid("--email", message))?;
    Ok(email.into_string())
}

/// The hash of a password that is long enough.
fn hash(parts: &Parts, password: &Secret) -> Result<String> {
    let mut new = NewPassword::from(password.clone());
    let mut faults = Faults::default();
    new.check(&mut faults);
    faults.or_invalid()?;
    new.prepare(parts)?;
    new.into_hash()
        .ok_or_else(|| Error::internal("a password was not hashed"))
}
