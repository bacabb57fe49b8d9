//! Answers as pages for people: where their links lead, and what stands on them.

mod forms;

use std::collections::BTreeSet;

use serde_json::{Value, json};

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
            let anchor = target.split_once('#').expect("an operation").1;
            assert!(
                answer.text().contains(&format!("id=\"{anchor}\"")),
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
    assert!(second.contains("href=\"/en/api/docs#get_tickets\""));
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

/// Without a session there is nothing that a form could prove itself by.
#[test]
fn a_token_shows_no_form_that_writes() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post("/api/labels", json!({ "name": "One" })).ok();
    for target in [
        "/en/api/labels.html",
        "/en/api/label/1.html",
        "/en/api/tickets.html",
    ] {
        let page = page(&ada, target);
        assert!(
            !page.contains("_csrf") && !page.contains("method=\"post\""),
            "{target}"
        );
    }
    // Nor does a form without one write.
    let form = "application/x-www-form-urlencoded";
    let body = b"_method=DELETE&_csrf=x";
    let answer = ada.send("POST", "/en/api/label/1.html", form, body);
    assert_eq!(answer.status, 405);
    assert_eq!(ada.get("/api/label/1").ok()["name"], Value::from("One"));
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
