//! The two endpoints that programs call: tokens, and the revocation of one (RFC 7009).

use schemars::JsonSchema;
use serde::Deserialize;

use crate::access;
use crate::access::code::{self, Redemption};
use crate::access::family::{self, Grant, Issued, NewFamily, Revocation};
use crate::base::error::Result;
use crate::base::input::{Optional, Secret, Text};
use crate::base::parts::Parts;
use crate::base::who::{Caller, Side, Who};
use crate::desk::api_client::Client;
use crate::desk::sign_in;
use crate::web::extract::{BasicLogin, Checked, Parameters};

use super::client::Login;
use super::shape::{Nothing, Outcome, Refusal, Tokens};

pub(super) fn token(
    parts: &Parts,
    caller: &Caller,
    Parameters(asked): Parameters<TokenRequest>,
    basic: BasicLogin,
) -> Result<Outcome<Tokens>> {
    let grant = match plain(&asked.grant_type) {
        "" => return Ok(Outcome::Refused(Refusal::NO_GRANT_TYPE)),
        "authorization_code" => by_code,
        "refresh_token" => by_refresh_token,
        "password" => by_password,
        "client_credentials" => by_credentials,
        _ => return Ok(Outcome::Refused(Refusal::UNKNOWN_GRANT_TYPE)),
    };
    let login = (basic, plain(&asked.client_id), asked.client_secret.as_ref());
    as_client(parts, caller, login, |client| {
        let issued = grant(parts, caller, &client, &asked)?;
        Ok(issued.map(Tokens::from))
    })
}

pub(super) fn revoke(
    parts: &Parts,
    caller: &Caller,
    Parameters(asked): Parameters<Revoked>,
    basic: BasicLogin,
) -> Result<Outcome<Nothing>> {
    let Some(token) = asked.token.get() else {
        return Ok(Outcome::Refused(Refusal::NO_TOKEN));
    };
    let login = (basic, plain(&asked.client_id), asked.client_secret.as_ref());
    as_client(parts, caller, login, |client| {
        let revocation = parts.db.write(caller, move |change| {
            family::revoke(change, client.id, token.expose())
        })?;
        Ok(match revocation {
            Revocation::Done => Ok(Nothing {}),
            Revocation::OfAnother => Err(Refusal::OF_ANOTHER),
        })
    })
}

type Sent<'a> = (BasicLogin, &'a str, Option<&'a Secret>);

/// Does what a client asks for, once it has proved who it is. What fails before is counted
/// against the address, since clients and tokens are what somebody might guess here; a client
/// with a secret guesses nothing, and passwords have counts of their own.
fn as_client<T>(
    parts: &Parts,
    caller: &Caller,
    (basic, client_id, secret): Sent<'_>,
    act: impl FnOnce(Client) -> Result<Result<T, Refusal>>,
) -> Result<Outcome<T>> {
    let attempt = parts
        .throttle
        .grant(caller.address, parts.db.clock().now())?;
    let mut is_proved = false;
    let outcome = match Login::of(basic, client_id, secret) {
        Err(refusal) => Err(refusal),
        Ok(login) => match login.prove(parts)? {
            None => Err(Refusal::UNKNOWN_CLIENT),
            Some(client) => {
                is_proved = !client.is_public();
                act(client)?
            }
        },
    };
    if outcome.is_ok() || is_proved {
        attempt.succeeded();
    } else {
        attempt.failed();
    }
    Ok(match outcome {
        Ok(granted) => Outcome::Granted(granted),
        Err(refusal) => Outcome::Refused(refusal),
    })
}

fn by_code(
    parts: &Parts,
    caller: &Caller,
    client: &Client,
    asked: &TokenRequest,
) -> Result<Result<Issued, Refusal>> {
    let Some(code) = asked.code.as_ref().cloned() else {
        return Ok(Err(Refusal::NO_CODE));
    };
    let text = |given: &Optional<Secret>| given.as_ref().map(|one| one.expose().to_owned());
    let (redirect_uri, verifier) = (text(&asked.redirect_uri), text(&asked.code_verifier));
    let client = client.id;
    let issued = parts.db.write(caller, move |change| {
        let sent = Redemption {
            client,
            code: code.expose(),
            redirect_uri: redirect_uri.as_deref(),
            verifier: verifier.as_deref(),
        };
        code::redeem(change, &sent)
    })?;
    Ok(issued.ok_or(Refusal::BAD_CODE))
}

