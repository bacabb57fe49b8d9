//! Lists of tickets: filters, pages, tabs, and what stands beside them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ids_of, number};
use crate::support::{Client, Desk};

fn patch(client: &Client, id: i64, edit_type: &str, value: Value) {
    client
        .patch(
            &format!("/api/ticket/{id}"),
            json!({ "editType": edit_type, "value": value }),
        )
        .ok();
}

#[test]
fn each_filter_finds_its_own() {
    let desk = Desk::new();
    let ada = desk.ada();
    let me = desk.user_id("ada@example.com");
    let plain = desk.ticket("Plain").id;
    let other = desk.ticket_of("eve@example.com", "Eve's").id;
    let eve = desk.user_id("eve@example.com");
    patch(&ada, plain, "agent", json!(me));
    patch(&ada, plain, "group", json!(1));
    patch(&ada, plain, "priority", json!(3));
    patch(&ada, plain, "type", json!(4));
    patch(&ada, plain, "star", json!(1));
    ada.post(
        &format!("/api/ticket/{plain}/threads"),
        json!({ "threadType": "reply", "reply": "x", "status": 1 }),
    )
    .ok();
    let tag = desk.write(move |change| {
        let tag = pocketdesk::desk::tag::ensure(change, "printer")?;
        pocketdesk::desk::tag::add_to_ticket(change, plain, tag.id)?;
        Ok(tag.id)
    });
    let both = [other, plain];
    let cases: Vec<(String, Vec<i64>)> = vec![
        (String::new(), both.to_vec()),
        ("all".into(), both.to_vec()),
        ("new".into(), vec![other]),
        ("new=1".into(), vec![other]),
        ("new=0".into(), both.to_vec()),
        ("unassigned".into(), vec![other]),
        ("mine".into(), vec![plain]),
        ("notreplied".into(), vec![other]),
        ("starred=1".into(), vec![plain]),
        ("starred".into(), vec![plain]),
        ("trashed".into(), vec![]),
        ("status=1".into(), both.to_vec()),
        ("status=2".into(), vec![]),
        ("status=1,2".into(), both.to_vec()),
        ("status=all".into(), both.to_vec()),
        ("status=".into(), both.to_vec()),
        ("status=,".into(), both.to_vec()),
        ("status=1,,2,".into(), both.to_vec()),
        ("status[]=1&status[]=2".into(), both.to_vec()),
        ("status[0]=2&status[1]=3".into(), vec![]),
        ("status%5B%5D=1".into(), both.to_vec()),
        (format!("agent={me}"), vec![plain]),
        (format!("agent={me},999"), vec![plain]),
        (format!("agent[]={me}&agent[]=999"), vec![plain]),
        (format!("customer={eve}"), vec![other]),
        ("priority=3".into(), vec![plain]),
        ("priority=1".into(), vec![other]),
        ("priority=1,3".into(), both.to_vec()),
        ("group=1".into(), vec![plain]),
        ("group=2".into(), vec![]),
        ("team=1".into(), vec![]),
        ("mailbox=1".into(), vec![]),
        ("type=4".into(), vec![plain]),
        ("type=1".into(), vec![other]),
        ("source=api".into(), both.to_vec()),
        ("source=email,website".into(), vec![]),
        ("source[]=email&source[]=api".into(), both.to_vec()),
        (format!("tags={tag}"), vec![plain]),
        (format!("tag={tag}"), vec![plain]),
        ("after=2025-06-02".into(), both.to_vec()),
        ("after=2025-06-03".into(), vec![]),
        ("before=2025-06-02".into(), vec![]),
        ("before=2025-06-03".into(), both.to_vec()),
        ("after=1748856620".into(), both.to_vec()),
        ("before=1748856620".into(), vec![]),
        ("after=2025-06-02T09:30:20Z".into(), both.to_vec()),
        ("after=2025-06-02T09:30:21Z".into(), vec![]),
        ("after=2025-06-02T11:30:21+02:00".into(), vec![]),
        ("agent=".into(), both.to_vec()),
        ("unknown=1&&=&colour".into(), both.to_vec()),
        (
            format!("agent={me}&priority=3&type=4&starred&tag={tag}"),
            vec![plain],
        ),
        (format!("agent={me}&priority=1"), vec![]),
    ];
    for (query, want) in cases {
        assert_eq!(ids_of(&ada, &query), want, "?{query}");
        let listed = ada.get(&format!("/api/tickets?{query}")).ok();
        assert_eq!(listed["pagination"]["totalCount"], want.len(), "?{query}");
    }
}

#[test]
fn bad_filters_are_refused_in_a_sentence() {
    let desk = Desk::new();
    desk.ticket("There");
    for (query, field) in [
        ("status=9", "status"),
        ("status=open", "status"),
        ("status=1,x", "status"),
        ("after=yesterday", "after"),
        ("before=2025-13-01", "before"),
        ("agent=ada", "agent"),
        ("customer[a][b]=1", "customer"),
        ("starred=perhaps", "starred"),
    ] {
        let answer = desk.ada().get(&format!("/api/tickets?{query}"));
        assert_eq!(answer.error(400), "invalid_request", "?{query}");
        let errors = answer.json()["errors"].clone();
        assert!(
            errors
                .as_object()
                .unwrap()
                .keys()
                .all(|key| key.starts_with(field)),
            "?{query}: {errors}"
        );
    }
}

