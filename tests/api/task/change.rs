//! Making, changing and removing tasks.

use serde_json::{Value, json};

use super::{edit, edit_with, holdings, ids_of, made, made_with, new_task, view_of};
use crate::support::{Client, Desk};
use pocketdesk::base::who::{Privilege, TicketView};

#[test]
fn a_task_is_made_as_asked() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let said = desk.ada().post("/api/tasks", new_task(&desk, ticket)).ok();
    assert_eq!(said["message"], "Success ! Task created successfully.");
    let task = &said["task"];
    assert_eq!(task["id"], said["id"]);
    assert_eq!(task["subject"], "Call back");
    assert_eq!(task["stage"]["name"], "New");
    assert_eq!(task["stage"]["color"], "#DF5B49");
    assert_eq!(task["priority"]["name"], "Low");
    assert_eq!(task["assignedAgent"]["name"], "Grace Hopper");
    assert_eq!(task["user"]["name"], "Ada Lovelace");
    assert_eq!(
        task["createdTypeThread"]["description"],
        "Ask for the invoice."
    );
    assert_eq!(task["createdTypeThread"]["threadType"], "create");
    assert_eq!(task["formatedDeadline"], "06-10-25 0:00");
    assert_eq!(task["formatedCreatedAt"], "06-02-25 9:30");
    assert_eq!(task["ticket"]["incrementId"], ticket.increment_id);
    let view = view_of(&desk.grace(), said["id"].as_i64().unwrap());
    assert_eq!(view["createThread"]["fullname"], "Ada Lovelace");
    assert_eq!(view["task"].get("createdTypeThread"), None);
    let followers: Vec<&Value> = view["followers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(followers, ["Ada Lovelace", "Grace Hopper"]);
}

#[test]
fn sloppy_input_is_read() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let (ada, grace) = (desk.ada(), desk.user_id("grace@example.com"));
    let form = format!(
        "subject=+Call%0Aback+&description=x&assignedAgent={grace}&deadline=1749513600&ticket={}&threadIds=&stage=2&priority=4",
        ticket.id
    );
    let said = ada
        .send(
            "POST",
            "/en/api/tasks.json",
            "application/x-www-form-urlencoded",
            form.as_bytes(),
        )
        .ok();
    assert_eq!(said["task"]["subject"], "Call back");
    assert_eq!(said["task"]["deadlineTimestamp"], 1_749_513_600);
    assert_eq!(said["task"]["stage"]["id"], 2);
    assert_eq!(said["task"]["priority"]["id"], 4);
    let nobody = made_with(&desk, ticket, json!({ "assignedAgent": 0 }));
    assert_eq!(view_of(&ada, nobody)["task"]["assignedAgent"], Value::Null);
}

#[test]
fn what_is_wrong_is_named_and_makes_nothing() {
    let desk = Desk::new();
    let (ticket, other) = (desk.ticket("Broken"), desk.ticket("Other"));
    let before = holdings(&desk);
    let of_other =
        desk.read(|view| view.one::<i64>("SELECT id FROM thread WHERE ticket_id = ?1", [other.id]));
    let alan = desk.user_id("alan@example.com");
    for (field, value) in [
        ("subject", json!(" ")),
        ("subject", json!("x".repeat(256))),
        ("description", json!("<p></p>")),
        ("assignedAgent", json!(alan)),
        ("assignedAgent", json!(999)),
        ("assignedAgent", json!("x")),
        ("deadline", json!("tomorrow")),
        ("deadline", json!("2025-02-30")),
        ("deadline", json!("")),
        ("deadline", json!("253402300800")),
        ("deadline", json!(-62_167_219_201_i64)),
        ("ticket", json!("x")),
        ("ticket", json!(true)),
        ("threadIds", json!([of_other])),
        ("threadIds", json!("999")),
        ("stage", json!(4)),
        ("priority", json!(0)),
    ] {
        let mut body = new_task(&desk, ticket);
        body[field] = value.clone();
        let answer = desk.ada().post("/api/tasks", body);
        assert_eq!(answer.error(400), "invalid_request", "{field} {value}");
        assert!(
            answer.json()["errors"][field].is_array(),
            "{field} {value}: {}",
            answer.text()
        );
    }
    for field in [
        "subject",
        "description",
        "assignedAgent",
        "deadline",
        "ticket",
    ] {
        let mut body = new_task(&desk, ticket);
        body.as_object_mut().unwrap().remove(field);
        let answer = desk.ada().post("/api/tasks", body);
        answer.error(400);
        assert_eq!(answer.json()["errors"][field][0], "Fill in this field.");
    }
    let mut body = new_task(&desk, ticket);
    body["ticket"] = json!(999);
    assert_eq!(desk.ada().post("/api/tasks", body).error(404), "not_found");
    assert_eq!(holdings(&desk), before);
}

