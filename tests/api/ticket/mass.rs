//! The mass operations.

use serde_json::{Value, json};

use super::{holdings, ids_of, view_of};
use crate::support::{Client, Desk};
use pocketdesk::base::who::{Privilege, TicketView};

/// Each operation with what it needs beside `ids`, what it says, and what a ticket then has.
fn operations(
    desk: &Desk,
    ada: &Client,
) -> Vec<(&'static str, Value, &'static str, &'static str, Value)> {
    let grace = desk.user_id("grace@example.com");
    let label = ada.post("/api/labels", json!({ "name": "Mass" })).ok()["label"]["id"].clone();
    vec![
        (
            "trash",
            json!({}),
            "Success ! Tickets moved to trashed successfully.",
            "/isTrashed",
            json!(true),
        ),
        (
            "restore",
            json!({ "statusId": 2 }),
            "Success ! Tickets restored successfully.",
            "/status/id",
            json!(2),
        ),
        (
            "status",
            json!({ "statusId": "4" }),
            "Success ! Tickets status changed successfully.",
            "/status/id",
            json!(4),
        ),
        (
            "priority",
            json!({ "priorityId": "2" }),
            "Success ! Tickets priority changed successfully.",
            "/priority/id",
            json!(2),
        ),
        (
            "group",
            json!({ "groupId": "1" }),
            "Success ! Tickets group changed successfully.",
            "/group/id",
            json!(1),
        ),
        (
            "agent",
            json!({ "id": grace.to_string() }),
            "Success ! Agent assigned successfully.",
            "/agent/id",
            json!(grace),
        ),
        (
            "agent",
            json!({ "agentId": 0 }),
            "Success ! Agent assigned successfully.",
            "/agent",
            Value::Null,
        ),
        (
            "label",
            json!({ "labelId": label.to_string() }),
            "Success ! label added to Tickets successfully.",
            "/ticketLabels/0/id",
            label,
        ),
    ]
}

#[test]
fn each_does_what_it_can_and_names_what_is_missing() {
    let desk = Desk::new();
    let tickets = [desk.ticket("One"), desk.ticket("Two")];
    let untouched = desk.ticket("Three");
    let ada = desk.ada();
    let before = view_of(&ada, untouched)["ticket"].clone();
    for (name, mut body, message, pointer, want) in operations(&desk, &ada) {
        let path = format!("/api/tickets/{name}.json");
        body["ids"] = json!([tickets[0].id, tickets[1].id]);
        let said = ada.put(&path, body.clone()).ok();
        assert_eq!(said, json!({ "message": message }), "{name}");
        body["ids"] = json!([987, tickets[0].id, 654]);
        let said = ada.put(&path, body).ok();
        assert_eq!(
            said,
            json!({ "warning": "Ticket(s) not found: 987,654", "message": message }),
            "{name}"
        );
        for ticket in tickets {
            let view = view_of(&ada, ticket);
            assert_eq!(view["ticket"].pointer(pointer), Some(&want), "{name}");
        }
    }
    // A restored ticket is out of the trash again, and a label put on twice is on once.
    let view = view_of(&ada, tickets[0]);
    assert_eq!(view["ticket"]["isTrashed"], false);
    assert_eq!(view["ticket"]["ticketLabels"].as_array().unwrap().len(), 1);
    let after = view_of(&ada, untouched)["ticket"].clone();
    assert_eq!(after["status"], before["status"]);
    assert_eq!(after["ticketLabels"], json!([]));
}

#[test]
fn deleting_for_good_takes_everything_along() {
    let desk = Desk::new();
    let (gone, kept) = (desk.ticket("Vanishing"), desk.ticket("Staying"));
    let ada = desk.ada();
    fill(&desk, &ada, gone.id);
    fill(&desk, &ada, kept.id);
    let said = ada
        .delete_with("/api/tickets.json", json!({ "ids": [gone.id, 999] }))
        .ok();
    assert_eq!(
        said,
        json!({ "warning": "Ticket(s) not found: 999", "message": "Success ! Ticket(s) removed successfully.",
            "deletedTickets": gone.id.to_string() })
    );
    for (table, column) in [
        ("ticket", "id"),
        ("thread", "ticket_id"),
        ("ticket_label", "ticket_id"),
        ("ticket_tag", "ticket_id"),
        ("ticket_collaborator", "ticket_id"),
        ("activity", "ticket_id"),
        ("ticket_search", "rowid"),
    ] {
        let rows = |id: i64| {
            desk.number(&format!(
                "SELECT count(*) FROM {table} WHERE {column} = {id}"
            ))
        };
        assert_eq!(rows(gone.id), 0, "{table}");
        assert!(rows(kept.id) > 0, "{table}");
    }
    assert_eq!(
        desk.number(
            "SELECT count(*) FROM attachment WHERE thread_id NOT IN (SELECT id FROM thread)"
        ),
        0
    );
    assert_eq!(desk.number("SELECT count(*) FROM attachment"), 1);
    assert_eq!(ids_of(&ada, "search=vanishing&status=all"), [0; 0]);
    assert_eq!(ids_of(&ada, "search=staying&status=all"), [kept.id]);
    // The event that it was deleted stays, with who did it.
    let who = desk.number("SELECT batch.user_id FROM event JOIN batch ON batch.id = batch_id WHERE kind = 'ticket_deleted'");
    assert_eq!(who, desk.user_id("ada@example.com"));
    ada.get(&format!("/api/ticket/{}", gone.increment_id))
        .error(404);
}

