//! Workflows. Which privilege one takes depends on its type; each is tried alone.

use pocketdesk::base::who::Privilege::{
    ApplyWorkflow, ManageWorkflowAutomatic, ManageWorkflowManual,
};

use super::super::grid::{
    ADMINS, AGENTS, AGENTS_ON_A_THING, Grid, HOLDERS, HOLDERS_NAME_A_THING, HOLDERS_ON_A_THING,
    HOLDERS_ON_TICKETS, HOLDERS_WITHIN_A_THING,
};
use super::{Row, row};

const AUTOMATIC: &str = r#"{"type": "1", "name": "<new>", "description": "x",
    "events": [{"event": "ticket", "trigger": "created"}], "conditions": [],
    "actions": [{"type": "priority", "value": "1"}]}"#;
const MANUAL: &str = r#"{"type": "0", "name": "<new>", "description": "x", "conditions": [],
    "actions": [{"type": "priority", "value": "1"}]}"#;
/// What takes no privilege beside that of managing workflows.
const AUTOMATIC_MAIL: &str = r#"{"type": "1", "name": "<new>", "description": "x",
    "events": [{"event": "ticket", "trigger": "created"}], "conditions": [],
    "actions": [{"type": "mail_customer", "value": "<own template>"}]}"#;
const MANUAL_MAIL: &str = r#"{"type": "0", "name": "<new>", "description": "x", "conditions": [],
    "actions": [{"type": "mail_customer", "value": "<own template>"}]}"#;

