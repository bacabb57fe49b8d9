//! Articles: making, changing, tagging and removing them.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::json;

use super::{Base, article, category, folder};
use crate::support::Desk;

#[test]
fn an_article_is_made_changed_and_removed() {
    let desk = Desk::new();
    let ada = desk.ada();
    let faq = folder(&desk, "FAQ", "public");
    let billing = category(&desk, faq, "Billing");
    let made = ada
        .post(
            "/api/articles.json",
            json!({ "category": billing, "name": "How to pay?",
                "content": "<p onclick=\"x()\">By <b>card</b>.</p><script>alert(1)</script>" }),
        )
        .ok();
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        made["message"],
        "Success! Article has been created successfully."
    );
    let when = json!({ "date": "2025-06-02 09:30:20", "timezone_type": 3, "timezone": "UTC" });
    let whole = json!({ "id": id, "name": "How to pay?", "slug": "how-to-pay-1", "status": "draft",
        "category": { "id": billing, "name": "Billing" }, "solution": { "id": faq, "name": "FAQ" },
        "author": { "id": desk.user_id("ada@example.com"), "name": "Ada Lovelace" }, "tags": [],
        "excerpt": "By card.", "sortOrder": 1, "views": 0, "helpful": 0, "unhelpful": 0,
        "createdAt": when, "updatedAt": when, "content": "<p>By <b>card</b>.</p>", "feedback": null });
    assert_eq!(made["article"], whole);
    let path = format!("/api/article/{id}.json");
    assert_eq!(ada.get(&path).ok(), whole);
    let raw = desk.read(|view| view.one::<String>("SELECT raw FROM article_revision", []));
    assert!(raw.contains("<script>"), "it is kept as it came: {raw}");
    desk.clock.advance(60);
    let changed = ada
        .put(
            &path,
            json!({ "status": "published", "content": "By card or\nby cheque" }),
        )
        .ok();
    assert_eq!(
        changed["message"],
        "Success! Article has been updated successfully."
    );
    assert_eq!(changed["article"]["content"], "By card or<br>\nby cheque");
    assert_eq!(
        changed["article"]["name"], "How to pay?",
        "what is left out stays"
    );
    assert_eq!(
        changed["article"]["updatedAt"]["date"],
        "2025-06-02 09:31:20"
    );
    assert_eq!(changed["article"]["createdAt"], when);
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success! Article has been deleted successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
    for table in [
        "article",
        "article_revision",
        "article_text",
        "article_search_docsize",
    ] {
        let left = desk.number(&format!("SELECT count(*) FROM {table}"));
        assert_eq!(left, 0, "{table}");
    }
}

#[test]
fn bad_articles_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = category(&desk, folder(&desk, "FAQ", "public"), "Billing");
    for (body, field) in [
        (json!({ "name": "x", "content": "x" }), "category"),
        (
            json!({ "category": 99, "name": "x", "content": "x" }),
            "category",
        ),
        (json!({ "category": id, "content": "x" }), "name"),
        (
            json!({ "category": id, "name": "", "content": "x" }),
            "name",
        ),
        (
            json!({ "category": id, "name": "x".repeat(256), "content": "x" }),
            "name",
        ),
        (json!({ "category": id, "name": "x" }), "content"),
        (
            json!({ "category": id, "name": "x", "content": "<p>&nbsp;</p>" }),
            "content",
        ),
        (
            json!({ "category": id, "name": "x", "content": "x", "status": "secret" }),
            "status",
        ),
    ] {
        let answer = ada.post("/api/articles", body.clone());
        assert_eq!(answer.error(400), "invalid_request");
        assert!(
            answer.json()["errors"][field][0].is_string(),
            "{body}: {}",
            answer.text()
        );
    }
    assert_eq!(desk.number("SELECT count(*) FROM article"), 0);
    let kept = article(&desk, id, "kept", "published");
    for (body, field) in [
        (json!({ "name": null }), "name"),
        (json!({ "content": "" }), "content"),
        (json!({ "content": "<script></script>" }), "content"),
        (json!({ "category": 99 }), "category"),
        (json!({ "status": 3 }), "status"),
    ] {
        let answer = ada.put(&format!("/api/article/{kept}"), body.clone());
        assert_eq!(answer.error(400), "invalid_request");
        assert!(
            answer.json()["errors"][field][0].is_string(),
            "{body}: {}",
            answer.text()
        );
    }
    assert_eq!(
        ada.put("/api/article/99", json!({})).error(404),
        "not_found"
    );
    assert_eq!(desk.number("SELECT version FROM article"), 1);
    assert_eq!(desk.number("SELECT count(*) FROM article_revision"), 1);
}

