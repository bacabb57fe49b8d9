//! The list of tasks: shape, filters, order, search, pages.

use serde_json::json;

use super::{edit_with, ids_of, made, made_with};
use crate::support::Desk;
use pocketdesk::base::who::{Privilege, TicketView};

#[test]
fn a_list_has_the_documented_keys() {
    let desk = Desk::new();
    let task = made(&desk, desk.ticket("Broken"));
    let listed = desk.grace().get("/api/tasks.json").ok();
    assert_eq!(
        listed["stageCount"],
        json!({ "1": "1", "2": "0", "3": "0", "all": "1" })
    );
    assert_eq!(listed["pagination"]["numItemsPerPage"], 12);
    let item = &listed["tasks"][0];
    assert_eq!(item["id"], task);
    assert_eq!(item["formatedDeadline"], "2025-06-10");
    assert_eq!(item["formatedCreatedAt"], "2025-06-02");
    assert_eq!(item["timestamp"], 1_748_856_620);
    assert_eq!(item["priority"]["color"], "#5cb85c");
    assert_eq!(item["assignedAgent"]["firstName"], "Grace");
    assert_eq!(item["user"]["email"], "ada@example.com");
}

#[test]
fn pages_are_of_twelve_the_newest_first() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let tasks: Vec<i64> = (0..14).map(|_| made(&desk, ticket)).collect();
    let newest: Vec<i64> = tasks.iter().rev().copied().collect();
    assert_eq!(ids_of(&desk.ada(), ""), newest[..12]);
    assert_eq!(ids_of(&desk.ada(), "page="), newest[..12]);
    assert_eq!(ids_of(&desk.ada(), "page=2"), newest[12..]);
    assert_eq!(ids_of(&desk.ada(), "page=3"), [0; 0]);
    assert_eq!(ids_of(&desk.ada(), "page=2&limit=5"), newest[5..10]);
    assert_eq!(ids_of(&desk.ada(), "direction=asc&limit=1"), tasks[..1]);
    assert_eq!(ids_of(&desk.ada(), "search=invoice&page=2"), newest[12..]);
    assert_eq!(
        ids_of(&desk.ada(), "search=invoice&direction=asc&limit=2"),
        tasks[..2]
    );
    let pagination = desk.ada().get("/api/tasks?page=2").ok()["pagination"].clone();
    assert_eq!(
        (&pagination["totalCount"], &pagination["lastItemNumber"]),
        (&json!(14), &json!(14))
    );
    assert_eq!(pagination.get("next"), None);
}

#[test]
fn filters_narrow_the_list_and_the_counts_follow_all_but_the_stage() {
    let desk = Desk::new();
    let (ticket, other) = (desk.ticket("Broken"), desk.ticket("Other"));
    let ada = desk.user_id("ada@example.com");
    let one = made_with(&desk, ticket, json!({ "stage": 1, "priority": 1 }));
    let two = made_with(
        &desk,
        ticket,
        json!({ "stage": 2, "priority": 1, "assignedAgent": ada }),
    );
    let three = made_with(
        &desk,
        other,
        json!({ "stage": 3, "priority": 4, "assignedAgent": ada }),
    );
    let counts = |query: &str| {
        let counted = desk.ada().get(&format!("/api/tasks?{query}")).ok()["stageCount"].clone();
        ["1", "2", "3", "all"]
            .map(|key| counted[key].as_str().unwrap().to_owned())
            .join(" ")
    };
    for (query, ids, count) in [
        ("", vec![three, two, one], "1 1 1 3"),
        ("stage=2", vec![two], "1 1 1 3"),
        ("stage=1,3", vec![three, one], "1 1 1 3"),
        ("stage[]=1&stage[]=2", vec![two, one], "1 1 1 3"),
        ("stage=9", vec![], "1 1 1 3"),
        ("stage=&priority=&search=", vec![three, two, one], "1 1 1 3"),
        ("priority=1", vec![two, one], "1 1 0 2"),
        ("priority=1,4&stage=3", vec![three], "1 1 1 3"),
        ("priority=2", vec![], "0 0 0 0"),
        (&format!("agent={ada}"), vec![three, two], "0 1 1 2"),
        (
            &format!("agent={ada}&stage=2&priority=1"),
            vec![two],
            "0 1 0 1",
        ),
        (&format!("ticket={}", ticket.id), vec![two, one], "1 1 0 2"),
        (
            &format!("ticket={}&agent={ada}", ticket.id),
            vec![two],
            "0 1 0 1",
        ),
        ("search=invoice&priority=1&stage=1", vec![one], "1 1 0 2"),
        ("unknown=1&trashed", vec![three, two, one], "1 1 1 3"),
    ] {
        assert_eq!(ids_of(&desk.ada(), query), ids, "?{query}");
        assert_eq!(counts(query), count, "?{query}");
        let total =
            desk.ada().get(&format!("/api/tasks?{query}")).ok()["pagination"]["totalCount"].clone();
        assert_eq!(total, ids.len(), "?{query}");
    }
}

