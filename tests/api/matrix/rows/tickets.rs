//! Tickets, and what is said in them.

use pocketdesk::base::who::Privilege;

use super::super::grid::{
    AGENTS_NAME_A_LABEL, AGENTS_ON_A_PART, AGENTS_ON_A_TICKET, AGENTS_ON_TICKETS, AGENTS_SAY,
    FOR_A_CUSTOMER, HOLDERS_NAME_A_THING, HOLDERS_ON_A_PART, HOLDERS_ON_A_TICKET,
    HOLDERS_ON_TICKETS, HOLDERS_SAY, HOLDERS_WITHIN_A_PART, HOLDERS_WITHIN_A_TICKET, ON_A_TICKET,
    SIGNED_IN,
};
use super::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    let parts = [tickets(), changes(), mass(), threads()];
    parts.into_iter().flatten().collect()
}

/// One ticket, and what hangs on it.
fn tickets() -> Vec<Row> {
    vec![
        row("GET /tickets", &[], "", &SIGNED_IN),
        row(
            "POST /tickets",
            &[],
            r#"{"type": "1", "name": "Alan", "from": "alan@example.com", "subject": "s", "reply": "r"}"#,
            &FOR_A_CUSTOMER,
        ),
        row("GET /ticket/{incrementId}", &["number"], "", &ON_A_TICKET),
        row(
            "GET /ticket/{id}/activity",
            &["ticket"],
            "",
            &AGENTS_ON_A_TICKET,
        ),
        row(
            "PUT /ticket/{id}",
            &["ticket"],
            r#"{"type": "1", "from": "alan@example.com", "subject": "<new>", "reply": "<new>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row("DELETE /ticket/{id}", &["ticket"], "", &HOLDERS_ON_A_TICKET),
        row(
            "PUT /ticket/{id}/trash",
            &["ticket"],
            "",
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "PUT /ticket/{id}/agent",
            &["ticket"],
            r#"{"id": "<own member>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "PUT /ticket/{id}/agent",
            &["own ticket"],
            r#"{"id": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "POST /ticket/{id}/collaborator",
            &["ticket"],
            r#"{"email": "<new>@example.com"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "DELETE /ticket/{id}/collaborator",
            &["ticket"],
            r#"{"collaboratorId": "<collaborator>"}"#,
            &HOLDERS_ON_A_PART,
        ),
        row(
            "POST /ticket/{id}/tags",
            &["ticket"],
            r#"{"name": "<new>"}"#,
            &HOLDERS_ON_A_TICKET,
        ),
        row(
            "DELETE /ticket/{id}/tags",
            &["ticket"],
            r#"{"tagId": "<ticket tag>"}"#,
            &HOLDERS_ON_A_PART,
        ),
        row(
            "GET /ticket/attachment/{id}",
            &["attachment"],
            "",
            &ON_A_TICKET,
        ),
        row(
            "GET /custom-field/file/{id}",
            &["field file"],
            "",
            &ON_A_TICKET,
        ),
    ]
}

/// One property of one ticket.
fn changes() -> Vec<Row> {
    let change = |body, grid| row("PATCH /ticket/{id}", &["ticket"], body, grid);
    let name = |body, grid| row("PATCH /ticket/{id}", &["own ticket"], body, grid);
    let within = &HOLDERS_WITHIN_A_TICKET;
    vec![
        change(r#"{"editType": "star"}"#, &AGENTS_ON_A_TICKET),
        change(
            r#"{"editType": "label", "value": "<own label>"}"#,
            &AGENTS_ON_A_TICKET,
        ),
        name(
            r#"{"editType": "label", "value": "<label>"}"#,
            &AGENTS_NAME_A_LABEL,
        ),
        change(r#"{"editType": "status", "value": "3"}"#, within)
            .needs(Privilege::UpdateTicketStatus),
        change(r#"{"editType": "priority", "value": "3"}"#, within)
            .needs(Privilege::UpdateTicketPriority),
        change(r#"{"editType": "type", "value": "<own type>"}"#, within)
            .needs(Privilege::UpdateTicketType),
        name(
            r#"{"editType": "type", "value": "<type>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::UpdateTicketType),
        change(r#"{"editType": "group", "value": "<own group>"}"#, within)
            .needs(Privilege::AssignTicketGroup),
        name(
            r#"{"editType": "group", "value": "<group>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::AssignTicketGroup),
        change(r#"{"editType": "team", "value": "<own team>"}"#, within)
            .needs(Privilege::AssignTicketGroup),
        name(
            r#"{"editType": "team", "value": "<team>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::AssignTicketGroup),
        change(r#"{"editType": "agent", "value": "<own member>"}"#, within)
            .needs(Privilege::AssignTicket),
        name(
            r#"{"editType": "agent", "value": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        )
        .needs(Privilege::AssignTicket),
        change(r#"{"editType": "subject", "value": "<new>"}"#, within).needs(Privilege::EditTicket),
    ]
}

/// Many tickets at once.
fn mass() -> Vec<Row> {
    let only = r#"{"ids": "<tickets>"}"#;
    let holders = &HOLDERS_ON_TICKETS;
    vec![
        row("DELETE /tickets", &[], only, holders),
        row("PUT /tickets/trash", &[], only, holders),
        row(
            "PUT /tickets/restore",
            &[],
            r#"{"ids": "<trashed tickets>"}"#,
            holders,
        ),
        row(
            "PUT /tickets/status",
            &[],
            r#"{"ids": "<tickets>", "statusId": "3"}"#,
            holders,
        ),
        row(
            "PUT /tickets/priority",
            &[],
            r#"{"ids": "<tickets>", "priorityId": "3"}"#,
            holders,
        ),
        row(
            "PUT /tickets/label",
            &[],
            r#"{"ids": "<tickets>", "labelId": "<own label>"}"#,
            &AGENTS_ON_TICKETS,
        ),
        row(
            "PUT /tickets/label",
            &[],
            r#"{"ids": "<own tickets>", "labelId": "<label>"}"#,
            &AGENTS_NAME_A_LABEL,
        ),
        row(
            "PUT /tickets/group",
            &[],
            r#"{"ids": "<tickets>", "groupId": "<own group>"}"#,
            holders,
        ),
        row(
            "PUT /tickets/group",
            &[],
            r#"{"ids": "<own tickets>", "groupId": "<group>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row(
            "PUT /tickets/agent",
            &[],
            r#"{"ids": "<tickets>", "agentId": "<own member>"}"#,
            holders,
        ),
        row(
            "PUT /tickets/agent",
            &[],
            r#"{"ids": "<own tickets>", "agentId": "<member>"}"#,
            &HOLDERS_NAME_A_THING,
        ),
    ]
}

/// What is said in a ticket.
fn threads() -> Vec<Row> {
    let say = |body, grid| row("POST /ticket/{id}/threads", &["ticket"], body, grid);
    let mark = |body, grid| {
        row(
            "PATCH /ticket/{ticketId}/thread/{id}",
            &["ticket", "thread"],
            body,
            grid,
        )
    };
    vec![
        row("GET /ticket/{id}/threads", &["ticket"], "", &ON_A_TICKET),
        say(r#"{"threadType": "reply", "reply": "r"}"#, &ON_A_TICKET),
        say(
            r#"{"threadType": "reply", "reply": "r", "status": "3"}"#,
            &ON_A_TICKET,
        ),
        say(r#"{"threadType": "note", "reply": "r"}"#, &HOLDERS_SAY).needs(Privilege::AddNote),
        say(
            r#"{"threadType": "forward", "reply": "r", "to": "<new>@example.com"}"#,
            &AGENTS_SAY,
        ),
        mark(r#"{"updateType": "bookmark"}"#, &AGENTS_ON_A_PART),
        mark(r#"{"updateType": "lock"}"#, &HOLDERS_WITHIN_A_PART)
            .needs(Privilege::ManageLockAndUnlockThread),
        row(
            "PUT /ticket/{ticketId}/thread/{id}",
            &["ticket", "thread"],
            r#"{"reply": "Other words"}"#,
            &HOLDERS_ON_A_PART,
        ),
        row(
            "GET /ticket/{ticketId}/thread/{id}/revisions",
            &["ticket", "thread"],
            "",
            &AGENTS_ON_A_PART,
        ),
        row(
            "DELETE /ticket/{ticketId}/thread/{threadId}",
            &["ticket", "thread"],
            "",
            &HOLDERS_ON_A_PART,
        ),
    ]
}
