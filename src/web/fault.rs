//! The one place where an error becomes a status, a language and a body. What is our
//! own failure is logged here, once, and shown without its cause.

use serde_json::{Map, Value, json};

use super::reply::Reply;
use crate::base::error::{Error, Faults, Message, Wait};
use crate::base::locale::Locale;
use crate::base::quota::BYTES_A_DAY;

/// An error in words, not yet written.
pub struct Fault {
    /// The status code.
    pub(super) status: u16,
    /// What programs are told beside it.
    pub(super) headers: Vec<(String, String)>,
    /// What a JSON answer says.
    pub(super) body: Value,
}

impl Fault {
    /// What an error says to a caller who reads this language.
    pub fn of(error: &Error, locale: Locale, request_id: &str) -> Self {
        let headers = match error {
            Error::Unauthenticated => vec![("WWW-Authenticate", "Bearer".to_owned())],
            Error::TokenEnded => {
                let ended = "Bearer error=\"invalid_token\"".to_owned();
                vec![("WWW-Authenticate", ended)]
            }
            Error::Method(methods) => vec![("Allow", methods.join(", "))],
            Error::TooMany(wait) => headers_of(*wait).into(),
            Error::QuotaSpent(after) => headers_of(Wait {
                seconds: *after,
                limit: u32::try_from(BYTES_A_DAY).unwrap_or(u32::MAX),
            })
            .into(),
            Error::Unavailable(_) => vec![("Retry-After", "1".to_owned())],
            _ => Vec::new(),
        };
        Self {
            status: status(error),
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
            body: body(error, locale, request_id),
        }
    }

    /// The sentence for people.
    pub(super) fn description(&self) -> &str {
        self.body["error_description"].as_str().unwrap_or_default()
    }

    /// The answer for programs.
    pub fn json(self) -> Reply {
        let mut reply = Reply::new(self.status, "application/json", self.body.to_string());
        reply.headers.extend(self.headers);
        reply
    }
}

/// What tells a program when to come back.
pub fn headers_of(wait: Wait) -> [(&'static str, String); 4] {
    [
        ("Retry-After", wait.seconds.to_string()),
        ("RateLimit-Limit", wait.limit.to_string()),
        ("RateLimit-Remaining", "0".to_owned()),
        ("RateLimit-Reset", wait.seconds.to_string()),
    ]
}

fn status(error: &Error) -> u16 {
    match error {
        Error::Unauthenticated | Error::TokenEnded => 401,
        Error::Forbidden(_) => 403,
        Error::NotFound(_) => 404,
        Error::Method(_) => 405,
        Error::Conflict(_) => 409,
        Error::Invalid(_) => 400,
        Error::TooLarge(_) => 413,
        Error::MediaType => 415,
        Error::TooMany(_) | Error::QuotaSpent(_) => 429,
        Error::Unavailable(_) | Error::Uncertain(_) => 503,
        Error::Internal(_) => 500,
    }
}

fn body(error: &Error, locale: Locale, request_id: &str) -> Value {
    let say = |message: &Message| locale.say(message);
    let plain = |code: &str, text: String| json!({ "error": code, "error_description": text });
    match error {
        // To the letter in every language: clients compare it.
        Error::Unauthenticated => plain("access_denied", "OAuth2 authentication required".into()),
        Error::TokenEnded => plain("invalid_grant", say(&Message::new("error.token_ended"))),
        Error::Forbidden(message) => plain("forbidden", say(message)),
        Error::NotFound("page") => plain("not_found", say(&Message::new("error.no_page"))),
        Error::NotFound(noun) => {
            let message = Message::new("error.not_found").with_key("noun", format!("noun.{noun}"));
            plain("not_found", say(&message))
        }
        Error::Method(methods) => {
            let message = Message::new("error.method").with("methods", methods.join(", "));
            plain("method_not_allowed", say(&message))
        }
        Error::Conflict(message) => plain("conflict", say(message)),
        Error::Invalid(faults) => invalid(faults, locale),
        Error::TooLarge(message) => plain("payload_too_large", say(message)),
        Error::MediaType => plain(
            "unsupported_media_type",
            say(&Message::new("error.media_type")),
        ),
        Error::TooMany(wait) => {
            let message = Message::new("error.too_many").with("seconds", wait.seconds);
            plain("too_many_requests", say(&message))
        }
        Error::QuotaSpent(after) => {
            let message = Message::new("error.quota_spent")
                .with("megabytes", BYTES_A_DAY >> 20)
                .with("hours", after.div_ceil(60 * 60));
            plain("too_many_requests", say(&message))
        }
        Error::Unavailable(cause) => {
            tracing::warn!(request = request_id, %cause, "a request could not be served now");
            plain("unavailable", say(&Message::new("error.unavailable")))
        }
        Error::Uncertain(cause) => {
            tracing::error!(request = request_id, %cause, "nobody knows whether a change stands");
            plain("unavailable", say(&Message::new("error.uncertain")))
        }
        Error::Internal(cause) => {
            tracing::error!(request = request_id, %cause, "a request failed");
            let message = Message::new("error.internal").with("request", request_id);
            json!({ "error": "server_error", "error_description": say(&message), "request_id": request_id })
        }
    }
}

fn invalid(faults: &Faults, locale: Locale) -> Value {
    let mut errors: Map<String, Value> = Map::new();
    let mut sentences = Vec::new();
    for (field, message) in faults.iter() {
        let text = locale.say(message);
        sentences.push(format!("{field}: {text}"));
        if let Some(list) = errors
            .entry(field)
            .or_insert_with(|| json!([]))
            .as_array_mut()
        {
            list.push(text.into());
        }
    }
    json!({
        "error": "invalid_request",
        "error_description": sentences.join(" "),
        "errors": errors,
    })
}
