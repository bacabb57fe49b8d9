//! Saved replies: whose they are, who sees them, and what they say for a ticket.

use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use crate::support::{Client, Desk};

fn body(name: &str) -> Value {
    json!({ "name": name, "message": "<p>Hi {%ticket.customerName%}</p>" })
}

#[track_caller]
fn made(client: &Client, reply: Value) -> String {
    let made = client.post("/api/saved-replys.json", reply).ok();
    format!("/api/saved-reply/{}.json", made["id"])
}

#[track_caller]
fn names(client: &Client, query: &str) -> Vec<String> {
    let listed = client.get(&format!("/api/saved-replys.json{query}")).ok();
    let listed = listed.as_array().expect("a bare array");
    listed
        .iter()
        .map(|one| one["name"].as_str().expect("a name").to_owned())
        .collect()
}

/// Puts somebody into a group or a team.
fn join(desk: &Desk, table: &'static str, id: i64, email: &str) {
    let user = desk.user_id(email);
    desk.write(move |change| {
        let sql = format!("INSERT INTO {table} VALUES ({id}, {user})");
        change.run(&sql, []).map(|_| ())
    });
}

fn team(desk: &Desk) -> i64 {
    let team = json!({ "name": "Night", "description": "d", "groups": [1] });
    let made = desk.ada().post("/api/sub-groups", team).ok();
    made["id"].as_i64().expect("an id")
}

#[test]
fn what_is_shown_of_a_reply_is_saved_again_as_it_was() {
    let desk = Desk::new();
    let grace = desk.grace();
    for message in ["1 < 2 & {%ticket.id%}", "Noël & fils\n", "<i>a</i> & <b\nb"] {
        let new = json!({ "name": format!("On {}", message.len()), "message": message });
        let id = grace.post("/api/savedreplys.json", new).ok()["id"].clone();
        let path = format!("/api/saved-reply/{id}.json");
        let shown = grace.get(&path).ok()["message"].clone();
        let again = json!({ "name": "Again", "message": shown });
        grace.put(&format!("/api/savedreply/{id}"), again).ok();
        assert_eq!(grace.get(&path).ok()["message"], shown, "{message}");
        grace.delete(&path).ok();
    }
}

#[test]
fn a_reply_is_made_changed_listed_and_deleted_as_documented() {
    let desk = Desk::new();
    let grace = desk.grace();
    let new =
        json!({ "name": "saved reply for sending message", "message": "thank for your support" });
    let answer = grace.post("/api/savedreplys.json", new).ok();
    let id = answer["id"].as_i64().unwrap();
    assert_eq!(
        answer,
        json!({ "msg": "Success! Saved Reply has been added successfully.", "id": id })
    );
    let shown = json!({ "id": id, "companyId": 1, "templateId": null,
        "name": "saved reply for sending message", "subject": null, "isPredefind": null,
        "templateFor": null, "message": "thank for your support", "messageInline": null,
        "user": desk.user_id("grace@example.com"), "groups": [], "teams": [], "isForEverybody": false });
    assert_eq!(
        grace.get("/api/savedreplys.json?search=REPLY").ok(),
        json!([shown])
    );
    let path = format!("/api/saved-reply/{id}.json");
    assert_eq!(grace.get(&path).ok(), shown);
    let edited = json!({ "name": "edited saved reply", "message": "thanks for your support </p>{%ticket.status%}</p>" });
    assert_eq!(
        grace.put(&format!("/api/savedreply/{id}"), edited).ok(),
        json!({ "msg": "Success! Saved Reply has been updated successfully.", "id": id })
    );
    let after = grace.get(&path).ok();
    assert_eq!(after["name"], "edited saved reply");
    assert_eq!(
        after["message"], "thanks for your support {%ticket.status%}",
        "what closes and never opens goes"
    );
    assert_eq!(
        grace.delete(&path).ok(),
        json!({ "message": "Success! Saved Reply has been deleted successfully." })
    );
    assert_eq!(grace.get(&path).error(404), "not_found");
}

