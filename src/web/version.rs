//! Versions: what tells one state of a thing from another, as `ETag` says it and
//! `If-Match` asks for it. A GET has one from what it answers, and a write is compared with
//! what the nearest GET of its path would answer; a room can name another source.

use std::sync::Arc;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::path::PathValues;
use crate::base::db::View;
use crate::base::error::{Error, Result};
use crate::base::locale::Locale;

/// The version of one state of a thing, as it stands in headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version(String);

impl Version {
    /// That of a thing whose row counts its changes.
    pub fn number(changes: i64) -> Self {
        Self(format!("\"{changes}\""))
    }

    /// That of a thing which is known by what is shown of it.
    pub fn of(shown: &[u8]) -> Self {
        let hash = Sha256::digest(shown);
        Self(format!("\"{}\"", hex::encode(&hash[..12])))
    }

    /// The same of what is still to be written.
    pub fn shown(shown: &impl Serialize) -> Result<Self> {
        Ok(Self::of(&serde_json::to_vec(shown)?))
    }

    /// That which an answer has in its `ETag` already.
    pub fn written(tag: &str) -> Self {
        Self(tag.to_owned())
    }

    /// As it is written in `ETag`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a list of versions, as `If-Match` and `If-None-Match` have it, names this one.
    pub(super) fn is_in(&self, list: &str) -> bool {
        list.split(',').map(str::trim).any(|one| {
            // A proxy that compresses says that the version is a weak one.
            one == "*" || one.strip_prefix("W/").unwrap_or(one) == self.0
        })
    }
}

/// The version of what the numbers of a path name; nothing where it is not there.
pub type VersionOf = fn(&View<'_>, &[i64]) -> Result<Option<Version>>;

/// The same, made from a handler that reads.
pub(super) type VersionAt =
    Arc<dyn Fn(&View<'_>, &PathValues) -> Result<Option<Version>> + Send + Sync>;

/// The language that versions are made in.
pub(super) const LANGUAGE: Locale = Locale::English;

/// The same in whatever language the caller reads: a thing is one in all of them.
pub(super) fn in_one_language(
    version: impl Fn(&View<'_>, &PathValues) -> Result<Option<Version>> + Send + Sync + 'static,
) -> VersionAt {
    Arc::new(move |view, path| view.in_locale(LANGUAGE, |view| version(view, path)))
}

/// What is not there for the caller has no version; the handler says why.
pub(super) fn if_there(version: Result<Option<Version>>) -> Result<Option<Version>> {
    match version {
        Err(Error::NotFound(_) | Error::Forbidden(_)) => Ok(None),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_clients_write_them() {
        let version = Version::number(7);
        for (list, is_in) in [
            ("\"7\"", true),
            ("\"1\", \"7\"", true),
            ("W/\"7\"", true),
            (" * ", true),
            ("7", false),
            ("\"77\"", false),
            ("", false),
        ] {
            assert_eq!(version.is_in(list), is_in, "{list}");
        }
    }

    #[test]
    fn what_is_shown_otherwise_is_another_version() {
        assert_eq!(Version::of(b"{}"), Version::of(b"{}"));
        assert_ne!(Version::of(b"{}"), Version::of(b"[]"));
    }
}
