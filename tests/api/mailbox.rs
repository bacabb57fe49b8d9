//! Mailboxes: an admin's.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::Desk;

fn body(email: &str) -> Value {
    json!({ "name": "my Support Mailbox", "email": email })
}

#[test]
fn a_mailbox_is_made_changed_listed_and_removed_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let made = ada
        .post("/api/mailboxes.json", body("supportme@example.com"))
        .ok();
    let id = made["id"].as_i64().unwrap();
    let forwarding = made["mailbox"]["mailboxEmail"].as_str().unwrap();
    let token = forwarding
        .strip_prefix("support.")
        .and_then(|rest| rest.strip_suffix("@example.com"))
        .expect("an address in the domain of the mailbox");
    assert_eq!(token.len(), 20);
    assert_eq!(
        made,
        json!({ "message": "Success ! Mailbox saved successfully.", "id": id, "mailbox": {
            "id": id, "name": "my Support Mailbox", "email": "supportme@example.com",
            "mailboxEmail": forwarding, "isActive": 0 } })
    );
    let path = format!("/api/mailbox/{id}.json");
    let shown = json!({ "id": id, "name": "Support Mailbox", "email": "help@example.org",
        "mailboxEmail": forwarding, "isActive": false });
    let edited = json!({ "name": "Support Mailbox", "email": "help@example.org" });
    assert_eq!(
        ada.put(&path, edited.clone()).ok(),
        json!({ "message": "Success ! Mailbox updated successfully.", "mailbox": shown })
    );
    assert_eq!(ada.get(&path).ok(), shown);
    let second = ada.post("/api/mailboxes", body("second@example.com")).ok();
    let listed = ada.get("/api/mailboxes.json").ok();
    assert_eq!(listed["mailboxes"][0]["id"], second["id"]);
    assert_eq!(listed["mailboxes"][0]["isActive"], false);
    assert_eq!(listed["mailboxes"][1], shown);
    assert_ne!(second["mailbox"]["mailboxEmail"], forwarding);
    let mut active = edited.clone();
    active["isActive"] = json!("1");
    assert_eq!(ada.put(&path, active).ok()["mailbox"]["isActive"], true);
    assert_eq!(ada.put(&path, edited).ok()["mailbox"]["isActive"], true);
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success ! Mailbox removed successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
}

#[test]
fn bad_mailboxes_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    ada.post("/api/mailboxes", body("taken@example.com")).ok();
    let kept = ada.post("/api/mailboxes", body("kept@example.com")).ok();
    let path = format!("/api/mailbox/{}", kept["id"]);
    let before = ada.get(&path).ok();
    for (mailbox, status, field) in [
        (json!({}), 400, Some("name")),
        (json!({ "name": "x" }), 400, Some("email")),
        (
            json!({ "name": "", "email": "a@example.com" }),
            400,
            Some("name"),
        ),
        (
            json!({ "name": "x", "email": "nowhere" }),
            400,
            Some("email"),
        ),
        (
            json!({ "name": "x", "email": "a@example.com", "isActive": "maybe" }),
            400,
            Some("isActive"),
        ),
        (body("Taken@Example.com"), 409, None),
    ] {
        for answer in [
            ada.post("/api/mailboxes", mailbox.clone()),
            ada.put(&path, mailbox.clone()),
        ] {
            answer.error(status);
            if let Some(field) = field {
                assert!(
                    answer.json()["errors"][field][0].is_string(),
                    "{mailbox}: {}",
                    answer.text()
                );
            }
        }
    }
    assert_eq!(ada.get(&path).ok(), before);
    assert_eq!(desk.number("SELECT count(*) FROM mailbox"), 2);
    assert_eq!(
        ada.put("/api/mailbox/99", body("x@example.com")).error(404),
        "not_found"
    );
}

#[test]
fn a_mailbox_in_use_is_not_deleted() {
    for use_of in [
        "UPDATE ticket SET mailbox_id = 1",
        "UPDATE company SET default_mailbox_id = 1",
    ] {
        let desk = Desk::new();
        let ada = desk.ada();
        desk.ticket("Came by mail");
        ada.post("/api/mailboxes", body("used@example.com")).ok();
        desk.write(move |change| change.run(use_of, []).map(|_| ()));
        let refused = ada.delete("/api/mailbox/1");
        assert_eq!(refused.error(409), "conflict", "{use_of}");
        assert!(
            refused.text().contains("my Support Mailbox"),
            "{}",
            refused.text()
        );
        ada.get("/api/mailbox/1").ok();
    }
}

#[test]
fn mailboxes_are_for_admins_alone() {
    let desk = Desk::new();
    desk.ada()
        .post("/api/mailboxes", body("one@example.com"))
        .ok();
    let mighty = desk.agent("mighty@example.com", Privilege::ALL, TicketView::All);
    for other in [mighty, desk.grace(), desk.alan()] {
        for answer in [
            other.get("/api/mailboxes"),
            other.get("/api/mailbox/1"),
            other.post("/api/mailboxes", body("two@example.com")),
            other.put("/api/mailbox/1", body("two@example.com")),
            other.delete("/api/mailbox/1"),
        ] {
            assert_eq!(answer.error(403), "forbidden");
        }
    }
    assert_eq!(
        desk.number("SELECT count(*) FROM mailbox WHERE email = 'one@example.com'"),
        1
    );
}
