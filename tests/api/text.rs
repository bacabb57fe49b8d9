//! Text stays what was meant: what is shown may be saved again, what a reader could read is
//! not lost, and what cannot be used is refused.

use serde_json::{Value, json};

use crate::support::multipart::Form;
use crate::support::{Client, Desk};

/// Every room with a text that is shown as HTML and can be saved: its path, the key under
/// which the text is shown, and what else its PUT needs.
struct Room {
    path: String,
    key: &'static str,
    rest: Value,
}

/// A path that leads to the text of each room, with what is made for it.
fn rooms(desk: &Desk) -> Vec<Room> {
    let ada = desk.ada();
    let id = |path: &str, body: Value| ada.post(path, body).ok()["id"].clone();
    let template = json!({ "name": "T", "subject": "S", "message": "m" });
    let template = id("/api/email-templates", template);
    let saved = id("/api/saved-replys", json!({ "name": "R", "message": "m" }));
    let folder = json!({ "name": "F", "description": "d", "visibility": "public" });
    let folder = id("/api/solutions", folder);
    let category = id(
        "/api/categories",
        json!({ "name": "C", "solution": folder }),
    );
    let article = json!({ "name": "A", "content": "x", "category": category });
    let article = id("/api/articles", article);
    let room = |path: String, key, rest| Room { path, key, rest };
    vec![
        room(
            format!("/api/email-template/{template}"),
            "message",
            json!({ "name": "T", "subject": "S" }),
        ),
        room(
            format!("/api/saved-reply/{saved}"),
            "message",
            json!({ "name": "R" }),
        ),
        room(format!("/api/article/{article}"), "content", json!({})),
    ]
}

impl Room {
    fn save(&self, client: &Client, text: &Value) {
        let mut body = self.rest.clone();
        body[self.key] = text.clone();
        client.put(&self.path, body).ok();
    }

    fn shown(&self, client: &Client) -> Value {
        client.get(&self.path).ok()[self.key].clone()
    }
}

const TEXTS: [&str; 12] = [
    "5 < 6 & 7 > 3",
    "Müller & Söhne",
    "&lt;b&gt; &amp;amp; &quot;x&quot;",
    "two\n\nlines <ada@example.com> & more",
    "14:02 <Quillon> restart<br>14:03 <Mirko> done",
    "<p>Ada <ada@example.com> wrote:</p>",
    "<p style=\"white-space: pre-wrap\">one\n\n  two</p>",
    "<div>a</div><div><br></div><div>b</div>",
    "<a href=\"https://example.com/?a=1&b=2\">x</a>",
    "https://example.com/?a=1&b=2",
    "{%ticket.id%} & {% user.name %} <3",
    "<p>{%ticket.id%} &amp; 1 &lt; 2</p>",
];

#[test]
fn what_is_shown_may_be_saved_in_every_room() {
    let desk = Desk::new();
    let ada = desk.ada();
    for room in rooms(&desk) {
        for text in TEXTS {
            room.save(&ada, &json!(text));
            let shown = room.shown(&ada);
            for _ in 0..3 {
                room.save(&ada, &shown);
                assert_eq!(room.shown(&ada), shown, "{}: {text}", room.path);
            }
        }
    }
}

#[test]
fn what_is_shown_of_a_ticket_may_be_saved() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Saved");
    let page = format!("/api/ticket/{}", ticket.increment_id);
    let edit = |reply: &Value| {
        let body = json!({ "type": 1, "from": "alan@example.com", "subject": "s", "reply": reply });
        ada.put(&format!("/api/ticket/{}", ticket.id), body).ok();
        ada.get(&page).ok()["createThread"]["reply"].clone()
    };
    let task = json!({ "subject": "s", "description": "d", "assignedAgent": 0,
        "deadline": "2026-01-01", "ticket": ticket.id });
    let path = format!(
        "/api/task/{}",
        ada.post("/api/tasks", task.clone()).ok()["id"]
    );
    let edit_task = |description: &Value| {
        let mut body = task.clone();
        body["description"] = description.clone();
        body["priority"] = json!(1);
        body["stage"] = json!(1);
        ada.put(&path, body).ok();
        ada.get(&path).ok()["createThread"]["description"].clone()
    };
    for text in TEXTS {
        let shown = edit(&json!(text));
        assert_eq!(edit(&shown), shown, "{text}");
        let shown = edit_task(&json!(text));
        assert_eq!(edit_task(&shown), shown, "{text}");
    }
}

/// What bears no name of an element is words, in every room.
#[test]
fn words_in_angle_brackets_stay_in_every_room() {
    let desk = Desk::new();
    let ada = desk.ada();
    for room in rooms(&desk) {
        room.save(&ada, &json!("14:02 <Quillon> hi<br>Ada <ada@example.com>"));
        let shown = room.shown(&ada).to_string();
        assert!(shown.contains("&lt;Quillon&gt;"), "{shown}");
        assert!(shown.contains("&lt;ada@example.com&gt;"), "{shown}");
    }
}

/// Text that keeps its lines by its style keeps them, and so do blank lines.
#[test]
fn lines_that_a_style_keeps_are_kept() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Lines");
    let path = format!("/api/ticket/{}/threads", ticket.id);
    let shown = |words: &str| {
        let body = json!({ "threadType": "note", "reply": words });
        ada.post(&path, body).ok();
        let reply = ada.get(&path).ok()["threads"][0]["reply"].clone();
        reply.as_str().expect("words").to_owned()
    };
    for style in [
        "white-space: pre-wrap",
        "color: red; white-space:PRE",
        "WHITE-SPACE : pre-line !important;",
        "white-space: break-spaces",
    ] {
        let said = shown(&format!(
            "<div style=\"{style}\">one\n\ntwo\r\nthree <b>four\nfive</b></div><p>six\nseven</p>"
        ));
        assert_eq!(
            said, "<div>one<br>\n<br>\ntwo<br>\nthree <b>four<br>\nfive</b></div><p>six\nseven</p>",
            "{style}"
        );
    }
    let said = shown(
        "<span style=\"white-space: pre-wrap\">one\ntwo <i style=\"white-space: normal\">three\nfour</i></span>",
    );
    assert_eq!(said, "<span>one<br>\ntwo <i>three\nfour</i></span>");
    for (words, kept) in [
        ("one\n\n\ntwo", "one<br>\n<br>\n<br>\ntwo"),
        (
            "<p>one</p>\n<p></p>\n<p>two</p>",
            "<p>one</p>\n<p></p>\n<p>two</p>",
        ),
        (
            "<div>one</div><div></div><div>two</div>",
            "<div>one</div><div></div><div>two</div>",
        ),
        ("one<br><br><br>two", "one<br><br><br>two"),
        ("<pre>one\n\n two</pre>", "<pre>one\n\n two</pre>"),
    ] {
        assert_eq!(shown(words), kept, "{words}");
    }
}
