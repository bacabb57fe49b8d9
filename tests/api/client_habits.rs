//! Habits of clients in the wild: what they send beside what is needed, and what they
//! iterate over in what they get.

use serde_json::{Value, json};

use crate::support::multipart::Form;
use crate::support::{Client, Desk};
use pocketdesk::base::who::{Privilege, TicketView};

fn ids(answer: &Value, list: &str) -> Vec<i64> {
    let rows = answer[list].as_array().expect("a list");
    rows.iter().filter_map(|row| row["id"].as_i64()).collect()
}

/// Plugins of shops send a status with every answer, whoever gives it.
#[test]
fn a_status_that_is_not_theirs_to_set_never_costs_the_answer() {
    let desk = Desk::new();
    let ticket = desk.ticket("Status");
    let path = format!("/api/ticket/{}/threads.json", ticket.id);
    let as_alan = format!("{path}?actAsType=customer&actAsEmail=alan@example.com");
    let status = || desk.number("SELECT status_id FROM ticket");
    for (client, path, usual) in [
        (desk.grace(), &path, 6),
        (desk.alan(), &path, 1),
        (desk.ada(), &as_alan, 1),
    ] {
        for asked in [json!(3), json!("3"), json!("closed"), json!(77)] {
            let body = json!({ "threadType": "reply", "reply": "Said.", "status": asked });
            let said = client.post(path, body).ok();
            assert_eq!(said["message"], "Success ! Reply added successfully.");
            assert!(said["warning"].is_string(), "{asked}: {said}");
            assert!(said["id"].is_i64(), "{said}");
            assert_eq!(status(), usual, "{asked}");
        }
        // What asks for nothing needs no word.
        for asked in [json!(""), json!(null)] {
            let body = json!({ "threadType": "reply", "reply": "Said.", "status": asked });
            assert_eq!(client.post(path, body).ok()["warning"], Value::Null);
        }
    }
    let form = Form::default()
        .field("threadType", "reply")
        .field("reply", "As a form.")
        .field("status", "4")
        .file("attachments[]", "a.txt", b"kept");
    let (content_type, body) = form.finish();
    let said = desk.alan().send("POST", &path, &content_type, &body).ok();
    assert!(said["warning"].is_string(), "{said}");
    assert_eq!(desk.number("SELECT count(*) FROM attachment"), 1);
    let may = desk.agent(
        "may@example.com",
        &[Privilege::UpdateTicketStatus],
        TicketView::All,
    );
    let body = json!({ "threadType": "reply", "reply": "Done.", "status": "3" });
    assert_eq!(may.post(&path, body).ok()["warning"], Value::Null);
    assert_eq!(status(), 3);
    // Who may set one hears that there is none of this id.
    for asked in [json!(77), json!("closed")] {
        let body = json!({ "threadType": "reply", "reply": "Said.", "status": asked });
        let answer = may.post(&path, body);
        assert_eq!(answer.error(400), "invalid_request");
        assert!(answer.json()["errors"]["status"].is_array(), "{asked}");
    }
}

/// Who asks again has what they asked for, and it is there once.
#[test]
fn what_is_there_already_is_added_without_a_word() {
    let desk = Desk::new();
    let ticket = desk.ticket("Twice");
    let ada = desk.ada();
    let task = ada
        .post(
            "/api/tasks",
            json!({ "subject": "s", "description": "d", "assignedAgent": 0,
                "deadline": "2026-01-01", "ticket": ticket.id }),
        )
        .ok()["id"]
        .clone();
    let folder = ada.post(
        "/api/solutions",
        json!({ "name": "F", "description": "d", "visibility": "public" }),
    );
    let folder = folder.ok()["id"].clone();
    let category = json!({ "name": "C", "solution": folder });
    let category = ada.post("/api/categories", category).ok()["id"].clone();
    let article = json!({ "name": "A", "content": "x", "category": category });
    let article = ada.post("/api/articles", article).ok()["id"].clone();
    let grace = desk.user_id("grace@example.com");
    for (path, body, table) in [
        (
            format!("/api/task/{task}/follower"),
            json!({ "followerId": grace }),
            "task_follower",
        ),
        (
            format!("/api/ticket/{}/collaborator", ticket.id),
            json!({ "email": "eve@example.com" }),
            "ticket_collaborator",
        ),
        (
            format!("/api/ticket/{}/tags", ticket.id),
            json!({ "name": "vip" }),
            "ticket_tag",
        ),
        (
            format!("/api/article/{article}/tags"),
            json!({ "name": "vip" }),
            "article_tag",
        ),
    ] {
        let state = || {
            [
                desk.number(&format!("SELECT count(*) FROM {table}")),
                desk.number("SELECT sum(version) FROM ticket"),
                desk.number("SELECT count(*) FROM activity"),
            ]
        };
        let first = ada.post(&path, body.clone()).ok();
        let before = state();
        assert_eq!(ada.post(&path, body.clone()).ok(), first, "{path}");
        assert_eq!(state(), before, "{path}");
    }
}

#[test]
fn the_roles_of_an_agent_are_what_they_may_do() {
    let desk = Desk::new();
    let ada = desk.ada();
    desk.agent(
        "may@example.com",
        &[Privilege::AddNote, Privilege::CreateTicket],
        TicketView::All,
    );
    let shown = |email: &str| {
        let id = desk.user_id(email);
        ada.get(&format!("/api/member/{id}.json")).ok()["roles"].clone()
    };
    assert_eq!(
        shown("may@example.com"),
        json!(["ROLE_AGENT_CREATE_TICKET", "ROLE_AGENT_ADD_NOTE"])
    );
    assert_eq!(shown("grace@example.com"), json!([]));
    assert_eq!(shown("ada@example.com"), "ROLE_SUPER_ADMIN");
}

/// A company sends back what it was shown, and a mailbox may be closed for a while.
#[test]
fn a_closed_mailbox_may_be_the_default() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mailbox = json!({ "name": "Later", "email": "later@example.com", "isActive": 0 });
    let mailbox = ada.post("/api/mailboxes", mailbox).ok()["id"].clone();
    let company = |mailbox: &Value| {
        let mut company = ada.get("/api/company").ok();
        company["defaultMailbox"] = mailbox.clone();
        ada.put("/api/company", company)
    };
    company(&mailbox).ok();
    assert_eq!(ada.get("/api/company").ok()["defaultMailbox"], mailbox);
    assert_eq!(company(&json!(999)).error(400), "invalid_request");
    // While it is closed nobody looks for a ticket there.
    desk.ticket("Elsewhere");
    assert_eq!(desk.number("SELECT count(mailbox_id) FROM ticket"), 0);
}
