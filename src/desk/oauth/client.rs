//! Which client asks: by HTTP Basic, or by `client_id` and `client_secret` in the request.

use crate::base::error::Result;
use crate::base::input::Secret;
use crate::base::parts::Parts;
use crate::base::who::Caller;
use crate::desk::api_client::{self, Client};
use crate::web::extract::BasicLogin;

use super::shape::Refusal;

/// A client's word for who it is.
pub(super) struct Login {
    client_id: String,
    secret: Option<Secret>,
}

impl Login {
    /// The one login of a request. Two different ones are a mistake.
    pub(super) fn of(
        BasicLogin(basic): BasicLogin,
        client_id: &str,
        secret: Option<&Secret>,
    ) -> Result<Self, Refusal> {
        let Some((name, basic_secret)) = basic else {
            return Ok(Self {
                client_id: client_id.to_owned(),
                secret: secret.cloned(),
            });
        };
        let is_other_name = !client_id.is_empty() && client_id != name;
        let is_other_secret = secret.is_some_and(|secret| {
            basic_secret.as_ref().map(Secret::expose) != Some(secret.expose())
        });
        if is_other_name || is_other_secret {
            return Err(Refusal::TWO_LOGINS);
        }
        Ok(Self {
            client_id: name,
            secret: basic_secret,
        })
    }

    /// The client, if it is who it says.
    pub(super) fn prove(&self, parts: &Parts) -> Result<Option<Client>> {
        let known = parts.db.read(&Caller::nobody(), |view| {
            api_client::by_client_id(view, &self.client_id)
        })?;
        let secret = self.secret.as_ref().map(Secret::expose);
        Ok(known.filter(|client| client.is_proved_by(secret)))
    }
}
