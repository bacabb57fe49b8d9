//! What workflows do, and when.

use pocketdesk::base::who::Privilege::ApplyWorkflow;
use pocketdesk::base::who::TicketView;
use serde_json::{Value, json};

use super::{desk_without_workflows, made, manual, stored};
use crate::support::Desk;

/// One field of a workflow as it is shown.
fn shown(desk: &Desk, id: i64, field: &str) -> Value {
    desk.ada().get(&format!("/api/workflow/{id}")).ok()[field].clone()
}

fn priority_of(desk: &Desk, ticket: i64) -> i64 {
    desk.number(&format!(
        "SELECT priority_id FROM ticket WHERE id = {ticket}"
    ))
}

#[test]
fn the_documented_sample_has_its_effect() {
    let desk = desk_without_workflows();
    let id = made(
        &desk.ada(),
        json!({ "type": "1", "name": "new priority workflow", "description": "set priority on created",
            "events": [{ "event": "ticket", "trigger": "created" }],
            "conditions": [{ "type": "subject", "match": "contains", "value": "abcd" }],
            "actions": [{ "type": "priority", "value": "3" }] }),
    );
    let fits = desk.ticket("An ABCD of leaks");
    let other = desk.ticket("A leak");
    assert_eq!(
        (priority_of(&desk, fits.id), priority_of(&desk, other.id)),
        (3, 1)
    );
    assert_eq!(shown(&desk, id, "runs"), 1);
    assert_eq!(shown(&desk, id, "lastError"), Value::Null);
    assert_eq!(shown(&desk, id, "lastRunAt")["date"], "2025-06-02 09:30:20");
    let activity = desk
        .ada()
        .get(&format!("/api/ticket/{}/activity", fits.id))
        .ok();
    let line = &activity["activity"][0];
    assert_eq!(line["property"], "priority");
    assert_eq!(
        line["workflow"],
        json!({ "id": id, "name": "new priority workflow" })
    );
    assert_eq!(line["user"], Value::Null);
}

#[test]
fn a_manual_workflow_is_applied_as_the_agent_who_applies_it() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let agent = desk.agent("apply@example.com", &[ApplyWorkflow], TicketView::All);
    let mut body = manual(
        "Answer",
        json!([{ "type": "reply", "value": "<p>Dear {%ticket.customerName%}, we are at it.</p>" },
            { "type": "assign_agent", "value": "responsePerforming" },
            { "type": "note", "value": "Answered by rote." }]),
    );
    body["conditions"] = json!([{ "type": "subject", "match": "contains", "value": "pipe" }]);
    let id = made(&ada, body);
    let (fits, other) = (desk.ticket("A pipe"), desk.ticket("A roof"));
    let answer = agent
        .post(
            &format!("/api/workflow/manual/{id}/run"),
            json!({ "ids": [fits.id, other.id, 999] }),
        )
        .ok();
    assert_eq!(answer["ids"], json!([fits.id]));
    let warning = answer["warning"].as_str().unwrap();
    assert!(
        warning.contains("999") && warning.contains(&other.increment_id.to_string()),
        "{warning}"
    );
    let threads = ada.get(&format!("/api/ticket/{}/threads", fits.id)).ok();
    let said: Vec<(&Value, &Value, &Value)> = threads["threads"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["threadType"], &one["userType"], &one["reply"]))
        .collect();
    assert_eq!(
        said,
        [
            (
                &json!("note"),
                &json!("system"),
                &json!("Answered by rote.")
            ),
            (
                &json!("reply"),
                &json!("agent"),
                &json!("<p>Dear Alan Turing, we are at it.</p>")
            ),
        ]
    );
    let user = desk.user_id("apply@example.com");
    assert_eq!(
        desk.number(&format!(
            "SELECT agent_id FROM ticket WHERE id = {}",
            fits.id
        )),
        user
    );
    assert_eq!(shown(&desk, id, "runs"), 1);
    let nowhere = agent.post(
        &format!("/api/workflow/0/{id}/run"),
        json!({ "ids": [999] }),
    );
    assert_eq!(nowhere.error(404), "not_found");
    let mut idle = manual("Answer", json!([{ "type": "mark_spam" }]));
    idle["status"] = json!(0);
    ada.put(&format!("/api/workflow/{id}"), idle).ok();
    let refused = agent.post(
        &format!("/api/workflow/0/{id}/run"),
        json!({ "ids": [fits.id] }),
    );
    assert_eq!(refused.error(409), "conflict");
}

