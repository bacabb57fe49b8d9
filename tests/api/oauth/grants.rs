//! `POST /oauth/v2/token` but for codes: passwords, refresh tokens, the client itself.

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use super::{Program, text};
use crate::member;
use crate::support::Desk;

const PASSWORD: &str = "correct horse";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.set_password("grace@example.com", PASSWORD);
    desk
}

#[test]
fn a_password_gets_tokens_however_it_is_sent() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let made = program.by_password("grace@example.com", PASSWORD);
    assert_eq!(made.header("cache-control"), Some("no-store"));
    assert_eq!(made.header("pragma"), Some("no-cache"));
    assert_eq!(made.header("access-control-allow-origin"), Some("*"));
    let tokens = made.ok();
    let keys: Vec<&String> = tokens.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "access_token",
            "token_type",
            "expires_in",
            "scope",
            "refresh_token"
        ]
    );
    assert_eq!(tokens["token_type"], "bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], "API");
    let client = program.with(&text(&tokens, "access_token"));
    assert_eq!(client.get("/api/me").ok()["email"], "grace@example.com");
    let secret = program.secret.clone().unwrap();
    let login = json!({ "grant_type": "password", "client_id": program.client_id,
        "client_secret": secret, "username": " Grace@Example.com ", "password": PASSWORD });
    desk.anyone().post("/oauth/v2/token", login.clone()).ok();
    desk.anyone().post("/fr/oauth/v2/token", login).ok();
    let query = format!(
        "/oauth/v2/token?grant_type=password&client_id={}&client_secret={secret}\
         &username=grace%40example.com&password=correct+horse",
        program.client_id
    );
    desk.anyone().send("POST", &query, "", b"").ok();
    assert_eq!(desk.anyone().get(&query).error(405), "method_not_allowed");
    let basic = Base64::encode_string(format!("{}:{secret}", program.client_id).as_bytes());
    let by_basic = desk
        .anyone()
        .with_header("Authorization", &format!("Basic {basic}"));
    let fields = [
        ("grant_type", "password"),
        ("username", "grace@example.com"),
        ("password", PASSWORD),
    ];
    by_basic.post_form("/oauth/v2/token", &fields).ok();
    let two = [fields.as_slice(), &[("client_secret", "other")]].concat();
    let refused = by_basic.post_form("/oauth/v2/token", &two);
    assert_eq!(refused.error(400), "invalid_request");
}

#[test]
fn customers_get_tokens_that_see_what_is_theirs() {
    let desk = desk();
    desk.set_password("alan@example.com", PASSWORD);
    let own = desk.ticket("mine");
    let other = desk.ticket_of("other@example.com", "not mine");
    let program = Program::public(&desk, &[]);
    let tokens = program.by_password("alan@example.com", PASSWORD).ok();
    let client = program.with(&text(&tokens, "access_token"));
    client
        .get(&format!("/api/ticket/{}", own.increment_id))
        .ok();
    client
        .get(&format!("/api/ticket/{}", other.increment_id))
        .error(404);
}

/// What was sent, and the status and the code of the answer.
type Refused<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);

#[test]
fn what_is_wrong_has_the_standards_names() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let table: [Refused<'_>; 10] = [
        (&[], 400, "invalid_request"),
        (&[("grant_type", "")], 400, "invalid_request"),
        (&[("grant_type", "implicit")], 400, "unsupported_grant_type"),
        (&[("grant_type", "password")], 400, "invalid_request"),
        (
            &[
                ("grant_type", "password"),
                ("username", "grace@example.com"),
            ],
            400,
            "invalid_request",
        ),
        (
            &[("grant_type", "password"), ("password", PASSWORD)],
            400,
            "invalid_request",
        ),
        (
            &[
                ("grant_type", "password"),
                ("username", "grace@example.com"),
                ("password", "wrong"),
            ],
            400,
            "invalid_grant",
        ),
        (
            &[("grant_type", "authorization_code")],
            400,
            "invalid_request",
        ),
        (&[("grant_type", "refresh_token")], 400, "invalid_request"),
        (
            &[("grant_type", "refresh_token"), ("refresh_token", "x")],
            400,
            "invalid_grant",
        ),
    ];
    for (fields, status, code) in table {
        let answer = program.token(fields);
        assert_eq!(answer.error(status), code, "{fields:?}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let keys: Vec<String> = answer.json().as_object().unwrap().keys().cloned().collect();
        assert_eq!(keys, ["error", "error_description"]);
    }
    assert_eq!(desk.number("SELECT count(*) FROM token_family"), 0);
}

