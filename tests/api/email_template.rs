//! E-mail templates.

use pocketdesk::base::who::{Privilege, TicketView};
use pocketdesk::desk::email_template::{self, TemplateKind};
use serde_json::{Value, json};

use crate::support::{Client, Desk};

fn body(name: &str) -> Value {
    json!({ "name": name, "subject": "About {%ticket.id%}", "message": "<p>Hi {%ticket.customerName%}</p>" })
}

#[track_caller]
fn made(client: &Client, template: Value) -> String {
    let made = client.post("/api/email-templates.json", template).ok();
    format!("/api/email-template/{}.json", made["id"])
}

#[track_caller]
fn names(client: &Client, query: &str) -> Vec<String> {
    let listed = client
        .get(&format!("/api/email-templates.json{query}"))
        .ok();
    let listed = listed.as_array().expect("a bare array");
    listed
        .iter()
        .map(|one| one["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[test]
fn a_template_is_made_changed_listed_and_deleted_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let new = json!({ "name": "emailTemplateName", "subject": "For {% ticket.id %}", "message": "Good to know." });
    let answer = ada.post("/en/api/email-templates.json", new).ok();
    let id = answer["id"].as_i64().unwrap();
    assert_eq!(
        answer,
        json!({ "message": "Success! Template has been added successfully.", "id": id })
    );
    let path = format!("/api/email-template/{id}.json");
    assert_eq!(
        ada.get(&path).ok(),
        json!({ "id": id, "name": "emailTemplateName", "subject": "For {% ticket.id %}",
            "message": "Good to know.", "defaultTemplate": false, "code": null })
    );
    assert_eq!(
        ada.get("/api/email-templates.json?search=templatename")
            .ok(),
        json!([{ "id": id, "name": "emailTemplateName", "defaultTemplate": false }])
    );
    assert_eq!(
        ada.put(&path, body("edited template")).ok(),
        json!({ "message": "Success! Template has been updated successfully.", "id": id })
    );
    let edited = ada.get(&path).ok();
    assert_eq!(edited["name"], "edited template");
    assert_eq!(edited["subject"], "About {%ticket.id%}");
    assert_eq!(edited["message"], "<p>Hi {%ticket.customerName%}</p>");
    assert_eq!(
        ada.delete(&path).ok(),
        json!({ "message": "Success! Template has been deleted successfully." })
    );
    assert_eq!(ada.get(&path).error(404), "not_found");
    assert_eq!(ada.put(&path, body("x")).error(404), "not_found");
    assert_eq!(ada.delete(&path).error(404), "not_found");
}

#[test]
fn the_list_is_sorted_searched_and_paged() {
    let desk = Desk::new();
    let ada = desk.ada();
    for name in ["zz cobalt", "ZZ amber", "zz 100%"] {
        made(&ada, body(name));
    }
    for (query, want) in [
        ("?search=ZZ", vec!["zz 100%", "ZZ amber", "zz cobalt"]),
        (
            "?search=zz&direction=asc",
            vec!["zz cobalt", "ZZ amber", "zz 100%"],
        ),
        (
            "?search=zz&sort=name&direction=ASC",
            vec!["zz 100%", "ZZ amber", "zz cobalt"],
        ),
        ("?search=zz&sort=name&limit=1&page=2", vec!["ZZ amber"]),
        ("?search=100%25", vec!["zz 100%"]),
        ("?search=zz&page=9", vec![]),
    ] {
        assert_eq!(names(&ada, query), want, "{query}");
    }
    assert_eq!(names(&ada, "?page=&limit=100").len(), 23);
    // A bare array cannot tell that there is more.
    assert_eq!(names(&ada, "").len(), 23);
}

#[test]
fn every_occasion_has_its_template_in_words_that_are_known() {
    let desk = Desk::new();
    let ada = desk.ada();
    let known = ada.get("/api/placeholders").ok();
    let known: Vec<&str> = known["placeholders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["placeholder"].as_str().unwrap())
        .collect();
    for kind_of_template in TemplateKind::ALL {
        let template = desk.read(|view| email_template::built_in(view, *kind_of_template));
        let words = format!("{} {}", template.subject, template.message.as_str());
        for (at, _) in words.match_indices("{%") {
            let is_known = known.iter().any(|one| words[at..].starts_with(one));
            assert!(is_known, "{}: {}", kind_of_template.code(), &words[at..]);
        }
        let shown = ada
            .get(&format!("/api/email-template/{}", template.id))
            .ok();
        assert_eq!(shown["code"], kind_of_template.code());
        assert_eq!(shown["defaultTemplate"], true);
        // Nothing of it is lost by cleaning but what links gain.
        let message = shown["message"].as_str().unwrap();
        let message = message.replace(" rel=\"noopener noreferrer nofollow\"", "");
        assert_eq!(
            message,
            template.message.as_str(),
            "{}",
            kind_of_template.code()
        );
    }
    let built_in = desk.number("SELECT count(*) FROM email_template WHERE code IS NOT NULL");
    assert_eq!(built_in, i64::try_from(TemplateKind::ALL.len()).unwrap());
}

/// Anybody can write in the name of somebody else; what goes to them must not carry the
/// writer's words.
#[test]
fn the_acknowledgement_carries_nothing_of_what_a_stranger_wrote() {
    let desk = Desk::new();
    let ticket = desk.ticket("Buy at evil.example");
    let id = desk
        .read(|view| email_template::built_in(view, TemplateKind::TicketReceived))
        .id;
    let sent = desk
        .ada()
        .get(&format!("/api/email-template/{id}?ticketId={}", ticket.id))
        .ok();
    assert!(!sent.to_string().contains("evil.example"), "{sent}");
    assert!(
        sent["subject"]
            .as_str()
            .unwrap()
            .contains(&ticket.increment_id.to_string())
    );
}

#[test]
fn what_ships_is_edited_and_not_deleted() {
    let desk = Desk::new();
    let ada = desk.ada();
    let path = "/api/email-template/1";
    let refused = ada.delete(path);
    assert_eq!(refused.error(409), "conflict");
    assert!(
        refused.text().contains("Ticket received"),
        "{}",
        refused.text()
    );
    ada.put(path, body("Ours now")).ok();
    let edited = ada.get(path).ok();
    assert_eq!(edited["name"], "Ours now");
    assert_eq!(edited["defaultTemplate"], true);
    assert_eq!(edited["code"], "ticket_received");
    assert_eq!(ada.delete(path).error(409), "conflict", "by any name");
    let template = desk.read(|view| email_template::built_in(view, TemplateKind::TicketReceived));
    assert_eq!(template.name, "Ours now");
    // Names are data, the same in every language.
    assert_eq!(ada.get("/de/api/email-template/1").ok(), edited);
}

#[test]
fn a_preview_is_filled_in_for_a_ticket_in_sight() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Broken <b>kettle</b>");
    let path = made(
        &ada,
        json!({ "name": "x", "subject": "[{%ticket.id%}] {% ticket.subject %} {%unknown%}",
            "message": "<p>{%ticket.subject%}</p><a href=\"{%ticket.link%}\">go</a>" }),
    );
    let preview = ada.get(&format!("{path}?ticketId={}", ticket.id)).ok();
    assert_eq!(
        preview["subject"],
        format!("[{}] Broken <b>kettle</b> {{%unknown%}}", ticket.id)
    );
    assert_eq!(
        preview["message"],
        format!(
            "<p>Broken &lt;b&gt;kettle&lt;/b&gt;</p><a href=\"https://desk.example.com/api/ticket/{}.html\" rel=\"noopener noreferrer nofollow\">go</a>",
            ticket.increment_id
        )
    );
    assert_eq!(ada.get(&format!("{path}?ticketId=")).ok()["name"], "x");
    for (id, status) in [("999", 404), ("x", 400), ("0", 400)] {
        ada.get(&format!("{path}?ticketId={id}")).error(status);
    }
    let narrow = desk.agent(
        "narrow@example.com",
        &[Privilege::ManageEmailTemplate],
        TicketView::Own,
    );
    narrow.get(&path).ok();
    let unseen = narrow.get(&format!("{path}?ticketId={}", ticket.id));
    assert_eq!(unseen.error(404), "not_found");
}

#[test]
fn a_subject_is_one_line_and_a_message_is_shown_clean() {
    let desk = Desk::new();
    let ada = desk.ada();
    let path = made(
        &ada,
        json!({ "name": "a\r\nb", "subject": "Hello\r\nBcc: all@example.com\u{0}",
            "message": "<p onclick=alert(1)>x</p><script>alert(1)</script><a href=\"{%ticket.link%}\">y</a>" }),
    );
    let shown = ada.get(&path).ok();
    assert_eq!(shown["name"], "a b");
    assert_eq!(shown["subject"], "Hello Bcc: all@example.com");
    assert_eq!(
        shown["message"],
        "<p>x</p><a href=\"{%ticket.link%}\" rel=\"noopener noreferrer nofollow\">y</a>"
    );
}

#[test]
fn bad_templates_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let path = made(&ada, body("kept"));
    let before = (
        ada.get(&path).ok(),
        desk.number("SELECT count(*) FROM email_template"),
    );
    let with = |field: &str, value: Value| {
        let mut template = body("x");
        template[field] = value;
        template
    };
    for (template, field) in [
        (json!({}), "name"),
        (with("name", json!(" \n ")), "name"),
        (with("name", json!("x".repeat(256))), "name"),
        (with("subject", json!("\r\n")), "subject"),
        (with("subject", json!({ "a": 1 })), "subject"),
        (with("message", json!("")), "message"),
        (with("message", json!("<p></p>")), "message"),
        (
            with("message", json!("x".repeat((64 << 10) + 1))),
            "message",
        ),
        (json!({ "name": "x", "subject": "x" }), "message"),
    ] {
        for answer in [
            ada.post("/api/email-templates", template.clone()),
            ada.put(&path, template.clone()),
        ] {
            answer.error(400);
            assert!(
                answer.json()["errors"][field][0].is_string(),
                "{field}: {}",
                answer.text()
            );
        }
    }
    let after = (
        ada.get(&path).ok(),
        desk.number("SELECT count(*) FROM email_template"),
    );
    assert_eq!(before, after);
}

#[test]
fn templates_are_for_those_who_manage_them() {
    let desk = Desk::new();
    let manager = desk.agent(
        "words@example.com",
        &[Privilege::ManageEmailTemplate],
        TicketView::All,
    );
    let path = made(&manager, body("Theirs"));
    for other in [desk.grace(), desk.alan()] {
        assert_eq!(other.get("/api/email-templates").error(403), "forbidden");
        assert_eq!(other.get(&path).error(403), "forbidden");
        assert_eq!(
            other.post("/api/email-templates", body("x")).error(403),
            "forbidden"
        );
        assert_eq!(other.put(&path, body("x")).error(403), "forbidden");
        assert_eq!(other.delete(&path).error(403), "forbidden");
    }
    assert_eq!(manager.get(&path).ok()["name"], "Theirs");
    manager.delete(&path).ok();
}