#[test]
fn each_workflow_sees_what_the_one_before_it_did() {
    let desk = desk_without_workflows();
    stored(
        &desk,
        "First",
        "created",
        json!([]),
        json!([{ "type": "priority", "value": 4 }]),
    );
    stored(
        &desk,
        "Second",
        "created",
        json!([{ "type": "priority", "match": "is", "value": 4 }]),
        json!([{ "type": "status", "value": 2 }]),
    );
    let ticket = desk.ticket("Anything");
    assert_eq!(
        desk.number(&format!(
            "SELECT status_id FROM ticket WHERE id = {}",
            ticket.id
        )),
        2
    );
}

#[test]
fn workflows_that_feed_each_other_are_stopped_and_the_change_stands() {
    let desk = desk_without_workflows();
    let up = stored(
        &desk,
        "Up",
        "priority_updated",
        json!([{ "type": "priority", "match": "is", "value": 1 }]),
        json!([{ "type": "priority", "value": 2 }]),
    );
    stored(
        &desk,
        "Down",
        "priority_updated",
        json!([{ "type": "priority", "match": "is", "value": 2 }]),
        json!([{ "type": "priority", "value": 1 }]),
    );
    let ticket = desk.ticket("Anything");
    let answer = desk.ada().put(
        "/api/tickets/priority",
        json!({ "ids": [ticket.id], "priorityId": 2 }),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
    // Down, then Up; and Down no second time.
    assert_eq!(priority_of(&desk, ticket.id), 2);
    assert_eq!(shown(&desk, up, "lastError"), Value::Null);
    let error = desk.number(
        "SELECT count(*) FROM workflow WHERE name = 'Down' AND last_error = 'workflow.error.chain'",
    );
    assert_eq!(error, 1);
}

#[test]
fn what_cannot_be_done_is_left_out_and_undoes_nothing() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let team = ada
        .post(
            "/api/sub-groups",
            json!({ "name": "Other", "description": "x", "isActive": 1, "groups": [1] }),
        )
        .ok();
    let team = team["id"].as_i64().unwrap();
    let id = stored(
        &desk,
        "Half",
        "created",
        json!([]),
        json!([{ "type": "assign_team", "value": team },
            { "type": "assign_agent", "value": "round_robin" },
            { "type": "priority", "value": 3 }]),
    );
    desk.write(move |change| {
        change.run(
            &format!("UPDATE team SET is_active = 0 WHERE id = {team}"),
            [],
        )
    });
    let ticket = desk.ticket("Anything");
    assert_eq!(priority_of(&desk, ticket.id), 3);
    let error = shown(&desk, id, "lastError");
    assert_eq!(
        error,
        "The action assign_agent was skipped: the ticket is with no group."
    );
    // Stored anew it has done nothing wrong yet.
    ada.put(
        &format!("/api/workflow/{id}"),
        json!({ "name": "Half", "actions": [{ "type": "mark_spam" }] }),
    )
    .ok();
    assert_eq!(shown(&desk, id, "lastError"), Value::Null);
}

