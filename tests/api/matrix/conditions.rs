//! What holds for every row of the routing table alike: versions that a write can ask
//! for, keys that keep it from being done twice, and methods that nobody wrote a row for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use pocketdesk::app::App;
use pocketdesk::web::route::{Method, Route};
use serde_json::Value;

use super::grid::{CALLERS, Caller, Case};
use super::rows::{Row, rows};
use super::world::World;
use super::{name_of, send};
use crate::support::ledger::difference;
use crate::support::{Answer, Client, Desk};

/// The rows of the matrix below `/api` that the owner is granted, but for those that read.
fn granted(app: &App) -> Vec<(&Route, Row)> {
    let owner = CALLERS.iter().position(|caller| *caller == Caller::Owner);
    let all = rows().into_iter().filter_map(|row| {
        let routes = app.table().routes();
        let route = routes.iter().find(|route| name_of(route) == row.route)?;
        let is_granted = row.grid.own[owner?] == 200;
        let writes = route.method != Method::Get && !route.only_reads;
        (is_granted && route.is_api && writes).then_some((route, row))
    });
    all.collect()
}

/// The headers that the documentation says a row takes, by the names of the rows.
fn headers(desk: &Desk) -> BTreeMap<String, BTreeSet<String>> {
    let described = desk.anyone().get("/api/openapi").ok();
    let of = |route: &Route| {
        let path = format!("/api{}.json", route.path);
        let method = route.method.name().to_ascii_lowercase();
        let parameters = &described["paths"][path][method]["parameters"];
        let names = parameters.as_array().into_iter().flatten();
        let names = names.filter_map(|one| one["$ref"].as_str()?.rsplit('/').next());
        names.map(str::to_owned).collect()
    };
    let routes = desk.app.table().routes().iter();
    let api = routes.filter(|route| route.is_api);
    api.map(|route| (name_of(route), of(route))).collect()
}

/// Where the version stands that a write below it asks for: the whole ticket or article,
/// and else what the nearest row that reads shows.
fn read_at(world: &World, route: &Route, target: &str) -> String {
    let all: Vec<&str> = target.trim_end_matches(".json").split('/').collect();
    if route.path.starts_with("/ticket/{") {
        let sql = format!("SELECT increment_id FROM ticket WHERE id = {}", all[3]);
        return format!("/api/ticket/{}", world.desk.number(&sql));
    }
    if route.path.starts_with("/article/{") {
        return format!("/api/article/{}", all[3]);
    }
    let shape = |path: &str| -> Vec<String> {
        let segments = path.split('/').map(|segment| {
            let is_number = segment.starts_with('{');
            if is_number { "{}" } else { segment }.to_owned()
        });
        segments.collect()
    };
    let own = shape(route.path);
    let above = world.desk.app.table().routes().iter();
    let above = above
        .filter(|one| one.method == Method::Get && one.is_api)
        .map(|one| shape(one.path))
        .filter(|one| own.starts_with(one))
        .max_by_key(Vec::len);
    let length = above.unwrap_or_else(|| panic!("{}: nothing reads it", route.path));
    all[..=length.len()].join("/")
}

/// What is wrong about how a row keeps to the versions that it is asked for.
fn unconditional(world: &mut World, route: &Route, row: &Row, has_version: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    let owner = world.client(Caller::Owner);
    let (method, target, body) = world.fill(route, row, (Case::Own, Caller::Owner));
    let before = world.holdings();
    let stale = owner.with_header("If-Match", "\"0\"");
    let answer = send(&stale, method, &target, &body);
    if answer.status != 409 || answer.json()["error"] != "conflict" {
        wrong.push(format!("stale: {} {}", answer.status, answer.text()));
    }
    wrong.extend(difference(&before, &world.holdings()));
    let fresh = if has_version {
        let read = owner.get(&read_at(world, route, &target));
        read.header("etag").unwrap_or("none").to_owned()
    } else {
        "*".to_owned()
    };
    let before = world.version();
    let client = owner.with_header("If-Match", &fresh);
    let answer = send(&client, method, &target, &body);
    if answer.status != 200 {
        wrong.push(format!("{fresh}: {} {}", answer.status, answer.text()));
    } else if world.version() == before && !row.is_done_once {
        wrong.push(format!("{fresh}: nothing was done"));
    }
    world.renew();
    wrong
}

