//! The plans of the lists: no list reads every ticket, and the default order is an index's.

use pocketdesk::base::who::TicketView;
use pocketdesk::desk::ticket;

use crate::support::Desk;
use crate::support::plan::{self, scans, sorts};

/// The steps of the plan for a page of this query, as the user of `email` asks for it.
fn plan(desk: &Desk, email: &str, query: &str) -> Vec<String> {
    plan::plan(desk, email, query, |view, fields| {
        Ok(vec![ticket::page_query(view, fields)?])
    })
}

/// A table of tickets or threads read from end to end.
fn reads_all(step: &str) -> bool {
    let tables = ["t", "m", "ticket", "thread", "ticket t", "thread m"];
    scans(step, &tables)
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
    for sort in ["t.updatedAt", "agentName", "c.email", "name"] {
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
