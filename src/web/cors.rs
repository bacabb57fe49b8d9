//! What browsers are told of other sites: any may call with a token that it holds, and
//! none with a cookie of ours.

use super::reply::{Body, Reply};

/// What lets other sites read an answer.
pub const SHARED: [(&str, &str); 2] = [
    ("Access-Control-Allow-Origin", "*"),
    (
        "Access-Control-Expose-Headers",
        "ETag, X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset",
    ),
];

/// The answer to a browser that asks before it calls from another site.
pub fn preflight(methods: &[&str]) -> Reply {
    let methods = methods.join(", ");
    Reply {
        status: 204,
        headers: vec![
            ("Allow".into(), methods.clone()),
            ("Access-Control-Allow-Methods".into(), methods),
            (
                "Access-Control-Allow-Headers".into(),
                "Authorization, Content-Type, Accept, Accept-Language, If-Match, If-None-Match, Idempotency-Key"
                    .into(),
            ),
            ("Access-Control-Max-Age".into(), "86400".into()),
        ],
        body: Body::Bytes(Vec::new()),
    }
}

/// The same answer, readable from other sites. It is for this caller, so nobody keeps it
/// unasked.
pub fn shared(reply: Reply) -> Reply {
    let reply = match reply.header("Cache-Control") {
        Some(_) => reply,
        None => reply.with_header("Cache-Control", "private, no-cache"),
    };
    SHARED.iter().fold(reply, |reply, (name, value)| {
        reply.with_header(name, *value)
    })
}
