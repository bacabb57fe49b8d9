//! What the company's settings take, what they refuse, and who may set them.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::json;

use super::{company, merged, set, told};
use crate::support::{Desk, FIRST_INCREMENT_ID};

#[test]
fn the_settings_of_a_new_desk_are_these() {
    let desk = Desk::new();
    assert_eq!(
        desk.ada().get("/api/company.json").ok(),
        json!({ "id": 1, "name": "pocketdesk", "supportEmail": null, "nextTicketId": FIRST_INCREMENT_ID,
            "timezone": "UTC", "pendingSince": 0, "defaultMailbox": null, "defaultStatus": 1,
            "defaultPriority": 1, "defaultGroup": null, "timeFormat": null,
            "pendingNotificationEmailTemplate": null })
    );
}

#[test]
fn all_settings_are_kept_whatever_they_come_as() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mailbox = json!({ "name": "Help", "email": "help@example.com", "isActive": 1 });
    let mailbox = ada.post("/api/mailboxes", mailbox).ok()["id"].clone();
    let wanted = json!({ "id": 1, "name": "Kettle & Crane", "supportEmail": "support@example.com",
        "nextTicketId": 80_000, "timezone": "Asia/Kolkata", "pendingSince": 48, "defaultMailbox": mailbox,
        "defaultStatus": 2, "defaultPriority": 3, "defaultGroup": 1, "timeFormat": "m-d-y G:i",
        "pendingNotificationEmailTemplate": 1 });
    let as_text = json!({ "name": " Kettle & Crane ", "supportEmail": "Support <support@Example.com>",
        "nextTicketId": "80000", "timezone": "asia/kolkata", "pendingSince": " 48 ",
        "defaultMailbox": mailbox.to_string(), "defaultStatus": "2", "defaultPriority": "3",
        "defaultGroup": "1", "timeFormat": "m-d-y G:i", "pendingNotificationEmailTemplate": "1" });
    let said = ada.put("/en/api/company.json", as_text).ok();
    assert_eq!(
        said,
        json!({ "message": "Success ! Company information saved successfully." })
    );
    assert_eq!(ada.get("/api/company").ok(), wanted);
    // What is read can be sent back, as a form too, and tells nothing new.
    let events = told(&desk).len();
    ada.put("/api/company", wanted.clone()).ok();
    let form = "name=Kettle+%26+Crane&supportEmail=support@example.com&nextTicketId=80000\
        &timezone=Asia/Kolkata&pendingSince=48";
    let kind = "application/x-www-form-urlencoded";
    ada.send("PUT", "/api/company", kind, form.as_bytes()).ok();
    assert_eq!(
        ada.get("/api/company").ok(),
        wanted,
        "what is left out stays"
    );
    assert_eq!(told(&desk).len(), events);
}

#[test]
fn an_empty_field_takes_its_setting_back_to_that_of_a_new_desk() {
    let desk = Desk::new();
    let before = desk.ada().get("/api/company").ok();
    set(
        &desk,
        json!({ "supportEmail": "help@example.com", "pendingSince": 5, "defaultStatus": 2,
            "defaultPriority": 4, "defaultGroup": 1, "timeFormat": "Y",
            "pendingNotificationEmailTemplate": 1 }),
    );
    assert_ne!(desk.ada().get("/api/company").ok(), before);
    set(
        &desk,
        json!({ "supportEmail": null, "pendingSince": "", "defaultMailbox": "", "defaultStatus": "",
            "defaultPriority": null, "defaultGroup": "0", "timeFormat": "",
            "pendingNotificationEmailTemplate": 0 }),
    );
    assert_eq!(desk.ada().get("/api/company").ok(), before);
}

#[test]
fn what_names_nothing_is_refused_by_field_and_changes_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let group = json!({ "name": "Old", "description": "Old", "isActive": 0 });
    let closed_group = ada.post("/api/groups", group).ok()["id"].clone();
    let before = ada.get("/api/company").ok();
    for (field, values) in [
        (
            "name",
            vec![json!(""), json!(null), json!(" \n"), json!("x".repeat(101))],
        ),
        ("supportEmail", vec![json!("nobody"), json!(7)]),
        (
            "nextTicketId",
            vec![json!("0"), json!(-1), json!("x"), json!(1_000_000_001)],
        ),
        (
            "timezone",
            vec![json!(""), json!("Mars/Olympus"), json!("+02:00")],
        ),
        ("pendingSince", vec![json!(-1), json!(8_761), json!("1.5")]),
        ("defaultMailbox", vec![json!(9_999), json!(-1), json!("x")]),
        ("defaultStatus", vec![json!(7), json!("0"), json!(-1)]),
        ("defaultPriority", vec![json!(5), json!(0)]),
        ("defaultGroup", vec![json!(9_999), closed_group]),
        (
            "timeFormat",
            vec![json!("T"), json!("--"), json!("x".repeat(65))],
        ),
        (
            "pendingNotificationEmailTemplate",
            vec![json!(-1), json!("x")],
        ),
    ] {
        for value in values {
            let changed = company(json!({ "name": "Changed" }));
            let answer = ada.put("/api/company", merged(changed, json!({ field: value })));
            assert_eq!(answer.error(400), "invalid_request", "{field} {value}");
            let errors = answer.json()["errors"].clone();
            assert_eq!(
                errors.as_object().map(serde_json::Map::len),
                Some(1),
                "{errors}"
            );
            assert!(errors[field][0].is_string(), "{field} {value}: {errors}");
        }
    }
    for field in [
        "name",
        "supportEmail",
        "nextTicketId",
        "timezone",
        "pendingSince",
    ] {
        let mut body = company(json!({}));
        body.as_object_mut().unwrap().remove(field);
        let answer = ada.put("/api/company", body);
        answer.error(400);
        assert!(answer.json()["errors"][field].is_array(), "{field}");
    }
    // All that is wrong is named at once.
    let answer = ada.put(
        "/api/company",
        company(json!({ "defaultStatus": 9, "defaultPriority": 9, "defaultGroup": 99, "defaultMailbox": 99 })),
    );
    assert_eq!(answer.json()["errors"].as_object().unwrap().len(), 4);
    assert_eq!(ada.get("/api/company").ok(), before);
    assert!(told(&desk).is_empty());
}

