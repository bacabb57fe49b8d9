//! What admins set, and what the desk says of itself.

use super::super::grid::{
    ADMINS, ADMINS_NAME_A_THING, ADMINS_ON_A_THING, AGENTS, AGENTS_ON_A_THING, EVERYBODY, NOWHERE,
};
use super::{Row, row};

const COMPANY: &str = r#"{"name": "<new>", "supportEmail": "<new>@example.com", "nextTicketId": "90001",
    "defaultMailbox": "", "defaultStatus": "1", "defaultPriority": "1", "timezone": "Asia/Kolkata",
    "timeFormat": "m-d-y G:i", "pendingSince": "0", "pendingNotificationEmailTemplate": "1"}"#;

const HOURS: &str =
    r#"{"business_hours": {"Monday": {"is_active": "on", "from": "9:00", "to": "18:00"}}}"#;

const THEME: &str = r#"{"name": "<new>", "domain": "<new>", "cName": "", "status": "1", "pageBackgroundColor": "",
    "headerBackgroundColor": "", "navTextColor": "", "linkColor": "", "linkHoverColor": "", "articleTextColor": "",
    "script": "", "customCSS": "p { color: #333 }", "siteDescritption": "", "metaDescription": "<new>", "metaKeywords": "", "homepageContent": "category",
    "ticketCreateOption": "1"}"#;

pub(super) fn rows() -> Vec<Row> {
    [desk(), company()].into_iter().flatten().collect()
}

/// Mailboxes and fields, and what the desk says of itself.
fn desk() -> Vec<Row> {
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
            r#"{"sortorder": {"<field>": "33"}}"#,
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
        row("GET /docs", &[], "", &EVERYBODY),
        row("GET /openapi", &[], "", &EVERYBODY),
        row("GET /health", &[], "", &EVERYBODY),
    ]
}

/// The company, and the portal's theme.
fn company() -> Vec<Row> {
    vec![
        row("GET /company", &[], "", &ADMINS),
        row("PUT /company", &[], COMPANY, &ADMINS),
        row("GET /company/business-hours", &[], "", &ADMINS),
        row("POST /company/business-hours", &[], HOURS, &ADMINS).done_once(),
        row("GET /company/spam", &[], "", &ADMINS),
        row(
            "PUT /company/spam",
            &[],
            r#"{"blackList": "<new>@example.com", "whiteList": ""}"#,
            &ADMINS,
        ),
        row("GET /company/theme", &[], "", &ADMINS),
        row("PUT /company/theme", &[], THEME, &ADMINS),
        row("GET /theme/logo", &[], "", &NOWHERE),
        row("GET /theme/favicon", &[], "", &NOWHERE),
        row("GET /theme/banner", &[], "", &NOWHERE),
        row("GET /theme/custom.css", &[], "", &EVERYBODY),
    ]
}
