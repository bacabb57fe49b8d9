//! What tickets are called by: labels, tags, types.

use super::super::grid::{AGENTS, AGENTS_ON_A_THING, HOLDERS, HOLDERS_ON_A_THING, ON_A_LABEL};
use super::{NAMED, Row, row};

pub(super) fn rows() -> Vec<Row> {
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
