//! Tags: the desk's, on tickets.

mod list;

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use crate::support::client::Client;
use crate::support::{Desk, Opened};

/// Puts a tag on a ticket; answers the tag's id.
fn put_on(by: &Client, ticket: &Opened, name: &str) -> i64 {
    let path = format!("/api/ticket/{}/tags.json", ticket.id);
    let added = by.post(&path, json!({ "name": name })).ok();
    added["tag"]["id"].as_i64().expect("an id")
}

#[test]
fn a_tag_is_put_on_listed_renamed_and_taken_off_as_documented() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("About something");
    let path = format!("/api/ticket/{}/tags.json", ticket.id);
    let added = ada.post(&path, json!({ "name": "integration" })).ok();
    let id = added["tag"]["id"].as_i64().unwrap();
    assert_eq!(
        added,
        json!({ "tag": { "id": id, "name": "integration" }, "msg": "Success ! Tag added successfully." })
    );
    let listed = ada.get("/api/tags.json?sort=name&direction=asc").ok();
    assert_eq!(
        listed["tags"],
        json!([{ "id": id, "name": "integration", "ticketCount": "1", "articleCount": "0" }])
    );
    assert_eq!(listed["pagination_data"]["pagesInRange"], json!([1]));
    assert_eq!(
        ada.put(
            &format!("/api/tag/{id}.json"),
            json!({ "name": "important" })
        )
        .ok(),
        json!({ "message": "Success ! Tag updated successfully." })
    );
    let view = ada
        .get(&format!("/api/ticket/{}", ticket.increment_id))
        .ok();
    assert_eq!(
        view["ticket"]["tags"],
        json!([{ "id": id, "name": "important" }])
    );
    assert_eq!(
        ada.delete_with(&path, json!({ "tagId": id.to_string() }))
            .ok(),
        json!({ "message": "Success ! Tag unassigned successfully." })
    );
    assert_eq!(
        ada.delete_with(&path, json!({ "tagId": id })).error(404),
        "not_found"
    );
    assert_eq!(ada.get(&format!("/api/tag/{id}")).ok()["ticketCount"], "0");
    assert_eq!(
        ada.delete(&format!("/api/tag/{id}.json")).ok(),
        json!({ "message": "Success ! Tag removed successfully." })
    );
    assert_eq!(ada.get(&format!("/api/tag/{id}")).error(404), "not_found");
}

#[test]
fn a_tag_is_taken_off_by_either_name_of_its_id_in_body_or_query() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Tagged");
    let path = format!("/api/ticket/{}/tags", ticket.id);
    let id = put_on(&ada, &ticket, "one");
    for answer in [
        ada.delete_with(&path, json!({})),
        ada.delete_with(&path, json!({ "id": "x" })),
        ada.delete_with(&path, json!({ "id": id, "tagId": id + 1 })),
    ] {
        assert_eq!(answer.error(400), "invalid_request");
    }
    assert_eq!(desk.number("SELECT count(*) FROM ticket_tag"), 1);
    ada.delete_with(&path, json!({ "id": id })).ok();
    put_on(&ada, &ticket, "one");
    ada.delete(&format!("{path}?id={id}")).ok();
    put_on(&ada, &ticket, "one");
    ada.delete(&format!("{path}?tagId={id}")).ok();
    assert_eq!(desk.number("SELECT count(*) FROM ticket_tag"), 0);
}