/// The day is that of the company, wherever the reader is.
#[test]
fn a_deadline_is_a_day_where_the_company_is() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    desk.write(|change| change.run("UPDATE company SET timezone = 'Asia/Calcutta'", []));
    let task = made(&desk, ticket);
    let view = view_of(&desk.ada(), task);
    assert_eq!(view["task"]["deadlineTimestamp"], 1_749_493_800);
    assert_eq!(view["task"]["formatedDeadline"], "06-10-25 0:00");
    let listed = desk.ada().get("/api/tasks").ok();
    assert_eq!(listed["tasks"][0]["formatedDeadline"], "2025-06-10");
    assert_eq!(listed["tasks"][0]["formatedCreatedAt"], "2025-06-02");
    desk.write(|change| change.run("UPDATE company SET time_format = 'd.m.Y'", []));
    assert_eq!(
        view_of(&desk.ada(), task)["task"]["formatedDeadline"],
        "10.06.2025"
    );
}

#[test]
fn a_client_may_send_both_spellings_of_the_priority() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let path = format!("/api/task/{}", made(&desk, ticket));
    let mut body = json!({ "priority": "3", "prioirty": "2", "stage": "1", "subject": "Call",
        "assignedAgent": "0", "description": "x" });
    let said = desk.ada().put(&path, body.clone()).ok();
    assert_eq!(said["task"]["priority"]["id"], 3, "the right spelling wins");
    body["priority"] = json!("");
    let said = desk.ada().put(&path, body.clone()).ok();
    assert_eq!(said["task"]["priority"]["id"], 2);
    body["prioirty"] = json!("");
    let answer = desk.ada().put(&path, body);
    answer.error(400);
    assert_eq!(
        answer.json()["errors"]["priority"][0],
        "Fill in this field."
    );
}

#[test]
fn an_edit_changes_what_it_names() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = made(&desk, ticket);
    let path = format!("/api/task/{task}.json");
    let ada = desk.user_id("ada@example.com");
    let said = desk
        .ada()
        .put(
            &path,
            json!({ "prioirty": "3", "stage": "3", "subject": "Done now", "assignedAgent": ada,
            "description": "<p>All <b>done</b></p><script>x</script>", "deadline": "2025-07-01" }),
        )
        .ok();
    assert_eq!(said["message"], "Success ! Task updated successfully.");
    let changed = &said["task"];
    assert_eq!(changed["subject"], "Done now");
    assert_eq!(
        changed["createdTypeThread"]["description"],
        "<p>All <b>done</b></p>"
    );
    assert_eq!(changed["priority"]["id"], 3);
    assert_eq!(
        changed["stage"],
        json!({ "id": 3, "name": "Done", "color": "#90C059" })
    );
    assert_eq!(changed["assignedAgent"]["id"], ada);
    assert_eq!(changed["formatedDeadline"], "07-01-25 0:00");
    let view = view_of(&desk.ada(), task);
    assert_eq!(view["task"]["subject"], "Done now");
    assert_eq!(
        view["createThread"]["description"],
        "<p>All <b>done</b></p>"
    );
    // Without a deadline it stays, and 0 takes the agent off.
    desk.ada()
        .put(&path, edit_with(&desk, "assignedAgent", json!(0)))
        .ok();
    let view = view_of(&desk.ada(), task);
    assert_eq!(view["task"]["assignedAgent"], Value::Null);
    assert_eq!(view["task"]["formatedDeadline"], "07-01-25 0:00");
}

