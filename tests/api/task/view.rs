//! What a ticket shows of its tasks, and a task of who has opened it.

use serde_json::json;

use super::{made, view_of};
use crate::support::Desk;

#[test]
fn a_ticket_shows_its_tasks() {
    let desk = Desk::new();
    let (ticket, other) = (desk.ticket("Broken"), desk.ticket("Other"));
    let tasks = [made(&desk, ticket), made(&desk, ticket)];
    made(&desk, other);
    let view = desk
        .grace()
        .get(&format!("/api/ticket/{}", ticket.increment_id))
        .ok();
    let shown: Vec<i64> = view["ticketTasks"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|task| task["id"].as_i64())
        .collect();
    assert_eq!(shown, [tasks[1], tasks[0]]);
    assert_eq!(view["ticketTasks"][0]["stage"]["name"], "New");
}

#[test]
fn who_has_opened_it_is_noted() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let ada = desk.user_id("ada@example.com");
    assert_eq!(
        desk.ada().get("/api/tasks").ok()["tasks"][0]["viewedUsers"],
        json!([ada])
    );
    view_of(&desk.grace(), task);
    // The mark is queued behind the reading; a write comes behind it.
    desk.write(|_| Ok(()));
    let grace = desk.user_id("grace@example.com");
    assert_eq!(
        desk.ada().get("/api/tasks").ok()["tasks"][0]["viewedUsers"],
        json!([ada, grace])
    );
}
