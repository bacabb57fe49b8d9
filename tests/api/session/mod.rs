//! Signing in with a browser: the cookie, the proof against other sites' pages, and the
//! end of sessions.

mod guessing;
mod pages;
pub(crate) mod side;

use pocketdesk::base::who::Side;
use serde_json::json;

use crate::member;
use crate::support::client::Answer;
use crate::support::{Client, Desk};

const PASSWORD: &str = "correct horse";

/// What stands in a hidden field of a page.
pub(crate) fn field(page: &Answer, name: &str) -> String {
    let text = page.text();
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = text
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name}: {text}"));
    let value = rest.split('"').next().unwrap_or_default();
    value.replace("&#38;", "&")
}

/// A browser: it keeps the cookie that it is given.
#[derive(Clone)]
pub(crate) struct Browser {
    plain: Client,
    pub(crate) cookie: String,
}

impl Browser {
    pub(crate) fn new(client: Client) -> Self {
        Self {
            plain: client,
            cookie: String::new(),
        }
    }

    /// The browser as a client, with its cookie.
    pub(crate) fn client(&self) -> Client {
        if self.cookie.is_empty() {
            self.plain.clone()
        } else {
            self.plain.with_header("Cookie", &self.cookie)
        }
    }

    fn keep(&mut self, answer: Answer) -> Answer {
        if let Some(cookie) = answer.header("set-cookie") {
            cookie
                .split(';')
                .next()
                .unwrap_or_default()
                .clone_into(&mut self.cookie);
        }
        answer
    }

    pub(crate) fn get(&mut self, target: &str) -> Answer {
        let answer = self.client().get(target);
        self.keep(answer)
    }

    pub(crate) fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
        let answer = self.client().post_form(target, fields);
        self.keep(answer)
    }

    /// Fills in the sign-in page.
    pub(crate) fn try_sign_in(&mut self, email: &str, password: &str, next: &str) -> Answer {
        let page = self.get("/en/sign-in");
        let csrf = field(&page, "_csrf");
        self.post(
            "/en/sign-in",
            &[
                ("_csrf", &csrf),
                ("email", email),
                ("password", password),
                ("next", next),
            ],
        )
    }

    /// What a page of the session posts with.
    pub(crate) fn csrf(&mut self) -> String {
        field(&self.get("/sign-in"), "_csrf")
    }
}

/// A browser in which the user with this address has signed in.
pub(crate) fn signed_in(desk: &Desk, email: &str) -> Browser {
    desk.set_password(email, PASSWORD);
    let mut browser = Browser::new(desk.anyone());
    let answer = browser.try_sign_in(email, PASSWORD, "");
    assert_eq!(answer.status, 303, "{}", answer.text());
    browser
}

#[test]
fn signing_in_opens_the_api_and_signing_out_closes_it() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    let page = browser.get("/sign-in");
    assert!(page.text().contains("Ada Lovelace"), "{}", page.text());
    browser.get("/api/tickets").ok();
    let csrf = field(&page, "_csrf");
    let out = browser.post("/sign-out", &[("_csrf", &csrf)]);
    assert_eq!(out.status, 303);
    assert_eq!(out.header("location"), Some("/en/sign-in"));
    assert!(out.header("set-cookie").unwrap().contains("; Max-Age=0"));
    assert_eq!(desk.number("SELECT count(*) FROM session"), 0);
}

#[test]
fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let desk = Desk::new();
    desk.set_password("ada@example.com", PASSWORD);
    let mut browser = Browser::new(desk.anyone().by_https());
    let answer = browser.try_sign_in("ada@example.com", PASSWORD, "");
    let cookie = answer.header("set-cookie").unwrap();
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Secure");
    let id = value.strip_prefix("__Host-pocketdesk=").unwrap();
    assert_eq!(id.len(), 64);
    // Kept as a hash alone.
    let kept: String = desk.read(|view| view.one("SELECT hex(hash) FROM session", []));
    assert_ne!(kept.to_lowercase(), id);
    // Where browsers come by https, a cookie by another name is nobody's.
    let plain = desk
        .anyone()
        .with_header("Cookie", &format!("pocketdesk={id}"));
    assert_eq!(plain.get("/api/tickets").error(401), "access_denied");
    assert!(
        browser
            .client()
            .get("/api/tickets")
            .header("access-control-allow-credentials")
            .is_none()
    );
    let preflight = desk.anyone().send("OPTIONS", "/api/tickets", "", b"");
    let allowed = preflight.header("access-control-allow-headers").unwrap();
    assert!(!allowed.to_lowercase().contains("csrf"), "{allowed}");
}