#[test]
fn round_robin_remembers_whose_turn_it_is() {
    let desk = desk_without_workflows();
    for name in ["one", "two", "three"] {
        desk.agent(
            &format!("{name}@example.com"),
            &[],
            TicketView::GroupsAndTeams,
        );
        let user = desk.user_id(&format!("{name}@example.com"));
        let active = i64::from(name != "two");
        desk.write(move |change| {
            change.run(
                &format!("INSERT INTO group_user (group_id, user_id) VALUES (1, {user})"),
                [],
            )?;
            change.run(
                &format!("UPDATE profile SET is_active = {active} WHERE user_id = {user}"),
                [],
            )
        });
    }
    desk.write(|change| change.run("UPDATE company SET default_group_id = 1", []));
    stored(
        &desk,
        "In turn",
        "created",
        json!([]),
        json!([{ "type": "assign_agent", "value": "round_robin" }]),
    );
    let given: Vec<i64> = (0..3)
        .map(|number| desk.ticket(&format!("Ticket {number}")).id)
        .map(|ticket| desk.number(&format!("SELECT agent_id FROM ticket WHERE id = {ticket}")))
        .collect();
    let (one, three) = (
        desk.user_id("one@example.com"),
        desk.user_id("three@example.com"),
    );
    assert_eq!(given, [one, three, one]);
}

#[test]
fn a_removed_agents_tickets_go_to_whom_a_workflow_names() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    desk.agent("gone@example.com", &[], TicketView::All);
    let (gone, grace) = (
        desk.user_id("gone@example.com"),
        desk.user_id("grace@example.com"),
    );
    let id = made(
        &ada,
        json!({ "type": 1, "name": "Hand over",
        "events": [{ "event": "agent", "trigger": "removed" }],
        "actions": [{ "type": "transfer_tickets", "value": grace }] }),
    );
    let ticket = desk.ticket("Anything");
    ada.put(
        "/api/tickets/agent",
        json!({ "ids": [ticket.id], "agentId": gone }),
    )
    .ok();
    ada.delete(&format!("/api/member/{gone}")).ok();
    assert_eq!(
        desk.number(&format!(
            "SELECT agent_id FROM ticket WHERE id = {}",
            ticket.id
        )),
        grace
    );
    let activity = ada.get(&format!("/api/ticket/{}/activity", ticket.id)).ok();
    assert_eq!(activity["activity"][0]["workflow"]["id"], id);
    assert_eq!(desk.number("SELECT count(*) FROM ticket_heir"), 0);
}

#[test]
fn a_trial_changes_nothing_and_says_what_would_change() {
    let desk = desk_without_workflows();
    let ada = desk.ada();
    let id = stored(
        &desk,
        "Pipes",
        "created",
        json!([{ "type": "subject", "match": "contains", "value": "pipe" }]),
        json!([{ "type": "uvdesk.ticket.update_priority", "value": 4 }, { "type": "note", "value": "Look!" }]),
    );
    ada.put(&format!("/api/workflow/{id}"), json!({ "name": "Pipes", "status": 0,
        "actions": [{ "type": "uvdesk.ticket.update_priority", "value": 4 }, { "type": "note", "value": "Look!" }] })).ok();
    let (pipe, spam, trash) = (
        desk.ticket("A pipe"),
        desk.ticket("A spam pipe"),
        desk.ticket("A trash pipe"),
    );
    desk.ticket("A roof");
    ada.put(
        "/api/tickets/status",
        json!({ "ids": [spam.id], "statusId": 5 }),
    )
    .ok();
    ada.put("/api/tickets/trash", json!({ "ids": [trash.id] }))
        .ok();
    let before = desk.number("SELECT sum(version) FROM ticket");
    let tried = ada
        .post(
            &format!("/api/workflow/automatic/{id}/try"),
            json!({ "limit": 10 }),
        )
        .ok();
    assert_eq!(
        tried,
        json!({ "tried": 2, "matched": 1, "tickets": [{ "id": pipe.id, "incrementId": pipe.increment_id,
            "subject": "A pipe", "changes": [
                { "action": "priority", "text": "Set the priority: Urgent" },
                { "action": "note", "text": "Add a note: Look!" }] }] })
    );
    assert_eq!(desk.number("SELECT sum(version) FROM ticket"), before);
    let one = ada
        .post(&format!("/api/workflow/{id}/try"), json!({ "limit": "1" }))
        .ok();
    assert_eq!((&one["tried"], &one["matched"]), (&json!(1), &json!(0)));
}
