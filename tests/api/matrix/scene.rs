//! A desk with much that is hidden from those who may see little.

use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use super::secrets::targets;
use crate::support::multipart::Form;
use crate::support::{Client, Desk};

/// Beginnings of what is hidden: from customers and from the narrow agent, or from
/// customers alone. A search for them must find nothing either.
pub(super) const HIDDEN: &str = "Hidden";
pub(super) const INNER: &str = "Inner";

/// A desk on which Alan has two tickets, which the narrow agent works on.
pub(super) struct Scene {
    pub(super) desk: Desk,
    narrow: Client,
    own: i64,
}

impl Scene {
    pub(super) fn new() -> Self {
        let desk = Desk::new();
        let narrow = desk.agent("narrow@example.com", &[], TicketView::Own);
        desk.customer("bob@example.com");
        desk.customer("eve@example.com");
        let agent = json!({ "id": desk.user_id("narrow@example.com") });
        let ada = desk.ada();
        let own = ["Lamp", "Light"].map(|subject| {
            let ticket = desk.ticket(subject);
            ada.put(&format!("/api/ticket/{}/agent", ticket.id), agent.clone())
                .ok();
            ada.get(&format!("/api/ticket/{}", ticket.increment_id))
                .ok();
            ticket.id
        });
        // What is there before, so that only its use is hidden.
        for name in ["on many", "on few"] {
            ada.post("/api/tags", json!({ "name": name })).ok();
            let group = json!({ "name": name, "description": "x", "users": [ada_id(&desk)] });
            ada.post("/api/groups", group).ok();
        }
        narrow.post("/api/labels", json!({ "name": "mine" })).ok();
        let field = json!({ "name": "Proof", "fieldType": "file" });
        ada.post("/api/custom-fields", field).ok();
        public_article(&ada);
        let own = own[0];
        let reply = json!({ "threadType": "reply", "reply": "We look at it." });
        ada.post(&format!("/api/ticket/{own}/threads"), reply).ok();
        // Readings leave marks once: the next ones are alike.
        let scene = Self { desk, narrow, own };
        for client in scene.callers() {
            for target in targets(&scene.desk) {
                client.get(&target);
            }
        }
        scene
    }

    pub(super) fn callers(&self) -> [Client; 3] {
        [
            self.desk.alan(),
            self.desk.as_email("eve@example.com"),
            self.narrow.clone(),
        ]
    }

    /// Another customer's ticket with all that a ticket can have, and an agent's label
    /// on each ticket.
    pub(super) fn hide_a_ticket(&self) {
        let ada = self.desk.ada();
        let form = [
            ("type", "2"),
            ("name", "Bob"),
            ("from", "bob@example.com"),
            ("subject", "Hidden subject"),
            ("reply", "Hidden request"),
        ];
        let form = form
            .into_iter()
            .fold(Form::default(), |form, (name, value)| {
                form.field(name, value)
            })
            .file("attachments[]", "Hidden-name.txt", b"Hidden bytes")
            .file("customFields[1]", "Hidden-proof.txt", b"Hidden proof");
        let (content_type, body) = form.finish();
        let made = ada.send("POST", "/api/tickets", &content_type, &body).ok();
        let id = made["ticketId"].as_i64().expect("an id");
        let path = |rest: &str| format!("/api/ticket/{id}{rest}");
        for (kind, words) in [("reply", "Hidden reply"), ("note", "Hidden note")] {
            ada.post(
                &path("/threads"),
                json!({ "threadType": kind, "reply": words }),
            )
            .ok();
        }
        ada.post(&path("/tags"), json!({ "name": "on many" })).ok();
        for (property, value) in [("group", 2), ("status", 2), ("priority", 3)] {
            ada.patch(&path(""), json!({ "editType": property, "value": value }))
                .ok();
        }
        ada.patch(&path(""), json!({ "editType": "star" })).ok();
        let saved = json!({ "name": "Hidden saved", "message": "Hidden saved reply" });
        ada.post("/api/saved-replys", saved).ok();
        let label = ada
            .post("/api/labels", json!({ "name": "Hidden label" }))
            .ok();
        let label = &label["label"]["id"];
        let labelled = json!({ "ids": [id, self.own], "labelId": label });
        ada.put("/api/tickets/label", labelled).ok();
        self.hide_a_task(id);
        let todo = json!({ "ticketId": self.own, "description": "Hidden todo" });
        ada.post("/api/todo", todo).ok();
    }

    /// What is to be done about a ticket out of sight.
    fn hide_a_task(&self, ticket: i64) {
        let ada = self.desk.ada();
        let task = json!({ "subject": "Hidden task", "description": "Hidden from most",
            "ticket": ticket, "assignedAgent": ada_id(&self.desk), "deadline": "2025-06-10" });
        let task = ada.post("/api/tasks", task).ok()["id"].clone();
        let form = Form::default()
            .field("description", "Hidden words of a task")
            .field("stage", "2")
            .file(
                "attachments[]",
                "Hidden-task.txt",
                b"Hidden bytes of a task",
            );
        let (content_type, body) = form.finish();
        let path = format!("/api/task/{task}/thread");
        ada.send("POST", &path, &content_type, &body).ok();
        let todo = json!({ "taskId": task, "description": "Hidden todo" });
        ada.post("/api/todo", todo).ok();
    }

