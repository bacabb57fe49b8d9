//! Each setting of the company has its effect, wherever it has one.

use pocketdesk::base::db::named_params;
use serde_json::{Value, json};

use super::set;
use crate::support::{Desk, FIRST_INCREMENT_ID};

#[test]
fn the_name_stands_on_every_page_as_text() {
    let desk = Desk::new();
    set(&desk, json!({ "name": "Kettle <b>& Crane</b>" }));
    for (client, target) in [
        (desk.ada(), "/api/labels.html"),
        (desk.anyone(), "/api/labels.html"),
        (desk.anyone(), "/api/nowhere.html"),
    ] {
        let page = client.get(target).text();
        let title = page.split("<title>").nth(1).expect("a title");
        let title = title.split("</title>").next().expect("its end");
        assert!(
            title.ends_with("· Kettle &#60;b&#62;&#38; Crane&#60;/b&#62;"),
            "{title}"
        );
        assert!(!page.contains("<b>& Crane"), "{page}");
    }
}

#[test]
fn answers_by_mail_go_to_the_support_address() {
    let desk = Desk::new();
    let ticket = desk.ticket("A kettle");
    let path = format!("/api/ticket/{}", ticket.increment_id);
    let address = || desk.ada().get(&path).ok()["ticket"]["uniqueReplyTo"].clone();
    assert_eq!(address(), json!(null));
    set(&desk, json!({ "supportEmail": "help@example.com" }));
    let shown = address();
    let shown = shown.as_str().expect("an address");
    assert!(
        shown.starts_with("help+") && shown.ends_with("@example.com"),
        "{shown}"
    );
}

/// A desk with something that has a time in every room.
fn full_desk() -> (Desk, Vec<String>) {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("A kettle");
    ada.post(
        &format!("/api/ticket/{}/threads", ticket.id),
        json!({ "threadType": "reply", "reply": "It is on its way." }),
    )
    .ok();
    let team = json!({ "name": "Kettles", "description": "Kettles", "groups": [1], "users": [] });
    ada.post("/api/sub-groups", team).ok();
    let field = json!({ "name": "Colour", "agentType": "both", "fieldType": "text" });
    ada.post("/api/custom-fields", field).ok();
    let (alan, grace) = (
        desk.user_id("alan@example.com"),
        desk.user_id("grace@example.com"),
    );
    let paths = [
        "tickets?status=all".to_owned(),
        format!("ticket/{}", ticket.increment_id),
        format!("ticket/{}/threads", ticket.id),
        "groups".to_owned(),
        "group/1".to_owned(),
        "sub-groups".to_owned(),
        "agent-privileges".to_owned(),
        format!("customer/{alan}"),
        format!("member/{grace}"),
        "me".to_owned(),
        "custom-fields".to_owned(),
    ];
    (desk, paths.to_vec())
}

/// Every formatted time, and every time with its zone, in an answer.
fn times(value: &Value, formatted: &mut Vec<String>, dates: &mut Vec<(String, String)>) {
    match value {
        Value::Object(object) => {
            let zone = &value["timezone"];
            let zone = zone["name"].as_str().or(zone.as_str());
            let date = object.get("date").or(object.get("timestamp"));
            if let (Some(zone), Some(date)) = (zone, date) {
                dates.push((zone.to_owned(), date.to_string()));
            }
            for (key, value) in object {
                if let (true, Some(text)) = (key.starts_with("formated"), value.as_str()) {
                    formatted.push(text.to_owned());
                }
                times(value, formatted, dates);
            }
        }
        Value::Array(list) => list.iter().for_each(|one| times(one, formatted, dates)),
        _ => {}
    }
}

#[test]
fn every_room_shows_times_where_the_company_is_and_as_it_likes_them() {
    let (desk, paths) = full_desk();
    // It is Monday, 2 June 2025, 09:30:20 in Greenwich.
    for (zone, pattern, shown, day) in [
        (
            "Asia/Kolkata",
            "l d.m.Y H:i:s",
            "Monday 02.06.2025 15:00:20",
            "2025-06-02 15:00:20",
        ),
        (
            "Pacific/Kiritimati",
            "D j G:i T",
            "Mon 2 23:30 +14",
            "2025-06-02 23:30:20",
        ),
    ] {
        set(&desk, json!({ "timezone": zone, "timeFormat": pattern }));
        let (mut formatted, mut dates) = (Vec::new(), Vec::new());
        for path in &paths {
            let before = (formatted.len(), dates.len());
            let answer = desk.ada().get(&format!("/api/{path}")).ok();
            times(&answer, &mut formatted, &mut dates);
            let after = (formatted.len(), dates.len());
            assert_ne!(before, after, "{path} has no time: {answer}");
        }
        assert!(
            formatted.len() >= 3 && dates.len() >= 10,
            "{formatted:?} {dates:?}"
        );
        assert!(formatted.iter().all(|text| text == shown), "{formatted:?}");
        for (in_zone, date) in dates {
            assert_eq!(in_zone, zone, "{date}");
            // The group and the fields of a new desk are as old as the desk's file.
            assert!(!date.contains("2025-06-02") || date.contains(day), "{date}");
        }
    }
}

#[test]
fn names_of_days_are_in_the_readers_language() {
    let desk = Desk::new();
    set(&desk, json!({ "timeFormat": "l j F" }));
    desk.ticket("A kettle");
    for (locale, shown) in [
        ("en", "Monday 2 June"),
        ("de", "Montag 2 Juni"),
        ("fr", "lundi 2 juin"),
    ] {
        let list = desk.ada().get(&format!("/{locale}/api/tickets")).ok();
        let time = list["tickets"][0]["formatedCreatedAt"]
            .as_str()
            .expect("a time");
        assert_eq!(time.to_lowercase(), shown.to_lowercase());
    }
}

