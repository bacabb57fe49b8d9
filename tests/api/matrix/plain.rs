//! The plain things: those that one POST makes, and that have an address of their own.

use serde_json::{Value, json};

use super::grid::Case;
use super::things::shown_in;

/// A thing that one POST makes: where it is made, where it is then, where its id stands
/// in the answer, and what it is made of.
pub(super) struct Plain {
    pub(super) collection: &'static str,
    pub(super) address: &'static str,
    pub(super) id: &'static str,
    pub(super) body: Value,
}

/// How a thing of this kind is made that is called by a word.
pub(super) fn plain(kind: &str, word: &str, case: Case) -> Option<Plain> {
    let (collection, address) = addresses(kind)?;
    let mut body = json!({ "name": word, "description": word, "isActive": 1 });
    for (key, value) in particulars(kind, word, case)
        .as_object()
        .into_iter()
        .flatten()
    {
        body[key] = value.clone();
    }
    let id = match kind {
        "label" => "/label/id",
        _ => "/id",
    };
    Some(Plain {
        collection,
        address,
        id,
        body,
    })
}

/// Where it is made, and where it is then, before its id.
fn addresses(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "group" => ("/api/groups", "/api/group"),
        "team" => ("/api/sub-groups", "/api/sub-group"),
        "set" => ("/api/agent-privileges", "/api/agent-privilege"),
        "label" => ("/api/labels", "/api/label"),
        "tag" => ("/api/tags", "/api/tag"),
        "type" => ("/api/ticket-types", "/api/ticket-type"),
        "mailbox" => ("/api/mailboxes", "/api/mailbox"),
        "field" => ("/api/custom-fields", "/api/custom-field"),
        "template" => ("/api/email-templates", "/api/email-template"),
        "saved reply" => ("/api/saved-replys", "/api/saved-reply"),
        "workflow" | "manual workflow" | "idle workflow" => ("/api/workflows", "/api/workflow"),
        "folder" => ("/api/solutions", "/api/solution"),
        "access token" => ("/api/access-tokens", "/api/access-token"),
        "client" => ("/api/api-clients", "/api/api-client"),
        "member" => ("/api/members", "/api/member"),
        "customer" => ("/api/customers", "/api/customer"),
        _ => return None,
    })
}

/// What it is made of besides a name and a description.
fn particulars(kind: &str, word: &str, case: Case) -> Value {
    let email = format!("{word}@example.com");
    let priority = json!([{ "type": "priority", "value": "1" }]);
    match kind {
        "team" => json!({ "groups": [1] }),
        "set" => json!({ "privileges": [] }),
        "mailbox" => json!({ "email": email }),
        "field" => json!({ "fieldType": "text" }),
        "template" => json!({ "subject": word, "message": word }),
        "saved reply" => json!({ "message": word }),
        "workflow" => json!({ "type": "1", "actions": priority,
            "events": [{ "event": "ticket", "trigger": "created" }] }),
        "manual workflow" => json!({ "type": "0", "actions": priority }),
        "idle workflow" => json!({ "type": "0", "actions": priority, "isActive": 0 }),
        "folder" => json!({ "visibility": shown_in(case) }),
        "member" | "customer" => {
            json!({ "firstName": word, "lastName": "New", "email": email, "contactNumber": "1" })
        }
        _ => json!({}),
    }
}
