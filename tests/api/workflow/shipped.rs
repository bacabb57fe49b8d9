//! The workflows that ship, and the mails that they make wait.

use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use super::made;
use crate::support::{Desk, Opened};

/// Whom mails of a ticket are for, of what kind, and what they wait for, in the order made; none
/// that were cancelled.
fn mails(desk: &Desk, ticket: i64) -> Vec<(String, String, Option<String>)> {
    desk.read(|view| {
        view.all(
            &format!(
                "SELECT recipient, kind || ' ' || (SELECT code FROM email_template WHERE id = template_id), reason
                 FROM mail_out WHERE ticket_id = {ticket} AND state = 'waiting' ORDER BY id"
            ),
            [],
        )
    })
}

#[track_caller]
fn assert_mails(desk: &Desk, ticket: i64, want: &[(&str, &str, Option<&str>)]) {
    let mails = mails(desk, ticket);
    let mails: Vec<(&str, &str, Option<&str>)> = mails
        .iter()
        .map(|(to, kind, reason)| (to.as_str(), kind.as_str(), reason.as_deref()))
        .collect();
    assert_eq!(mails, want);
}

fn opened_by_alan(desk: &Desk, subject: &str) -> Opened {
    let body = json!({ "type": 1, "subject": subject, "reply": "It leaks." });
    let answer = desk
        .as_email("alan@example.com")
        .post("/api/tickets", body)
        .ok();
    Opened {
        id: answer["ticketId"].as_i64().expect("an id"),
        increment_id: answer["incrementId"].as_i64().expect("a number"),
    }
}

fn say(desk: &Desk, who: &str, ticket: i64, kind: &str) {
    let body = json!({ "threadType": kind, "reply": "Some words", "to": "out@example.com" });
    desk.as_email(who)
        .post(&format!("/api/ticket/{ticket}/threads"), body)
        .ok();
}

/// Forgets what waits.
fn clear(desk: &Desk) {
    desk.write(|change| change.run("DELETE FROM mail_out", []));
}

#[test]
fn a_ticket_is_acknowledged_and_its_agents_are_told() {
    let desk = Desk::new();
    let own = opened_by_alan(&desk, "A leak");
    assert_mails(
        &desk,
        own.id,
        &[
            ("alan@example.com", "acknowledgement ticket_received", None),
            ("ada@example.com", "notice ticket_new", Some("digest")),
        ],
    );
    // Ada opened it herself, so nobody has to tell her.
    let for_alan = desk.ticket("A roof");
    assert_mails(
        &desk,
        for_alan.id,
        &[(
            "alan@example.com",
            "notice ticket_opened_for_customer",
            None,
        )],
    );
}

#[test]
fn answers_go_to_those_who_did_not_write_them() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = opened_by_alan(&desk, "A leak").id;
    let grace = desk.user_id("grace@example.com");
    clear(&desk);
    ada.put(
        "/api/tickets/agent",
        json!({ "ids": [ticket], "agentId": grace }),
    )
    .ok();
    assert_mails(
        &desk,
        ticket,
        &[(
            "grace@example.com",
            "notice ticket_assigned",
            Some("digest"),
        )],
    );
    clear(&desk);
    ada.post(
        &format!("/api/ticket/{ticket}/collaborator"),
        json!({ "email": "eve@example.com" }),
    )
    .ok();
    assert_mails(
        &desk,
        ticket,
        &[("eve@example.com", "notice collaborator_added", None)],
    );
    clear(&desk);
    say(&desk, "grace@example.com", ticket, "reply");
    assert_mails(
        &desk,
        ticket,
        &[
            ("alan@example.com", "reply agent_reply", Some("undo")),
            ("eve@example.com", "reply agent_reply", Some("undo")),
        ],
    );
    clear(&desk);
    say(&desk, "alan@example.com", ticket, "reply");
    assert_mails(
        &desk,
        ticket,
        &[("grace@example.com", "notice customer_reply", Some("digest"))],
    );
    clear(&desk);
    say(&desk, "eve@example.com", ticket, "reply");
    assert_mails(
        &desk,
        ticket,
        &[
            (
                "grace@example.com",
                "notice collaborator_reply",
                Some("digest"),
            ),
            ("alan@example.com", "notice collaborator_reply", None),
        ],
    );
    clear(&desk);
    say(&desk, "ada@example.com", ticket, "note");
    assert_mails(&desk, ticket, &[]);
}

#[test]
fn of_several_notices_of_a_ticket_an_agent_gets_the_newest() {
    let desk = Desk::new();
    let ticket = opened_by_alan(&desk, "A leak").id;
    say(&desk, "alan@example.com", ticket, "reply");
    say(&desk, "alan@example.com", ticket, "reply");
    assert_mails(
        &desk,
        ticket,
        &[
            ("alan@example.com", "acknowledgement ticket_received", None),
            ("ada@example.com", "notice customer_reply", Some("digest")),
        ],
    );
    let merged = "SELECT count(*) FROM mail_out WHERE state = 'cancelled' AND reason = 'merged'";
    assert_eq!(desk.number(merged), 2);
}

