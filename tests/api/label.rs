//! Labels: an agent's own.

use serde_json::json;

use crate::support::Desk;

#[test]
fn a_label_is_made_changed_listed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let user = desk.user_id("ada@example.com");
    let made = ada
        .post("/en/api/labels.json", json!({ "name": "myLabel" }))
        .ok();
    let id = made["label"]["id"].as_i64().unwrap();
    assert_eq!(
        made,
        json!({ "message": "Success ! Label created successfully.",
            "label": { "id": id, "name": "myLabel", "color": null, "labelUser": user } })
    );
    let changed = ada
        .put(
            &format!("/api/label/{id}.json"),
            json!({ "name": "labu", "color": "#fff" }),
        )
        .ok();
    assert_eq!(
        changed,
        json!({ "message": "Success ! Label updated successfully.",
            "label": { "id": id, "name": "labu", "color": "#fff", "labelUser": user } })
    );
    let kept = ada
        .put(&format!("/api/label/{id}.json"), json!({ "name": "again" }))
        .ok();
    assert_eq!(kept["label"]["color"], "#fff", "what is left out stays");
    let listed = ada.get("/api/labels").ok();
    assert_eq!(
        listed["labels"],
        json!([{ "id": id, "name": "again", "color": "#fff", "count": "0" }])
    );
    let removed = ada.delete(&format!("/api/label/{id}.json")).ok();
    assert_eq!(
        removed,
        json!({ "message": "Success ! Label removed successfully." })
    );
    assert_eq!(ada.get(&format!("/api/label/{id}")).error(404), "not_found");
}

#[test]
fn somebody_elses_label_is_not_there() {
    let desk = Desk::new();
    let made = desk
        .ada()
        .post("/api/labels", json!({ "name": "mine" }))
        .ok();
    let path = format!("/api/label/{}", made["label"]["id"]);
    let grace = desk.grace();
    assert_eq!(grace.get(&path).error(404), "not_found");
    assert_eq!(
        grace.put(&path, json!({ "name": "x" })).error(404),
        "not_found"
    );
    assert_eq!(grace.delete(&path).error(404), "not_found");
    grace.post("/api/labels", json!({ "name": "mine" })).ok();
    assert_eq!(desk.alan().get("/api/labels").error(403), "forbidden");
}

#[test]
fn bad_labels_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post("/api/labels", json!({ "name": "taken" })).ok();
    for (body, status, field) in [
        (json!({}), 400, Some("name")),
        (json!({ "name": " " }), 400, Some("name")),
        (json!({ "name": "x".repeat(101) }), 400, Some("name")),
        (json!({ "name": "x", "color": "red" }), 400, Some("color")),
        (json!({ "name": { "a": 1 } }), 400, Some("name")),
        (json!({ "name": "Taken" }), 409, None),
    ] {
        let answer = ada.post("/api/labels", body.clone());
        answer.error(status);
        if let Some(field) = field {
            assert!(
                answer.json()["errors"][field][0].is_string(),
                "{body}: {}",
                answer.text()
            );
        }
    }
    assert_eq!(desk.number("SELECT count(*) FROM label"), 1);
}
