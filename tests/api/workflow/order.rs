//! The order of workflows.

use serde_json::{Value, json};

use super::{automatic, desk_without_workflows, faults, made, manual};

#[test]
fn each_type_has_an_order_of_its_own() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let spam = json!([{ "type": "mark_spam" }]);
    let autos: Vec<i64> = ["a", "b", "c"]
        .iter()
        .map(|name| made(&ada, automatic(name)))
        .collect();
    let manuals: Vec<i64> = ["x", "y"]
        .iter()
        .map(|name| made(&ada, manual(name, spam.clone())))
        .collect();
    let names = |kind: i64| -> Vec<Value> {
        let listed = ada.get(&format!("/api/workflows?type={kind}")).ok();
        listed["workflows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].clone())
            .collect()
    };
    let order = json!({
        "auto": { autos[0].to_string(): "3", autos[1].to_string(): "1", autos[2].to_string(): 2 },
    });
    assert_eq!(
        ada.put("/en/api/workflows/order.json", order).ok(),
        json!({ "message": "Success! Order has been updated successfully." })
    );
    assert_eq!(names(1), ["b", "c", "a"]);
    assert_eq!(names(0), ["x", "y"]);
    let form = format!("manual[{}]=2&manual[{}]=1", manuals[0], manuals[1]);
    let kind = "application/x-www-form-urlencoded";
    ada.send("PUT", "/api/workflows/order", kind, form.as_bytes())
        .ok();
    assert_eq!(names(0), ["y", "x"]);

    // One unknown id, or one of the other type, and nothing is moved.
    let half = json!({ "auto": { autos[0].to_string(): 0, "999": 1, manuals[0].to_string(): 1 } });
    let mut want = vec!["auto.999".to_owned(), format!("auto.{}", manuals[0])];
    want.sort();
    assert_eq!(faults(&ada.put("/api/workflows/order", half)), want);
    assert_eq!(names(1), ["b", "c", "a"]);
    for empty in [json!({}), json!({ "auto": "" }), json!({ "manual": {} })] {
        assert_eq!(faults(&ada.put("/api/workflows/order", empty)), ["auto"]);
    }
    assert_eq!(
        faults(&ada.put("/api/workflows/order", json!({ "auto": { "1": "first" } }))),
        ["auto.1"]
    );
}
