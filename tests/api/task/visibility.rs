//! Who sees which tasks and todos, on every path that leads to one.

use serde_json::{Value, json};

use super::{edit, ids_of, made_with, new_task, view_of};
use crate::support::multipart::Form;
use crate::support::{Client, Desk, Opened};
use pocketdesk::base::who::{Privilege, TicketView};

const NIKLAUS: &str = "niklaus@example.com";

/// A ticket with a task that nobody is in charge of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Staged {
    ticket: Opened,
    task: i64,
    thread: i64,
    attachment: i64,
}

/// A desk with such a ticket of each kind for Niklaus: his own, his group's, his team's and
/// nobody's.
fn staged() -> (Desk, [Staged; 4]) {
    let desk = Desk::new();
    desk.agent(NIKLAUS, Privilege::ALL, TicketView::Own);
    let user = desk.user_id(NIKLAUS);
    let team = desk.write(move |change| {
        let team = change.insert(
            "INSERT INTO team (name, name_key, description, created_at) VALUES ('Team', name_key('Team'), 'x', 0)",
            [],
        )?;
        pocketdesk::desk::membership::GROUP.add_user(change, 1, user)?;
        pocketdesk::desk::membership::TEAM.add_user(change, team, user)?;
        Ok(team)
    });
    let with = |subject: &str, edit_type: &str, value: i64| {
        let ticket = desk.ticket(subject);
        let body = json!({ "editType": edit_type, "value": value });
        desk.ada()
            .patch(&format!("/api/ticket/{}", ticket.id), body)
            .ok();
        stage(&desk, ticket)
    };
    let staged = [
        with("Own secret", "agent", user),
        with("Group secret", "group", 1),
        with("Team secret", "team", team),
        with("Nobody's secret", "priority", 2),
    ];
    (desk, staged)
}

fn stage(desk: &Desk, ticket: Opened) -> Staged {
    let task = made_with(desk, ticket, json!({ "assignedAgent": 0 }));
    let (content_type, body) = Form::default()
        .field("description", "See the file.")
        .field("stage", "1")
        .file("attachments[]", "a.txt", b"bytes")
        .finish();
    let path = format!("/api/task/{task}/thread");
    let said = desk.ada().send("POST", &path, &content_type, &body).ok();
    Staged {
        ticket,
        task,
        thread: said["id"].as_i64().expect("an id"),
        attachment: said["thread"]["attachments"][0]["id"]
            .as_i64()
            .expect("an id"),
    }
}

fn set_view(desk: &Desk, view: TicketView) -> Client {
    let user = desk.user_id(NIKLAUS);
    desk.write(move |change| {
        change.run(
            "UPDATE profile SET ticket_view = ?1 WHERE user_id = ?2 AND side = 'agent'",
            (view.id(), user),
        )
    });
    desk.as_email(NIKLAUS)
}

/// Every way to a single task, as calls that must not find it.
fn probes(desk: &Desk, of: Staged) -> Vec<(&'static str, String, Value)> {
    let one = format!("/api/task/{}", of.task);
    let follower = json!({ "followerId": desk.user_id(NIKLAUS) });
    vec![
        ("GET", one.clone(), json!({})),
        ("PUT", one.clone(), edit(desk)),
        ("DELETE", one.clone(), json!({})),
        ("POST", format!("{one}/follower"), follower.clone()),
        ("DELETE", format!("{one}/follower"), follower),
        ("GET", format!("{one}/threads"), json!({})),
        (
            "POST",
            format!("{one}/thread"),
            json!({ "description": "x", "stage": 1 }),
        ),
        (
            "POST",
            format!("{one}/thread/1"),
            json!({ "description": "x", "stage": 1 }),
        ),
        (
            "DELETE",
            format!("{one}/thread"),
            json!({ "threadId": of.thread }),
        ),
        ("DELETE", format!("{one}/thread/{}", of.thread), json!({})),
        (
            "GET",
            format!("/api/task/attachment/{}", of.attachment),
            json!({}),
        ),
        (
            "POST",
            "/api/todo".into(),
            json!({ "taskId": of.task, "description": "x" }),
        ),
        (
            "POST",
            "/api/todo".into(),
            json!({ "ticketId": of.ticket.id, "description": "x" }),
        ),
        ("POST", "/api/tasks".into(), new_task(desk, of.ticket)),
    ]
}

