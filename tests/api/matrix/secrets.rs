//! What somebody may not see stands in no answer that they can ask for, and moves no
//! number in one: every GET of the routing table, with every filter, read by callers who
//! may see little.

use serde_json::Value;

use super::name_of;
use super::scene::{HIDDEN, INNER, Scene};
use crate::support::{Client, Desk};

/// Each filter that a list takes, and what its value could lead to.
const QUERIES: [&str; 71] = [
    "all",
    "status=all",
    "status=1,2,3,4,5,6",
    "trashed",
    "trashed&status=all",
    "new",
    "unassigned",
    "unassigned&status=all",
    "mine",
    "notreplied",
    "starred",
    "starred=1",
    "isActive=1",
    "isActive=0",
    "label=1",
    "label=2&status=all",
    "label=1,2,3&all",
    "agent=1",
    "agent=1,2,4",
    "customer=3",
    "customer=5&status=all",
    "customer=3,5,6",
    "priority=1",
    "group=1",
    "group=1&usergroup=1&team=1&status=1&type=1&priority=1",
    "tag=1&mailbox=1&agent=1&customer=1&source=1&userdata=1",
    "tag&mailbox&agent&customer&source&userdata&fullList",
    "team=1",
    "tags=1",
    "tag=1,2",
    "tag=2&status=all",
    "mailbox=1",
    "type=1",
    "type=1,2",
    "source=api",
    "source=api,email,website&status=all",
    "after=2001-01-01",
    "before=2100-01-01&status=all",
    "search=Hidden",
    "search=Hidden&status=all",
    "search=hid&all&trashed",
    "search=Inner",
    "search=Inner&status=all",
    "search=bob",
    "search=bob&status=all",
    "email=bob@example.com",
    "email[]=bob@example.com,alan@example.com",
    "status=draft",
    "status=published",
    "solution=1",
    "solution=2",
    "category=2",
    "ticket=1,2,3",
    "ticketId=1,2,3",
    "taskId=1,2",
    "stage=1&agent=1,2,4",
    "sort=t.id&direction=asc",
    "sort=t.updatedAt",
    "sort=agentName&status=all",
    "sort=c.email",
    "sort=name&status=all",
    "sort=ticketCount",
    "sort=CreatedAt",
    "sort=ap.name",
    "fullList",
    "page=2&limit=1&status=all",
    "limit=100",
    "actAsType=customer&actAsEmail=bob@example.com",
    "actAsType=customer&actAsEmail=bob@example.com&status=all",
    "actAsType=agent&actAsEmail=ada@example.com",
    "actAsType=agent&actAsEmail=ada@example.com&search=Hidden",
];

/// Ids and numbers of everything that a small desk holds.
fn numbers() -> impl Iterator<Item = i64> {
    (1..=9).chain(70_001..=70_006)
}

/// Every GET that there is.
pub(super) fn targets(desk: &Desk) -> Vec<String> {
    let mut targets = Vec::new();
    let described = desk.anyone().get("/api/openapi").ok();
    for route in desk.app.table().routes() {
        // These are alike for everybody, but for the proof that each form has its own of.
        let is_alike = matches!(route.path, "/openapi" | "/docs" | "/sign-in");
        if !name_of(route).starts_with("GET ") || is_alike {
            continue;
        }
        if !route.is_api {
            targets.push(route.path.to_owned());
            continue;
        }
        if !route.path.contains('{') {
            let path = format!("/api{}", route.path);
            targets.push(path.clone());
            targets.push(format!("/de{path}.html?status=all"));
            let parameters = &described["paths"][format!("{path}.json")]["get"]["parameters"];
            let queries = QUERIES.iter().filter(|query| is_read(query, parameters));
            targets.extend(queries.map(|query| format!("{path}.json?{query}")));
            continue;
        }
        for path in paths(route.path) {
            targets.extend([
                format!("{path}.html"),
                format!("{path}.json?limit=100"),
                path,
            ]);
        }
    }
    targets
}

/// Whether a list reads something of a query; what it does not read cannot matter to it.
fn is_read(query: &str, parameters: &Value) -> bool {
    let is_known = |name: &str| {
        let mut known = parameters.as_array().into_iter().flatten();
        known.any(|one| one["name"] == name) || name.starts_with("actAs")
    };
    query.split('&').any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        is_known(name) || is_known(name.trim_end_matches("[]"))
    })
}

