//! What the authorization server and the document say of it.

use serde_json::json;

use crate::support::Desk;

#[test]
fn a_program_finds_its_way() {
    let desk = Desk::new();
    let said = desk
        .anyone()
        .get("/.well-known/oauth-authorization-server")
        .ok();
    assert_eq!(said["issuer"], "https://desk.example.com");
    assert_eq!(
        said["token_endpoint"],
        "https://desk.example.com/oauth/v2/token"
    );
    assert_eq!(said["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(said["response_types_supported"], json!(["code"]));
    assert_eq!(said["authorization_response_iss_parameter_supported"], true);
    for key in [
        "authorization_endpoint",
        "token_endpoint",
        "revocation_endpoint",
    ] {
        let target = said[key].as_str().unwrap();
        let target = target.strip_prefix("https://desk.example.com").unwrap();
        let answer = desk.anyone().send("OPTIONS", target, "", b"");
        assert_eq!(answer.status, 204, "{target}");
    }
}

#[test]
fn the_document_names_every_way_in() {
    let desk = Desk::new();
    let document = desk.anyone().get("/api/openapi.json").ok();
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["bearer"]["scheme"], "bearer");
    assert_eq!(
        schemes["oauth2"]["flows"]["authorizationCode"]["tokenUrl"],
        "/oauth/v2/token"
    );
    assert_eq!(schemes["session"]["in"], "cookie");
    assert!(document["paths"]["/oauth/v2/token"]["post"].is_object());
    assert!(document["paths"]["/api/access-tokens.json"]["post"].is_object());
}
