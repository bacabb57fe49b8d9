//! Making tickets.

use serde_json::{Value, json};

use super::{holdings, new_ticket, new_ticket_with, view_of};
use crate::support::multipart::Form;
use crate::support::{Desk, FIRST_INCREMENT_ID, Opened};
use pocketdesk::base::who::{Privilege, TicketView};

fn opened(answer: &Value) -> Opened {
    Opened {
        id: answer["ticketId"].as_i64().expect("an id"),
        increment_id: answer["incrementId"].as_i64().expect("a number"),
    }
}

#[test]
fn a_ticket_is_made_with_the_desks_defaults() {
    let desk = Desk::new();
    let ada = desk.ada();
    let made = ada.post("/en/api/tickets.json", new_ticket()).ok();
    assert_eq!(
        made["message"],
        "Success ! Ticket has been created successfully."
    );
    assert_eq!(made["id"], FIRST_INCREMENT_ID);
    assert_eq!(made["incrementId"], FIRST_INCREMENT_ID);
    assert_ne!(made["ticketId"], made["id"]);
    let view = view_of(&ada, opened(&made));
    let ticket = &view["ticket"];
    assert_eq!(ticket["subject"], "subject of ticket");
    assert_eq!(ticket["source"], "api");
    assert_eq!(ticket["status"]["id"], 1);
    assert_eq!(ticket["priority"]["id"], 1);
    assert_eq!(ticket["type"]["name"], "Question");
    assert_eq!(
        ticket["customer"]["detail"]["customer"]["name"],
        "Alan Turing"
    );
    assert_eq!(ticket["isNew"], true);
    assert_eq!(ticket["isReplied"], false);
    assert_eq!(view["createThread"]["userType"], "customer");
    assert_eq!(view["createThread"]["threadType"], "create");
    assert_eq!(view["ticketTotalThreads"], "0");
}

#[test]
fn each_number_is_given_once_and_counts_on() {
    let desk = Desk::new();
    let numbers: Vec<i64> = (0..3)
        .map(|at| desk.ticket(&format!("Ticket {at}")).increment_id)
        .collect();
    assert_eq!(
        numbers,
        [0, 1, 2].map(|at| FIRST_INCREMENT_ID + at).to_vec()
    );
}

#[test]
fn an_unknown_customer_is_made_and_a_known_one_keeps_their_name() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mut body = new_ticket_with("from", json!("Edsger@Example.com"));
    body["name"] = json!("Edsger W. Dijkstra");
    ada.post("/api/tickets", body.clone()).ok();
    body["name"] = json!("Somebody Else");
    body["from"] = json!("edsger@example.com");
    let made = ada.post("/api/tickets", body).ok();
    let customer = view_of(&ada, opened(&made))["ticket"]["customer"].clone();
    assert_eq!(customer["detail"]["customer"]["name"], "Edsger W. Dijkstra");
    assert_eq!(
        desk.number("SELECT count(*) FROM user WHERE email_key = 'edsger@example.com'"),
        1
    );
}

#[test]
fn bad_tickets_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let before = holdings(&desk);
    let cases = [
        ("type", Value::Null),
        ("type", json!("")),
        ("type", json!("two")),
        ("type", json!(999)),
        ("type", json!([1, 2])),
        ("type", json!("99999999999999999999")),
        ("name", Value::Null),
        ("name", json!("  ")),
        ("from", Value::Null),
        ("from", json!("nobody")),
        ("from", json!("a@example.com\r\nBcc: b@example.com")),
        ("from", json!({ "a": "b@example.com" })),
        ("subject", Value::Null),
        ("subject", json!(" \n ")),
        ("subject", json!("x".repeat(256))),
        ("reply", Value::Null),
        ("reply", json!("")),
        ("reply", json!("<p>&nbsp;</p><script>alert(1)</script>")),
        ("source", json!("carrier pigeon")),
        ("customFields", json!("{not json")),
        ("actAsType", json!("king")),
    ];
    for (field, value) in cases {
        let answer = ada.post("/api/tickets", new_ticket_with(field, value.clone()));
        assert_eq!(answer.status, 400, "{field}: {value}: {}", answer.text());
        let body = answer.json();
        let wanted = if field == "actAsType" {
            "actAsType"
        } else {
            field
        };
        let sentences = body["errors"][wanted].as_array();
        assert!(
            sentences.is_some_and(|list| list.len() == 1),
            "{field}: {value}: {body}"
        );
        assert_eq!(holdings(&desk), before, "{field}: {value}");
    }
}

#[test]
fn an_unknown_custom_field_is_named() {
    let desk = Desk::new();
    let body = new_ticket_with("customFields", json!({ "122": "http://example.com" }));
    let answer = desk.ada().post("/api/tickets.json", body);
    assert_eq!(answer.error(400), "invalid_request");
    assert!(
        answer.json()["errors"]["customFields.122"].is_array(),
        "{}",
        answer.text()
    );
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 0);
}

