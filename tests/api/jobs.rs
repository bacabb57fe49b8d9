//! Work that is left to be done: whoever is told that something is done sees it done, however
//! much there was, and what is left after a kill goes on.

use std::thread;
use std::time::{Duration, Instant};

use pocketdesk::base::cause::Cause;
use pocketdesk::base::db::named_params;
use pocketdesk::base::job::Job;
use pocketdesk::base::who::{Caller, TicketView};
use pocketdesk::work::{jobs, scheduler};
use serde_json::{Value, json};

use crate::support::Desk;

/// More than one slice takes.
const MANY: i64 = 120;

/// A desk with many tickets of Alan's; answers their ids.
fn many_tickets() -> (Desk, Vec<i64>) {
    let desk = Desk::new();
    let first = desk.ticket("Of many").id;
    desk.write(move |change| {
        let columns = "subject, source, status_id, priority_id, type_id, customer_id, created_at, updated_at, status_changed_at";
        for at in 1..MANY {
            change.run(
                &format!(
                    "INSERT INTO ticket (increment_id, reply_token, {columns})
                     SELECT increment_id + :at, reply_token || :at, {columns} FROM ticket WHERE id = :first"
                ),
                named_params! { ":at": at, ":first": first },
            )?;
        }
        Ok(())
    });
    let tickets = desk.read(|view| view.all("SELECT id FROM ticket ORDER BY id", []));
    (desk, tickets)
}

fn left(desk: &Desk) -> i64 {
    desk.number("SELECT count(*) FROM job")
}

/// Leaves a job and does nothing of it, as if the process had been killed then.
fn leave(desk: &Desk, job: Job) {
    let caller = Caller::because_of(Cause::Job);
    let outcome = desk
        .app
        .parts()
        .db
        .write(&caller, move |change| change.enqueue(&job));
    outcome.expect("the job is left");
}

fn step(desk: &Desk) -> bool {
    jobs::step(desk.app.parts()).expect("the step is made")
}

/// An agent who has all of these tickets, and a task; answers their id.
fn busy_agent(desk: &Desk, tickets: &[i64]) -> i64 {
    desk.agent("busy@example.com", &[], TicketView::All);
    let agent = desk.user_id("busy@example.com");
    let body = json!({ "ids": tickets, "agentId": agent });
    desk.ada().put("/api/tickets/agent", body).ok();
    let task = json!({ "ticket": tickets[0], "subject": "Call", "description": "Please.", "assignedAgent": agent, "deadline": "2025-06-09" });
    desk.ada().post("/api/tasks", task).ok();
    agent
}

#[test]
fn a_removed_member_has_no_ticket_when_it_is_said() {
    let (desk, tickets) = many_tickets();
    let ada = desk.ada();
    let agent = busy_agent(&desk, &tickets);
    let before = desk.number("SELECT count(*) FROM activity");
    ada.delete(&format!("/api/member/{agent}")).ok();
    assert_eq!(left(&desk), 0);
    let listed = ada.get("/api/tickets?unassigned&limit=1").ok();
    assert_eq!(listed["pagination"]["totalCount"], MANY);
    let theirs = ada.get(&format!("/api/tickets?agent={agent}")).ok();
    assert_eq!(theirs["tickets"], json!([]));
    assert_eq!(
        desk.number("SELECT count(*) FROM task WHERE agent_id IS NOT NULL"),
        0
    );
    // Each history tells it once, as done by whoever removed the member.
    let owner = desk.user_id("ada@example.com");
    let told = format!(
        "SELECT count(*) FROM activity WHERE property = 'agent' AND to_value IS NULL AND user_id = {owner}"
    );
    assert_eq!(desk.number(&told), MANY);
    assert!(desk.number("SELECT count(*) FROM activity") > before);
    let links = "SELECT count(*) FROM batch j JOIN batch p ON p.id = j.parent_id
                 WHERE j.cause = 'job' AND p.cause = 'person' AND j.depth = 1";
    assert!(
        desk.number(links) > 0,
        "a job's batches follow from the person's"
    );
}

#[test]
fn what_a_kill_left_goes_on_where_it_was() {
    let (desk, tickets) = many_tickets();
    let agent = busy_agent(&desk, &tickets);
    leave(&desk, Job::PartWithMember { user: agent });
    let theirs = format!("SELECT count(*) FROM ticket WHERE agent_id = {agent}");
    assert!(step(&desk));
    let after_one = desk.number(&theirs);
    assert!(0 < after_one && after_one < MANY, "{after_one}");
    // Somebody was at work on it when they were killed: it is theirs until the lease ends.
    let lease = desk.clock.now().plus_secs(60);
    desk.write(move |change| {
        change.run(
            "UPDATE job SET leased_until = :lease",
            named_params! { ":lease": lease },
        )
    });
    assert!(!step(&desk));
    desk.clock.advance(60);
    jobs::run_due(desk.app.parts()).expect("all is done");
    assert_eq!((desk.number(&theirs), left(&desk)), (0, 0));
    assert!(!step(&desk));
}

