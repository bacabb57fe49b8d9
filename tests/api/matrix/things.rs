//! The things that ids name: how one of each kind is made, and how it goes.
//!
//! A new kind that is made by one POST and has an address of its own is an arm of
//! `plain.rs`, and of [`is_personal`] where each agent has their own; one that hangs on a
//! ticket, a task or an article is an arm of [`part`]; all else has a line in [`World::make`].

use serde_json::{Value, json};

use super::grid::{Caller, Case};
use super::plain::plain;
use super::world::{Keeper, SECRET, World};
use crate::support::Client;
use crate::support::multipart::Form;
use crate::support::picture::png;

/// Whether this caller has their own things of this kind, which nobody else sees.
pub(super) fn is_personal(kind: &str, keeper: Caller) -> bool {
    match kind {
        "label" | "saved reply" | "todo" | "followed task" => keeper >= Caller::Without,
        "access token" => keeper >= Caller::Customer,
        _ => false,
    }
}

/// Who sees a folder: what is foreign of the knowledge base is not for customers.
pub(super) fn shown_in(case: Case) -> &'static str {
    match case {
        Case::Foreign => "private",
        _ => "public",
    }
}

/// A part of a thing: of which, what is posted where below it, and where its id stands
/// in the answer.
type Part = (&'static str, &'static str, Value, &'static str);

fn part(kind: &str, word: &str, case: Case) -> Option<Part> {
    let email = format!("{word}@example.com");
    Some(match kind {
        "thread" => (
            "ticket",
            "threads",
            json!({ "threadType": "reply", "reply": words_of(case) }),
            "/id",
        ),
        "ticket tag" => ("ticket", "tags", json!({ "name": word }), "/tag/id"),
        "collaborator" => (
            "ticket",
            "collaborator",
            json!({ "email": email }),
            "/collaborator/id",
        ),
        "article tag" => ("article", "tags", json!({ "name": word }), "/id"),
        "task thread" => (
            "task",
            "thread",
            json!({ "description": words_of(case), "stage": 1 }),
            "/id",
        ),
        _ => return None,
    })
}

impl World {
    /// Makes a thing of this kind; answers its id. What belongs to a ticket belongs to
    /// the one that is own or foreign now.
    pub(super) fn make(&mut self, kind: &str, case: Case, keeper: Keeper) -> String {
        let (ada, word) = (self.client(Caller::Owner), self.word());
        if let Some((of, below, body, pointer)) = part(kind, &word, case) {
            let path = format!("/api/{of}/{}/{below}", self.id(of, case, None));
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
            "pictured folder" => self.make_pictured_folder(&word, case),
            "category" => {
                let folder = self.make("folder", case, None);
                self.post_for_id(
                    "/api/categories",
                    json!({ "solution": folder, "name": word }),
                )
            }
            // A foreign one is a draft, in a public folder.
            "draft" if case == Case::Foreign => self.make_article(&word, Case::Own, "draft"),
            "article" | "draft" => self.make_article(&word, case, "published"),
            "task" => self.make_task(case),
            "followed task" => self.make_followed_task(case, keeper),
            "follower" => self.make_follower(case),
            "task attachment" => self.make_task_attachment(case),
            "todo" => self.make_todo(case, keeper),
            "client login" => self.make_client_login(&word),
            // A foreign member is an admin, and a foreign customer is one besides.
            "member" | "customer" if case == Case::Foreign => self.make_admin(kind, &word),
            kind => {
                let plain = plain(kind, &word, case)
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
            _ if !is_personal(kind, Caller::Admin) => self.client(Caller::Owner),
            Case::Foreign => self.desk.grace(),
            _ => self.client(keeper.unwrap_or(Caller::Admin)),
        }
    }

    fn make_admin(&self, kind: &str, word: &str) -> String {
        let ada = self.client(Caller::Owner);
        let person = plain("member", word, Case::Own)
            .expect("members are plain")
            .body;
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
        let from = customer_of(case);
        let body = json!({ "type": "1", "name": "A", "from": from, "subject": words_of(case), "reply": words_of(case) });
        let made = self.client(Caller::Owner).post("/api/tickets", body).ok();
        let id = &made["ticketId"];
        if case == Case::Own {
            self.give_to_narrow(id.as_i64().expect("an id"));
        }
        id.to_string()
    }

    /// What the owner makes by one POST; answers its id.
    fn post_for_id(&self, path: &str, body: Value) -> String {
        let made = self.client(Caller::Owner).post(path, body).ok();
        made["id"].to_string()
    }

    /// The same by a form, which holds a file.
    fn post_form_for_id(&self, path: &str, form: Form) -> String {
        let (content_type, body) = form.finish();
        let owner = self.client(Caller::Owner);
        let made = owner.send("POST", path, &content_type, &body).ok();
        made["id"].to_string()
    }

    fn make_pictured_folder(&self, word: &str, case: Case) -> String {
        let form = Form::default()
            .field("name", word)
            .field("visibility", shown_in(case))
            .file("solutionImage", "a.png", &png(4, 3));
        self.post_form_for_id("/api/solutions", form)
    }

    fn make_article(&mut self, word: &str, case: Case, status: &str) -> String {
        let category = self.make("category", case, None);
        let body =
            json!({ "category": category, "name": word, "content": "Words", "status": status });
        self.post_for_id("/api/articles", body)
    }

    fn make_task(&mut self, case: Case) -> String {
        let ticket = self.id("ticket", case, None);
        let body = json!({ "subject": words_of(case), "description": words_of(case), "assignedAgent": 0,
            "deadline": "2025-06-10", "ticket": ticket });
        self.post_for_id("/api/tasks", body)
    }

    /// A task that its keeper follows; who makes one follows it.
    fn make_followed_task(&mut self, case: Case, keeper: Keeper) -> String {
        let task = self.make_task(case);
        let keeper = keeper.unwrap_or(Caller::Admin);
        if keeper != Caller::Owner {
            let follower = json!({ "followerId": self.user_of(keeper) });
            self.post_for_id(&format!("/api/task/{task}/follower"), follower);
        }
        task
    }

    /// A new member who follows the task that is own or foreign now.
    fn make_follower(&mut self, case: Case) -> String {
        let member = self.make("member", Case::Own, None);
        let path = format!("/api/task/{}/follower", self.id("task", case, None));
        self.post_for_id(&path, json!({ "followerId": member }))
    }

    fn make_task_attachment(&mut self, case: Case) -> String {
        let path = format!("/api/task/{}/thread", self.id("task", case, None));
        let form = Form::default()
            .field("description", words_of(case))
            .field("stage", "1")
            .file("attachments[]", "a.txt", words_of(case).as_bytes());
        self.post_form_for_id(&path, form);
        self.desk
            .number("SELECT max(id) FROM task_attachment")
            .to_string()
    }

    fn make_todo(&mut self, case: Case, keeper: Keeper) -> String {
        let ticket = self.id("ticket", Case::Own, None);
        let keeper = self.keeper_of("todo", case, keeper);
        let body = json!({ "ticketId": ticket, "description": "Look" });
        keeper.post("/api/todo", body).ok()["id"].to_string()
    }

    /// What a client signs in with, as fields of a body.
    fn make_client_login(&self, word: &str) -> String {
        let body = json!({ "name": word, "redirectUris": ["https://app.example.com/cb"] });
        let made = self
            .client(Caller::Owner)
            .post("/api/api-clients", body)
            .ok();
        let login = json!({ "client_id": made["clientId"], "client_secret": made["clientSecret"] });
        login.to_string().trim_matches(['{', '}']).to_owned()
    }

    fn give_to_narrow(&self, ticket: i64) {
        let agent = json!({ "id": self.user_of(Caller::Narrow) });
        let owner = self.client(Caller::Owner);
        owner
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
        let ada = self.client(Caller::Owner);
        ada.send("POST", &path, &content_type, &body).ok();
        self.desk
            .number("SELECT max(id) FROM attachment")
            .to_string()
    }

    fn make_field_file(&self, case: Case) -> String {
        let from = customer_of(case);
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
            .client(Caller::Owner)
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
            "ticket tag" | "article tag" => format!("/api/tag/{id}"),
            "collaborator" => format!("/api/customer/{id}"),
            "pictured folder" => format!("/api/solution/{id}"),
            "category" | "todo" | "task" => format!("/api/{kind}/{id}"),
            "article" | "draft" => format!("/api/article/{id}"),
            "follower" => format!("/api/member/{id}"),
            "task thread" | "task attachment" => {
                format!("/api/task/{}", self.id("task", Case::Own, None))
            }
            "client login" => {
                let sql = "SELECT max(id) FROM api_client";
                format!("/api/api-client/{}", self.desk.number(sql))
            }
            kind => {
                let plain = plain(kind, "", Case::Own)
                    .unwrap_or_else(|| panic!("nobody deletes a {kind}: tell `things.rs` how"));
                format!("{}/{id}", plain.address)
            }
        };
        self.keeper_of(kind, Case::Own, keeper).delete(&path).ok();
    }
}

/// Whose a ticket is.
fn customer_of(case: Case) -> &'static str {
    match case {
        Case::Foreign => "bob@example.com",
        _ => "alan@example.com",
    }
}

/// What is said in a thing, and what a file holds.
fn words_of(case: Case) -> &'static str {
    match case {
        Case::Foreign => SECRET,
        _ => "Own",
    }
}