#[test]
fn nobody_is_told_of_a_ticket_out_of_their_sight() {
    let desk = Desk::new();
    desk.agent("narrow@example.com", &[], TicketView::Own);
    desk.agent("wide@example.com", &[], TicketView::GroupsAndTeams);
    let users = [
        desk.user_id("narrow@example.com"),
        desk.user_id("wide@example.com"),
    ];
    desk.write(move |change| {
        for user in users {
            change.run(
                &format!("INSERT INTO group_user (group_id, user_id) VALUES (1, {user})"),
                [],
            )?;
        }
        change.run("UPDATE company SET default_group_id = 1", [])
    });
    let ticket = opened_by_alan(&desk, "A leak").id;
    assert_mails(
        &desk,
        ticket,
        &[
            ("alan@example.com", "acknowledgement ticket_received", None),
            ("wide@example.com", "notice ticket_new", Some("digest")),
        ],
    );
}

#[test]
fn acknowledgements_of_an_address_end() {
    let desk = Desk::new();
    for number in 0..7 {
        opened_by_alan(&desk, &format!("Leak {number}"));
    }
    let states = |state: &str| {
        desk.number(&format!(
            "SELECT count(*) FROM mail_out WHERE kind = 'acknowledgement' AND state = '{state}'"
        ))
    };
    assert_eq!((states("waiting"), states("cancelled")), (5, 2));
    desk.clock.advance(3601);
    opened_by_alan(&desk, "An hour later");
    assert_eq!((states("waiting"), states("cancelled")), (6, 2));
}

#[test]
fn people_are_told_of_their_accounts_but_not_beside_a_ticket() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post(
        "/api/customers",
        json!({ "firstName": "New", "lastName": "One", "email": "new@example.com" }),
    )
    .ok();
    let kinds = |to: &str| {
        desk.read(|view| {
            view.all::<String>(
                &format!(
                    "SELECT kind || ' ' || (SELECT code FROM email_template WHERE id = template_id)
                          FROM mail_out WHERE recipient = '{to}'"
                ),
                [],
            )
        })
    };
    assert_eq!(kinds("new@example.com"), ["account customer_created"]);
    desk.ticket_of("other@example.com", "A leak");
    assert_eq!(
        kinds("other@example.com"),
        ["notice ticket_opened_for_customer"]
    );
}

#[test]
fn a_workflow_that_mails_too_many_is_paused_and_resumed() {
    let desk = Desk::new();
    let ada = desk.ada();
    let id = made(
        &ada,
        json!({ "type": 1, "name": "Loud", "events": [{ "event": "ticket", "trigger": "priority_updated" }],
            "actions": [{ "type": "mail_customer", "value": 13 }] }),
    );
    let ticket = desk.ticket("A leak");
    let path = format!("/api/ticket/{}", ticket.id);
    for number in 0..102 {
        ada.patch(
            &path,
            json!({ "editType": "priority", "value": 2 + number % 2 }),
        )
        .ok();
    }
    let shown = ada.get(&format!("/api/workflow/{id}")).ok();
    assert_eq!(
        (&shown["isPaused"], &shown["runs"]),
        (&json!(true), &json!(101))
    );
    assert!(
        shown["lastError"].as_str().unwrap().contains("100"),
        "{shown}"
    );
    let waiting = |reason: &str| {
        desk.number(&format!(
            "SELECT count(*) FROM mail_out WHERE workflow_id = {id} AND state = 'waiting' AND reason IS {reason}"
        ))
    };
    assert_eq!(waiting("'fuse'"), 101);
    let body = json!({ "name": "Loud", "status": 1, "actions": [{ "type": "mail_customer", "value": 13 }] });
    let shown = ada.put(&format!("/api/workflow/{id}"), body).ok()["workflow"].clone();
    assert_eq!(
        (&shown["isPaused"], &shown["lastError"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!((waiting("'fuse'"), waiting("NULL")), (0, 101));
    desk.clock.advance(1);
    ada.patch(&path, json!({ "editType": "priority", "value": 4 }))
        .ok();
    assert_eq!(
        ada.get(&format!("/api/workflow/{id}")).ok()["isPaused"],
        json!(false)
    );
}

#[test]
fn with_all_of_them_off_no_mail_leaves() {
    let desk = Desk::new();
    desk.write(|change| change.run("UPDATE workflow SET is_active = 0", []));
    let ticket = opened_by_alan(&desk, "A leak").id;
    for who in ["ada@example.com", "alan@example.com"] {
        say(&desk, who, ticket, "reply");
    }
    assert_eq!(desk.number("SELECT count(*) FROM mail_out"), 0);
}

#[test]
fn a_customer_who_does_not_answer_is_reminded_once() {
    let desk = Desk::new();
    let parts = desk.app.parts();
    desk.write(|change| change.run("UPDATE company SET pending_since = 2", []));
    let ticket = opened_by_alan(&desk, "A leak").id;
    say(&desk, "ada@example.com", ticket, "reply");
    let reminded = || {
        pocketdesk::work::pending::look(parts).expect("it looks");
        desk.number(
            "SELECT count(*) FROM mail_out WHERE template_id = (SELECT id FROM email_template WHERE code = 'pending')",
        )
    };
    desk.clock.advance(7199);
    assert_eq!(reminded(), 0);
    desk.clock.advance(1);
    assert_eq!(reminded(), 1);
    desk.clock.advance(100_000);
    assert_eq!(reminded(), 1);
    // Who answers begins anew, and who has the last word is not reminded.
    say(&desk, "alan@example.com", ticket, "reply");
    desk.clock.advance(100_000);
    assert_eq!(reminded(), 1);
    say(&desk, "ada@example.com", ticket, "reply");
    desk.clock.advance(7200);
    assert_eq!(reminded(), 2);
}