#[test]
fn nobody_is_made_an_agent_again_while_they_are_parted_with() {
    let (desk, tickets) = many_tickets();
    let agent = busy_agent(&desk, &tickets);
    desk.ada().delete(&format!("/api/member/{agent}")).ok();
    leave(&desk, Job::PartWithMember { user: agent });
    let again = json!({ "email": "busy@example.com", "firstName": "Busy", "lastName": "Again", "contactNumber": "1" });
    let refused = desk.ada().post("/api/members", again.clone());
    assert_eq!(refused.status, 503, "{}", refused.text());
    assert!(refused.header("retry-after").is_some());
    jobs::run_due(desk.app.parts()).expect("all is done");
    desk.ada().post("/api/members", again).ok();
}

#[test]
fn what_fails_is_tried_again_later_and_at_last_given_up() {
    let desk = Desk::new();
    desk.write(|change| {
        change.insert(
            "INSERT INTO job (kind, data, due_at, created_at) VALUES ('nonsense', '{}', 0, 0)",
            [],
        )
    });
    let mut tries = 0;
    for _ in 0..30 {
        if step(&desk) {
            tries += 1;
            assert!(!step(&desk), "it is not due again at once");
        }
        desk.clock.advance(3_600);
    }
    assert_eq!(tries, jobs::MOST_ATTEMPTS);
    let said = desk.number("SELECT count(*) FROM job WHERE last_error LIKE '%nonsense%'");
    assert_eq!(said, 1);
}

#[test]
fn a_renamed_customer_is_found_when_it_is_said() {
    let (desk, _) = many_tickets();
    let ada = desk.ada();
    let alan = desk.user_id("alan@example.com");
    let body =
        json!({ "email": "zach@example.com", "firstName": "Zacharias", "lastName": "Turing" });
    ada.put(&format!("/api/customer/{alan}"), body).ok();
    assert_eq!(left(&desk), 0);
    let jobs = desk.number("SELECT seq FROM sqlite_sequence WHERE name = 'job'");
    assert_eq!(jobs, 1, "one for the name and the address");
    let found = ada.get("/api/tickets?search=zacharias&status=all").ok();
    assert_eq!(found["pagination"]["totalCount"], MANY);
}

#[test]
fn a_deleted_tag_is_on_nothing_when_it_is_said() {
    let (desk, tickets) = many_tickets();
    let ada = desk.ada();
    let tag = ada.post("/api/tags", json!({ "name": "doomed" })).ok()["id"]
        .as_i64()
        .expect("an id");
    desk.write(move |change| {
        change.run(
            "INSERT INTO ticket_tag (ticket_id, tag_id) SELECT id, :tag FROM ticket",
            named_params! { ":tag": tag },
        )
    });
    let version = format!("SELECT version FROM ticket WHERE id = {}", tickets[0]);
    let before = desk.number(&version);
    ada.delete(&format!("/api/tag/{tag}")).ok();
    assert_eq!(left(&desk), 0);
    assert_eq!(desk.number("SELECT count(*) FROM ticket_tag"), 0);
    assert_eq!(desk.number(&version), before + 1);
    assert_eq!(
        ada.get(&format!("/api/tickets?tag={tag}")).ok()["tickets"],
        json!([])
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM activity WHERE property = 'tag_removed'"),
        MANY
    );
}

/// It is no tag any more from the first moment, however long taking it off takes.
#[test]
fn a_tag_that_is_being_taken_off_is_on_no_list() {
    let (desk, tickets) = many_tickets();
    let ada = desk.ada();
    desk.write(|change| {
        for sql in [
            "INSERT INTO tag (id, name, name_key) VALUES (77, 'doomed', 'doomed')",
            "INSERT INTO ticket_tag (ticket_id, tag_id) SELECT id, 77 FROM ticket WHERE id > 1",
            "INSERT INTO removed_tag (id, name) SELECT id, name FROM tag",
            "DELETE FROM tag",
        ] {
            change.run(sql, [])?;
        }
        Ok(())
    });
    leave(&desk, Job::TakeOffTag { tag: 77 });
    let path = format!("/api/ticket/{}/tags", tickets[1]);
    let added = ada.post(&path, json!({ "name": "doomed" })).ok();
    assert_ne!(added["tag"]["id"], 77);
    // Its tickets change meanwhile.
    let owner = desk.user_id("ada@example.com");
    ada.put(
        "/api/tickets/agent",
        json!({ "ids": tickets, "agentId": owner }),
    )
    .ok();
    let listed = ada.get("/api/tags").ok();
    assert_eq!(listed["tags"].as_array().map(Vec::len), Some(1));
    jobs::run_due(desk.app.parts()).expect("all is done");
    assert_eq!(desk.number("SELECT count(*) FROM ticket_tag"), 1);
}

