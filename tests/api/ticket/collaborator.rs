//! Collaborators: people beside the customer who see a ticket and answer in it.

use serde_json::json;

use super::{holdings, ids_of, view_of};
use crate::support::Desk;

#[test]
fn a_collaborator_sees_and_answers_until_they_are_taken_off() {
    let desk = Desk::new();
    let ticket = desk.ticket("Together");
    let eve = desk.customer("eve@example.com");
    let page = format!("/api/ticket/{}", ticket.increment_id);
    let collaborator = format!("/api/ticket/{}/collaborator.json", ticket.id);
    let threads = format!("/api/ticket/{}/threads.json", ticket.id);
    eve.get(&page).error(404);
    let ada = desk.ada();
    let added = ada
        .post(&collaborator, json!({ "email": "eve@example.com" }))
        .ok();
    assert_eq!(
        added["message"],
        "Success ! Collaborator added successfully."
    );
    assert_eq!(added["collaborator"]["email"], "eve@example.com");
    assert_eq!(added["collaborator"]["role"], "ROLE_CUSTOMER");
    eve.get(&page).ok();
    assert_eq!(ids_of(&eve, ""), [ticket.id]);
    ada.patch(
        &format!("/api/ticket/{}", ticket.id),
        json!({ "editType": "status", "value": 4 }),
    )
    .ok();
    eve.post(
        &threads,
        json!({ "threadType": "reply", "reply": "Me too" }),
    )
    .ok();
    let view = view_of(&ada, ticket);
    assert_eq!(view["ticket"]["status"]["name"], "Open", "reopened");
    assert_eq!(
        view["ticket"]["collaborators"][0]["email"],
        "eve@example.com"
    );
    let listed = ada.get(&threads).ok();
    let thread = &listed["threads"][0];
    assert_eq!(thread["userType"], "customer");
    assert!(thread["user"]["detail"]["customer"].is_object());
    let id = added["collaborator"]["id"].as_i64().unwrap();
    let removed = ada
        .delete_with(&collaborator, json!({ "collaboratorId": id.to_string() }))
        .ok();
    assert_eq!(
        removed,
        json!({ "message": "Success ! Collaborator removed successfully." })
    );
    eve.get(&page).error(404);
    eve.get(&threads).error(404);
    assert_eq!(ids_of(&eve, ""), [0; 0]);
}

#[test]
fn somebody_unknown_becomes_a_customer_and_an_agent_stays_one() {
    let desk = Desk::new();
    let ticket = desk.ticket("Together");
    let path = format!("/api/ticket/{}/collaborator", ticket.id);
    let added = desk
        .ada()
        .post(&path, json!({ "email": "new@example.com" }))
        .ok();
    assert_eq!(added["collaborator"]["role"], "ROLE_CUSTOMER");
    let added = desk
        .ada()
        .post(&path, json!({ "email": "grace@example.com" }))
        .ok();
    assert_eq!(added["collaborator"]["role"], "ROLE_AGENT");
    assert_eq!(
        desk.number("SELECT count(*) FROM profile WHERE side = 'customer'"),
        2,
        "Alan and the new one"
    );
}

#[test]
fn nobody_is_added_twice_or_beside_themselves() {
    let desk = Desk::new();
    let ticket = desk.ticket("Together");
    let ada = desk.ada();
    let path = format!("/api/ticket/{}/collaborator", ticket.id);
    ada.post(&path, json!({ "email": "eve@example.com" })).ok();
    let before = holdings(&desk);
    for (body, status) in [
        (json!({ "email": "EVE@example.com" }), 200),
        (json!({ "email": "alan@example.com" }), 409),
        (json!({}), 400),
        (json!({ "email": "" }), 400),
        (json!({ "email": "eve" }), 400),
        (json!({ "email": "a@example.com, b@example.com" }), 400),
        (json!({ "email": ["a@example.com", "b@example.com"] }), 400),
    ] {
        assert_eq!(ada.post(&path, body.clone()).status, status, "{body}");
        assert_eq!(holdings(&desk), before, "{body}");
    }
    for (body, status) in [
        (json!({ "collaboratorId": 999 }), 404),
        (
            json!({ "collaboratorId": desk.user_id("alan@example.com") }),
            404,
        ),
        (json!({ "collaboratorId": "eve" }), 400),
        (json!({}), 400),
    ] {
        ada.delete_with(&path, body.clone()).error(status);
        assert_eq!(holdings(&desk), before, "{body}");
    }
}

#[test]
fn a_query_says_whom_to_take_off_as_well() {
    let desk = Desk::new();
    let ticket = desk.ticket("Together");
    let ada = desk.ada();
    let path = format!("/api/ticket/{}/collaborator", ticket.id);
    let added = ada.post(&path, json!({ "email": "eve@example.com" })).ok();
    let id = &added["collaborator"]["id"];
    ada.delete(&format!("{path}?collaboratorId={id}")).ok();
    assert_eq!(desk.number("SELECT count(*) FROM ticket_collaborator"), 0);
}

/// One person stands in a ticket once.
#[test]
fn whoever_becomes_the_customer_collaborates_no_more() {
    let desk = Desk::new();
    let ticket = desk.ticket("Together");
    let ada = desk.ada();
    let path = format!("/api/ticket/{}", ticket.id);
    let eve = json!({ "email": "eve@example.com" });
    ada.post(&format!("{path}/collaborator"), eve.clone()).ok();
    let body = json!({ "type": 1, "from": "eve@example.com", "subject": "s", "reply": "r" });
    ada.put(&path, body).ok();
    let view = view_of(&ada, ticket);
    assert_eq!(view["ticket"]["customer"]["email"], "eve@example.com");
    assert_eq!(view["ticket"]["collaborators"], json!([]));
    let refused = ada.post(&format!("{path}/collaborator"), eve);
    assert_eq!(refused.error(409), "conflict");
}
