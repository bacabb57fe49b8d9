//! Forms on pages of answers: what they do for somebody in a session, and that they do
//! nothing for anybody else.

use serde_json::json;

use crate::session::{Browser, field, signed_in};
use crate::support::Desk;
use crate::support::client::Answer;

const FORM: &str = "application/x-www-form-urlencoded";

/// The form of a method on a page: its address and its hidden fields.
fn form(page: &Answer, method: &str) -> (String, Vec<(String, String)>) {
    let text = page.text();
    let named = format!("name=\"_method\" value=\"{method}\"");
    let form = text
        .split("<form")
        .find(|form| form.contains(&named))
        .unwrap_or_else(|| panic!("no form for {method}: {text}"));
    let value = |tag: &str, attribute: &str| {
        let (_, rest) = tag.split_once(&format!("{attribute}=\""))?;
        Some(rest.split('"').next()?.replace("&#38;", "&"))
    };
    let hidden = form
        .split("<input type=\"hidden\"")
        .skip(1)
        .filter_map(|tag| {
            let tag = tag.split('>').next()?;
            Some((value(tag, "name")?, value(tag, "value")?))
        });
    (value(form, "action").expect("an action"), hidden.collect())
}

/// Sends the form of a method with these fields.
fn submit(browser: &mut Browser, page: &Answer, method: &str, fields: &[(&str, &str)]) -> Answer {
    let (action, hidden) = form(page, method);
    let hidden = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
    browser.post(&action, &all)
}

#[test]
fn forms_create_change_and_delete() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    let list = browser.get("/de/api/labels.html");
    let made = submit(
        &mut browser,
        &list,
        "POST",
        &[("name", "Soon"), ("color", "")],
    );
    assert_eq!(made.status, 200, "{}", made.text());
    assert!(made.text().contains("class=\"done\""), "{}", made.text());
    assert!(made.text().contains("href=\"/de/api/labels.html\""));
    let id = desk.number("SELECT id FROM label WHERE name = 'Soon'");
    let target = format!("/de/api/label/{id}.html");
    let shown = browser.get(&target);
    let changed = submit(&mut browser, &shown, "PUT", &[("name", "Later")]);
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert!(changed.text().contains(&format!("href=\"{target}\"")));
    let shown = browser.get(&target);
    assert!(shown.text().contains("name=\"name\" value=\"Later\""));
    let gone = submit(&mut browser, &shown, "DELETE", &[]);
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert_eq!(desk.number("SELECT count(*) FROM label"), 0);
    // What it stood on is gone, so the way leads to the list.
    let button = "class=\"button\" href=\"/de/api/labels.html\"";
    assert!(gone.text().contains(button), "{}", gone.text());
}

#[test]
fn a_form_that_is_refused_comes_back_as_it_was_sent() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    let list = browser.get("/en/api/labels.html");
    let long = "x".repeat(500);
    let refused = submit(
        &mut browser,
        &list,
        "POST",
        &[("name", &long), ("color", "red")],
    );
    assert_eq!(refused.status, 400);
    let text = refused.text();
    assert!(text.contains("<details open"), "{text}");
    assert!(
        text.contains(&format!("name=\"name\" value=\"{long}\"")),
        "{text}"
    );
    assert!(text.contains("aria-invalid"), "{text}");
    assert!(text.contains("role=\"alert\""), "{text}");
    // It can be sent again as it stands.
    let made = submit(&mut browser, &refused, "POST", &[("name", "Short")]);
    assert_eq!(made.status, 200, "{}", made.text());
}

#[test]
fn only_a_proved_form_of_a_page_means_another_method() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    let csrf = browser.csrf();
    let ada = desk.ada();
    ada.post("/api/labels", json!({ "name": "One" })).ok();
    let others = signed_in(&desk, "grace@example.com").csrf();
    let by_token = ada.clone();
    let session = browser.client();
    let body = |csrf: &str, method: &str| format!("_method={method}&_csrf={csrf}&name=Two");
    let page = "/en/api/label/1.html";
    let cases = [
        ("a token", &by_token, page, body(&csrf, "PUT"), 405),
        (
            "no proof",
            &session,
            page,
            "_method=PUT&name=Two".to_owned(),
            403,
        ),
        ("a wrong proof", &session, page, body("x", "PUT"), 403),
        (
            "another's proof",
            &session,
            page,
            body(&others, "DELETE"),
            403,
        ),
        (
            "JSON",
            &session,
            "/en/api/label/1.json",
            body(&csrf, "PUT"),
            405,
        ),
        (
            "no suffix",
            &session,
            "/en/api/label/1",
            body(&csrf, "DELETE"),
            405,
        ),
        (
            "an unknown method",
            &session,
            page,
            body(&csrf, "BREW"),
            405,
        ),
        ("GET", &session, page, body(&csrf, "GET"), 405),
        ("small letters", &session, page, body(&csrf, "put"), 405),
    ];
    for (what, client, target, body, status) in cases {
        let answer = client.send("POST", target, FORM, body.as_bytes());
        assert_eq!(answer.status, status, "{what}: {}", answer.text());
    }
    let foreign = session.with_header("Sec-Fetch-Site", "cross-site");
    let answer = foreign.send("POST", page, FORM, body(&csrf, "DELETE").as_bytes());
    assert_eq!(answer.status, 403, "another site");
    let both = session.with_header("Authorization", "Basic YTpi");
    let answer = both.send("POST", page, FORM, body(&csrf, "DELETE").as_bytes());
    assert_eq!(answer.status, 405, "another header");
    // By GET, the fields are a query.
    let query = format!("{page}?{}", body(&csrf, "DELETE"));
    assert_eq!(session.get(&query).status, 200);
    // The header of scripts is no form.
    let scripted = session.with_header("X-CSRF-Token", &csrf);
    let answer = scripted.send("POST", page, FORM, b"_method=DELETE");
    assert_eq!(answer.status, 403);
    assert_eq!(ada.get("/api/label/1").ok()["name"], "One");
    // And the right one is right.
    let answer = session.send("POST", page, FORM, body(&csrf, "PUT").as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(ada.get("/api/label/1").ok()["name"], "Two");
}

