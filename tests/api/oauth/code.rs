//! The page of consent, and the codes that it gives.

use serde_json::json;

use super::{CHALLENGE, Program, VERIFIER, choose, consent_fields, parameter, text};
use crate::member;
use crate::session::{side, signed_in};
use crate::support::Desk;

const PLACE: &str = "https://app.example.com/cb";

/// A code that Grace has allowed for this program.
fn code(desk: &Desk, program: &Program, more: &[(&str, &str)]) -> String {
    let mut browser = signed_in(desk, "grace@example.com");
    let location = choose(&mut browser, &program.asks(more), "allow");
    parameter(&location, "code").unwrap_or_else(|| panic!("{location}"))
}

#[test]
fn the_page_says_who_asks_for_what_and_as_whom() {
    let desk = Desk::new();
    let name = "<b>Shop</b> & \"Co\"";
    let program = Program::new(&desk, name, &[PLACE]);
    let mut browser = signed_in(&desk, "grace@example.com");
    let target = program.asks(&[("redirect_uri", PLACE), ("state", "\"><script>")]);
    let page = browser.get(&target);
    let html = page.text();
    for word in [
        "Shop",
        "Grace Hopper",
        "grace@example.com",
        "https://app.example.com",
        "Allow",
        "Deny",
    ] {
        assert!(html.contains(word), "{word}: {html}");
    }
    assert!(!html.contains("<b>") && !html.contains("<script"), "{html}");
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    // Browsers hold the place of the answer against this too.
    assert!(
        policy.contains("form-action 'self' https://app.example.com;"),
        "{policy}"
    );
    for (locale, word) in [("fr", "Autoriser"), ("it", "Consenti"), ("de", "Erlauben")] {
        let page = browser.get(&target.replace("/en/", &format!("/{locale}/")));
        assert!(page.text().contains(word), "{locale}");
    }
}

/// What a customer lets in is let in as a customer, whatever else they are.
#[test]
fn a_code_opens_the_side_that_allowed_it() {
    let desk = side::desk();
    for (on, role) in [("agent", "ROLE_AGENT"), ("customer", "ROLE_CUSTOMER")] {
        let program = Program::new(&desk, on, &[PLACE]);
        let mut browser = side::browser(&desk, on);
        let location = choose(&mut browser, &program.asks(&[]), "allow");
        let code = parameter(&location, "code").expect("a code");
        let issued = program.redeem(&code, &[]).ok();
        let me = program.with(&text(&issued, "access_token")).get("/api/me");
        assert_eq!(me.ok()["roles"], json!([role]), "{on}");
    }
}

#[test]
fn a_member_who_denies_is_sent_back_without_a_code() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let mut browser = signed_in(&desk, "grace@example.com");
    for decision in ["deny", "", "ALLOW"] {
        let location = choose(&mut browser, &program.asks(&[("state", "s")]), decision);
        assert!(
            location.starts_with(&format!("{PLACE}?error=access_denied&")),
            "{location}"
        );
        assert_eq!(parameter(&location, "state").as_deref(), Some("s"));
        assert!(parameter(&location, "iss").is_some());
        assert_eq!(parameter(&location, "code"), None);
    }
    assert_eq!(desk.number("SELECT count(*) FROM authorization_code"), 0);
}

#[test]
fn another_sites_page_allows_nothing() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let mut browser = signed_in(&desk, "grace@example.com");
    let page = browser.get(&program.asks(&[]));
    let fields = consent_fields(&page);
    let without: Vec<(&str, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "_csrf")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain([("decision", "allow")])
        .collect();
    let forged = browser.post("/en/member/oauth/v2/auth", &without);
    assert_eq!(forged.status, 403);
    assert!(
        forged.text().starts_with("<!doctype html>"),
        "{}",
        forged.text()
    );
    let wrong = [without.as_slice(), &[("_csrf", "wrong")]].concat();
    assert_eq!(browser.post("/en/member/oauth/v2/auth", &wrong).status, 403);
    assert_eq!(desk.number("SELECT count(*) FROM authorization_code"), 0);
}

/// Otherwise one program could let in others, and outlive its own end.
#[test]
fn a_program_with_a_token_consents_for_nobody() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let target = program.asks(&[]);
    assert_eq!(desk.grace().get(&target).status, 403);
    let fields = [
        ("response_type", "code"),
        ("client_id", program.client_id.as_str()),
        ("decision", "allow"),
    ];
    let posted = desk.grace().post_form("/en/member/oauth/v2/auth", &fields);
    assert_eq!(posted.status, 403);
    assert_eq!(desk.number("SELECT count(*) FROM authorization_code"), 0);
    let code = code(&desk, &program, &[]);
    let tokens = program.redeem(&code, &[]).ok();
    let client = program.with(&text(&tokens, "access_token"));
    let body = json!({ "name": "for ever" });
    assert_eq!(
        client.post("/api/access-tokens", body).error(403),
        "forbidden"
    );
}

