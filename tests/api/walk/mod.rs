//! A long random walk through the whole table: whatever is asked in whatever order, the
//! desk answers without failing and is whole afterwards. Requests are made from the
//! published document, so a new row is walked without a line here.
//!
//! `POCKETDESK_WALK_SEED` walks another way, `POCKETDESK_WALK_CALLS` a longer one.

mod answers;
mod body;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use pocketdesk::access::token;
use pocketdesk::base::who::{Privilege, TicketView};
use pocketdesk::web::route::{Method, Route};
use pocketdesk::work::jobs;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

use crate::support::multipart::Form;
use crate::support::{Answer, Client, Desk};
use body::Bodies;

/// Rows that a walk does not take, and why.
const NOT_WALKED: [(&str, &str); 3] = [
    ("/setup", "needs a desk without an owner"),
    ("/health", "writes nothing of its own"),
    ("/openapi", "is read once, for the walk itself"),
];

/// Rows that no walk can be expected to end well on, and why.
const SELDOM_RIGHT: [(&str, &str); 4] = [
    ("/oauth/v2/token", "needs a client's secret"),
    ("/oauth/v2/revoke", "needs a client's secret"),
    ("/member/oauth/v2/auth", "needs a browser's session"),
    ("/sign-in", "needs a password, and a cookie"),
];

/// How many calls more a walk may take until each row was right once.
const LONGEST_DETOUR: usize = 10_000;

/// How many things of a kind a walk knows of.
const MOST_KNOWN: usize = 30;

/// Who walks; all of them are there from the beginning.
const WALKERS: [&str; 6] = [
    "ada@example.com",
    "ada@example.com",
    "able@example.com",
    "shut@example.com",
    "alan@example.com",
    "eve@example.com",
];

