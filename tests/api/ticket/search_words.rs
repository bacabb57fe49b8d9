//! What leads to a ticket: words of different messages, its number, its people, its files; and
//! in which order tickets are found.

use serde_json::{Value, json};

use super::ids_of;
use crate::encoded;
use crate::support::multipart::Form;
use crate::support::{Client, Desk, Opened};

/// The ids of all tickets that `words` find.
fn found(client: &Client, words: &str) -> Vec<i64> {
    ids_of(
        client,
        &format!("status=all&limit=100&search={}", encoded(words)),
    )
}

fn say(client: &Client, ticket: Opened, kind: &str, words: &str) -> Value {
    let body = json!({ "threadType": kind, "reply": words, "to": "out@elsewhere.example" });
    client
        .post(&format!("/api/ticket/{}/threads", ticket.id), body)
        .ok()["id"]
        .clone()
}

#[test]
fn words_of_different_messages_find_their_ticket() {
    let desk = Desk::new();
    let ada = desk.ada();
    let (both, one) = (desk.ticket("Bracket"), desk.ticket("Bracket"));
    say(&desk.alan(), both, "reply", "it came without any hinges");
    say(&ada, both, "reply", "which colour was ordered?");
    say(&ada, both, "note", "supplier forgot them");
    say(&ada, one, "reply", "which colour was ordered?");
    assert_eq!(found(&ada, "hinges colour"), [both.id]);
    assert_eq!(found(&ada, "bracket hinges ord"), [both.id]);
    assert_eq!(found(&ada, "bracket colour"), [one.id, both.id]);
    assert_eq!(found(&ada, "hinges supplier"), [both.id]);
    let alan = desk.alan();
    assert_eq!(found(&alan, "hinges colour"), [both.id]);
    assert_eq!(found(&alan, "hinges supplier"), [0; 0], "a note's word");
    assert_eq!(found(&ada, "colour nothing"), [0; 0]);
}

#[test]
fn a_number_leads_to_its_ticket_first() {
    let desk = Desk::new();
    let ada = desk.ada();
    let meant = desk.ticket("The one that is meant");
    let number = meant.increment_id;
    for _ in 0..3 {
        let other = desk.ticket("Another");
        say(&ada, other, "reply", &format!("see {number} and {number}7"));
    }
    for words in [
        format!("{number}"),
        format!("#{number}"),
        format!(" # {number} "),
    ] {
        let ids = found(&ada, &words);
        assert_eq!((ids[0], ids.len()), (meant.id, 4), "{words}");
    }
    let closed = json!({ "editType": "status", "value": 4 });
    ada.patch(&format!("/api/ticket/{}", meant.id), closed).ok();
    let search = |path: &str| ada.get(&format!("/api/{path}search=%23{number}")).ok();
    assert_eq!(search("search?")["tickets"][0]["id"], meant.id);
    let listed = search("tickets?status=4&");
    assert_eq!(listed["tickets"][0]["id"], meant.id);
    assert_eq!(listed["tabs"]["4"], "1");
    let open = search("tickets?status=6&");
    assert_eq!(open["tickets"].as_array().map(Vec::len), Some(3));
    assert_eq!(open["pagination"]["totalCount"], 3);
    assert_eq!(
        found(&desk.customer("eve@example.com"), &number.to_string()),
        [0; 0]
    );
}

#[test]
fn whole_words_come_before_beginnings_and_the_newest_first() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ids = ["screen", "screens", "Screen", "screening", "green"]
        .map(|subject| desk.ticket(subject).id);
    let want = [ids[2], ids[0], ids[3], ids[1]];
    assert_eq!(found(&ada, "screen"), want);
    assert_eq!(found(&desk.alan(), "screen"), want, "a customer");
    for page in 1..=4 {
        let query = format!("search=screen&limit=1&page={page}");
        assert_eq!(ids_of(&ada, &query), [want[page - 1]]);
    }
    let oldest_first = ids_of(&ada, "search=screen&direction=asc");
    assert_eq!(oldest_first, [ids[0], ids[2], ids[1], ids[3]]);
}

#[test]
fn scripts_without_blanks_and_letters_with_strokes_are_found() {
    let desk = Desk::new();
    let ada = desk.ada();
    let japanese = desk.ticket("領収書の件");
    say(
        &desk.alan(),
        japanese,
        "reply",
        "請求先の住所を変更したいです。注文番号はＸＹ４２です。",
    );
    let polish = desk.ticket("Zażółć gęślą jaźń, bitte größer");
    for (words, want) in [
        ("収書", japanese.id),
        ("住所を変", japanese.id),
        ("変更 xy42", japanese.id),
        ("zazolc", polish.id),
        ("GROSSER gesla", polish.id),
        ("Größer", polish.id),
    ] {
        assert_eq!(found(&ada, words), [want], "{words}");
        assert_eq!(found(&desk.alan(), words), [want], "{words}, as a customer");
    }
    for words in ["書住", "所変", "更新", "xy421"] {
        assert_eq!(found(&ada, words), [0; 0], "{words}");
    }
}