/// Tried by whoever sees them, and applied by whoever applies workflows.
fn at_work() -> Vec<Row> {
    let automatic = &["automatic", "workflow"];
    let manual = &["manual", "manual workflow"];
    let attempt =
        |names, grid| row("POST /workflow/{type}/{id}/try", names, "{}", grid).done_once();
    let run = |names, body, grid| row("POST /workflow/{type}/{id}/run", names, body, grid);
    vec![
        attempt(automatic, &HOLDERS_ON_A_THING),
        attempt(automatic, &HOLDERS_WITHIN_A_THING).needs(ManageWorkflowAutomatic),
        attempt(manual, &AGENTS_ON_A_THING).needs(ApplyWorkflow),
        run(manual, r#"{"ids": "<tickets>"}"#, &RUN),
        run(manual, r#"{"ids": "<own tickets>"}"#, &HOLDERS_ON_A_THING),
        run(
            &["manual", "idle workflow"],
            r#"{"ids": "<own tickets>"}"#,
            &IDLE,
        ),
    ]
}

/// What is not offered is applied by nobody.
const IDLE: Grid = Grid {
    own: [401, 403, 403, 403, 409, 409, 409, 409],
    ..HOLDERS_ON_A_THING
};
/// Where no ticket is left, none was found.
const RUN: Grid = Grid {
    foreign: Some([401, 403, 403, 403, 200, 404, 200, 200]),
    deleted: Some([401, 403, 403, 403, 404, 404, 404, 404]),
    ..HOLDERS_ON_TICKETS
};

/// An automatic one reaches every ticket, so the narrow agent stores none.
const STORED: Grid = Grid {
    own: [401, 403, 403, 403, 200, 403, 200, 200],
    ..HOLDERS_WITHIN_A_THING
};
const STORED_NEW: Grid = Grid {
    deleted: None,
    ..STORED
};
/// Nobody stores what they could not do by hand.
const BEYOND_AGENTS: Grid = Grid {
    deleted: Some([401, 403, 403, 404, 404, 404, 404, 404]),
    ..ADMINS
};

pub(super) fn rows() -> Vec<Row> {
    let parts = [lists(), new_ones(), single_ones(), at_work()];
    parts.into_iter().flatten().collect()
}

/// Lists, which each of the privileges opens. Where none is named, `Without` has none.
fn lists() -> Vec<Row> {
    let order = "PUT /workflows/order";
    let automatic = r#"{"auto": {"<workflow>": "7"}}"#;
    let manual = r#"{"manual": {"<manual workflow>": "7"}}"#;
    vec![
        row("GET /workflows", &[], "", &HOLDERS),
        row("GET /workflows", &[], "", &AGENTS).needs(ApplyWorkflow),
        row("GET /workflows", &[], "", &AGENTS).needs(ManageWorkflowManual),
        row("GET /workflows", &[], "", &AGENTS).needs(ManageWorkflowAutomatic),
        row("GET /workflows/options", &[], "", &HOLDERS),
        row("GET /workflows/options", &[], "", &AGENTS).needs(ManageWorkflowManual),
        row("GET /workflows/options", &[], "", &AGENTS).needs(ManageWorkflowAutomatic),
        row(order, &[], automatic, &HOLDERS_NAME_A_THING).done_once(),
        row(order, &[], automatic, &HOLDERS_NAME_A_THING)
            .needs(ManageWorkflowAutomatic)
            .done_once(),
        row(order, &[], manual, &HOLDERS_NAME_A_THING)
            .needs(ManageWorkflowManual)
            .done_once(),
    ]
}

fn new_ones() -> Vec<Row> {
    let new = |body, grid| row("POST /workflows", &[], body, grid);
    vec![
        new(AUTOMATIC, &STORED_NEW),
        new(AUTOMATIC, &ADMINS).needs(ManageWorkflowAutomatic),
        new(AUTOMATIC_MAIL, &STORED_NEW).needs(ManageWorkflowAutomatic),
        new(MANUAL, &HOLDERS),
        new(MANUAL, &ADMINS).needs(ManageWorkflowManual),
        new(MANUAL_MAIL, &HOLDERS).needs(ManageWorkflowManual),
    ]
}

fn single_ones() -> Vec<Row> {
    let automatic = &["automatic", "workflow"];
    let manual = &["manual", "manual workflow"];
    let idle = &["manual", "idle workflow"];
    let crossed = &["manual", "workflow"];
    let show = |names, grid| row("GET /workflow/{type}/{id}", names, "", grid);
    let edit = |names, body, grid| row("PUT /workflow/{type}/{id}", names, body, grid);
    let remove = |names, grid| row("DELETE /workflow/{type}/{id}", names, "", grid);
    let nowhere = &Grid {
        own: [401, 403, 403, 403, 404, 404, 404, 404],
        ..HOLDERS_ON_A_THING
    };
    vec![
        show(automatic, &HOLDERS_ON_A_THING),
        show(crossed, nowhere),
        show(automatic, &HOLDERS_WITHIN_A_THING).needs(ManageWorkflowAutomatic),
        show(idle, &HOLDERS_WITHIN_A_THING).needs(ManageWorkflowManual),
        // Whoever applies workflows sees those that can be applied, and so does who manages them.
        show(manual, &AGENTS_ON_A_THING).needs(ManageWorkflowManual),
        show(manual, &AGENTS_ON_A_THING).needs(ApplyWorkflow),
        edit(
            automatic,
            AUTOMATIC,
            &Grid {
                deleted: HOLDERS_ON_A_THING.deleted,
                ..STORED
            },
        ),
        edit(automatic, AUTOMATIC, &BEYOND_AGENTS).needs(ManageWorkflowAutomatic),
        edit(automatic, AUTOMATIC_MAIL, &STORED).needs(ManageWorkflowAutomatic),
        edit(manual, MANUAL, &BEYOND_AGENTS).needs(ManageWorkflowManual),
        edit(manual, MANUAL_MAIL, &HOLDERS_WITHIN_A_THING).needs(ManageWorkflowManual),
        remove(automatic, &HOLDERS_ON_A_THING),
        remove(crossed, nowhere),
        remove(automatic, &HOLDERS_WITHIN_A_THING).needs(ManageWorkflowAutomatic),
        remove(manual, &HOLDERS_WITHIN_A_THING).needs(ManageWorkflowManual),
    ]
}
