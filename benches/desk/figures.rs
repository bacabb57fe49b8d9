//! What is measured: each figure's name, who asks, and what they ask for.

use rand::RngExt;
use rand::rngs::StdRng;

use crate::Outcome;
use crate::load::Connection;
use crate::report::Ceiling;
use crate::rooms;
use crate::seed::{self, AGENT_OF_GROUPS, AGENT_OF_OWN, CUSTOMER, NUMBERS_FROM, OWNER};
use crate::words::{COMMON, RARE, Words};

/// Makes a request of a figure; each client has its own source of chance.
pub(crate) type Maker = Box<dyn Fn(&mut StdRng) -> Vec<u8> + Sync>;

/// One figure.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    /// What it is compared with.
    pub(crate) ceiling: Ceiling,
    /// What the body of every right answer has in it.
    pub(crate) proof: String,
    pub(crate) make: Maker,
}

const LISTED: &str = r#""tickets":[{"#;

/// All figures of a desk of so many tickets, and so many rows in each other room: first what
/// only reads.
pub(crate) fn all(tickets: i64, rows: i64) -> Vec<Figure> {
    let mut figures = headlines(tickets);
    figures.extend(lists());
    figures.extend(searches());
    figures.extend(rooms::all(rows));
    figures.extend(writes(tickets));
    figures
}

fn headlines(tickets: i64) -> Vec<Figure> {
    let filtered = "?group=2&priority=3&sort=t.updatedAt&direction=ASC";
    vec![
        reading("view", r#""createThread":{"#, move |random| {
            get(OWNER, &view(random, tickets))
        }),
        listing("list", OWNER, ""),
        listing("list filtered sorted", OWNER, filtered),
        reading("threads", r#""threads":[{"#, move |random| {
            get(OWNER, &threads(random, tickets))
        }),
        searching("search rare", OWNER, RARE),
        searching("search common", OWNER, COMMON),
        searching("search prefix", OWNER, &COMMON[..3]),
        searching("search two words", OWNER, &format!("{COMMON} ba")),
    ]
}

/// What takes another way through the indexes.
fn lists() -> Vec<Figure> {
    vec![
        listing("list all statuses", OWNER, "?status=all"),
        listing("list page 100", OWNER, "?page=100"),
        listing("list sort updatedAt", OWNER, "?sort=t.updatedAt"),
        listing("list sort c.email", OWNER, "?sort=c.email&direction=ASC"),
        listing("list sort name", OWNER, "?sort=name&direction=ASC"),
        listing("list sort agentName", OWNER, "?sort=agentName"),
        listing("list group", OWNER, "?group=2"),
        listing("list agent", OWNER, "?agent=5"),
        listing("list mine", AGENT_OF_OWN, "?mine=1"),
        listing("list customer", OWNER, "?customer=12&status=all"),
        listing("list priority", OWNER, "?priority=4"),
        listing("list type", OWNER, "?type=4"),
        listing("list tag", OWNER, "?tag=4"),
        listing("list unassigned", OWNER, "?unassigned=1"),
        listing("list starred", OWNER, "?starred=1"),
        listing("list of groups' agent", AGENT_OF_GROUPS, ""),
        listing("list of own' agent", AGENT_OF_OWN, ""),
        listing("list of customer", CUSTOMER, "?status=all"),
    ]
}

/// The same searches by whoever sees a part of the desk. Some see none of what is rare.
fn searches() -> Vec<Figure> {
    let two = format!("{COMMON} ba");
    vec![
        searching("search rare, groups' agent", AGENT_OF_GROUPS, RARE),
        searching("search common, groups' agent", AGENT_OF_GROUPS, COMMON),
        searching("search two, groups' agent", AGENT_OF_GROUPS, &two),
        searching("search rare, own' agent", AGENT_OF_OWN, RARE),
        searching("search common, own' agent", AGENT_OF_OWN, COMMON),
        searching("search rare, customer", CUSTOMER, RARE),
        searching("search common, customer", CUSTOMER, COMMON),
        searching("search two, customer", CUSTOMER, &two),
    ]
}

