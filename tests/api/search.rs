//! One search over tickets, customers and articles, each within what the caller sees.

use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use crate::encoded;
use crate::support::Desk;
use crate::support::client::Client;

/// How many there are of each kind, which must be what is listed.
fn totals(by: &Client, words: &str) -> [i64; 3] {
    let found = by.get(&format!("/api/search?search={words}")).ok();
    ["tickets", "customers", "articles"].map(|kind| {
        let listed = found[kind].as_array().expect("a list").len();
        let total = found["total"][kind].as_i64().expect("a count");
        assert_eq!(i64::try_from(listed), Ok(total), "{kind}");
        total
    })
}

/// A desk where everything is about kettles.
fn desk() -> Desk {
    let desk = Desk::new();
    let ada = desk.ada();
    desk.customer("kettle@example.com");
    desk.ticket("My kettle leaks");
    desk.ticket_of("other@example.com", "Another kettle");
    let folder = |visibility: &str| {
        let folder = json!({ "name": visibility, "visibility": visibility });
        let folder = ada.post("/api/solutions", folder).ok()["id"].clone();
        let category = json!({ "solution": folder, "name": "All" });
        let category = ada.post("/api/categories", category).ok()["id"].clone();
        for status in ["draft", "published"] {
            let article = json!({ "category": category, "name": format!("{status} kettle"),
                "content": "Boils", "status": status });
            ada.post("/api/articles", article).ok();
        }
    };
    folder("public");
    folder("private");
    desk
}

#[test]
fn each_caller_finds_what_they_see() {
    let desk = desk();
    let narrow = desk.agent("narrow@example.com", &[], TicketView::Own);
    for (who, by, want) in [
        ("the owner", desk.ada(), [2, 1, 4]),
        ("an agent", desk.grace(), [2, 1, 4]),
        ("an agent of no ticket", narrow, [0, 1, 4]),
        ("a customer", desk.alan(), [1, 0, 1]),
        (
            "another customer",
            desk.as_email("kettle@example.com"),
            [0, 0, 1],
        ),
    ] {
        assert_eq!(totals(&by, "kettle"), want, "{who}");
        assert_eq!(totals(&by, "kett"), want, "{who}, by the beginning");
    }
    assert_eq!(
        desk.anyone().get("/api/search?search=kettle").error(401),
        "access_denied"
    );
}

#[test]
fn what_is_found_has_the_shape_of_its_list() {
    let desk = desk();
    let ada = desk.ada();
    let found = ada.get("/api/search.json?search=kettle").ok();
    let keys = |value: &Value| -> Vec<String> {
        let object = value.as_object().expect("an object");
        object.keys().cloned().collect()
    };
    for (kind, target) in [
        ("tickets", "/api/tickets"),
        ("customers", "/api/customers"),
        ("articles", "/api/articles"),
    ] {
        let listed = ada.get(target).ok();
        assert_eq!(keys(&found[kind][0]), keys(&listed[kind][0]), "{kind}");
    }
    assert_eq!(
        found["tickets"][0]["subject"], "Another kettle",
        "the newest first"
    );
}

#[test]
fn tickets_of_any_status_are_found_and_none_in_the_trash() {
    let desk = desk();
    let ada = desk.ada();
    let closed = desk.ticket("A closed kettle");
    let status = json!({ "editType": "status", "value": 4 });
    ada.patch(&format!("/api/ticket/{}", closed.id), status)
        .ok();
    assert_eq!(totals(&ada, "kettle")[0], 3);
    ada.delete(&format!("/api/ticket/{}", closed.id)).ok();
    assert_eq!(totals(&ada, "kettle")[0], 2);
}

#[test]
fn a_limit_is_for_each_kind_and_counts_stay() {
    let desk = desk();
    let found = desk.ada().get("/api/search?search=kettle&limit=1").ok();
    for kind in ["tickets", "customers", "articles"] {
        assert_eq!(found[kind].as_array().map(Vec::len), Some(1), "{kind}");
    }
    assert_eq!(
        found["total"],
        json!({ "tickets": 2, "customers": 1, "articles": 4 })
    );
}

