//! What is left when a ticket, a task or a member is gone: no orphan.

use serde_json::{Value, json};

use super::{made, made_with, view_of};
use crate::support::{Client, Desk, Opened};
use pocketdesk::base::who::TicketView;

/// Rows of everything that hangs on tasks.
fn rows(desk: &Desk) -> Vec<i64> {
    [
        "task",
        "task_thread",
        "task_follower",
        "task_viewer",
        "task_about_thread",
        "task_count",
        "task_search",
        "todo",
    ]
    .map(|table| desk.number(&format!("SELECT count(*) FROM {table}")))
    .to_vec()
}

fn full_task(desk: &Desk, ticket: Opened) -> i64 {
    let first = desk.number(&format!(
        "SELECT min(id) FROM thread WHERE ticket_id = {}",
        ticket.id
    ));
    let task = made_with(desk, ticket, json!({ "threadIds": [first] }));
    let path = format!("/api/task/{task}/thread");
    desk.ada()
        .post(&path, json!({ "description": "More", "stage": 2 }))
        .ok();
    desk.ada()
        .post("/api/todo", json!({ "taskId": task, "description": "x" }))
        .ok();
    task
}

#[test]
fn all_that_hangs_on_a_task_goes_with_it() {
    let desk = Desk::new();
    let task = full_task(&desk, desk.ticket("Broken"));
    let said = desk.ada().delete(&format!("/api/task/{task}.json")).ok();
    assert_eq!(said["message"], "Success ! Task removed successfully.");
    desk.ada().delete(&format!("/api/task/{task}")).error(404);
    assert_eq!(rows(&desk), [0; 8]);
}

#[test]
fn a_task_goes_with_its_ticket_and_stays_while_that_is_in_the_trash() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = full_task(&desk, ticket);
    desk.ada()
        .post(
            "/api/todo",
            json!({ "ticketId": ticket.id, "description": "x" }),
        )
        .ok();
    desk.ada()
        .put("/api/tickets/trash", json!({ "ids": [ticket.id] }))
        .ok();
    view_of(&desk.ada(), task);
    desk.ada()
        .delete_with("/api/tickets", json!({ "ids": [ticket.id] }))
        .ok();
    desk.ada().get(&format!("/api/task/{task}")).error(404);
    assert_eq!(desk.ada().get("/api/tasks").ok()["stageCount"]["all"], "0");
    assert_eq!(rows(&desk), [0; 8]);
}

#[test]
fn a_thread_that_is_removed_is_no_task_s_any_more() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let reply = desk
        .ada()
        .post(&threads, json!({ "threadType": "reply", "reply": "x" }))
        .ok()["id"]
        .clone();
    let task = made_with(&desk, ticket, json!({ "threadIds": [reply] }));
    desk.ada()
        .delete(&format!("/api/ticket/{}/thread/{reply}", ticket.id))
        .ok();
    assert_eq!(view_of(&desk.ada(), task)["task"]["threadIds"], json!([]));
}

#[test]
fn a_member_s_tasks_wait_for_somebody_else() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = made(&desk, ticket);
    let grace = desk.user_id("grace@example.com");
    desk.grace()
        .post("/api/todo", json!({ "taskId": task, "description": "x" }))
        .ok();
    desk.grace()
        .post(
            "/api/todo",
            json!({ "ticketId": ticket.id, "description": "x" }),
        )
        .ok();
    let said = desk.grace().post(
        &format!("/api/task/{task}/thread"),
        json!({ "description": "Mine", "stage": 1 }),
    );
    said.ok();
    desk.ada().delete(&format!("/api/member/{grace}")).ok();
    let view = view_of(&desk.ada(), task);
    assert_eq!(view["task"]["assignedAgent"], Value::Null);
    assert_eq!(view["followers"].as_array().unwrap().len(), 1);
    let threads = desk.ada().get(&format!("/api/task/{task}/threads")).ok();
    assert_eq!(
        threads["threads"][0]["fullname"], "Grace Hopper",
        "what she said stays hers"
    );
    for sql in [
        "SELECT count(*) FROM todo",
        "SELECT count(*) FROM task WHERE agent_id IS NOT NULL",
    ] {
        assert_eq!(desk.number(sql), 0, "{sql}");
    }
    let told =
        "SELECT count(*) FROM event WHERE kind = 'task_changed' AND data ->> 'property' = 'agent'";
    assert_eq!(desk.number(told), 1);
}

