//! Why the gate itself says no. Knows nothing of sockets.

use std::borrow::Cow;
use std::net::IpAddr;

use crate::web::request::Shown;

/// One of the gate's own answers: the error's code and one sentence, in the API's shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: &'static str,
    pub(super) description: Cow<'static, str>,
}

impl Refusal {
    /// The request breaks the rules of HTTP, so where it ends is anybody's guess.
    pub(super) const fn invalid(description: &'static str) -> Self {
        Self {
            status: 400,
            error: "invalid_request",
            description: Cow::Borrowed(description),
        }
    }

    /// The service cannot take this on now, and another try may succeed.
    pub(super) const fn unavailable(description: &'static str) -> Self {
        Self {
            status: 503,
            error: "unavailable",
            description: Cow::Borrowed(description),
        }
    }

    /// The client has more under way than its share.
    pub(super) const fn too_many(description: &'static str) -> Self {
        Self {
            status: 429,
            error: "too_many_requests",
            description: Cow::Borrowed(description),
        }
    }

    /// The request was passed on, and no answer came: whether it was done is not known, and
    /// whoever sends it again without looking may do it twice.
    pub(super) const UNANSWERED: Self = Self {
        status: 503,
        error: "unavailable",
        description: Cow::Borrowed(
            "No answer came in time, and this may have been done. Look before you try again; with an Idempotency-Key nothing is done twice.",
        ),
    };

    /// The request did not arrive in time.
    pub(super) const fn timeout(description: &'static str) -> Self {
        Self {
            status: 408,
            error: "request_timeout",
            description: Cow::Borrowed(description),
        }
    }

    /// The body is larger than the operator allows.
    pub(super) fn too_large(most: u64) -> Self {
        Self {
            status: 413,
            error: "payload_too_large",
            description: Cow::Owned(format!(
                "The body of a request may have {most} bytes at most. Send less at a time."
            )),
        }
    }

    /// TRACE would echo cookies, CONNECT would make a tunnel.
    pub(super) const METHOD: Self = Self {
        status: 405,
        error: "method_not_allowed",
        description: Cow::Borrowed("This server does not speak TRACE or CONNECT."),
    };

    /// The only expectation that HTTP has ever defined is `100-continue`.
    pub(super) const EXPECTATION: Self = Self {
        status: 417,
        error: "expectation_failed",
        description: Cow::Borrowed("The Expect header may only ask for 100-continue."),
    };

    /// A row names a file that is not there, or is not a plain file.
    pub(super) const GONE: Self = Self {
        status: 410,
        error: "not_found",
        description: Cow::Borrowed("The file that belongs here is no longer stored."),
    };
}

impl Refusal {
    /// Notes in the log who was refused what, by the id that they are shown.
    pub(super) fn log(&self, id: &str, address: Option<IpAddr>) {
        tracing::info!(
            status = self.status,
            address = %Shown(address),
            request = id,
            "refused at the gate: {}",
            self.description
        );
    }
}

/// How a connection ends before its request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Broken {
    /// The client is told why.
    Refused(Refusal),
    /// Nobody is there to be told.
    Gone,
}

impl From<Refusal> for Broken {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}