/// By whoever made the task, by address and by name; equals by their ids.
#[test]
fn every_order_runs_both_ways_for_everybody() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let zoe = desk.agent(
        "a-zoe@example.com",
        &[Privilege::CreateTask],
        TicketView::All,
    );
    let body = |number: i64| {
        json!({ "subject": format!("Task {number}"), "description": "x", "assignedAgent": 0,
        "deadline": "2025-06-10", "ticket": ticket.id })
    };
    desk.write(|change| {
        change.run(
            "UPDATE profile SET first_name = 'Zoe', last_name = 'Zuse'
            WHERE user_id = (SELECT id FROM user WHERE email = 'a-zoe@example.com')",
            [],
        )
    });
    let made = [&desk.ada(), &zoe, &desk.ada(), &zoe].map(|client| {
        client.post("/api/tasks", body(1)).ok()["id"]
            .as_i64()
            .unwrap()
    });
    let [ada_1, zoe_1, ada_2, zoe_2] = made;
    desk.agent("group@example.com", &[], TicketView::GroupsAndTeams);
    let user = desk.user_id("group@example.com");
    desk.write(move |change| pocketdesk::desk::membership::GROUP.add_user(change, 1, user));
    desk.ada()
        .patch(
            &format!("/api/ticket/{}", ticket.id),
            json!({ "editType": "group", "value": 1 }),
        )
        .ok();
    for client in [desk.ada(), desk.as_email("group@example.com")] {
        for (query, ids) in [
            ("sort=tsk.id&direction=ASC", [ada_1, zoe_1, ada_2, zoe_2]),
            ("sort=tsk.id", [zoe_2, ada_2, zoe_1, ada_1]),
            ("sort=u.email&direction=asc", [zoe_1, zoe_2, ada_1, ada_2]),
            ("sort=u.email&direction=desc", [ada_2, ada_1, zoe_2, zoe_1]),
            ("sort=name&direction=asc", [ada_1, ada_2, zoe_1, zoe_2]),
            ("sort=name", [zoe_2, zoe_1, ada_2, ada_1]),
            ("sort=name&search=task", [zoe_2, zoe_1, ada_2, ada_1]),
            (
                "sort=u.email&direction=asc&search=task",
                [zoe_1, zoe_2, ada_1, ada_2],
            ),
        ] {
            assert_eq!(ids_of(&client, query), ids, "?{query}");
        }
    }
}

#[test]
fn a_search_finds_words_of_subject_and_text() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    let plain = made(&desk, ticket);
    let other = made_with(
        &desk,
        ticket,
        json!({ "subject": "Überweisung prüfen", "description": "<b>bank</b>ing" }),
    );
    desk.ada()
        .post(
            &format!("/api/task/{plain}/thread"),
            json!({ "description": "They hung up", "stage": 1 }),
        )
        .ok();
    for (words, ids) in [
        ("call", vec![plain]),
        ("INVOICE call", vec![plain]),
        ("hung", vec![plain]),
        ("uberweis", vec![other]),
        ("banking", vec![other]),
        ("call bank", vec![]),
        ("hung invoice", vec![plain]),
        ("broken", vec![]),
        ("%22%20OR%20*", vec![]),
        ("***", vec![]),
    ] {
        assert_eq!(
            ids_of(&desk.ada(), &format!("search={words}")),
            ids,
            "{words}"
        );
    }
    // What is changed is found by its new words alone.
    let path = format!("/api/task/{plain}");
    desk.ada()
        .put(&path, edit_with(&desk, "subject", json!("Write back")))
        .ok();
    assert_eq!(ids_of(&desk.ada(), "search=call"), [0; 0]);
    assert_eq!(ids_of(&desk.ada(), "search=write"), [plain]);
    desk.ada()
        .put(
            &path,
            edit_with(&desk, "description", json!("Nothing more")),
        )
        .ok();
    assert_eq!(ids_of(&desk.ada(), "search=invoice"), [0; 0]);
    assert_eq!(ids_of(&desk.ada(), "search=hung"), [plain]);
    let listed = desk.ada().get("/api/tasks?search=***").ok();
    assert_eq!(
        listed["stageCount"],
        json!({ "1": "0", "2": "0", "3": "0", "all": "0" })
    );
}

#[test]
fn a_list_is_a_page_too() {
    let desk = Desk::new();
    let fields = json!({ "subject": "<script>alert(1)</script>" });
    made_with(&desk, desk.ticket("Broken"), fields);
    let page = desk.ada().get("/api/tasks.html").text();
    assert!(page.contains("script") && page.contains("alert(1)"));
    assert!(!page.contains("<script>alert"), "{page}");
}