#[test]
fn articles_are_found_by_what_their_tag_is_called_now() {
    let desk = Desk::new();
    let ada = desk.ada();
    let tag = ada.post("/api/tags", json!({ "name": "colour" })).ok()["id"]
        .as_i64()
        .expect("an id");
    let folder = crate::knowledge::folder(&desk, "Help", "public");
    let category = crate::knowledge::category(&desk, folder, "All");
    let first = crate::knowledge::article(&desk, category, "Something", "published");
    desk.write(move |change| {
        for at in 0..60 {
            let id = change.insert(
                "INSERT INTO article (category_id, name, name_key, status, sort_order, created_at, updated_at)
                 SELECT category_id, name, name_key, status, sort_order, created_at, updated_at FROM article WHERE id = :first",
                named_params! { ":first": first },
            )?;
            change.run("INSERT INTO article_text (article_id, text) VALUES (:id, :at)", named_params! { ":id": id, ":at": format!("number {at}") })?;
            change.run("INSERT INTO article_tag (article_id, tag_id) VALUES (:id, :tag)", named_params! { ":id": id, ":tag": tag })?;
        }
        Ok(())
    });
    let found = |word: &str| {
        ada.get(&format!("/api/articles?search={word}")).ok()["pagination_data"]["totalCount"]
            .clone()
    };
    assert_eq!(found("colour"), 60);
    ada.put(&format!("/api/tag/{tag}"), json!({ "name": "hue" }))
        .ok();
    assert_eq!(
        (found("colour"), found("hue")),
        (Value::from(0), Value::from(60))
    );
    ada.delete(&format!("/api/tag/{tag}")).ok();
    assert_eq!((found("hue"), left(&desk)), (Value::from(0), 0));
}

#[test]
fn many_tickets_are_gone_when_it_is_said() {
    let (desk, tickets) = many_tickets();
    let ids: Vec<&i64> = tickets.iter().chain(&tickets).collect();
    let deleted = desk
        .ada()
        .delete_with("/api/tickets", json!({ "ids": ids }))
        .ok();
    assert_eq!(
        deleted["deletedTickets"]
            .as_str()
            .map(|ids| ids.split(',').count()),
        Some(tickets.len())
    );
    assert_eq!(
        (desk.number("SELECT count(*) FROM ticket"), left(&desk)),
        (0, 0)
    );
    assert_eq!(
        desk.number("SELECT count(*) FROM event WHERE kind = 'ticket_deleted'"),
        MANY
    );
}

/// The key is the server's, so that its worker alone seals: what is read is the same before and after.
#[test]
fn values_are_sealed_by_the_worker() {
    let (desk, tickets) = many_tickets();
    let ada = desk.ada();
    let field = json!({ "name": "Secret", "agentType": "both", "fieldType": "text" });
    let field = ada.post("/api/custom-fields", field).ok()["id"]
        .as_i64()
        .expect("an id");
    desk.write(move |change| {
        change.run("INSERT INTO custom_field_value (ticket_id, custom_field_id, value) SELECT id, :field, 'open' FROM ticket", named_params! { ":field": field })
    });
    ada.put(
        &format!("/api/custom-field/{field}"),
        json!({ "encryption": 1 }),
    )
    .ok();
    let sealed = || desk.number("SELECT count(*) FROM custom_field_value WHERE value IS NULL");
    assert!((1..MANY).contains(&sealed()));
    let number = desk.number(&format!(
        "SELECT increment_id FROM ticket WHERE id = {}",
        tickets.last().expect("a ticket")
    ));
    let shown = || {
        ada.get(&format!("/api/ticket/{number}")).ok()["ticket"]["customFieldValues"][0]["value"]
            .clone()
    };
    assert_eq!(shown(), "open");
    let worker = jobs::start(desk.app.parts().clone()).expect("the worker starts");
    let began = Instant::now();
    while left(&desk) > 0 && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(5));
    }
    worker.stop();
    assert_eq!((sealed(), left(&desk)), (MANY, 0));
    assert_eq!(shown(), "open");
}

