//! What somebody let a client have: a family of tokens, each following from the one
//! before. A refresh token is spent for the next; one that comes a second time was
//! stolen, by whoever sent it first or second, and ends its whole family.

use super::token::{self, Kind, NewToken, Token};
use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::{Context, Error, Message, Result};
use crate::base::time::Timestamp;
use crate::base::who::Side;

/// For how long an access token lives, in seconds: the API's `expires_in`.
pub const ACCESS_SECS: i64 = 3600;
/// For how long a refresh token can be spent, in days.
const REFRESH_DAYS: i64 = 14;

/// How many families a client may have of one user; the oldest makes room.
const MOST_OF_A_USER: i64 = 100;

/// How a family came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// A member allowed it on a page.
    AuthorizationCode,
    /// The client had the password.
    Password,
    /// The client acts for the admin who made its secret.
    ClientCredentials,
}

impl Grant {
    /// The grant's name in the database and on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::Password => "password",
            Self::ClientCredentials => "client_credentials",
        }
    }
}

/// Who gets what.
#[derive(Debug, Clone, Copy)]
pub struct NewFamily {
    /// As whom the tokens act.
    pub user: i64,
    /// On which of their sides.
    pub side: Side,
    /// The row of the client that holds them.
    pub client: i64,
    /// How they come to be.
    pub grant: Grant,
}

/// Tokens as a client is given them.
#[derive(Debug)]
pub struct Issued {
    /// The family that they are of.
    pub family: i64,
    /// Opens the API, for [`ACCESS_SECS`].
    pub access: Token,
    /// Gets the next; a client that can ask anew by itself gets none.
    pub refresh: Option<Token>,
}

struct Spendable {
    id: i64,
    family: i64,
    user: i64,
    side: Side,
    client: i64,
    expires_at: Timestamp,
    spent_at: Option<Timestamp>,
}

from_row!(Spendable {
    id,
    family: "token_family_id",
    user: "user_id",
    side,
    client: "api_client_id",
    expires_at,
    spent_at
});

/// Begins a family with its first tokens.
pub fn begin(change: &mut Change<'_>, new: &NewFamily) -> Result<Issued> {
    let now = change.now();
    let family = change.insert(
        "INSERT INTO token_family (user_id, side, api_client_id, grant_type, created_at, expires_at)
         VALUES (:user, :side, :client, :grant, :now, :now)",
        named_params! {
            ":user": new.user, ":side": new.side, ":client": new.client, ":grant": new.grant.name(), ":now": now,
        },
    )?;
    let surplus: Vec<i64> = change.view().all(
        "SELECT id FROM token_family WHERE user_id = :user AND api_client_id = :client
         ORDER BY id DESC LIMIT -1 OFFSET :most",
        named_params! { ":user": new.user, ":client": new.client, ":most": MOST_OF_A_USER },
    )?;
    surplus
        .into_iter()
        .try_for_each(|family| end(change, family))?;
    let with_refresh = (new.grant != Grant::ClientCredentials).then_some(REFRESH_DAYS);
    issue(change, family, (new.user, new.side), with_refresh)
}

/// Spends a refresh token of this client for the next tokens; nothing where it is none, and
/// where it was spent before, its family has ended when this returns.
pub fn renew(change: &mut Change<'_>, client: i64, refresh: &str) -> Result<Option<Issued>> {
    let Some(known) = spendable(change, refresh)? else {
        return Ok(None);
    };
    let now = change.now();
    if known.client != client {
        return Ok(None);
    }
    if known.spent_at.is_some() {
        end(change, known.family)?;
        return Ok(None);
    }
    if known.expires_at <= now {
        return Ok(None);
    }
    change.run(
        "UPDATE refresh_token SET spent_at = :now WHERE id = :id",
        named_params! { ":now": now, ":id": known.id },
    )?;
    issue(
        change,
        known.family,
        (known.user, known.side),
        Some(REFRESH_DAYS),
    )
    .map(Some)
}

fn spendable(change: &Change<'_>, refresh: &str) -> Result<Option<Spendable>> {
    change.view().maybe(
        "SELECT r.id, r.token_family_id, f.user_id, f.side, f.api_client_id, r.expires_at, r.spent_at
         FROM refresh_token r JOIN token_family f ON f.id = r.token_family_id WHERE r.hash = :hash",
        named_params! { ":hash": token::hash(refresh) },
    )
}