#[test]
fn each_view_of_tickets_holds_for_tasks_and_todos() {
    let (desk, staged) = staged();
    let [own, of_group, of_team, of_nobody] = staged;
    for (view, seen) in [
        (TicketView::All, vec![own, of_group, of_team, of_nobody]),
        (TicketView::GroupsAndTeams, vec![own, of_group, of_team]),
        (TicketView::Teams, vec![own, of_team]),
        (TicketView::Own, vec![own]),
    ] {
        let niklaus = set_view(&desk, view);
        let mut want: Vec<i64> = seen.iter().map(|one| one.task).collect();
        want.reverse();
        for query in [
            "",
            "stage=1",
            "priority=1",
            "search=invoice",
            "sort=u.email&direction=desc",
            "sort=name&direction=desc",
        ] {
            assert_eq!(ids_of(&niklaus, query), want, "{view:?} ?{query}");
            let listed = niklaus.get(&format!("/api/tasks?{query}")).ok();
            let count = json!(want.len().to_string());
            assert_eq!(listed["stageCount"]["1"], count, "{view:?} ?{query}");
            assert_eq!(listed["stageCount"]["all"], count, "{view:?} ?{query}");
            assert_eq!(listed["pagination"]["totalCount"], want.len());
        }
        for of in staged {
            let about = ids_of(&niklaus, &format!("ticket={}", of.ticket.id));
            if seen.contains(&of) {
                assert_eq!(about, [of.task]);
                view_of(&niklaus, of.task);
                continue;
            }
            assert_eq!(about, [0; 0]);
            for (method, path, body) in probes(&desk, of) {
                let text = body.to_string();
                let answer = niklaus.send(method, &path, "application/json", text.as_bytes());
                assert_eq!(
                    answer.error(404),
                    "not_found",
                    "{view:?} {method} {path} {text}"
                );
            }
        }
    }
    assert_eq!(desk.number("SELECT count(*) FROM task"), 4);
    assert_eq!(desk.number("SELECT count(*) FROM todo"), 0);
}

/// Whoever is in charge of a task, or follows it, sees it wherever its ticket is, and learns
/// nothing of that.
#[test]
fn a_task_of_one_s_own_shows_nothing_of_a_ticket_out_of_sight() {
    let (desk, [.., of_nobody]) = staged();
    let niklaus = set_view(&desk, TicketView::Own);
    let user = desk.user_id(NIKLAUS);
    let first = format!(
        "SELECT id FROM thread WHERE ticket_id = {}",
        of_nobody.ticket.id
    );
    let first = desk.number(&first);
    let task = made_with(
        &desk,
        of_nobody.ticket,
        json!({ "assignedAgent": user, "subject": "Yours", "threadIds": [first] }),
    );
    assert_eq!(
        view_of(&desk.ada(), task)["task"]["threadIds"],
        json!([first])
    );
    let view = view_of(&niklaus, task);
    assert_eq!(view["task"]["ticket"], Value::Null);
    assert_eq!(view["task"]["threadIds"], json!([]));
    let listed = niklaus.get("/api/tasks").ok();
    assert_eq!(listed["tasks"][0]["id"], task);
    assert_eq!(listed["tasks"][0]["ticket"], Value::Null);
    assert_eq!(listed["stageCount"]["all"], "2");
    let about = format!("/api/tasks?ticket={}", of_nobody.ticket.id);
    let about = niklaus.get(&about).ok();
    assert_eq!(
        (&about["tasks"], &about["stageCount"]["all"]),
        (&json!([]), &json!("0"))
    );
    assert_eq!(ids_of(&niklaus, "search=secret"), [0; 0]);
    // What he does there is done, and what he has to do for it he may note.
    let path = format!("/api/task/{task}");
    let said = niklaus.put(&path, edit(&desk)).ok();
    assert_eq!(said["task"]["ticket"], Value::Null);
    assert_eq!(said["task"]["assignedAgent"]["name"], "Grace Hopper");
    niklaus
        .post("/api/todo", json!({ "taskId": task, "description": "x" }))
        .ok();
    for path in [
        path.clone(),
        format!("{path}.html"),
        "/api/tasks.html".into(),
    ] {
        let text = niklaus.get(&path).text();
        assert!(!text.contains("Nobody"), "{path}");
    }
    // He was in charge and so he follows; taken off, he sees it no more.
    let follower = json!({ "followerId": user });
    desk.ada()
        .delete_with(&format!("{path}/follower"), follower)
        .ok();
    assert_eq!(niklaus.get(&path).error(404), "not_found");
    assert_eq!(niklaus.get("/api/todos").ok()["todos"], json!([]));
    assert_eq!(niklaus.get("/api/tasks").ok()["stageCount"]["all"], "1");
}

#[test]
fn a_task_goes_with_its_ticket_s_group_team_and_agent() {
    let (desk, [own, of_group, ..]) = staged();
    let niklaus = set_view(&desk, TicketView::Own);
    assert_eq!(ids_of(&niklaus, ""), [own.task]);
    let user = desk.user_id(NIKLAUS);
    let give = |ticket: Opened, to: i64| {
        let path = format!("/api/ticket/{}/agent", ticket.id);
        desk.ada().put(&path, json!({ "id": to })).ok();
    };
    give(of_group.ticket, user);
    assert_eq!(ids_of(&niklaus, ""), [of_group.task, own.task]);
    give(own.ticket, desk.user_id("grace@example.com"));
    assert_eq!(ids_of(&niklaus, ""), [of_group.task]);
    let listed = niklaus.get("/api/tasks").ok();
    assert_eq!(
        listed["stageCount"],
        json!({ "1": "1", "2": "0", "3": "0", "all": "1" })
    );
}