#[test]
fn tagging_moves_the_version_once_and_is_told() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Versioned");
    let version = || desk.number("SELECT version FROM ticket");
    let told = |what: &str| {
        desk.number(&format!(
            "SELECT count(*) FROM activity WHERE property = '{what}'"
        ))
    };
    let read = ada.get(&format!("/api/ticket/{}", ticket.increment_id));
    let tag = read.header("etag").expect("a version").to_owned();
    let before = version();
    let id = put_on(&ada, &ticket, "Billing");
    // The same name in other letters is the same tag, and is on already.
    assert_eq!(put_on(&ada, &ticket, "billing"), id);
    assert_eq!((version(), told("tag_added")), (before + 1, 1));
    let stale = ada.with_header("If-Match", &tag);
    let path = format!("/api/ticket/{}/tags", ticket.id);
    assert_eq!(
        stale.post(&path, json!({ "name": "late" })).error(409),
        "conflict"
    );
    assert_eq!(
        stale.delete(&format!("{path}?id={id}")).error(409),
        "conflict"
    );
    assert_eq!(desk.number("SELECT count(*) FROM tag"), 1);
    ada.delete(&format!("{path}?id={id}")).ok();
    assert_eq!((version(), told("tag_removed")), (before + 2, 1));
    put_on(&ada, &ticket, "Billing");
    ada.delete(&format!("/api/tag/{id}")).ok();
    assert_eq!((version(), told("tag_removed")), (before + 4, 2));
    assert_eq!(desk.number("SELECT count(*) FROM ticket_tag"), 0);
}

#[test]
fn counts_hold_what_the_caller_sees_outside_the_trash() {
    let desk = Desk::new();
    let ada = desk.ada();
    let narrow = desk.agent("narrow@example.com", &[], TicketView::Own);
    let tickets = ["first", "second", "third"].map(|subject| desk.ticket(subject));
    for ticket in &tickets {
        put_on(&ada, ticket, "wide");
    }
    put_on(&ada, &tickets[0], "thin");
    put_on(&ada, &tickets[1], "thin");
    ada.put(
        &format!("/api/ticket/{}/agent", tickets[0].id),
        json!({ "id": desk.user_id("narrow@example.com") }),
    )
    .ok();
    ada.delete(&format!("/api/ticket/{}", tickets[2].id)).ok();
    ada.delete(&format!("/api/ticket/{}", tickets[1].id)).ok();
    let counts = |by: &Client, query: &str| -> Vec<(String, String)> {
        let listed = by.get(&format!("/api/tags?{query}")).ok();
        let tags = listed["tags"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        tags.iter()
            .map(|tag| (text(&tag["name"]), text(&tag["ticketCount"])))
            .collect()
    };
    let pair = |name: &str, count: &str| (name.to_owned(), count.to_owned());
    assert_eq!(
        counts(&ada, "sort=name&direction=asc"),
        [pair("thin", "1"), pair("wide", "1")]
    );
    assert_eq!(
        counts(&narrow, "sort=id&direction=ASC"),
        [pair("wide", "1"), pair("thin", "1")]
    );
    assert_eq!(
        counts(&desk.agent("blind@example.com", &[], TicketView::Own), ""),
        [pair("thin", "0"), pair("wide", "0")]
    );
    ada.put("/api/tickets/restore", json!({ "ids": [tickets[2].id] }))
        .ok();
    assert_eq!(
        counts(&ada, "sort=ticketCount"),
        [pair("wide", "2"), pair("thin", "1")]
    );
    assert_eq!(
        counts(&ada, "sort=ticketCount&direction=asc&limit=1&page=2"),
        [pair("wide", "2")]
    );
    assert_eq!(counts(&ada, "search=HI"), [pair("thin", "1")]);
}

#[test]
fn bad_tags_are_refused_and_change_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Untagged");
    let made = ada.post("/api/tags", json!({ "name": "taken" })).ok();
    assert_eq!(made["tag"], json!({ "id": made["id"], "name": "taken" }));
    let other = ada.post("/api/tags", json!({ "name": "other" })).ok();
    let other = format!("/api/tag/{}", other["id"]);
    let on_ticket = format!("/api/ticket/{}/tags", ticket.id);
    for tag in [
        json!({}),
        json!({ "name": "" }),
        json!({ "name": "x".repeat(101) }),
        json!({ "name": { "a": "b" } }),
    ] {
        for answer in [
            ada.post("/api/tags", tag.clone()),
            ada.put(&other, tag.clone()),
            ada.post(&on_ticket, tag.clone()),
        ] {
            assert_eq!(answer.error(400), "invalid_request");
            assert!(answer.json()["errors"]["name"][0].is_string(), "{tag}");
        }
    }
    let taken = json!({ "name": "TAKEN" });
    assert_eq!(ada.post("/api/tags", taken.clone()).error(409), "conflict");
    assert_eq!(ada.put(&other, taken.clone()).error(409), "conflict");
    assert_eq!(
        ada.put("/api/tag/99", taken.clone()).error(404),
        "not_found"
    );
    assert_eq!(
        ada.post("/api/ticket/99/tags", taken).error(404),
        "not_found"
    );
    assert_eq!(ada.get(&other).ok()["name"], "other");
    assert_eq!(desk.number("SELECT count(*) FROM tag"), 2);
    assert_eq!(desk.number("SELECT count(*) FROM ticket_tag"), 0);
}

