//! Replies, notes and forwards, and what each does to its ticket.

use serde_json::{Value, json};

use super::{say, threads_of, words_of};
use crate::support::Desk;
use pocketdesk::base::quota::BYTES_A_DAY;
use pocketdesk::base::who::{Privilege, TicketView};

#[test]
fn a_reply_answers_and_a_customers_reopens() {
    let desk = Desk::new();
    let ticket = desk.ticket("Back and forth");
    let row = || desk.number("SELECT status_id * 100 + is_replied * 10 + reply_count FROM ticket");
    assert_eq!(row(), 100);
    let said = say(&desk.ada(), ticket, "reply", "replied content").ok();
    assert_eq!(said["message"], "Success ! Reply added successfully.");
    assert!(said["id"].is_i64());
    assert_eq!(row(), 611);
    say(&desk.alan(), ticket, "reply", "thanks").ok();
    assert_eq!(row(), 102);
    // Without any privilege: replying needs none.
    say(&desk.grace(), ticket, "reply", "welcome").ok();
    assert_eq!(row(), 613);
}

#[test]
fn a_note_changes_nothing_that_a_customer_could_see() {
    let desk = Desk::new();
    let ticket = desk.ticket("Quiet");
    let alan = desk.alan();
    let ada = desk.ada();
    say(&ada, ticket, "reply", "answer").ok();
    let page = format!("/api/ticket/{}", ticket.increment_id);
    let before = (alan.get(&page).ok(), alan.get(&threads_of(ticket)).ok());
    let list = alan.get("/api/tickets?status=all").ok();
    desk.clock.advance(60);
    let said = say(&ada, ticket, "note", "psst").ok();
    assert_eq!(said["message"], "Success ! Note added successfully.");
    let said = say(&ada, ticket, "forward", "onward").ok();
    assert_eq!(said["message"], "Success ! Ticket forwarded successfully.");
    let mut after = (alan.get(&page).ok(), alan.get(&threads_of(ticket)).ok());
    // That the customer has read the answer is shown, and is no work of the note.
    after.1["threads"][0]["viewedAt"] = Value::Null;
    assert_eq!(after, before);
    assert_eq!(alan.get("/api/tickets?status=all").ok(), list);
    assert_eq!(desk.number("SELECT status_id FROM ticket"), 6);
    assert_eq!(words_of(&ada, ticket).len(), 3);
}

#[test]
fn a_forward_needs_somebody_to_go_to_and_keeps_them() {
    let desk = Desk::new();
    let ticket = desk.ticket("Onward");
    let ada = desk.ada();
    let path = threads_of(ticket);
    for to in [
        json!(null),
        json!(""),
        json!([]),
        json!("nobody"),
        json!([""]),
    ] {
        let mut body = json!({ "threadType": "forward", "reply": "x" });
        if !to.is_null() {
            body["to"] = to.clone();
        }
        let answer = ada.post(&path, body);
        assert_eq!(answer.error(400), "invalid_request", "{to}");
        let errors = answer.json()["errors"].clone();
        assert!(
            errors
                .as_object()
                .unwrap()
                .keys()
                .all(|key| key.starts_with("to")),
            "{to}: {errors}"
        );
    }
    assert_eq!(desk.number("SELECT count(*) FROM thread"), 1);
    for to in [
        json!(["a@example.com", "b@example.com"]),
        json!("a@example.com, b@example.com"),
        json!({ "0": "a@example.com", "1": "b@example.com" }),
    ] {
        let body = json!({ "threadType": "forward", "reply": "x", "to": to });
        ada.post(&path, body).ok();
        let thread = ada.get(&path).ok()["threads"][0].clone();
        assert_eq!(
            thread["replyTo"],
            json!(["a@example.com", "b@example.com"]),
            "{to}"
        );
        assert_eq!(thread["threadType"], "forward");
    }
}

