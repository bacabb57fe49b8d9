//! OAuth 2 (RFC 6749): how programs get tokens that act as somebody. A member allows it
//! on a page (`consent.rs`), or the program has the member's password, or it acts as the
//! admin who made its secret. Whoever holds a token may what its user may, read anew with
//! each request; there is one scope, `API`.

mod api;
mod client;
mod consent;
mod metadata;
mod shape;

use crate::access::Access::{Anyone, SignedIn};
use crate::web::lane::Lane;
use crate::web::route::{Route, get, post};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        post("/oauth/v2/token", Anyone, "Get tokens", api::token)
            .outside_api()
            .lane(Lane::Passwords),
        post("/oauth/v2/revoke", Anyone, "Revoke a token", api::revoke).outside_api(),
        get(
            "/.well-known/oauth-authorization-server",
            Anyone,
            "What this authorization server can do",
            metadata::show,
        )
        .outside_api(),
        get(
            "/member/oauth/v2/auth",
            SignedIn,
            "Ask a member for consent",
            consent::ask,
        )
        .page(),
        post(
            "/member/oauth/v2/auth",
            SignedIn,
            "Allow a client, or deny it",
            consent::decide,
        )
        .page(),
    ]
}
