//! What somebody may not see stands in no answer that they can ask for, and moves no
//! number in one: every GET of the routing table, with every filter, read by callers who
//! may see little.

use pocketdesk::base::who::TicketView;
use serde_json::json;

use super::name_of;
use crate::support::multipart::Form;
use crate::support::{Client, Desk};

/// Beginnings of what is hidden: from customers and from the narrow agent, or from
/// customers alone. A search for them must find nothing either.
const HIDDEN: &str = "Hidden";
const INNER: &str = "Inner";

/// Each filter that a list takes, and what its value could lead to.
const QUERIES: [&str; 62] = [
    "all",
    "status=all",
    "status=1,2,3,4,5,6",
    "trashed",
    "trashed&status=all",
    "new",
    "unassigned",
    "unassigned&status=all",
    "mine",
    "notreplied",
    "starred",
    "starred=1",
    "isActive=1",
    "isActive=0",
    "label=1",
    "label=2&status=all",
    "label=1,2,3&all",
    "agent=1",
    "agent=1,2,4",
    "customer=3",
    "customer=5&status=all",
    "customer=3,5,6",
    "priority=1",
    "group=1",
    "group=1&usergroup=1&team=1&status=1&type=1&priority=1",
    "tag=1&mailbox=1&agent=1&customer=1&source=1&userdata=1",
    "tag&mailbox&agent&customer&source&userdata&fullList",
    "team=1",
    "tags=1",
    "tag=1,2",
    "tag=2&status=all",
    "mailbox=1",
    "type=1",
    "type=1,2",
    "source=api",
    "source=api,email,website&status=all",
    "after=2001-01-01",
    "before=2100-01-01&status=all",
    "search=Hidden",
    "search=Hidden&status=all",
    "search=hid&all&trashed",
    "search=Inner",
    "search=Inner&status=all",
    "search=bob",
    "search=bob&status=all",
    "email=bob@example.com",
    "email[]=bob@example.com,alan@example.com",
    "sort=t.id&direction=asc",
    "sort=t.updatedAt",
    "sort=agentName&status=all",
    "sort=c.email",
    "sort=name&status=all",
    "sort=ticketCount",
    "sort=CreatedAt",
    "sort=ap.name",
    "fullList",
    "page=2&limit=1&status=all",
    "limit=100",
    "actAsType=customer&actAsEmail=bob@example.com",
    "actAsType=customer&actAsEmail=bob@example.com&status=all",
    "actAsType=agent&actAsEmail=ada@example.com",
    "actAsType=agent&actAsEmail=ada@example.com&search=Hidden",
];

/// Ids and numbers of everything that a small desk holds.
fn numbers() -> impl Iterator<Item = i64> {
    (1..=9).chain(70_001..=70_006)
}

/// Every GET that there is.
fn targets(desk: &Desk) -> Vec<String> {
    let mut targets = Vec::new();
    for route in desk.app.table().routes() {
        if !name_of(route).starts_with("GET ") || matches!(route.path, "/openapi" | "/docs") {
            continue;
        }
        if !route.is_api {
            targets.push(route.path.to_owned());
            continue;
        }
        if !route.path.contains('{') {
            let path = format!("/api{}", route.path);
            targets.push(path.clone());
            targets.push(format!("/de{path}.html?status=all"));
            targets.extend(QUERIES.map(|query| format!("{path}.json?{query}")));
            continue;
        }
        for number in numbers() {
            let segments = route.path.split('/').map(|segment| {
                if segment.starts_with('{') {
                    number.to_string()
                } else {
                    segment.to_owned()
                }
            });
            let path = format!("/api{}", segments.collect::<Vec<String>>().join("/"));
            targets.extend([
                format!("{path}.html"),
                format!("{path}.json?limit=100"),
                path,
            ]);
        }
    }
    targets
}

/// A desk on which Alan has two tickets, which the narrow agent works on.
struct Scene {
    desk: Desk,
    narrow: Client,
    own: i64,
}

impl Scene {
    fn new() -> Self {
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

    fn callers(&self) -> [Client; 3] {
        [
            self.desk.alan(),
            self.desk.as_email("eve@example.com"),
            self.narrow.clone(),
        ]
    }

    /// Another customer's ticket with all that a ticket can have, and an agent's label
    /// on each ticket.
    fn hide_a_ticket(&self) {
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
    }

    /// What of their own ticket customers do not see.
    fn hide_inside(&self) {
        let ada = self.desk.ada();
        let path = format!("/api/ticket/{}/threads", self.own);
        let form = Form::default()
            .field("threadType", "note")
            .field("reply", "Inner note");
        let (content_type, body) = form
            .file("attachments[]", "Inner-name.txt", b"Inner bytes")
            .finish();
        ada.send("POST", &path, &content_type, &body).ok();
    }

    /// What of a ticket only those see who may lock threads.
    fn lock_a_thread(&self) {
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

#[test]
fn no_answer_tells_what_is_hidden() {
    let scene = Scene::new();
    scene.hide_a_ticket();
    scene.hide_inside();
    scene.lock_a_thread();
    let targets = targets(&scene.desk);
    let mut told = Vec::new();
    let [alan, eve, narrow] = scene.callers();
    for (name, client, secrets) in [
        ("a customer", alan, &[HIDDEN, INNER][..]),
        ("a stranger", eve, &[HIDDEN, INNER]),
        ("an agent", narrow, &[HIDDEN]),
    ] {
        for target in &targets {
            let text = client.get(target).text();
            // A page shows what was asked for.
            let is_asked = |secret: &str| target.contains(".html") && target.contains(secret);
            let found = secrets
                .iter()
                .filter(|secret| text.contains(**secret) && !is_asked(secret));
            told.extend(found.map(|secret| format!("{name} reads {secret} at {target}")));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    // All of it is there for those who may see it.
    let owner = scene.desk.ada();
    let texts: Vec<String> = targets
        .iter()
        .map(|target| owner.get(target).text())
        .collect();
    for secret in [
        "Hidden subject",
        "Hidden request",
        "Hidden reply",
        "Hidden note",
        "Hidden label",
        "Hidden saved reply",
        "Hidden-name.txt",
        "Hidden bytes",
        "Hidden proof",
        "Hidden behind a lock",
        "Inner note",
        "Inner-name.txt",
        "Inner bytes",
    ] {
        assert!(texts.iter().any(|text| text.contains(secret)), "{secret}");
    }
}

/// Whoever compares two answers learns nothing of what happened out of their sight:
/// no count, no page, no order differs.
#[test]
fn what_is_hidden_moves_nothing_that_is_seen() {
    let scene = Scene::new();
    let targets = targets(&scene.desk);
    let [alan, eve, narrow] = scene.callers();
    let read = |client: &Client| -> Vec<(u16, String)> {
        let answers = targets.iter().map(|target| client.get(target));
        answers
            .map(|answer| (answer.status, answer.text()))
            .collect()
    };
    let mut moved = Vec::new();
    let mut compare = |name: &str, client: &Client, before: &[(u16, String)]| {
        for ((target, before), after) in targets.iter().zip(before).zip(read(client)) {
            if *before != after {
                moved.push(format!("{name} at {target}: {} {}", before.1, after.1));
            }
        }
    };
    let (agent, customer, stranger) = (read(&narrow), read(&alan), read(&eve));
    scene.desk.clock.advance(3600);
    scene.hide_a_ticket();
    compare("an agent", &narrow, &agent);
    scene.hide_inside();
    compare("a customer", &alan, &customer);
    compare("a stranger", &eve, &stranger);
    assert!(moved.is_empty(), "{} answers: {moved:#?}", moved.len());
}