#[test]
fn tabs_count_under_all_other_filters() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ids: Vec<i64> = (0..6).map(|at| desk.ticket(&format!("T{at}")).id).collect();
    patch(&ada, ids[0], "status", json!(3));
    patch(&ada, ids[1], "status", json!(3));
    patch(&ada, ids[2], "status", json!(5));
    patch(&ada, ids[1], "priority", json!(4));
    let tabs = |query: &str| ada.get(&format!("/api/tickets?{query}")).ok()["tabs"].clone();
    let all = json!({ "1": "3", "2": 0, "3": "2", "4": 0, "5": "1", "6": 0 });
    assert_eq!(tabs(""), all);
    assert_eq!(tabs("status=3"), all);
    assert_eq!(tabs("status=all&page=9&limit=1"), all);
    assert_eq!(
        tabs("priority=4"),
        json!({ "1": 0, "2": 0, "3": "1", "4": 0, "5": 0, "6": 0 })
    );
    ada.delete(&format!("/api/ticket/{}", ids[2])).ok();
    assert_eq!(tabs("")["5"], 0);
    assert_eq!(tabs("trashed")["5"], "1");
}

#[test]
fn predefined_counts_ignore_the_filters() {
    let desk = Desk::new();
    let ada = desk.ada();
    for at in 0..3 {
        desk.ticket(&format!("T{at}"));
    }
    let first = desk.number("SELECT min(id) FROM ticket");
    patch(&ada, first, "star", json!(1));
    patch(&ada, first, "status", json!(4));
    patch(&ada, first, "agent", json!(desk.user_id("ada@example.com")));
    ada.delete(&format!("/api/ticket/{}", first + 1)).ok();
    let want = json!({ "all": "2", "new": "2", "unassigned": "1", "notreplied": "2", "mine": "1",
        "starred": "1", "trashed": "1" });
    for query in ["", "status=2", "trashed", "priority=4&search=nothing"] {
        let listed = ada.get(&format!("/api/tickets?{query}")).ok();
        assert_eq!(listed["labels"]["predefind"], want, "?{query}");
        let keys: Vec<&String> = listed["labels"]["predefind"]
            .as_object()
            .unwrap()
            .keys()
            .collect();
        assert_eq!(
            keys,
            [
                "all",
                "new",
                "unassigned",
                "notreplied",
                "mine",
                "starred",
                "trashed"
            ]
        );
    }
}

#[test]
fn pages_end_where_the_tickets_do() {
    let desk = Desk::new();
    let ada = desk.ada();
    let mut all: Vec<i64> = (0..17)
        .map(|at| desk.ticket(&format!("T{at}")).id)
        .collect();
    all.reverse();
    let page = |query: &str| ada.get(&format!("/api/tickets?{query}")).ok()["pagination"].clone();
    assert_eq!(ids_of(&ada, ""), all[..15]);
    let first = page("");
    assert_eq!(first["numItemsPerPage"], 15);
    assert_eq!((&first["next"], first.get("previous")), (&json!(2), None));
    let last = page("page=2");
    assert_eq!((last.get("next"), &last["previous"]), (None, &json!(1)));
    assert_eq!(last["currentItemCount"], 2);
    assert_eq!(ids_of(&ada, "page=2"), all[15..]);
    assert_eq!(ids_of(&ada, "page=3"), [0; 0]);
    assert_eq!(ids_of(&ada, "page=999999999999999999999"), [0; 0]);
    for query in ["page=0", "page=", "&page=1", "page", "page=-5", "page=x"] {
        assert_eq!(ids_of(&ada, query), all[..15], "?{query}");
    }
    for (query, size) in [
        ("limit=5", 5),
        ("limit=0", 1),
        ("limit=-1", 1),
        ("limit=100", 17),
        ("limit=100000", 17),
        ("limit=", 15),
        ("limit=many", 15),
    ] {
        assert_eq!(ids_of(&ada, query).len(), size, "?{query}");
    }
    assert_eq!(page("limit=100000")["numItemsPerPage"], 100);
}

#[test]
fn an_item_has_names_where_the_view_has_objects() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Names");
    patch(&ada, ticket.id, "group", json!(1));
    patch(
        &ada,
        ticket.id,
        "agent",
        json!(desk.user_id("grace@example.com")),
    );
    let item = ada.get("/api/tickets").ok()["tickets"][0].clone();
    assert_eq!(item["type"], "Support");
    assert_eq!(item["group"], "Default");
    assert_eq!(item["team"], Value::Null);
    assert_eq!(item["status"]["name"], "Open");
    assert_eq!(item["isReplied"], false);
    assert_eq!(item["isStarred"], Value::Null);
    assert_eq!(item["totalThreads"], "0");
    assert_eq!(item["hasAttachments"], 0);
    assert_eq!(
        item["agent"],
        json!({ "id": desk.user_id("grace@example.com"), "email": "grace@example.com", "name": "Grace Hopper" })
    );
    assert_eq!(item["timestamp"], 1_748_856_600);
    assert_eq!(item["formatedCreatedAt"], "02-Jun 09:30am");
}

