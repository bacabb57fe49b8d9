//! Habits of clients in the wild: what they send beside what is needed, and what they
//! iterate over in what they get.

use serde_json::{Value, json};

use crate::support::multipart::Form;
use crate::support::{Client, Desk};
use pocketdesk::base::who::{Privilege, TicketView};

fn ids(answer: &Value, list: &str) -> Vec<i64> {
    let rows = answer[list].as_array().expect("a list");
    rows.iter().filter_map(|row| row["id"].as_i64()).collect()
}

/// Plugins of shops send a status with every answer, whoever gives it.
#[test]
fn a_status_that_is_not_theirs_to_set_never_costs_the_answer() {
    let desk = Desk::new();
    let ticket = desk.ticket("Status");
    let path = format!("/api/ticket/{}/threads.json", ticket.id);
    let as_alan = format!("{path}?actAsType=customer&actAsEmail=alan@example.com");
    let status = || desk.number("SELECT status_id FROM ticket");
    for (client, path, usual) in [
        (desk.grace(), &path, 6),
        (desk.alan(), &path, 1),
        (desk.ada(), &as_alan, 1),
    ] {
        for asked in [
            json!(3),
            json!("3"),
            json!("closed"),
            json!(77),
            json!([3]),
            json!({ "id": 3 }),
        ] {
            let body = json!({ "threadType": "reply", "reply": "Said.", "status": asked });
            let said = client.post(path, body).ok();
            assert_eq!(said["message"], "Success ! Reply added successfully.");
            assert!(said["warning"].is_string(), "{asked}: {said}");
            assert!(said["id"].is_i64(), "{said}");
            assert_eq!(status(), usual, "{asked}");
        }
        // What asks for nothing needs no word.
        for asked in [json!(""), json!(null)] {
            let body = json!({ "threadType": "reply", "reply": "Said.", "status": asked });
            assert_eq!(client.post(path, body).ok()["warning"], Value::Null);
        }
    }
    let form = Form::default()
        .field("threadType", "reply")
        .field("reply", "As a form.")
        .field("status", "4")
        .file("attachments[]", "a.txt", b"kept");
    let (content_type, body) = form.finish();
    let said = desk.alan().send("POST", &path, &content_type, &body).ok();
    assert!(said["warning"].is_string(), "{said}");
    assert_eq!(desk.number("SELECT count(*) FROM attachment"), 1);
    let may = desk.agent(
        "may@example.com",
        &[Privilege::UpdateTicketStatus],
        TicketView::All,
    );
    let body = json!({ "threadType": "reply", "reply": "Done.", "status": "3" });
    assert_eq!(may.post(&path, body).ok()["warning"], Value::Null);
    assert_eq!(status(), 3);
    // Who may set one hears that there is none of this id.
    for asked in [json!(77), json!("closed"), json!([3]), json!({ "id": 3 })] {
        let body = json!({ "threadType": "reply", "reply": "Said.", "status": asked });
        let answer = may.post(&path, body);
        assert_eq!(answer.error(400), "invalid_request");
        assert!(answer.json()["errors"]["status"].is_array(), "{asked}");
    }
}

/// Who asks again has what they asked for, and it is there once.
#[test]
fn what_is_there_already_is_added_without_a_word() {
    let desk = Desk::new();
    let ticket = desk.ticket("Twice");
    let ada = desk.ada();
    let task = ada
        .post(
            "/api/tasks",
            json!({ "subject": "s", "description": "d", "assignedAgent": 0,
                "deadline": "2026-01-01", "ticket": ticket.id }),
        )
        .ok()["id"]
        .clone();
    let folder = ada.post(
        "/api/solutions",
        json!({ "name": "F", "description": "d", "visibility": "public" }),
    );
    let folder = folder.ok()["id"].clone();
    let category = json!({ "name": "C", "solution": folder });
    let category = ada.post("/api/categories", category).ok()["id"].clone();
    let article = json!({ "name": "A", "content": "x", "category": category });
    let article = ada.post("/api/articles", article).ok()["id"].clone();
    let grace = desk.user_id("grace@example.com");
    for (path, body, table) in [
        (
            format!("/api/task/{task}/follower"),
            json!({ "followerId": grace }),
            "task_follower",
        ),
        (
            format!("/api/ticket/{}/collaborator", ticket.id),
            json!({ "email": "eve@example.com" }),
            "ticket_collaborator",
        ),
        (
            format!("/api/ticket/{}/tags", ticket.id),
            json!({ "name": "vip" }),
            "ticket_tag",
        ),
        (
            format!("/api/article/{article}/tags"),
            json!({ "name": "vip" }),
            "article_tag",
        ),
    ] {
        let state = || {
            [
                desk.number(&format!("SELECT count(*) FROM {table}")),
                desk.number("SELECT sum(version) FROM ticket"),
                desk.number("SELECT count(*) FROM activity"),
            ]
        };
        let first = ada.post(&path, body.clone()).ok();
        let before = state();
        assert_eq!(ada.post(&path, body.clone()).ok(), first, "{path}");
        assert_eq!(state(), before, "{path}");
    }
}

