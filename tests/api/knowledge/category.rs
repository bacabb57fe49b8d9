//! Categories.

use serde_json::json;

use super::{Base, article, category, folder};
use crate::support::Desk;

#[test]
fn a_category_is_made_changed_listed_and_removed() {
    let desk = Desk::new();
    let ada = desk.ada();
    let faq = folder(&desk, "FAQ", "public");
    let made = ada
        .post(
            "/api/categories.json",
            json!({ "solution": faq.to_string(), "name": "Billing", "description": "Money" }),
        )
        .ok();
    let id = made["id"].as_i64().unwrap();
    let whole = json!({ "id": id, "name": "Billing", "description": "Money", "sortOrder": 1,
        "solution": { "id": faq, "name": "FAQ", "visibility": "public" }, "articleCount": "0" });
    assert_eq!(
        made,
        json!({ "message": "Success! Category has been created successfully.", "id": id, "category": whole })
    );
    let path = format!("/api/category/{id}");
    assert_eq!(ada.get(&path).ok(), whole);
    let changed = ada
        .put(&path, json!({ "name": "Payments", "sortOrder": "7" }))
        .ok();
    assert_eq!(
        changed["message"],
        "Success! Category has been updated successfully."
    );
    assert_eq!(changed["category"]["name"], "Payments");
    assert_eq!(changed["category"]["sortOrder"], 7);
    assert_eq!(
        changed["category"]["description"], "Money",
        "what is left out stays"
    );
    let next = category(&desk, faq, "Next");
    let next = ada.get(&format!("/api/category/{next}")).ok();
    assert_eq!(next["sortOrder"], 8, "a new one comes last");
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success! Category has been deleted successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
}

#[test]
fn categories_are_filtered_and_ordered() {
    let desk = Desk::new();
    let ada = desk.ada();
    let (one, two) = (
        folder(&desk, "one", "public"),
        folder(&desk, "two", "public"),
    );
    let first = category(&desk, one, "banana");
    category(&desk, one, "Apple");
    category(&desk, two, "cherry");
    ada.put(&format!("/api/category/{first}"), json!({ "sortOrder": 5 }))
        .ok();
    let names = |query: &str| -> Vec<String> {
        let listed = ada.get(&format!("/api/categories?{query}")).ok();
        let all = listed["categories"].as_array().unwrap();
        assert_eq!(
            listed["pagination_data"]["currentItemCount"].as_u64(),
            Some(all.len() as u64)
        );
        all.iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(""), ["cherry", "Apple", "banana"]);
    assert_eq!(names("sort=name"), ["Apple", "banana", "cherry"]);
    assert_eq!(
        names("sort=name&direction=desc"),
        ["cherry", "banana", "Apple"]
    );
    assert_eq!(
        names(&format!("solution={one}&sort=sortOrder")),
        ["Apple", "banana"]
    );
    assert_eq!(names("search=ERR"), ["cherry"]);
    assert_eq!(
        ada.get("/api/categories?solution=x").error(400),
        "invalid_request"
    );
}

#[test]
fn bad_categories_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let (one, two) = (
        folder(&desk, "one", "public"),
        folder(&desk, "two", "public"),
    );
    let taken = category(&desk, one, "taken");
    let path = format!("/api/category/{taken}");
    for (body, status, field) in [
        (json!({ "solution": one }), 400, "name"),
        (json!({ "name": "x" }), 400, "solution"),
        (json!({ "solution": 99, "name": "x" }), 400, "solution"),
        (json!({ "solution": "x", "name": "x" }), 400, "solution"),
        (
            json!({ "solution": one, "name": "x", "sortOrder": "first" }),
            400,
            "sortOrder",
        ),
        (json!({ "solution": one, "name": "Taken" }), 409, ""),
    ] {
        let answer = ada.post("/api/categories", body.clone());
        answer.error(status);
        assert!(
            field.is_empty() || answer.json()["errors"][field][0].is_string(),
            "{body}: {}",
            answer.text()
        );
    }
    for body in [
        json!({ "name": "" }),
        json!({ "solution": null }),
        json!({ "solution": 99 }),
    ] {
        assert_eq!(ada.put(&path, body).error(400), "invalid_request");
    }
    // The same name in another folder is another category, until the two meet.
    let other = category(&desk, two, "taken");
    let moved = ada.put(
        &format!("/api/category/{other}"),
        json!({ "solution": one }),
    );
    assert_eq!(moved.error(409), "conflict");
    assert_eq!(desk.number("SELECT count(*) FROM category"), 2);
    assert_eq!(
        desk.number("SELECT count(*) FROM category WHERE folder_id = 2"),
        1
    );
}

#[test]
fn a_category_with_articles_stays() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = category(&desk, folder(&desk, "FAQ", "public"), "Full");
    let held = article(&desk, id, "held", "draft");
    let answer = ada.delete(&format!("/api/category/{id}"));
    assert_eq!(answer.error(409), "conflict");
    assert!(
        answer
            .text()
            .contains("The category Full still has articles (1)."),
        "{}",
        answer.text()
    );
    ada.delete(&format!("/api/article/{held}")).ok();
    ada.delete(&format!("/api/category/{id}")).ok();
}

#[test]
fn a_category_moves_with_its_articles() {
    let base = Base::new();
    let alan = base.desk.alan();
    let path = format!("/api/article/{}", base.private.published);
    assert_eq!(alan.get(&path).error(404), "not_found");
    let category = format!("/api/category/{}", base.private.category);
    base.desk
        .ada()
        .put(&category, json!({ "solution": base.public.id }))
        .ok();
    alan.get(&path).ok();
    let draft = format!("/api/article/{}", base.private.draft);
    assert_eq!(alan.get(&draft).error(404), "not_found");
    let folder = alan.get(&format!("/api/solution/{}", base.public.id)).ok();
    assert_eq!(
        (&folder["categoriesCount"], &folder["articleCount"]),
        (&json!("2"), &json!("2"))
    );
    base.desk
        .ada()
        .put(&category, json!({ "solution": base.private.id }))
        .ok();
    assert_eq!(alan.get(&path).error(404), "not_found");
    assert_eq!(alan.get(&category).error(404), "not_found");
}

#[test]
fn nothing_comes_behind_the_greatest_place_and_everything_still_gets_one() {
    let desk = Desk::new();
    let ada = desk.ada();
    let faq = folder(&desk, "FAQ", "public");
    let first = category(&desk, faq, "first");
    let one = article(&desk, first, "one", "draft");
    let last = json!({ "sortOrder": i64::MAX });
    ada.put(&format!("/api/category/{first}"), last.clone())
        .ok();
    ada.put(&format!("/api/article/{one}"), last.clone()).ok();
    let next = category(&desk, faq, "next");
    let two = article(&desk, first, "two", "draft");
    for path in [
        format!("/api/category/{next}"),
        format!("/api/article/{two}"),
    ] {
        assert_eq!(ada.get(&path).ok()["sortOrder"], last["sortOrder"]);
    }
}
