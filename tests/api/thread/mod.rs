//! Threads: what is said in a ticket, and the files that hang on it.

mod edit;
mod files;
mod list;
mod mark;
mod say;

use serde_json::{Value, json};

use crate::support::{Answer, Client, Opened};

/// The threads of a ticket, as a path.
fn threads_of(ticket: Opened) -> String {
    format!("/api/ticket/{}/threads.json", ticket.id)
}

/// Says something in a ticket.
fn say(client: &Client, ticket: Opened, thread_type: &str, words: &str) -> Answer {
    let mut body = json!({ "threadType": thread_type, "reply": words });
    if thread_type == "forward" {
        body["to"] = json!(["edsger@example.com"]);
    }
    client.post(&threads_of(ticket), body)
}

/// The path of the thread that an answer made.
fn path_of(ticket: Opened, said: &Value) -> String {
    format!("/api/ticket/{}/thread/{}.json", ticket.id, said["id"])
}

/// The words of the threads that `client` sees, the newest first.
#[track_caller]
fn words_of(client: &Client, ticket: Opened) -> Vec<String> {
    let listed = client.get(&threads_of(ticket)).ok();
    let threads = listed["threads"].as_array().expect("a list");
    threads
        .iter()
        .map(|thread| thread["reply"].as_str().expect("words").to_owned())
        .collect()
}
