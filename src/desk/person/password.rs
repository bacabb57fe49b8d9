//! A new password on its way from a request to the database: typed twice, long
//! enough, and hashed before any transaction opens. It knows nothing of whose it is.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::error::{Faults, Message, Result};
use crate::base::input::{Secret, Twice};
use crate::base::parts::Parts;
use crate::base::password;

/// A new password, or none: nothing sent leaves what there is. Its field needs
/// `#[serde(default)]`, and its struct hands `check` and `prepare` on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(from = "Twice")]
#[schemars(with = "Twice")]
pub struct NewPassword {
    typed: Option<Secret>,
    hash: Option<String>,
}

impl From<Twice> for NewPassword {
    fn from(typed: Twice) -> Self {
        Self {
            typed: typed.into_secret(),
            hash: None,
        }
    }
}

impl From<Secret> for NewPassword {
    fn from(typed: Secret) -> Self {
        Self {
            typed: Some(typed),
            hash: None,
        }
    }
}

impl NewPassword {
    /// Whether one was sent.
    pub fn is_given(&self) -> bool {
        self.typed.is_some()
    }

    /// Notes under `password` that it is too short.
    pub fn check(&self, faults: &mut Faults) {
        let is_short = |typed: &Secret| typed.expose().chars().count() < password::SHORTEST;
        if self.typed.as_ref().is_some_and(is_short) {
            let message = Message::new("input.password_too_short").with("min", password::SHORTEST);
            faults.add("password", message);
        }
    }

    /// Hashes it, which takes a while.
    pub fn prepare(&mut self, parts: &Parts) -> Result<()> {
        if let Some(typed) = &self.typed {
            self.hash = Some(parts.hasher.hash(typed.expose())?);
        }
        Ok(())
    }

    /// The hash, once prepared.
    pub fn into_hash(self) -> Option<String> {
        self.hash
    }
}