/// What is not there is said before what is wrong with a body, in every room.
#[test]
fn what_is_not_there_is_said_before_what_is_wrong_with_the_body() {
    let desk = Desk::new();
    let ticket = desk.ticket("There");
    let ada = desk.ada();
    let torn = b"{\"name\": ".as_slice();
    for (method, path) in [
        ("DELETE", "article/999/tags"),
        ("POST", "article/999/tags"),
        ("PUT", "article/999"),
        ("POST", "article/999/feedback"),
        ("PUT", "label/999"),
        ("PUT", "group/999"),
        ("PUT", "sub-group/999"),
        ("PUT", "agent-privilege/999"),
        ("PUT", "ticket-type/999"),
        ("PUT", "tag/999"),
        ("PUT", "mailbox/999"),
        ("PUT", "solution/999"),
        ("PUT", "category/999"),
        ("PUT", "email-template/999"),
        ("PUT", "savedreply/999"),
        ("PUT", "customer/999"),
        ("PUT", "member/999"),
        ("PUT", "workflow/1/999"),
        ("PUT", "custom-field/999"),
        ("PUT", "task/999"),
        ("POST", "task/999/follower"),
        ("DELETE", "task/999/follower"),
        ("POST", "task/999/thread"),
        ("PUT", "todo/999"),
        ("PUT", "ticket/999"),
        ("PATCH", "ticket/999"),
        ("PUT", "ticket/999/agent"),
        ("POST", "ticket/999/collaborator"),
        ("DELETE", "ticket/999/collaborator"),
        ("POST", "ticket/999/tags"),
        ("DELETE", "ticket/999/tags"),
        ("POST", "ticket/999/threads"),
        ("PUT", "ticket/999/thread/999"),
        ("PATCH", "ticket/999/thread/999"),
        ("PUT", &format!("ticket/{}/thread/999", ticket.id)),
        ("PATCH", &format!("ticket/{}/thread/999", ticket.id)),
    ] {
        for body in [b"{}".as_slice(), torn] {
            let path = format!("/api/{path}.json");
            let answer = ada.send(method, &path, "application/json", body);
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text());
        }
    }
    // A ticket out of sight is not there either, and one in sight is.
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let eve = desk.customer("eve@example.com");
    eve.post(&threads, json!({})).error(404);
    desk.alan().post(&threads, json!({})).error(400);
}

/// What a query of one list names under `key`: one of two, and both, in every form that
/// clients have for a list.
fn forms(key: &str, one: &str, two: &str) -> (Vec<String>, Vec<String>) {
    let single = vec![
        format!("{key}={one}"),
        format!("{key}={one},"),
        format!("{key}=,{one}"),
        format!("{key}[]={one}"),
        format!("{key}[0]={one}"),
        format!("{key}%5B%5D={one}"),
        format!("{key}[]={one}&{key}[]="),
    ];
    let both = vec![
        format!("{key}={one},{two}"),
        format!("{key}={one},,{two}"),
        format!("{key}={one}%2C%20{two}"),
        format!("{key}[]={one}&{key}[]={two}"),
        format!("{key}[0]={one}&{key}[1]={two}"),
        format!("{key}%5B%5D={one}&{key}%5B%5D={two}"),
        format!("{key}[]={one},{two}"),
    ];
    (single, both)
}

/// The ids that a list has for a query, in their order.
fn listed(client: &Client, path: &str, query: &str) -> Vec<i64> {
    let list = path.rsplit('/').next().unwrap_or_default();
    let mut found = ids(&client.get(&format!("{path}?{query}")).ok(), list);
    found.sort_unstable();
    found
}

