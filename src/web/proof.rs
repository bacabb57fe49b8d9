//! What a request says of who sends it, and whom that proves.

use super::address::Address;
use super::request::Request;
use super::session::Browser;
use crate::access::{self, Access};
use crate::base::error::{Error, Result};
use crate::base::parts::Parts;
use crate::base::who::{Caller, Who};

/// What proves a caller.
enum Proof {
    Nothing,
    Token(String),
    /// The secret of a session.
    Session(String),
}

/// Who calls a row: 401 for nobody, unless the row is for anyone. There, a bad token is no
/// token.
pub fn identify(
    parts: &Parts,
    request: &Request<'_>,
    address: &Address,
    access: Access,
) -> Result<Caller> {
    let caller = Caller {
        locale: request.locale(address),
        address: request.peer,
        ..Caller::nobody()
    };
    let caller = match Proof::of(request, address, parts.db.base_url()) {
        Proof::Nothing => caller,
        Proof::Token(token) => match by_token(parts, request, &token) {
            Err(Error::Unauthenticated | Error::TokenEnded | Error::TooMany(_))
                if access == Access::Anyone =>
            {
                caller
            }
            who => Caller {
                who: who?,
                ..caller
            },
        },
        Proof::Session(id) => {
            let nobody = Caller::nobody();
            let who = parts
                .db
                .read(&nobody, |view| access::session::identify(view, &id))?;
            match who {
                Some(who) => Caller {
                    who,
                    csrf: Some(access::session::csrf(&id)),
                    ..caller
                },
                None => caller,
            }
        }
    };
    if caller.who.role.is_none() && access != Access::Anyone {
        return Err(Error::Unauthenticated);
    }
    Ok(caller)
}

fn by_token(parts: &Parts, request: &Request<'_>, token: &str) -> Result<Who> {
    let db = &parts.db;
    let who = db.read(&Caller::nobody(), |view| access::identify(view, token));
    if matches!(who, Err(Error::Unauthenticated)) {
        let now = db.clock().now();
        parts.throttle.unknown_token(request.peer, now)?;
    }
    who
}

impl Proof {
    /// A token before a cookie; and where there is an `Authorization` header, the cookie says
    /// nothing, whatever is in the header.
    fn of(request: &Request<'_>, address: &Address, base_url: &str) -> Self {
        if let Some(token) = token_of(request, address) {
            return Self::Token(token);
        }
        if request.header("authorization").is_some() {
            return Self::Nothing;
        }
        let browser = Browser::of(request, base_url);
        let id = browser.id().map(str::to_owned);
        id.map_or(Self::Nothing, Self::Session)
    }
}

/// The bearer token, or on GET alone the one in the query (attachments are linked so).
fn token_of(request: &Request<'_>, address: &Address) -> Option<String> {
    if let Some(value) = request.header("authorization") {
        let (scheme, token) = value.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned());
    }
    if request.row_method() != "GET" {
        return None;
    }
    let query = form_urlencoded::parse(address.query.as_bytes());
    query
        .filter(|(name, _)| name == "access_token")
        .map(|(_, token)| token.into_owned())
        .last()
}
