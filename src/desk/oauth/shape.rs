//! What clients are answered: tokens, or one of the standard's errors (RFC 6749, sections
//! 5.1 and 5.2), and never anything that a cache may keep.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::json;

use crate::access::family::{ACCESS_SECS, Issued};
use crate::access::token::Token;
use crate::base::error::Result;
use crate::base::locale::Locale;
use crate::web::reply::{IntoReply, Reply};

/// The one scope there is.
pub(super) const SCOPE: &str = "API";

/// Tokens on their way to a client.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Tokens {
    access_token: String,
    token_type: &'static str,
    /// Seconds that the access token lives.
    expires_in: i64,
    scope: &'static str,
    /// Gets the next tokens, once; null for `client_credentials`, which can ask anew.
    refresh_token: Option<String>,
}

impl From<Issued> for Tokens {
    fn from(issued: Issued) -> Self {
        let text = |token: &Token| token.reveal().to_owned();
        Self {
            access_token: text(&issued.access),
            token_type: "bearer",
            expires_in: ACCESS_SECS,
            scope: SCOPE,
            refresh_token: issued.refresh.as_ref().map(text),
        }
    }
}

/// Why a client gets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: &'static str,
    asks_for_login: bool,
}

impl Refusal {
    const fn new(code: &'static str, message: &'static str) -> Self {
        Self {
            status: 400,
            code,
            message,
            asks_for_login: false,
        }
    }

    pub(super) const NO_GRANT_TYPE: Self = Self::new("invalid_request", "oauth.no_grant_type");
    pub(super) const NO_TOKEN: Self = Self::new("invalid_request", "oauth.no_token");
    pub(super) const NO_CODE: Self = Self::new("invalid_request", "oauth.no_code");
    pub(super) const NO_REFRESH_TOKEN: Self =
        Self::new("invalid_request", "oauth.no_refresh_token");
    pub(super) const NO_PASSWORD: Self = Self::new("invalid_request", "oauth.no_password");
    pub(super) const UNKNOWN_SIDE: Self = Self::new("invalid_request", "oauth.unknown_side");
    pub(super) const TWO_LOGINS: Self = Self::new("invalid_request", "oauth.two_logins");
    pub(super) const UNKNOWN_GRANT_TYPE: Self =
        Self::new("unsupported_grant_type", "oauth.unknown_grant_type");
    pub(super) const WRONG_PASSWORD: Self = Self::new("invalid_grant", "sign_in.wrong");
    pub(super) const BAD_CODE: Self = Self::new("invalid_grant", "oauth.bad_code");
    pub(super) const BAD_REFRESH_TOKEN: Self =
        Self::new("invalid_grant", "oauth.bad_refresh_token");
    pub(super) const NEEDS_SECRET: Self = Self::new("unauthorized_client", "oauth.needs_secret");
    pub(super) const NO_MAKER: Self = Self::new("unauthorized_client", "oauth.no_maker");
    pub(super) const OF_ANOTHER: Self = Self::new("unauthorized_client", "oauth.of_another");
    pub(super) const UNKNOWN_CLIENT: Self = Self {
        status: 401,
        asks_for_login: true,
        ..Self::new("invalid_client", "oauth.unknown_client")
    };
}

/// What came of a client's wish.
pub(super) enum Outcome<T> {
    Granted(T),
    Refused(Refusal),
}

impl<T: Serialize + JsonSchema> IntoReply for Outcome<T> {
    fn into_reply(self, locale: Locale) -> Result<Reply> {
        let reply = match self {
            Self::Granted(granted) => Reply::json(200, &granted)?,
            Self::Refused(refusal) => {
                let body = json!({
                    "error": refusal.code,
                    "error_description": locale.text(refusal.message),
                });
                let reply = Reply::json(refusal.status, &body)?;
                if refusal.asks_for_login {
                    reply.with_header("WWW-Authenticate", "Basic realm=\"pocketdesk\"")
                } else {
                    reply
                }
            }
        };
        Ok(reply
            .with_header("Cache-Control", "no-store")
            .with_header("Pragma", "no-cache"))
    }

    fn describe(schemas: &mut SchemaGenerator) -> (&'static str, Schema) {
        ("application/json", schemas.subschema_for::<T>())
    }
}

/// An answer without any keys.
#[derive(Serialize, JsonSchema)]
pub(super) struct Nothing {}
