//! Whether articles helped, and how often they were read.

use serde_json::json;

use super::Base;

#[test]
fn each_person_has_one_voice() {
    let base = Base::new();
    let path = format!("/api/article/{}", base.public.published);
    let feedback = format!("{path}/feedback");
    let (alan, grace) = (base.desk.alan(), base.desk.grace());
    let given = alan.post(&feedback, json!({ "helpful": "1" })).ok();
    assert_eq!(
        given,
        json!({ "message": "Success! Feedback has been saved successfully.", "helpful": 1, "unhelpful": 0 })
    );
    alan.post(&feedback, json!({ "helpful": true })).ok();
    grace.post(&feedback, json!({ "helpful": "on" })).ok();
    let seen = alan.get(&path).ok();
    assert_eq!(
        (&seen["helpful"], &seen["feedback"]),
        (&json!(2), &json!(true))
    );
    let changed = alan.post(&feedback, json!({ "helpful": 0 })).ok();
    assert_eq!(
        (&changed["helpful"], &changed["unhelpful"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(alan.get(&path).ok()["feedback"], false);
    for _ in 0..2 {
        let gone = alan.delete(&feedback).ok();
        assert_eq!(
            gone["message"],
            "Success! Feedback has been withdrawn successfully."
        );
        assert_eq!(
            (&gone["helpful"], &gone["unhelpful"]),
            (&json!(1), &json!(0))
        );
    }
    assert_eq!(alan.get(&path).ok()["feedback"], json!(null));
    for body in [json!({}), json!({ "helpful": "maybe" })] {
        assert_eq!(alan.post(&feedback, body).error(400), "invalid_request");
    }
    assert_eq!(base.desk.number("SELECT count(*) FROM article_feedback"), 1);
    base.desk.ada().delete(&path).ok();
    assert_eq!(base.desk.number("SELECT count(*) FROM article_feedback"), 0);
}

#[test]
fn customers_who_read_are_counted_and_agents_are_not() {
    let base = Base::new();
    let path = format!("/api/article/{}", base.public.published);
    let version = base.desk.ada().get(&path).header("etag").map(str::to_owned);
    for _ in 0..2 {
        base.desk.alan().get(&path).ok();
    }
    base.desk.grace().get(&path).ok();
    let hidden = format!("/api/article/{}", base.private.published);
    base.desk.alan().get(&hidden).error(404);
    // A mark is made behind the reading; a write of ours waits its turn behind it.
    base.desk.write(|_| Ok(()));
    let answer = base.desk.ada().get(&path);
    assert_eq!(answer.ok()["views"], 2);
    assert_eq!(answer.header("etag").map(str::to_owned), version);
    assert_eq!(base.desk.number("SELECT sum(views) FROM article"), 2);
}
