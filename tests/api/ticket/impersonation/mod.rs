//! `actAsType` and `actAsEmail`: doing and seeing exactly what somebody else could.

mod door;

use serde_json::json;

use super::{holdings, ids_of, new_ticket_with};
use crate::support::Desk;
use pocketdesk::base::who::{Privilege, TicketView};

#[test]
fn acting_as_a_customer_shows_what_they_see() {
    let desk = Desk::new();
    let mine = desk.ticket("Alan's");
    let other = desk.ticket_of("eve@example.com", "Eve's");
    let ada = desk.ada();
    let acting = "actAsType=customer&actAsEmail=alan@example.com";
    assert_eq!(ids_of(&ada, acting), ids_of(&desk.alan(), ""));
    assert_eq!(ids_of(&ada, acting), [mine.id]);
    let listed = ada.get(&format!("/api/tickets?{acting}")).ok();
    let own = desk.alan().get("/api/tickets").ok();
    assert_eq!(listed, own, "to the letter what the customer gets");
    ada.get("/api/tickets?actAsType=customer&actAsEmail=nobody@example.com")
        .error(404);
    assert_eq!(
        desk.number("SELECT count(*) FROM user WHERE email = 'nobody@example.com'"),
        0
    );
    let as_agent = "actAsType=agent&actAsEmail=grace@example.com";
    assert_eq!(ids_of(&ada, as_agent), [other.id, mine.id]);
    ada.get("/api/tickets?actAsType=agent&actAsEmail=alan@example.com")
        .error(404);
}

#[test]
fn an_address_with_an_unescaped_plus_is_that_address() {
    let desk = Desk::new();
    let ticket = desk.ticket_of("alan+desk@example.com", "Plus");
    desk.ticket("No plus");
    let query = "actAsType=customer&actAsEmail=alan+desk@example.com";
    assert_eq!(ids_of(&desk.ada(), query), [ticket.id]);
}

#[test]
fn a_reply_as_a_customer_is_theirs() {
    let desk = Desk::new();
    let ticket = desk.ticket("Theirs");
    let ada = desk.ada();
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    ada.post(&threads, json!({ "threadType": "reply", "reply": "Ours" }))
        .ok();
    assert_eq!(desk.number("SELECT status_id FROM ticket"), 6);
    let body = json!({ "threadType": "reply", "reply": "Theirs", "actAsType": "customer",
        "actAsEmail": "alan@example.com" });
    ada.post(&threads, body).ok();
    assert_eq!(desk.number("SELECT status_id FROM ticket"), 1);
    let thread = ada.get(&threads).ok()["threads"][0].clone();
    assert_eq!(thread["userType"], "customer");
    assert_eq!(thread["fullname"], "Alan Turing");
}

#[test]
fn who_acts_as_a_customer_can_do_no_more_than_they() {
    let desk = Desk::new();
    let ticket = desk.ticket("Alan's");
    let other = desk.ticket_of("eve@example.com", "Eve's");
    let ada = desk.ada();
    let before = holdings(&desk);
    let as_alan = |extra: serde_json::Value| {
        let mut body = json!({ "threadType": "reply", "reply": "x", "actAsType": "customer",
            "actAsEmail": "alan@example.com" });
        for (key, value) in extra.as_object().unwrap() {
            body[key] = value.clone();
        }
        body
    };
    let threads = |id: i64| format!("/api/ticket/{id}/threads");
    for (path, body, status) in [
        (threads(other.id), as_alan(json!({})), 404),
        (
            threads(ticket.id),
            as_alan(json!({ "threadType": "note" })),
            403,
        ),
        (
            threads(ticket.id),
            as_alan(json!({ "threadType": "forward", "to": "x@example.com" })),
            403,
        ),
    ] {
        ada.post(&path, body.clone()).error(status);
        assert_eq!(holdings(&desk), before, "{path} {body}");
    }
}