#[test]
fn only_who_may_create_creates() {
    let desk = Desk::new();
    let before = desk.number("SELECT count(*) FROM ticket");
    assert_eq!(
        desk.grace().post("/api/tickets", new_ticket()).error(403),
        "forbidden"
    );
    assert_eq!(
        desk.anyone().post("/api/tickets", new_ticket()).error(401),
        "access_denied"
    );
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), before);
    let agent = desk.agent(
        "creator@example.com",
        &[Privilege::CreateTicket],
        TicketView::Own,
    );
    agent.post("/api/tickets", new_ticket()).ok();
}

#[test]
fn a_customer_opens_tickets_of_their_own_alone() {
    let desk = Desk::new();
    let alan = desk.alan();
    let bare = json!({ "type": 1, "subject": "Mine", "reply": "Help" });
    let made = alan.post("/api/tickets", bare.clone()).ok();
    assert_eq!(
        view_of(&alan, opened(&made))["ticket"]["customer"]["email"],
        "alan@example.com"
    );
    let mut other = bare;
    other["from"] = json!("eve@example.com");
    assert_eq!(alan.post("/api/tickets", other).error(403), "forbidden");
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 1);
    assert_eq!(
        desk.number("SELECT count(*) FROM user WHERE email = 'eve@example.com'"),
        0
    );
}

#[test]
fn letters_of_all_kinds_survive_and_the_longest_subject_fits() {
    let desk = Desk::new();
    let ada = desk.ada();
    let subjects = [
        "技术部岗位职责说明书 — naïve café 👩‍👩‍👧",
        "Ünïcödé \u{202e}desrever",
        "\u{1F600}\u{1F600}\u{1F600}",
    ];
    let longest = "é".repeat(255);
    for subject in subjects.iter().copied().chain([longest.as_str()]) {
        let body = new_ticket_with("subject", json!(subject));
        let made = ada.post("/api/tickets", body).ok();
        assert_eq!(view_of(&ada, opened(&made))["ticket"]["subject"], subject);
    }
}

#[test]
fn html_is_kept_as_it_came_and_served_clean() {
    let desk = Desk::new();
    let ada = desk.ada();
    let html = "<p onclick=\"x()\">Hello <b>there</b><script>alert('stolen')</script>\
        <a href=\"javascript:alert(2)\">link</a><img src=x onerror=alert(3)></p>";
    let made = ada
        .post("/api/tickets", new_ticket_with("reply", json!(html)))
        .ok();
    let served = view_of(&ada, opened(&made))["createThread"]["reply"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(served.contains("<b>there</b>"), "{served}");
    for evil in ["script", "alert", "onclick", "onerror", "javascript"] {
        assert!(!served.contains(evil), "{evil} in {served}");
    }
    let stored: String = desk.read(|view| view.one("SELECT raw FROM thread", []));
    assert_eq!(stored, html);
}

#[test]
fn plain_text_is_escaped_and_linked() {
    let desk = Desk::new();
    let ada = desk.ada();
    let text = "1 < 2 & see https://example.com/a?b=1&c=2";
    let made = ada
        .post("/api/tickets", new_ticket_with("reply", json!(text)))
        .ok();
    let served = view_of(&ada, opened(&made))["createThread"]["reply"].clone();
    let served = served.as_str().unwrap();
    assert!(served.contains("1 &lt; 2 &amp; see"), "{served}");
    assert!(
        served.contains("href=\"https://example.com/a?b=1&amp;c=2\""),
        "{served}"
    );
}

#[test]
fn files_come_along_under_every_documented_name() {
    let desk = Desk::new();
    let ada = desk.ada();
    let (content_type, body) = Form::default()
        .field("type", "4")
        .field("name", "Alan Turing")
        .field("from", "alan@example.com")
        .field("subject", "With files")
        .field("reply", "See below.")
        .file("attachments[]", "one.txt", b"one")
        .file("attachments[1]", "two.txt", b"two")
        .file("files", "three.txt", b"three")
        .file("files[]", "four.txt", b"four")
        .finish();
    let made = ada
        .send("POST", "/api/tickets.json", &content_type, &body)
        .ok();
    let view = view_of(&ada, opened(&made));
    let files = view["createThread"]["attachments"].as_array().unwrap();
    let names: Vec<&str> = files
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["one.txt", "two.txt", "three.txt", "four.txt"]);
    let listed = ada.get("/api/tickets").ok();
    assert_eq!(listed["tickets"][0]["hasAttachments"], 1);
}

#[test]
fn the_files_of_a_refused_ticket_are_not_kept() {
    let desk = Desk::new();
    let (content_type, body) = Form::default()
        .field("type", "4")
        .field("subject", "")
        .file("attachments[]", "one.txt", b"one")
        .finish();
    desk.ada()
        .send("POST", "/api/tickets.json", &content_type, &body)
        .error(400);
    assert_eq!(desk.number("SELECT count(*) FROM attachment"), 0);
    let kept = files_below(&desk.folder().join("attachments"));
    assert_eq!(kept, 0);
}

fn files_below(folder: &std::path::Path) -> usize {
    let entries = std::fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| entry.expect("an entry").path())
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}