#[test]
fn the_worker_is_woken_by_a_commit_and_stops_between_two_slices() {
    let (desk, tickets) = many_tickets();
    let agent = busy_agent(&desk, &tickets);
    let worker = jobs::start(desk.app.parts().clone()).expect("the worker starts");
    leave(&desk, Job::PartWithMember { user: agent });
    let began = Instant::now();
    while left(&desk) > 0 && began.elapsed() < Duration::from_secs(10) {
        thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(left(&desk), 0);
    // It takes nothing from whoever follows up a change of their own.
    desk.ada()
        .put(
            "/api/tickets/agent",
            json!({ "ids": tickets, "agentId": agent }),
        )
        .ok();
    desk.ada().delete(&format!("/api/member/{agent}")).ok();
    let theirs = format!("SELECT count(*) FROM ticket WHERE agent_id = {agent}");
    assert_eq!((desk.number(&theirs), left(&desk)), (0, 0));
    worker.stop();
    // Nothing is begun any more.
    leave(&desk, Job::PartWithMember { user: agent });
    assert_eq!(left(&desk), 1);
}

#[test]
fn who_stands_behind_a_change_is_known() {
    let desk = Desk::new();
    let ada = desk.user_id("ada@example.com");
    let alan = desk.user_id("alan@example.com");
    let body = json!({ "type": "1", "subject": "Mine", "reply": "Please help.",
        "actAsType": "customer", "actAsEmail": "alan@example.com" });
    desk.ada().post("/api/tickets", body).ok();
    let batch = format!("SELECT count(*) FROM batch JOIN event ON event.batch_id = batch.id
        WHERE cause = 'person' AND batch.user_id = {alan} AND impersonator_id = {ada} AND kind = 'ticket_created'");
    assert_eq!(desk.number(&batch), 1);
}

/// What is deleted for good leaves that it was, and who did it; not what had happened to it.
#[test]
fn what_is_deleted_for_good_takes_what_happened_to_it_along() {
    let desk = Desk::new();
    let ada = desk.ada();
    let (gone, kept) = (desk.ticket("Gone").id, desk.ticket("Kept").id);
    for ticket in [gone, kept] {
        let path = format!("/api/ticket/{ticket}");
        ada.patch(&path, json!({ "editType": "priority", "value": 2 }))
            .ok();
    }
    ada.delete_with("/api/tickets", json!({ "ids": [gone] }))
        .ok();
    let left = |table: &str| {
        desk.number(&format!(
            "SELECT count(*) FROM {table} WHERE ticket_id = {gone}"
        ))
    };
    assert_eq!((left("event"), left("activity")), (1, 0));
    let before = desk.number("SELECT count(*) FROM batch");
    scheduler::sweep_batches(desk.app.parts()).expect("it is swept");
    assert_eq!(
        desk.number("SELECT count(*) FROM batch"),
        before,
        "the last day's stay"
    );
    desk.clock.advance(2 * 24 * 60 * 60);
    scheduler::sweep_batches(desk.app.parts()).expect("it is swept");
    let empty = "SELECT count(*) FROM batch WHERE id NOT IN (SELECT batch_id FROM event)";
    assert_eq!(desk.number(empty), 0);
    assert_eq!(left("event"), 1);
    assert!(desk.number("SELECT count(*) FROM batch") > 0);
}

/// What the cleaner has learned holds for what was written before.
#[test]
fn texts_of_older_rules_are_cleaned_by_those_of_now() {
    let desk = Desk::new();
    let ticket = desk.ticket("Old rules");
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    let body = json!({ "threadType": "reply", "reply": "<p>harmless</p>" });
    desk.ada().post(&threads, body).ok();
    // As if older rules had let a script stand, once with and once without what had come.
    desk.write(|change| {
        change.run("UPDATE thread SET cleaner = 0", [])?;
        change.run(
            "UPDATE thread SET clean = '<p>old</p><script>x</script>', raw = NULL WHERE thread_type = 'reply'",
            [],
        )?;
        change.run(
            "UPDATE thread SET clean = '<i>wrong</i>', raw = '<b>quillon</b>' WHERE thread_type = 'create'",
            [],
        )
    });
    let worker = jobs::start(desk.app.parts().clone()).expect("it starts");
    let until = Instant::now() + Duration::from_mins(1);
    while desk.number("SELECT count(*) FROM thread WHERE cleaner = 0") > 0 || left(&desk) > 0 {
        assert!(Instant::now() < until, "it is not done");
        thread::sleep(Duration::from_millis(5));
    }
    worker.stop();
    let clean = desk.read(|view| view.all::<String>("SELECT clean FROM thread ORDER BY id", []));
    assert_eq!(clean, ["<b>quillon</b>", "<p>old</p>"]);
    let found = desk
        .ada()
        .get("/api/tickets?status=all&search=quillon")
        .ok();
    assert_eq!(
        found["tickets"][0]["id"], ticket.id,
        "it is found by what it says now"
    );
}