#[test]
fn who_may_act_as_whom() {
    let desk = Desk::new();
    desk.ticket("Alan's");
    let creator = desk.agent(
        "creator@example.com",
        &[Privilege::CreateTicket],
        TicketView::Own,
    );
    let as_alan = "actAsType=customer&actAsEmail=alan@example.com";
    let as_grace = "actAsType=agent&actAsEmail=grace@example.com";
    assert_eq!(ids_of(&creator, as_alan).len(), 1);
    for (client, query) in [
        (&creator, as_grace),
        (&desk.grace(), as_alan),
        (&desk.grace(), as_grace),
        (&desk.alan(), as_alan),
        (
            &desk.alan(),
            "actAsType=customer&actAsEmail=eve@example.com",
        ),
    ] {
        let answer = client.get(&format!("/api/tickets?{query}"));
        assert_eq!(answer.error(403), "forbidden", "{query}");
    }
    // An agent without an address is oneself, whom nobody needs leave to be.
    let oneself = "actAsType=agent";
    assert_eq!(ids_of(&desk.grace(), oneself), ids_of(&desk.grace(), ""));
    desk.alan().get("/api/tickets?actAsType=agent").error(403);
    for query in [
        "actAsType=customer",
        "actAsEmail=alan@example.com",
        "actAsType=king&actAsEmail=alan@example.com",
        "actAsType=customer&actAsEmail=alan",
    ] {
        let answer = desk.ada().get(&format!("/api/tickets?{query}"));
        assert_eq!(answer.error(400), "invalid_request", "{query}");
    }
}

#[test]
fn a_first_ticket_for_an_unknown_address_makes_the_customer() {
    let desk = Desk::new();
    let mut body = new_ticket_with("from", serde_json::Value::Null);
    body.as_object_mut().unwrap().remove("name");
    body["actAsType"] = json!("customer");
    body["actAsEmail"] = json!("new@example.com");
    let made = desk.ada().post("/api/tickets", body.clone()).ok();
    assert_eq!(
        ids_of(&desk.as_email("new@example.com"), ""),
        [made["ticketId"].as_i64().unwrap()]
    );
    let before = holdings(&desk);
    body["actAsEmail"] = json!("newer@example.com");
    assert_eq!(
        desk.grace().post("/api/tickets", body.clone()).error(403),
        "forbidden"
    );
    assert_eq!(
        desk.alan().post("/api/tickets", body).error(403),
        "forbidden"
    );
    assert_eq!(holdings(&desk), before);
}

#[test]
fn nobody_acts_as_a_customer_who_may_not_sign_in() {
    let desk = Desk::new();
    let ticket = desk.ticket("Of somebody shut out");
    desk.write(|change| {
        change.run(
            "UPDATE profile SET is_active = 0 WHERE side = 'customer'",
            [],
        )
    });
    let reply = json!({ "threadType": "reply", "reply": "As Alan", "actAsType": "customer",
        "actAsEmail": "alan@example.com" });
    let path = format!("/api/ticket/{}/threads", ticket.id);
    assert_eq!(desk.ada().post(&path, reply).error(404), "not_found");
}

/// The agent does not see the ticket, and the customer acted for does.
#[test]
fn a_stale_write_on_behalf_of_a_customer_is_refused_too() {
    let desk = Desk::new();
    let ticket = desk.ticket("Out of the agent's sight");
    let agent = desk.agent(
        "own@example.com",
        &[Privilege::CreateTicket],
        TicketView::Own,
    );
    let reply = json!({ "threadType": "reply", "reply": "As Alan", "actAsType": "customer",
        "actAsEmail": "alan@example.com" });
    let path = format!("/api/ticket/{}/threads", ticket.id);
    let stale = agent.with_header("If-Match", "\"999\"");
    assert_eq!(stale.post(&path, reply.clone()).error(409), "conflict");
    agent.post(&path, reply).ok();
}
