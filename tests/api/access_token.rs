//! Personal access tokens: everybody's own.

use pocketdesk::access;
use pocketdesk::base::error::Error;
use pocketdesk::base::who::Caller;
use serde_json::json;

use crate::support::{Client, Desk};

/// Somebody with this token.
fn with(desk: &Desk, token: &str) -> Client {
    desk.anyone()
        .with_header("Authorization", &format!("Bearer {token}"))
}

#[test]
fn a_token_is_made_used_listed_and_revoked() {
    let desk = Desk::new();
    for client in [desk.ada(), desk.grace(), desk.alan()] {
        let made = client
            .post("/api/access-tokens", json!({ "name": "laptop" }))
            .ok();
        assert_eq!(
            made["message"],
            "Success ! Access token created successfully."
        );
        let token = made["token"].as_str().unwrap();
        assert_eq!(token.len(), 64);
        let (id, shape) = (&made["id"], &made["accessToken"]);
        assert_eq!(shape["name"], "laptop");
        assert_eq!(shape["formatedCreatedAt"], "02-06-2025 09:30am");
        assert_eq!(shape["createdAt"]["date"], "2025-06-02 09:30:20");
        assert!(shape["expiresAt"].is_null() && shape["lastUsedAt"].is_null());
        let other = with(&desk, token);
        other.get("/api/tickets").ok();
        desk.write(|_| Ok(()));
        let listed = client.get("/api/access-tokens").ok();
        let first = &listed["accessTokens"][0];
        assert_eq!(first["id"], *id);
        assert_eq!(first["lastUsedAt"]["date"], "2025-06-02 09:30:20");
        assert_eq!(listed["pagination_data"]["totalCount"], 2);
        assert!(!listed.to_string().contains(token), "shown once");
        let path = format!("/api/access-token/{id}");
        assert_eq!(client.get(&path).ok(), *first);
        let gone = client.delete(&path).ok();
        assert_eq!(
            gone["message"],
            "Success ! Access token revoked successfully."
        );
        assert_eq!(other.get("/api/tickets").error(401), "invalid_grant");
        client.delete(&path).error(404);
        assert_eq!(
            client.get("/api/access-tokens").ok()["pagination_data"]["totalCount"],
            1
        );
    }
}

#[test]
fn somebody_elses_token_is_not_there() {
    let desk = Desk::new();
    let grace = desk.grace();
    let made = grace
        .post("/api/access-tokens", json!({ "name": "hers" }))
        .ok();
    let path = format!("/api/access-token/{}", made["id"]);
    for other in [desk.ada(), desk.alan()] {
        other.get(&path).error(404);
        other.delete(&path).error(404);
        let listed = other.get("/api/access-tokens").ok();
        assert!(!listed.to_string().contains("hers"), "{listed}");
    }
    grace.get(&path).ok();
    desk.anyone().get("/api/access-tokens").error(401);
    desk.anyone()
        .post("/api/access-tokens", json!({ "name": "x" }))
        .error(401);
}

#[test]
fn a_token_ends_when_it_was_said_to() {
    let desk = Desk::new();
    let ada = desk.ada();
    for (expires, secs) in [
        (json!(1), 86_400),
        (json!("1"), 86_400),
        (json!("2025-06-02"), 86_400 - 34_220),
    ] {
        let body = json!({ "name": "short", "expires": expires });
        let made = ada.post("/api/access-tokens", body).ok();
        let client = with(&desk, made["token"].as_str().unwrap());
        desk.clock.advance(secs - 1);
        client.get("/api/tickets").ok();
        desk.clock.advance(1);
        assert_eq!(client.get("/api/tickets").error(401), "invalid_grant");
        let shown = ada.get(&format!("/api/access-token/{}", made["id"])).ok();
        assert_eq!(shown["isExpired"], true);
        desk.clock.advance(-secs);
    }
}

#[test]
fn bad_tokens_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let before = desk.number("SELECT count(*) FROM access_token");
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "  " }), "name"),
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "name": "x", "expires": 0 }), "expires"),
        (json!({ "name": "x", "expires": -3 }), "expires"),
        (json!({ "name": "x", "expires": 4000 }), "expires"),
        (json!({ "name": "x", "expires": "2025-06-01" }), "expires"),
        (json!({ "name": "x", "expires": "soon" }), "expires"),
    ] {
        let answer = ada.post("/api/access-tokens", body.clone());
        answer.error(400);
        assert!(answer.json()["errors"][field][0].is_string(), "{body}");
    }
    assert_eq!(desk.number("SELECT count(*) FROM access_token"), before);
    for number in 0..99 {
        let name = format!("number {number}");
        ada.post("/api/access-tokens", json!({ "name": name })).ok();
    }
    let one_more = ada.post("/api/access-tokens", json!({ "name": "x" }));
    assert_eq!(one_more.error(409), "conflict");
}

