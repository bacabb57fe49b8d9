//! Who sees which tickets, on every path that leads to one.

use serde_json::{Value, json};

use super::{ids_of, view_of};
use crate::support::multipart::Form;
use crate::support::{Client, Desk, Opened};
use pocketdesk::base::who::{Privilege, TicketView};

/// A desk with one ticket of each kind for the agent Niklaus, who is in a group and a team.
struct Staged {
    desk: Desk,
    own: Opened,
    of_group: Opened,
    of_team: Opened,
    of_nobody: Opened,
}

fn staged() -> Staged {
    let desk = Desk::new();
    let niklaus = "niklaus@example.com";
    desk.agent(niklaus, Privilege::ALL, TicketView::Own);
    let user = desk.user_id(niklaus);
    let team = desk.write(move |change| {
        let team = change.insert(
            "INSERT INTO team (name, name_key, description, created_at) VALUES ('Team', name_key('Team'), 'x', 0)",
            [],
        )?;
        pocketdesk::desk::membership::GROUP.add_user(change, 1, user)?;
        pocketdesk::desk::membership::TEAM.add_user(change, team, user)?;
        Ok(team)
    });
    let ada = desk.ada();
    let with = |subject: &str, edit_type: &str, value: i64| {
        let ticket = desk.ticket(subject);
        ada.patch(
            &format!("/api/ticket/{}", ticket.id),
            json!({ "editType": edit_type, "value": value }),
        )
        .ok();
        ticket
    };
    let (own, of_group, of_team) = (
        with("Own secret", "agent", user),
        with("Group secret", "group", 1),
        with("Team secret", "team", team),
    );
    let of_nobody = desk.ticket("Nobody's secret");
    Staged {
        desk,
        own,
        of_group,
        of_team,
        of_nobody,
    }
}

/// Every way to a single ticket, as calls that must not find it.
fn probes(ticket: Opened, thread: i64, attachment: i64) -> Vec<(&'static str, String, Value)> {
    let one = format!("/api/ticket/{}", ticket.id);
    let words = json!({ "type": 1, "from": "alan@example.com", "reply": "x", "subject": "x" });
    vec![
        (
            "GET",
            format!("/api/ticket/{}", ticket.increment_id),
            json!({}),
        ),
        ("PUT", one.clone(), words),
        ("PATCH", one.clone(), json!({ "editType": "star" })),
        ("DELETE", one.clone(), json!({})),
        ("PUT", format!("{one}/trash"), json!({})),
        ("PUT", format!("{one}/agent"), json!({ "id": 0 })),
        (
            "POST",
            format!("{one}/collaborator"),
            json!({ "email": "eve@example.com" }),
        ),
        (
            "DELETE",
            format!("{one}/collaborator"),
            json!({ "collaboratorId": 3 }),
        ),
        ("GET", format!("{one}/threads"), json!({})),
        (
            "POST",
            format!("{one}/threads"),
            json!({ "threadType": "reply", "reply": "x" }),
        ),
        (
            "POST",
            format!("{one}/threads"),
            json!({ "threadType": "note", "reply": "x" }),
        ),
        (
            "PATCH",
            format!("{one}/thread/{thread}"),
            json!({ "updateType": "bookmark" }),
        ),
        (
            "PUT",
            format!("{one}/thread/{thread}"),
            json!({ "reply": "x" }),
        ),
        ("DELETE", format!("{one}/thread/{thread}"), json!({})),
        (
            "GET",
            format!("/api/ticket/attachment/{attachment}"),
            json!({}),
        ),
    ]
}

fn with_file(client: &Client, ticket: Opened, thread_type: &str) -> (i64, i64) {
    let (content_type, body) = Form::default()
        .field("threadType", thread_type)
        .field("reply", "See the file.")
        .file("attachments[]", "a.txt", b"bytes")
        .finish();
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let said = client.send("POST", &threads, &content_type, &body).ok();
    let thread = said["id"].as_i64().expect("an id");
    let listed = client.get(&threads).ok();
    let attachment = listed["threads"][0]["attachments"][0]["id"]
        .as_i64()
        .expect("an id");
    (thread, attachment)
}