#[test]
fn each_right_opens_its_own_door_and_no_other() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Guarded");
    let id = put_on(&ada, &ticket, "kept");
    let on_ticket = format!("/api/ticket/{}/tags", ticket.id);
    let one = format!("/api/tag/{id}");
    let new = json!({ "name": "new" });
    // Adding, taking off, renaming: by the rights of each caller.
    for (privilege, wanted) in [
        (None, [403, 403, 403]),
        (Some(Privilege::AddTag), [200, 403, 403]),
        (Some(Privilege::DeleteTag), [403, 200, 403]),
        (Some(Privilege::ManageTag), [403, 403, 200]),
    ] {
        let email = format!("{}@example.com", privilege.map_or("none", Privilege::code));
        let by = desk.agent(&email, privilege.as_slice(), TicketView::All);
        by.get("/api/tags").ok();
        let have = [
            by.post(&on_ticket, json!({ "name": "kept" })).status,
            by.delete(&format!("{on_ticket}?id={id}")).status,
            by.put(&one, json!({ "name": "kept" })).status,
        ];
        assert_eq!(have, wanted, "{privilege:?}");
        let manages = by.post("/api/tags", json!({ "name": email })).status;
        assert_eq!(manages, wanted[2], "{privilege:?}");
        put_on(&ada, &ticket, "kept");
    }
    let blind = desk.agent(
        "blind@example.com",
        &[Privilege::AddTag, Privilege::DeleteTag],
        TicketView::Own,
    );
    assert_eq!(blind.post(&on_ticket, new.clone()).error(404), "not_found");
    assert_eq!(
        blind.delete(&format!("{on_ticket}?id={id}")).error(404),
        "not_found"
    );
    let alan = desk.alan();
    assert_eq!(alan.get("/api/tags").error(403), "forbidden");
    assert_eq!(alan.post(&on_ticket, new).error(403), "forbidden");
    assert_eq!(
        alan.delete(&format!("{on_ticket}?id={id}")).error(403),
        "forbidden"
    );
    assert_eq!(desk.number("SELECT count(*) FROM ticket_tag"), 1);
}

/// In any alphabet, and shown as it was first written.
#[test]
fn a_tag_is_one_in_any_case_of_its_letters() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Paid twice");
    for (first, again) in [
        ("Überweisung", "überweisung"),
        ("Čekárna", "ČEKÁRNA"),
        ("Бухгалтерия", "бухгалтерия"),
        ("Straße", "STRASSE"),
    ] {
        let id = put_on(&ada, &ticket, first);
        assert_eq!(put_on(&ada, &ticket, again), id, "{again}");
        let tag = ada.get(&format!("/api/tag/{id}")).ok();
        assert_eq!(
            (&tag["name"], &tag["ticketCount"]),
            (&json!(first), &json!("1"))
        );
        assert_eq!(
            ada.post("/api/tags", json!({ "name": again })).error(409),
            "conflict"
        );
    }
}
