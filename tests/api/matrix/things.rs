//! The things that ids name: how one of each kind is made, and how it goes.
//!
//! A new kind that is made by one POST and has an address of its own is an arm of
//! [`plain`], and of [`is_personal`] where each agent has their own; one that hangs on a ticket is an arm of [`part`]; all else has a line in
//! [`World::make`].

use serde_json::{Value, json};

use super::grid::{Caller, Case};
use super::world::{Keeper, SECRET, World};
use crate::support::Client;
use crate::support::multipart::Form;

/// A thing that one POST makes: where it is made, where it is then, where its id stands
/// in the answer, and what it is made of.
struct Plain {
    collection: &'static str,
    address: &'static str,
    id: &'static str,
    body: Value,
}

fn plain(kind: &str, word: &str) -> Option<Plain> {
    let named = |more: Value| {
        let mut body = json!({ "name": word, "description": word, "isActive": 1 });
        for (key, value) in more.as_object().into_iter().flatten() {
            body[key] = value.clone();
        }
        body
    };
    let email = format!("{word}@example.com");
    let person =
        json!({ "firstName": word, "lastName": "New", "email": email, "contactNumber": "1" });
    let nothing = || named(json!({}));
    let (collection, address, body) = match kind {
        "group" => ("/api/groups", "/api/group", nothing()),
        "team" => (
            "/api/sub-groups",
            "/api/sub-group",
            named(json!({ "groups": [1] })),
        ),
        "set" => (
            "/api/agent-privileges",
            "/api/agent-privilege",
            named(json!({ "privileges": [] })),
        ),
        "label" => ("/api/labels", "/api/label", nothing()),
        "tag" => ("/api/tags", "/api/tag", nothing()),
        "type" => ("/api/ticket-types", "/api/ticket-type", nothing()),
        "mailbox" => (
            "/api/mailboxes",
            "/api/mailbox",
            named(json!({ "email": email })),
        ),
        "field" => (
            "/api/custom-fields",
            "/api/custom-field",
            named(json!({ "fieldType": "text" })),
        ),
        "template" => (
            "/api/email-templates",
            "/api/email-template",
            named(json!({ "subject": word, "message": word })),
        ),
        "saved reply" => (
            "/api/saved-replys",
            "/api/saved-reply",
            named(json!({ "message": word })),
        ),
        "workflow" => (
            "/api/workflows",
            "/api/workflow",
            named(
                json!({ "type": "1", "events": [{ "event": "ticket", "trigger": "created" }],
                "conditions": [], "actions": [{ "type": "priority", "value": "1" }] }),
            ),
        ),
        "member" => ("/api/members", "/api/member", person),
        "customer" => ("/api/customers", "/api/customer", person),
        _ => return None,
    };
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

/// Whether each agent has their own things of this kind, which nobody else sees.
pub(super) fn is_personal(kind: &str) -> bool {
    matches!(kind, "label" | "saved reply")
}

/// A part of a ticket: what is posted where below the ticket, and where its id stands in
/// the answer.
type Part = (&'static str, Value, &'static str);

fn part(kind: &str, word: &str, case: Case) -> Option<Part> {
    let email = format!("{word}@example.com");
    Some(match kind {
        "thread" => (
            "threads",
            json!({ "threadType": "reply", "reply": words_of(case) }),
            "/id",
        ),
        "ticket tag" => ("tags", json!({ "name": word }), "/tag/id"),
        "collaborator" => (
            "collaborator",
            json!({ "email": email }),
            "/collaborator/id",
        ),
        _ => return None,
    })
}

impl World {
    /// Makes a thing of this kind; answers its id. What belongs to a ticket belongs to
    /// the one that is own or foreign now.
    pub(super) fn make(&mut self, kind: &str, case: Case, keeper: Keeper) -> String {
        let (ada, word) = (self.desk.ada(), self.word());
        if let Some((below, body, pointer)) = part(kind, &word, case) {
            let path = format!("/api/ticket/{}/{below}", self.id("ticket", case, None));
            let made = ada.post(&path, body).ok();
            return made.pointer(pointer).expect("an id").to_string();
        }
        match kind {
            "ticket" => self.make_ticket(case),
            "tickets" => self.id("ticket", case, None),
            "trashed tickets" => {
                let id = self.id("ticket", case, None);
                ada.put(&format!("/api/ticket/{id}/trash"), json!({})).ok();
                id
            }
            "number" => {
                let ticket = self.id("ticket", case, None);
                let sql = format!("SELECT increment_id FROM ticket WHERE id = {ticket}");
                self.desk.number(&sql).to_string()
            }
            "attachment" => self.make_attachment(case),
            "field file" => self.make_field_file(case),
            // A foreign member is an admin, and a foreign customer is one besides.
            "member" | "customer" if case == Case::Foreign => self.make_admin(kind, &word),
            kind => {
                let plain = plain(kind, &word)
                    .unwrap_or_else(|| panic!("nobody makes a {kind}: tell `things.rs` how"));
                let maker = self.keeper_of(kind, case, keeper);
                let made = maker.post(plain.collection, plain.body).ok();
                made.pointer(plain.id).expect("an id").to_string()
            }
        }
    }

    /// Who makes a thing of this kind, and deletes it: the owner of the desk, or whose it is.
    fn keeper_of(&self, kind: &str, case: Case, keeper: Keeper) -> Client {
        match case {
            _ if !is_personal(kind) => self.desk.ada(),
            Case::Foreign => self.desk.grace(),
            _ => self.client(keeper.unwrap_or(Caller::Admin)),
        }
    }

    fn make_admin(&self, kind: &str, word: &str) -> String {
        let ada = self.desk.ada();
        let person = plain("member", word).expect("members are plain").body;
        let mut admin = person.clone();
        admin["role"] = "ROLE_ADMIN".into();
        let made = ada.post("/api/members", admin).ok();
        if kind == "customer" {
            ada.post("/api/customers", person).ok();
        }
        made["id"].to_string()
    }

    /// Alan's ticket, which the narrow agent sees, or Bob's, which they do not.
    fn make_ticket(&self, case: Case) -> String {
        if case == Case::Foreign {
            return self
                .desk
                .ticket_of("bob@example.com", words_of(case))
                .id
                .to_string();
        }
        let id = self.desk.ticket_of("alan@example.com", "Own").id;
        self.give_to_narrow(id);
        id.to_string()
    }

    fn give_to_narrow(&self, ticket: i64) {
        let agent = json!({ "id": self.user_of(Caller::Narrow) });
        self.desk
            .ada()
            .put(&format!("/api/ticket/{ticket}/agent"), agent)
            .ok();
    }

    fn make_attachment(&mut self, case: Case) -> String {
        let path = format!("/api/ticket/{}/threads", self.id("ticket", case, None));
        let form = Form::default()
            .field("threadType", "reply")
            .field("reply", "See the file.");
        let (content_type, body) = form
            .file("attachments[]", "a.txt", words_of(case).as_bytes())
            .finish();
        let ada = self.desk.ada();
        ada.send("POST", &path, &content_type, &body).ok();
        self.desk
            .number("SELECT max(id) FROM attachment")
            .to_string()
    }

    fn make_field_file(&self, case: Case) -> String {
        let from = if case == Case::Foreign {
            "bob@example.com"
        } else {
            "alan@example.com"
        };
        let form = [
            ("type", "1"),
            ("name", "A"),
            ("from", from),
            ("subject", words_of(case)),
            ("reply", "r"),
        ]
        .into_iter()
        .fold(Form::default(), |form, (name, value)| {
            form.field(name, value)
        });
        let field = format!("customFields[{}]", self.file_field);
        let (content_type, body) = form
            .file(&field, "a.txt", words_of(case).as_bytes())
            .finish();
        let made = self
            .desk
            .ada()
            .send("POST", "/api/tickets", &content_type, &body)
            .ok();
        if case == Case::Own {
            self.give_to_narrow(made["ticketId"].as_i64().expect("an id"));
        }
        self.desk
            .number("SELECT max(id) FROM custom_field_file")
            .to_string()
    }

    /// Deletes a thing for good.
    pub(super) fn unmake(&mut self, kind: &str, id: &str, keeper: Keeper) {
        let own_ticket = |world: &mut Self| world.id("ticket", Case::Own, None);
        let path = match kind {
            "ticket" => format!("/api/tickets?ids={id}"),
            "tickets" | "trashed tickets" | "number" | "attachment" => {
                format!("/api/tickets?ids={}", own_ticket(self))
            }
            "field file" => {
                let sql = "SELECT max(ticket_id) FROM custom_field_value";
                format!("/api/tickets?ids={}", self.desk.number(sql))
            }
            "thread" => format!("/api/ticket/{}/thread/{id}", own_ticket(self)),
            "ticket tag" => format!("/api/tag/{id}"),
            "collaborator" => format!("/api/customer/{id}"),
            kind => {
                let plain = plain(kind, "")
                    .unwrap_or_else(|| panic!("nobody deletes a {kind}: tell `things.rs` how"));
                format!("{}/{id}", plain.address)
            }
        };
        self.keeper_of(kind, Case::Own, keeper).delete(&path).ok();
    }
}

/// What is said in a thing, and what a file holds.
fn words_of(case: Case) -> &'static str {
    match case {
        Case::Foreign => SECRET,
        _ => "Own",
    }
}