#[test]
fn everybody_who_takes_part_is_found_until_they_do_not() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("In company");
    let made = json!({ "email": "priya.copy@firm.example", "firstName": "Priya", "lastName": "Øverland",
        "contactNumber": "+44 (0)20 7946-0018" });
    let customer = ada.post("/api/customers", made).ok()["id"].clone();
    let path = format!("/api/ticket/{}/collaborator", ticket.id);
    let words = [
        "priya.copy@firm.example",
        "priya.copy",
        "firm.example",
        "priya overland",
        "020 7946 0018",
        "+442079460018",
        "60018",
        "company prIYa",
    ];
    let all = |want: &[i64]| {
        for words in words {
            assert_eq!(found(&ada, words), want, "{words}");
        }
    };
    all(&[]);
    ada.post(&path, json!({ "email": "priya.copy@firm.example" }))
        .ok();
    all(&[ticket.id]);
    assert_eq!(found(&desk.alan(), "overland"), [ticket.id]);
    assert_eq!(
        found(&desk.alan(), "02079460018"),
        [0; 0],
        "what customers are not shown"
    );
    let changed = json!({ "email": "priya.new@firm.example", "firstName": "Priya", "lastName": "Øverland",
        "contactNumber": "030 111222" });
    ada.put(&format!("/api/customer/{customer}"), changed).ok();
    assert_eq!(found(&ada, "priya.new"), [ticket.id]);
    assert_eq!(found(&ada, "030111222"), [ticket.id]);
    assert_eq!(found(&ada, "60018"), [0; 0]);
    ada.delete_with(&path, json!({ "collaboratorId": customer }))
        .ok();
    all(&[]);
    assert_eq!(found(&ada, "priya.new"), [0; 0]);
}

#[test]
fn files_are_found_by_their_names_and_forwards_by_whom_they_went_to() {
    let desk = Desk::new();
    let (ada, alan) = (desk.ada(), desk.alan());
    let ticket = desk.ticket("Papers");
    let send = |kind: &str, name: &str| {
        let (content_type, body) = Form::default()
            .field("threadType", kind)
            .field("reply", "See the file.")
            .file("attachments[]", name, b"x")
            .finish();
        let path = format!("/api/ticket/{}/threads", ticket.id);
        ada.send("POST", &path, &content_type, &body).ok()["id"].clone()
    };
    let reply = send("reply", "delivery_slip-0815.pdf");
    send("note", "margins.xlsx");
    say(&ada, ticket, "forward", "please have a look");
    for (words, of_alan) in [
        ("delivery_slip-0815.pdf", true),
        ("slip", true),
        ("0815", true),
        ("margins.xlsx", false),
        ("out@elsewhere.example", false),
        ("please look", false),
    ] {
        assert_eq!(found(&ada, words), [ticket.id], "{words}");
        assert_eq!(
            found(&alan, words).len(),
            usize::from(of_alan),
            "{words}, as a customer"
        );
    }
    let path = format!("/api/ticket/{}/thread/{reply}", ticket.id);
    ada.patch(&path, json!({ "updateType": "lock" })).ok();
    for client in [&ada, &alan] {
        assert_eq!(found(client, "slip"), [0; 0], "locked away");
    }
    ada.patch(&path, json!({ "updateType": "unlock" })).ok();
    assert_eq!(found(&alan, "slip"), [ticket.id]);
    ada.delete(&path).ok();
    assert_eq!(found(&ada, "slip"), [0; 0]);
}

#[test]
fn the_agents_name_finds_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Assigned");
    let grace = json!({ "id": desk.user_id("grace@example.com") });
    ada.put(&format!("/api/ticket/{}/agent", ticket.id), grace)
        .ok();
    assert_eq!(found(&ada, "grace"), [0; 0]);
}

#[test]
fn too_many_words_are_refused() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("a b");
    assert_eq!(
        ids_of(&ada, &format!("search={}", "a+b+".repeat(32))),
        [ticket.id]
    );
    for list in [
        "tickets",
        "search",
        "customers",
        "members",
        "tasks",
        "articles",
        "saved-replys",
        "todos",
    ] {
        let answer = ada.get(&format!("/api/{list}?search={}", "a+".repeat(65)));
        assert_eq!(answer.error(400), "invalid_request", "{list}");
        assert!(answer.json()["errors"]["search"].is_array(), "{list}");
    }
}

/// A page is full of what the list has, however many matches it has not.
#[test]
fn tabs_count_what_is_paged() {
    let desk = Desk::new();
    let ada = desk.ada();
    let closed = desk.ticket("Lantern");
    let status = json!({ "editType": "status", "value": 4 });
    ada.patch(&format!("/api/ticket/{}", closed.id), status)
        .ok();
    for _ in 0..260 {
        desk.ticket("Lantern");
    }
    let listed = ada.get("/api/tickets?search=lantern&status=4").ok();
    assert_eq!(listed["pagination"]["totalCount"], 1);
    assert_eq!(listed["tabs"]["4"], "1");
    for page in 1..=3 {
        let listed = ada
            .get(&format!(
                "/api/tickets?search=lantern&status=1,4&limit=100&page={page}"
            ))
            .ok();
        let tabs = |status: &str| {
            listed["tabs"][status]
                .as_str()
                .map_or(0, |count| count.parse().unwrap())
        };
        let paged: i64 = tabs("1") + tabs("4");
        assert_eq!(listed["pagination"]["totalCount"], paged, "page {page}");
    }
}

/// So many words that they are not asked for one by one.
#[test]
fn many_words_may_begin_alike() {
    let desk = Desk::new();
    let whole = desk.ticket("vary");
    let subjects = (0..60).map(|number| desk.ticket(&format!("vary{number}x")).id);
    let mut want: Vec<i64> = subjects.collect();
    want.reverse();
    want.insert(0, whole.id);
    for client in [desk.ada(), desk.alan()] {
        assert_eq!(found(&client, "vary"), want);
        assert_eq!(
            found(&client, "vary5"),
            want.iter()
                .copied()
                .filter(|id| { (51..=60).contains(&(id - whole.id)) || id - whole.id == 6 })
                .collect::<Vec<_>>()
        );
        assert_eq!(found(&client, "varyx"), [0; 0]);
    }
}