#[test]
fn each_view_of_tickets_holds_on_every_path() {
    let staged = staged();
    let desk = &staged.desk;
    let Staged {
        own,
        of_group,
        of_team,
        of_nobody,
        ..
    } = staged;
    let files: Vec<(Opened, (i64, i64))> = [own, of_group, of_team, of_nobody]
        .into_iter()
        .map(|ticket| (ticket, with_file(&desk.ada(), ticket, "reply")))
        .collect();
    for (view, seen) in [
        (TicketView::All, vec![own, of_group, of_team, of_nobody]),
        (TicketView::GroupsAndTeams, vec![own, of_group, of_team]),
        (TicketView::Teams, vec![own, of_team]),
        (TicketView::Own, vec![own]),
    ] {
        set_view(desk, view);
        let niklaus = desk.as_email("niklaus@example.com");
        let mut want: Vec<i64> = seen.iter().map(|ticket| ticket.id).collect();
        want.reverse();
        for query in [
            "status=all",
            "status=6",
            "search=secret&status=all",
            "source=api&status=all",
        ] {
            assert_eq!(ids_of(&niklaus, query), want, "{view:?} ?{query}");
            let listed = niklaus.get(&format!("/api/tickets?{query}")).ok();
            assert_eq!(
                listed["tabs"]["6"],
                want.len().to_string(),
                "{view:?} ?{query}"
            );
            assert_eq!(
                listed["labels"]["predefind"]["all"],
                want.len().to_string(),
                "{view:?} ?{query}"
            );
        }
        for (ticket, (thread, attachment)) in &files {
            if seen.contains(ticket) {
                view_of(&niklaus, *ticket);
                continue;
            }
            for (method, path, body) in probes(*ticket, *thread, *attachment) {
                let text = body.to_string();
                let answer = niklaus.send(method, &path, "application/json", text.as_bytes());
                assert_eq!(answer.error(404), "not_found", "{view:?} {method} {path}");
            }
        }
    }
}

fn set_view(desk: &Desk, view: TicketView) {
    let user = desk.user_id("niklaus@example.com");
    desk.write(move |change| {
        change.run(
            "UPDATE profile SET ticket_view = ?1 WHERE user_id = ?2 AND side = 'agent'",
            (view.id(), user),
        )
    });
}

#[test]
fn a_stranger_among_customers_finds_nothing_on_any_path() {
    let desk = Desk::new();
    let ticket = desk.ticket("Private");
    let (thread, attachment) = with_file(&desk.ada(), ticket, "reply");
    let eve = desk.customer("eve@example.com");
    for (method, path, body) in probes(ticket, thread, attachment) {
        let text = body.to_string();
        let answer = eve.send(method, &path, "application/json", text.as_bytes());
        assert!(
            matches!(answer.status, 403 | 404),
            "{method} {path}: {}",
            answer.text()
        );
        assert!(!answer.text().contains("Private"), "{method} {path}");
        let nobody = desk
            .anyone()
            .send(method, &path, "application/json", text.as_bytes());
        nobody.error(401);
    }
    for query in [
        "",
        "status=all",
        "search=private",
        "trashed",
        "mine",
        "customer=3",
    ] {
        assert_eq!(ids_of(&eve, query), [0; 0], "?{query}");
    }
    let listed = eve.get("/api/tickets").ok();
    assert_eq!(listed["labels"]["predefind"]["all"], "0");
    assert_eq!(desk.number("SELECT count(*) FROM thread"), 2);
}

