//! Lists of threads.

use serde_json::{Value, json};

use super::{say, threads_of, words_of};
use crate::support::Desk;

#[test]
fn the_newest_comes_first_and_the_one_that_opened_the_ticket_is_not_there() {
    let desk = Desk::new();
    let ticket = desk.ticket("Order");
    let ada = desk.ada();
    assert_eq!(words_of(&ada, ticket), [""; 0]);
    for at in 0..12 {
        say(&ada, ticket, "reply", &format!("<p>{at}</p>")).ok();
    }
    let want: Vec<String> = (0..12).rev().map(|at| format!("<p>{at}</p>")).collect();
    let path = threads_of(ticket);
    let first = ada.get(&path).ok();
    assert_eq!(words_of(&ada, ticket), want[..10]);
    let pagination = &first["pagination"];
    assert_eq!(pagination["numItemsPerPage"], 10);
    assert_eq!(pagination["totalCount"], 12);
    assert_eq!(
        pagination["url"],
        format!("#id/{}/page/replacePage", ticket.id)
    );
    assert_eq!(
        (&pagination["next"], pagination.get("previous")),
        (&json!(2), None)
    );
    let second = ada.get(&format!("{path}?page=2")).ok();
    assert_eq!(second["threads"].as_array().unwrap().len(), 2);
    assert_eq!(second["pagination"].get("next"), None);
    let past = ada.get(&format!("{path}?page=3")).ok();
    assert_eq!(past["threads"], json!([]));
    for (limit, size) in [("0", 1), ("5", 5), ("1000", 12), ("", 10)] {
        let listed = ada.get(&format!("{path}?limit={limit}")).ok();
        assert_eq!(listed["threads"].as_array().unwrap().len(), size, "{limit}");
    }
}

/// For whoever keeps a copy: what has changed since they last asked, of every kind.
#[test]
fn what_has_changed_since_is_listed_alone() {
    let desk = Desk::new();
    let (old, new) = (desk.ticket("Old"), desk.ticket("New"));
    let ada = desk.ada();
    let path = threads_of(new);
    say(&ada, new, "reply", "before").ok();
    let other = json!({ "firstName": "O", "lastName": "T", "email": "other@example.com" });
    ada.post("/api/customers", other).ok();
    desk.clock.advance(60);
    let since = desk.clock.now();
    let names = |list: &Value, key: &str| -> Vec<Value> {
        let rows = list.as_array().expect("a list").iter();
        rows.map(|row| row[key].clone()).collect()
    };
    let tickets = |text: &str| {
        let list = ada.get(&format!("/api/tickets?status=all&updatedSince={text}"));
        names(&list.ok()["tickets"], "id")
    };
    assert_eq!(tickets(&since.0.to_string()), [Value::Null; 0]);
    assert_eq!(tickets("2025-06-02"), [json!(new.id), json!(old.id)]);
    let said = say(&ada, new, "reply", "after").ok();
    assert_eq!(tickets(&since.0.to_string()), [json!(new.id)]);
    let listed = ada.get(&format!("{path}?updatedSince={}", since.0)).ok();
    assert_eq!(names(&listed["threads"], "id"), [said["id"].clone()]);
    assert_eq!(listed["pagination"]["totalCount"], 1);

    let changed = desk.user_id("alan@example.com");
    let body = json!({ "firstName": "Al", "lastName": "T", "email": "alan@example.com" });
    ada.put(&format!("/api/customer/{changed}"), body).ok();
    let listed = ada
        .get(&format!("/api/customers?updatedSince={}", since.0))
        .ok();
    assert_eq!(names(&listed["customers"], "id"), [json!(changed)]);
    assert_eq!(listed["pagination_data"]["totalCount"], 1);
    for path in ["/api/tickets", "/api/customers", &path] {
        let answer = ada.get(&format!("{path}?updatedSince=lately"));
        assert_eq!(answer.error(400), "invalid_request", "{path}");
    }
}

/// Whoever writes decides how long a text is, and not how much memory a reader of a page takes.
#[test]
fn long_texts_stand_on_smaller_pages() {
    let desk = Desk::new();
    let ticket = desk.ticket("Long");
    let ada = desk.ada();
    for letter in ["a", "b", "c", "d"] {
        say(&ada, ticket, "note", &letter.repeat(1_500_000)).ok();
    }
    let path = threads_of(ticket);
    let mut seen = Vec::new();
    for page in 1..=2 {
        let answer = ada.get(&format!("{path}?limit=100&page={page}"));
        assert!(answer.bytes().len() < 4 << 20, "{}", answer.bytes().len());
        let listed = answer.ok();
        assert_eq!(listed["pagination"]["numItemsPerPage"], 2);
        assert_eq!(listed["pagination"]["pageCount"], 2);
        let threads = listed["threads"].as_array().expect("threads");
        seen.extend(
            threads
                .iter()
                .map(|thread| thread["id"].as_i64().expect("an id")),
        );
    }
    assert!(
        seen.len() == 4 && seen.is_sorted_by(|one, next| one > next),
        "{seen:?}"
    );
}

#[test]
fn a_thread_says_who_wrote_it_on_which_side() {
    let desk = Desk::new();
    let ticket = desk.ticket("Sides");
    say(&desk.ada(), ticket, "reply", "from the desk").ok();
    say(&desk.alan(), ticket, "reply", "from outside").ok();
    let listed = desk.grace().get(&threads_of(ticket)).ok();
    let [customers, agents] = [0, 1].map(|at| listed["threads"][at].clone());
    assert_eq!(customers["userType"], "customer");
    assert_eq!(customers["fullname"], "Alan Turing");
    assert_eq!(
        customers["user"]["detail"]["customer"]["name"],
        "Alan Turing"
    );
    assert_eq!(agents["userType"], "agent");
    assert_eq!(agents["user"]["role"], "ROLE_SUPER_ADMIN");
    assert_eq!(agents["user"]["detail"]["agent"]["name"], "Ada Lovelace");
    assert_eq!(agents["bookmark"], Value::Null);
    assert_eq!(agents["isLocked"], false);
}

/// Read by the other side is what `viewedAt` means: nobody is told that they read themselves.
#[test]
fn a_customer_marks_as_read_what_agents_wrote_alone() {
    let desk = Desk::new();
    let ticket = desk.ticket("Read");
    say(&desk.ada(), ticket, "reply", "from the desk").ok();
    say(&desk.alan(), ticket, "reply", "from outside").ok();
    let path = threads_of(ticket);
    desk.grace().get(&path).ok();
    desk.write(|_| Ok(()));
    let seen = || desk.number("SELECT count(*) FROM thread WHERE viewed_at IS NOT NULL");
    assert_eq!(seen(), 0, "an agent's reading is no customer's");
    desk.alan().get(&path).ok();
    desk.write(|_| Ok(()));
    assert_eq!(
        desk.number(
            "SELECT count(*) FROM thread WHERE viewed_at IS NOT NULL AND user_type = 'agent'"
        ),
        1
    );
    assert_eq!(seen(), 1);
}
