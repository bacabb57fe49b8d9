//! Why the gate itself says no. Knows nothing of sockets.

/// One of the gate's own answers: the error's code and one sentence, in the API's shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: &'static str,
    pub(super) description: &'static str,
}

impl Refusal {
    /// The request breaks the rules of HTTP, so where it ends is anybody's guess.
    pub(super) const fn invalid(description: &'static str) -> Self {
        Self {
            status: 400,
            error: "invalid_request",
            description,
        }
    }

    /// The service cannot take this on now, and another try may succeed.
    pub(super) const fn unavailable(description: &'static str) -> Self {
        Self {
            status: 503,
            error: "unavailable",
            description,
        }
    }

    /// The request was passed on, and no answer came: whether it was done is not known, and
    /// whoever sends it again without looking may do it twice.
    pub(super) const UNANSWERED: Self = Self {
        status: 503,
        error: "unavailable",
        description: "No answer came in time, and this may have been done. Look before you try again; with an Idempotency-Key nothing is done twice.",
    };

    /// The request did not arrive in time.
    pub(super) const fn timeout(description: &'static str) -> Self {
        Self {
            status: 408,
            error: "request_timeout",
            description,
        }
    }

    /// The body is larger than the operator allows.
    pub(super) const TOO_LARGE: Self = Self {
        status: 413,
        error: "payload_too_large",
        description: "The request's body is larger than this server allows.",
    };

    /// TRACE would echo cookies, CONNECT would make a tunnel.
    pub(super) const METHOD: Self = Self {
        status: 405,
        error: "method_not_allowed",
        description: "This server does not speak TRACE or CONNECT.",
    };

    /// The only expectation that HTTP has ever defined is `100-continue`.
    pub(super) const EXPECTATION: Self = Self {
        status: 417,
        error: "expectation_failed",
        description: "The Expect header may only ask for 100-continue.",
    };

    /// A row names a file that is not there, or is not a plain file.
    pub(super) const GONE: Self = Self {
        status: 410,
        error: "not_found",
        description: "The file that belongs here is no longer stored.",
    };
}

/// How a connection ends before its request was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