/// A path with every number that a small desk holds; of two numbers the first is small.
fn paths(pattern: &str) -> Vec<String> {
    let is_number = |segment: &&str| segment.starts_with('{');
    let firsts: &[i64] = match pattern.split('/').filter(is_number).count() {
        1 => &[0],
        _ => &[0, 1, 2],
    };
    let mut paths = Vec::new();
    for number in numbers() {
        for first in firsts {
            let path = pattern.split('/').rev().scan(number, |number, segment| {
                Some(if is_number(&segment) {
                    std::mem::replace(number, *first).to_string()
                } else {
                    segment.to_owned()
                })
            });
            let mut segments: Vec<String> = path.collect();
            segments.reverse();
            paths.push(format!("/api{}", segments.join("/")));
        }
    }
    paths
}

#[test]
fn no_answer_tells_what_is_hidden() {
    let scene = Scene::new();
    scene.hide_a_ticket();
    scene.hide_settings();
    scene.hide_inside();
    scene.lock_a_thread();
    scene.revise_an_article();
    let targets = targets(&scene.desk);
    let mut told = Vec::new();
    let [alan, eve, narrow] = scene.callers();
    for (name, client, secrets) in [
        ("a customer", alan, &[HIDDEN, INNER][..]),
        ("a stranger", eve, &[HIDDEN, INNER]),
        ("an agent", narrow, &[HIDDEN]),
    ] {
        for target in &targets {
            let text = client.get(target).text();
            // A page shows what was asked for.
            let is_asked = |secret: &str| target.contains(".html") && target.contains(secret);
            let found = secrets
                .iter()
                .filter(|secret| text.contains(**secret) && !is_asked(secret));
            told.extend(found.map(|secret| format!("{name} reads {secret} at {target}")));
        }
    }
    assert!(told.is_empty(), "{told:#?}");
    // All of it is there for those who may see it.
    let owner = scene.desk.ada();
    let texts: Vec<String> = targets
        .iter()
        .map(|target| owner.get(target).text())
        .collect();
    for secret in [
        "Hidden subject",
        "Hidden request",
        "Hidden reply",
        "Hidden note",
        "Hidden label",
        "Hidden saved reply",
        "Hidden-name.txt",
        "Hidden bytes",
        "Hidden proof",
        "Hidden behind a lock",
        "Hidden task",
        "Hidden words of a task",
        "Hidden-task.txt",
        "Hidden bytes of a task",
        "Hidden todo",
        "Hidden token",
        "Hidden client",
        "Hidden template",
        "Hidden workflow",
        "Hidden by hand",
        "Hidden script",
        "Hidden mailbox",
        "hidden-spam@example.com",
        "Inner note",
        "Inner-name.txt",
        "Inner bytes",
        "Inner task",
        "Inner draft",
        "Inner folder",
        "Inner category",
        "Inner article",
        "Inner former words",
    ] {
        assert!(texts.iter().any(|text| text.contains(secret)), "{secret}");
    }
}

/// Whoever compares two answers learns nothing of what happened out of their sight:
/// no count, no page, no order differs.
#[test]
fn what_is_hidden_moves_nothing_that_is_seen() {
    let scene = Scene::new();
    let targets = targets(&scene.desk);
    let [alan, eve, narrow] = scene.callers();
    let read = |client: &Client| -> Vec<(u16, String)> {
        let answers = targets.iter().map(|target| {
            if target.contains("/article") || target.contains("/search") {
                scene.forget_views();
            }
            client.get(target)
        });
        answers
            .map(|answer| (answer.status, answer.text()))
            .collect()
    };
    let mut moved = Vec::new();
    let mut compare = |name: &str, client: &Client, before: &[(u16, String)]| {
        for ((target, before), after) in targets.iter().zip(before).zip(read(client)) {
            if *before != after {
                moved.push(format!("{name} at {target}: {} {}", before.1, after.1));
            }
        }
    };
    let (agent, customer, stranger) = (read(&narrow), read(&alan), read(&eve));
    // It happens at another time than is seen: whoever reads at another time, has used
    // their token at another.
    let hide = |hide: fn(&Scene)| {
        scene.desk.clock.advance(3600);
        hide(&scene);
        scene.desk.clock.advance(-3600);
    };
    hide(Scene::hide_a_ticket);
    hide(Scene::hide_settings);
    compare("an agent", &narrow, &agent);
    hide(Scene::hide_inside);
    compare("a customer", &alan, &customer);
    compare("a stranger", &eve, &stranger);
    assert!(moved.is_empty(), "{} answers: {moved:#?}", moved.len());
}