/// Notes, forwards and locked threads, with a file each, on every path by which a
/// customer could come to know of them.
#[test]
fn a_customer_never_sees_notes_forwards_or_locked_threads() {
    let desk = Desk::new();
    let ticket = desk.ticket("Ours");
    let (ada, alan) = (desk.ada(), desk.alan());
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let (note, note_file) = with_file(&ada, ticket, "note");
    let (reply, reply_file) = with_file(&ada, ticket, "reply");
    ada.post(
        &threads,
        json!({ "threadType": "forward", "reply": "onward", "to": ["x@example.com"] }),
    )
    .ok();
    ada.patch(
        &format!("/api/ticket/{}/thread/{reply}", ticket.id),
        json!({ "updateType": "lock" }),
    )
    .ok();
    let listed = alan.get(&threads).ok();
    assert_eq!(listed["threads"], json!([]));
    assert_eq!(listed["pagination"]["totalCount"], 0);
    let view = view_of(&alan, ticket);
    assert_eq!(view["ticketTotalThreads"], "0");
    let item = alan.get("/api/tickets?status=all").ok()["tickets"][0].clone();
    assert_eq!(item["totalThreads"], "0", "a locked reply is not counted");
    assert_eq!(
        item["hasAttachments"], 0,
        "files out of sight are not told of"
    );
    for file in [note_file, reply_file] {
        alan.get(&format!("/api/ticket/attachment/{file}"))
            .error(404);
        let token = alan.token();
        let linked = format!("/api/ticket/attachment/{file}?access_token={token}");
        desk.anyone().get(&linked).error(404);
    }
    for thread in [note, reply] {
        let path = format!("/api/ticket/{}/thread/{thread}", ticket.id);
        alan.patch(&path, json!({ "updateType": "unlock" }))
            .error(403);
        alan.put(&path, json!({ "reply": "x" })).error(403);
        alan.delete(&path).error(403);
    }
    for path in [
        threads.clone(),
        format!("{threads}.html"),
        format!("/api/ticket/{}.html", ticket.increment_id),
        "/api/tickets.html?status=all".into(),
    ] {
        let text = alan.get(&path).text();
        for secret in ["See the file", "onward", "a.txt", "x@example.com"] {
            assert!(!text.contains(secret), "{secret} in {path}");
        }
    }
    assert_eq!(
        ada.get(&threads).ok()["threads"].as_array().unwrap().len(),
        3
    );
}

/// An agent without the right to locks counts without what is locked.
#[test]
fn an_agent_without_the_right_to_locks_neither_sees_nor_counts_them() {
    let desk = Desk::new();
    let ticket = desk.ticket("Ours");
    let (ada, grace) = (desk.ada(), desk.grace());
    let (reply, file) = with_file(&ada, ticket, "reply");
    let path = format!("/api/ticket/{}/thread/{reply}", ticket.id);
    ada.patch(&path, json!({ "updateType": "lock" })).ok();
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    assert_eq!(grace.get(&threads).ok()["pagination"]["totalCount"], 0);
    grace
        .get(&format!("/api/ticket/attachment/{file}"))
        .error(404);
    grace
        .patch(&path, json!({ "updateType": "bookmark" }))
        .error(404);
    let item = |client: &Client| client.get("/api/tickets?status=all").ok()["tickets"][0].clone();
    assert_eq!(view_of(&grace, ticket)["ticketTotalThreads"], "0");
    assert_eq!(item(&grace)["totalThreads"], "0");
    assert_eq!(item(&grace)["hasAttachments"], 0);
    assert_eq!(view_of(&ada, ticket)["ticketTotalThreads"], "1");
    assert_eq!(item(&ada)["totalThreads"], "1");
    assert_eq!(item(&ada)["hasAttachments"], 1);
}

/// What answers by mail go to opens a ticket to whoever knows it.
#[test]
fn a_customer_is_told_no_secrets_of_the_desk() {
    let desk = Desk::new();
    let ticket = desk.ticket("Ours");
    let view = view_of(&desk.alan(), ticket)["ticket"].clone();
    assert_eq!(view["uniqueReplyTo"], Value::Null);
    assert_eq!(view["ipAddress"], Value::Null);
    assert_eq!(view["isAgentView"], false);
    assert_eq!(view["isCustomerView"], true);
}