#[test]
fn a_default_that_was_closed_since_does_not_forbid_to_change_the_rest() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mailbox = json!({ "name": "Help", "email": "help@example.com", "isActive": 1 });
    let id = ada.post("/api/mailboxes", mailbox).ok()["id"].clone();
    set(&desk, json!({ "defaultMailbox": id }));
    let closed = json!({ "name": "Help", "email": "help@example.com", "isActive": 0 });
    ada.put(&format!("/api/mailbox/{id}"), closed).ok();
    let mut shown = ada.get("/api/company").ok();
    shown["name"] = json!("Kettle & Crane");
    ada.put("/api/company", shown.clone()).ok();
    assert_eq!(ada.get("/api/company").ok(), shown);
}

#[test]
fn what_was_changed_is_told_by_name_and_never_by_value() {
    let desk = Desk::new();
    set(
        &desk,
        json!({ "supportEmail": "help@example.com", "pendingSince": 24 }),
    );
    set(
        &desk,
        json!({ "supportEmail": "help@example.com", "pendingSince": 24 }),
    );
    assert_eq!(
        told(&desk),
        [(
            "company".to_owned(),
            json!(["supportEmail", "pendingSince"])
        )]
    );
}

#[test]
fn settings_are_for_admins_alone() {
    let desk = Desk::new();
    let everything = desk.agent("all@example.com", Privilege::ALL, TicketView::All);
    for client in [desk.grace(), desk.alan(), everything] {
        for path in [
            "company",
            "company/business-hours",
            "company/spam",
            "company/theme",
        ] {
            let target = format!("/api/{path}.json");
            assert_eq!(client.get(&target).error(403), "forbidden", "{path}");
        }
        client
            .put("/api/company", company(json!({ "name": "Mine" })))
            .error(403);
        client
            .post(
                "/api/company/business-hours",
                json!({ "business_hours": {} }),
            )
            .error(403);
        client
            .put(
                "/api/company/spam",
                json!({ "blackList": "", "whiteList": "" }),
            )
            .error(403);
    }
    desk.anyone().get("/api/company").error(401);
    assert_eq!(desk.ada().get("/api/company").ok()["name"], "pocketdesk");
}

#[test]
fn refusals_and_successes_are_said_in_each_language() {
    let desk = Desk::new();
    let ada = desk.ada();
    for (locale, saved, refused) in [
        (
            "fr",
            "Les informations de l'entreprise ont été enregistrées.",
            "Aucune boîte aux lettres n'a l'identifiant 99. Voir /api/mailboxes.json.",
        ),
        (
            "it",
            "Le informazioni dell'azienda sono state salvate.",
            "Non c'è nessuna casella di posta con l'ID 99. Vedi /api/mailboxes.json.",
        ),
        (
            "de",
            "Die Angaben zur Firma wurden gespeichert.",
            "Es gibt kein Postfach mit der ID 99. Siehe /api/mailboxes.json.",
        ),
    ] {
        let target = format!("/{locale}/api/company");
        assert_eq!(ada.put(&target, company(json!({}))).ok()["message"], saved);
        let answer = ada.put(&target, company(json!({ "defaultMailbox": 99 })));
        assert_eq!(answer.json()["errors"]["defaultMailbox"][0], refused);
    }
}

/// Two rooms hold each other: the company names a template, and that one is not deleted.
#[test]
fn the_pending_template_is_one_that_is_there_and_stays() {
    let desk = Desk::new();
    let ada = desk.ada();
    let template = json!({ "name": "Still there?", "subject": "s", "message": "m" });
    let template = ada.post("/api/email-templates", template).ok()["id"].clone();
    let mut company = ada.get("/api/company").ok();
    company["pendingNotificationEmailTemplate"] = json!(999);
    let refused = ada.put("/api/company", company.clone());
    assert_eq!(refused.error(400), "invalid_request");
    company["pendingNotificationEmailTemplate"] = template.clone();
    ada.put("/api/company", company.clone()).ok();
    let path = format!("/api/email-template/{template}");
    let kept = ada.delete(&path);
    assert_eq!(kept.error(409), "conflict");
    assert!(kept.text().contains("pendingNotificationEmailTemplate"));
    company["pendingNotificationEmailTemplate"] = json!("");
    ada.put("/api/company", company).ok();
    ada.delete(&path).ok();
}
