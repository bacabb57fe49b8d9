//! One ticket as it is shown: new until an agent comes, in the reader's language and time.

use serde_json::json;

use super::view_of;
use crate::support::Desk;

#[test]
fn a_ticket_is_new_until_an_agent_opens_it() {
    let desk = Desk::new();
    let ticket = desk.ticket("Fresh");
    let is_new = || desk.number("SELECT is_new FROM ticket");
    view_of(&desk.alan(), ticket);
    desk.write(|_| Ok(()));
    assert_eq!(is_new(), 1, "its customer is no agent");
    assert_eq!(view_of(&desk.grace(), ticket)["ticket"]["isNew"], true);
    // The mark is left behind by the reading; a write that follows waits for it.
    desk.write(|_| Ok(()));
    assert_eq!(is_new(), 0);
    assert_eq!(view_of(&desk.grace(), ticket)["ticket"]["isNew"], false);
}

#[test]
fn a_ticket_is_new_until_an_agent_answers_it() {
    let desk = Desk::new();
    let ticket = desk.ticket("Fresh");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let reply = json!({ "threadType": "reply", "reply": "x" });
    desk.alan().post(&threads, reply.clone()).ok();
    assert_eq!(desk.number("SELECT is_new FROM ticket"), 1);
    desk.grace().post(&threads, reply).ok();
    assert_eq!(desk.number("SELECT is_new FROM ticket"), 0);
}

#[test]
fn messages_and_names_are_in_the_readers_language() {
    let desk = Desk::new();
    let ticket = desk.ticket("Sprachen");
    let ada = desk.ada();
    for (prefix, accept, open, message) in [
        ("/en", "", "Open", "Success: priority updated"),
        ("", "", "Open", "Success: priority updated"),
        ("", "de-CH, en;q=0.5", "Offen", ""),
        ("/de", "", "Offen", ""),
        ("/en", "de", "Open", "Success: priority updated"),
        ("/xx", "", "Open", "Success: priority updated"),
        ("", "xx, de;q=0", "Open", "Success: priority updated"),
    ] {
        let ada = ada.with_header("Accept-Language", accept);
        let view = ada
            .get(&format!("{prefix}/api/ticket/{}.json", ticket.increment_id))
            .ok();
        assert_eq!(view["ticket"]["status"]["name"], open, "{prefix} {accept}");
        assert_eq!(view["ticket"]["status"]["id"], 1);
        let said = ada
            .patch(
                &format!("{prefix}/api/ticket/{}.json", ticket.id),
                json!({ "editType": "priority", "value": 2 }),
            )
            .ok();
        if message.is_empty() {
            assert_ne!(said["message"], "Success: priority updated");
        } else {
            assert_eq!(said["message"], message);
        }
    }
    let sentences: Vec<String> = ["en", "fr", "it", "de"]
        .iter()
        .map(|locale| {
            let answer = ada.get(&format!("/{locale}/api/ticket/1.json"));
            assert_eq!(answer.error(404), "not_found", "codes are never translated");
            answer.json()["error_description"].to_string()
        })
        .collect();
    for (at, sentence) in sentences.iter().enumerate() {
        assert!(!sentences[..at].contains(sentence), "{sentence} twice");
    }
}

#[test]
fn a_missing_token_is_answered_to_the_letter_in_every_language() {
    let desk = Desk::new();
    for locale in ["", "/en", "/fr", "/it", "/de", "/xx"] {
        let answer = desk.anyone().get(&format!("{locale}/api/tickets.json"));
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.text(),
            r#"{"error":"access_denied","error_description":"OAuth2 authentication required"}"#
        );
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    }
}

#[test]
fn times_are_in_the_companys_zone_and_format() {
    let desk = Desk::new();
    let ticket = desk.ticket("Times");
    let ada = desk.ada();
    ada.post(
        &format!("/api/ticket/{}/threads", ticket.id),
        json!({ "threadType": "reply", "reply": "x" }),
    )
    .ok();
    let times = || {
        let view = view_of(&ada, ticket);
        let threads = ada.get(&format!("/api/ticket/{}/threads", ticket.id)).ok();
        let list = ada.get("/api/tickets?status=all").ok();
        [
            view["ticket"]["formatedCreatedAt"].clone(),
            view["createThread"]["formatedCreatedAt"].clone(),
            view["createThread"]["createdAt"]["date"].clone(),
            threads["threads"][0]["formatedCreatedAt"].clone(),
            list["tickets"][0]["formatedCreatedAt"].clone(),
        ]
        .map(|value| value.as_str().expect("a time").to_owned())
    };
    assert_eq!(
        times(),
        [
            "02-Jun 09:30am",
            "02-Jun 09:30am",
            "2025-06-02 09:30:20",
            "06-02-25 9:30",
            "02-Jun 09:30am"
        ]
    );
    let set = |zone: &'static str, format: Option<&'static str>| {
        desk.write(move |change| {
            change.run(
                "UPDATE company SET timezone = ?1, time_format = ?2",
                (zone, format),
            )
        });
    };
    set("Asia/Kolkata", None);
    assert_eq!(times()[0], "02-Jun 03:00pm");
    assert_eq!(times()[2], "2025-06-02 15:00:20");
    set("Pacific/Auckland", Some("Y-m-d H:i"));
    assert_eq!(
        times(),
        [
            "2025-06-02 21:30",
            "2025-06-02 21:30",
            "2025-06-02 21:30:20",
            "2025-06-02 21:30",
            "2025-06-02 21:30"
        ]
    );
    let view = view_of(&ada, ticket);
    assert_eq!(
        view["createThread"]["timestamp"], 1_748_856_600,
        "always UTC"
    );
    assert_eq!(
        view["createThread"]["createdAt"]["timezone"],
        "Pacific/Auckland"
    );
}

#[test]
fn a_day_begins_where_the_company_is() {
    let desk = Desk::new();
    // 2 June, 21:30 in Auckland, and still the second when the clock there says so.
    let ticket = desk.ticket("Days");
    desk.write(|change| change.run("UPDATE company SET timezone = 'Pacific/Auckland'", []));
    desk.clock.advance(3 * 60 * 60);
    let later = desk.ticket("The next day there");
    let ada = desk.ada();
    assert_eq!(super::ids_of(&ada, "before=2025-06-03"), [ticket.id]);
    assert_eq!(super::ids_of(&ada, "after=2025-06-03"), [later.id]);
}

#[test]
fn who_asks_stands_beside_the_ticket() {
    let desk = Desk::new();
    let ticket = desk.ticket("Who");
    let agents = view_of(&desk.grace(), ticket);
    assert_eq!(agents["userDetails"]["name"], "Grace Hopper");
    assert_eq!(agents["userDetails"]["role"], true);
    let customers = view_of(&desk.alan(), ticket);
    assert_eq!(customers["userDetails"]["name"], "Alan Turing");
    assert_eq!(customers["userDetails"]["role"], false);
    assert_eq!(
        agents["ticket"]["customer"]["detail"]["customer"]["name"],
        "Alan Turing"
    );
    let ids: Vec<i64> = agents["status"]
        .as_array()
        .unwrap()
        .iter()
        .map(|status| status["id"].as_i64().unwrap())
        .collect();
    assert_eq!(ids, [1, 2, 6, 3, 4, 5], "as the API lists them");
}