#[test]
fn somebody_elses_reply_is_not_there() {
    let desk = Desk::new();
    let grace = desk.grace();
    let path = made(&grace, body("mine"));
    let other = desk.agent("other@example.com", &[], TicketView::All);
    let ticket = desk.ticket("x");
    assert_eq!(other.get(&path).error(404), "not_found");
    assert_eq!(
        other
            .get(&format!("{path}?ticketId={}", ticket.id))
            .error(404),
        "not_found"
    );
    assert_eq!(other.put(&path, body("x")).error(404), "not_found");
    assert_eq!(other.delete(&path).error(404), "not_found");
    assert!(names(&other, "").is_empty());
    assert!(names(&other, "?search=mine&sort=name").is_empty());
    assert_eq!(grace.get(&path).ok()["name"], "mine");
    // Admins see all, and what they change stays its agent's.
    let ada = desk.ada();
    assert_eq!(names(&ada, ""), ["mine"]);
    ada.put(&path, body("better")).ok();
    assert_eq!(names(&grace, ""), ["better"]);
    ada.delete(&path).ok();
    assert!(names(&grace, "").is_empty());
}

#[test]
fn a_shared_reply_is_read_by_whom_it_is_shared_with_and_changed_by_its_agent() {
    let desk = Desk::new();
    let grace = desk.grace();
    let night = team(&desk);
    let ticket = desk.ticket("x");
    for (share, table, id) in [
        (json!({ "groups": [1] }), "group_user", 1),
        (json!({ "teams": night.to_string() }), "team_user", night),
    ] {
        let mut reply = body("shared");
        reply
            .as_object_mut()
            .unwrap()
            .extend(share.as_object().unwrap().clone());
        let path = made(&grace, reply);
        let address = format!("in-{table}@example.com");
        let inside = desk.agent(&address, &[], TicketView::All);
        let outside = desk.agent(&format!("not-{table}@example.com"), &[], TicketView::All);
        assert_eq!(inside.get(&path).error(404), "not_found");
        join(&desk, table, id, &address);
        assert_eq!(inside.get(&path).ok()["name"], "shared", "{table}");
        assert_eq!(names(&inside, ""), ["shared"], "{table}");
        inside.get(&format!("{path}?ticketId={}", ticket.id)).ok();
        assert_eq!(inside.put(&path, body("x")).error(403), "forbidden");
        assert_eq!(inside.delete(&path).error(403), "forbidden");
        assert_eq!(outside.get(&path).error(404), "not_found");
        assert!(names(&outside, "").is_empty(), "{table}");
        assert_eq!(grace.get(&path).ok()["name"], "shared");
        let mut taken_back = body("shared");
        taken_back["groups"] = json!([]);
        taken_back["teams"] = json!("");
        grace.put(&path, taken_back).ok();
        assert_eq!(inside.get(&path).error(404), "not_found", "{table}");
    }
}

#[test]
fn a_reply_for_everybody_is_read_by_every_agent_once() {
    let desk = Desk::new();
    let grace = desk.grace();
    join(&desk, "group_user", 1, "grace@example.com");
    let mut reply = body("for all");
    reply["isForEverybody"] = json!("on");
    reply["groups"] = json!([1]);
    let path = made(&grace, reply);
    let other = desk.agent("other@example.com", &[], TicketView::Own);
    assert_eq!(names(&other, ""), ["for all"]);
    assert_eq!(names(&grace, ""), ["for all"], "not once for each reason");
    let shown = other.get(&path).ok();
    assert_eq!(shown["isForEverybody"], true);
    assert_eq!(shown["groups"], json!([{ "id": 1, "name": "Default" }]));
    // What is left out of an edit stays shared as it is.
    grace.put(&path, body("still for all")).ok();
    assert_eq!(names(&other, ""), ["still for all"]);
    let mut taken_back = body("mine");
    taken_back["isForEverybody"] = json!(0);
    grace.put(&path, taken_back).ok();
    assert!(names(&other, "").is_empty());
}

#[test]
fn a_group_or_a_team_that_goes_takes_its_share_with_it() {
    let desk = Desk::new();
    let (ada, grace) = (desk.ada(), desk.grace());
    let group = ada
        .post("/api/groups", json!({ "name": "Gone", "description": "d" }))
        .ok()["id"]
        .clone();
    let night = team(&desk);
    let mut reply = body("kept");
    reply["groups"] = json!([group]);
    reply["teams"] = json!([night]);
    let path = made(&grace, reply);
    ada.delete(&format!("/api/group/{group}")).ok();
    ada.delete(&format!("/api/sub-group/{night}")).ok();
    let shown = grace.get(&path).ok();
    assert_eq!(
        (&shown["groups"], &shown["teams"]),
        (&json!([]), &json!([]))
    );
}