/// With a password of its own making a program would come in when its user has long sent it
/// away, by the very act that is to send it away.
#[test]
fn a_program_that_was_let_in_changes_no_password() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let code = code(&desk, &program, &[]);
    let by_consent = program.redeem(&code, &[]).ok();
    let by_secret = program.by_credentials().ok();
    for (tokens, email) in [
        (&by_consent, "grace@example.com"),
        (&by_secret, "ada@example.com"),
    ] {
        let client = program.with(&text(tokens, "access_token"));
        let own = member::path(&desk, email);
        let before = member::state(&desk);
        let mut targets = vec!["/api/member/profile"];
        targets.extend((email == "ada@example.com").then_some(own.as_str()));
        for target in targets {
            for input in [
                member::body(email, json!({ "password": "of its own" })),
                member::body("its@example.com", json!({})),
            ] {
                let refused = client.put(target, input.clone());
                assert_eq!(refused.error(403), "forbidden", "{target} {input}");
                assert_eq!(member::state(&desk), before, "{target} {input}");
            }
        }
        client
            .put("/api/member/profile", member::body(email, json!({})))
            .ok();
    }
    let client = program.with(&text(&by_secret, "access_token"));
    let body = json!({ "name": "for ever" });
    for target in ["/api/access-tokens", "/api/api-clients"] {
        let refused = client.post(target, body.clone());
        assert_eq!(refused.error(403), "forbidden", "{target}");
    }
}

/// Nor does it make anybody who could come in for it, or do more than an agent.
#[test]
fn a_program_that_was_let_in_makes_no_logins_and_no_admins() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let tokens = program.by_credentials().ok();
    let client = program.with(&text(&tokens, "access_token"));
    let customer = desk.user_id("alan@example.com");
    let agent = desk.user_id("grace@example.com");
    let password = json!({ "password": "of its own" });
    let member = |more: serde_json::Value| member::body("new@example.com", more);
    let before = member::state(&desk);
    for (method, target, input) in [
        ("POST", "/api/members".to_owned(), member(password.clone())),
        (
            "POST",
            "/api/members".to_owned(),
            member(json!({ "role": "ROLE_ADMIN" })),
        ),
        (
            "POST",
            "/api/customers".to_owned(),
            member(password.clone()),
        ),
        (
            "PUT",
            format!("/api/member/{agent}"),
            member::body("grace@example.com", password.clone()),
        ),
        ("PUT", format!("/api/member/{agent}"), member(json!({}))),
        (
            "PUT",
            format!("/api/member/{agent}"),
            member::body("grace@example.com", json!({ "role": "ROLE_ADMIN" })),
        ),
        (
            "PUT",
            format!("/api/customer/{customer}"),
            member::body("alan@example.com", password.clone()),
        ),
        (
            "PUT",
            format!("/api/customer/{customer}"),
            member(json!({})),
        ),
    ] {
        let bytes = input.to_string();
        let refused = client.send(method, &target, "application/json", bytes.as_bytes());
        assert_eq!(refused.error(403), "forbidden", "{method} {target} {input}");
        assert_eq!(member::state(&desk), before, "{method} {target} {input}");
    }
    client.post("/api/members", member(json!({}))).ok();
}

#[test]
fn what_cannot_be_sent_back_safely_is_a_page() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE, "https://app.example.com/other"]);
    let none = Program::new(&desk, "b", &[]);
    let mut browser = signed_in(&desk, "grace@example.com");
    let unknown = Program {
        client_id: "0".repeat(32),
        ..program.clone()
    };
    let evil = "https://evil.example/cb";
    let longer = format!("{PLACE}/more");
    let long_state = "x".repeat(5_000);
    for target in [
        unknown.asks(&[("redirect_uri", PLACE)]),
        program.asks(&[]),
        program.asks(&[("redirect_uri", evil)]),
        program.asks(&[("redirect_uri", &longer)]),
        program.asks(&[("redirect_uri", "https://app.example.com/CB")]),
        program.asks(&[("redirect_uri", PLACE), ("state", &long_state)]),
        none.asks(&[]),
        none.asks(&[("redirect_uri", evil)]),
        "/member/oauth/v2/auth".to_owned(),
    ] {
        let page = browser.get(&target);
        assert_eq!(page.status, 400, "{target}");
        assert_eq!(page.header("location"), None);
        assert!(page.text().starts_with("<!doctype html>"));
        assert!(!page.text().contains("evil.example"), "{}", page.text());
    }
}