#[test]
fn an_edit_that_is_wrong_changes_nothing() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = made(&desk, ticket);
    let path = format!("/api/task/{task}.json");
    let before = holdings(&desk);
    for (field, value) in [
        ("priority", Value::Null),
        ("priority", json!(5)),
        ("stage", Value::Null),
        ("stage", json!(0)),
        ("subject", Value::Null),
        ("subject", json!("")),
        ("assignedAgent", Value::Null),
        ("assignedAgent", json!(desk.user_id("alan@example.com"))),
        ("description", Value::Null),
        ("deadline", json!("soon")),
    ] {
        let answer = desk
            .ada()
            .put(&path, edit_with(&desk, field, value.clone()));
        answer.error(400);
        assert!(
            answer.json()["errors"][field].is_array(),
            "{field} {value}: {}",
            answer.text()
        );
    }
    desk.ada().put("/api/task/999", edit(&desk)).error(404);
    // The same once more is no change.
    desk.ada().put(&path, edit(&desk)).ok();
    assert_eq!(holdings(&desk), before);
}

#[test]
fn an_agent_who_was_deactivated_stays_in_charge_until_somebody_else_is() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let grace = desk.user_id("grace@example.com");
    desk.write(move |change| {
        change.run(
            "UPDATE profile SET is_active = 0 WHERE user_id = ?1",
            [grace],
        )
    });
    let path = format!("/api/task/{task}");
    let said = desk
        .ada()
        .put(&path, edit_with(&desk, "stage", json!(2)))
        .ok();
    assert_eq!(said["task"]["assignedAgent"]["id"], grace);
    let other = made_with(&desk, desk.ticket("Other"), json!({ "assignedAgent": 0 }));
    desk.ada()
        .put(&format!("/api/task/{other}"), edit(&desk))
        .error(400);
}

#[test]
fn every_change_takes_its_privilege() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = made(&desk, ticket);
    let path = format!("/api/task/{task}");
    let without = |privilege: Privilege| {
        let held: Vec<Privilege> = Privilege::ALL
            .iter()
            .copied()
            .filter(|one| *one != privilege)
            .collect();
        desk.agent(
            &format!("{}@example.com", privilege as i64),
            &held,
            TicketView::All,
        )
    };
    let (no_create, no_edit, no_delete) = (
        without(Privilege::CreateTask),
        without(Privilege::EditTask),
        without(Privilege::DeleteTask),
    );
    let before = holdings(&desk);
    no_create
        .post("/api/tasks", new_task(&desk, ticket))
        .error(403);
    no_edit
        .put(&path, edit_with(&desk, "stage", json!(3)))
        .error(403);
    no_edit
        .post(
            &format!("{path}/follower"),
            json!({ "followerId": desk.user_id("ada@example.com") }),
        )
        .error(403);
    let grace = desk.user_id("grace@example.com");
    no_edit
        .delete_with(&format!("{path}/follower"), json!({ "followerId": grace }))
        .error(403);
    no_delete.delete(&path).error(403);
    // To move it to another stage is to change it, by whichever path.
    no_edit
        .post(
            &format!("{path}/thread"),
            json!({ "description": "x", "stage": 3 }),
        )
        .error(403);
    assert_eq!(holdings(&desk), before);
    no_edit
        .post(
            &format!("{path}/thread"),
            json!({ "description": "x", "stage": 1 }),
        )
        .ok();
    no_edit.post("/api/tasks", new_task(&desk, ticket)).ok();
    no_create
        .put(&path, edit_with(&desk, "stage", json!(3)))
        .ok();
    no_edit.delete(&path).ok();
    assert_eq!(ids_of(&desk.ada(), "").len(), 1);
}

#[test]
fn customers_have_no_part_in_tasks() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let first = desk.read(|view| view.one::<i64>("SELECT min(id) FROM thread", []));
    let reply = desk
        .ada()
        .post(
            &format!("/api/ticket/{}/threads", ticket.id),
            json!({ "threadType": "reply", "reply": "Hello" }),
        )
        .ok()["id"]
        .clone();
    let task = made_with(&desk, ticket, json!({ "threadIds": [first, reply] }));
    let before = holdings(&desk);
    let alan = desk.alan();
    let path = format!("/api/task/{task}");
    for (method, path, body) in [
        ("GET", "/api/tasks".to_owned(), json!({})),
        ("POST", "/api/tasks".to_owned(), new_task(&desk, ticket)),
        ("GET", path.clone(), json!({})),
        ("PUT", path.clone(), edit(&desk)),
        ("DELETE", path.clone(), json!({})),
        ("GET", format!("{path}/threads"), json!({})),
        (
            "POST",
            format!("{path}/thread"),
            json!({ "description": "x", "stage": 1 }),
        ),
        (
            "POST",
            format!("{path}/follower"),
            json!({ "followerId": desk.user_id("alan@example.com") }),
        ),
        ("GET", "/api/todos".to_owned(), json!({})),
        (
            "POST",
            "/api/todo".to_owned(),
            json!({ "ticketId": ticket.id, "description": "x" }),
        ),
    ] {
        let answer = alan.send(
            method,
            &path,
            "application/json",
            body.to_string().as_bytes(),
        );
        assert_eq!(answer.error(403), "forbidden", "{method} {path}");
    }
    let path = format!("/api/ticket/{}", ticket.increment_id);
    let view = alan.get(&path).ok();
    assert_eq!(
        (&view["ticketTasks"], &view["todo"]),
        (&json!([]), &json!([]))
    );
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    assert_eq!(alan.get(&threads).ok()["threads"][0]["task"], Value::Null);
    assert!(
        !alan
            .get(&format!("{threads}.html"))
            .text()
            .contains("Call back")
    );
    assert_eq!(
        desk.ada().get(&threads).ok()["threads"][0]["task"]["subject"],
        "Call back"
    );
    assert_eq!(holdings(&desk), before);
}

