//! Lists of people: what the database does for each.

use pocketdesk::base::db::named_params;
use pocketdesk::base::error::Result;
use pocketdesk::base::input::read_object;
use pocketdesk::base::time::Zone;
use pocketdesk::base::who::Side;
use pocketdesk::desk::person::list::{PeopleFilter, PeopleQuery, matches, page_query, total};
use serde_json::Value;

use crate::support::{Desk, plan};

/// A desk of 2,000 customers, three of them starred and three inactive.
fn filled() -> Desk {
    let desk = Desk::new();
    desk.write(|change| {
        let many = "WITH RECURSIVE n (at) AS (VALUES (1) UNION ALL SELECT at + 1 FROM n WHERE at < 2000)";
        change.run(
            &format!(
                "{many} INSERT INTO user (id, email, email_key, created_at)
                 SELECT 1000 + at, at || '@example.org', at || '@example.org', 0 FROM n"
            ),
            [],
        )?;
        change.run(
            &format!(
                "{many} INSERT INTO profile (user_id, side, role_id, first_name, name_key, is_active, is_starred, created_at)
                 SELECT 1000 + at, 'customer', :role, 'Same', 'same', at > 3, at > 1997, at FROM n"
            ),
            named_params! { ":role": 4 },
        )
    });
    desk
}

fn plan(desk: &Desk, side: Side, parameters: &str) -> String {
    let queries = |view: &pocketdesk::base::db::View<'_>, fields: Value| -> Result<_> {
        let query: PeopleQuery = read_object(&fields).expect("a query");
        let listing = read_object(&fields).expect("a query");
        let filter = PeopleFilter::of(side, &query, &listing, &Zone::utc());
        let total = total(view, &filter)?;
        Ok(vec![page_query(view, &filter, total)?])
    };
    plan::plan(desk, "ada@example.com", parameters, queries).join("\n")
}

#[test]
fn the_whole_list_walks_an_index() {
    let desk = filled();
    for (sort, step) in [
        (
            "CreatedAt",
            "SEARCH p USING INDEX profile_by_creation (side=?)",
        ),
        ("name", "profile_listed_by_name (side=?)"),
        ("updatedAt", "profile_by_update (side=?)"),
        ("email", "SCAN u USING COVERING INDEX user_by_email"),
        ("id", "SCAN u"),
    ] {
        for direction in ["asc", "desc"] {
            let parameters = format!("sort={sort}&direction={direction}&page=3");
            let plan = plan(&desk, Side::Customer, &parameters);
            assert!(plan.contains(step), "{parameters}: {plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{parameters}: {plan}");
        }
    }
}

#[test]
fn the_few_are_gathered_by_what_finds_them() {
    let desk = filled();
    for (side, parameters, step) in [
        (Side::Customer, "starred=1", "profile_starred (side=?)"),
        (
            Side::Customer,
            "isActive=0&sort=name",
            "profile_inactive (side=?)",
        ),
        (Side::Agent, "sort=email", "(side=?)"),
        (Side::Customer, "email=7@example.org", "user_address"),
    ] {
        let plan = plan(&desk, side, parameters);
        assert!(plan.contains(step), "{parameters}: {plan}");
        for bad in ["SCAN p", "SCAN u"] {
            let reads_all = plan.lines().any(|line| line == bad);
            assert!(!reads_all, "{parameters}: {plan}");
        }
    }
}

/// Customers are many, so that what matches leads; members are few, so that they lead.
#[test]
fn a_search_looks_up_the_others_of_whatever_are_few() {
    let desk = Desk::new();
    for (side, step) in [
        (
            Side::Agent,
            "SEARCH p USING INDEX profile_by_creation (side=?)",
        ),
        (
            Side::Customer,
            "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)",
        ),
    ] {
        let select = matches(&PeopleFilter::everybody(side), "ada".to_owned());
        let plan = desk.read(|view| plan::steps(view, &select)).join("\n");
        assert!(plan.contains(step), "{plan}");
        assert!(plan.contains("SCAN s VIRTUAL TABLE"), "{plan}");
    }
}
