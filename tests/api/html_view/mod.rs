//! Answers as pages for people: where their links lead, and what stands on them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::session::signed_in;
use crate::support::{Client, Desk};

/// The addresses that a page links to, as a browser follows them.
fn links(page: &str) -> BTreeSet<String> {
    let all = page.split("href=\"").skip(1);
    let addresses = all.filter_map(|rest| rest.split('"').next());
    let ours = addresses.filter(|address| address.starts_with('/'));
    ours.map(|address| address.replace("&#38;", "&")).collect()
}

fn page(client: &Client, target: &str) -> String {
    let answer = client.get(target);
    assert_eq!(answer.status, 200, "{target}");
    assert_eq!(
        answer.header("content-type"),
        Some("text/html; charset=utf-8"),
        "{target}"
    );
    answer.text()
}

/// A desk where most things are named by something else.
fn furnished() -> Desk {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("The kettle leaks");
    let id = ticket.id;
    let ok = |answer: crate::support::Answer| answer.ok();
    ok(ada.post("/api/labels", json!({ "name": "Soon" })));
    ok(ada.post(
        &format!("/api/ticket/{id}/tags"),
        json!({ "name": "kettle" }),
    ));
    ok(ada.post(
        &format!("/api/ticket/{id}/threads"),
        json!({ "reply": "Which one?", "threadType": "reply" }),
    ));
    let grace = desk.user_id("grace@example.com");
    ok(ada.put(&format!("/api/ticket/{id}/agent"), json!({ "id": grace })));
    let team = json!({ "name": "Kettles", "description": "x", "groups": [1], "users": [grace], "isActive": 1 });
    ok(ada.post("/api/sub-groups", team));
    for number in 2..20 {
        desk.ticket(&format!("Kettle {number}"));
    }
    desk
}

#[test]
fn every_link_of_every_page_leads_to_something() {
    let desk = furnished();
    let ada = desk.ada();
    let lists = [
        "tickets",
        "labels",
        "groups",
        "customers",
        "members",
        "sub-groups",
        "tags",
        "ticket-types",
        "me",
        "solutions",
        "email-templates",
    ];
    let mut due: Vec<String> = lists
        .iter()
        .map(|list| format!("/fr/api/{list}.html"))
        .chain(["/fr/api/tickets.html?status=all".to_owned()])
        .collect();
    let mut seen: BTreeSet<String> = due.iter().cloned().collect();
    let mut walked = 0;
    while let Some(target) = due.pop() {
        walked += 1;
        assert!(walked < 2_000, "the walk does not end");
        let answer = ada.get(target.split('#').next().unwrap_or_default());
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        if target.contains("/api/docs") {
            let anchor = target
                .split_once('#')
                .map(|(_, anchor)| format!("id=\"{anchor}\""));
            assert!(
                anchor.is_none_or(|anchor| answer.text().contains(&anchor)),
                "{target}"
            );
            continue;
        }
        // The other languages of a page have the same links.
        let own = links(&answer.text())
            .into_iter()
            .filter(|link| link.starts_with("/fr/"));
        due.extend(own.filter(|link| seen.insert(link.clone())));
    }
    for part in [
        "/fr/api/ticket/70001.html",
        "/fr/api/ticket/1/threads.html",
        "/fr/api/label/",
        "/fr/api/member/",
        "/fr/api/customer/",
        "/fr/api/group/1.html",
        "/fr/api/tag/",
        "/fr/api/sub-group/",
        "/fr/api/ticket-type/1.html",
        "/fr/api/tickets.html?page=2",
    ] {
        assert!(
            seen.iter().any(|link| link.starts_with(part)),
            "no link to {part}: {seen:#?}"
        );
    }
}

#[test]
fn a_list_turns_its_pages_and_keeps_its_filters() {
    let desk = furnished();
    let ada = desk.ada();
    let token = ada.token();
    let first = page(&ada, "/en/api/tickets.html?search=kettle&limit=5");
    assert!(
        first.contains(
            "rel=\"next\" href=\"/en/api/tickets.html?search=kettle&#38;limit=5&#38;page=2\""
        ),
        "{first}"
    );
    assert!(!first.contains("rel=\"prev\""));
    let target = format!("/en/api/tickets.html?limit=5&page=2&access_token={token}");
    let second = page(&desk.anyone(), &target);
    assert!(second.contains("rel=\"prev\" href=\"/en/api/tickets.html?limit=5&#38;page=1\""));
    assert!(!second.contains(token), "a token is written into a page");
    assert!(second.contains("href=\"/de/api/tickets.html?limit=5&#38;page=2\" hreflang=\"de\""));
    assert!(second.contains("href=\"/en/api/docs#list_tickets\""));
}

