//! Lists of articles: filters, orders, pages and the search.

use serde_json::json;

use super::{article, category, folder};
use crate::support::Desk;

/// The names in a list, in their order.
fn names(desk: &Desk, query: &str) -> Vec<String> {
    let listed = desk.grace().get(&format!("/api/articles?{query}")).ok();
    let all = listed["articles"].as_array().expect("a list");
    all.iter()
        .map(|one| one["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn each_order_runs_both_ways() {
    let desk = Desk::new();
    let ada = desk.ada();
    let faq = folder(&desk, "FAQ", "public");
    let (first, second) = (
        category(&desk, faq, "first"),
        category(&desk, faq, "second"),
    );
    let beta = article(&desk, first, "beta", "published");
    article(&desk, second, "Alpha", "draft");
    article(&desk, first, "gamma", "draft");
    desk.clock.advance(60);
    ada.put(&format!("/api/article/{beta}"), json!({ "sortOrder": 9 }))
        .ok();
    desk.write(move |change| change.run("UPDATE article SET views = 5 WHERE id = ?1", [beta]));
    for (query, want) in [
        ("", ["gamma", "Alpha", "beta"]),
        ("direction=asc", ["beta", "Alpha", "gamma"]),
        ("sort=name", ["Alpha", "beta", "gamma"]),
        ("sort=name&direction=DESC", ["gamma", "beta", "Alpha"]),
        ("sort=updatedAt", ["beta", "gamma", "Alpha"]),
        ("sort=updatedAt&direction=asc", ["Alpha", "gamma", "beta"]),
        ("sort=views", ["beta", "gamma", "Alpha"]),
        ("sort=sortOrder", ["gamma", "beta", "Alpha"]),
        ("sort=sortOrder&direction=desc", ["Alpha", "beta", "gamma"]),
    ] {
        assert_eq!(names(&desk, query), want, "{query}");
        let filtered = names(&desk, &format!("{query}&category={first}"));
        let kept: Vec<&str> = want.into_iter().filter(|name| *name != "Alpha").collect();
        assert_eq!(filtered, kept, "{query} of a category");
        let drafts: Vec<&str> = want.into_iter().filter(|name| *name != "beta").collect();
        assert_eq!(
            names(&desk, &format!("{query}&status=draft")),
            drafts,
            "{query} of drafts"
        );
    }
    let refused = desk.grace().get("/api/articles?status=x");
    assert_eq!(refused.error(400), "invalid_request");
    assert!(refused.json()["errors"]["status"].is_array());
}

#[test]
fn pages_hold_together() {
    let desk = Desk::new();
    let id = category(&desk, folder(&desk, "FAQ", "public"), "Billing");
    for at in 0..23 {
        article(&desk, id, &format!("article {at:02}"), "published");
    }
    for filter in [
        "",
        "&search=article&sort=name",
        "&status=published",
        "&category=1",
    ] {
        let mut seen = Vec::new();
        for page in 1..=3 {
            let query = format!("sort=name&page={page}{filter}");
            seen.extend(names(&desk, &query));
        }
        let want: Vec<String> = (0..23).map(|at| format!("article {at:02}")).collect();
        assert_eq!(seen, want, "{filter}");
        let last = desk
            .grace()
            .get(&format!("/api/articles?page=4{filter}"))
            .ok();
        assert_eq!(last["articles"], json!([]), "{filter}");
        assert_eq!(last["pagination_data"]["totalCount"], 23, "{filter}");
    }
    assert_eq!(names(&desk, "limit=100").len(), 23);
}

#[test]
fn the_search_finds_names_texts_and_tags_and_puts_the_best_first() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = category(&desk, folder(&desk, "FAQ", "public"), "Kettles");
    let post = |name: &str, content: &str| {
        let body = json!({ "category": id, "name": name, "content": content });
        ada.post("/api/articles", body).ok()["id"].as_i64().unwrap()
    };
    post("Descaling", "<p>Once a <b>mon</b>th.</p>");
    let cleaning = post(
        "Cleaning the kettle",
        "<p>With vin&eacute;gar &amp; water.</p>",
    );
    post(
        "Warranty",
        "<p>Two years; a kettle without descaling has less.</p>",
    );
    ada.post(
        &format!("/api/article/{cleaning}/tags"),
        json!({ "name": "limescale" }),
    )
    .ok();
    for (words, want) in [
        ("descaling", &["Descaling", "Warranty"][..]),
        ("month", &["Descaling"]),
        ("vinegar", &["Cleaning the kettle"]),
        ("WATER kettle", &["Cleaning the kettle"]),
        ("limesc", &["Cleaning the kettle"]),
        ("WARRANT kettles", &[]),
        ("warranty y", &[]),
        ("kettle year", &["Warranty"]),
        ("limescale vinegar clean", &["Cleaning the kettle"]),
        ("strong", &[]),
        ("descaling OR", &[]),
        ("\"", &[]),
        ("nothing-of-this", &[]),
    ] {
        let query = format!("search={}", words.replace(' ', "+").replace('"', "%22"));
        assert_eq!(names(&desk, &query), want, "{words}");
    }
    let tags = ada.get("/api/tags").ok();
    let tag = format!("/api/tag/{}", tags["tags"][0]["id"]);
    ada.put(&tag, json!({ "name": "calcium" })).ok();
    assert_eq!(names(&desk, "search=limescale"), [""; 0]);
    assert_eq!(names(&desk, "search=calcium"), ["Cleaning the kettle"]);
    ada.delete(&tag).ok();
    assert_eq!(names(&desk, "search=calcium"), [""; 0]);
    assert_eq!(names(&desk, "search=vinegar"), ["Cleaning the kettle"]);
    ada.put(
        &format!("/api/article/{cleaning}"),
        json!({ "name": "Rinsing" }),
    )
    .ok();
    assert_eq!(names(&desk, "search=cleaning"), [""; 0]);
    assert_eq!(names(&desk, "search=rinsing+vinegar"), ["Rinsing"]);
}

/// The counts are kept by triggers; a long walk must leave them as a recount finds them.
#[test]
fn the_counts_that_are_kept_are_true_after_a_long_walk() {
    let desk = Desk::new();
    let ada = desk.ada();
    let folders = [
        folder(&desk, "one", "public"),
        folder(&desk, "two", "private"),
    ];
    let categories = [
        category(&desk, folders[0], "a"),
        category(&desk, folders[0], "b"),
        category(&desk, folders[1], "c"),
    ];
    let statuses = ["draft", "published"];
    let mut articles = Vec::new();
    for step in 0..60_usize {
        let (category, status) = (categories[step % 3], statuses[step / 3 % 2]);
        match step % 5 {
            0 | 1 => articles.push(article(&desk, category, &format!("n{step}"), status)),
            2 => {
                let path = format!("/api/article/{}", articles[step % articles.len()]);
                ada.put(&path, json!({ "category": category, "status": status }))
                    .ok();
                let tag = json!({ "name": format!("t{}", step % 4) });
                ada.post(&format!("{path}/tags"), tag).ok();
            }
            3 => {
                let folder = folders[step % 2];
                let visibility = ["public", "private"][step / 5 % 2];
                let body = json!({ "name": format!("f{folder}"), "visibility": visibility });
                ada.put(&format!("/api/solution/{folder}"), body).ok();
            }
            _ => {
                let gone = articles.remove(step % articles.len());
                ada.delete(&format!("/api/article/{gone}")).ok();
            }
        }
    }
    assert!(desk.number("SELECT count(*) FROM article WHERE is_public = 1") > 0);
    assert!(desk.number("SELECT sum(articles) FROM tag") > 0);
    for wrong in [
        "SELECT count(*) FROM article a JOIN article_publicity s ON s.id = a.id WHERE a.is_public <> s.is_public",
        "SELECT count(*) FROM category c WHERE drafts <> (SELECT count(*) FROM article WHERE category_id = c.id AND status = 'draft')",
        "SELECT count(*) FROM category c WHERE published <> (SELECT count(*) FROM article WHERE category_id = c.id AND status = 'published')",
        "SELECT count(*) FROM tag t WHERE articles <> (SELECT count(*) FROM article_tag WHERE tag_id = t.id)",
        "SELECT count(*) FROM article WHERE id NOT IN (SELECT id FROM article_search_docsize)",
        "SELECT count(*) FROM article_search_docsize WHERE id NOT IN (SELECT id FROM article)",
    ] {
        assert_eq!(desk.number(wrong), 0, "{wrong}");
    }
}