fn by_refresh_token(
    parts: &Parts,
    caller: &Caller,
    client: &Client,
    asked: &TokenRequest,
) -> Result<Result<Issued, Refusal>> {
    let Some(refresh) = asked.refresh_token.as_ref().cloned() else {
        return Ok(Err(Refusal::NO_REFRESH_TOKEN));
    };
    let client = client.id;
    let issued = parts.db.write(caller, move |change| {
        family::renew(change, client, refresh.expose())
    })?;
    Ok(issued.ok_or(Refusal::BAD_REFRESH_TOKEN))
}

fn by_password(
    parts: &Parts,
    caller: &Caller,
    client: &Client,
    asked: &TokenRequest,
) -> Result<Result<Issued, Refusal>> {
    let (Some(email), Some(password)) = (asked.username.as_ref(), asked.password.as_ref()) else {
        return Ok(Err(Refusal::NO_PASSWORD));
    };
    let side = match plain(&asked.side) {
        "" => None,
        named => match Side::from_code(named) {
            None => return Ok(Err(Refusal::UNKNOWN_SIDE)),
            known => known,
        },
    };
    let login = sign_in::Login {
        email: email.as_str(),
        password: password.expose(),
        side,
    };
    let Some(proved) = sign_in::prove(parts, caller.address, &login)? else {
        return Ok(Err(Refusal::WRONG_PASSWORD));
    };
    let new = NewFamily {
        user: proved.who.id,
        side: proved.who.side(),
        client: client.id,
        grant: Grant::Password,
    };
    let issued = parts.db.write(caller, move |change| {
        if proved.stands(change.view())? {
            family::begin(change, &new).map(Some)
        } else {
            Ok(None)
        }
    })?;
    Ok(issued.ok_or(Refusal::WRONG_PASSWORD))
}

fn by_credentials(
    parts: &Parts,
    caller: &Caller,
    client: &Client,
    _: &TokenRequest,
) -> Result<Result<Issued, Refusal>> {
    if client.is_public() {
        return Ok(Err(Refusal::NEEDS_SECRET));
    }
    let maker = parts.db.read(&Caller::nobody(), |view| {
        access::by_user(view, client.user, Side::Agent)
    })?;
    // Who is no admin any more has no business with clients; another admin makes a new secret.
    let Some(maker) = maker.filter(Who::is_admin) else {
        return Ok(Err(Refusal::NO_MAKER));
    };
    let new = NewFamily {
        user: maker.id,
        side: Side::Agent,
        client: client.id,
        grant: Grant::ClientCredentials,
    };
    let issued = parts
        .db
        .write(caller, move |change| family::begin(change, &new))?;
    Ok(Ok(issued))
}

/// The text, empty where none was sent.
fn plain(given: &Optional<Text>) -> &str {
    given.as_ref().map_or("", Text::as_str)
}

/// What a client asks tokens for, as a form, as JSON or in the query.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct TokenRequest {
    /// `password`, `authorization_code`, `refresh_token` or `client_credentials`.
    grant_type: Optional<Text>,
    /// The client, where HTTP Basic does not name it.
    client_id: Optional<Text>,
    /// Its secret, where it has one and HTTP Basic does not hold it.
    client_secret: Optional<Secret>,
    /// For `password`: the address.
    username: Optional<Text>,
    /// For `password`: the password.
    password: Optional<Secret>,
    /// For `password`: `agent` or `customer`, for who is both; `agent` without it.
    side: Optional<Text>,
    /// For `authorization_code`: the code.
    code: Optional<Secret>,
    /// For `authorization_code`: the redirect URI of the request for the code.
    redirect_uri: Optional<Secret>,
    /// For `authorization_code`: what the code challenge was made of.
    code_verifier: Optional<Secret>,
    /// For `refresh_token`: the refresh token.
    refresh_token: Optional<Secret>,
    /// Anything; the answer says `API`.
    scope: Optional<Text>,
}

impl Checked for TokenRequest {}

/// A token to be revoked.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Revoked {
    /// An access token, which ends alone, or a refresh token, which ends all that follows from it.
    token: Optional<Secret>,
    /// `access_token` or `refresh_token`; not needed.
    token_type_hint: Optional<Text>,
    /// The client, where HTTP Basic does not name it.
    client_id: Optional<Text>,
    /// Its secret, where it has one and HTTP Basic does not hold it.
    client_secret: Optional<Secret>,
}

impl Checked for Revoked {}