#[test]
fn a_form_with_numbers_as_text_makes_an_article() {
    let desk = Desk::new();
    let id = category(&desk, folder(&desk, "FAQ", "public"), "Billing");
    let form = format!("category={id}&name=Sloppy&content=a+%3C+b&status=Published&sortOrder=");
    let kind = "application/x-www-form-urlencoded";
    let made = desk
        .ada()
        .send("POST", "/api/articles", kind, form.as_bytes())
        .ok();
    assert_eq!(made["article"]["status"], "published");
    assert_eq!(made["article"]["content"], "a &lt; b");
    assert_eq!(made["article"]["sortOrder"], 1);
}

#[test]
fn a_stale_change_of_an_article_is_refused() {
    let base = Base::new();
    let ada = base.desk.ada();
    let path = format!("/api/article/{}", base.public.draft);
    let seen = ada.get(&path).header("etag").expect("a version").to_owned();
    let stale = ada.with_header("If-Match", &seen);
    stale.put(&path, json!({ "name": "first" })).ok();
    assert_eq!(
        stale.put(&path, json!({ "name": "second" })).error(409),
        "conflict"
    );
    assert_eq!(stale.delete(&path).error(409), "conflict");
    assert_eq!(
        stale
            .post(&format!("{path}/tags"), json!({ "name": "late" }))
            .error(409),
        "conflict"
    );
    assert_eq!(ada.get(&path).ok()["name"], "first");
    assert_eq!(base.desk.number("SELECT count(*) FROM tag"), 0);
}

#[test]
fn whatever_an_article_shows_moves_its_version() {
    let base = Base::new();
    let ada = base.desk.ada();
    let path = format!("/api/article/{}", base.public.published);
    let tags = format!("{path}/tags");
    let tag = ada.post(&tags, json!({ "name": "tea" })).ok()["id"].clone();
    let (category, folder) = (base.public.category, base.public.id);
    let renamed = json!({ "name": "Renamed", "visibility": "public" });
    for (other, body) in [
        (format!("/api/tag/{tag}"), json!({ "name": "coffee" })),
        (
            format!("/api/category/{category}"),
            json!({ "name": "Moved" }),
        ),
        (format!("/api/solution/{folder}"), renamed),
    ] {
        let before = ada.get(&path);
        let seen = before.header("etag").expect("a version").to_owned();
        ada.put(&other, body).ok();
        let again = ada.with_header("If-None-Match", &seen).get(&path);
        assert_eq!(again.status, 200, "{other}");
        assert_ne!(again.json(), before.json(), "{other}");
    }
    for sql in [
        "UPDATE profile SET first_name = 'Augusta' WHERE side = 'agent'",
        "UPDATE company SET timezone = 'Asia/Tokyo'",
    ] {
        let seen = ada.get(&path).header("etag").expect("a version").to_owned();
        base.desk.write(|change| change.run(sql, []));
        let again = ada.with_header("If-None-Match", &seen).get(&path);
        assert_eq!(again.status, 200, "{sql}");
    }
}

