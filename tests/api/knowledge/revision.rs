//! What articles said before.

use serde_json::{Value, json};

use super::Base;

#[test]
fn every_text_is_kept_and_can_come_back() {
    let base = Base::new();
    let ada = base.desk.ada();
    let path = format!("/api/article/{}", base.public.published);
    let mark = "<p style=\"color:red\">second</p>";
    ada.put(&path, json!({ "content": mark })).ok();
    ada.put(&path, json!({ "name": "third name" })).ok();
    // Nothing of the text changes: no revision.
    ada.put(&path, json!({ "name": "third name", "status": "draft" }))
        .ok();
    ada.put(&path, json!({ "content": mark, "sortOrder": 4 }))
        .ok();
    let listed = ada.get(&format!("{path}/revisions")).ok();
    let revisions = listed["revisions"].as_array().unwrap();
    let numbers: Vec<&Value> = revisions.iter().map(|one| &one["revision"]).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!(listed["pagination_data"]["totalCount"], 3);
    assert_eq!(revisions[0]["isCurrent"], true);
    assert_eq!(revisions[2]["isCurrent"], false);
    assert_eq!(revisions[2]["user"]["name"], "Ada Lovelace");
    assert_eq!(revisions[2]["createdAt"]["date"], "2025-06-02 09:30:20");
    let first = ada.get(&format!("{path}/revision/1")).ok();
    assert_eq!(first["name"], "public guide");
    assert_eq!(first["content"], "<p>All about public guide.</p>");
    let restored = ada
        .post(&format!("{path}/revision/1/restore"), json!({}))
        .ok();
    assert_eq!(
        restored,
        json!({ "message": "Success! Article has been restored successfully.",
            "id": base.public.published, "revision": 4 })
    );
    let now = ada.get(&path).ok();
    assert_eq!(now["name"], "public guide");
    assert_eq!(now["content"], "<p>All about public guide.</p>");
    assert_eq!(now["status"], "draft", "a text comes back, not a status");
    let found = |words: &str| {
        let listed = ada.get(&format!("/api/articles?search={words}")).ok();
        listed["pagination_data"]["totalCount"].as_i64()
    };
    assert_eq!((found("second"), found("guide")), (Some(0), Some(2)));
    let page = ada.get(&format!("{path}/revisions?limit=1&page=2")).ok();
    assert_eq!(page["revisions"][0]["revision"], 3);
}

#[test]
fn what_is_not_there_is_404() {
    let base = Base::new();
    let ada = base.desk.ada();
    let path = format!("/api/article/{}", base.public.published);
    for target in [
        "/api/article/99/revisions".to_owned(),
        "/api/article/99/revision/1".to_owned(),
        format!("{path}/revision/2"),
        format!("{path}/revision/0"),
    ] {
        assert_eq!(ada.get(&target).error(404), "not_found", "{target}");
    }
    let restored = ada.post(&format!("{path}/revision/2/restore"), json!({}));
    assert_eq!(restored.error(404), "not_found");
    assert_eq!(base.desk.number("SELECT max(revision) FROM article"), 1);
}
