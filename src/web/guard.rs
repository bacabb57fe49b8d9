//! What stands around every handler by the table and not by hand: versions
//! (`ETag`, `If-Match`) and answers that are given only once (`Idempotency-Key`).

use super::call::Call;
use super::path::PathValues;
use super::reply::Reply;
use super::version::{self, Version, VersionAt};
use crate::base::db::{Change, View, named_params};
use crate::base::error::{Error, Result};

/// For how long an answer is given again, in seconds.
const REMEMBERED: i64 = 24 * 60 * 60;

/// What is left of a handler that writes, once its arguments are there.
pub(super) type Writing = Box<dyn FnOnce(&mut Change<'_>) -> Result<Reply> + Send>;

/// The conditions under which a handler runs.
pub(super) struct Guard {
    version: Option<VersionAt>,
    has_own_version: bool,
    path: PathValues,
    if_match: Option<String>,
    if_none_match: Option<String>,
    key: Option<Key>,
}

struct Key {
    key: String,
    request_hash: Vec<u8>,
}

impl Guard {
    /// The conditions that a request sets, after its arguments were extracted.
    pub(super) fn of(call: &Call<'_, '_>) -> Self {
        let header = |name| call.request.header(name).map(str::to_owned);
        let key = header("idempotency-key").filter(|_| call.request.method == "POST");
        Self {
            version: call.route.version.clone(),
            has_own_version: call.route.has_own_version,
            path: call.path.clone(),
            if_match: header("if-match"),
            if_none_match: header("if-none-match"),
            key: key.map(|key| Key {
                key,
                request_hash: fingerprint(call),
            }),
        }
    }

    /// The reply with the version of what was read, or that the caller has this one already.
    pub(super) fn tagged(&self, view: &View<'_>, reply: Reply) -> Result<Reply> {
        if reply.status != 200 {
            return Ok(reply);
        }
        // A room's own version says that nobody has changed the thing; what is shown beside
        // it, such as the reader's labels, may be new all the same.
        // Nor is what is said of it in other languages, for which it has the same version.
        let (version, is_of_all) = match (reply.header("ETag"), &self.version) {
            (Some(tag), _) => (Some(Version::written(tag)), true),
            (None, Some(version)) if self.has_own_version => (version(view, &self.path)?, false),
            (None, Some(version)) if view.locale() != version::LANGUAGE => {
                (version(view, &self.path)?, false)
            }
            _ => (Some(Version::of(reply.bytes())), true),
        };
        let Some(version) = version else {
            return Ok(reply);
        };
        let known = self.if_none_match.as_deref().filter(|_| is_of_all);
        let reply = if known.is_some_and(|known| version.is_in(known)) {
            reply.unchanged()
        } else {
            reply
        };
        let reply = match reply.header("ETag") {
            Some(_) => reply,
            None => reply.with_header("ETag", version.as_str()),
        };
        Ok(match reply.header("Cache-Control") {
            Some(_) => reply,
            // A version is the same for several who see different things: a browser that kept
            // an answer would show it to whoever signs in next. Versions are for programs.
            None => reply.with_header("Cache-Control", "private, no-store"),
        })
    }

    /// Runs a change once: not if what it changes has moved on, and not again for a
    /// key that was answered before.
    pub(super) fn once(&self, change: &mut Change<'_>, run: Writing) -> Result<Reply> {
        if let Some(key) = &self.key
            && let Some(reply) = key.answered(change.view())?
        {
            return Ok(reply);
        }
        // Compared before the change and said after it: whoever may not know of what the
        // path names is told so by the handler, and never hears of a version.
        let refusal = self.refusal(change.view())?;
        let reply = run(change)?;
        if let Some(refusal) = refusal {
            return Err(Error::conflict(refusal));
        }
        if let Some(key) = &self.key {
            key.keep(change, &reply)?;
        }
        Ok(reply)
    }

    /// Why a change is refused that is made under the condition of a version.
    fn refusal(&self, view: &View<'_>) -> Result<Option<&'static str>> {
        let Some(wanted) = self.if_match.as_deref() else {
            return Ok(None);
        };
        let Some(version) = &self.version else {
            // What has no version can have no wanted one, but it is there.
            return Ok((wanted.trim() != "*").then_some("error.no_version"));
        };
        let version = version::if_there(version(view, &self.path))?;
        let is_stale = version.is_some_and(|version| !version.is_in(wanted));
        Ok(is_stale.then_some("error.stale"))
    }
}

/// What tells this request from another that carries the same key.
fn fingerprint(call: &Call<'_, '_>) -> Vec<u8> {
    let path = format!("{:?}", call.path);
    let (tree, files) = match &call.input {
        Some(input) => (input.tree.to_string(), format!("{:?}", input.files)),
        None => Default::default(),
    };
    let parts = [call.route.path, &path, &call.query, &tree, &files].map(str::as_bytes);
    call.parts.sealer.fingerprint(&parts)
}

impl Key {
    fn answered(&self, view: &View<'_>) -> Result<Option<Reply>> {
        let since = view.now().plus_secs(-REMEMBERED);
        let known: Option<(Vec<u8>, u16, Vec<u8>)> = view.maybe(
            "SELECT request_hash, status, body FROM idempotency_key
             WHERE user_id = :user AND key = :key AND created_at > :since",
            named_params! { ":user": view.caller().person(), ":key": self.key, ":since": since },
        )?;
        match known {
            None => Ok(None),
            // What was shown once is not kept, and so not shown again.
            Some((hash, _, body)) if hash == self.request_hash && body.is_empty() => {
                Err(Error::conflict("error.shown_once"))
            }
            Some((hash, status, body)) if hash == self.request_hash => {
                Ok(Some(Reply::new(status, "application/json", body)))
            }
            Some(_) => Err(Error::conflict("error.key_used_otherwise")),
        }
    }

    fn keep(&self, change: &mut Change<'_>, reply: &Reply) -> Result<()> {
        let (user, now) = (change.view().caller().person(), change.now());
        let since = now.plus_secs(-REMEMBERED);
        let body = if reply.is_shown_once() {
            &[]
        } else {
            reply.bytes()
        };
        change.run(
            "DELETE FROM idempotency_key WHERE created_at <= :since",
            named_params! { ":since": since },
        )?;
        change.run(
            "INSERT INTO idempotency_key (user_id, key, request_hash, status, body, created_at)
             VALUES (:user, :key, :hash, :status, :body, :now)",
            named_params! {
                ":user": user, ":key": self.key, ":hash": self.request_hash,
                ":status": reply.status, ":body": body, ":now": now,
            },
        )?;
        Ok(())
    }
}