#[test]
fn without_words_nothing_is_found() {
    let desk = desk();
    let ada = desk.ada();
    for query in ["", "?search", "?search=", "?search=+", "?search=%22*"] {
        let found = ada.get(&format!("/api/search{query}")).ok();
        let nothing = json!({ "tickets": [], "customers": [], "articles": [],
            "total": { "tickets": 0, "customers": 0, "articles": 0 } });
        assert_eq!(found, nothing, "{query}");
    }
    let long = "x".repeat(300);
    assert_eq!(
        ada.get(&format!("/api/search?search={long}")).error(400),
        "invalid_request"
    );
}

/// The ids of everybody whom `words` find in a list of people, or in the one search.
fn people(by: &Client, list: &str, words: &str) -> Vec<i64> {
    let found = by
        .get(&format!("/api/{list}?search={}", encoded(words)))
        .ok();
    let people = found.get("users").or_else(|| found.get("customers"));
    let people = people.and_then(Value::as_array).expect("a list");
    let ids = people.iter().filter_map(|one| one["id"].as_i64());
    ids.collect()
}

#[test]
fn people_are_found_by_names_addresses_and_numbers_as_people_spell_them() {
    let desk = Desk::new();
    let ada = desk.ada();
    let person = json!({ "email": "o.Sondergaard@fabrik.example", "firstName": "Øystein", "lastName": "Søndergård",
        "contactNumber": "(030) 555 0-137", "role": "ROLE_AGENT", "isActive": 1 });
    for (path, lists) in [
        ("customers", &["customers", "search"][..]),
        ("members", &["members"]),
    ] {
        ada.post(&format!("/api/{path}"), person.clone()).ok();
        let id = desk.user_id("o.sondergaard@fabrik.example");
        for list in lists {
            for words in [
                "oystein sondergard",
                "Søndergård øyst",
                "fabrik oystein",
                "o.sondergaard@fabrik.example",
                "0305550137",
                "030 5550137",
                "+49 30 5550137",
                "50137",
            ] {
                assert_eq!(people(&ada, list, words), [id], "{list}: {words}");
            }
            for words in ["stein", "oystein nobody", "0137 0305"] {
                assert_eq!(people(&ada, list, words), [0; 0], "{list}: {words}");
            }
        }
    }
}

#[test]
fn whole_names_come_before_beginnings_and_the_newest_first() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ids = ["Mart", "Martina", "Mart", "Martin"].map(|name| {
        let count = desk.number("SELECT count(*) FROM user");
        let email = format!("{count}@example.com");
        let body = json!({ "email": email, "firstName": name, "lastName": "Vos" });
        ada.post("/api/customers", body).ok()["id"]
            .as_i64()
            .unwrap()
    });
    let want = [ids[2], ids[0], ids[3], ids[1]];
    assert_eq!(people(&ada, "customers", "mart"), want);
    assert_eq!(people(&ada, "search", "mart"), want);
    let by_name = ada.get("/api/customers?search=mart&sort=name").ok();
    let names: Vec<&str> = by_name["customers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Mart Vos", "Mart Vos", "Martin Vos", "Martina Vos"]);
    assert_eq!(by_name["pagination_data"]["totalCount"], 4);
}

#[test]
fn saved_replies_and_todos_are_found_by_all_their_words() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Anything");
    let reply = json!({ "name": "Rücksendung", "message": "<p>Please <b>wra</b>p it well, {%ticket.id%}</p>" });
    ada.post("/api/saved-replys", reply).ok();
    let todo = json!({ "ticketId": ticket.id, "description": "Ring Łucja about the invoice" });
    ada.post("/api/todo", todo).ok();
    let count = |target: &str| {
        let found = ada.get(target).ok();
        found
            .get("todos")
            .unwrap_or(&found)
            .as_array()
            .map(Vec::len)
    };
    for (words, replies, todos) in [
        ("wrap+RUCKSEND", 1, 0),
        ("well+please", 1, 0),
        ("rap", 0, 0),
        ("b", 0, 0),
        ("invoice+lucj", 0, 1),
        ("lucja+nothing", 0, 0),
    ] {
        let target = format!("/api/saved-replys?search={words}");
        assert_eq!(count(&target), Some(replies), "{words}");
        assert_eq!(
            count(&format!("/api/todos?search={words}")),
            Some(todos),
            "{words}"
        );
    }
}