#[test]
fn the_list_is_sorted_searched_and_paged() {
    let desk = Desk::new();
    let grace = desk.grace();
    for name in ["cobalt", "Amber", "100%"] {
        made(&grace, body(name));
    }
    made(&desk.ada(), body("not hers"));
    for (query, want) in [
        ("", vec!["100%", "Amber", "cobalt"]),
        ("?direction=asc", vec!["cobalt", "Amber", "100%"]),
        ("?sort=name&direction=ASC", vec!["100%", "Amber", "cobalt"]),
        ("?sort=name&limit=2&page=2", vec!["100%"]),
        ("?search=100%25", vec!["100%"]),
        ("?search=AMB", vec!["Amber"]),
        ("?search=mber", vec![]),
        ("?search=%25", vec![]),
        ("?search=hers", vec![]),
        ("?page=7", vec![]),
    ] {
        assert_eq!(names(&grace, query), want, "{query}");
    }
}

#[test]
fn a_reply_is_filled_in_for_a_ticket_in_sight() {
    let desk = Desk::new();
    let grace = desk.grace();
    let ticket = desk.ticket("Broken kettle");
    let path = made(
        &grace,
        json!({ "name": "department msg",
            "message": "<p>Hi %{ticket.name.first},</p>\n<p>Your ticket #%{ticket.number} created on %{ticket.create_date} is {%ticket.status%}, {% unknown %}.</p>\n" }),
    );
    let filled = format!("{path}?ticketId={}", ticket.id);
    let filled = |locale: &str| {
        let shown = grace.get(&format!("/{locale}{filled}")).ok();
        shown["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        filled("en"),
        format!(
            "<p>Hi Alan,</p>\n<p>Your ticket #{} created on 02-Jun 09:30am is Open, {{% unknown %}}.</p>",
            ticket.increment_id
        )
    );
    assert!(filled("de").contains("Offen"), "{}", filled("de"));
    let narrow = desk.agent("narrow@example.com", &[], TicketView::Own);
    let own = made(&narrow, body("mine"));
    let unseen = narrow.get(&format!("{own}?ticketId={}", ticket.id));
    assert_eq!(unseen.error(404), "not_found");
}

#[test]
fn bad_replies_are_refused_and_leave_nothing() {
    let desk = Desk::new();
    let grace = desk.grace();
    let path = made(&grace, body("kept"));
    let before = grace.get(&path).ok();
    let with = |field: &str, value: Value| {
        let mut reply = body("x");
        reply[field] = value;
        reply
    };
    for (reply, field) in [
        (json!({}), "name"),
        (json!({ "name": "x" }), "message"),
        (with("name", json!("\n")), "name"),
        (with("name", json!("x".repeat(256))), "name"),
        (with("message", json!("<script>x</script>")), "message"),
        (with("groups", json!([1, 99])), "groups"),
        (with("groups", json!("x")), "groups"),
        (with("teams", json!([99])), "teams"),
        (with("isForEverybody", json!(2)), "isForEverybody"),
    ] {
        for answer in [
            grace.post("/api/saved-replys", reply.clone()),
            grace.put(&path, reply.clone()),
        ] {
            answer.error(400);
            assert!(
                answer.json()["errors"][field][0].is_string(),
                "{field}: {}",
                answer.text()
            );
        }
    }
    assert_eq!(grace.get(&path).ok(), before);
    assert_eq!(desk.number("SELECT count(*) FROM saved_reply"), 1);
    assert_eq!(desk.number("SELECT count(*) FROM saved_reply_group"), 0);
}

#[test]
fn saved_replies_are_for_agents() {
    let desk = Desk::new();
    let mut reply = body("for all");
    reply["isForEverybody"] = json!(true);
    let path = made(&desk.grace(), reply);
    let alan = desk.alan();
    assert_eq!(alan.get("/api/saved-replys").error(403), "forbidden");
    assert_eq!(alan.get(&path).error(403), "forbidden");
    assert_eq!(
        alan.post("/api/savedreplys", body("x")).error(403),
        "forbidden"
    );
    assert_eq!(alan.delete(&path).error(403), "forbidden");
}