/// Forms of one list say the same in every filter of tickets.
#[test]
fn every_filter_of_tickets_reads_every_form_of_a_list() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("One");
    let other = desk.ticket_of("eve@example.com", "Other");
    let priority = json!({ "editType": "priority", "value": 2 });
    ada.patch(&format!("/api/ticket/{}", other.id), priority)
        .ok();
    let status = json!({ "ids": [other.id], "statusId": 2 });
    ada.put("/api/tickets/status", status).ok();
    let tag = |ticket: i64, name: &str| {
        let path = format!("/api/ticket/{ticket}/tags");
        ada.post(&path, json!({ "name": name })).ok()["tag"]["id"].to_string()
    };
    let tags = (tag(ticket.id, "a"), tag(other.id, "b"));
    let people =
        ["alan@example.com", "eve@example.com"].map(|email| desk.user_id(email).to_string());
    let found = |query: &str| listed(&ada, "/api/tickets", query);
    for (key, one, two) in [
        ("status", "1", "2"),
        ("priority", "1", "2"),
        ("customer", &people[0], &people[1]),
        ("tags", &tags.0, &tags.1),
        ("tag", &tags.0, &tags.1),
    ] {
        let rest = if key == "status" { "" } else { "status=all&" };
        let (single, both) = forms(key, one, two);
        for query in single {
            assert_eq!(found(&format!("{rest}{query}")), [ticket.id], "{query}");
        }
        for query in both {
            let found = found(&format!("{rest}{query}"));
            assert_eq!(found, [ticket.id, other.id], "{query}");
        }
    }
    let (single, both) = forms("source", "api", "email");
    // A list of nothing asks for nothing.
    let nothing = [
        "priority=",
        "priority=,",
        "priority[]=",
        "customer",
        "source=,",
    ];
    let nothing = nothing.map(str::to_owned);
    for query in single.into_iter().chain(both).chain(nothing) {
        let found = found(&format!("status=all&{query}"));
        assert_eq!(found, [ticket.id, other.id], "{query}");
    }
    assert_eq!(found("status=,"), [ticket.id]);
}

/// The same in the filters of other lists, switches too.
#[test]
fn every_filter_of_other_lists_reads_every_form_of_a_list() {
    let desk = Desk::new();
    let ada = desk.ada();
    let articles = articles(&ada);
    let text = |number: i64| number.to_string();
    for (key, one, two) in [
        ("solution", text(articles[0].1), text(articles[1].1)),
        ("category", text(articles[0].2), text(articles[1].2)),
        ("status", "draft".into(), "published".into()),
        ("status", "0".into(), "1".into()),
    ] {
        let (single, both) = forms(key, &one, &two);
        for query in single {
            assert_eq!(
                listed(&ada, "/api/articles", &query),
                [articles[0].0],
                "{query}"
            );
        }
        for query in both {
            let found = listed(&ada, "/api/articles", &query);
            assert_eq!(found, [articles[0].0, articles[1].0], "{query}");
        }
    }
    let group = json!({ "name": "Closed", "description": "d", "isActive": 0 });
    let group = ada.post("/api/groups", group).ok()["id"].as_i64();
    let folders = (text(articles[0].1), text(articles[1].1));
    for (path, (single, both), one, two) in [
        ("/api/groups", forms("isActive", "1", "0"), 1, 2),
        (
            "/api/categories",
            forms("solution", &folders.0, &folders.1),
            1,
            2,
        ),
    ] {
        for query in single {
            assert_eq!(listed(&ada, path, &query).len(), one, "{path} {query}");
        }
        for query in both {
            assert_eq!(listed(&ada, path, &query).len(), two, "{path} {query}");
        }
    }
    assert_eq!(Some(listed(&ada, "/api/groups", "isActive=0,")[0]), group);
}

/// Two articles in folders of their own, a draft and a published one: their ids, and those
/// of their folders and categories.
fn articles(ada: &Client) -> Vec<(i64, i64, i64)> {
    let made = |path: &str, body: Value| {
        let id = ada.post(path, body).ok()["id"].as_i64();
        id.expect("an id")
    };
    [("One", 0), ("Two", 1)]
        .map(|(name, status)| {
            let folder = json!({ "name": name, "description": "d", "visibility": "public" });
            let folder = made("/api/solutions", folder);
            let category = json!({ "name": name, "solution": folder });
            let category = made("/api/categories", category);
            let article =
                json!({ "name": name, "content": "x", "category": category, "status": status });
            (made("/api/articles", article), folder, category)
        })
        .into()
}

#[test]
fn an_article_takes_its_status_as_a_number_too() {
    let desk = Desk::new();
    let ada = desk.ada();
    let made = articles(&ada);
    let status = |id: i64| ada.get(&format!("/api/article/{id}")).ok()["status"].clone();
    assert_eq!(
        (status(made[0].0), status(made[1].0)),
        (json!("draft"), json!("published"))
    );
    for (sent, shown) in [
        (json!(1), "published"),
        (json!("0"), "draft"),
        (json!("1"), "published"),
        (json!(0), "draft"),
        (json!(true), "published"),
        (json!("Draft"), "draft"),
        (json!(""), "draft"),
    ] {
        let path = format!("/api/article/{}", made[0].0);
        ada.put(&path, json!({ "status": sent })).ok();
        assert_eq!(status(made[0].0), shown, "{sent}");
    }
    let path = format!("/api/article/{}", made[0].0);
    ada.put(&path, json!({ "status": 2 })).error(400);
}

