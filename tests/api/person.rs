//! Lists of people: what the database does for each.

use pocketdesk::desk::person::Side;
use pocketdesk::desk::person::list::{PeopleFilter, Sort, Span, ids, matches};

use crate::support::{Desk, plan};

#[test]
fn every_list_walks_an_index() {
    let desk = Desk::new();
    for side in [Side::Agent, Side::Customer] {
        let whole = PeopleFilter::everybody(side);
        let by = |sort: Sort| PeopleFilter {
            sort,
            ..whole.clone()
        };
        let wanted = [
            (
                whole.clone(),
                "SEARCH p USING INDEX profile_by_creation (side=?)",
            ),
            (
                PeopleFilter {
                    starred_only: true,
                    ..whole.clone()
                },
                "profile_by_creation (side=?)",
            ),
            (by(Sort::Name), "profile_listed_by_name (side=?)"),
            (by(Sort::Email), "SCAN u USING COVERING INDEX user_by_email"),
        ];
        for (filter, step) in wanted {
            for is_descending in [false, true] {
                let plan = plan(
                    &desk,
                    &PeopleFilter {
                        is_descending,
                        ..filter.clone()
                    },
                );
                assert!(plan.contains(step), "{plan}");
                assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            }
        }
        let looked_up = PeopleFilter {
            emails: vec!["a@example.com".into()],
            ..whole.clone()
        };
        let step = "SEARCH u USING COVERING INDEX user_by_email (email_key=?)";
        let plan_of_emails = plan(&desk, &looked_up);
        assert!(plan_of_emails.contains(step), "{plan_of_emails}");
        let searched = matches(&whole, "ada".to_owned());
        let steps = desk.read(|view| plan::steps(view, &searched));
        let plan_of_search = steps.join("\n");
        let step = match side {
            Side::Agent => "SEARCH p USING INDEX profile_by_creation (side=?)",
            Side::Customer => "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)",
        };
        assert!(plan_of_search.contains(step), "{plan_of_search}");
        assert!(
            plan_of_search.contains("SCAN s VIRTUAL TABLE"),
            "{plan_of_search}"
        );
    }
}

fn plan(desk: &Desk, filter: &PeopleFilter) -> String {
    let select = ids(filter, Span::first(10));
    desk.read(|view| plan::steps(view, &select)).join("\n")
}
