//! Words: what tickets are called by, and what is written often.

use super::super::grid::{
    AGENTS, AGENTS_ON_A_THING, Grid, HOLDERS, HOLDERS_ON_A_THING, ON_A_LABEL,
};
use super::{NAMED, Row, row};

const TEMPLATE: &str = r#"{"name": "<new>", "subject": "<new>", "message": "Words"}"#;
const REPLY: &str = r#"{"name": "<new>", "message": "Words"}"#;

/// An agent's own, which admins see too.
const ON_A_REPLY: Grid = Grid {
    foreign: Some([401, 403, 403, 404, 404, 404, 200, 200]),
    ..ON_A_LABEL
};

pub(super) fn rows() -> Vec<Row> {
    [names(), texts()].into_iter().flatten().collect()
}

/// Labels, tags, types.
fn names() -> Vec<Row> {
    vec![
        row("GET /labels", &[], "", &AGENTS),
        row("POST /labels", &[], r#"{"name": "<new>"}"#, &AGENTS),
        row("GET /label/{id}", &["label"], "", &ON_A_LABEL),
        row(
            "PUT /label/{id}",
            &["label"],
            r#"{"name": "<new>"}"#,
            &ON_A_LABEL,
        ),
        row("DELETE /label/{id}", &["label"], "", &ON_A_LABEL),
        row("GET /tags", &[], "", &AGENTS),
        row("POST /tags", &[], r#"{"name": "<new>"}"#, &HOLDERS),
        row("GET /tag/{id}", &["tag"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /tag/{id}",
            &["tag"],
            r#"{"name": "<new>"}"#,
            &HOLDERS_ON_A_THING,
        ),
        row("DELETE /tag/{id}", &["tag"], "", &HOLDERS_ON_A_THING),
        row("GET /ticket-types", &[], "", &AGENTS),
        row("POST /ticket-types", &[], NAMED, &HOLDERS),
        row("GET /ticket-type/{id}", &["type"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /ticket-type/{id}",
            &["type"],
            NAMED,
            &HOLDERS_ON_A_THING,
        ),
        row(
            "DELETE /ticket-type/{id}",
            &["type"],
            "",
            &HOLDERS_ON_A_THING,
        ),
        row("GET /filters", &[], "", &AGENTS),
    ]
}

/// Templates and saved replies.
fn texts() -> Vec<Row> {
    vec![
        row("GET /email-templates", &[], "", &HOLDERS),
        row("POST /email-templates", &[], TEMPLATE, &HOLDERS),
        row(
            "GET /email-template/{id}",
            &["template"],
            "",
            &HOLDERS_ON_A_THING,
        ),
        row(
            "PUT /email-template/{id}",
            &["template"],
            TEMPLATE,
            &HOLDERS_ON_A_THING,
        ),
        row(
            "DELETE /email-template/{id}",
            &["template"],
            "",
            &HOLDERS_ON_A_THING,
        ),
        row("GET /placeholders", &[], "", &AGENTS),
        row("GET /saved-replys", &[], "", &AGENTS),
        row("POST /saved-replys", &[], REPLY, &AGENTS),
        row("GET /saved-reply/{id}", &["saved reply"], "", &ON_A_REPLY),
        row(
            "PUT /saved-reply/{id}",
            &["saved reply"],
            REPLY,
            &ON_A_REPLY,
        ),
        row(
            "DELETE /saved-reply/{id}",
            &["saved reply"],
            "",
            &ON_A_REPLY,
        ),
    ]
}
