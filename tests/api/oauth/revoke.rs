//! `POST /oauth/v2/revoke` (RFC 7009).

use serde_json::json;

use super::{Program, text};
use crate::support::Desk;

fn tokens(desk: &Desk, program: &Program) -> (String, String) {
    desk.set_password("grace@example.com", "correct horse");
    let tokens = program
        .by_password("grace@example.com", "correct horse")
        .ok();
    (
        text(&tokens, "access_token"),
        text(&tokens, "refresh_token"),
    )
}

#[test]
fn an_access_token_ends_alone_and_a_refresh_token_with_its_family() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[]);
    let (access, refresh) = tokens(&desk, &program);
    let hinted = [
        ("token", access.as_str()),
        ("token_type_hint", "refresh_token"),
    ];
    assert_eq!(program.post("/oauth/v2/revoke", &hinted).ok(), json!({}));
    assert_eq!(
        program.with(&access).get("/api/me").error(401),
        "invalid_grant"
    );
    let renewed = program.refresh(&refresh).ok();
    let (access, refresh) = (
        text(&renewed, "access_token"),
        text(&renewed, "refresh_token"),
    );
    program.with(&access).get("/api/me").ok();
    let answer = program.post("/oauth/v2/revoke", &[("token", &refresh)]);
    answer.ok();
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        program.with(&access).get("/api/me").error(401),
        "invalid_grant"
    );
    assert_eq!(program.refresh(&refresh).error(400), "invalid_grant");
    // What is unknown, or has ended, is revoked already.
    for token in ["nothing", &access, &refresh] {
        program.post("/oauth/v2/revoke", &[("token", token)]).ok();
    }
}

#[test]
fn a_client_revokes_its_own_tokens_alone() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[]);
    let other = Program::new(&desk, "b", &[]);
    let (access, refresh) = tokens(&desk, &program);
    let personal = desk.ada();
    for token in [access.as_str(), &refresh, personal.token()] {
        let refused = other.post("/oauth/v2/revoke", &[("token", token)]);
        assert_eq!(refused.error(400), "unauthorized_client");
    }
    let stranger = program.with_secret("wrong");
    let refused = stranger.post("/oauth/v2/revoke", &[("token", &access)]);
    assert_eq!(refused.error(401), "invalid_client");
    let empty = program.post("/oauth/v2/revoke", &[]);
    assert_eq!(empty.error(400), "invalid_request");
    program.with(&access).get("/api/me").ok();
    personal.get("/api/me").ok();
    program.refresh(&refresh).ok();
}
