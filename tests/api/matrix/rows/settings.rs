//! What admins set, and what the desk says of itself.

use super::super::grid::{
    ADMINS, ADMINS_NAME_A_THING, ADMINS_ON_A_THING, AGENTS, AGENTS_ON_A_THING, EVERYBODY,
};
use super::{Row, row};

pub(super) fn rows() -> Vec<Row> {
    let mailbox = r#"{"name": "<new>", "email": "<new>@example.com"}"#;
    let field = r#"{"name": "<new>", "fieldType": "text"}"#;
    vec![
        row("GET /mailboxes", &[], "", &ADMINS),
        row("POST /mailboxes", &[], mailbox, &ADMINS),
        row("GET /mailbox/{id}", &["mailbox"], "", &ADMINS_ON_A_THING),
        row(
            "PUT /mailbox/{id}",
            &["mailbox"],
            mailbox,
            &ADMINS_ON_A_THING,
        ),
        row("DELETE /mailbox/{id}", &["mailbox"], "", &ADMINS_ON_A_THING),
        row("GET /custom-fields", &[], "", &AGENTS),
        row("POST /custom-fields", &[], field, &ADMINS),
        row(
            "PUT /custom-field/order",
            &[],
            r#"{"sortorder": {"<field>": "3"}}"#,
            &ADMINS_NAME_A_THING,
        ),
        row("GET /custom-field/{id}", &["field"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /custom-field/{id}",
            &["field"],
            field,
            &ADMINS_ON_A_THING,
        ),
        row(
            "DELETE /custom-field/{id}",
            &["field"],
            "",
            &ADMINS_ON_A_THING,
        ),
        row("GET /openapi", &[], "", &EVERYBODY),
        row("GET /health", &[], "", &EVERYBODY),
    ]
}