#[test]
fn tags_go_on_and_off_as_documented_and_are_counted() {
    let base = Base::new();
    let ada = base.desk.ada();
    let path = format!("/api/article/{}/tags.json", base.public.published);
    let added = ada.post(&path, json!({ "name": "erudicate tag" })).ok();
    let id = added["id"].as_i64().unwrap();
    assert_eq!(
        added,
        json!({ "id": id, "message": "Success ! Tag added successfully." })
    );
    ada.post(&path, json!({ "name": "Erudicate TAG" })).ok();
    let draft = format!("/api/article/{}/tags", base.private.draft);
    ada.post(&draft, json!({ "name": "erudicate tag" })).ok();
    let tag = format!("/api/tag/{id}");
    assert_eq!(ada.get(&tag).ok()["articleCount"], "2");
    let listed = ada.get("/api/tags").ok();
    assert_eq!(
        listed["tags"],
        json!([{ "id": id, "name": "erudicate tag", "ticketCount": "0", "articleCount": "2" }])
    );
    let counted = ada.get("/api/tags?sort=ticketCount").ok();
    assert_eq!(counted["tags"][0]["articleCount"], "2");
    let tagged = base
        .desk
        .alan()
        .get(&format!("/api/article/{}", base.public.published))
        .ok();
    assert_eq!(
        tagged["tags"],
        json!([{ "id": id, "name": "erudicate tag" }])
    );
    assert_eq!(
        ada.delete_with(&path, json!({ "id": id.to_string() })).ok(),
        json!({ "message": "Success ! Tag unassigned successfully." })
    );
    assert_eq!(
        ada.delete_with(&path, json!({ "id": id })).error(404),
        "not_found"
    );
    assert_eq!(
        ada.delete_with(&path, json!({})).error(400),
        "invalid_request"
    );
    assert_eq!(
        ada.post(&path, json!({ "name": "" })).error(400),
        "invalid_request"
    );
    assert_eq!(
        ada.post("/api/article/99/tags", json!({ "name": "x" }))
            .error(404),
        "not_found"
    );
    assert_eq!(ada.get(&tag).ok()["articleCount"], "1");
    let version = || {
        base.desk
            .number("SELECT max(version) FROM article WHERE status = 'draft'")
    };
    let before = version();
    ada.delete(&tag).ok();
    assert_eq!(
        version(),
        before + 1,
        "a tag that goes changes its articles"
    );
    assert_eq!(base.desk.number("SELECT count(*) FROM article_tag"), 0);
}

#[test]
fn deleting_an_article_uncounts_its_tags() {
    let base = Base::new();
    let ada = base.desk.ada();
    let path = format!("/api/article/{}", base.public.draft);
    let added = ada
        .post(&format!("{path}/tags"), json!({ "name": "gone" }))
        .ok();
    ada.delete(&path).ok();
    let tag = ada.get(&format!("/api/tag/{}", added["id"])).ok();
    assert_eq!(tag["articleCount"], "0");
}

#[test]
fn only_the_privilege_opens_the_writes() {
    let base = Base::new();
    let path = format!("/api/article/{}", base.public.published);
    let new = json!({ "category": base.public.category, "name": "x", "content": "x" });
    let others: Vec<Privilege> = Privilege::ALL
        .iter()
        .copied()
        .filter(|one| *one != Privilege::ManageKnowledgebase)
        .collect();
    let without = base
        .desk
        .agent("without@example.com", &others, TicketView::All);
    for by in [without, base.desk.alan()] {
        for answer in [
            by.post("/api/articles", new.clone()),
            by.put(&path, json!({ "name": "x" })),
            by.delete(&path),
            by.post(&format!("{path}/tags"), json!({ "name": "x" })),
            by.delete(&format!("{path}/tags?id=1")),
            by.post(&format!("{path}/revision/1/restore"), json!({})),
            by.post(
                "/api/categories",
                json!({ "solution": base.public.id, "name": "x" }),
            ),
            by.put(
                &format!("/api/category/{}", base.public.category),
                json!({ "name": "x" }),
            ),
            by.delete(&format!("/api/category/{}", base.public.category)),
        ] {
            assert_eq!(answer.error(403), "forbidden");
        }
    }
    let with = base.desk.agent(
        "with@example.com",
        &[Privilege::ManageKnowledgebase],
        TicketView::Own,
    );
    with.post("/api/articles", new).ok();
    with.post(&format!("{path}/tags"), json!({ "name": "x" }))
        .ok();
}
