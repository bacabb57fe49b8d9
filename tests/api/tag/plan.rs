//! The plans of the list of tags: its orders are indexes', and it reads no ticket to count.

use pocketdesk::base::who::TicketView;
use pocketdesk::desk::tag;

use crate::support::Desk;
use crate::support::plan::{plan, scans, sorts};

#[test]
fn every_order_of_all_tags_is_an_indexs() {
    let desk = Desk::new();
    desk.agent("groups@example.com", &[], TicketView::GroupsAndTeams);
    desk.agent("own@example.com", &[], TicketView::Own);
    for email in ["ada@example.com", "groups@example.com", "own@example.com"] {
        for sort in ["id", "name", "ticketCount"] {
            for direction in ["asc", "desc"] {
                let query = format!("sort={sort}&direction={direction}&page=1000");
                let steps = plan(&desk, email, &query, tag::list_queries);
                let is_sorted = steps.iter().any(|step| sorts(step));
                assert!(!is_sorted, "{email} ?{query}: {steps:#?}");
                let reads_tickets = steps
                    .iter()
                    .any(|step| step.contains("ticket_tag") || scans(step, &["ticket"]));
                assert!(!reads_tickets, "{email} ?{query}: {steps:#?}");
            }
        }
    }
}
