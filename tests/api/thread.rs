//! Threads.

use serde_json::json;

use crate::support::Desk;
use crate::support::multipart::Form;

#[test]
fn a_reply_answers_and_a_customers_reopens() {
    let desk = Desk::new();
    let ticket = desk.ticket("Back and forth");
    let threads = format!("/api/ticket/{}/threads.json", ticket.id);
    let status = || desk.number("SELECT status_id FROM ticket");
    let reply = json!({ "threadType": "reply", "reply": "replied content" });
    let said = desk.ada().post(&threads, reply.clone()).ok();
    assert_eq!(said["message"], "Success ! Reply added successfully.");
    assert_eq!(status(), 6);
    desk.alan().post(&threads, reply).ok();
    assert_eq!(status(), 1);
}

#[test]
fn a_file_comes_back_as_it_was_sent() {
    let desk = Desk::new();
    let ticket = desk.ticket("With a file");
    let threads = format!("/api/ticket/{}/threads.json", ticket.id);
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let (content_type, body) = Form::default()
        .field("threadType", "reply")
        .field("reply", "See the file.")
        .file("attachments[]", "技术 \"x\".bin", &bytes)
        .finish();
    desk.ada()
        .send("POST", &threads, &content_type, &body)
        .json();
    let listed = desk.alan().get(&threads).ok();
    let file = &listed["threads"][0]["attachments"][0];
    assert_eq!(file["size"], 100_000);
    let path = file["path"]
        .as_str()
        .unwrap()
        .strip_prefix("https://desk.example.com")
        .unwrap()
        .to_owned();
    let answer = desk.alan().get(&path);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.bytes(), bytes);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    desk.customer("eve@example.com").get(&path).error(404);
    desk.anyone().get(&path).error(401);
}
