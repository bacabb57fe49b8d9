//! Programs that call, and how people let them in: tokens, API clients, OAuth, sign-in.

use super::super::grid::{
    ADMINS, ADMINS_ON_A_THING, EVERYBODY, Grid, NOWHERE, ON_ONES_OWN, SIGNED_IN,
};
use super::{Row, row};

const NAME: &str = r#"{"name": "<new>"}"#;

/// Whoever knows the secret of a client that there is.
const CLIENTS: Grid = Grid {
    deleted: Some([401; 8]),
    ..EVERYBODY
};
/// A page for people, which is not to be had without saying what for.
const ASKED_FOR_NOTHING: Grid = Grid {
    own: [303, 400, 400, 400, 400, 400, 400, 400],
    ..NOWHERE
};
/// Consent is given in a browser, by whoever is signed in there; a token gives none.
const NO_TOKEN_CONSENTS: Grid = Grid {
    own: [303, 403, 403, 403, 403, 403, 403, 403],
    ..NOWHERE
};
/// Without the proof that the form is the desk's own.
const UNPROVED: Grid = Grid {
    own: [400; 8],
    ..NOWHERE
};
const LED_ON: Grid = Grid {
    own: [303; 8],
    ..NOWHERE
};

pub(super) fn rows() -> Vec<Row> {
    [logins(), doors()].into_iter().flatten().collect()
}

/// What programs sign in with.
fn logins() -> Vec<Row> {
    vec![
        row("GET /access-tokens", &[], "", &SIGNED_IN),
        row("POST /access-tokens", &[], NAME, &SIGNED_IN),
        row(
            "GET /access-token/{id}",
            &["access token"],
            "",
            &ON_ONES_OWN,
        ),
        row(
            "DELETE /access-token/{id}",
            &["access token"],
            "",
            &ON_ONES_OWN,
        ),
        row("GET /api-clients", &[], "", &ADMINS),
        row("POST /api-clients", &[], NAME, &ADMINS),
        row("GET /api-client/{id}", &["client"], "", &ADMINS_ON_A_THING),
        row(
            "PUT /api-client/{id}",
            &["client"],
            NAME,
            &ADMINS_ON_A_THING,
        ),
        row(
            "POST /api-client/{id}/secret",
            &["client"],
            "",
            &ADMINS_ON_A_THING,
        ),
        row(
            "DELETE /api-client/{id}",
            &["client"],
            "",
            &ADMINS_ON_A_THING,
        ),
    ]
}

/// Where programs and browsers come in.
fn doors() -> Vec<Row> {
    vec![
        row(
            "POST /oauth/v2/token",
            &[],
            r#"{"grant_type": "client_credentials", <client login>}"#,
            &CLIENTS,
        ),
        row(
            "POST /oauth/v2/revoke",
            &[],
            r#"{"token": "<new>", <client login>}"#,
            &CLIENTS,
        )
        .done_once(),
        row("GET /.well-known/oauth-authorization-server", &[], "", &EVERYBODY),
        row("GET /member/oauth/v2/auth", &[], "", &ASKED_FOR_NOTHING),
        row(
            "POST /member/oauth/v2/auth",
            &[],
            r#"{"response_type": "code", "decision": "allow", "redirect_uri": "https://app.example.com/cb", <client login>}"#,
            &NO_TOKEN_CONSENTS,
        ).done_once(),
        row("GET /", &[], "", &LED_ON),
        row("GET /sign-in", &[], "", &EVERYBODY),
        row(
            "POST /sign-in",
            &[],
            r#"{"email": "<caller>", "password": "<new>"}"#,
            &UNPROVED,
        ),
        row("POST /sign-out", &[], "", &LED_ON).done_once(),
    ]
}