/// Hangs one of everything on a ticket.
fn fill(desk: &Desk, ada: &Client, ticket: i64) {
    use crate::support::multipart::Form;
    let label = ada
        .post("/api/labels", json!({ "name": format!("On {ticket}") }))
        .ok()["label"]["id"]
        .clone();
    ada.put(
        "/api/tickets/label",
        json!({ "ids": [ticket], "labelId": label }),
    )
    .ok();
    ada.post(
        &format!("/api/ticket/{ticket}/collaborator"),
        json!({ "email": "eve@example.com" }),
    )
    .ok();
    let (content_type, body) = Form::default()
        .field("threadType", "reply")
        .field("reply", "See the file.")
        .file("attachments[]", "a.txt", b"bytes")
        .finish();
    ada.send(
        "POST",
        &format!("/api/ticket/{ticket}/threads"),
        &content_type,
        &body,
    )
    .ok();
    desk.write(move |change| {
        let tag = pocketdesk::desk::tag::ensure(change, "printer")?;
        pocketdesk::desk::tag::add_to_ticket(change, ticket, tag.id)
    });
}

#[test]
fn bad_input_changes_nothing() {
    let desk = Desk::new();
    let ticket = desk.ticket("Stays");
    let ada = desk.ada();
    let before = holdings(&desk);
    let good = json!([ticket.id]);
    for (name, body, field) in [
        ("trash", json!({}), "ids"),
        ("trash", json!({ "ids": [] }), "ids"),
        ("trash", json!({ "ids": "" }), "ids"),
        ("trash", json!({ "ids": ["x"] }), "ids"),
        ("trash", json!({ "ids": [[1]] }), "ids"),
        (
            "trash",
            json!({ "ids": (1..=1001).collect::<Vec<_>>() }),
            "ids",
        ),
        ("status", json!({ "ids": good }), "statusId"),
        ("status", json!({ "ids": good, "statusId": 7 }), "statusId"),
        ("restore", json!({ "ids": good, "statusId": 9 }), "statusId"),
        (
            "priority",
            json!({ "ids": good, "priorityId": 0 }),
            "priorityId",
        ),
        ("group", json!({ "ids": good, "groupId": 99 }), "groupId"),
        ("agent", json!({ "ids": good }), "agentId"),
        ("agent", json!({ "ids": good, "agentId": 99 }), "agentId"),
        ("label", json!({ "ids": good, "labelId": 99 }), "labelId"),
    ] {
        let answer = ada.put(&format!("/api/tickets/{name}"), body.clone());
        assert_eq!(answer.error(400), "invalid_request", "{name} {body}");
        let errors = answer.json()["errors"].clone();
        let has_field = errors
            .as_object()
            .unwrap()
            .keys()
            .any(|key| key.starts_with(field));
        assert!(has_field, "{name} {body}: {errors}");
        assert_eq!(holdings(&desk), before, "{name} {body}");
    }
    ada.delete("/api/tickets").error(400);
    assert_eq!(holdings(&desk), before);
}

#[test]
fn what_is_out_of_sight_is_missing() {
    use Privilege::{
        AssignTicket, AssignTicketGroup, DeleteTicket, RestoreTicket, UpdateTicketPriority,
        UpdateTicketStatus,
    };
    let desk = Desk::new();
    let ticket = desk.ticket("Not yours");
    let all = [
        AssignTicket,
        AssignTicketGroup,
        DeleteTicket,
        RestoreTicket,
        UpdateTicketPriority,
        UpdateTicketStatus,
    ];
    let own = desk.agent("own@example.com", &all, TicketView::Own);
    let label = own.post("/api/labels", json!({ "name": "L" })).ok()["label"]["id"].clone();
    let before = holdings(&desk);
    for (name, mut body) in [
        ("trash", json!({})),
        ("restore", json!({})),
        ("status", json!({ "statusId": 3 })),
        ("priority", json!({ "priorityId": 3 })),
        ("group", json!({ "groupId": 1 })),
        (
            "agent",
            json!({ "agentId": desk.user_id("own@example.com") }),
        ),
        ("label", json!({ "labelId": label })),
    ] {
        body["ids"] = json!([ticket.id]);
        let said = own.put(&format!("/api/tickets/{name}"), body).ok();
        assert_eq!(
            said["warning"],
            format!("Ticket(s) not found: {}", ticket.id),
            "{name}"
        );
        assert_eq!(holdings(&desk), before, "{name}");
    }
    let said = own
        .delete_with("/api/tickets", json!({ "ids": [ticket.id] }))
        .ok();
    assert_eq!(said["deletedTickets"], "");
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 1);
}

#[test]
fn a_restore_to_a_status_needs_the_right_to_the_status() {
    let desk = Desk::new();
    let ticket = desk.ticket("Trashed");
    desk.ada()
        .delete(&format!("/api/ticket/{}", ticket.id))
        .ok();
    let agent = desk.agent(
        "restorer@example.com",
        &[Privilege::RestoreTicket],
        TicketView::All,
    );
    let before = holdings(&desk);
    let body = json!({ "ids": [ticket.id], "statusId": 3 });
    assert_eq!(
        agent.put("/api/tickets/restore", body).error(403),
        "forbidden"
    );
    assert_eq!(holdings(&desk), before);
    agent
        .put("/api/tickets/restore", json!({ "ids": [ticket.id] }))
        .ok();
    assert_eq!(ids_of(&agent, ""), [ticket.id]);
}
