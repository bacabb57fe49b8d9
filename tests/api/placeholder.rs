//! Placeholders: which there are, what each stands for, and what none may tell.

use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use crate::support::{Client, Desk, Opened};

/// What the message of a saved reply becomes for a ticket.
#[track_caller]
fn filled(client: &Client, message: &str, ticket: Opened) -> String {
    let made = client
        .post(
            "/api/saved-replys",
            json!({ "name": "x", "message": message }),
        )
        .ok();
    let path = format!("/api/saved-reply/{}?ticketId={}", made["id"], ticket.id);
    let shown = client.get(&path).ok();
    shown["message"].as_str().expect("a message").to_owned()
}

fn listed(client: &Client, locale: &str) -> Vec<Value> {
    let listed = client.get(&format!("/{locale}/api/placeholders.json")).ok();
    listed["placeholders"].as_array().expect("a list").clone()
}

#[test]
fn the_placeholders_are_listed_in_the_callers_language() {
    let desk = Desk::new();
    let grace = desk.grace();
    let english = listed(&grace, "en");
    assert_eq!(
        english[0],
        json!({ "name": "ticket.id", "placeholder": "{%ticket.id%}",
            "description": "Id of the ticket, which the API takes" })
    );
    for locale in ["fr", "it", "de"] {
        let own = listed(&grace, locale);
        assert_eq!(own.len(), english.len());
        for (own, english) in own.iter().zip(&english) {
            assert_eq!(own["name"], english["name"]);
            assert_ne!(
                own["description"], english["description"],
                "{locale}: {own}"
            );
        }
    }
    assert_eq!(desk.alan().get("/api/placeholders").error(403), "forbidden");
}

#[test]
fn each_placeholder_of_a_ticket_stands_for_what_it_says() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Kettle & co");
    let grace = desk.user_id("grace@example.com");
    desk.write(|change| {
        change.run(
            "UPDATE company SET name = 'Kettle <Ltd>', support_email = 'help@example.com'",
            [],
        )
    });
    let team = json!({ "name": "Night", "description": "d", "groups": [1] });
    let team = ada.post("/api/sub-groups", team).ok()["id"].clone();
    for (property, value) in [
        ("agent", json!(grace)),
        ("group", json!(1)),
        ("team", team),
        ("priority", json!(4)),
        ("status", json!(2)),
    ] {
        let edit = json!({ "editType": property, "value": value });
        ada.patch(&format!("/api/ticket/{}", ticket.id), edit).ok();
    }
    for tag in ["vip", "red"] {
        let tag = json!({ "name": tag });
        ada.post(&format!("/api/ticket/{}/tags", ticket.id), tag)
            .ok();
    }
    let number = ticket.increment_id;
    let link = format!("https://desk.example.com/api/ticket/{number}.html");
    let known = [
        ("ticket.id", ticket.id.to_string()),
        ("ticket.incrementId", number.to_string()),
        ("ticket.subject", "Kettle &amp; co".into()),
        ("ticket.message", "About Kettle &amp; co.".into()),
        ("ticket.threadMessage", "About Kettle &amp; co.".into()),
        ("ticket.status", "Pending".into()),
        ("ticket.priority", "Urgent".into()),
        ("ticket.type", "Support".into()),
        ("ticket.group", "Default".into()),
        ("ticket.team", "Night".into()),
        ("ticket.tags", "red, vip".into()),
        ("ticket.source", "API".into()),
        ("ticket.createdAt", "02-Jun 09:30am".into()),
        ("ticket.customerName", "Alan Turing".into()),
        ("ticket.customerFirstName", "Alan".into()),
        ("ticket.customerEmail", "alan@example.com".into()),
        ("ticket.agentName", "Grace Hopper".into()),
        ("ticket.agentFirstName", "Grace".into()),
        ("ticket.agentEmail", "grace@example.com".into()),
        ("ticket.link", link.clone()),
        ("ticket.customerLink", link),
        ("user.userName", "Alan Turing".into()),
        ("user.userEmail", "alan@example.com".into()),
        ("user.agentName", "Ada Lovelace".into()),
        ("user.agentEmail", "ada@example.com".into()),
        ("company.name", "Kettle &lt;Ltd&gt;".into()),
        ("company.email", "help@example.com".into()),
        ("company.url", "https://desk.example.com".into()),
        // The documented examples' own names.
        ("ticket.number", number.to_string()),
        ("ticket.name", "Alan Turing".into()),
        ("ticket.name.first", "Alan".into()),
        ("ticket.email", "alan@example.com".into()),
        ("ticket.create_date", "02-Jun 09:30am".into()),
        ("ticket.dept.name", "Default".into()),
    ];
    let text = known
        .each_ref()
        .map(|(name, _)| format!("<p>{name}: {{%{name}%}}</p>"));
    let want = known
        .each_ref()
        .map(|(name, value)| format!("<p>{name}: {value}</p>"));
    assert_eq!(filled(&ada, &text.concat(), ticket), want.concat());
    // All that are listed were tried here, but those of what no ticket has.
    for one in listed(&ada, "en") {
        let name = one["name"].as_str().unwrap();
        let is_elsewhere = name.starts_with("task.")
            || name.starts_with("ticket.collaborator")
            || name.ends_with("Link") && name.starts_with("user.");
        let is_tried = known.iter().any(|(known, _)| *known == name);
        assert!(is_tried != is_elsewhere, "{name}");
        if is_elsewhere {
            let text = format!("<p>{{%{name}%}}</p>");
            assert_eq!(filled(&ada, &text, ticket), text, "stays as it is");
        }
    }
}

