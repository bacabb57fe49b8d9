//! Locks and bookmarks.

use serde_json::{Value, json};

use super::{path_of, say, threads_of, words_of};
use crate::support::Desk;
use pocketdesk::base::who::{Privilege, TicketView};

#[test]
fn a_lock_hides_until_it_is_taken_off() {
    let desk = Desk::new();
    let ticket = desk.ticket("Locks");
    let (ada, grace, alan) = (desk.ada(), desk.grace(), desk.alan());
    let path = path_of(ticket, &say(&ada, ticket, "reply", "secret").ok());
    let mark = |what: &str| ada.patch(&path, json!({ "updateType": what })).ok()["message"].clone();
    let seen = || [&ada, &grace, &alan].map(|client| words_of(client, ticket).len());
    assert_eq!(seen(), [1, 1, 1]);
    assert_eq!(mark("lock"), "Success ! Thread locked successfully.");
    assert_eq!(seen(), [1, 0, 0]);
    assert_eq!(
        ada.get(&threads_of(ticket)).ok()["threads"][0]["isLocked"],
        true
    );
    assert_eq!(
        mark("lock"),
        "Success ! Thread unlocked successfully.",
        "lock toggles"
    );
    assert_eq!(seen(), [1, 1, 1]);
    mark("lock");
    assert_eq!(mark("unlock"), "Success ! Thread unlocked successfully.");
    assert_eq!(mark("unlock"), "Success ! Thread unlocked successfully.");
    assert_eq!(seen(), [1, 1, 1]);
}

#[test]
fn a_locked_first_message_is_hidden_in_the_ticket_too() {
    let desk = Desk::new();
    let ticket = desk.ticket("Locks");
    let first = json!({ "id": desk.number("SELECT id FROM thread") });
    let ada = desk.ada();
    ada.patch(&path_of(ticket, &first), json!({ "updateType": "lock" }))
        .ok();
    let page = format!("/api/ticket/{}", ticket.increment_id);
    for (client, is_seen) in [(ada, true), (desk.grace(), false), (desk.alan(), false)] {
        let view = client.get(&page).ok();
        assert_eq!(view["createThread"].is_object(), is_seen);
    }
}

#[test]
fn a_bookmark_toggles_and_needs_no_privilege() {
    let desk = Desk::new();
    let ticket = desk.ticket("Bookmarks");
    let grace = desk.grace();
    let path = path_of(ticket, &say(&grace, ticket, "reply", "x").ok());
    let body = json!({ "updateType": "bookmark" });
    let bookmark = || grace.get(&threads_of(ticket)).ok()["threads"][0]["bookmark"].clone();
    let said = grace.patch(&path, body.clone()).ok();
    assert_eq!(said["message"], "Success ! Thread bookmarked successfully.");
    assert_eq!(bookmark(), true);
    let said = grace.patch(&path, body).ok();
    assert_eq!(
        said["message"],
        "Success ! Thread bookmark removed successfully."
    );
    assert_eq!(bookmark(), Value::Null);
}

#[test]
fn locks_need_their_privilege_and_customers_mark_nothing() {
    let desk = Desk::new();
    let ticket = desk.ticket("Locks");
    let path = path_of(ticket, &say(&desk.ada(), ticket, "reply", "x").ok());
    for (client, what) in [
        (desk.grace(), "lock"),
        (desk.grace(), "unlock"),
        (desk.alan(), "lock"),
        (desk.alan(), "bookmark"),
    ] {
        let answer = client.patch(&path, json!({ "updateType": what }));
        assert_eq!(answer.error(403), "forbidden", "{what}");
    }
    let keeper = desk.agent(
        "keeper@example.com",
        &[Privilege::ManageLockAndUnlockThread],
        TicketView::All,
    );
    keeper.patch(&path, json!({ "updateType": "lock" })).ok();
    assert_eq!(words_of(&keeper, ticket).len(), 1);
}

#[test]
fn bad_marks_are_refused() {
    let desk = Desk::new();
    let (ticket, other) = (desk.ticket("One"), desk.ticket("Two"));
    let ada = desk.ada();
    let said = say(&ada, ticket, "reply", "x").ok();
    let path = path_of(ticket, &said);
    let version = desk.number("SELECT sum(version) FROM ticket");
    for body in [
        json!({}),
        json!({ "updateType": "" }),
        json!({ "updateType": "shred" }),
        json!({ "updateType": ["lock"] }),
    ] {
        let answer = ada.patch(&path, body.clone());
        assert_eq!(answer.error(400), "invalid_request", "{body}");
        assert!(answer.json()["errors"]["updateType"].is_array(), "{body}");
    }
    // A thread is found in its own ticket alone.
    let lock = json!({ "updateType": "lock" });
    ada.patch(&path_of(other, &said), lock.clone()).error(404);
    ada.patch(&path_of(ticket, &json!({ "id": 999 })), lock)
        .error(404);
    assert_eq!(desk.number("SELECT sum(version) FROM ticket"), version);
}