#[test]
fn nothing_that_was_written_becomes_part_of_the_page() {
    let desk = Desk::new();
    let ada = desk.ada();
    let hostile = "\"><script>alert(1)</script><a href='javascript:x'>";
    ada.post("/api/labels", json!({ "name": hostile })).ok();
    let query = form_urlencoded::byte_serialize(hostile.as_bytes()).collect::<String>();
    for target in [
        "/en/api/labels.html".to_owned(),
        format!("/en/api/tickets.html?search={query}"),
        format!("/en/api/tickets.html?{query}={query}&limit=1"),
        format!("/en/api/{query}.html"),
    ] {
        let answer = ada.get(&target);
        let text = answer.text();
        assert!(
            !text.contains("<script>alert") && !text.contains("<a href='java"),
            "{target}: {text}"
        );
        let policy = answer.header("content-security-policy").expect("a policy");
        assert!(policy.contains("default-src 'none'"), "{policy}");
    }
}

/// Neither a token nor a session is shown a form, and a write that is sent to a page is
/// answered as the JSON is, in the same words.
#[test]
fn a_page_only_reads() {
    let desk = Desk::new();
    let mut browser = signed_in(&desk, "ada@example.com");
    let ada = desk.ada();
    ada.post("/api/labels", json!({ "name": "One" })).ok();
    for target in ["/en/api/labels.html", "/en/api/label/1.html"] {
        let by_token = page(&ada, target);
        let by_session = browser.get(target).text();
        for page in [by_token, by_session] {
            assert!(!page.contains("<form") && !page.contains("_csrf"), "{page}");
        }
    }
    let form = "application/x-www-form-urlencoded";
    for client in [&ada, &browser.client()] {
        let answer = client.send("POST", "/en/api/label/1.html", form, b"_method=DELETE");
        assert_eq!(answer.status, 405);
        assert!(
            answer
                .header("allow")
                .is_some_and(|all| all.contains("PUT"))
        );
        assert!(
            answer.text().contains("role=\"alert\""),
            "{}",
            answer.text()
        );
    }
    let long = format!("name={}", "x".repeat(500));
    let refused = ada.send("PUT", "/en/api/label/1.html", form, long.as_bytes());
    assert_eq!(refused.status, 400);
    let sentence = ada
        .send("PUT", "/en/api/label/1", form, long.as_bytes())
        .json();
    let sentence = sentence["error_description"]
        .as_str()
        .expect("words")
        .to_owned();
    assert!(refused.text().contains(&sentence), "{}", refused.text());
    assert_eq!(ada.get("/api/label/1").ok()["name"], Value::from("One"));
    let done = ada.send("PUT", "/en/api/label/1.html", form, b"name=Two");
    assert_eq!(done.status, 200);
    assert!(
        done.text()
            .contains("Success ! Label updated successfully.")
    );
}

#[test]
fn a_page_says_how_to_sign_in_and_that_somebody_has() {
    let desk = Desk::new();
    let target = "/fr/api/tickets.html?page=2";
    let refused = desk.anyone().get(target);
    assert_eq!(refused.status, 401);
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    let way = "/fr/sign-in?next=%2Ffr%2Fapi%2Ftickets.html%3Fpage%3D2";
    let button = format!("class=\"button\" href=\"{way}\"");
    assert!(refused.text().contains(&button), "{}", refused.text());
    let mut browser = signed_in(&desk, "ada@example.com");
    let page = browser.get(target);
    assert!(page.text().contains("Se déconnecter"), "{}", page.text());
    // A page is its reader's: nothing of it may be kept for the next one.
    assert!(page.header("etag").is_none());
    let plain = desk.ada().get("/fr/api/tickets");
    let tag = plain.header("etag").expect("a version").to_owned();
    let again = browser
        .client()
        .with_header("If-None-Match", &tag)
        .get(target);
    assert_eq!(again.status, 200);
}

/// Of the pages of a resource, those are named that the reader may see.
#[test]
fn a_page_names_what_its_reader_may_see() {
    let desk = Desk::new();
    let target = "/en/api/company.html";
    let all = page(&desk.ada(), target);
    assert!(all.contains("/en/api/company/theme.html"), "{all}");
    let refused = desk.alan().get(target);
    assert_eq!(refused.status, 403);
    assert!(!refused.text().contains("/en/api/company/theme.html"));
}

/// Members are listed as `users`, folders as `results`, and templates as a bare list.
#[test]
fn things_lead_somewhere_whatever_their_list_is_called() {
    let desk = furnished();
    let ada = desk.ada();
    let folder = serde_json::json!({ "name": "Folder", "visibility": "public" });
    ada.post("/api/solutions", folder).ok();
    for (list, one) in [
        ("members", "member"),
        ("solutions", "solution"),
        ("email-templates", "email-template"),
        ("customers", "customer"),
    ] {
        let page = ada.get(&format!("/fr/api/{list}.html")).text();
        let link = format!("href=\"/fr/api/{one}/1.html\"");
        let link_of_two = link.replace("/1.", "/3.");
        assert!(
            page.contains(&link) || page.contains(&link_of_two),
            "{page}"
        );
    }
}