/// Reading is no change, though it is noted who has read.
#[test]
fn a_stale_write_is_refused_and_a_reading_makes_none_stale() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let path = format!("/api/task/{task}");
    let editor = desk.agent("ed@example.com", &[Privilege::EditTask], TicketView::All);
    let tag = |client: &Client| {
        let answer = client.get(&path);
        desk.write(|_| Ok(()));
        answer.header("etag").expect("a version").to_owned()
    };
    let seen = tag(&editor);
    assert_eq!(tag(&editor), seen);
    let holding = |version: &str| editor.with_header("If-Match", version);
    holding(&seen)
        .put(&path, edit_with(&desk, "stage", json!(2)))
        .ok();
    for (method, path, body) in [
        ("PUT", path.clone(), edit(&desk)),
        (
            "POST",
            format!("{path}/thread"),
            json!({ "description": "x", "stage": 1 }),
        ),
    ] {
        let text = body.to_string();
        let answer = holding(&seen).send(method, &path, "application/json", text.as_bytes());
        assert_eq!(answer.error(409), "conflict", "{method} {path}");
    }
    assert_eq!(view_of(&desk.ada(), task)["task"]["stage"]["id"], 2);
    holding(&tag(&editor)).put(&path, edit(&desk)).ok();
}

#[test]
fn what_happens_is_told_and_logged() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let task = made(&desk, ticket);
    let path = format!("/api/task/{task}");
    desk.ada()
        .put(&path, edit_with(&desk, "stage", json!(2)))
        .ok();
    desk.ada()
        .put(&path, edit_with(&desk, "subject", json!("New words")))
        .ok();
    let said = desk
        .ada()
        .post(
            &format!("{path}/thread"),
            json!({ "description": "x", "stage": 1 }),
        )
        .ok();
    desk.ada()
        .delete(&format!("{path}/thread/{}", said["id"]))
        .ok();
    desk.ada().delete(&path).ok();
    let kinds: String = desk.read(|view| {
        view.one(
            "SELECT group_concat(kind || ifnull(':' || (data ->> 'property'), ''), ' ')
                  FROM (SELECT * FROM event WHERE kind LIKE 'task%' ORDER BY id)",
            [],
        )
    });
    assert_eq!(
        kinds,
        "task_created task_changed:stage task_changed:subject task_changed:stage task_thread_added \
         task_thread_removed task_removed"
    );
    let logged = desk.number(&format!(
        "SELECT count(*) FROM activity WHERE property LIKE 'task%' AND to_value = '{task}'
        AND ticket_id = {}",
        ticket.id
    ));
    assert_eq!(logged, 7);
}

#[test]
fn the_other_languages_say_it_too() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    for (locale, message, stage) in [
        ("fr", "La tâche a été créée.", "Nouvelle"),
        ("it", "L'attività è stata creata.", "Nuova"),
        ("de", "Die Aufgabe wurde angelegt.", "Neu"),
        ("es", "Success ! Task created successfully.", "New"),
    ] {
        let said = desk
            .ada()
            .post(
                &format!("/{locale}/api/tasks.json"),
                new_task(&desk, ticket),
            )
            .ok();
        assert_eq!(said["message"], message);
        assert_eq!(said["task"]["stage"]["name"], stage);
    }
}