/// Every field of a form is sent, whatever it was for.
#[test]
fn what_was_empty_and_stays_so_is_left_alone() {
    let desk = Desk::new();
    let ada = desk.ada();
    let made = ada.post("/api/labels", json!({ "name": "One", "color": "#ff0000" }));
    let id = made.ok()["label"]["id"].clone();
    let mut browser = signed_in(&desk, "ada@example.com");
    let csrf = browser.csrf();
    let page = format!("/en/api/label/{id}.html");
    let plain = [
        ("_method", "PUT"),
        ("_csrf", &csrf),
        ("name", "Two"),
        ("color", ""),
    ];
    assert_eq!(browser.post(&page, &plain).status, 200);
    let color = |desk: &Desk| desk.ada().get(&format!("/api/label/{id}")).ok()["color"].clone();
    assert_eq!(color(&desk), "#ff0000");
    // A field that held something and was emptied is given.
    let shown = browser.get(&page);
    let fields = [("name", "Two"), ("color", "")];
    let emptied = submit(&mut browser, &shown, "PUT", &fields);
    assert_eq!(emptied.status, 200, "{}", emptied.text());
    assert_ne!(color(&desk), "#ff0000");
}

/// A ticket is read by the number that people know, and written by its id.
#[test]
fn a_form_goes_where_its_own_row_is() {
    let desk = Desk::new();
    let ticket = desk.ticket("The kettle leaks");
    let mut browser = signed_in(&desk, "ada@example.com");
    let page = browser.get(&format!("/en/api/ticket/{}.html", ticket.increment_id));
    let (action, _) = form(&page, "DELETE");
    assert_eq!(action, format!("/en/api/ticket/{}.html", ticket.id));
    let gone = submit(&mut browser, &page, "DELETE", &[]);
    assert_eq!(gone.status, 200, "{}", gone.text());
    assert!(
        gone.text()
            .contains("class=\"button\" href=\"/en/api/tickets.html\"")
    );
}

#[test]
fn files_travel_in_forms() {
    let desk = Desk::new();
    let ticket = desk.ticket("The kettle leaks");
    let mut browser = signed_in(&desk, "ada@example.com");
    let target = format!("/en/api/ticket/{}/threads.html", ticket.id);
    let page = browser.get(&target);
    let text = page.text();
    assert!(text.contains("<textarea name=\"reply\""), "{text}");
    assert!(text.contains("enctype=\"multipart/form-data\""), "{text}");
    assert!(
        text.contains("type=\"file\" name=\"attachments[]\" multiple"),
        "{text}"
    );
    let (action, mut fields) = form(&page, "POST");
    fields.push(("reply".into(), "Look".into()));
    fields.push(("threadType".into(), "reply".into()));
    let parts = fields.iter().map(|(name, value)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    });
    let mut body: String = parts.collect();
    body += "--b\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"a.txt\"\r\n\r\nhello\r\n--b--\r\n";
    let kind = "multipart/form-data; boundary=b";
    let answer = browser
        .client()
        .send("POST", &action, kind, body.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        desk.number("SELECT count(*) FROM attachment WHERE name = 'a.txt'"),
        1
    );
}

#[test]
fn a_page_says_how_to_sign_in_and_who_has() {
    let desk = Desk::new();
    let target = "/fr/api/tickets.html?page=2";
    let refused = desk.anyone().get(target);
    assert_eq!(refused.status, 401);
    let way = "/fr/sign-in?next=%2Ffr%2Fapi%2Ftickets.html%3Fpage%3D2";
    assert!(
        refused
            .text()
            .contains(&format!("class=\"button\" href=\"{way}\"")),
        "{}",
        refused.text()
    );
    let mut browser = signed_in(&desk, "ada@example.com");
    let page = browser.get(target);
    assert!(page.text().contains("Ada Lovelace") && page.text().contains("/fr/sign-out"));
    assert!(!page.text().contains("/sign-in?next"));
    let csrf = field(&page, "_csrf");
    // A page is its reader's: nothing of it may be kept for the next one.
    assert!(page.header("etag").is_none());
    let plain = desk.ada().get("/fr/api/tickets");
    let tag = plain.header("etag").expect("a version").to_owned();
    let again = browser
        .client()
        .with_header("If-None-Match", &tag)
        .get(target);
    assert_eq!(again.status, 200);
    let out = browser.post("/fr/sign-out", &[("_csrf", &csrf)]);
    assert_eq!(out.status, 303);
    // A form that was open meanwhile is told to sign in, whatever it means.
    let fields = [("_method", "PUT"), ("_csrf", &csrf), ("name", "x")];
    let late = browser.post("/fr/api/label/1.html", &fields);
    assert_eq!(late.status, 401);
    assert!(late.text().contains("/fr/sign-in?next="), "{}", late.text());
}

#[test]
fn forms_are_shown_to_whom_they_help() {
    let desk = Desk::new();
    let ticket = desk.ticket("The kettle leaks");
    let mut alan = signed_in(&desk, "alan@example.com");
    let page = alan.get(&format!("/en/api/ticket/{}.html", ticket.increment_id));
    assert_eq!(page.status, 200);
    assert!(!page.text().contains("_method"), "{}", page.text());
}
