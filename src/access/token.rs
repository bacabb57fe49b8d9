//! Access tokens: 256 random bits, shown once, kept as SHA-256.

use sha2::{Digest, Sha256};

use super::identify::side_of;
use crate::base::db::{Change, named_params};
use crate::base::error::{Context, Result};
use crate::base::time::Timestamp;

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

/// Makes a personal access token for a user; without `expires_at` it lives until it is revoked.
pub fn create(
    change: &mut Change<'_>,
    user: i64,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Result<Token> {
    issue(change, user, name, expires_at).map(|(_, token)| token)
}

/// The same; answers the id of its row too.
pub fn issue(
    change: &mut Change<'_>,
    user: i64,
    name: &str,
    expires_at: Option<Timestamp>,
) -> Result<(i64, Token)> {
    keep(change, user, &Kind::Personal, name, expires_at)
}

/// Makes a token of a kind.
pub(super) fn keep(
    change: &mut Change<'_>,
    user: i64,
    kind: &Kind,
    name: &str,
    expires_at: Option<Timestamp>,
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
                ":user": user, ":side": side_of(change.view(), user)?, ":name": name, ":hash": hash(token.reveal()),
                ":now": now, ":expires_at": expires_at, ":kind": kind, ":family": family,
            },
        )
        .context("keeping an access token")?;
    Ok((id, token))
}

/// Ends every token of a user, at once. What else lets them in is ended by
/// [`super::end_all`], which calls this.
pub fn revoke_all(change: &mut Change<'_>, user: i64) -> Result<()> {
    let now = change.now();
    change.run(
        "UPDATE access_token SET revoked_at = :now WHERE user_id = :user AND revoked_at IS NULL",
        named_params! { ":user": user, ":now": now },
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
