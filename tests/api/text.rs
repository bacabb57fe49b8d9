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

/// Files come in a multipart body. Where they come in another way they are refused and nothing
/// is stored; a field for files without a file is harmless.
#[test]
fn files_that_come_as_text_are_refused() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Files");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let task = json!({ "subject": "s", "description": "d", "assignedAgent": 0,
        "deadline": "2026-01-01", "ticket": ticket.id });
    let task_id = ada.post("/api/tasks", task.clone()).ok()["id"].clone();
    let new = json!({ "type": "2", "name": "Alan", "from": "alan@example.com", "subject": "s", "reply": "r" });
    let reply = json!({ "threadType": "reply", "reply": "see file" });
    let said = json!({ "description": "see file", "stage": 1 });
    let count = || {
        desk.number("SELECT count(*) * 100 + (SELECT count(*) FROM ticket) * 10 + (SELECT count(*) FROM task) FROM thread")
    };
    for (path, body) in [
        ("/api/tickets".to_owned(), &new),
        (threads.clone(), &reply),
        ("/api/tasks".into(), &task),
        (format!("/api/task/{task_id}/thread"), &said),
    ] {
        for files in [
            json!([{ "name": "note.txt", "content": "aGVsbG8=", "contentType": "text/plain" }]),
            json!({ "note.txt": "data:text/plain;base64,aGVsbG8=" }),
            json!("data:text/plain;base64,aGVsbG8="),
            json!(["note.txt"]),
            json!(7),
        ] {
            for field in ["attachments", "files"] {
                let before = count();
                let mut with_files = body.clone();
                with_files[field] = files.clone();
                let answer = ada.post(&path, with_files);
                assert_eq!(
                    answer.error(400),
                    "invalid_request",
                    "{path} {field} {files}"
                );
                let said = answer.json()["errors"][field][0].to_string();
                assert!(said.contains("multipart"), "{said}");
                assert_eq!(count(), before, "{path} {field} {files}");
            }
        }
        for files in [json!(""), json!(null), json!([]), json!({}), json!([""])] {
            let mut without = body.clone();
            without["attachments"] = files;
            ada.post(&path, without).ok();
        }
    }
    let form = Form::default()
        .field("threadType", "reply")
        .field("reply", "see file")
        .field("attachments[]", "hello")
        .finish();
    let before = count();
    let answer = ada.send("POST", &threads, &form.0, &form.1);
    assert_eq!(answer.error(400), "invalid_request");
    let fields = [
        ("threadType", "reply"),
        ("reply", "x"),
        ("attachments", "hello"),
    ];
    ada.post_form(&threads, &fields).error(400);
    assert_eq!(count(), before);
}

/// What is no UTF-8 is read by its declared charset, else as windows-1252; JSON is UTF-8.
#[test]
fn forms_of_other_charsets_are_read() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Charset");
    let path = format!("/api/ticket/{}/threads", ticket.id);
    let last = || {
        let reply = ada.get(&path).ok()["threads"][0]["reply"].clone();
        reply.as_str().expect("words").to_owned()
    };
    let form = "application/x-www-form-urlencoded";
    for (kind, words, read) in [
        (form.to_owned(), b"M%FCller %80 5".as_slice(), "Müller € 5"),
        (form.to_owned(), b"M\xfcller \x805", "Müller €5"),
        (format!("{form}; charset=ISO-8859-1"), b"gr%FC%DFe", "grüße"),
        (
            format!("{form}; charset=\"iso-8859-2\""),
            b"%E8esk%FD",
            "český",
        ),
        (
            format!("{form}; charset=windows-1251"),
            b"%CF%F0%E8%E2%E5%F2",
            "Привет",
        ),
        (
            format!("{form}; charset=Shift_JIS"),
            b"%93%FA%96%7B",
            "日本",
        ),
        // What is UTF-8 is that, whatever is said of it.
        (
            format!("{form}; charset=ISO-8859-1"),
            "Müller".as_bytes(),
            "Müller",
        ),
        (format!("{form}; charset=nonsense"), b"M%FCller", "Müller"),
    ] {
        let mut body = b"threadType=note&reply=".to_vec();
        body.extend(words);
        ada.send("POST", &path, &kind, &body).ok();
        assert_eq!(last(), read, "{kind}");
    }
    for (head, words, read) in [
        ("", b"M\xfcller".as_slice(), "Müller"),
        (
            "Content-Type: text/plain; charset=iso-8859-2\r\n",
            b"\xe8esk\xfd",
            "český",
        ),
        ("", "Müller".as_bytes(), "Müller"),
    ] {
        let mut body =
            b"--B\r\nContent-Disposition: form-data; name=\"threadType\"\r\n\r\nnote\r\n--B\r\n\
            Content-Disposition: form-data; name=\"reply\"\r\n"
                .to_vec();
        body.extend(head.as_bytes());
        body.extend(b"\r\n");
        body.extend(words);
        body.extend(b"\r\n--B--\r\n");
        ada.send("POST", &path, "multipart/form-data; boundary=B", &body)
            .ok();
        assert_eq!(last(), read);
    }
    let latin = b"{\"threadType\": \"note\", \"reply\": \"M\xfcller\"}";
    let answer = ada.send("POST", &path, "application/json", latin);
    assert_eq!(answer.error(400), "invalid_request");
}

