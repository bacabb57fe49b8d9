//! Mails that workflows send: to whom, and from which template.

use pocketdesk::base::db::named_params;
use serde_json::{Value, json};

use super::{desk_without_workflows, faults, made, manual};
use crate::support::Desk;

/// A template; answers its id.
fn template(desk: &Desk, name: &str) -> i64 {
    let name = name.to_owned();
    desk.write(move |change| {
        change.insert(
            "INSERT INTO email_template (name, name_key, subject, message, created_at, updated_at)
             VALUES (:name, name_key(:name), 'Subject', 'Message', 0, 0)",
            named_params! { ":name": name },
        )
    })
}

#[test]
fn mails_name_who_gets_them_and_their_template() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let template = template(&desk, "Hello");
    let grace = desk.user_id("grace@example.com");
    let sent = json!([
        { "type": "uvdesk.ticket.mail_agent",
          "value": { "for": ["assignedAgent", grace.to_string()], "value": template.to_string() } },
        { "type": "mail_agent", "value": template },
        { "type": "mail_group", "value": { "for": "assignedGroup,1", "value": template } },
        { "type": "mail_team", "value": json!({ "for": { "0": "assignedTeam" }, "value": template }).to_string() },
        { "type": "mail_customer", "value": template },
        { "type": "mail_last_collaborator", "value": template },
    ]);
    let id = made(&ada, manual("Mails", sent.clone()));
    assert_eq!(
        ada.get(&format!("/api/workflow/{id}")).ok()["actions"],
        sent
    );
    let stored: Vec<(String, String)> = desk.read(|view| {
        view.all(
            "SELECT type, value FROM workflow_action ORDER BY position",
            [],
        )
    });
    let mail = |to: Value| json!({ "for": to, "value": template }).to_string();
    assert_eq!(
        stored,
        [
            ("mail_agent", mail(json!(["assignedAgent", grace]))),
            ("mail_agent", mail(json!(["assignedAgent"]))),
            ("mail_group", mail(json!(["assignedGroup", 1]))),
            ("mail_team", mail(json!(["assignedTeam"]))),
            ("mail_customer", template.to_string()),
            ("mail_last_collaborators", template.to_string()),
        ]
        .map(|(kind, value)| (kind.to_owned(), value))
    );
    let named: Vec<(String, i64)> =
        desk.read(|view| view.all("SELECT kind, target_id FROM workflow_use ORDER BY kind", []));
    let want = [("agent", grace), ("email_template", template), ("group", 1)];
    assert_eq!(named, want.map(|(kind, id)| (kind.to_owned(), id)));
}

#[test]
fn a_mail_without_sense_is_refused() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let template = template(&desk, "Hello");
    for (kind, value) in [
        ("mail_agent", json!({ "for": [], "value": template })),
        (
            "mail_agent",
            json!({ "for": ["everybody"], "value": template }),
        ),
        (
            "mail_agent",
            json!({ "for": ["assignedGroup"], "value": template }),
        ),
        ("mail_agent", json!({ "for": [0], "value": template })),
        ("mail_agent", json!({ "for": ["assignedAgent"] })),
        ("mail_group", json!({ "for": [99], "value": template })),
        ("mail_customer", json!(template + 1)),
        ("mail_customer", json!("Hello")),
    ] {
        let body = manual("Mails", json!([{ "type": kind, "value": value }]));
        assert_eq!(
            faults(&ada.post("/api/workflows", body)),
            ["actions[0].value"],
            "{kind} {value}"
        );
    }
}