#[test]
fn what_is_wrong_otherwise_is_told_to_the_client() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let public = Program::public(&desk, &[PLACE]);
    let mut browser = signed_in(&desk, "grace@example.com");
    let challenge = ("code_challenge", CHALLENGE);
    let table: [(String, &str); 6] = [
        (
            program
                .asks(&[])
                .replace("response_type=code", "response_type=token"),
            "unsupported_response_type",
        ),
        (public.asks(&[]), "invalid_request"),
        (public.asks(&[challenge]), "invalid_request"),
        (
            public.asks(&[challenge, ("code_challenge_method", "plain")]),
            "invalid_request",
        ),
        (
            program.asks(&[challenge, ("code_challenge_method", "plain")]),
            "invalid_request",
        ),
        (
            public.asks(&[
                ("code_challenge", "short"),
                ("code_challenge_method", "S256"),
            ]),
            "invalid_request",
        ),
    ];
    for (target, error) in table {
        let answer = browser.get(&format!("{target}&state=s"));
        let location = answer.header("location").unwrap_or_default();
        assert!(location.starts_with(PLACE), "{target}: {location}");
        assert_eq!(
            parameter(location, "error").as_deref(),
            Some(error),
            "{target}"
        );
        assert_eq!(parameter(location, "state").as_deref(), Some("s"));
        assert!(parameter(location, "error_description").unwrap().is_ascii());
    }
}

#[test]
fn a_code_is_taken_once_and_soon_and_a_second_time_ends_what_it_gave() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let first = code(&desk, &program, &[]);
    let tokens = program.redeem(&first, &[]).ok();
    let client = program.with(&text(&tokens, "access_token"));
    client.get("/api/me").ok();
    assert_eq!(program.redeem(&first, &[]).error(400), "invalid_grant");
    assert_eq!(client.get("/api/me").error(401), "invalid_grant");
    let refresh = text(&tokens, "refresh_token");
    assert_eq!(program.refresh(&refresh).error(400), "invalid_grant");
    let in_time = code(&desk, &program, &[]);
    desk.clock.advance(59);
    program.redeem(&in_time, &[]).ok();
    let late = code(&desk, &program, &[]);
    desk.clock.advance(60);
    assert_eq!(program.redeem(&late, &[]).error(400), "invalid_grant");
    assert_eq!(program.redeem("nothing", &[]).error(400), "invalid_grant");
}

#[test]
fn a_code_is_bound_to_its_client_its_place_and_its_challenge() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE, "https://app.example.com/other"]);
    let other = Program::new(&desk, "b", &[PLACE]);
    let proved = code(
        &desk,
        &program,
        &[
            ("redirect_uri", PLACE),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ],
    );
    let place = ("redirect_uri", PLACE);
    let verifier = ("code_verifier", VERIFIER);
    let elsewhere = ("redirect_uri", "https://app.example.com/other");
    let table: [(&Program, &[(&str, &str)]); 6] = [
        (&other, &[place, verifier]),
        (&program, &[verifier]),
        (&program, &[elsewhere, verifier]),
        (&program, &[place]),
        (&program, &[place, ("code_verifier", "wrong")]),
        // As `plain` would have it.
        (&program, &[place, ("code_verifier", CHALLENGE)]),
    ];
    for (client, fields) in table {
        let refused = client.redeem(&proved, fields);
        assert_eq!(refused.error(400), "invalid_grant", "{fields:?}");
    }
    program.redeem(&proved, &[place, verifier]).ok();
    // A verifier without a challenge: somebody took the challenge out of the request.
    let unproved = code(&desk, &program, &[place]);
    let refused = program.redeem(&unproved, &[place, verifier]);
    assert_eq!(refused.error(400), "invalid_grant");
}

#[test]
fn a_code_ends_with_the_password_and_with_the_clients_places() {
    let desk = Desk::new();
    let program = Program::new(&desk, "a", &[PLACE]);
    let first = code(&desk, &program, &[]);
    desk.set_password("grace@example.com", "another horse");
    assert_eq!(program.redeem(&first, &[]).error(400), "invalid_grant");
    let second = code(&desk, &program, &[]);
    let path = format!("/api/api-client/{}", program.id);
    let body = json!({ "redirectUris": "https://app.example.com/new" });
    desk.ada().put(&path, body).ok();
    assert_eq!(program.redeem(&second, &[]).error(400), "invalid_grant");
    assert_eq!(desk.number("SELECT count(*) FROM authorization_code"), 0);
}

#[test]
fn a_native_program_is_answered_by_its_own_scheme() {
    let desk = Desk::new();
    let place = "com.example.app:/cb";
    let program = Program::public(&desk, &[place]);
    let mut browser = signed_in(&desk, "alan@example.com");
    let target = program.asks(&[
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let policy = browser.get(&target);
    let policy = policy.header("content-security-policy").unwrap();
    assert!(
        policy.contains("form-action 'self' com.example.app:;"),
        "{policy}"
    );
    let location = choose(&mut browser, &target, "allow");
    assert!(
        location.starts_with("com.example.app:/cb?code="),
        "{location}"
    );
    let code = parameter(&location, "code").unwrap();
    let tokens = program.redeem(&code, &[("code_verifier", VERIFIER)]).ok();
    let client = program.with(&text(&tokens, "access_token"));
    assert_eq!(client.get("/api/labels").error(403), "forbidden");
}