#[test]
fn a_sign_in_has_a_new_id_and_ends_the_old_one() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    let first = browser.clone();
    let csrf = browser.csrf();
    let again = browser.post(
        "/sign-in",
        &[
            ("_csrf", &csrf),
            ("email", "ada@example.com"),
            ("password", PASSWORD),
        ],
    );
    assert_eq!(again.status, 303);
    assert_ne!(first.cookie, browser.cookie);
    browser.get("/api/tickets").ok();
    assert_eq!(
        first.client().get("/api/tickets").error(401),
        "access_denied"
    );
    // A cookie that somebody planted before is not the one afterwards.
    let planted = format!("__Host-pocketdesk={}", "a".repeat(64));
    let mut fixed = Browser::new(desk.anyone());
    fixed.cookie.clone_from(&planted);
    fixed.try_sign_in("ada@example.com", PASSWORD, "");
    assert_ne!(fixed.cookie, planted);
    assert_eq!(
        desk.anyone()
            .with_header("Cookie", &planted)
            .get("/api/tickets")
            .error(401),
        "access_denied"
    );
}

#[test]
fn a_session_changes_nothing_without_the_proof() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    let csrf = browser.csrf();
    let client = browser.client();
    let label = json!({ "name": "mine" });
    for (name, value) in [
        ("X-Nothing", ""),
        ("X-CSRF-Token", ""),
        ("X-CSRF-Token", "wrong"),
        ("X-CSRF-Token", &csrf[1..]),
    ] {
        let refused = client
            .with_header(name, value)
            .post("/api/labels", label.clone());
        assert_eq!(refused.error(403), "forbidden", "{name}: {value}");
    }
    let proved = client.with_header("X-CSRF-Token", &csrf);
    let foreign = proved.with_header("Sec-Fetch-Site", "cross-site");
    foreign.post("/api/labels", label.clone()).error(403);
    for method in ["PUT", "PATCH", "DELETE"] {
        let answer = client.send(method, "/api/label/1", "", b"");
        assert!(matches!(answer.status, 403 | 405), "{method}");
    }
    assert_eq!(desk.number("SELECT count(*) FROM label"), 0);
    let id = proved.post("/api/labels", label.clone()).ok()["label"]["id"].clone();
    client.get("/api/labels").ok();
    assert_eq!(client.send("HEAD", "/api/labels", "", b"").status, 200);
    // A page posts it as a field, in a form of any kind.
    let fields = [("_csrf", csrf.as_str()), ("name", "by form")];
    client.post_form("/api/labels", &fields).ok();
    client
        .delete_with(&format!("/api/label/{id}"), json!({ "_csrf": csrf }))
        .ok();
    // Another session's proof is none.
    let mut grace = signed_in(&desk, "grace@example.com");
    let others = client.with_header("X-CSRF-Token", &grace.csrf());
    others.post("/api/labels", label).error(403);
}

#[test]
fn an_authorization_header_wins_over_the_cookie() {
    let desk = Desk::new();
    let browser = signed_in(&desk, "ada@example.com");
    let client = browser.client();
    let token = format!("Bearer {}", desk.grace().token());
    let both = client.with_header("Authorization", &token);
    assert_eq!(both.get("/api/me").ok()["email"], "grace@example.com");
    // A token needs no proof, for no other site's page can send it.
    both.post("/api/labels", json!({ "name": "hers" })).ok();
    for bad in ["Bearer x", "Basic YTpi", "Bearer"] {
        let answer = client.with_header("Authorization", bad).get("/api/tickets");
        assert_eq!(answer.error(401), "access_denied", "{bad}");
    }
}

#[test]
fn a_session_ends_when_it_is_idle_and_when_it_is_old() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    desk.clock.advance(12 * 3600 - 1);
    browser.get("/api/tickets").ok();
    desk.write(|_| Ok(()));
    desk.clock.advance(12 * 3600 - 1);
    browser.get("/api/tickets").ok();
    desk.write(|_| Ok(()));
    desk.clock.advance(12 * 3600);
    assert_eq!(browser.get("/api/tickets").error(401), "access_denied");
    let mut browser = signed_in(&desk, "ada@example.com");
    for _ in 0..28 {
        desk.clock.advance(12 * 3600 - 1);
        browser.get("/api/tickets").ok();
        desk.write(|_| Ok(()));
    }
    desk.clock.advance(28);
    browser.get("/api/tickets").error(401);
    desk.write(pocketdesk::access::sweep);
    assert_eq!(desk.number("SELECT count(*) FROM session"), 0);
}

type End<'a> = Box<dyn Fn() + 'a>;

#[test]
fn a_session_ends_with_what_it_stood_on() {
    let desk = Desk::new();
    let ada = desk.ada();
    let path = member::path(&desk, "grace@example.com");
    let grace = |more| member::body("grace@example.com", more);
    let ends: [(&str, End<'_>); 3] = [
        (
            "a new password",
            Box::new(|| desk.set_password("grace@example.com", "another horse")),
        ),
        (
            "another role",
            Box::new(|| {
                ada.put(&path, grace(json!({ "role": "ROLE_ADMIN" }))).ok();
            }),
        ),
        (
            "inactivity",
            Box::new(|| {
                ada.put(&path, grace(json!({ "isActive": 0 }))).ok();
            }),
        ),
    ];
    for (what, end) in ends {
        let mut browser = signed_in(&desk, "grace@example.com");
        browser.get("/api/tickets").ok();
        end();
        assert_eq!(
            browser.get("/api/tickets").error(401),
            "access_denied",
            "{what}"
        );
        assert_eq!(desk.number("SELECT count(*) FROM session"), 0, "{what}");
    }
    // Who is not active cannot come in again, and is told no more than anybody.
    let mut browser = Browser::new(desk.anyone());
    let answer = browser.try_sign_in("grace@example.com", PASSWORD, "");
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("do not fit"), "{}", answer.text());
}

