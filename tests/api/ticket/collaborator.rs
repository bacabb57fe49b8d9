//! Collaborators: people beside the customer who see a ticket and answer in it.

use serde_json::json;

use super::{holdings, ids_of, view_of};
use crate::support::Desk;
use pocketdesk::base::who::{Privilege, TicketView};

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

/// An agent who takes part in a ticket sees it on every path, whatever else they see.
#[test]
fn an_agent_sees_the_tickets_that_they_take_part_in() {
    let desk = Desk::new();
    let ada = desk.ada();
    let creator = [Privilege::CreateTicket, Privilege::AddTag];
    let own = desk.agent("own@example.com", &creator, TicketView::Own);
    let shared = desk.ticket("Shared");
    desk.ticket("Hidden");
    let path = format!("/api/ticket/{}/collaborator", shared.id);
    ada.post(&path, json!({ "email": "own@example.com" })).ok();
    let theirs = desk.ticket_of("own@example.com", "Theirs");
    let tag = json!({ "name": "vip" });
    ada.post(&format!("/api/ticket/{}/tags", theirs.id), tag)
        .ok();
    // One that they would see anyway counts once.
    let assigned = desk.ticket_of("own@example.com", "Assigned");
    let assign = json!({ "id": desk.user_id("own@example.com") });
    ada.put(&format!("/api/ticket/{}/agent", assigned.id), assign)
        .ok();
    for ticket in [shared, theirs, assigned] {
        view_of(&own, ticket);
        let threads = format!("/api/ticket/{}/threads", ticket.id);
        own.get(&threads).ok();
    }
    let seen = [assigned.id, theirs.id, shared.id];
    for query in [
        "",
        "status=all",
        "sort=t.updatedAt&direction=desc",
        "priority=1",
        "search=example.com",
    ] {
        let mut found = ids_of(&own, query);
        found.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(found, seen, "{query}");
    }
    assert_eq!(ids_of(&own, "unassigned"), [theirs.id, shared.id]);
    let listed = own.get("/api/tickets?status=all&limit=1").ok();
    assert_eq!(listed["tabs"]["1"], "3");
    assert_eq!(listed["pagination"]["totalCount"], 3);
    let labels = &listed["labels"]["predefind"];
    for (list, count) in [
        ("all", "3"),
        ("unassigned", "2"),
        ("mine", "1"),
        ("trashed", "0"),
    ] {
        assert_eq!(labels[list], count, "{list}");
    }
    assert_eq!(own.get("/api/tags").ok()["tags"][0]["ticketCount"], "1");
    ada.put(&format!("/api/ticket/{}/trash", theirs.id), json!({}))
        .ok();
    let listed = own.get("/api/tickets?trashed").ok();
    assert_eq!(listed["labels"]["predefind"]["trashed"], "1");
    assert_eq!(ids_of(&own, "trashed"), [theirs.id]);
    let id = desk.user_id("own@example.com");
    ada.delete(&format!("{path}?collaboratorId={id}")).ok();
    own.get(&format!("/api/ticket/{}", shared.increment_id))
        .error(404);
}
