//! What a reading shows may be sent back as it is: an edit form does nothing else.

use serde_json::{Value, json};

use crate::support::Desk;

/// A thing with odd words in every room whose PUT takes what its GET shows, by its path.
fn odd_things(desk: &Desk) -> Vec<String> {
    let ada = desk.ada();
    let odd = "Müller & Söhne <3 \"x\" 'y' {%ticket.id%} &amp; \\ / %";
    let made = |path: &str, body: Value| {
        let said = ada.post(path, body).ok();
        let id = [&said["id"], &said["label"]["id"], &said["mailbox"]["id"]];
        let id = id.iter().find_map(|id| id.as_i64());
        id.unwrap_or_else(|| panic!("{path}: {said}"))
    };
    let group = made(
        "/api/groups",
        json!({ "name": odd, "description": odd, "users": [1] }),
    );
    let folder = json!({ "name": odd, "description": odd, "visibility": "public" });
    let folder = made("/api/solutions", folder);
    let category = json!({ "name": odd, "solution": folder, "description": odd });
    let category = made("/api/categories", category);
    let workflow = json!({ "type": 0, "name": odd, "description": odd,
        "conditions": [{ "type": "subject", "match": "contains", "value": odd }],
        "actions": [{ "type": "note", "value": odd }] });
    let field = json!({ "name": odd, "agentType": "both", "fieldType": "select", "value": odd,
        "dependency": [1, 2], "customFieldValues": ["a", odd] });
    let ticket = desk.ticket("Beside");
    [
        (
            "label",
            made("/api/labels", json!({ "name": odd, "color": "#123456" })),
        ),
        ("tag", made("/api/tags", json!({ "name": odd }))),
        ("group", group),
        (
            "sub-group",
            made(
                "/api/sub-groups",
                json!({ "name": odd, "description": odd, "groups": [group], "users": [1, 2] }),
            ),
        ),
        (
            "ticket-type",
            made(
                "/api/ticket-types",
                json!({ "name": odd, "description": odd, "isActive": 1 }),
            ),
        ),
        (
            "agent-privilege",
            made(
                "/api/agent-privileges",
                json!({ "name": odd, "description": odd, "privileges": ["ROLE_AGENT_ADD_NOTE"] }),
            ),
        ),
        (
            "mailbox",
            made(
                "/api/mailboxes",
                json!({ "name": odd, "email": "m@example.com", "isActive": 1 }),
            ),
        ),
        ("solution", folder),
        ("category", category),
        (
            "article",
            made(
                "/api/articles",
                json!({ "name": odd, "content": odd, "category": category, "status": 1 }),
            ),
        ),
        (
            "email-template",
            made(
                "/api/email-templates",
                json!({ "name": odd, "subject": odd, "message": odd }),
            ),
        ),
        (
            "saved-reply",
            made(
                "/api/saved-replys",
                json!({ "name": odd, "message": odd, "groups": [group] }),
            ),
        ),
        ("workflow", made("/api/workflows", workflow)),
        ("custom-field", made("/api/custom-fields", field)),
        (
            "todo",
            made(
                "/api/todo",
                json!({ "ticketId": ticket.id, "description": odd }),
            ),
        ),
    ]
    .map(|(room, id)| format!("/api/{room}/{id}"))
    .into()
}

/// Whatever a reading shows may be sent back as it is, in every room, and changes nothing.
#[test]
fn what_a_reading_shows_may_be_sent_back_in_every_room() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mut paths = odd_things(&desk);
    paths.extend(["/api/company", "/api/company/theme", "/api/company/spam"].map(str::to_owned));
    for path in paths {
        let shown = ada.get(&path).ok();
        for _ in 0..2 {
            ada.put(&path, shown.clone()).ok();
            assert_eq!(ada.get(&path).ok(), shown, "{path}");
        }
    }
}
