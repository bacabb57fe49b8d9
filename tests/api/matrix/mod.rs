//! Who may do what to which thing, on every path: each row of the routing table, times
//! everybody who can call it, times what its ids name.
//!
//! A route without a row here fails. To add one, say in `rows` what its ids name and
//! what each caller is to get:
//!
//! ```text
//! row("PUT /task/{id}", &["task"], r#"{"subject": "<new>"}"#, &HOLDERS_ON_A_TICKET)
//! ```
//!
//! Where no grid of `grid.rs` has these statuses, add one, or write it into the row. A new
//! kind of thing (`task`) needs one more arm in `plain.rs` or `things.rs`. Which privilege `With` holds
//! and `Without` lacks is read off the route; `.needs(…)` says it where the route alone
//! does not decide. `rights.rs` and `secrets.rs` walk the routing table by themselves: to
//! the first add what a new room could tempt with, to the second what it must keep.

mod conditions;
mod grid;
mod guarded;
mod plain;
mod rights;
mod rows;
mod scene;
mod secrets;
mod things;
mod world;

use std::collections::BTreeSet;
use std::sync::Arc;

use pocketdesk::access::Access;
use pocketdesk::base::who::Privilege;
use pocketdesk::web::route::Route;

use crate::support::{Answer, Client, Desk};
use grid::{Caller, Case};
use rows::{Row, rows};
use world::{SECRET, World};

/// What lets somebody in, which nobody makes or ends for somebody else by acting as them.
const IN_NOBODY_ELSES_NAME: [&str; 2] = ["POST /access-tokens", "DELETE /access-token/{id}"];

#[test]
fn every_route_gives_each_caller_what_its_row_says() {
    let mut world = World::new();
    let app = Arc::clone(&world.desk.app);
    let mut wrong = Vec::new();
    for row in rows() {
        let Some(route) = app
            .table()
            .routes()
            .iter()
            .find(|route| name_of(route) == row.route)
        else {
            wrong.push(format!("{}: there is no such route", row.route));
            continue;
        };
        world.hand_out(row.privilege.or(privilege_of(route.access)));
        let acting = IN_NOBODY_ELSES_NAME.contains(&row.route).then_some(403);
        for (case, caller, status) in row.grid.cells(acting) {
            let found = try_one(&mut world, (route, &row), (case, caller), status);
            let about = format!("{} {} as {caller:?}, {case:?}", row.route, row.body);
            wrong.extend(found.into_iter().map(|one| format!("{about}: {one}")));
        }
    }
    assert!(wrong.is_empty(), "{} cells: {wrong:#?}", wrong.len());
}

#[test]
fn every_route_has_a_row() {
    let desk = Desk::new();
    let told: BTreeSet<&str> = rows().iter().map(|row| row.route).collect();
    let missing: Vec<String> = desk
        .app
        .table()
        .routes()
        .iter()
        .map(name_of)
        .filter(|name| !told.contains(name.as_str()))
        .collect();
    assert!(
        missing.is_empty(),
        "say in `rows` what these give to whom: {missing:#?}"
    );
}

/// One call, and what is wrong with its answer or with what it left.
fn try_one(
    world: &mut World,
    (route, row): (&Route, &Row),
    (case, caller): (Case, Caller),
    status: u16,
) -> Vec<String> {
    let (method, target, body) = world.fill(route, row, (case, caller));
    let foreign = caller
        .sees_no_foreign_ticket()
        .then(|| world.foreign_ticket());
    let before = (world.version(), foreign.map(|id| world.state_of(id)));
    let client = world.client(caller);
    let answer = send(&client, method, &target, &body);
    let after = (world.version(), foreign.map(|id| world.state_of(id)));
    let mut wrong = Vec::new();
    if answer.status != status {
        let text: String = answer.text().chars().take(200).collect();
        wrong.push(format!("{status} was due, {} came: {text}", answer.status));
    }
    if answer.status >= 400 && before.0 != after.0 {
        wrong.push("what was refused changed something".into());
    }
    let is_unchanged = before.0 == after.0;
    let is_done = answer.status < 400 && method != "GET" && !row.is_done_once;
    if is_done && is_unchanged != finds_nothing(row, case, caller) {
        let what = if is_unchanged {
            "what was granted changed nothing"
        } else {
            "what found nothing changed something"
        };
        wrong.push(what.into());
    }
    if case == Case::Mixed && answer.status < 400 {
        wrong.extend(world.unnamed(caller, &answer.json()["warning"]));
    }
    if before.1 != after.1 {
        wrong.push("a ticket out of sight was changed".into());
    }
    if foreign.is_some() && answer.text().contains(SECRET) {
        wrong.push("the answer tells of a ticket out of sight".into());
    }
    if answer.status < 400 && method != "GET" {
        world.renew();
    }
    wrong
}

/// Whether a list of tickets has none that is there for the caller.
fn finds_nothing(row: &Row, case: Case, caller: Caller) -> bool {
    let is_hidden = case == Case::Foreign && caller.sees_no_foreign_ticket();
    row.body.contains("tickets>") && (case == Case::Deleted || is_hidden)
}

fn send(client: &Client, method: &str, target: &str, body: &str) -> Answer {
    let content_type = if body.is_empty() {
        ""
    } else {
        "application/json"
    };
    client.send(method, target, content_type, body.as_bytes())
}

/// A route as rows name it.
fn name_of(route: &Route) -> String {
    format!("{} {}", route.method.name(), route.path)
}

/// The privilege that a row of the routing table asks of agents.
fn privilege_of(access: Access) -> Option<Privilege> {
    match access {
        Access::Holds(privilege) | Access::CustomerOr(privilege) => Some(privilege),
        Access::Anyone
        | Access::SignedIn
        | Access::Agent
        | Access::HoldsOneOf(_)
        | Access::Admin => None,
    }
}