fn setting(name: &str, usual: u64) -> u64 {
    let set = std::env::var(name).ok();
    set.and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn a_desk_is_whole_after_a_random_walk_of_5000_calls() {
    let seed = setting("POCKETDESK_WALK_SEED", 1);
    let mut walk = Walk::new(seed);
    for _ in 0..setting("POCKETDESK_WALK_CALLS", 5_000) {
        walk.step();
    }
    // Chance may have left out what needs several things to be there at once.
    for _ in 0..LONGEST_DETOUR {
        if walk.never_right().is_empty() {
            break;
        }
        walk.step();
    }
    walk.seal_every_field();
    let checked = Command::new(env!("CARGO_BIN_EXE_pocketdesk"))
        .args(["check", "--data"])
        .arg(walk.desk.folder())
        .output()
        .expect("check runs");
    let said = String::from_utf8_lossy(&checked.stdout) + String::from_utf8_lossy(&checked.stderr);
    assert!(checked.status.success(), "seed {seed}: {said}");
    let never = walk.never_right();
    assert!(
        never.is_empty(),
        "seed {seed}: no call of these rows was right; give tests/api/walk/body.rs a hint of what they take: {never:#?}"
    );
}

/// Ids by the noun that paths call them by.
type Known = BTreeMap<String, Vec<i64>>;

/// A walk under way.
struct Walk {
    desk: Desk,
    rng: StdRng,
    seed: u64,
    bodies: Bodies,
    /// Users, for their addresses change on the way.
    walkers: Vec<i64>,
    /// What was made, by the first word of the path that it was made at or is found at.
    known: Known,
    /// What was made or is found below another thing, by both nouns: the other thing first.
    pairs: BTreeMap<String, Vec<(i64, i64)>>,
    /// The rows that answered 200 so far.
    right: BTreeSet<usize>,
    /// What each row said last where it refused.
    refusals: BTreeMap<usize, String>,
}

impl Walk {
    fn new(seed: u64) -> Self {
        let desk = Desk::new();
        desk.agent("able@example.com", Privilege::ALL, TicketView::All);
        desk.agent("shut@example.com", Privilege::ALL, TicketView::Own);
        desk.customer("eve@example.com");
        let document = desk.anyone().get("/api/openapi.json").ok();
        let tickets = ["One", "Two", "Three", "Four"].map(|subject| desk.ticket(subject));
        let known = [
            ("ticket", tickets.map(|ticket| ticket.id).to_vec()),
            (
                "{incrementId}",
                tickets.map(|ticket| ticket.increment_id).to_vec(),
            ),
        ];
        Self {
            walkers: WALKERS.map(|email| desk.user_id(email)).to_vec(),
            rng: StdRng::seed_from_u64(seed),
            bodies: Bodies::of(document),
            known: known.map(|(noun, ids)| (noun.to_owned(), ids)).into(),
            pairs: BTreeMap::new(),
            right: BTreeSet::new(),
            refusals: BTreeMap::new(),
            seed,
            desk,
        }
    }

    /// Encrypts each field that tickets hold a value of, as the owner, and lets the worker do what
    /// that leaves to be done.
    fn seal_every_field(&self) {
        let owner = self.client(self.walkers[0]);
        let made = |path: &str, body: Value| owner.post(path, body).ok()["id"].clone();
        let of_type = made(
            "/api/ticket-types",
            json!({ "name": "Of the end", "description": "x", "isActive": 1 }),
        );
        let field = made(
            "/api/custom-fields",
            json!({ "name": "Of the end", "fieldType": "text", "agentType": "both" }),
        );
        owner
            .post(
                "/api/tickets",
                json!({ "type": of_type, "name": "Eve", "from": "eve@example.com", "subject": "x",
                    "reply": "x", "customFields": { field.to_string(): "Quillon" } }),
            )
            .ok();
        let fields: Vec<i64> = self.desk.read(|view| {
            let sql = "SELECT DISTINCT custom_field_id FROM custom_field_value JOIN custom_field f
                           ON f.id = custom_field_id WHERE f.field_type <> 'file'";
            view.all(sql, [])
        });
        for field in &fields {
            let path = format!("/api/custom-field/{field}");
            let mut shown = owner.get(&path).ok();
            shown["encryption"] = 1.into();
            owner.put(&path, shown).ok();
        }
        jobs::run_due(self.desk.app.parts()).expect("the jobs are done");
        let plain =
            "SELECT count(*) FROM custom_field_value JOIN custom_field f ON f.id = custom_field_id
                     WHERE f.field_type <> 'file' AND value IS NOT NULL";
        assert_eq!(self.desk.number(plain), 0, "seed {}", self.seed);
        assert!(
            !fields.is_empty(),
            "seed {}: no field has a value",
            self.seed
        );
    }

    /// One call of a row by somebody, with ids that are there more often than not.
    fn step(&mut self) {
        let app = std::sync::Arc::clone(&self.desk.app);
        let routes = app.table().routes();
        let at = self.next(routes);
        let route = &routes[at];
        if NOT_WALKED.iter().any(|(path, _)| *path == route.path) {
            return;
        }
        let (mut path, numbers, known) = self.target(route);
        let is_acting = self.rng.random_ratio(1, 20);
        if is_acting {
            path += "?actAsType=customer&actAsEmail=alan@example.com";
        }
        let walker = *self.walkers.choose(&mut self.rng).expect("somebody walks");
        let client = self.client(walker);
        let method = route.method.name();
        let body = self.bodies.body(route, &known, &mut self.rng);
        let answer = match &body {
            Some(body) if self.rng.random_ratio(1, 6) => {
                let (content_type, bytes) = multipart(body);
                client.send(method, &path, &content_type, &bytes)
            }
            Some(body) => {
                let text = body.to_string();
                client.send(method, &path, "application/json", text.as_bytes())
            }
            None => client.send(method, &path, "", b""),
        };
        assert!(
            answer.status < 500,
            "seed {}: user {walker} {method} {path} {body:?}: {} {}",
            self.seed,
            answer.status,
            answer.text()
        );
        if answer.status < 400 {
            let wrong = answers::faults(self.bodies.document(), route, &answer);
            let said = answer.text();
            assert!(wrong.is_empty(), "{method} {path}: {wrong:#?} in {said}");
            self.right.insert(at);
            self.remember(route, &numbers, &answer);
        }
        let is_gone = route.method == Method::Delete && answer.status == 200;
        let is_nowhere = answer.status == 404 && walker == self.walkers[0] && !is_acting;
        if is_gone || is_nowhere {
            self.forget(route, &numbers);
        } else if answer.status == 400 {
            self.refusals.insert(at, answer.text());
        }
    }

    /// The next row: half of the time one that was never right yet, or what makes something
    /// for it to be about; else often one that makes something, lest more is removed than made.
    fn next(&mut self, routes: &[Route]) -> usize {
        let open: Vec<usize> = (0..routes.len())
            .filter(|at| !self.right.contains(at))
            .collect();
        let mut any = self.rng.random_range(0..routes.len());
        while routes[any].method != Method::Post && self.rng.random_ratio(1, 2) {
            any = self.rng.random_range(0..routes.len());
        }
        match open.choose(&mut self.rng) {
            Some(at) if self.rng.random_ratio(1, 2) => self.maker(routes, *at).unwrap_or(*at),
            _ => any,
        }
    }

    /// The row that makes the first thing that this row is about, where none is known: the
    /// thing itself, or one below it that a second number names.
    fn maker(&self, routes: &[Route], at: usize) -> Option<usize> {
        let path = routes[at].path;
        let noun = body::singular(path.split('/').nth(1));
        if self.known.get(&noun).is_none_or(Vec::is_empty) {
            return routes.iter().position(|route| {
                let collection = route.path.trim_start_matches('/');
                route.method == Method::Post && body::singular(Some(collection)) == noun
            });
        }
        let below = body::singular(path.split('/').rfind(|one| !one.starts_with('{')));
        let is_removal = routes[at].method == Method::Delete && path.matches('/').count() > 2;
        let is_pair = path.matches('{').count() == 2 || is_removal;
        if !is_pair
            || self
                .pairs
                .get(&nest(path))
                .is_some_and(|pairs| !pairs.is_empty())
        {
            return None;
        }
        routes.iter().position(|route| {
            let is_below = route.path.matches('{').count() == 1;
            let last = body::singular(route.path.rsplit('/').next());
            route.method == Method::Post && is_below && last == below
        })
    }

    /// Somebody with a new token: passwords change on the way, and end the old ones.
    fn client(&self, user: i64) -> Client {
        let token = self
            .desk
            .write(move |change| token::create(change, user, "walk", None));
        let token = token.reveal().to_owned();
        Client::new(std::sync::Arc::clone(&self.desk.app), Some(token))
    }

    /// The row's path with numbers in it, the numbers, and what the body may name: where the
    /// path leads to a thing below another, both of a pair that belong together.
    fn target(&mut self, route: &Route) -> (String, Vec<i64>, Known) {
        let mut known = self.known.clone();
        let segments: Vec<&str> = route
            .path
            .split('/')
            .filter(|one| !one.is_empty())
            .collect();
        let is_number = |segment: &str| segment.starts_with('{');
        let below = body::singular(segments.iter().rfind(|one| !is_number(one)).copied());
        let pair = self
            .pairs
            .get(&nest(route.path))
            .and_then(|all| all.choose(&mut self.rng));
        let mut pair = pair.copied().filter(|_| segments.len() > 2);
        let mut numbers = Vec::new();
        let mut path = String::new();
        let mut noun = "";
        for segment in segments {
            path.push('/');
            if !is_number(segment) {
                noun = segment;
                path.push_str(segment);
                continue;
            }
            let number = match (pair, numbers.len()) {
                (Some((above, _)), 0) => above,
                (Some((_, below)), 1) => below,
                _ => self.number(noun, segment),
            };
            numbers.push(number);
            path.push_str(&number.to_string());
        }
        if let Some((_, id)) = pair.take() {
            known.insert(below, vec![id]);
        }
        if route.is_api {
            path = format!("/api{path}.json");
        }
        (path, numbers, known)
    }

    fn number(&mut self, noun: &str, name: &str) -> i64 {
        if self.rng.random_ratio(1, 12) {
            return 999_999;
        }
        // What stands before the id of a workflow is 0 or 1.
        if name == "{type}" {
            return self.rng.random_range(0..2);
        }
        let noun = if name == "{incrementId}" { name } else { noun };
        let known = self.known.get(noun).map_or(&[][..], Vec::as_slice);
        let chosen = known.choose(&mut self.rng).copied();
        chosen.unwrap_or_else(|| self.rng.random_range(0..10))
    }

    /// Keeps the ids of what was made or listed, under the noun that paths call it by.
    fn remember(&mut self, route: &Route, numbers: &[i64], answer: &Answer) {
        let Ok(said) = serde_json::from_slice::<Value>(answer.bytes()) else {
            return;
        };
        if let Some(number) = said["incrementId"].as_i64() {
            self.keep("{incrementId}", number);
            self.keep("ticket", said["ticketId"].as_i64().unwrap_or_default());
            return;
        }
        let noun = body::singular(route.path.split('/').rfind(|one| !one.starts_with('{')));
        let mut ids = Vec::new();
        if route.method == Method::Post {
            ids.extend(body::id_of(&said));
        }
        if route.method == Method::Get {
            let lists = said.as_object().into_iter().flat_map(|it| it.values());
            let items = lists.chain([&said]).filter_map(Value::as_array).flatten();
            ids.extend(items.filter_map(|item| item["id"].as_i64()));
        }
        for id in ids {
            self.keep(&noun, id);
            if let [above] = numbers {
                let pairs = self.pairs.entry(nest(route.path)).or_default();
                remember_last(pairs, (*above, id));
            }
        }
    }

    /// Forgets what a path names, for it is not there any more: a thing by its number, or
    /// what hung on one.
    fn forget(&mut self, route: &Route, numbers: &[i64]) {
        let Some(id) = numbers.last() else {
            return;
        };
        if !route.path.ends_with('}') {
            if let Some(pairs) = self.pairs.get_mut(&nest(route.path)) {
                pairs.retain(|(above, _)| above != id);
            }
            return;
        }
        let noun = body::singular(route.path.split('/').rfind(|one| !one.starts_with('{')));
        if let Some(known) = self.known.get_mut(&noun) {
            known.retain(|one| one != id);
        }
        let (above, below) = (format!("{noun}/"), format!("/{noun}"));
        for (nouns, pairs) in &mut self.pairs {
            let is_above = nouns.starts_with(&above);
            let is_below = nouns.ends_with(&below);
            pairs.retain(|pair| !(is_above && pair.0 == *id || is_below && pair.1 == *id));
        }
    }

    fn keep(&mut self, noun: &str, id: i64) {
        remember_last(self.known.entry(noun.to_owned()).or_default(), id);
    }

    /// The rows that write and that never answered 200.
    fn never_right(&self) -> Vec<String> {
        let routes = self.desk.app.table().routes().iter().enumerate();
        routes
            .filter(|(at, route)| route.method != Method::Get && !self.right.contains(at))
            .filter(|(_, route)| {
                let listed = NOT_WALKED.iter().chain(&SELDOM_RIGHT);
                !listed.into_iter().any(|(path, _)| *path == route.path)
            })
            .map(|(at, route)| {
                let said = self.refusals.get(&at).map_or("", String::as_str);
                format!("{} {}: {said}", route.method.name(), route.path)
            })
            .collect()
    }
}

/// The nouns of a path for what lies below another thing: tags of tickets are not those of
/// articles.
fn nest(path: &str) -> String {
    let mut nouns = path
        .split('/')
        .filter(|one| !one.is_empty() && !one.starts_with('{'));
    let above = body::singular(nouns.next());
    format!("{above}/{}", body::singular(nouns.next_back()))
}

/// The same body as a form with a file.
fn multipart(body: &Value) -> (String, Vec<u8>) {
    let fields = body.as_object().into_iter().flatten();
    let form = fields.fold(Form::default(), |form, (name, value)| match value {
        Value::String(text) => form.field(name, text),
        Value::Null => form,
        other => form.field(name, &other.to_string()),
    });
    form.file("attachments[]", "walk.txt", b"on the way")
        .finish()
}

/// Keeps the newest things that were met: what went with something above it is told by
/// nobody, and would crowd out in the end what is still there.
fn remember_last<T: PartialEq>(known: &mut Vec<T>, one: T) {
    known.retain(|other| *other != one);
    known.push(one);
    if known.len() > MOST_KNOWN {
        known.remove(0);
    }
}
