//! Authorization codes: 256 random bits, kept as SHA-256, changed for tokens once and
//! within a minute, by the client that they were given for and that knows the verifier
//! of their challenge (RFC 7636).

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::family::{self, Grant, Issued, NewFamily};
use super::token::{self, Token};
use crate::base::db::{Change, from_row, named_params};
use crate::base::error::{Context, Result};
use crate::base::time::Timestamp;
use crate::base::who::Side;

/// For how long a code can be changed for tokens, in seconds.
const LIFE_SECS: i64 = 60;

/// What a code stands for.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// Who allowed it.
    pub user: i64,
    /// On which of their sides.
    pub side: Side,
    /// The row of the client that they allowed.
    pub client: i64,
    /// The redirect URI that the request named, if it named one.
    pub redirect_uri: Option<String>,
    /// The challenge that the verifier must fit, if there is one.
    pub challenge: Option<String>,
}

/// What a client sends to change a code.
#[derive(Debug, Clone, Copy)]
pub struct Redemption<'a> {
    /// The row of the client.
    pub client: i64,
    /// The code.
    pub code: &'a str,
    /// The redirect URI, as it stood in the request for the code.
    pub redirect_uri: Option<&'a str>,
    /// The verifier, where the request had a challenge.
    pub verifier: Option<&'a str>,
}

struct CodeRow {
    id: i64,
    user: i64,
    side: Side,
    client: i64,
    redirect_uri: Option<String>,
    challenge: Option<String>,
    expires_at: Timestamp,
    spent_at: Option<Timestamp>,
    family: Option<i64>,
}

from_row!(CodeRow {
    id,
    user: "user_id",
    side,
    client: "api_client_id",
    redirect_uri,
    challenge: "code_challenge",
    expires_at,
    spent_at,
    family: "token_family_id"
});

/// Makes a code.
pub fn issue(change: &mut Change<'_>, new: &NewCode) -> Result<Token> {
    let code = Token::random();
    let now = change.now();
    change
        .insert(
            "INSERT INTO authorization_code
                 (user_id, side, api_client_id, hash, redirect_uri, code_challenge, expires_at)
             VALUES (:user, :side, :client, :hash, :redirect_uri, :challenge, :end)",
            named_params! {
                ":user": new.user, ":side": new.side, ":client": new.client, ":hash": token::hash(code.reveal()),
                ":redirect_uri": new.redirect_uri, ":challenge": new.challenge,
                ":end": now.plus_secs(LIFE_SECS),
            },
        )
        .context("keeping an authorization code")?;
    Ok(code)
}

/// Changes a code for tokens; nothing where it is none, or not this client's. Where it was
/// changed before, what it gave then has ended when this returns.
pub fn redeem(change: &mut Change<'_>, sent: &Redemption<'_>) -> Result<Option<Issued>> {
    let known: Option<CodeRow> = change.view().maybe(
        "SELECT id, user_id, side, api_client_id, redirect_uri, code_challenge, expires_at, spent_at, token_family_id
         FROM authorization_code WHERE hash = :hash",
        named_params! { ":hash": token::hash(sent.code) },
    )?;
    let Some(known) = known.filter(|known| known.client == sent.client) else {
        return Ok(None);
    };
    if known.spent_at.is_some() {
        if let Some(family) = known.family {
            family::end(change, family)?;
        }
        return Ok(None);
    }
    let now = change.now();
    if known.expires_at <= now || !known.fits(sent) {
        return Ok(None);
    }
    let issued = family::begin(
        change,
        &NewFamily {
            user: known.user,
            side: known.side,
            client: known.client,
            grant: Grant::AuthorizationCode,
        },
    )?;
    change.run(
        "UPDATE authorization_code SET spent_at = :now, token_family_id = :family WHERE id = :id",
        named_params! { ":now": now, ":family": issued.family, ":id": known.id },
    )?;
    Ok(Some(issued))
}

impl CodeRow {
    fn fits(&self, sent: &Redemption<'_>) -> bool {
        let is_same_place =
            self.redirect_uri.is_none() || self.redirect_uri.as_deref() == sent.redirect_uri;
        let is_proved = match (&self.challenge, sent.verifier) {
            (Some(challenge), Some(verifier)) => {
                let fitting = challenge_of(verifier);
                fitting.as_bytes().ct_eq(challenge.as_bytes()).into()
            }
            // A verifier without a challenge: somebody took the challenge out of the request.
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        is_same_place && is_proved
    }
}

/// The S256 challenge that a verifier fits.
pub fn challenge_of(verifier: &str) -> String {
    Base64UrlUnpadded::encode_string(&Sha256::digest(verifier))
}

/// Ends every code of a user, or of one of their sides.
pub(super) fn end_all(change: &mut Change<'_>, user: i64, side: Option<Side>) -> Result<()> {
    change.run(
        "DELETE FROM authorization_code WHERE user_id = :user AND side = ifnull(:side, side)",
        named_params! { ":user": user, ":side": side },
    )?;
    Ok(())
}

/// Removes the codes that ended before this.
pub(super) fn sweep(change: &mut Change<'_>, before: Timestamp) -> Result<()> {
    change.run(
        "DELETE FROM authorization_code WHERE expires_at <= :before",
        named_params! { ":before": before },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
