//! What is said in tasks, and the files that hang on it.

use serde_json::{Value, json};

use super::{holdings, made, made_with, view_of};
use crate::support::multipart::Form;
use crate::support::{Client, Desk};
use pocketdesk::base::who::TicketView;

fn say(client: &Client, task: i64, text: &str, stage: i64) -> i64 {
    let path = format!("/api/task/{task}/thread.json");
    let said = client
        .post(
            &path,
            json!({ "description": text, "stage": stage.to_string() }),
        )
        .ok();
    assert_eq!(said["message"], "Success ! Thread added successfully.");
    assert_eq!(said["thread"]["description"], text);
    said["id"].as_i64().expect("an id")
}

fn say_with_file(client: &Client, task: i64, name: &str, bytes: &[u8]) -> Value {
    let (content_type, body) = Form::default()
        .field("description", "See the file.")
        .field("stage", "1")
        .file("attachments[]", name, bytes)
        .finish();
    let path = format!("/api/task/{task}/thread");
    client.send("POST", &path, &content_type, &body).ok()["thread"].clone()
}

#[test]
fn threads_come_newest_first_without_the_create_thread() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let threads = format!("/api/task/{task}/threads");
    let said: Vec<i64> = (0..12)
        .map(|number| say(&desk.ada(), task, &format!("Word {number}"), 1))
        .collect();
    let listed = desk.grace().get(&threads).ok();
    let ids: Vec<i64> = listed["threads"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["id"].as_i64())
        .collect();
    let newest: Vec<i64> = said.iter().rev().take(10).copied().collect();
    assert_eq!(ids, newest);
    assert_eq!(listed["pagination"]["totalCount"], 12);
    assert_eq!(listed["pagination"]["numItemsPerPage"], 10);
    assert_eq!(listed["threads"][0]["threadType"], "reply");
    assert_eq!(listed["threads"][0]["formatedCreatedAt"], "06-02-25 9:30");
    let second = desk.grace().get(&format!("{threads}?page=2&limit=11")).ok();
    assert_eq!(second["threads"][0]["id"], said[0]);
    desk.ada().get("/api/task/999/threads").error(404);
}

#[test]
fn a_thread_moves_its_task_to_the_stage_named() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    say(&desk.ada(), task, "Begun", 2);
    assert_eq!(
        view_of(&desk.ada(), task)["task"]["stage"]["name"],
        "In Progress"
    );
    // By the path of the documented example too, whatever number stands there.
    let path = format!("/api/task/{task}/thread/89014.json");
    desk.ada()
        .post(&path, json!({ "description": "Over", "stage": "3" }))
        .ok();
    assert_eq!(view_of(&desk.ada(), task)["task"]["stage"]["name"], "Done");
    let before = holdings(&desk);
    let path = format!("/api/task/{task}/thread");
    for (field, body) in [
        ("description", json!({ "stage": 1 })),
        ("description", json!({ "stage": 1, "description": " " })),
        ("stage", json!({ "description": "x" })),
        ("stage", json!({ "description": "x", "stage": 4 })),
    ] {
        let answer = desk.ada().post(&path, body);
        answer.error(400);
        assert!(
            answer.json()["errors"][field].is_array(),
            "{field}: {}",
            answer.text()
        );
    }
    assert_eq!(holdings(&desk), before);
}

#[test]
fn a_thread_is_removed_by_either_path() {
    let desk = Desk::new();
    let (ada, ticket) = (desk.ada(), desk.ticket("Broken"));
    let (task, other) = (made(&desk, ticket), made(&desk, ticket));
    let (one, two, of_other) = (
        say(&ada, task, "One", 1),
        say(&ada, task, "Two", 1),
        say(&ada, other, "Three", 1),
    );
    let first = view_of(&ada, task)["createThread"]["id"].clone();
    let path = format!("/api/task/{task}/thread");
    let answer = ada.delete(&format!("{path}/{first}"));
    assert_eq!(answer.error(409), "conflict");
    ada.delete(&format!("{path}/{of_other}")).error(404);
    ada.delete(&path).error(400);
    let said = ada.delete(&format!("{path}/{one}.json")).ok();
    assert_eq!(said["message"], "Success ! Thread removed successfully.");
    ada.delete(&format!("{path}.json?threadId={two}")).ok();
    ada.delete(&format!("{path}/{two}")).error(404);
    assert_eq!(ada.get(&format!("{path}s")).ok()["threads"], json!([]));
    assert_eq!(desk.number("SELECT count(*) FROM task_thread"), 3);
}