#[test]
fn a_day_in_a_filter_begins_where_the_company_is() {
    let desk = Desk::new();
    desk.ticket("A kettle");
    let count = |query: &str| {
        desk.ada().get(&format!("/api/tickets?{query}")).ok()["pagination"]["totalCount"].clone()
    };
    assert_eq!(count("after=2025-06-03"), 0);
    // 09:30 in Greenwich is past midnight nowhere but in the far east.
    desk.clock.advance(5 * 3600);
    desk.ticket("Another kettle");
    set(&desk, json!({ "timezone": "Pacific/Kiritimati" }));
    assert_eq!(count("after=2025-06-03"), 1);
}

#[test]
fn a_new_ticket_gets_the_defaults_and_those_that_were_closed_since_no_more() {
    let desk = Desk::new();
    let ada = desk.ada();
    let group = json!({ "name": "Orders", "description": "Orders", "isActive": 1 });
    let group = ada.post("/api/groups", group).ok()["id"].clone();
    let mailbox = json!({ "name": "Help", "email": "help@example.com", "isActive": 1 });
    let mailbox = ada.post("/api/mailboxes", mailbox).ok()["id"].clone();
    set(
        &desk,
        json!({ "defaultStatus": "2", "defaultPriority": "4", "defaultGroup": group, "defaultMailbox": mailbox }),
    );
    let of = |id: i64| {
        let sql = "SELECT status_id, priority_id, ifnull(group_id, 0), ifnull(mailbox_id, 0) FROM ticket WHERE id = :id";
        desk.read(|view| view.one::<(i64, i64, i64, i64)>(sql, named_params! { ":id": id }))
    };
    let (group, mailbox) = (group.as_i64().unwrap(), mailbox.as_i64().unwrap());
    let agents = desk.ticket("By an agent");
    let body = json!({ "type": 1, "subject": "By a customer", "reply": "Hello." });
    let customers = desk.alan().post("/api/tickets", body).ok()["ticketId"]
        .as_i64()
        .unwrap();
    for id in [agents.id, customers] {
        assert_eq!(of(id), (2, 4, group, mailbox));
    }
    assert_eq!(ada.get("/api/tickets?status=2").ok()["tabs"]["2"], "2");
    // Nobody would look for a ticket there.
    ada.put(
        &format!("/api/group/{group}"),
        json!({ "name": "Orders", "description": "Orders", "isActive": 0 }),
    )
    .ok();
    ada.put(
        &format!("/api/mailbox/{mailbox}"),
        json!({ "name": "Help", "email": "help@example.com", "isActive": 0 }),
    )
    .ok();
    assert_eq!(of(desk.ticket("Later").id), (2, 4, 0, 0));
}

#[test]
fn what_is_the_default_of_new_tickets_is_in_use() {
    let desk = Desk::new();
    let ada = desk.ada();
    let group = json!({ "name": "Orders", "description": "Orders", "isActive": 1 });
    let group = ada.post("/api/groups", group).ok()["id"].clone();
    let mailbox = json!({ "name": "Help", "email": "help@example.com", "isActive": 1 });
    let mailbox = ada.post("/api/mailboxes", mailbox).ok()["id"].clone();
    set(
        &desk,
        json!({ "defaultGroup": group, "defaultMailbox": mailbox }),
    );
    let paths = [
        format!("/api/group/{group}"),
        format!("/api/mailbox/{mailbox}"),
    ];
    for path in &paths {
        assert_eq!(ada.delete(path).error(409), "conflict", "{path}");
    }
    set(&desk, json!({ "defaultGroup": "", "defaultMailbox": "" }));
    for path in &paths {
        ada.delete(path).ok();
    }
}

#[test]
fn the_next_ticket_has_the_number_that_was_set() {
    let desk = Desk::new();
    set(&desk, json!({ "nextTicketId": "5801" }));
    assert_eq!(desk.ticket("One").increment_id, 5_801);
    assert_eq!(desk.ada().get("/api/company").ok()["nextTicketId"], 5_802);
    let second = desk.ticket("Two");
    assert_eq!(second.increment_id, 5_802);
    set(&desk, json!({ "nextTicketId": FIRST_INCREMENT_ID }));
    assert_eq!(desk.ticket("Three").increment_id, FIRST_INCREMENT_ID);
    // Below the last one used, even where that ticket is gone for good.
    let body = super::company(json!({ "nextTicketId": FIRST_INCREMENT_ID }));
    let last = desk.number("SELECT id FROM ticket ORDER BY id DESC LIMIT 1");
    let gone = desk
        .ada()
        .delete_with("/api/tickets", json!({ "ids": [last] }));
    gone.ok();
    assert_eq!(desk.number("SELECT max(increment_id) FROM ticket"), 5_802);
    let answer = desk.ada().put("/api/company", body);
    assert_eq!(answer.error(400), "invalid_request");
    assert_eq!(
        answer.json()["errors"]["nextTicketId"][0],
        format!("Give a number above {FIRST_INCREMENT_ID}, the last one used.")
    );
    // An empty one goes on counting, and a number that was never used may be taken back.
    set(&desk, json!({ "nextTicketId": 90_000 }));
    set(&desk, json!({ "nextTicketId": "" }));
    assert_eq!(desk.ada().get("/api/company").ok()["nextTicketId"], 90_000);
    set(&desk, json!({ "nextTicketId": FIRST_INCREMENT_ID + 1 }));
    assert_eq!(desk.ticket("Four").increment_id, FIRST_INCREMENT_ID + 1);
}