fn issue(
    change: &mut Change<'_>,
    family: i64,
    (user, side): (i64, Side),
    refresh_days: Option<i64>,
) -> Result<Issued> {
    let now = change.now();
    let access_end = now.plus_secs(ACCESS_SECS);
    let new = NewToken {
        user,
        side,
        name: "",
        expires_at: Some(access_end),
    };
    let (_, access) = token::keep(change, new, &Kind::Oauth(family))?;
    let refresh_end = refresh_days.map(|days| now.days_later(days));
    let refresh = refresh_end.map(|_| Token::random());
    if let Some(token) = &refresh {
        change
            .insert(
                "INSERT INTO refresh_token (token_family_id, hash, expires_at) VALUES (:family, :hash, :end)",
                named_params! {
                    ":family": family, ":hash": token::hash(token.reveal()), ":end": refresh_end,
                },
            )
            .context("keeping a refresh token")?;
    }
    change.run(
        "UPDATE token_family SET expires_at = :end WHERE id = :family",
        named_params! { ":family": family, ":end": refresh_end.unwrap_or(access_end) },
    )?;
    Ok(Issued {
        family,
        access,
        refresh,
    })
}

/// What came of a client's wish that a token be revoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// It opens nothing any more, if it ever did.
    Done,
    /// It is not this client's.
    OfAnother,
}

/// Ends a token at its client's wish: a refresh token with its family, an access token alone.
pub fn revoke(change: &mut Change<'_>, client: i64, token: &str) -> Result<Revocation> {
    if let Some(known) = spendable(change, token)? {
        if known.client != client {
            return Ok(Revocation::OfAnother);
        }
        end(change, known.family)?;
        return Ok(Revocation::Done);
    }
    let known: Option<(i64, String, Option<i64>)> = change.view().maybe(
        "SELECT a.id, a.kind, f.api_client_id
         FROM access_token a LEFT JOIN token_family f ON f.id = a.token_family_id WHERE a.hash = :hash",
        named_params! { ":hash": token::hash(token) },
    )?;
    match known {
        Some((_, kind, _)) if kind == "personal" => Ok(Revocation::OfAnother),
        Some((_, _, Some(owner))) if owner != client => Ok(Revocation::OfAnother),
        // Whose family is gone has ended with it.
        None | Some((_, _, None)) => Ok(Revocation::Done),
        Some((id, ..)) => {
            let now = change.now();
            change.run(
                "UPDATE access_token SET revoked_at = :now WHERE id = :id AND revoked_at IS NULL",
                named_params! { ":now": now, ":id": id },
            )?;
            Ok(Revocation::Done)
        }
    }
}

/// Ends a family.
pub(super) fn end(change: &mut Change<'_>, family: i64) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE access_token SET revoked_at = :now WHERE token_family_id = :family AND revoked_at IS NULL",
        named_params! { ":now": now, ":family": family },
    )?;
    change.run(
        "DELETE FROM token_family WHERE id = :family",
        named_params! { ":family": family },
    )?;
    Ok(())
}

/// Ends every family of a user, or of one of their sides.
pub(super) fn end_all(change: &mut Change<'_>, user: i64, side: Option<Side>) -> Result<()> {
    change.run(
        "DELETE FROM token_family WHERE user_id = :user AND side = ifnull(:side, side)",
        named_params! { ":user": user, ":side": side },
    )?;
    Ok(())
}

/// Ends every family of a user but the one that the caller's token is of.
pub(super) fn end_others(change: &mut Change<'_>, user: i64) -> Result<()> {
    let kept = change.who().token;
    change.run(
        "DELETE FROM token_family WHERE user_id = :user
             AND id IS NOT (SELECT token_family_id FROM access_token WHERE id = :kept)",
        named_params! { ":user": user, ":kept": kept },
    )?;
    Ok(())
}

/// Ends the families of a client, all or those of one grant.
pub fn end_of_client(change: &mut Change<'_>, client: i64, grant: Option<Grant>) -> Result<()> {
    let families: Vec<i64> = change.view().all(
        "SELECT id FROM token_family
         WHERE api_client_id = :client AND grant_type = ifnull(:grant, grant_type)",
        named_params! { ":client": client, ":grant": grant.map(Grant::name) },
    )?;
    families
        .into_iter()
        .try_for_each(|family| end(change, family))
}

/// 403 for a program that came in without its user's password, by their consent or by its
/// own secret: what it makes to come in with would outlive what let it in.
pub fn refuse_lent(view: &View<'_>) -> Result<()> {
    let grant: Option<String> = view.maybe(
        "SELECT grant_type FROM token_family
         WHERE id = (SELECT token_family_id FROM access_token WHERE id = :token)",
        named_params! { ":token": view.who().token },
    )?;
    let by_password = Grant::Password.name();
    if grant.is_some_and(|grant| grant != by_password) {
        return Err(Error::Forbidden(Message::new("access_token.not_by_client")));
    }
    Ok(())
}

/// Removes the families whose last token ended before this, and of those that live on the
/// refresh tokens that did.
pub(super) fn sweep(change: &mut Change<'_>, before: Timestamp) -> Result<()> {
    change.run(
        "DELETE FROM refresh_token WHERE expires_at <= :before",
        named_params! { ":before": before },
    )?;
    change.run(
        "DELETE FROM token_family WHERE expires_at <= :before",
        named_params! { ":before": before },
    )?;
    Ok(())
}