    /// What of the desk only those see who manage it.
    pub(super) fn hide_settings(&self) {
        let ada = self.desk.ada();
        let priority = json!([{ "type": "priority", "value": "1" }]);
        for (path, body) in [
            ("access-tokens", json!({ "name": "Hidden token" })),
            (
                "api-clients",
                json!({ "name": "Hidden client", "redirectUris": "https://hidden.example.com/Hidden" }),
            ),
            (
                "email-templates",
                json!({ "name": "Hidden template", "subject": "Hidden", "message": "Hidden" }),
            ),
            (
                "workflows",
                json!({ "type": 1, "name": "Hidden workflow", "actions": priority,
                    "events": [{ "event": "ticket", "trigger": "removed" }] }),
            ),
            (
                "workflows",
                json!({ "type": 0, "name": "Hidden by hand", "actions": priority }),
            ),
            (
                "mailboxes",
                json!({ "name": "Hidden mailbox", "email": "hidden@example.com" }),
            ),
        ] {
            ada.post(&format!("/api/{path}"), body).ok();
        }
        let spam = json!({ "blackList": "hidden-spam@example.com", "whiteList": "" });
        ada.put("/api/company/spam", spam).ok();
        let mut theme = ada.get("/api/company/theme").ok();
        theme["script"] = "Hidden script".into();
        ada.put("/api/company/theme", theme).ok();
    }

    /// What of their own ticket customers do not see.
    pub(super) fn hide_inside(&self) {
        let ada = self.desk.ada();
        let path = format!("/api/ticket/{}/threads", self.own);
        let form = Form::default()
            .field("threadType", "note")
            .field("reply", "Inner note");
        let (content_type, body) = form
            .file("attachments[]", "Inner-name.txt", b"Inner bytes")
            .finish();
        ada.send("POST", &path, &content_type, &body).ok();
        let task = json!({ "subject": "Inner task", "description": "Inner words",
            "ticket": self.own, "assignedAgent": 0, "deadline": "2025-06-10" });
        ada.post("/api/tasks", task).ok();
        self.hide_articles();
    }

    /// A draft beside what is public, and a private folder.
    fn hide_articles(&self) {
        let ada = self.desk.ada();
        let add = |path: &str, body: Value| ada.post(path, body).ok()["id"].clone();
        let folder = json!({ "name": "Inner folder", "visibility": "private" });
        let folder = add("/api/solutions", folder);
        let category = json!({ "solution": folder, "name": "Inner category" });
        let category = add("/api/categories", category);
        for (category, name, status) in [
            (Value::from(1), "Inner draft", "draft"),
            (category, "Inner article", "published"),
        ] {
            let article = json!({ "category": category, "name": name, "content": "Inner content", "status": status });
            let article = add("/api/articles", article);
            let path = format!("/api/article/{article}");
            add(&format!("{path}/tags"), json!({ "name": "on few" }));
            let voice = json!({ "helpful": 1 });
            ada.post(&format!("{path}/feedback"), voice).ok();
        }
        add(
            "/api/categories",
            json!({ "solution": folder, "name": "Inner empty category" }),
        );
    }

    /// What a public article has said before.
    pub(super) fn revise_an_article(&self) {
        let ada = self.desk.ada();
        for content in ["Inner former words", "Open words again"] {
            ada.put("/api/article/1", json!({ "content": content }))
                .ok();
        }
    }

    /// Takes back what the readings of customers have counted.
    pub(super) fn forget_views(&self) {
        self.desk
            .write(|change| change.run("UPDATE article SET views = 0", []));
    }

    /// What of a ticket only those see who may lock threads.
    pub(super) fn lock_a_thread(&self) {
        let ada = self.desk.ada();
        let path = format!("/api/ticket/{}/thread", self.own);
        let threads = format!("{path}s");
        let reply = json!({ "threadType": "reply", "reply": "Hidden behind a lock" });
        let locked = ada.post(&threads, reply).ok()["id"].clone();
        ada.patch(&format!("{path}/{locked}"), json!({ "updateType": "lock" }))
            .ok();
    }
}

fn ada_id(desk: &Desk) -> i64 {
    desk.user_id("ada@example.com")
}

/// The first article, for everybody to read.
fn public_article(ada: &Client) {
    for (path, body) in [
        (
            "solutions",
            json!({ "name": "Open folder", "visibility": "public" }),
        ),
        (
            "categories",
            json!({ "solution": 1, "name": "Open category" }),
        ),
        (
            "articles",
            json!({ "category": 1, "name": "Open article", "content": "Open words", "status": "published" }),
        ),
        ("article/1/tags", json!({ "name": "on many" })),
    ] {
        ada.post(&format!("/api/{path}"), body).ok();
    }
}