#[test]
fn a_token_that_ends_makes_none_that_outlives_it() {
    let desk = Desk::new();
    let made = desk
        .ada()
        .post("/api/access-tokens", json!({ "name": "a", "expires": 2 }))
        .ok();
    let client = with(&desk, made["token"].as_str().unwrap());
    for expires in [json!(""), json!(300)] {
        let body = json!({ "name": "b", "expires": expires });
        let longer = client.post("/api/access-tokens", body).ok();
        assert_eq!(
            longer["accessToken"]["expiresAt"],
            made["accessToken"]["expiresAt"]
        );
    }
    let shorter = client
        .post("/api/access-tokens", json!({ "name": "c", "expires": 1 }))
        .ok();
    assert_eq!(
        shorter["accessToken"]["expiresAt"]["date"],
        "2025-06-03 09:30:20"
    );
}

#[test]
fn lists_have_pages_order_and_search() {
    let desk = Desk::new();
    let ada = desk.ada();
    for name in ["beta", "Alpha", "gamma_x"] {
        ada.post("/api/access-tokens", json!({ "name": name })).ok();
    }
    let names = |query: &str| -> Vec<String> {
        let listed = ada.get(&format!("/api/access-tokens{query}")).ok();
        let tokens = listed["accessTokens"].as_array().unwrap().clone();
        tokens
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("?limit=2"), ["gamma_x", "Alpha"]);
    assert_eq!(names("?limit=2&page=2"), ["beta", "test"]);
    assert_eq!(names("?sort=name&direction=asc")[0], "Alpha");
    assert_eq!(names("?search=a_x"), ["gamma_x"]);
    assert_eq!(names("?search=%25"), Vec::<String>::new());
}

/// The answer holds a secret, and what is kept to be answered again would be a copy of it.
#[test]
fn a_repeated_request_makes_nothing_and_keeps_no_secret() {
    let desk = Desk::new();
    let ada = desk.ada().with_header("Idempotency-Key", "once");
    let body = json!({ "name": "a" });
    let made = ada.post("/api/access-tokens", body.clone()).ok();
    let again = ada.post("/api/access-tokens", body);
    assert_eq!(again.error(409), "conflict");
    assert_eq!(
        desk.number("SELECT count(*) FROM access_token WHERE name = 'a'"),
        1
    );
    let kept: String =
        desk.read(|view| view.one("SELECT CAST(body AS TEXT) FROM idempotency_key", []));
    assert!(!kept.contains(made["token"].as_str().unwrap()));
}

/// A caller is known before their change has its turn; in between everything may have ended.
#[test]
fn a_token_that_ended_meanwhile_makes_no_other() {
    let desk = Desk::new();
    let token = desk.ada().token().to_owned();
    let caller = Caller {
        who: desk.read(|view| access::identify(view, &token)),
        ..Caller::nobody()
    };
    let confirmed = || {
        let db = &desk.app.parts().db;
        db.write(&caller, |change| access::confirm(change.view()))
    };
    confirmed().expect("it stands");
    let ada = caller.who.id;
    desk.write(move |change| access::end_all(change, ada));
    assert!(matches!(confirmed(), Err(Error::TokenEnded)));
}

#[test]
fn unknown_tokens_from_one_address_are_slowed_in_the_end() {
    let desk = Desk::new();
    let stranger = with(&desk, "unknown").at_address("192.0.2.66");
    for _ in 0..1_000 {
        stranger.get("/api/tickets").error(401);
    }
    let slowed = stranger.get("/api/tickets");
    assert_eq!(slowed.error(429), "too_many_requests");
    assert_eq!(slowed.header("retry-after"), Some("1"));
    let good = desk.ada().at_address("192.0.2.66");
    good.get("/api/tickets").ok();
}

#[test]
fn what_ended_long_ago_is_swept() {
    let desk = Desk::new();
    let ada = desk.ada();
    let short = ada
        .post("/api/access-tokens", json!({ "name": "a", "expires": 1 }))
        .ok();
    let revoked = ada.post("/api/access-tokens", json!({ "name": "b" })).ok();
    ada.delete(&format!("/api/access-token/{}", revoked["id"]))
        .ok();
    desk.clock.advance(31 * 86_400 - 1);
    desk.write(pocketdesk::access::sweep);
    let gone = with(&desk, revoked["token"].as_str().unwrap());
    gone.get("/api/tickets").error(401);
    assert_eq!(
        with(&desk, short["token"].as_str().unwrap())
            .get("/api/tickets")
            .error(401),
        "invalid_grant",
        "remembered for a while"
    );
    desk.clock.advance(2);
    desk.write(pocketdesk::access::sweep);
    assert_eq!(
        with(&desk, short["token"].as_str().unwrap())
            .get("/api/tickets")
            .error(401),
        "access_denied"
    );
    ada.get("/api/tickets").ok();
}
