//! The plans of the lists: no list reads every ticket, and the default order is an index's.

use pocketdesk::access;
use pocketdesk::base::db::{FromRow, Row};
use pocketdesk::base::locale::Locale;
use pocketdesk::base::who::{Caller, TicketView};
use pocketdesk::desk::ticket;
use rusqlite::params_from_iter;
use serde_json::{Map, Value};

use crate::support::Desk;

struct Step(String);

impl FromRow for Step {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        row.get("detail").map(Self)
    }
}

/// The steps of the plan for a page of this query, as the user of `email` asks for it.
fn plan(desk: &Desk, email: &str, query: &str) -> Vec<String> {
    let user = desk.user_id(email);
    let who = desk
        .read(|view| access::by_user(view, user))
        .expect("somebody");
    let caller = Caller {
        who,
        locale: Locale::English,
        ..Caller::nobody()
    };
    let fields: Map<String, Value> = query
        .split('&')
        .filter(|one| !one.is_empty())
        .map(|one| {
            let (name, value) = one.split_once('=').unwrap_or((one, ""));
            (name.to_owned(), Value::from(value))
        })
        .collect();
    let read = desk.app.parts().db.read(&caller, |view| {
        let select = ticket::page_query(view, Value::Object(fields))?;
        let sql = format!("EXPLAIN QUERY PLAN {}", select.sql());
        view.all::<Step>(&sql, params_from_iter(select.binds()))
    });
    read.expect("a plan")
        .into_iter()
        .map(|step| step.0)
        .collect()
}

/// A table of tickets or threads read from end to end, which a search in an index is not.
fn reads_all(step: &str) -> bool {
    ["t", "m", "ticket", "thread", "ticket t", "thread m"]
        .iter()
        .any(|name| {
            step.strip_prefix("SCAN ").is_some_and(|rest| {
                rest == *name
                    || rest
                        .strip_prefix(name)
                        .is_some_and(|rest| rest.starts_with(" USING"))
            })
        })
}

fn sorts(step: &str) -> bool {
    step.contains("USE TEMP B-TREE FOR ORDER BY")
}

#[test]
fn the_guards_know_a_bad_plan() {
    assert!(reads_all("SCAN t"));
    assert!(reads_all("SCAN t USING INDEX ticket_by_customer"));
    assert!(reads_all("SCAN ticket"));
    assert!(!reads_all("SCAN tag"));
    assert!(!reads_all("SCAN json_each VIRTUAL TABLE INDEX 1:"));
    assert!(!reads_all(
        "SEARCH t USING INDEX ticket_by_status (is_trashed=? AND status_id=?)"
    ));
    assert!(sorts("USE TEMP B-TREE FOR ORDER BY"));
}

const FILTERS: [&str; 22] = [
    "",
    "status=all",
    "status=1,2",
    "trashed",
    "new",
    "unassigned",
    "mine",
    "notreplied",
    "starred",
    "priority=1",
    "type=2",
    "source=email",
    "tags=1",
    "label=1",
    "agent=2",
    "customer=3",
    "group=1",
    "team=1",
    "after=2025-01-01",
    "search=printer",
    "page=1000",
    "limit=100",
];

#[test]
fn no_list_reads_every_ticket() {
    let desk = Desk::new();
    desk.agent("groups@example.com", &[], TicketView::GroupsAndTeams);
    desk.agent("own@example.com", &[], TicketView::Own);
    for email in [
        "ada@example.com",
        "groups@example.com",
        "own@example.com",
        "alan@example.com",
    ] {
        for filter in FILTERS {
            for direction in ["", "&direction=asc"] {
                let steps = plan(&desk, email, &format!("{filter}{direction}"));
                let bad: Vec<&String> = steps.iter().filter(|step| reads_all(step)).collect();
                assert!(bad.is_empty(), "{email} ?{filter}{direction}: {steps:#?}");
            }
        }
    }
}

#[test]
fn the_default_order_is_an_indexs() {
    let desk = Desk::new();
    for filter in [
        "",
        "status=all",
        "trashed",
        "new",
        "unassigned",
        "notreplied",
        "starred",
        "page=1000",
        "limit=100",
    ] {
        let steps = plan(&desk, "ada@example.com", filter);
        assert!(
            !steps.iter().any(|step| sorts(step)),
            "?{filter}: {steps:#?}"
        );
    }
    for sort in ["t.updatedAt", "c.email", "name"] {
        for direction in ["asc", "desc"] {
            let steps = plan(
                &desk,
                "ada@example.com",
                &format!("sort={sort}&direction={direction}"),
            );
            assert!(
                !steps.iter().any(|step| sorts(step)),
                "{sort} {direction}: {steps:#?}"
            );
        }
    }
}
