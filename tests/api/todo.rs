//! Todos: an agent's own, beside tickets and tasks.

use serde_json::{Value, json};

use crate::support::{Client, Desk, Opened};
use pocketdesk::base::who::{Privilege, TicketView};

#[track_caller]
fn add(client: &Client, body: Value) -> i64 {
    client.post("/api/todo.json", body).ok()["id"]
        .as_i64()
        .expect("an id")
}

fn task_of(desk: &Desk, ticket: Opened) -> i64 {
    let body = json!({ "subject": "Call", "description": "x", "assignedAgent": 0, "deadline": "2025-06-10",
        "ticket": ticket.id });
    desk.ada().post("/api/tasks", body).ok()["id"]
        .as_i64()
        .expect("an id")
}

fn ids(listed: &Value) -> Vec<i64> {
    let list = listed.as_array().expect("a list");
    list.iter().filter_map(|one| one["id"].as_i64()).collect()
}

#[test]
fn a_todo_is_added_done_and_removed() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let grace = desk.grace();
    let said = grace
        .post(
            "/api/todo.json",
            json!({ "ticketId": ticket.id.to_string(), "description": " review " }),
        )
        .ok();
    assert_eq!(
        said["message"],
        "Success ! Item added to todo successfully."
    );
    let id = said["id"].as_i64().unwrap();
    assert_eq!(
        said["todo"],
        json!({ "id": id, "description": "review", "status": 0, "ticketId": ticket.id, "taskId": null })
    );
    let path = format!("/api/todo/{id}.json");
    let said = grace
        .put(
            &path,
            json!({ "ticketId": ticket.id.to_string(), "description": "review", "status": "1" }),
        )
        .ok();
    assert_eq!(said["message"], "Success ! Todo marked as complete.");
    assert_eq!(grace.get(&path).ok()["status"], 1);
    let said = grace
        .put(&path, json!({ "status": 0, "description": "again" }))
        .ok();
    assert_eq!(said["message"], "Success ! Todo marked as incomplete.");
    assert_eq!(said["todo"]["description"], "again");
    // Without a description it stays.
    grace
        .put(&path, json!({ "status": "on", "description": "" }))
        .ok();
    assert_eq!(grace.get(&path).ok()["description"], "again");
    let said = grace.delete(&path).ok();
    assert_eq!(said["message"], "Success ! Todo removed successfully.");
    assert_eq!(grace.get(&path).error(404), "not_found");
    assert_eq!(desk.number("SELECT count(*) FROM todo"), 0);
}

#[test]
fn tickets_and_tasks_show_one_s_own() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = task_of(&desk, ticket);
    let grace = desk.grace();
    let beside_ticket = [
        add(
            &grace,
            json!({ "ticketId": ticket.id, "description": "One" }),
        ),
        add(
            &grace,
            json!({ "threadId": ticket.id, "description": "Two", "status": 1 }),
        ),
    ];
    let beside_task = add(
        &grace,
        json!({ "taskId": task, "ticketId": "", "description": "Three" }),
    );
    add(
        &desk.ada(),
        json!({ "ticketId": ticket.id, "description": "Hers" }),
    );
    let view = grace
        .get(&format!("/api/ticket/{}", ticket.increment_id))
        .ok();
    assert_eq!(ids(&view["todo"]), beside_ticket);
    assert_eq!(view["todo"][1]["status"], 1);
    let view = grace.get(&format!("/api/task/{task}")).ok();
    assert_eq!(ids(&view["todo"]), [beside_task]);
    assert_eq!(view["todo"][0]["taskId"], task);
}

#[test]
fn a_list_is_filtered_sorted_and_paged() {
    let desk = Desk::new();
    let (ticket, other) = (desk.ticket("Broken"), desk.ticket("Other"));
    let task = task_of(&desk, ticket);
    let grace = desk.grace();
    let one = add(
        &grace,
        json!({ "ticketId": ticket.id, "description": "banana" }),
    );
    let two = add(
        &grace,
        json!({ "ticketId": other.id, "description": "Apple 100%", "status": 1 }),
    );
    let three = add(&grace, json!({ "taskId": task, "description": "cherry" }));
    for (query, want) in [
        (String::new(), vec![three, two, one]),
        ("direction=asc".into(), vec![one, two, three]),
        (
            "sort=description&direction=asc".into(),
            vec![two, one, three],
        ),
        ("sort=description".into(), vec![three, one, two]),
        ("status=1".into(), vec![two]),
        ("status=0".into(), vec![three, one]),
        ("status=".into(), vec![three, two, one]),
        (format!("ticketId={}", ticket.id), vec![one]),
        (
            format!("ticketId={},{}", ticket.id, other.id),
            vec![two, one],
        ),
        (format!("taskId={task}"), vec![three]),
        (format!("taskId={task}&ticketId={}", ticket.id), vec![]),
        ("search=BANANA".into(), vec![one]),
        ("search=an".into(), vec![]),
        ("search=100%25".into(), vec![two]),
        ("search=_".into(), vec![]),
        ("limit=2&page=2".into(), vec![one]),
        ("page=9".into(), vec![]),
    ] {
        let listed = grace.get(&format!("/api/todos.json?{query}")).ok();
        assert_eq!(ids(&listed["todos"]), want, "?{query}");
    }
    let listed = grace.get("/api/todos?limit=2").ok();
    assert_eq!(listed["pagination_data"]["totalCount"], 3);
    assert_eq!(
        grace.get("/api/todos?status=1").ok()["pagination_data"]["totalCount"],
        1
    );
    grace.get("/api/todos?status=x").error(400);
}