#[test]
fn what_a_ticket_lacks_is_empty() {
    let desk = Desk::new();
    let ticket = desk.ticket("x");
    let text =
        "[{%ticket.agentName%}{%ticket.agentEmail%}{%ticket.team%}{%ticket.group%}{%ticket.tags%}]";
    assert_eq!(filled(&desk.grace(), text, ticket), "[]");
}

/// What is filled in goes to customers: no note, nothing locked, whoever asks.
#[test]
fn no_note_and_nothing_locked_is_ever_filled_in() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("kettle");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let say = |kind: &str, words: &str| {
        let thread = json!({ "threadType": kind, "reply": words, "status": "1" });
        ada.post(&threads, thread).ok();
    };
    let lock = |thread: i64| {
        let path = format!("/api/ticket/{}/thread/{thread}", ticket.id);
        ada.patch(&path, json!({ "updateType": "lock" })).ok();
    };
    say("reply", "A public answer");
    say("note", "Customer is rude");
    let text = "<p>{%ticket.threadMessage%}</p>";
    assert_eq!(filled(&ada, text, ticket), "<p>A public answer</p>");
    say("reply", "A secret answer");
    lock(desk.number("SELECT max(id) FROM thread"));
    assert_eq!(filled(&ada, text, ticket), "<p>A public answer</p>");
    lock(desk.number("SELECT min(id) FROM thread"));
    assert_eq!(filled(&ada, "[{%ticket.message%}]", ticket), "[]");
}

#[test]
fn what_a_customer_wrote_is_never_markup_nor_a_placeholder() {
    let desk = Desk::new();
    let narrow = desk.agent("x@example.com", &[], TicketView::All);
    let hostile = "{%company.email%} <img src=x onerror=alert(1)> \" onclick=\"x";
    let ticket = desk.ticket(hostile);
    let text = "<p title=\"{%ticket.subject%}\">{%ticket.subject%}</p>";
    assert_eq!(
        filled(&narrow, text, ticket),
        "<p title=\"{%company.email%} &lt;img src=x onerror=alert(1)&gt; &quot; onclick=&quot;x\">\
         {%company.email%} &lt;img src=x onerror=alert(1)&gt; \" onclick=\"x</p>"
    );
    let plain = filled(&narrow, "About: {%ticket.subject%}", ticket);
    assert_eq!(
        plain,
        "About: {%company.email%} &lt;img src=x onerror=alert(1)&gt; \" onclick=\"x"
    );
}
