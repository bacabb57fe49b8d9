//! Access tokens: 256 random bits, shown once, kept as SHA-256.

use sha2::{Digest, Sha256};

use super::identify::by_choice;
use crate::base::db::{Change, named_params};
use crate::base::error::{Context, Result};
use crate::base::time::Timestamp;
use crate::base::who::Side;

/// A token as its holder is given it. Printing it for debugging shows nothing.
pub struct Token(String);

impl Token {
    /// A new one, from the system's generator.
    pub fn random() -> Self {
        let bits: [u8; 32] = rand::random();
        Self(hex::encode(bits))
    }

    /// The text, for the one time that it is shown.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

/// What is kept of a token.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// What a token was given for.
pub(super) enum Kind {
    /// Somebody made it for themselves.
    Personal,
    /// A client of this family got it.
    Oauth(i64),
}

/// A token about to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewToken<'a> {
    /// Whom it lets in.
    pub user: i64,
    /// On which side.
    pub side: Side,
    /// What its maker calls it.
    pub name: &'a str,
    /// When it ends; without, it lives until it is revoked.
    pub expires_at: Option<Timestamp>,
}

/// Makes a personal access token for a user, on the side that they would sign in on.
pub fn create(
    change: &mut Change<'_>,
    user: i64,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Result<Token> {
    let who = by_choice(change.view(), user, None)?;
    let new = NewToken {
        user,
        side: who.map_or(Side::Agent, |who| who.side()),
        name,
        expires_at,
    };
    issue(change, new).map(|(_, token)| token)
}

/// Makes a personal access token; answers the id of its row too.
pub fn issue(change: &mut Change<'_>, new: NewToken<'_>) -> Result<(i64, Token)> {
    keep(change, new, &Kind::Personal)
}

/// Makes a token of a kind.
pub(super) fn keep(
    change: &mut Change<'_>,
    new: NewToken<'_>,
    kind: &Kind,
) -> Result<(i64, Token)> {
    let token = Token::random();
    let now = change.now();
    let (kind, family) = match kind {
        Kind::Personal => ("personal", None),
        Kind::Oauth(family) => ("oauth", Some(*family)),
    };
    let id = change
        .insert(
            "INSERT INTO access_token (user_id, side, name, name_key, hash, created_at, expires_at, kind, token_family_id)
             VALUES (:user, :side, :name, name_key(:name), :hash, :now, :expires_at, :kind, :family)",
            named_params! {
                ":user": new.user, ":side": new.side, ":name": new.name,
                ":hash": hash(token.reveal()), ":now": now, ":expires_at": new.expires_at,
                ":kind": kind, ":family": family,
            },
        )
        .context("keeping an access token")?;
    Ok((id, token))
}

/// Ends every token of a user, or of one of their sides, at once.
pub(super) fn revoke_all(change: &mut Change<'_>, user: i64, side: Option<Side>) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE access_token SET revoked_at = :now
         WHERE user_id = :user AND side = ifnull(:side, side) AND revoked_at IS NULL",
        named_params! { ":user": user, ":side": side, ":now": now },
    )?;
    Ok(())
}

/// Ends every token of a user but the one that the caller came with, so that who
/// changes their own password is not signed out by it.
pub(super) fn revoke_others(change: &mut Change<'_>, user: i64) -> Result<()> {
    let (now, kept) = (change.now(), change.who().token);
    change.run(
        "UPDATE access_token SET revoked_at = :now
         WHERE user_id = :user AND revoked_at IS NULL AND id IS NOT :kept",
        named_params! { ":user": user, ":now": now, ":kept": kept },
    )?;
    Ok(())
}