/// A name is something that can be seen.
#[test]
fn nothing_is_named_by_what_cannot_be_seen() {
    let desk = Desk::new();
    let ada = desk.ada();
    let person = json!({ "firstName": "A", "lastName": "", "email": "new@example.com",
        "contactNumber": "" });
    let folder = json!({ "name": "F", "description": "d", "visibility": "public" });
    let folder_id = ada.post("/api/solutions", folder.clone()).ok()["id"].clone();
    let workflow = json!({ "type": 0, "name": "W", "actions": [{ "type": "mark_spam" }] });
    for (path, key, body) in [
        ("labels", "name", json!({})),
        ("tags", "name", json!({})),
        ("groups", "name", json!({ "description": "d" })),
        (
            "sub-groups",
            "name",
            json!({ "description": "d", "groups": [1] }),
        ),
        ("ticket-types", "name", json!({ "description": "d" })),
        (
            "agent-privileges",
            "name",
            json!({ "description": "d", "privileges": [] }),
        ),
        ("mailboxes", "name", json!({ "email": "m@example.com" })),
        ("saved-replys", "name", json!({ "message": "m" })),
        (
            "email-templates",
            "name",
            json!({ "subject": "s", "message": "m" }),
        ),
        ("solutions", "name", folder),
        ("categories", "name", json!({ "solution": folder_id })),
        ("workflows", "name", workflow),
        (
            "custom-fields",
            "name",
            json!({ "agentType": "both", "fieldType": "text" }),
        ),
        ("access-tokens", "name", json!({})),
        ("customers", "firstName", person.clone()),
        ("members", "firstName", person),
        (
            "tickets",
            "subject",
            json!({ "type": 1, "name": "A", "from": "alan@example.com", "reply": "r" }),
        ),
        (
            "tickets",
            "name",
            json!({ "type": 1, "subject": "s", "from": "alan@example.com", "reply": "r" }),
        ),
    ] {
        let path = format!("/api/{path}");
        for name in [
            "\u{200b}",
            "\u{7}",
            "\u{200e}\u{feff} ",
            "\u{3164}",
            "\u{2028}\n",
            "\u{ad}",
        ] {
            let mut named = body.clone();
            named[key] = json!(name);
            let answer = ada.post(&path, named);
            assert_eq!(answer.status, 400, "{path} {name:?}: {}", answer.text());
            assert!(answer.json()["errors"][key].is_array(), "{}", answer.text());
        }
    }
    let label = json!({ "name": "\u{200b} a\r\nb\u{feff}" });
    let label = ada.post("/api/labels", label).ok()["label"]["name"].clone();
    assert_eq!(label, "a b");
    let flag = json!({ "name": "❤\u{fe0f}" });
    let flag = ada.post("/api/labels", flag).ok()["label"]["name"].clone();
    assert_eq!(flag, "❤\u{fe0f}");
}

/// A thing has one version, in whatever language it is read.
#[test]
fn a_version_is_one_in_every_language() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Read");
    let task = json!({ "subject": "s", "description": "d", "assignedAgent": 0,
        "deadline": "2026-01-01", "ticket": ticket.id });
    let task = ada.post("/api/tasks", task).ok()["id"].clone();
    let field = json!({ "name": "F", "agentType": "both", "fieldType": "text" });
    let field = ada.post("/api/custom-fields", field).ok()["id"].clone();
    let workflow = json!({ "type": 0, "name": "W", "actions": [{ "type": "mark_spam" }] });
    let workflow = ada.post("/api/workflows", workflow).ok()["id"].clone();
    let group = json!({ "name": "G", "description": "d" });
    let mut paths: Vec<String> = rooms(&desk).into_iter().map(|room| room.path).collect();
    paths.extend([
        format!("/api/ticket/{}", ticket.increment_id),
        format!("/api/task/{task}"),
        format!("/api/custom-field/{field}"),
        format!("/api/workflow/{workflow}"),
        format!("/api/group/{}", ada.post("/api/groups", group).ok()["id"]),
        format!("/api/customer/{}", desk.user_id("alan@example.com")),
        format!("/api/member/{}", desk.user_id("grace@example.com")),
        "/api/company".into(),
        "/api/company/theme".into(),
        "/api/me".into(),
    ]);
    for path in paths {
        let tag = |locale: &str| {
            let answer = ada.get(&format!("/{locale}{path}.json"));
            assert_eq!(answer.status, 200, "{path}: {}", answer.text());
            answer.header("etag").expect("a version").to_owned()
        };
        let own = tag("en");
        for locale in ["de", "fr", "it"] {
            assert_eq!(tag(locale), own, "{locale} {path}");
        }
    }
    let german = ada.get(&format!("/de/api/task/{task}"));
    let tag = german.header("etag").expect("a version").to_owned();
    let stage = json!({ "description": "x", "stage": 2 });
    let path = format!("/api/task/{task}/thread");
    let fresh = ada.with_header("If-Match", &tag);
    fresh.post(&path, stage.clone()).ok();
    assert_eq!(fresh.post(&path, stage).error(409), "conflict");
}

#[test]
fn every_article_has_a_slug_of_its_own() {
    let desk = Desk::new();
    let ada = desk.ada();
    let folder = json!({ "name": "F", "description": "d", "visibility": "public" });
    let folder = ada.post("/api/solutions", folder).ok()["id"].clone();
    let category = json!({ "name": "C", "solution": folder });
    let category = ada.post("/api/categories", category).ok()["id"].clone();
    let slugs: std::collections::HashSet<String> = ["Same", "same", "Same!", "?!", "🙂", "Same 1"]
        .iter()
        .map(|name| {
            let article = json!({ "name": name, "content": "x", "category": category });
            let made = ada.post("/api/articles", article).ok();
            made["article"]["slug"].as_str().expect("a slug").to_owned()
        })
        .collect();
    assert_eq!(slugs.len(), 6, "{slugs:?}");
    assert!(slugs.iter().all(|slug| !slug.is_empty()), "{slugs:?}");
}