#[test]
fn a_client_must_be_who_it_says() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let public = Program::public(&desk, &[]);
    let unknown = Program {
        client_id: "0".repeat(32),
        ..program.clone()
    };
    let nameless = Program {
        secret: None,
        ..program.clone()
    };
    for (who, program) in [
        ("a wrong secret", &program.with_secret("wrong")),
        ("an empty secret", &program.with_secret("")),
        ("no secret", &nameless),
        ("an unknown client", &unknown),
        ("a secret where there is none", &public.with_secret("x")),
    ] {
        let answer = program.by_password("grace@example.com", PASSWORD);
        assert_eq!(answer.error(401), "invalid_client", "{who}");
        let asks = answer.header("www-authenticate").unwrap();
        assert!(asks.starts_with("Basic"), "{who}");
        assert!(!answer.text().contains("access_token"));
    }
    let fields = [("grant_type", "client_credentials")];
    let answer = desk.anyone().post_form("/oauth/v2/token", &fields);
    assert_eq!(answer.error(401), "invalid_client");
    assert_eq!(desk.number("SELECT count(*) FROM token_family"), 0);
}

#[test]
fn a_refresh_token_is_spent_for_the_next() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let first = program.by_password("grace@example.com", PASSWORD).ok();
    let second = program.refresh(&text(&first, "refresh_token")).ok();
    for key in ["access_token", "refresh_token"] {
        assert_ne!(first[key], second[key]);
    }
    program
        .with(&text(&second, "access_token"))
        .get("/api/me")
        .ok();
    let other = Program::new(&desk, "b", &[]);
    let refresh = text(&second, "refresh_token");
    assert_eq!(other.refresh(&refresh).error(400), "invalid_grant");
    program.refresh(&refresh).ok();
    let late = program.by_password("grace@example.com", PASSWORD).ok();
    desk.clock.advance(14 * 86_400);
    let refresh = text(&late, "refresh_token");
    assert_eq!(program.refresh(&refresh).error(400), "invalid_grant");
}

/// Who sends a spent one is a thief or was robbed: nobody can tell which of the two.
#[test]
fn a_spent_refresh_token_ends_its_family() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let bystander = program.by_password("grace@example.com", PASSWORD).ok();
    let first = program.by_password("grace@example.com", PASSWORD).ok();
    let second = program.refresh(&text(&first, "refresh_token")).ok();
    let third = program.refresh(&text(&second, "refresh_token")).ok();
    let other = Program::new(&desk, "b", &[]);
    other.refresh(&text(&first, "refresh_token")).error(400);
    program
        .with(&text(&third, "access_token"))
        .get("/api/me")
        .ok();
    let stolen = program.refresh(&text(&first, "refresh_token"));
    assert_eq!(stolen.error(400), "invalid_grant");
    for tokens in [&first, &second, &third] {
        let client = program.with(&text(tokens, "access_token"));
        assert_eq!(client.get("/api/me").error(401), "invalid_grant");
    }
    let newest = program.refresh(&text(&third, "refresh_token"));
    assert_eq!(newest.error(400), "invalid_grant");
    program
        .with(&text(&bystander, "access_token"))
        .get("/api/me")
        .ok();
}

#[test]
fn of_many_who_spend_one_at_once_one_gets_the_next() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let tokens = program.by_password("grace@example.com", PASSWORD).ok();
    let refresh = text(&tokens, "refresh_token");
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| program.refresh(&refresh).status))
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|one| **one == 200).count(), 1);
    assert_eq!(desk.number("SELECT count(*) FROM token_family"), 0);
}

/// A script that asks anew each time instead of renewing must not fill the disk.
#[test]
fn a_client_holds_so_many_families_of_a_user_and_no_more() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let other = Program::new(&desk, "b", &[]).by_credentials().ok();
    let first = program.by_credentials().ok();
    for _ in 0..99 {
        program.by_credentials().ok();
    }
    let client = program.with(&text(&first, "access_token"));
    client.get("/api/me").ok();
    program.by_credentials().ok();
    assert_eq!(client.get("/api/me").error(401), "invalid_grant");
    let others = program.with(&text(&other, "access_token"));
    others.get("/api/me").ok();
    assert_eq!(desk.number("SELECT count(*) FROM token_family"), 101);
    desk.clock.advance(2 * 86_400);
    desk.write(pocketdesk::access::sweep);
    let kept = "SELECT count(*) FROM access_token WHERE kind = 'oauth'";
    assert_eq!(desk.number(kept), 0);
}

