//! Who follows a task.

use serde_json::{Value, json};

use super::{edit_with, holdings, made, view_of};
use crate::support::{Client, Desk};
use pocketdesk::base::who::{Privilege, TicketView};

fn followers(client: &Client, task: i64) -> Vec<i64> {
    let view = view_of(client, task);
    let list = view["followers"].as_array().expect("a list");
    list.iter().filter_map(|one| one["id"].as_i64()).collect()
}

#[test]
fn followers_come_and_go() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let path = format!("/api/task/{task}/follower.json");
    desk.agent("ida@example.com", &[], TicketView::All);
    let (ada, grace, ida) = (
        desk.user_id("ada@example.com"),
        desk.user_id("grace@example.com"),
        desk.user_id("ida@example.com"),
    );
    let said = desk
        .ada()
        .post(&path, json!({ "followerId": ida.to_string() }))
        .ok();
    assert_eq!(said["message"], "Success ! Member added successfully.");
    assert_eq!(
        (&said["id"], &said["follower"]["email"]),
        (&json!(ida), &json!("ida@example.com"))
    );
    assert_eq!(followers(&desk.ada(), task), [ada, grace, ida]);
    let said = desk
        .ada()
        .delete(&format!("{path}?followerId={grace}"))
        .ok();
    assert_eq!(
        said,
        json!({ "alertClass": "success", "alertMessage": "Success ! Member removed successfully." })
    );
    desk.ada()
        .delete_with(&path, json!({ "followerId": grace }))
        .error(404);
    assert_eq!(followers(&desk.ada(), task), [ada, ida]);
    // Whoever comes to be in charge follows.
    let edit = edit_with(&desk, "assignedAgent", json!(0));
    desk.ada().put(&format!("/api/task/{task}"), edit).ok();
    let edit = edit_with(&desk, "assignedAgent", json!(grace));
    desk.ada().put(&format!("/api/task/{task}"), edit).ok();
    assert!(followers(&desk.ada(), task).contains(&grace));
}

#[test]
fn only_active_agents_follow() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let path = format!("/api/task/{task}/follower");
    desk.agent("ida@example.com", &[], TicketView::All);
    let ida = desk.user_id("ida@example.com");
    desk.write(move |change| {
        change.run("UPDATE profile SET is_active = 0 WHERE user_id = ?1", [ida])
    });
    let before = holdings(&desk);
    let alan = desk.user_id("alan@example.com");
    for value in [
        json!(alan),
        json!(ida),
        json!(999),
        json!(0),
        json!("x"),
        Value::Null,
    ] {
        let answer = desk.ada().post(&path, json!({ "followerId": value }));
        answer.error(400);
        assert!(answer.json()["errors"]["followerId"].is_array(), "{value}");
    }
    assert_eq!(holdings(&desk), before);
}

#[test]
fn everybody_may_stop_following() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let path = format!("/api/task/{task}/follower");
    let (ada, grace) = (
        desk.user_id("ada@example.com"),
        desk.user_id("grace@example.com"),
    );
    desk.grace()
        .delete_with(&path, json!({ "followerId": ada }))
        .error(403);
    desk.grace()
        .delete_with(&path, json!({ "followerId": grace }))
        .ok();
    assert_eq!(followers(&desk.ada(), task), [ada]);
    // To begin is to open the task to oneself for good, which takes the right to change it.
    desk.grace()
        .post(&path, json!({ "followerId": grace }))
        .error(403);
    let editor = desk.agent("ed@example.com", &[Privilege::EditTask], TicketView::All);
    editor.post(&path, json!({ "followerId": grace })).ok();
}