#[test]
fn the_roles_of_an_agent_are_what_they_may_do() {
    let desk = Desk::new();
    let ada = desk.ada();
    desk.agent(
        "may@example.com",
        &[Privilege::AddNote, Privilege::CreateTicket],
        TicketView::All,
    );
    let shown = |email: &str| {
        let id = desk.user_id(email);
        ada.get(&format!("/api/member/{id}.json")).ok()["roles"].clone()
    };
    assert_eq!(
        shown("may@example.com"),
        json!(["ROLE_AGENT_CREATE_TICKET", "ROLE_AGENT_ADD_NOTE"])
    );
    assert_eq!(shown("grace@example.com"), json!([]));
    assert_eq!(shown("ada@example.com"), "ROLE_SUPER_ADMIN");
}

/// A company sends back what it was shown, and a mailbox may be closed for a while.
#[test]
fn a_closed_mailbox_may_be_the_default() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mailbox = json!({ "name": "Later", "email": "later@example.com", "isActive": 0 });
    let mailbox = ada.post("/api/mailboxes", mailbox).ok()["id"].clone();
    let company = |mailbox: &Value| {
        let mut company = ada.get("/api/company").ok();
        company["defaultMailbox"] = mailbox.clone();
        ada.put("/api/company", company)
    };
    company(&mailbox).ok();
    assert_eq!(ada.get("/api/company").ok()["defaultMailbox"], mailbox);
    assert_eq!(company(&json!(999)).error(400), "invalid_request");
    // While it is closed nobody looks for a ticket there.
    desk.ticket("Elsewhere");
    assert_eq!(desk.number("SELECT count(mailbox_id) FROM ticket"), 0);
}

/// Who asks after an agent has read the ticket sees that it is new no more, however much the
/// desk has to write meanwhile.
#[test]
fn a_ticket_that_an_agent_has_read_is_new_no_more() {
    let desk = Desk::new();
    let (ada, alan) = (desk.ada(), desk.alan());
    let ticket = desk.ticket("Read");
    let page = format!("/api/ticket/{}", ticket.increment_id);
    alan.get(&page).ok();
    let listed = ada.get("/api/tickets?new").ok();
    assert_eq!(ids(&listed, "tickets"), [ticket.id]);
    let (begun, has_begun) = std::sync::mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            desk.write(move |_| {
                begun.send(()).expect("somebody waits");
                std::thread::sleep(std::time::Duration::from_millis(300));
                Ok(())
            });
        });
        has_begun.recv().expect("the writer has begun");
        ada.get(&page).ok();
        let listed = ada.get("/api/tickets?new").ok();
        assert_eq!(ids(&listed, "tickets"), [0; 0]);
        assert_eq!(listed["labels"]["predefind"]["new"], "0");
    });
}

/// A client builds its menus from what stands beside a list, for customers too.
#[test]
fn what_stands_beside_a_list_has_entries() {
    let desk = Desk::new();
    let ticket = desk.ticket("Beside");
    let (ada, alan) = (desk.ada(), desk.alan());
    let group = json!({ "name": "Apart", "description": "d" });
    ada.post("/api/groups", group).ok();
    let acting = "/api/tickets?actAsType=customer&actAsEmail=alan@example.com";
    for listed in [
        ada.get("/api/tickets").ok(),
        alan.get("/api/tickets").ok(),
        ada.get(acting).ok(),
        alan.get(&format!("/api/ticket/{}", ticket.increment_id))
            .ok(),
    ] {
        for part in ["status", "priority", "type", "group"] {
            let entries = listed[part].as_array().expect(part);
            assert!(!entries.is_empty(), "{part}: {listed}");
            for entry in entries {
                assert!(
                    entry["id"].is_i64() && entry["name"].is_string(),
                    "{part}: {entry}"
                );
            }
        }
    }
    // Nothing is told of where none of their tickets is.
    assert!(!alan.get("/api/tickets").text().contains("Apart"));
    let filters = ada
        .get("/api/filters?group&usergroup&team&status&type&priority&tag&mailbox&agent&customer")
        .ok();
    for (part, entries) in filters.as_object().expect("an object") {
        for entry in entries.as_array().expect(part) {
            assert!(
                entry["id"].is_i64() && entry["name"].is_string(),
                "{part}: {entry}"
            );
        }
    }
}

/// An address is one in any case of letters, and by either form of its domain.
#[test]
fn a_customer_may_name_their_own_address_in_either_form() {
    let desk = Desk::new();
    let own = desk.customer("jürgen@bücher.example");
    for from in ["Jürgen@Bücher.example", "jürgen@xn--bcher-kva.example"] {
        let ticket = json!({ "type": "2", "subject": "s", "reply": "r", "from": from });
        own.post("/api/tickets", ticket).ok();
    }
    assert_eq!(
        desk.number("SELECT count(DISTINCT customer_id) FROM ticket"),
        1
    );
}