#[test]
fn customers_sign_in_and_see_what_is_theirs() {
    let desk = Desk::new();
    let own = desk.ticket("mine");
    let other = desk.ticket_of("other@example.com", "not mine");
    let mut browser = signed_in(&desk, "alan@example.com");
    let client = browser.client();
    client
        .get(&format!("/api/ticket/{}", own.increment_id))
        .ok();
    client
        .get(&format!("/api/ticket/{}", other.increment_id))
        .error(404);
    client.get("/api/labels").error(403);
    assert!(browser.get("/sign-in").text().contains("Alan Turing"));
}

#[test]
fn only_paths_of_this_desk_come_next() {
    let desk = Desk::new();
    desk.set_password("ada@example.com", PASSWORD);
    for (next, leads_to) in [
        ("/de/api/tickets.html?page=2", "/de/api/tickets.html?page=2"),
        ("", "/en/sign-in"),
        ("//evil.example", "/en/sign-in"),
        ("/\\evil.example", "/en/sign-in"),
        ("/\t/evil.example", "/en/sign-in"),
        ("https://evil.example/", "/en/sign-in"),
        ("evil", "/en/sign-in"),
        ("/x\r\nSet-Cookie: a=b", "/en/sign-in"),
    ] {
        let mut browser = Browser::new(desk.anyone());
        let answer = browser.try_sign_in("ada@example.com", PASSWORD, next);
        assert_eq!(answer.header("location"), Some(leads_to), "{next:?}");
    }
    let page = desk.anyone().get("/sign-in?next=%2F%2Fevil.example");
    assert_eq!(field(&page, "next"), "");
    let page = desk.anyone().get("/sign-in?next=%2Fapi%2Fme.html%3Fa%3D1");
    assert_eq!(field(&page, "next"), "/api/me.html?a=1");
}

#[test]
fn other_sites_pages_sign_nobody_in_or_out() {
    let desk = Desk::new();
    desk.set_password("ada@example.com", PASSWORD);
    let login = [("email", "ada@example.com"), ("password", PASSWORD)];
    let forged = desk.anyone().post_form("/sign-in", &login);
    assert_eq!(forged.status, 400, "{}", forged.text());
    assert!(!forged.text().contains(PASSWORD));
    assert_eq!(desk.number("SELECT count(*) FROM session"), 0);
    let mut browser = signed_in(&desk, "ada@example.com");
    let out = browser.client().post_form("/sign-out", &[]);
    assert_eq!(out.status, 303);
    assert_eq!(out.header("set-cookie"), None);
    browser.get("/api/tickets").ok();
}

#[test]
fn the_page_is_private_and_in_the_readers_language() {
    let desk = Desk::new();
    for (target, word) in [
        ("/sign-in", "Sign in"),
        ("/fr/sign-in", "Mot de passe"),
        ("/it/sign-in", "Accedi"),
        ("/de/sign-in", "Passwort"),
    ] {
        let page = desk.anyone().get(target);
        assert!(page.text().contains(word), "{}", page.text());
        for (name, value) in [
            ("cache-control", "no-store"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
        ] {
            assert_eq!(page.header(name), Some(value), "{name}");
        }
        assert_eq!(page.header("access-control-allow-origin"), None);
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!page.text().contains("<script"));
    }
    let mut browser = Browser::new(desk.anyone());
    let typed = "\"><script>x</script>@example.com";
    let page = browser.try_sign_in(typed, "<b>secret</b>", "");
    assert_eq!(page.status, 400);
    assert!(!page.text().contains("<script") && !page.text().contains("secret"));
}

#[test]
fn whoever_must_sign_in_for_a_page_is_brought_back_to_it() {
    let desk = Desk::new();
    let page = desk
        .anyone()
        .get("/de/member/oauth/v2/auth?client_id=x&state=a%26b");
    assert_eq!(page.status, 303);
    let leads_to = page.header("location").unwrap();
    let next = "%2Fde%2Fmember%2Foauth%2Fv2%2Fauth%3Fclient_id%3Dx%26state%3Da%2526b";
    assert_eq!(leads_to, format!("/de/sign-in?next={next}"));
    let ask = desk.anyone().get(leads_to);
    let next = field(&ask, "next");
    assert_eq!(next, "/de/member/oauth/v2/auth?client_id=x&state=a%26b");
}

#[test]
fn a_user_has_so_many_sessions_and_no_more() {
    let desk = Desk::new();
    let ada = desk.user_id("ada@example.com");
    desk.write(move |change| {
        (0..60).try_for_each(|_| {
            pocketdesk::access::session::begin(change, ada, Side::Agent).map(|_| ())
        })
    });
    assert_eq!(desk.number("SELECT count(*) FROM session"), 50);
    assert_eq!(desk.number("SELECT min(id) FROM session"), 11);
}
