//! Who works at the desk, and who writes to it.

use super::super::grid::{
    ADMINS, AGENTS, AGENTS_ON_A_MEMBER, AGENTS_ON_A_THING, Grid, HOLDERS, HOLDERS_NAME_A_THING,
    HOLDERS_ON_A_CUSTOMER, HOLDERS_ON_A_MEMBER, HOLDERS_ON_A_THING, NOWHERE, SIGNED_IN,
};
use super::{NAMED, Row, row};

const PERSON: &str = r#"{"firstName": "New", "lastName": "Name", "email": "<new>@example.com", "contactNumber": "1"}"#;

pub(super) fn rows() -> Vec<Row> {
    [circles(), people()].into_iter().flatten().collect()
}

/// Groups, teams, and what a member may hold.
fn circles() -> Vec<Row> {
    vec![
        row("GET /groups", &[], "", &AGENTS),
        row("POST /groups", &[], NAMED, &HOLDERS),
        row("GET /group/{id}", &["group"], "", &AGENTS_ON_A_THING),
        row("PUT /group/{id}", &["group"], NAMED, &HOLDERS_ON_A_THING),
        row("DELETE /group/{id}", &["group"], "", &HOLDERS_ON_A_THING),
        row("GET /sub-groups", &[], "", &AGENTS),
        row(
            "POST /sub-groups",
            &[],
            r#"{"name": "<new>", "description": "x", "groups": ["<group>"]}"#,
            &HOLDERS_NAME_A_THING,
        ),
        row("GET /sub-group/{id}", &["team"], "", &AGENTS_ON_A_THING),
        row(
            "PUT /sub-group/{id}",
            &["team"],
            r#"{"name": "<new>", "description": "x", "groups": ["<own group>"]}"#,
            &HOLDERS_ON_A_THING,
        ),
        row("DELETE /sub-group/{id}", &["team"], "", &HOLDERS_ON_A_THING),
        row("GET /agent-privileges", &[], "", &AGENTS),
        row(
            "POST /agent-privileges",
            &[],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT_PRIVILEGE"]}"#,
            &HOLDERS,
        ),
        row(
            "POST /agent-privileges",
            &[],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT"]}"#,
            &ADMINS,
        ),
        row(
            "GET /agent-privilege/{id}",
            &["set"],
            "",
            &AGENTS_ON_A_THING,
        ),
        row(
            "PUT /agent-privilege/{id}",
            &["set"],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT_PRIVILEGE"]}"#,
            &HOLDERS_ON_A_THING,
        ),
        row(
            "PUT /agent-privilege/{id}",
            &["own set"],
            r#"{"name": "<new>", "description": "x", "privileges": ["ROLE_AGENT_MANAGE_AGENT"]}"#,
            &ADMINS,
        ),
        row(
            "DELETE /agent-privilege/{id}",
            &["set"],
            "",
            &HOLDERS_ON_A_THING,
        ),
    ]
}

/// Customers and members.
fn people() -> Vec<Row> {
    vec![
        row("GET /customers", &[], "", &AGENTS),
        row("POST /customers", &[], PERSON, &HOLDERS),
        row("GET /customer/{id}", &["customer"], "", &AGENTS_ON_A_MEMBER),
        row(
            "PATCH /customer/{id}",
            &["customer"],
            "",
            &AGENTS_ON_A_MEMBER,
        ),
        row(
            "PUT /customer/{id}",
            &["customer"],
            PERSON,
            &HOLDERS_ON_A_MEMBER,
        ),
        row(
            "DELETE /customer/{id}",
            &["customer"],
            "",
            &HOLDERS_ON_A_CUSTOMER,
        ),
        row("GET /members", &[], "", &AGENTS),
        row("POST /members", &[], PERSON, &HOLDERS),
        row(
            "POST /members",
            &[],
            r#"{"firstName": "New", "lastName": "", "email": "<new>@example.com", "contactNumber": "", "role": "ROLE_ADMIN"}"#,
            &Grid {
                own: [401, 403, 403, 403, 403, 403, 403, 200],
                ..NOWHERE
            },
        ),
        row("GET /member/{id}", &["member"], "", &AGENTS_ON_A_MEMBER),
        row(
            "PUT /member/{id}",
            &["member"],
            PERSON,
            &HOLDERS_ON_A_MEMBER,
        ),
        row("DELETE /member/{id}", &["member"], "", &HOLDERS_ON_A_MEMBER),
        row(
            "PUT /member/profile",
            &[],
            r#"{"firstName": "New", "lastName": "Name", "email": "<caller>", "contactNumber": "1"}"#,
            &AGENTS,
        ),
        row("GET /me", &[], "", &SIGNED_IN),
        row("GET /setup", &[], "", &NOWHERE),
        row("POST /setup", &[], "", &NOWHERE),
    ]
}
