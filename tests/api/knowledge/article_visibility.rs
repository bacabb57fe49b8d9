//! Who reads what: drafts and private folders are for agents alone, on every path.

use serde_json::{Value, json};

use super::Base;
use crate::support::client::Client;

/// The ids in a list.
fn ids(by: &Client, target: &str, key: &str) -> Vec<i64> {
    let listed = by.get(target).ok();
    let all = listed[key].as_array().expect("a list");
    assert_eq!(
        listed["pagination_data"]["totalCount"].as_u64(),
        Some(all.len() as u64),
        "{target}"
    );
    all.iter()
        .map(|one| one["id"].as_i64().expect("an id"))
        .collect()
}

#[test]
fn what_is_not_public_is_not_there_for_customers() {
    let base = Base::new();
    let (public, private) = (&base.public, &base.private);
    let ada = base.desk.ada();
    let mut tag = 0;
    for article in [
        public.draft,
        public.published,
        private.draft,
        private.published,
    ] {
        let path = format!("/api/article/{article}/tags");
        let added = ada.post(&path, json!({ "name": "everywhere" })).ok();
        tag = added["id"].as_i64().unwrap();
    }
    let alan = base.desk.alan();
    assert_eq!(ids(&alan, "/api/solutions", "results"), [public.id]);
    assert_eq!(
        ids(&alan, "/api/solutions?search=folder", "results"),
        [public.id]
    );
    assert_eq!(
        ids(&alan, "/api/categories", "categories"),
        [public.category]
    );
    for target in [
        "/api/categories?search=private".to_owned(),
        format!("/api/categories?solution={}", private.id),
    ] {
        assert_eq!(ids(&alan, &target, "categories"), [0_i64; 0], "{target}");
    }
    for query in [
        String::new(),
        "status=published".into(),
        "sort=name".into(),
        "sort=views".into(),
        "sort=sortOrder".into(),
        "sort=updatedAt&direction=asc".into(),
        "search=all+about".into(),
        "search=everywhere".into(),
        "search=all&sort=name".into(),
        format!("tag={tag}"),
        format!("solution={}", public.id),
        format!("category={}", public.category),
        format!("category={}&sort=sortOrder", public.category),
        format!("tag={tag}&solution={}&status=published", public.id),
    ] {
        let target = format!("/api/articles?{query}");
        assert_eq!(
            ids(&alan, &target, "articles"),
            [public.published],
            "{query}"
        );
    }
    for query in [
        "status=draft".into(),
        "search=draft".into(),
        "search=private".into(),
        format!("tag={tag}&status=draft"),
        format!("solution={}", private.id),
        format!("category={}", private.category),
        format!("category={}&status=draft", public.category),
        format!("solution={}&category={}", public.id, private.category),
    ] {
        let target = format!("/api/articles?{query}");
        assert_eq!(ids(&alan, &target, "articles"), [0_i64; 0], "{query}");
    }
    let found = alan.get("/api/search?search=all").ok();
    assert_eq!(found["articles"][0]["id"], public.published);
    assert_eq!(found["total"]["articles"], 1);
}

#[test]
fn no_path_leads_a_customer_to_what_is_not_public() {
    let base = Base::new();
    let (public, private) = (&base.public, &base.private);
    let alan = base.desk.alan();
    for article in [public.draft, private.draft, private.published] {
        let path = format!("/api/article/{article}");
        assert_eq!(alan.get(&path).error(404), "not_found");
        let feedback = format!("{path}/feedback");
        assert_eq!(
            alan.post(&feedback, json!({ "helpful": 1 })).error(404),
            "not_found"
        );
        assert_eq!(alan.delete(&feedback).error(404), "not_found");
    }
    for target in [
        format!("/api/solution/{}", private.id),
        format!("/api/solution/{}/image", private.id),
        format!("/api/category/{}", private.category),
    ] {
        assert_eq!(alan.get(&target).error(404), "not_found", "{target}");
    }
    // An old text may never have been public, so even a public article's are for agents.
    for target in [
        format!("/api/article/{}/revisions", public.published),
        format!("/api/article/{}/revision/1", public.published),
    ] {
        assert_eq!(alan.get(&target).error(403), "forbidden", "{target}");
        base.desk.grace().get(&target).ok();
    }
    assert_eq!(base.desk.number("SELECT count(*) FROM article_feedback"), 0);
}

#[test]
fn agents_read_everything_without_any_privilege() {
    let base = Base::new();
    let grace = base.desk.grace();
    let (public, private) = (&base.public, &base.private);
    assert_eq!(
        ids(&grace, "/api/articles?sort=id&direction=asc", "articles"),
        [
            public.draft,
            public.published,
            private.draft,
            private.published
        ]
    );
    assert_eq!(
        ids(&grace, "/api/articles?status=draft", "articles"),
        [private.draft, public.draft]
    );
    assert_eq!(
        ids(
            &grace,
            &format!("/api/articles?solution={}", private.id),
            "articles"
        ),
        [private.published, private.draft]
    );
}

#[test]
fn nobody_reads_the_api_without_a_token() {
    let base = Base::new();
    for target in [
        "/api/solutions".to_owned(),
        format!("/api/solution/{}", base.public.id),
        format!("/api/solution/{}/image", base.public.id),
        "/api/categories".to_owned(),
        "/api/articles".to_owned(),
        format!("/api/article/{}", base.public.published),
        "/api/search?search=guide".to_owned(),
    ] {
        assert_eq!(
            base.desk.anyone().get(&target).error(401),
            "access_denied",
            "{target}"
        );
    }
}

#[test]
fn hiding_and_showing_is_felt_at_once() {
    let base = Base::new();
    let (alan, ada) = (base.desk.alan(), base.desk.ada());
    let folder = format!("/api/solution/{}", base.public.id);
    let article = format!("/api/article/{}", base.public.published);
    let set = |visibility: &str| {
        ada.put(&folder, json!({ "name": "x", "visibility": visibility }))
            .ok();
    };
    let seen = || -> (u16, Value) {
        let listed = alan.get("/api/articles?search=guide").ok();
        (
            alan.get(&article).status,
            listed["pagination_data"]["totalCount"].clone(),
        )
    };
    assert_eq!(seen(), (200, json!(1)));
    set("private");
    assert_eq!(seen(), (404, json!(0)));
    set("public");
    assert_eq!(seen(), (200, json!(1)));
    ada.put(&article, json!({ "status": "draft" })).ok();
    assert_eq!(seen(), (404, json!(0)));
    ada.put(&article, json!({ "status": "published" })).ok();
    ada.put(&article, json!({ "category": base.private.category }))
        .ok();
    assert_eq!(seen(), (404, json!(0)));
}
