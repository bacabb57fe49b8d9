//! The plans of the list of tasks: neither page nor counts read every task or ticket.

use pocketdesk::base::who::TicketView;
use pocketdesk::desk::task;
use serde_json::json;

use super::{made, made_with};
use crate::support::Desk;
use crate::support::plan::{self, scans, sorts};

/// The steps of the plans for a list by this query, as the user of `email` asks for it.
fn plan(desk: &Desk, email: &str, query: &str) -> Vec<String> {
    plan::plan(desk, email, query, |view, fields| {
        let mut selects = task::list_queries(view, fields)?;
        // The cells of counts are few, however many tasks they count.
        selects.retain(|select| {
            !select.sql().contains("task_count") && !select.sql().contains("task_total")
        });
        Ok(selects)
    })
}

/// A table of tasks or tickets read from end to end. Walking tasks in the order of their ids
/// is a scan too, which ends when the page is full.
fn reads_all(step: &str) -> bool {
    scans(step, &["k", "t", "task", "ticket", "task_follower"])
}

const FILTERS: [&str; 10] = [
    "",
    "stage=1",
    "stage=1,2",
    "priority=2",
    "stage=3&priority=2",
    "priority=1,2",
    "agent=2",
    "agent=2,3&stage=1",
    "ticket=1",
    "search=invoice",
];

/// Whoever sees every task walks indexes in their order, or finds those of a ticket or an
/// agent; the one scan is that of tasks by their ids, which ends when the page is full.
#[test]
fn who_sees_everything_walks_in_order() {
    let desk = Desk::new();
    made(&desk, desk.ticket("Broken"));
    for filter in FILTERS {
        let is_narrow = ["agent", "ticket"]
            .iter()
            .any(|name| filter.starts_with(name));
        let is_led = ["stage=1", "stage=3&priority=2", "priority=2"].contains(&filter);
        for sort in ["tsk.id", "u.email", "name"] {
            for direction in ["asc", "desc"] {
                let query = format!("{filter}&sort={sort}&direction={direction}");
                let steps = plan(&desk, "ada@example.com", &query);
                let walks_ids =
                    sort == "tsk.id" && !is_led && !is_narrow && !filter.starts_with("search");
                let scans = steps.iter().filter(|step| reads_all(step)).count();
                assert_eq!(scans, usize::from(walks_ids), "?{query}: {steps:#?}");
                let is_sorted = steps.iter().any(|step| sorts(step));
                assert_eq!(is_sorted, is_narrow, "?{query}: {steps:#?}");
            }
        }
    }
}

/// Whoever sees few of many tasks finds them by indexes.
#[test]
fn who_sees_few_gathers_them_by_indexes() {
    let desk = Desk::new();
    let ticket = desk.ticket("Broken");
    for _ in 0..20 {
        made(&desk, ticket);
    }
    for (email, view) in [
        ("groups@example.com", TicketView::GroupsAndTeams),
        ("own@example.com", TicketView::Own),
    ] {
        desk.agent(email, &[], view);
        made_with(
            &desk,
            ticket,
            json!({ "assignedAgent": desk.user_id(email), "stage": 3, "priority": 2 }),
        );
        for filter in FILTERS {
            for sort in ["tsk.id", "u.email", "name"] {
                let query = format!("{filter}&sort={sort}");
                let steps = plan(&desk, email, &query);
                assert!(
                    !steps.iter().any(|step| reads_all(step)),
                    "{email} ?{query}: {steps:#?}"
                );
            }
        }
    }
}
