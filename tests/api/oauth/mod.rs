//! OAuth 2, as programs and the members who let them in meet it.

mod code;
mod grants;
mod metadata;
mod revoke;

use serde_json::{Value, json};

use crate::session::{Browser, field};
use crate::support::client::Answer;
use crate::support::{Client, Desk};

/// RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A program that an admin has made a client for.
#[derive(Clone)]
pub(crate) struct Program {
    anyone: Client,
    pub(crate) id: i64,
    pub(crate) client_id: String,
    secret: Option<String>,
}

impl Program {
    /// One that keeps a secret, made by the owner.
    pub(crate) fn new(desk: &Desk, name: &str, redirect_uris: &[&str]) -> Self {
        Self::made(desk, json!({ "name": name, "redirectUris": redirect_uris }))
    }

    /// One that can keep none.
    fn public(desk: &Desk, redirect_uris: &[&str]) -> Self {
        let body = json!({ "name": "app", "redirectUris": redirect_uris, "isPublic": true });
        Self::made(desk, body)
    }

    fn made(desk: &Desk, body: Value) -> Self {
        let made = desk.ada().post("/api/api-clients", body).ok();
        Self {
            anyone: desk.anyone(),
            id: made["id"].as_i64().expect("an id"),
            client_id: text(&made, "clientId"),
            secret: made["clientSecret"].as_str().map(str::to_owned),
        }
    }

    /// The same with another secret.
    pub(crate) fn with_secret(&self, secret: &str) -> Self {
        Self {
            secret: Some(secret.to_owned()),
            ..self.clone()
        }
    }

    /// Somebody with this token.
    pub(crate) fn with(&self, token: &str) -> Client {
        self.anyone
            .with_header("Authorization", &format!("Bearer {token}"))
    }

    /// Posts to an endpoint, with the client's own login.
    pub(crate) fn post(&self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = vec![("client_id", self.client_id.as_str())];
        all.extend(self.secret.as_deref().map(|one| ("client_secret", one)));
        all.extend_from_slice(fields);
        self.anyone.post_form(target, &all)
    }

    /// Asks for tokens.
    pub(crate) fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.post("/oauth/v2/token", fields)
    }

    pub(crate) fn by_password(&self, email: &str, password: &str) -> Answer {
        self.token(&[
            ("grant_type", "password"),
            ("username", email),
            ("password", password),
        ])
    }

    pub(crate) fn by_credentials(&self) -> Answer {
        self.token(&[("grant_type", "client_credentials")])
    }

    pub(crate) fn refresh(&self, token: &str) -> Answer {
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// Changes a code for tokens.
    fn redeem(&self, code: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code)];
        fields.extend_from_slice(more);
        self.token(&fields)
    }

    /// Where a member's browser is sent to be asked.
    fn asks(&self, more: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("response_type", "code");
        query.append_pair("client_id", &self.client_id);
        query.extend_pairs(more);
        format!("/en/member/oauth/v2/auth?{}", query.finish())
    }
}

/// The fields of the page of consent, all of them.
fn consent_fields(page: &Answer) -> Vec<(String, String)> {
    let text = page.text();
    let form = text
        .split_once("action=\"/en/member/oauth/v2/auth\"")
        .unwrap_or_else(|| panic!("no form: {text}"))
        .1;
    form.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").expect("a value");
            let (value, _) = rest.split_once('"').expect("its end");
            (name.to_owned(), value.replace("&#38;", "&"))
        })
        .collect()
}

/// Looks at the page and chooses; answers where the browser is sent.
fn choose(browser: &mut Browser, target: &str, decision: &str) -> String {
    let page = browser.get(target);
    assert_eq!(page.status, 200, "{}", page.text());
    let fields = consent_fields(&page);
    let mut fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.push(("decision", decision));
    let answer = browser.post("/en/member/oauth/v2/auth", &fields);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").expect("a way on").to_owned()
}

/// A parameter of the address that a browser was sent to.
fn parameter(location: &str, name: &str) -> Option<String> {
    let (_, query) = location.split_once('?')?;
    form_urlencoded::parse(query.as_bytes())
        .find(|(have, _)| have == name)
        .map(|(_, value)| value.into_owned())
}

/// The text under a key of an answer.
fn text(answer: &Value, key: &str) -> String {
    answer[key]
        .as_str()
        .unwrap_or_else(|| panic!("{key}: {answer}"))
        .to_owned()
}

/// Everything at once, as a program and a member go through it.
#[test]
fn a_program_is_let_in_renews_itself_and_is_sent_away() {
    let desk = Desk::new();
    desk.set_password("grace@example.com", "correct horse");
    let place = "https://app.example.com/cb?tenant=1";
    let program = Program::public(&desk, &[place, "com.example.app:/cb"]);
    let target = program.asks(&[
        ("redirect_uri", place),
        ("state", "x y&z=1"),
        ("scope", "API"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]);
    let mut browser = Browser::new(desk.anyone());
    let first = browser.get(&target);
    assert_eq!(first.status, 303, "{}", first.text());
    let ask = browser.get(first.header("location").unwrap());
    let (csrf, next) = (field(&ask, "_csrf"), field(&ask, "next"));
    assert_eq!(next, target);
    let signed_in = browser.post(
        "/en/sign-in",
        &[
            ("_csrf", &csrf),
            ("email", "grace@example.com"),
            ("password", "correct horse"),
            ("next", &next),
        ],
    );
    assert_eq!(signed_in.header("location"), Some(target.as_str()));
    let location = choose(&mut browser, &target, "allow");
    assert!(
        location.starts_with(&format!("{place}&code=")),
        "{location}"
    );
    assert_eq!(parameter(&location, "state").as_deref(), Some("x y&z=1"));
    let issuer = parameter(&location, "iss");
    assert_eq!(issuer.as_deref(), Some("https://desk.example.com"));
    let code = parameter(&location, "code").unwrap();
    let fitting = [("redirect_uri", place), ("code_verifier", VERIFIER)];
    let tokens = program.redeem(&code, &fitting).ok();
    let client = program.with(&text(&tokens, "access_token"));
    assert_eq!(client.get("/api/me").ok()["email"], "grace@example.com");
    desk.clock.advance(3600);
    assert_eq!(client.get("/api/me").error(401), "invalid_grant");
    let renewed = program.refresh(&text(&tokens, "refresh_token")).ok();
    let client = program.with(&text(&renewed, "access_token"));
    client.get("/api/me").ok();
    let refresh = text(&renewed, "refresh_token");
    let revoked = program.post("/oauth/v2/revoke", &[("token", &refresh)]);
    assert_eq!(revoked.ok(), json!({}));
    assert_eq!(client.get("/api/me").error(401), "invalid_grant");
    assert_eq!(program.refresh(&refresh).error(400), "invalid_grant");
    // What the database keeps is of no use to whoever reads it.
    for secret in [&code, &refresh] {
        let found: i64 = desk.read(|view| {
            view.one(
                "SELECT (SELECT count(*) FROM authorization_code WHERE hash = ?1)
                      + (SELECT count(*) FROM refresh_token WHERE hash = ?1)",
                [secret.as_bytes()],
            )
        });
        assert_eq!(found, 0);
    }
}
