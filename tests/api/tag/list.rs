//! What the list of tags finds and counts beforehand.

use pocketdesk::base::db::named_params;
use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use super::put_on;
use crate::support::Desk;
use crate::support::client::Client;

/// The names in a list, in its order.
fn names(by: &Client, query: &str) -> Vec<String> {
    let listed = by.get(&format!("/api/tags?{query}")).ok();
    let tags = listed["tags"].as_array().expect("tags");
    let name = |tag: &Value| tag["name"].as_str().expect("a name").to_owned();
    tags.iter().map(name).collect()
}

/// The cells that count tickets by their tags against the tickets themselves.
fn assert_counted(desk: &Desk, after: &str) {
    let wrong = desk.number(
        "SELECT count(*) FROM (
             SELECT tag_id, ifnull(agent_id, 0), ifnull(group_id, 0), ifnull(team_id, 0), count(*)
             FROM ticket_tag JOIN ticket ON ticket.id = ticket_id
             WHERE is_trashed = 0 GROUP BY 1, 2, 3, 4
             EXCEPT SELECT * FROM tag_count)",
    );
    assert_eq!(wrong, 0, "after {after}");
    let (cells, tags, tickets) = desk.read(|view| {
        view.one::<(i64, i64, i64)>(
            "SELECT (SELECT ifnull(sum(tickets), 0) FROM tag_count),
                 (SELECT ifnull(sum(tickets), 0) FROM tag),
                 (SELECT count(*) FROM ticket_tag JOIN ticket ON ticket.id = ticket_id
                     WHERE is_trashed = 0)",
            [],
        )
    });
    assert_eq!((cells, tags), (tickets, tickets), "after {after}");
    let empty = desk.number("SELECT count(*) FROM tag_count WHERE tickets = 0");
    assert_eq!(empty, 0, "after {after}");
}

#[test]
fn tickets_are_counted_wherever_they_go() {
    let desk = Desk::new();
    let ada = desk.ada();
    let tickets = ["first", "second", "third"].map(|subject| desk.ticket(subject));
    let ids: Vec<i64> = tickets.iter().map(|ticket| ticket.id).collect();
    for ticket in &tickets {
        put_on(&ada, ticket, "wide");
    }
    let thin = put_on(&ada, &tickets[0], "thin");
    assert_counted(&desk, "tagging");
    let grace = desk.user_id("grace@example.com");
    let group = "INSERT INTO \"group\" (name, name_key, description, created_at) VALUES ('More', name_key('More'), 'x', 0)";
    desk.write(move |change| change.run(group, []));
    for (what, sql) in [
        (
            "an agent",
            "UPDATE ticket SET agent_id = :user WHERE id <= 2",
        ),
        (
            "a group",
            "UPDATE ticket SET group_id = 2, team_id = NULL WHERE id = 1 AND :user > 0",
        ),
        (
            "nobody",
            "UPDATE ticket SET agent_id = NULL WHERE id = 2 AND :user > 0",
        ),
        (
            "the trash",
            "UPDATE ticket SET is_trashed = 1 WHERE id <= 2 AND :user > 0",
        ),
        (
            "the trash and another agent",
            "UPDATE ticket SET is_trashed = 1 - is_trashed, agent_id = :user WHERE id >= 2",
        ),
    ] {
        desk.write(move |change| change.run(sql, named_params! { ":user": grace }));
        assert_counted(&desk, what);
    }
    ada.delete(&format!("/api/ticket/{}/tags?id={thin}", ids[0]))
        .ok();
    assert_counted(&desk, "taking one off");
    let gone = ids[1];
    desk.write(move |change| change.run("DELETE FROM ticket WHERE id = ?1", [gone]));
    assert_counted(&desk, "the end of a ticket");
    put_on(&ada, &tickets[2], "thin");
    ada.delete(&format!("/api/tag/{thin}")).ok();
    assert_counted(&desk, "the end of a tag");
    assert_eq!(names(&ada, ""), ["wide"]);
}

#[test]
fn a_list_by_counts_has_every_tag_once_for_whoever_sees_few_tickets() {
    let desk = Desk::new();
    let ada = desk.ada();
    let own = desk.agent("own@example.com", &[], TicketView::Own);
    let mine = [desk.ticket("one"), desk.ticket("two")];
    let user = desk.user_id("own@example.com");
    for name in ["a", "b", "c", "d", "e"] {
        ada.post("/api/tags", json!({ "name": name })).ok();
    }
    for ticket in &mine {
        let path = format!("/api/ticket/{}/agent", ticket.id);
        ada.put(&path, json!({ "id": user })).ok();
        put_on(&ada, ticket, "b");
    }
    put_on(&ada, &mine[0], "d");
    put_on(&ada, &desk.ticket("out of sight"), "e");
    let pages = |direction: &str| -> Vec<String> {
        let page = |page| {
            let query = format!("sort=ticketCount&direction={direction}&limit=2&page={page}");
            names(&own, &query)
        };
        (1..=3).flat_map(page).collect()
    };
    assert_eq!(pages("desc"), ["b", "d", "e", "c", "a"]);
    assert_eq!(pages("asc"), ["a", "c", "e", "d", "b"]);
}

#[test]
fn a_part_of_a_name_is_found_in_any_case() {
    let desk = Desk::new();
    let ada = desk.ada();
    for name in ["Printer jam", "blueprint", "Über \"quoted\" 100%", "fax"] {
        ada.post("/api/tags", json!({ "name": name })).ok();
    }
    for (words, found) in [
        ("PRINT", &["blueprint", "Printer jam"][..]),
        ("r+jam", &["Printer jam"]),
        ("%22quoted%22", &["Über \"quoted\" 100%"]),
        ("00%25", &["Über \"quoted\" 100%"]),
        ("ax", &["fax"]),
        ("print+OR+fax", &[]),
        ("pri*", &[]),
    ] {
        assert_eq!(names(&ada, &format!("search={words}")), found, "{words}");
    }
    let id = desk.number("SELECT id FROM tag WHERE name = 'fax'");
    ada.put(&format!("/api/tag/{id}"), json!({ "name": "telex" }))
        .ok();
    assert_eq!(names(&ada, "search=fax"), [""; 0]);
    assert_eq!(names(&ada, "search=elex"), ["telex"]);
    ada.delete(&format!("/api/tag/{id}")).ok();
    assert_eq!(names(&ada, "search=elex"), [""; 0]);
    assert_eq!(
        names(&ada, "search=print&sort=name&direction=asc&limit=1&page=2"),
        ["Printer jam"]
    );
}