#[test]
fn bad_threads_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ticket = desk.ticket("Strict");
    let ada = desk.ada();
    let path = threads_of(ticket);
    let state =
        || desk.number("SELECT count(*) * 1000 + (SELECT sum(version) FROM ticket) FROM thread");
    let before = state();
    for (body, field) in [
        (json!({}), "reply"),
        (json!({ "reply": "x" }), "threadType"),
        (json!({ "threadType": "", "reply": "x" }), "threadType"),
        (
            json!({ "threadType": "create", "reply": "x" }),
            "threadType",
        ),
        (json!({ "threadType": "shout", "reply": "x" }), "threadType"),
        (
            json!({ "threadType": ["reply"], "reply": "x" }),
            "threadType",
        ),
        (json!({ "threadType": "reply" }), "reply"),
        (json!({ "threadType": "reply", "reply": null }), "reply"),
        (json!({ "threadType": "reply", "reply": "  \n " }), "reply"),
        (
            json!({ "threadType": "reply", "reply": "<p><br></p>" }),
            "reply",
        ),
        (
            json!({ "threadType": "reply", "reply": "<p>\u{200b}&nbsp;</p>" }),
            "reply",
        ),
        (
            json!({ "threadType": "reply", "reply": "<script>x</script>" }),
            "reply",
        ),
        (
            json!({ "threadType": "reply", "reply": { "a": 1 } }),
            "reply",
        ),
        (
            json!({ "threadType": "reply", "reply": "x", "status": 7 }),
            "status",
        ),
        (
            json!({ "threadType": "reply", "reply": "x", "status": "open" }),
            "status",
        ),
    ] {
        let answer = ada.post(&path, body.clone());
        assert_eq!(answer.status, 400, "{body}: {}", answer.text());
        let errors = answer.json()["errors"].clone();
        // All that is missing may be named at once, or the first of it.
        assert!(
            errors.as_object().is_some_and(|errors| !errors.is_empty()),
            "{body}: {errors}"
        );
        if body != json!({}) {
            assert!(errors[field].is_array(), "{body}: {errors}");
        }
        assert_eq!(state(), before, "{body}");
    }
    // A picture is something.
    ada.post(
        &path,
        json!({ "threadType": "reply", "reply": "<img src=\"https://example.com/a.png\">" }),
    )
    .ok();
}

#[test]
fn notes_need_their_privilege_and_customers_never_write_one() {
    let desk = Desk::new();
    let ticket = desk.ticket("Notes");
    for client in [desk.grace(), desk.alan()] {
        assert_eq!(say(&client, ticket, "note", "x").error(403), "forbidden");
    }
    assert_eq!(
        say(&desk.alan(), ticket, "forward", "x").error(403),
        "forbidden"
    );
    assert_eq!(desk.number("SELECT count(*) FROM thread"), 1);
    let may = desk.agent("may@example.com", &[Privilege::AddNote], TicketView::All);
    say(&may, ticket, "note", "x").ok();
}

#[test]
fn html_is_kept_as_it_came_and_served_clean() {
    let desk = Desk::new();
    let ticket = desk.ticket("Clean");
    let html = "<p>Hello</p><svg onload=alert(1)></svg><style>p{}</style>\
        <iframe src=\"https://example.com\"></iframe><form action=x><input name=y></form>";
    say(&desk.alan(), ticket, "reply", html).ok();
    let served = words_of(&desk.ada(), ticket).remove(0);
    assert!(served.contains("<p>Hello</p>"), "{served}");
    for evil in ["svg", "onload", "style", "iframe", "form", "input"] {
        assert!(!served.contains(evil), "{evil} in {served}");
    }
    let stored: String =
        desk.read(|view| view.one("SELECT raw FROM thread WHERE thread_type <> 'create'", []));
    assert_eq!(stored, html);
    let page = desk
        .ada()
        .get(&format!("/api/ticket/{}/threads.html", ticket.id));
    assert_eq!(page.status, 200);
    assert!(
        !page.text().contains("<p>Hello"),
        "the page shows the words as words"
    );
}

/// Nobody fills the disk for everybody.
#[test]
fn a_customer_sends_so_much_a_day_and_is_told_when_there_is_more() {
    let desk = Desk::new();
    let ticket = desk.ticket("Large");
    let alan = desk.user_id("alan@example.com");
    let (quota, now) = (&desk.app.parts().quota, desk.clock.now());
    quota
        .spend(alan, BYTES_A_DAY - 400, now)
        .expect("the day begins");
    say(&desk.alan(), ticket, "reply", "the last that fits").ok();
    let before = words_of(&desk.alan(), ticket);
    let refused = say(&desk.alan(), ticket, "reply", &"too much ".repeat(100));
    assert_eq!(refused.error(429), "too_many_requests");
    assert_eq!(refused.header("Retry-After"), Some("86400"));
    let told = refused.json()["error_description"].to_string();
    assert!(told.contains("500 MiB") && told.contains("24 h"), "{told}");
    assert_eq!(words_of(&desk.alan(), ticket), before, "reading goes on");
    say(&desk.ada(), ticket, "reply", &"an agent's ".repeat(100)).ok();
    desk.clock.advance(24 * 60 * 60);
    say(&desk.alan(), ticket, "reply", "another day").ok();
}
