//! Workflows. Which privilege one takes depends on its type; these are automatic.

use pocketdesk::base::who::Privilege;

use super::super::grid::{ADMINS, Grid, HOLDERS, HOLDERS_NAME_A_THING, HOLDERS_ON_A_THING};
use super::{Row, row};

const WORKFLOW: &str = r#"{"type": "1", "name": "<new>", "description": "x",
    "events": [{"event": "ticket", "trigger": "created"}], "conditions": [],
    "actions": [{"type": "priority", "value": "1"}]}"#;

/// An automatic one reaches every ticket, so the narrow agent stores none.
const STORED: Grid = Grid {
    own: [401, 403, 403, 403, 200, 403, 200, 200],
    ..HOLDERS_ON_A_THING
};
const STORED_NEW: Grid = Grid {
    deleted: None,
    ..STORED
};

pub(super) fn rows() -> Vec<Row> {
    let one = &["automatic", "workflow"];
    vec![
        row("GET /workflows", &[], "", &HOLDERS),
        row("POST /workflows", &[], WORKFLOW, &STORED_NEW),
        // Nobody stores what they could not do by hand.
        row("POST /workflows", &[], WORKFLOW, &ADMINS).needs(Privilege::ManageWorkflowAutomatic),
        row("GET /workflows/options", &[], "", &HOLDERS),
        row(
            "PUT /workflows/order",
            &[],
            r#"{"auto": {"<workflow>": "7"}}"#,
            &HOLDERS_NAME_A_THING,
        )
        .done_once(),
        row("GET /workflow/{type}/{id}", one, "", &HOLDERS_ON_A_THING),
        row("PUT /workflow/{type}/{id}", one, WORKFLOW, &STORED),
        row("DELETE /workflow/{type}/{id}", one, "", &HOLDERS_ON_A_THING),
    ]
}