#[test]
fn what_is_wrong_is_named_and_changes_nothing() {
    let desk = Desk::new();
    let (ticket, other) = (desk.ticket("Broken"), desk.ticket("Other"));
    let task = task_of(&desk, ticket);
    let grace = desk.grace();
    for (field, body) in [
        (
            "taskId",
            json!({ "taskId": task, "ticketId": ticket.id, "description": "x" }),
        ),
        (
            "taskId",
            json!({ "taskId": task, "threadId": ticket.id, "description": "x" }),
        ),
        (
            "threadId",
            json!({ "ticketId": ticket.id, "threadId": other.id, "description": "x" }),
        ),
        ("ticketId", json!({ "description": "x" })),
        (
            "ticketId",
            json!({ "ticketId": 0, "taskId": 0, "description": "x" }),
        ),
        ("ticketId", json!({ "ticketId": "x", "description": "x" })),
        ("description", json!({ "ticketId": ticket.id })),
        (
            "description",
            json!({ "ticketId": ticket.id, "description": " " }),
        ),
        (
            "description",
            json!({ "ticketId": ticket.id, "description": "x".repeat(1001) }),
        ),
        (
            "status",
            json!({ "ticketId": ticket.id, "description": "x", "status": 2 }),
        ),
    ] {
        let answer = grace.post("/api/todo", body.clone());
        assert_eq!(answer.error(400), "invalid_request", "{body}");
        assert!(
            answer.json()["errors"][field].is_array(),
            "{body}: {}",
            answer.text()
        );
    }
    grace
        .post("/api/todo", json!({ "ticketId": 999, "description": "x" }))
        .error(404);
    grace
        .post("/api/todo", json!({ "taskId": 999, "description": "x" }))
        .error(404);
    assert_eq!(desk.number("SELECT count(*) FROM todo"), 0);
    let id = add(&grace, json!({ "ticketId": ticket.id, "description": "x" }));
    let path = format!("/api/todo/{id}");
    for (field, body) in [
        ("status", json!({ "description": "y" })),
        ("status", json!({ "description": "y", "status": "later" })),
        ("ticketId", json!({ "status": 1, "ticketId": other.id })),
        ("ticketId", json!({ "status": 1, "taskId": task })),
        (
            "taskId",
            json!({ "status": 1, "taskId": task, "ticketId": ticket.id }),
        ),
    ] {
        let answer = grace.put(&path, body.clone());
        answer.error(400);
        assert!(
            answer.json()["errors"][field].is_array(),
            "{body}: {}",
            answer.text()
        );
    }
    let todo = grace.get(&path).ok();
    assert_eq!(
        (&todo["description"], &todo["status"]),
        (&json!("x"), &json!(0))
    );
}

#[test]
fn somebody_elses_todo_is_not_there() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let id = add(
        &desk.grace(),
        json!({ "ticketId": ticket.id, "description": "Mine" }),
    );
    let path = format!("/api/todo/{id}");
    let ada = desk.ada();
    ada.get(&path).error(404);
    ada.put(&path, json!({ "status": 1 })).error(404);
    ada.delete(&path).error(404);
    assert_eq!(ada.get("/api/todos").ok()["todos"], json!([]));
    assert_eq!(
        ada.get("/api/todos").ok()["pagination_data"]["totalCount"],
        0
    );
    assert_eq!(
        ada.get(&format!("/api/ticket/{}", ticket.increment_id))
            .ok()["todo"],
        json!([])
    );
    assert_eq!(desk.grace().get(&path).ok()["status"], 0);
}

/// It waits, unseen, until its ticket is in sight again.
#[test]
fn a_todo_is_there_as_long_as_its_ticket_is_in_sight() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let own = desk.agent("own@example.com", &[Privilege::EditTicket], TicketView::Own);
    let user = desk.user_id("own@example.com");
    let give = |to: i64| {
        desk.ada()
            .put(
                &format!("/api/ticket/{}/agent", ticket.id),
                json!({ "id": to }),
            )
            .ok();
    };
    give(user);
    let task = task_of(&desk, ticket);
    let todos = [
        add(&own, json!({ "ticketId": ticket.id, "description": "One" })),
        add(&own, json!({ "taskId": task, "description": "Two" })),
    ];
    give(0);
    for todo in todos {
        let path = format!("/api/todo/{todo}");
        own.get(&path).error(404);
        own.put(&path, json!({ "status": 1 })).error(404);
        own.delete(&path).error(404);
    }
    let listed = own.get("/api/todos").ok();
    assert_eq!(
        (&listed["todos"], &listed["pagination_data"]["totalCount"]),
        (&json!([]), &json!(0))
    );
    give(user);
    assert_eq!(
        ids(&own.get("/api/todos?direction=asc").ok()["todos"]),
        todos
    );
}

#[test]
fn the_other_languages_say_it_too() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let id = add(
        &desk.grace(),
        json!({ "ticketId": ticket.id, "description": "x" }),
    );
    for (locale, done, open) in [
        (
            "fr",
            "L'élément est marqué comme terminé.",
            "L'élément est marqué comme à faire.",
        ),
        (
            "it",
            "Il promemoria è segnato come completato.",
            "Il promemoria è segnato come da completare.",
        ),
        (
            "de",
            "Der Eintrag ist als erledigt markiert.",
            "Der Eintrag ist als offen markiert.",
        ),
    ] {
        let path = format!("/{locale}/api/todo/{id}");
        assert_eq!(
            desk.grace().put(&path, json!({ "status": 1 })).ok()["message"],
            done
        );
        assert_eq!(
            desk.grace().put(&path, json!({ "status": 0 })).ok()["message"],
            open
        );
    }
}
