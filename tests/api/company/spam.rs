//! Spam lists over the API, and whom they keep from writing.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use super::told;
use crate::support::{Client, Desk};

const PATH: &str = "/api/company/spam.json";

#[track_caller]
fn set(desk: &Desk, black: &str, white: &str) {
    let body = json!({ "blackList": black, "whiteList": white });
    let said = desk.ada().put(PATH, body).ok();
    let want = json!({ "message": "Success ! Spam setting saved successfully." });
    assert_eq!(said, want);
}

#[test]
fn lists_are_kept_in_order_and_in_lower_case_each_entry_once() {
    let desk = Desk::new();
    let ada = desk.ada();
    assert_eq!(
        ada.get(PATH).ok(),
        json!({ "blackList": null, "whiteList": null })
    );
    set(
        &desk,
        "Zoe@Example.com, @SPAM.example\r\nann@example.com\n\nzoe@example.com;Eve <eve@example.com>",
        "",
    );
    assert_eq!(
        ada.get(PATH).ok(),
        json!({ "blackList": "zoe@example.com,@spam.example,ann@example.com,eve@example.com", "whiteList": null })
    );
    // What is read can be sent back; a list may come as one; a form as any other.
    let shown = ada.get(PATH).ok();
    ada.put(PATH, shown.clone()).ok();
    assert_eq!(ada.get(PATH).ok(), shown);
    let kind = "application/x-www-form-urlencoded";
    ada.send(
        "PUT",
        PATH,
        kind,
        b"blackList[]=b@example.com&blackList[]=a@example.com&whiteList=@example.com",
    )
    .ok();
    assert_eq!(
        ada.get(PATH).ok(),
        json!({ "blackList": "b@example.com,a@example.com", "whiteList": "@example.com" })
    );
    set(&desk, "", "");
    assert_eq!(desk.number("SELECT count(*) FROM spam_entry"), 0);
    let told: Vec<Value> = told(&desk)
        .into_iter()
        .map(|(part, fields)| json!([part, fields]))
        .collect();
    assert_eq!(
        told,
        [
            json!(["spam", ["blackList"]]),
            json!(["spam", ["blackList", "whiteList"]]),
            json!(["spam", ["blackList", "whiteList"]])
        ]
    );
}

#[test]
fn what_is_no_sender_is_named_and_nothing_changes() {
    let desk = Desk::new();
    let ada = desk.ada();
    set(&desk, "eve@example.com", "");
    let answer = ada.put(
        PATH,
        json!({ "blackList": "a@example.com, spam.example, @x|y", "whiteList": "a@example.com, nobody" }),
    );
    assert_eq!(answer.error(400), "invalid_request");
    assert_eq!(
        answer.json()["errors"],
        json!({
            "blackList": ["These are neither addresses nor @domains: spam.example, @x|y. Correct or remove them."],
            "whiteList": ["These are neither addresses nor @domains: nobody. Correct or remove them."]
        })
    );
    for (body, field) in [
        (json!({ "blackList": "" }), "whiteList"),
        (json!({ "whiteList": "" }), "blackList"),
    ] {
        let answer = ada.put(PATH, body);
        answer.error(400);
        assert!(answer.json()["errors"][field].is_array());
    }
    assert_eq!(
        ada.get(PATH).ok(),
        json!({ "blackList": "eve@example.com", "whiteList": null })
    );
}

fn ticket(fields: Value) -> Value {
    super::merged(
        json!({ "type": 1, "subject": "Hello", "reply": "Hello." }),
        fields,
    )
}

fn reply(client: &Client, ticket: i64, fields: Value) -> crate::support::Answer {
    let body = super::merged(
        json!({ "threadType": "reply", "reply": "And another thing." }),
        fields,
    );
    client.post(&format!("/api/ticket/{ticket}/threads"), body)
}

#[test]
fn a_blocked_customer_neither_opens_nor_answers_by_any_hand() {
    let desk = Desk::new();
    let open = desk.ticket("Before").id;
    let agent = desk.agent(
        "agent@example.com",
        &[Privilege::CreateTicket],
        TicketView::All,
    );
    set(&desk, "@example.com", "");
    let as_alan = json!({ "actAsType": "customer", "actAsEmail": "alan@example.com" });
    let as_stranger = json!({ "actAsType": "customer", "actAsEmail": "stranger@example.com" });
    let counts = || {
        desk.number(
            "SELECT (SELECT count(*) FROM ticket) * 1000 + (SELECT count(*) FROM thread) * 100
             + (SELECT count(*) FROM user)",
        )
    };
    let before = counts();
    for answer in [
        desk.alan().post("/api/tickets", ticket(json!({}))),
        agent.post("/api/tickets", ticket(as_alan.clone())),
        agent.post("/api/tickets", ticket(as_stranger)),
        desk.ada().post("/api/tickets", ticket(as_alan.clone())),
        reply(&desk.alan(), open, json!({})),
        reply(&agent, open, as_alan),
    ] {
        assert_eq!(answer.error(403), "forbidden");
        let why = answer.json()["error_description"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(
            why.starts_with("This desk takes no messages from "),
            "{why}"
        );
    }
    assert_eq!(counts(), before);
    assert_eq!(
        desk.number("SELECT next_increment_id - 70002 FROM company"),
        0
    );
    // They still read what is theirs.
    desk.alan().get(&format!("/api/ticket/{open}/threads")).ok();
    // What an agent opens or answers in their own name is the agent's word.
    let named = json!({ "name": "Alan Turing", "from": "alan@example.com" });
    desk.ada().post("/api/tickets", ticket(named)).ok();
    reply(&desk.grace(), open, json!({})).ok();
}

#[test]
fn the_white_list_overrides_the_black_one() {
    let desk = Desk::new();
    let open = desk.ticket("Before").id;
    set(&desk, "@example.com, alan@example.com", "ALAN@example.com");
    desk.alan().post("/api/tickets", ticket(json!({}))).ok();
    reply(&desk.alan(), open, json!({})).ok();
    let other = desk.customer("other@example.com");
    other.post("/api/tickets", ticket(json!({}))).error(403);
    set(&desk, "other@example.com", "@example.com");
    other.post("/api/tickets", ticket(json!({}))).ok();
}

#[test]
fn a_stranger_to_a_ticket_learns_nothing_from_being_blocked() {
    let desk = Desk::new();
    let open = desk.ticket("Alan's").id;
    let other = desk.customer("other@example.com");
    set(&desk, "other@example.com", "");
    assert_eq!(reply(&other, open, json!({})).error(404), "not_found");
}