#[test]
fn label_counts_are_of_what_is_in_sight() {
    let desk = Desk::new();
    let ada = desk.ada();
    let tickets: Vec<i64> = (0..3).map(|at| desk.ticket(&format!("T{at}")).id).collect();
    let label = ada.post("/api/labels", json!({ "name": "Mine" })).ok()["label"]["id"].clone();
    ada.put(
        "/api/tickets/label",
        json!({ "ids": tickets, "labelId": label }),
    )
    .ok();
    ada.delete(&format!("/api/ticket/{}", tickets[0])).ok();
    let listed = ada.get("/api/tickets?status=5").ok();
    assert_eq!(number(&listed["labels"]["custom"][0]["count"]), 2);
    let others = desk.grace().get("/api/tickets").ok();
    assert_eq!(others["labels"]["custom"], json!([]));
}

/// What the property test below knows of a ticket.
#[derive(Debug, Clone, Copy)]
struct Known {
    id: i64,
    status: i64,
    priority: i64,
    type_id: i64,
    is_starred: bool,
    is_trashed: bool,
}

/// Forty tickets of every mixture, straight into the database: triggers keep the counts.
fn mixture(desk: &Desk) -> Vec<Known> {
    let alan = desk.user_id("alan@example.com");
    let known: Vec<Known> = (1..=40)
        .map(|id| Known {
            id,
            status: 1 + id % 6,
            priority: 1 + id / 3 % 4,
            type_id: 1 + id / 5 % 6,
            is_starred: id % 7 < 3,
            is_trashed: id % 11 == 0,
        })
        .collect();
    let rows = known.clone();
    desk.write(move |change| {
        for row in rows {
            change.run(
                "INSERT INTO ticket (id, increment_id, subject, source, status_id, priority_id, type_id,
                     customer_id, is_starred, is_trashed, reply_token, created_at, updated_at,
                     status_changed_at)
                 VALUES (?1, 70000 + ?1, 'x', 'api', ?2, ?3, ?4, ?5, ?6, ?7, 't', ?1, ?1, ?1)",
                (row.id, row.status, row.priority, row.type_id, alan, row.is_starred, row.is_trashed),
            )?;
        }
        Ok(())
    });
    known
}

#[test]
fn any_mixture_of_filters_finds_what_a_naive_filter_finds() {
    let desk = Desk::new();
    let known = mixture(&desk);
    let clients = [desk.ada(), desk.alan()];
    let ids = |range| proptest::collection::vec(range, 0..3);
    let strategy = (
        (ids(1..=6_i64), ids(1..=4_i64), ids(1..=6_i64)),
        (any::<bool>(), any::<bool>(), any::<bool>()),
        (0..45_i64, 0..45_i64),
        (1..4_usize, 1..20_usize),
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let joined = |ids: &[i64]| {
        let ids: Vec<String> = ids.iter().map(i64::to_string).collect();
        ids.join(",")
    };
    let checked = runner.run(&strategy, |(lists, flags, (after, before), (page, limit))| {
        let (statuses, priorities, types) = lists;
        let (starred, trashed, ascending) = flags;
        let status = if statuses.is_empty() { "all".into() } else { joined(&statuses) };
        let query = format!(
            "status={status}&priority={}&type={}&starred={}&trashed={}&direction={}&after={after}&before={before}\
             &page={page}&limit={limit}",
            joined(&priorities),
            joined(&types),
            u8::from(starred),
            u8::from(trashed),
            if ascending { "asc" } else { "DESC" },
        );
        for client in &clients {
            let sees_trash = client.token() == clients[0].token();
            let named = |list: &[i64], value: i64| list.is_empty() || list.contains(&value);
            let mut want: Vec<i64> = known
                .iter()
                .filter(|one| named(&statuses, one.status))
                .filter(|one| named(&priorities, one.priority) && named(&types, one.type_id))
                .filter(|one| one.is_trashed == trashed && (!trashed || sees_trash))
                .filter(|one| one.is_starred || !starred)
                .filter(|one| after <= one.id && one.id < before)
                .map(|one| one.id)
                .collect();
            if !ascending {
                want.reverse();
            }
            let total = want.len();
            let want: Vec<i64> = want.into_iter().skip((page - 1) * limit).take(limit).collect();
            prop_assert_eq!(ids_of(client, &query), want, "?{}", query);
            let listed = client.get(&format!("/api/tickets?{query}")).ok();
            prop_assert_eq!(&listed["pagination"]["totalCount"], &json!(total), "?{}", query);
        }
        Ok(())
    });
    checked.unwrap_or_else(|error| panic!("{error}"));
}