#[test]
fn a_file_comes_back_to_those_who_see_the_task_and_to_nobody_else() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = made_with(&desk, ticket, json!({ "assignedAgent": 0 }));
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let thread = say_with_file(&desk.ada(), task, "a.bin", &bytes);
    let file = &thread["attachments"][0];
    assert_eq!(file["thread"], Value::Null);
    assert_eq!(file["taskThread"], thread["id"]);
    assert_eq!(file["size"], 10_000);
    let id = file["id"].as_i64().unwrap();
    let path = format!("/api/task/attachment/{id}.json");
    assert_eq!(file["path"], format!("https://desk.example.com{path}"));
    assert_eq!(desk.grace().get(&path).bytes(), bytes);
    let stranger = desk.agent("own@example.com", &[], TicketView::Own);
    assert_eq!(stranger.get(&path).error(404), "not_found");
    desk.alan().get(&path).error(403);
    desk.anyone().get(&path).error(401);
    // The numbers of a ticket's files lead to no file of a task.
    desk.ada()
        .get(&format!("/api/ticket/attachment/{id}"))
        .error(404);
    let linked = format!("{path}?access_token={}", desk.grace().token());
    assert_eq!(desk.anyone().get(&linked).bytes(), bytes);
}

#[test]
fn a_task_begins_with_files() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let (content_type, body) = Form::default()
        .field("subject", "Print it")
        .field("description", "See the file.")
        .field("assignedAgent", "0")
        .field("deadline", "2025-06-10")
        .field("ticket", &ticket.id.to_string())
        .file("attachments[]", "a.txt", b"bytes")
        .finish();
    let said = desk
        .ada()
        .send("POST", "/api/tasks", &content_type, &body)
        .ok();
    let file = &said["task"]["createdTypeThread"]["attachments"][0];
    assert_eq!(file["name"], "a.txt");
    let task = said["id"].as_i64().unwrap();
    assert_eq!(
        view_of(&desk.ada(), task)["createThread"]["attachments"][0]["id"],
        file["id"]
    );
}

/// What a thread of a ticket tells of the tasks about it.
#[test]
fn a_ticket_s_thread_names_the_newest_task_about_it() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let reply = desk
        .ada()
        .post(&threads, json!({ "threadType": "reply", "reply": "Hello" }))
        .ok()["id"]
        .clone();
    assert_eq!(
        desk.ada().get(&threads).ok()["threads"][0]["task"],
        Value::Null
    );
    let older = made_with(&desk, ticket, json!({ "threadIds": [reply, reply] }));
    let newer = made_with(
        &desk,
        ticket,
        json!({ "threadIds": reply, "subject": "Newer" }),
    );
    let shown = desk.ada().get(&threads).ok()["threads"][0]["task"].clone();
    assert_eq!(
        (&shown["id"], &shown["subject"]),
        (&json!(newer), &json!("Newer"))
    );
    assert_eq!(shown["stage"]["name"], "New");
    assert_eq!(
        view_of(&desk.ada(), older)["task"]["threadIds"],
        json!([reply])
    );
    // Locked, it is named to nobody who may not see it.
    let path = format!("/api/ticket/{}/thread/{reply}", ticket.id);
    desk.ada()
        .patch(&path, json!({ "updateType": "lock" }))
        .ok();
    assert_eq!(
        view_of(&desk.grace(), older)["task"]["threadIds"],
        json!([])
    );
    let maker = desk.agent(
        "maker@example.com",
        &[pocketdesk::base::who::Privilege::CreateTask],
        TicketView::All,
    );
    let mut body = super::new_task(&desk, ticket);
    body["threadIds"] = json!([reply]);
    maker.post("/api/tasks", body).error(400);
}
