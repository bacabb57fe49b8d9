//! The order of lists, in both directions, on data in which no two orders are alike.

use serde_json::json;

use super::ids_of;
use crate::support::Desk;

/// Four tickets whose orders by id, update, agent, address and name all differ.
struct Crafted {
    desk: Desk,
    ids: [i64; 4],
}

fn crafted() -> Crafted {
    let desk = Desk::new();
    let ada = desk.ada();
    let people = [
        ("m@example.com", "zoe Last"),
        ("B@example.com", "Mia Last"),
        ("z@example.com", "anna Last"),
        ("c@example.com", "Émile Last"),
    ];
    let ids = people.map(|(email, name)| {
        desk.clock.advance(10);
        let made = ada
            .post(
                "/api/tickets",
                json!({ "type": 1, "name": name, "from": email, "subject": name, "reply": "x" }),
            )
            .ok();
        made["ticketId"].as_i64().expect("an id")
    });
    let (me, grace) = (
        desk.user_id("ada@example.com"),
        desk.user_id("grace@example.com"),
    );
    // The order of these calls is that of the updates.
    for (at, agent) in [(2, grace), (0, me), (3, grace), (1, me)] {
        desk.clock.advance(10);
        ada.put(
            &format!("/api/ticket/{}/agent", ids[at]),
            json!({ "id": agent }),
        )
        .ok();
    }
    Crafted { desk, ids }
}

#[test]
fn every_sort_is_right_in_both_directions() {
    let Crafted { desk, ids } = crafted();
    let ada = desk.ada();
    let orders = [
        ("t.id", [0, 1, 2, 3]),
        ("t.updatedAt", [2, 0, 3, 1]),
        // Ada, Ada, Grace, Grace; of equals the older first.
        ("agentName", [0, 1, 2, 3]),
        ("c.email", [1, 3, 0, 2]),
        // Each letter beside its base letter.
        ("name", [2, 3, 1, 0]),
    ];
    for (sort, order) in orders {
        let want: Vec<i64> = order.iter().map(|at| ids[*at]).collect();
        let reversed: Vec<i64> = want.iter().rev().copied().collect();
        // Each filter makes the list walk another index; the order stays.
        for filter in [
            "",
            "&status=all",
            "&status=1,2",
            "&priority=1",
            "&source=api",
            "&search=last",
            "&after=1",
            "&type=1&notreplied",
        ] {
            for direction in ["ASC", "asc"] {
                let query = format!("sort={sort}&direction={direction}{filter}");
                assert_eq!(ids_of(&ada, &query), want, "?{query}");
            }
            for direction in ["&direction=DESC", "&direction=desc", ""] {
                let query = format!("sort={sort}{direction}{filter}");
                assert_eq!(ids_of(&ada, &query), reversed, "?{query}");
            }
        }
    }
    let newest_first: Vec<i64> = ids.iter().rev().copied().collect();
    for query in ["", "sort=", "direction=", "sort=&direction="] {
        assert_eq!(ids_of(&ada, query), newest_first, "?{query}");
    }
}

#[test]
fn pages_of_every_sort_together_are_the_list() {
    let Crafted { desk, ids } = crafted();
    let ada = desk.ada();
    for sort in ["t.id", "t.updatedAt", "agentName", "c.email", "name"] {
        for direction in ["asc", "desc"] {
            let query = format!("sort={sort}&direction={direction}");
            let whole = ids_of(&ada, &query);
            let paged: Vec<i64> = (1..=4)
                .flat_map(|page| ids_of(&ada, &format!("{query}&limit=1&page={page}")))
                .collect();
            assert_eq!(paged, whole, "{query}");
            assert_eq!(whole.len(), ids.len());
        }
    }
}

#[test]
fn a_customers_own_list_is_in_order_too() {
    let desk = Desk::new();
    let ids: Vec<i64> = (0..3).map(|at| desk.ticket(&format!("T{at}")).id).collect();
    let alan = desk.alan();
    assert_eq!(ids_of(&alan, "direction=asc"), ids);
    let newest_first: Vec<i64> = ids.iter().rev().copied().collect();
    assert_eq!(ids_of(&alan, ""), newest_first);
}