#[test]
fn every_write_keeps_to_the_version_that_it_asks_for() {
    let mut world = World::new();
    let app = Arc::clone(&world.desk.app);
    let headers = headers(&world.desk);
    let mut wrong = Vec::new();
    for (route, row) in granted(&app) {
        let has_version = headers[row.route].contains("If-Match");
        let found = unconditional(&mut world, route, &row, has_version);
        let about = format!("{} {}", row.route, row.body);
        wrong.extend(found.into_iter().map(|one| format!("{about}: {one}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether an answer says that what it was is shown once.
fn was_shown_once(answer: &Answer) -> bool {
    answer.status == 409 && answer.text().contains("only once")
}

/// What is wrong about how a row is repeated under one key.
fn repeated(world: &mut World, route: &Route, row: &Row, key: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let client = world.client(Caller::Owner);
    let client = client.with_header("Idempotency-Key", key);
    let (method, target, body) = world.fill(route, row, (Case::Own, Caller::Owner));
    let first = send(&client, method, &target, &body);
    let before = world.version();
    let again = send(&client, method, &target, &body);
    let holds_secret = ["token", "clientSecret"].iter().any(|key| {
        let secret = &first.json()[*key];
        secret.is_string()
    });
    let is_same = (first.status, first.text()) == (200, again.text()) && again.status == 200;
    if (holds_secret && !was_shown_once(&again)) || (!holds_secret && !is_same) {
        let (first, again) = (first.text(), again.text());
        wrong.push(format!("first {first}, then {again}"));
    }
    if !body.is_empty() {
        let mut other: Value = serde_json::from_str(&body).expect("JSON");
        other["another"] = 1.into();
        let answer = send(&client, method, &target, &other.to_string());
        if answer.status != 409 || was_shown_once(&answer) {
            wrong.push(format!("another body: {}", answer.text()));
        }
    }
    if world.version() != before {
        wrong.push("what was repeated was done again".into());
    }
    world.renew();
    wrong
}

#[test]
fn every_post_under_one_key_is_done_once() {
    let mut world = World::new();
    let app = Arc::clone(&world.desk.app);
    let headers = headers(&world.desk);
    let mut wrong = Vec::new();
    for (at, (route, row)) in granted(&app).into_iter().enumerate() {
        if route.method != Method::Post {
            continue;
        }
        let about = format!("{} {}", row.route, row.body);
        if !headers[row.route].contains("Idempotency-Key") {
            wrong.push(format!("{about}: takes no key"));
            continue;
        }
        let found = repeated(&mut world, route, &row, &format!("key {at}"));
        wrong.extend(found.into_iter().map(|one| format!("{about}: {one}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What is wrong about how a path answers methods that it has no row for.
fn other_methods(client: &Client, target: &str, methods: &[&str]) -> Vec<String> {
    let mut due: BTreeSet<&str> = methods.iter().copied().chain(["OPTIONS"]).collect();
    if due.contains("GET") {
        due.insert("HEAD");
    }
    let allowed = |answer: &Answer| {
        let text = answer.header("allow").unwrap_or_default().to_owned();
        let named: BTreeSet<&str> = text.split(", ").collect();
        named == due
    };
    let mut wrong = Vec::new();
    for method in [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS",
    ] {
        if due.contains(method) && method != "OPTIONS" {
            continue;
        }
        let answer = client.send(method, target, "", b"");
        let status = if method == "OPTIONS" { 204 } else { 405 };
        if answer.status != status || !allowed(&answer) {
            let allow = answer.header("allow");
            wrong.push(format!("{method} {target}: {} {allow:?}", answer.status));
        }
    }
    if due.contains("HEAD") {
        let (get, head) = (client.get(target), client.send("HEAD", target, "", b""));
        let seen = |answer: &Answer| {
            let tag = answer.header("etag").map(str::to_owned);
            (answer.status, tag)
        };
        if seen(&get) != seen(&head) {
            wrong.push(format!("HEAD {target}: {:?} {:?}", seen(&head), seen(&get)));
        }
    }
    wrong
}

#[test]
fn every_path_says_which_methods_it_has() {
    let desk = Desk::new();
    let mut paths: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for route in desk.app.table().routes() {
        for path in std::iter::once(&route.path).chain(&route.aliases) {
            let segments = path.split('/').map(|segment| {
                let is_number = segment.starts_with('{');
                if is_number { "1" } else { segment }
            });
            let path = segments.collect::<Vec<&str>>().join("/");
            let prefix = if route.is_api { "/api" } else { "" };
            let methods = paths.entry(format!("{prefix}{path}")).or_default();
            methods.push(route.method.name());
        }
    }
    let ada = desk.ada();
    // The token's first use is noted behind the reading; a write waits for it.
    ada.get("/api/me");
    desk.write(|_| Ok(()));
    let wrong: Vec<String> = paths
        .iter()
        .flat_map(|(target, methods)| other_methods(&ada, target, methods))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