/// Nor must one that renews itself for years.
#[test]
fn a_spent_refresh_token_is_not_kept_for_ever() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let mut tokens = program.by_password("grace@example.com", PASSWORD).ok();
    let first = text(&tokens, "refresh_token");
    for _ in 0..5 {
        desk.clock.advance(10 * 86_400);
        tokens = program.refresh(&text(&tokens, "refresh_token")).ok();
        desk.write(pocketdesk::access::sweep);
    }
    // The first ended 36 days ago, the second 26: still known, should it come again.
    assert_eq!(desk.number("SELECT count(*) FROM refresh_token"), 5);
    assert_eq!(program.refresh(&first).error(400), "invalid_grant");
    program.refresh(&text(&tokens, "refresh_token")).ok();
}

#[test]
fn a_client_acts_by_itself_as_who_made_it() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let tokens = program.by_credentials().ok();
    assert_eq!(tokens["refresh_token"], Value::Null);
    let client = program.with(&text(&tokens, "access_token"));
    assert_eq!(client.get("/api/me").ok()["email"], "ada@example.com");
    let public = Program::public(&desk, &[]);
    let refused = public.by_credentials();
    assert_eq!(refused.error(400), "unauthorized_client");
}

#[test]
fn what_lets_a_member_in_ends_with_their_password_and_their_activity() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let path = member::path(&desk, "grace@example.com");
    let inactive = member::body("grace@example.com", json!({ "isActive": 0 }));
    for end in ["password", "activity"] {
        let tokens = program.by_password("grace@example.com", PASSWORD).ok();
        let client = program.with(&text(&tokens, "access_token"));
        client.get("/api/me").ok();
        if end == "password" {
            desk.set_password("grace@example.com", PASSWORD);
        } else {
            desk.ada().put(&path, inactive.clone()).ok();
        }
        assert_eq!(client.get("/api/me").error(401), "invalid_grant", "{end}");
        let refresh = text(&tokens, "refresh_token");
        assert_eq!(program.refresh(&refresh).error(400), "invalid_grant");
        assert_eq!(desk.number("SELECT count(*) FROM refresh_token"), 0);
    }
    let inactive = program.by_password("grace@example.com", PASSWORD);
    assert_eq!(inactive.error(400), "invalid_grant");
}

/// A program that changes its user's password goes on; every other one is sent away.
#[test]
fn a_new_password_spares_the_token_that_set_it() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    let own = program.by_password("grace@example.com", PASSWORD).ok();
    let other = program.by_password("grace@example.com", PASSWORD).ok();
    let client = program.with(&text(&own, "access_token"));
    let body = member::body("grace@example.com", json!({ "password": "another horse" }));
    client.put("/api/member/profile", body).ok();
    client.get("/api/me").ok();
    program.refresh(&text(&own, "refresh_token")).ok();
    program
        .with(&text(&other, "access_token"))
        .get("/api/me")
        .error(401);
    program.refresh(&text(&other, "refresh_token")).error(400);
}

#[test]
fn guesses_are_slowed_for_passwords_and_for_clients() {
    let desk = desk();
    let program = Program::new(&desk, "a", &[]);
    for email in ["grace@example.com", "nobody@example.com"] {
        for _ in 0..10 {
            assert_eq!(
                program.by_password(email, "wrong").error(400),
                "invalid_grant"
            );
        }
        let slowed = program.by_password(email, "wrong");
        assert_eq!(slowed.error(429), "too_many_requests", "{email}");
        assert_eq!(slowed.header("retry-after"), Some("1"));
    }
    let here = Program {
        anyone: desk.anyone().at_address("192.0.2.66"),
        ..program.with_secret("wrong")
    };
    for _ in 0..100 {
        here.by_credentials().error(401);
    }
    assert_eq!(here.by_credentials().error(429), "too_many_requests");
    program.by_credentials().ok();
}

/// A server that renews for a thousand people from one address meets refresh tokens that
/// have ended every day.
#[test]
fn a_client_that_is_who_it_says_is_not_slowed_by_what_has_ended() {
    let desk = desk();
    let at = |program: Program| Program {
        anyone: desk.anyone().at_address("192.0.2.66"),
        ..program
    };
    let here = at(Program::new(&desk, "a", &[]));
    for _ in 0..101 {
        assert_eq!(here.refresh("ended").error(400), "invalid_grant");
    }
    here.by_credentials().ok();
    // One without a secret proves nothing by its name.
    let public = at(Program::public(&desk, &[]));
    for _ in 0..100 {
        assert_eq!(public.refresh("ended").error(400), "invalid_grant");
    }
    assert_eq!(public.refresh("ended").error(429), "too_many_requests");
}