fn writes(tickets: i64) -> Vec<Figure> {
    let words = Words::new(11);
    let create = move |random: &mut StdRng| create(random, &words, tickets);
    let words = Words::new(12);
    let reply = move |random: &mut StdRng| reply(random, &words, tickets);
    let words = Words::new(13);
    let mixed = move |random: &mut StdRng| match random.random_range(0..100) {
        0..50 => get(OWNER, &view(random, tickets)),
        50..70 => get(OWNER, "/api/tickets.json"),
        70..80 => get(OWNER, &threads(random, tickets)),
        80..85 => get(OWNER, &format!("/api/tickets.json?search={COMMON}")),
        85..95 => self::reply(random, &words, tickets),
        _ => self::create(random, &words, tickets),
    };
    let writing = |name, ceiling, make: Maker| Figure {
        name,
        ceiling,
        proof: "{".into(),
        make,
    };
    vec![
        writing("create", Ceiling::GroupedInsert, Box::new(create)),
        writing("reply", Ceiling::GroupedInsert, Box::new(reply)),
        writing("mixed", Ceiling::Gate, Box::new(mixed)),
    ]
}

/// Tickets made where a hundred more workflows look at each and do nothing.
pub(crate) const BESIDE_WORKFLOWS: &str = "create, 100 workflows";

/// How many workflows that is.
const WORKFLOWS: usize = 100;

/// Makes these workflows, and the figure of tickets beside them.
pub(crate) fn beside_workflows(address: &str, tickets: i64) -> Outcome<Figure> {
    let mut connection = Connection::open(address)?;
    for number in 0..WORKFLOWS {
        let workflow = serde_json::json!({
            "type": 1, "name": format!("Does nothing {number}"),
            "events": [{ "event": "ticket", "trigger": "created" }],
            "conditions": [{ "type": "subject_or_description", "match": "contains", "value": format!("nothing{number}") }],
            "actions": [{ "type": "priority", "value": 4 }],
        });
        connection.ask(&send("POST", "/api/workflows", &workflow))?;
    }
    let words = Words::new(14);
    Ok(Figure {
        name: BESIDE_WORKFLOWS,
        ceiling: Ceiling::GroupedInsert,
        proof: "{".into(),
        make: Box::new(move |random: &mut StdRng| create(random, &words, tickets)),
    })
}

/// A figure of what is only read.
pub(crate) fn reading(
    name: &'static str,
    proof: impl Into<String>,
    make: impl Fn(&mut StdRng) -> Vec<u8> + Sync + 'static,
) -> Figure {
    Figure {
        name,
        ceiling: Ceiling::Gate,
        proof: proof.into(),
        make: Box::new(make),
    }
}

fn listing(name: &'static str, user: i64, query: &str) -> Figure {
    let request = get(user, &format!("/api/tickets.json{query}"));
    reading(name, LISTED, move |_| request.clone())
}

fn searching(name: &'static str, user: i64, words: &str) -> Figure {
    let words = words.replace(' ', "+");
    let request = get(
        user,
        &format!("/api/tickets.json?search={words}&status=all"),
    );
    reading(name, r#""tickets":["#, move |_| request.clone())
}

pub(crate) fn some_ticket(random: &mut StdRng, tickets: i64) -> i64 {
    random.random_range(1..=tickets)
}

fn view(random: &mut StdRng, tickets: i64) -> String {
    format!(
        "/api/ticket/{}.json",
        some_ticket(random, tickets) + NUMBERS_FROM
    )
}

fn threads(random: &mut StdRng, tickets: i64) -> String {
    format!("/api/ticket/{}/threads.json", some_ticket(random, tickets))
}

fn create(random: &mut StdRng, words: &Words, tickets: i64) -> Vec<u8> {
    let body = serde_json::json!({
        "type": "1",
        "name": words.text(random, 2),
        "from": seed::email_of(seed::some_customer(random, tickets)),
        "subject": words.text(random, 6),
        "reply": words.text(random, 40),
    });
    post("/api/tickets.json", &body)
}

fn reply(random: &mut StdRng, words: &Words, tickets: i64) -> Vec<u8> {
    let body = serde_json::json!({ "threadType": "reply", "reply": words.text(random, 40) });
    post(&threads(random, tickets), &body)
}

/// A request for a target in somebody's name.
pub(crate) fn get(user: i64, target: &str) -> Vec<u8> {
    let token = seed::token_of(user);
    format!("GET {target} HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

fn post(target: &str, body: &serde_json::Value) -> Vec<u8> {
    send("POST", target, body)
}

/// A request of the owner's with a body.
pub(crate) fn send(method: &str, target: &str, body: &serde_json::Value) -> Vec<u8> {
    let (token, body) = (seed::token_of(OWNER), body.to_string());
    format!(
        "{method} {target} HTTP/1.1\r\nHost: desk\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}
