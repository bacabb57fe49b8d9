//! Somebody who is an agent and a customer: what opens which of the two, and what it ends
//! with.

use serde_json::{Value, json};

use super::{Browser, PASSWORD, field, signed_in};
use crate::oauth::Program;
use crate::support::{Client, Desk};

const GRACE: &str = "grace@example.com";

/// A desk on which Grace is both, and has a ticket as a customer.
pub(crate) fn desk() -> Desk {
    let desk = Desk::new();
    let both =
        json!({ "firstName": "Grace", "lastName": "Hopper", "email": GRACE, "contactNumber": "" });
    desk.ada().post("/api/customers", both).ok();
    desk.ticket("Alan's");
    desk.ticket_of(GRACE, "Her own");
    desk.set_password(GRACE, PASSWORD);
    desk
}

/// What somebody is, and how many tickets they see.
#[track_caller]
fn seen(client: &Client) -> (Value, Value) {
    let me = client.get("/api/me").ok();
    let tickets = client.get("/api/tickets?status=all").ok();
    let count = tickets["pagination"]["totalCount"].clone();
    (me["roles"].clone(), count)
}

fn agent() -> (Value, Value) {
    (json!(["ROLE_AGENT"]), json!(2))
}

fn customer() -> (Value, Value) {
    (json!(["ROLE_CUSTOMER"]), json!(1))
}

/// A browser in which Grace has signed in on this side.
pub(crate) fn browser(desk: &Desk, side: &str) -> Browser {
    let mut browser = Browser::new(desk.anyone());
    let page = browser.get(&format!("/en/sign-in?side={side}"));
    let mut fields = vec![("email", GRACE), ("password", PASSWORD)];
    let (csrf, side_of_form) = (field(&page, "_csrf"), page.text().contains("name=\"side\""));
    fields.push(("_csrf", &csrf));
    if side_of_form {
        fields.push(("side", side));
    }
    let answer = browser.post("/en/sign-in", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    browser
}

#[test]
fn a_session_opens_the_side_that_was_chosen() {
    let desk = desk();
    assert_eq!(seen(&browser(&desk, "").client()), agent());
    assert_eq!(seen(&browser(&desk, "agent").client()), agent());
    let mut chosen = browser(&desk, "customer");
    assert_eq!(seen(&chosen.client()), customer());
    // What is not a customer's is not theirs, whatever else they are.
    chosen.client().get("/api/labels").error(403);
    // Their own token opens what they are in this session.
    let csrf = chosen.csrf();
    let client = chosen.client().with_header("X-CSRF-Token", &csrf);
    let made = client.post("/api/access-tokens", json!({ "name": "mine" }));
    let made = made.ok();
    let token = made["token"].as_str().expect("a token");
    let by_token = desk
        .anyone()
        .with_header("Authorization", &format!("Bearer {token}"));
    assert_eq!(seen(&by_token), customer());
    let again = by_token
        .post("/api/access-tokens", json!({ "name": "next" }))
        .ok();
    let next = again["token"].as_str().expect("a token");
    let by_next = desk
        .anyone()
        .with_header("Authorization", &format!("Bearer {next}"));
    assert_eq!(seen(&by_next), customer());
    // Each side has its own tokens.
    let path = format!("/api/access-token/{}", made["id"]);
    let as_agent = desk.grace();
    as_agent.get(&path).error(404);
    as_agent.delete(&path).error(404);
    assert!(!as_agent.get("/api/access-tokens").text().contains("mine"));
    assert_eq!(seen(&as_agent), agent());
}

#[test]
fn who_is_one_thing_alone_gets_that() {
    let desk = Desk::new();
    for (email, side, role) in [
        ("alan@example.com", "agent", "ROLE_CUSTOMER"),
        (GRACE, "customer", "ROLE_AGENT"),
    ] {
        desk.set_password(email, PASSWORD);
        let program = Program::new(&desk, &format!("of {email}"), &[]);
        let answer = program.token(&[
            ("grant_type", "password"),
            ("username", email),
            ("password", PASSWORD),
            ("side", side),
        ]);
        let token = answer.ok()["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let me = program.with(&token).get("/api/me").ok();
        assert_eq!(me["roles"], json!([role]), "{email}");
    }
    assert_eq!(
        signed_in(&desk, "alan@example.com").get("/api/me").ok()["roles"],
        json!(["ROLE_CUSTOMER"])
    );
}

#[test]
fn tokens_of_a_family_stay_on_the_side_that_began_it() {
    let desk = desk();
    let program = Program::new(&desk, "both", &[]);
    let ask = |side: &str| {
        program.token(&[
            ("grant_type", "password"),
            ("username", GRACE),
            ("password", PASSWORD),
            ("side", side),
        ])
    };
    let text = |answer: &Value, key: &str| answer[key].as_str().expect("a text").to_owned();
    for (side, wanted) in [("", agent()), ("agent", agent()), ("customer", customer())] {
        let first = ask(side).ok();
        assert_eq!(seen(&program.with(&text(&first, "access_token"))), wanted);
        let refresh = text(&first, "refresh_token");
        let next = program
            .token(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)])
            .ok();
        assert_eq!(seen(&program.with(&text(&next, "access_token"))), wanted);
    }
    assert_eq!(ask("king").error(400), "invalid_request");
}

#[test]
fn a_side_that_goes_takes_what_opened_it_and_nothing_else() {
    for (goes, path) in [("customer", "customer"), ("agent", "member")] {
        let desk = desk();
        let grace = desk.user_id(GRACE);
        let opened = [browser(&desk, "agent"), browser(&desk, "customer")].map(|one| one.client());
        let tokens = ["agent", "customer"].map(|side| {
            let program = Program::new(&desk, side, &[]);
            let answer = program.token(&[
                ("grant_type", "password"),
                ("username", GRACE),
                ("password", PASSWORD),
                ("side", side),
            ]);
            let token = answer.ok()["access_token"]
                .as_str()
                .expect("a token")
                .to_owned();
            program.with(&token)
        });
        desk.ada().delete(&format!("/api/{path}/{grace}")).ok();
        for (side, at) in [("agent", 0), ("customer", 1)] {
            let wanted = if side == goes { 401 } else { 200 };
            for client in [&opened[at], &tokens[at]] {
                let answer = client.get("/api/me");
                assert_eq!(
                    answer.status,
                    wanted,
                    "{goes} went, {side}: {}",
                    answer.text()
                );
            }
        }
        // What has ended stays so when the side comes back.
        let back = json!({ "firstName": "Grace", "lastName": "Hopper", "email": GRACE, "contactNumber": "" });
        if goes == "customer" {
            desk.ada().post("/api/customers", back).ok();
            opened[1].get("/api/me").error(401);
            tokens[1].get("/api/me").error(401);
            assert_eq!(opened[0].get("/api/me").status, 200);
        }
    }
}
