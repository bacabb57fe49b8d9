//! What stands around every handler by the table and not by hand: versions
//! (`ETag`, `If-Match`) and answers that are given only once (`Idempotency-Key`).

use sha2::{Digest, Sha256};

use super::call::Call;
use super::reply::Reply;
use super::route::VersionOf;
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Result};

/// For how long an answer is given again, in seconds.
const REMEMBERED: i64 = 24 * 60 * 60;

/// The conditions under which a handler runs.
pub(super) struct Guard {
    version_of: Option<VersionOf>,
    numbers: Vec<i64>,
    if_match: Option<String>,
    key: Option<Key>,
}

struct Key {
    text: String,
    is_secret: bool,
    request_hash: Vec<u8>,
}

impl Guard {
    /// The conditions that a request sets, after its arguments were extracted.
    pub(super) fn of(call: &Call<'_, '_>) -> Self {
        let key = call
            .request
            .header("idempotency-key")
            .filter(|_| call.request.method == "POST");
        Self {
            version_of: call.route.version_of,
            numbers: call.numbers.clone(),
            if_match: call.request.header("if-match").map(str::to_owned),
            key: key.map(|key| Key {
                text: key.to_owned(),
                is_secret: call.route.is_secret,
                request_hash: fingerprint(call),
            }),
        }
    }

    /// The reply with the version of what was read.
    pub(super) fn tagged(&self, view: &View<'_>, reply: Reply) -> Result<Reply> {
        Ok(match self.version(view)? {
            Some(version) => reply.with_header("ETag", tag(version)),
            None => reply,
        })
    }

    /// Runs a change once: not if what it changes has moved on, and not again for a
    /// key that was answered before.
    pub(super) fn once(
        &self,
        change: &mut Change<'_>,
        run: impl FnOnce(&mut Change<'_>) -> Result<Reply>,
    ) -> Result<Reply> {
        if let Some(key) = &self.key
            && let Some(reply) = key.answered(change.view())?
        {
            return Ok(reply);
        }
        // Compared before the change and said after it: whoever may not know of what the
        // path names is told so by the handler, and never hears of a version.
        let is_stale = self.is_stale(change.view())?;
        let reply = run(change)?;
        if is_stale {
            return Err(Error::conflict("error.stale"));
        }
        if let Some(key) = &self.key {
            key.keep(change, &reply)?;
        }
        Ok(reply)
    }

    fn is_stale(&self, view: &View<'_>) -> Result<bool> {
        let Some(wanted) = &self.if_match else {
            return Ok(false);
        };
        let Some(version) = self.version(view)? else {
            return Ok(false);
        };
        let current = tag(version);
        let is_met = wanted
            .split(',')
            .any(|one| matches!(one.trim(), "*") || one.trim() == current);
        Ok(!is_met)
    }

    fn version(&self, view: &View<'_>) -> Result<Option<i64>> {
        match self.version_of {
            Some(version_of) => version_of(view, &self.numbers),
            None => Ok(None),
        }
    }
}

fn tag(version: i64) -> String {
    format!("\"{version}\"")
}

/// What tells this request from another that carries the same key.
fn fingerprint(call: &Call<'_, '_>) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(call.route.path);
    hash.update(format!("{:?}", call.numbers));
    if let Some(input) = &call.input {
        hash.update(input.tree.to_string());
        hash.update(format!("{:?}", input.kept));
    }
    hash.finalize().to_vec()
}

impl Key {
    fn answered(&self, view: &View<'_>) -> Result<Option<Reply>> {
        let since = view.now().plus_secs(-REMEMBERED);
        let known: Option<(Vec<u8>, u16, Vec<u8>)> = view.maybe(
            "SELECT request_hash, status, body FROM idempotency_key
             WHERE user_id = :user AND key = :key AND created_at > :since",
            named_params! { ":user": view.who().id, ":key": self.text, ":since": since },
        )?;
        match known {
            None => Ok(None),
            Some((hash, ..)) if hash == self.request_hash && self.is_secret => {
                Err(Error::conflict("error.secret_was_shown"))
            }
            Some((hash, status, body)) if hash == self.request_hash => {
                Ok(Some(Reply::new(status, "application/json", body)))
            }
            Some(_) => Err(Error::conflict("error.key_used_otherwise")),
        }
    }

    fn keep(&self, change: &mut Change<'_>, reply: &Reply) -> Result<()> {
        let (user, now) = (change.who().id, change.now());
        let since = now.plus_secs(-REMEMBERED);
        let body = if self.is_secret { &[] } else { reply.bytes() };
        change.run(
            "DELETE FROM idempotency_key WHERE created_at <= :since",
            named_params! { ":since": since },
        )?;
        change.run(
            "INSERT INTO idempotency_key (user_id, key, request_hash, status, body, created_at)
             VALUES (:user, :key, :hash, :status, :body, :now)",
            named_params! {
                ":user": user, ":key": self.text, ":hash": self.request_hash,
                ":status": reply.status, ":body": body, ":now": now,
            },
        )?;
        Ok(())
    }
}
