//! Folders, the API's solutions.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::json;

use super::{Base, category, folder};
use crate::support::Desk;

#[test]
fn a_folder_is_made_changed_listed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let made = ada
        .post(
            "/en/api/solutions.json",
            json!({ "name": "folderN", "description": "folder", "visibility": "public" }),
        )
        .ok();
    let id = made["id"].as_i64().unwrap();
    assert_eq!(
        made,
        json!({ "id": id, "msg": "Success! Folder has been created successfully." })
    );
    let path = format!("/api/solution/{id}.json");
    let whole = json!({ "id": id, "name": "folderN", "description": "folder", "visibility": "public",
        "solutionImage": "", "categoriesCount": "0", "categories": [], "articleCount": "0" });
    assert_eq!(ada.get(&path).ok(), whole);
    assert_eq!(ada.get("/api/solutions").ok()["results"], json!([whole]));
    let edited = json!({ "name": "faq folder", "visibility": "PRIVATE" });
    assert_eq!(
        ada.put(&path, edited).ok(),
        json!({ "id": id, "msg": "Success! Folder has been updated successfully." })
    );
    let kept = ada.get(&path).ok();
    assert_eq!(kept["description"], "folder", "what is left out stays");
    assert_eq!(kept["visibility"], "private");
    let emptied = json!({ "name": "faq folder", "visibility": "private", "description": "" });
    ada.put(&path, emptied).ok();
    assert_eq!(ada.get(&path).ok()["description"], json!(null));
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success! Folder has been deleted successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
}

#[test]
fn folders_count_what_the_caller_may_read() {
    let base = Base::new();
    let path = format!("/api/solution/{}", base.public.id);
    let whole = base.desk.grace().get(&path).ok();
    assert_eq!(
        (&whole["categoriesCount"], &whole["articleCount"]),
        (&json!("1"), &json!("2"))
    );
    assert_eq!(
        whole["categories"],
        json!([{ "id": base.public.category, "name": "public category", "description": null,
            "sortOrder": 1, "articleCount": "2" }])
    );
    let seen = base.desk.alan().get(&path).ok();
    assert_eq!(seen["articleCount"], "1");
    assert_eq!(seen["categories"][0]["articleCount"], "1");
}

#[test]
fn folders_are_found_and_ordered() {
    let desk = Desk::new();
    let ada = desk.ada();
    for name in ["Beta", "alpha", "Gamma 100%"] {
        folder(&desk, name, "public");
    }
    let names = |query: &str| -> Vec<String> {
        let listed = ada.get(&format!("/api/solutions?{query}")).ok();
        let results = listed["results"].as_array().unwrap();
        results
            .iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names(""), ["Gamma 100%", "alpha", "Beta"]);
    assert_eq!(names("sort=id&direction=asc&limit=1&page=2"), ["alpha"]);
    assert_eq!(names("sort=name"), ["alpha", "Beta", "Gamma 100%"]);
    assert_eq!(names("sort=name&direction=DESC&limit=1"), ["Gamma 100%"]);
    assert_eq!(names("search=ALPH"), ["alpha"]);
    assert_eq!(names("search=%25"), ["Gamma 100%"]);
    let paged = ada.get("/api/solutions?limit=2").ok();
    assert_eq!(paged["pagination_data"]["totalCount"], 3);
    assert_eq!(paged["pagination_data"]["next"], 2);
}

#[test]
fn bad_folders_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let taken = folder(&desk, "taken", "public");
    let other = format!("/api/solution/{}", folder(&desk, "other", "private"));
    for (body, field) in [
        (json!({ "visibility": "public" }), "name"),
        (json!({ "name": " ", "visibility": "public" }), "name"),
        (
            json!({ "name": "x".repeat(101), "visibility": "public" }),
            "name",
        ),
        (json!({ "name": "x" }), "visibility"),
        (json!({ "name": "x", "visibility": "" }), "visibility"),
        (
            json!({ "name": "x", "visibility": "everybody" }),
            "visibility",
        ),
        (
            json!({ "name": "x", "visibility": "public", "description": [1] }),
            "description",
        ),
    ] {
        for answer in [
            ada.post("/api/solutions", body.clone()),
            ada.put(&other, body.clone()),
        ] {
            assert_eq!(answer.error(400), "invalid_request");
            assert!(
                answer.json()["errors"][field][0].is_string(),
                "{body}: {}",
                answer.text()
            );
        }
    }
    let again = json!({ "name": "TAKEN", "visibility": "public" });
    assert_eq!(
        ada.post("/api/solutions", again.clone()).error(409),
        "conflict"
    );
    assert_eq!(ada.put(&other, again.clone()).error(409), "conflict");
    assert_eq!(
        ada.put("/api/solution/99", again.clone()).error(404),
        "not_found"
    );
    ada.put(&format!("/api/solution/{taken}"), again).ok();
    assert_eq!(desk.number("SELECT count(*) FROM folder"), 2);
}

#[test]
fn a_folder_with_categories_stays_and_says_so_in_each_language() {
    let desk = Desk::new();
    let id = folder(&desk, "Full", "public");
    let held = category(&desk, id, "Held");
    let ada = desk.ada();
    for (locale, words) in [
        ("en", "The folder Full still has categories (1)."),
        (
            "fr",
            "Le dossier « Full » contient encore des catégories (1).",
        ),
        ("it", "La cartella «Full» contiene ancora categorie (1)."),
        ("de", "Im Ordner „Full“ sind noch Kategorien (1)."),
    ] {
        let answer = ada.delete(&format!("/{locale}/api/solution/{id}.json"));
        assert_eq!(answer.error(409), "conflict");
        let said = answer.json()["error_description"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(said.contains(words), "{said}");
    }
    ada.delete(&format!("/api/category/{held}")).ok();
    ada.delete(&format!("/api/solution/{id}")).ok();
    assert_eq!(desk.number("SELECT count(*) FROM folder"), 0);
}

#[test]
fn only_the_privilege_opens_the_writes() {
    let base = Base::new();
    let body = json!({ "name": "new", "visibility": "public" });
    let path = format!("/api/solution/{}", base.private.id);
    let others: Vec<Privilege> = Privilege::ALL
        .iter()
        .copied()
        .filter(|one| *one != Privilege::ManageKnowledgebase)
        .collect();
    let without = base
        .desk
        .agent("without@example.com", &others, TicketView::All);
    for by in [without, base.desk.grace(), base.desk.alan()] {
        assert_eq!(
            by.post("/api/solutions", body.clone()).error(403),
            "forbidden"
        );
        assert_eq!(by.put(&path, body.clone()).error(403), "forbidden");
        assert_eq!(by.delete(&path).error(403), "forbidden");
    }
    assert_eq!(
        base.desk.anyone().get("/api/solutions").error(401),
        "access_denied"
    );
    let with = base.desk.agent(
        "with@example.com",
        &[Privilege::ManageKnowledgebase],
        TicketView::Own,
    );
    with.post("/api/solutions", body).ok();
    assert_eq!(base.desk.number("SELECT count(*) FROM folder"), 3);
}
