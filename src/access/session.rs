//! Sessions of browsers: 256 random bits in a cookie, kept as SHA-256. They end when
//! they were not used for a while, and after some days in any case. What a cookie is
//! named, and how it travels, is `web/session.rs`'s business.

use sha2::{Digest, Sha256};

use super::identify::{NOTED_EVERY, by_user};
use super::token::{self, Token};
use crate::base::db::{Change, View, from_row, named_params};
use crate::base::error::{Context, Result};
use crate::base::time::Timestamp;
use crate::base::who::{CsrfToken, Side, Who};

/// A session that was not used for so long has ended, in seconds.
const IDLE_SECS: i64 = 12 * 60 * 60;
/// After so long every session has ended, in seconds.
const LONGEST_SECS: i64 = 14 * 24 * 60 * 60;
/// How many a user may have; the oldest makes room.
const MOST_OF_A_USER: i64 = 50;

struct SessionRow {
    session: i64,
    user: i64,
    side: Side,
    created_at: Timestamp,
    last_seen_at: Timestamp,
}

from_row!(SessionRow {
    session: "id",
    user: "user_id",
    side,
    created_at,
    last_seen_at
});

/// Begins a session of a user's side; answers its secret, for the cookie.
pub fn begin(change: &mut Change<'_>, user: i64, side: Side) -> Result<Token> {
    let id = Token::random();
    let now = change.now();
    change
        .insert(
            "INSERT INTO session (user_id, side, hash, created_at, last_seen_at)
             VALUES (:user, :side, :hash, :now, :now)",
            named_params! {
                ":user": user, ":side": side,
                ":hash": token::hash(id.reveal()), ":now": now,
            },
        )
        .context("keeping a session")?;
    change.run(
        "DELETE FROM session WHERE id IN
             (SELECT id FROM session WHERE user_id = :user ORDER BY id DESC LIMIT -1 OFFSET :most)",
        named_params! { ":user": user, ":most": MOST_OF_A_USER },
    )?;
    Ok(id)
}

/// The caller that a session's secret proves, if it is one that has not ended.
pub fn identify(view: &View<'_>, id: &str) -> Result<Option<Who>> {
    let found: Option<SessionRow> = view.maybe(
        "SELECT id, user_id, side, created_at, last_seen_at FROM session WHERE hash = :hash",
        named_params! { ":hash": token::hash(id) },
    )?;
    let now = view.now();
    let is_alive = |known: &SessionRow| {
        now.secs_since(known.last_seen_at) < IDLE_SECS
            && now.secs_since(known.created_at) < LONGEST_SECS
    };
    let Some(known) = found.filter(is_alive) else {
        return Ok(None);
    };
    let session = known.session;
    if known.last_seen_at.plus_secs(NOTED_EVERY) <= now {
        view.mark(move |change| {
            let now = change.now();
            change.run(
                "UPDATE session SET last_seen_at = :now WHERE id = :session",
                named_params! { ":now": now, ":session": session },
            )?;
            Ok(())
        });
    }
    let who = by_user(view, known.user, known.side)?;
    Ok(who.map(|who| Who {
        session: Some(session),
        ..who
    }))
}

/// What pages of this session post with.
pub fn csrf(id: &str) -> CsrfToken {
    CsrfToken::new(hex::encode(Sha256::digest(format!("pocketdesk csrf {id}"))))
}

/// Ends the session of this secret.
pub fn end(change: &mut Change<'_>, id: &str) -> Result<()> {
    change.run(
        "DELETE FROM session WHERE hash = :hash",
        named_params! { ":hash": token::hash(id) },
    )?;
    Ok(())
}

/// Ends every session of a user, or of one of their sides.
pub fn end_all(change: &mut Change<'_>, user: i64, side: Option<Side>) -> Result<()> {
    change.run(
        "DELETE FROM session WHERE user_id = :user AND side = ifnull(:side, side)",
        named_params! { ":user": user, ":side": side },
    )?;
    Ok(())
}

/// Removes what has ended by itself.
pub(super) fn sweep(change: &mut Change<'_>) -> Result<()> {
    let now = change.now();
    change.run(
        "DELETE FROM session WHERE last_seen_at <= :idle OR created_at <= :old",
        named_params! { ":idle": now.plus_secs(-IDLE_SECS), ":old": now.plus_secs(-LONGEST_SECS) },
    )?;
    Ok(())
}