/// A manager of agents parts with one whose tasks they do not see.
#[test]
fn tasks_out_of_sight_are_let_go_too() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let manager = desk.agent(
        "manager@example.com",
        &[pocketdesk::base::who::Privilege::ManageAgent],
        TicketView::Own,
    );
    manager.get(&format!("/api/task/{task}")).error(404);
    let grace = desk.user_id("grace@example.com");
    manager.delete(&format!("/api/member/{grace}")).ok();
    assert_eq!(
        view_of(&desk.ada(), task)["task"]["assignedAgent"],
        Value::Null
    );
}

/// What is in the trash waits there with all that hangs on it.
#[test]
fn a_trashed_tickets_tasks_and_todos_are_in_no_list() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Trashed");
    let task = made(&desk, ticket);
    let kept = made(&desk, desk.ticket("Kept"));
    for place in [json!({ "ticketId": ticket.id }), json!({ "taskId": task })] {
        let mut todo = place;
        todo["description"] = json!("Look again");
        ada.post("/api/todo", todo).ok();
    }
    let own = desk.agent("own@example.com", &[], TicketView::Own);
    let follower = json!({ "followerId": desk.user_id("own@example.com") });
    ada.post(&format!("/api/task/{task}/follower"), follower)
        .ok();
    let listed = |client: &Client, query: &str| {
        let listed = client.get(&format!("/api/tasks?{query}")).ok();
        let tasks = listed["tasks"].as_array().expect("a list");
        let ids: Vec<_> = tasks
            .iter()
            .filter_map(|task| task["id"].as_i64())
            .collect();
        let total = listed["pagination"]["totalCount"].as_i64();
        assert_eq!(total, i64::try_from(ids.len()).ok(), "{query}");
        ids
    };
    let todos = || ada.get("/api/todos").ok()["pagination_data"]["totalCount"].clone();
    let queries = [
        "",
        "stage=1",
        "priority=1",
        "agent=2",
        "sort=name",
        "search=kettle",
    ];
    let before: Vec<_> = queries.iter().map(|query| listed(&ada, query)).collect();
    assert_eq!(
        (before[0].as_slice(), todos()),
        (&[kept, task][..], json!(2))
    );
    assert_eq!(listed(&own, ""), [task]);
    ada.put(&format!("/api/ticket/{}/trash", ticket.id), json!({}))
        .ok();
    for query in queries {
        assert!(!listed(&ada, query).contains(&task), "{query}");
    }
    assert_eq!(listed(&ada, ""), [kept]);
    assert_eq!(listed(&ada, &format!("ticket={}", ticket.id)), [0; 0]);
    assert_eq!((listed(&own, "").len(), todos()), (0, json!(0)));
    ada.get(&format!("/api/task/{task}")).ok();
    // What is made meanwhile is there no more than the ticket is.
    let other = made(&desk, ticket);
    assert_eq!(listed(&ada, ""), [kept]);
    ada.put("/api/tickets/restore", json!({ "ids": [ticket.id] }))
        .ok();
    assert_eq!(listed(&ada, ""), [other, kept, task]);
    assert_eq!((listed(&own, ""), todos()), (vec![task], json!(2)));
    for (query, before) in queries.iter().zip(before) {
        let found = listed(&ada, query);
        assert!(before.iter().all(|task| found.contains(task)), "{query}");
    }
}
