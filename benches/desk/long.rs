//! Changes of much at once: how long whoever asks for one waits, and how long another writer
//! waits at most meanwhile.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Outcome;
use crate::figures::{send, some_ticket};
use crate::load::Connection;
use crate::report::{milliseconds, say};
use crate::seed::{self, AGENTS, CUSTOMER, OWNER};
use rand::SeedableRng;
use rand::rngs::StdRng;

/// For how long the other writer is alone before and after.
const ALONE: Duration = Duration::from_millis(500);

/// One change of much.
pub(crate) struct Long {
    /// What the row is called.
    pub(crate) name: &'static str,
    method: &'static str,
    target: String,
    body: Value,
}

/// All of them. Each agent of a desk of 100,000 tickets has 8,500, and each tag of its first
/// twenty is on as many.
pub(crate) fn all() -> Vec<Long> {
    let person = |user: i64| {
        json!({ "email": seed::email_of(user), "firstName": "Quite", "lastName": "Otherwise",
            "contactNumber": "1" })
    };
    let (renamed, removed) = (OWNER + AGENTS - 1, OWNER + AGENTS);
    vec![
        long(
            "rename a customer",
            "PUT",
            format!("/api/customer/{CUSTOMER}"),
            person(CUSTOMER),
        ),
        long(
            "rename an agent",
            "PUT",
            format!("/api/member/{renamed}"),
            person(renamed),
        ),
        long(
            "delete an agent",
            "DELETE",
            format!("/api/member/{removed}"),
            json!({}),
        ),
        long(
            "rename a tag",
            "PUT",
            "/api/tag/1".into(),
            json!({ "name": "quite otherwise" }),
        ),
        long("delete a tag", "DELETE", "/api/tag/2".into(), json!({})),
    ]
}

fn long(name: &'static str, method: &'static str, target: String, body: Value) -> Long {
    Long {
        name,
        method,
        target,
        body,
    }
}

/// The head of their table.
pub(crate) fn head() -> Outcome<()> {
    say(&format!(
        "\n{:<28} {:>9} {:>17} {:>9}",
        "", "ms", "other at most ms", "others"
    ))
}

/// Makes the change once, beside a writer who changes one ticket after another.
pub(crate) fn measure(address: &str, long: &Long, tickets: i64) -> Outcome<()> {
    let is_over = AtomicBool::new(false);
    let (took, waits) = thread::scope(|scope| {
        let other = scope.spawn(|| others(address, tickets, &is_over));
        thread::sleep(ALONE);
        let mut connection = Connection::open(address)?;
        let began = Instant::now();
        let status = connection.ask(&send(long.method, &long.target, &long.body))?;
        let took = began.elapsed();
        thread::sleep(ALONE);
        is_over.store(true, Ordering::Relaxed);
        let waits = other.join().map_err(|_| "the other writer panicked")??;
        if status == 200 {
            return Outcome::Ok((took, waits));
        }
        let body = String::from_utf8_lossy(connection.body()).into_owned();
        Err(format!("{} was answered: {body}", long.name).into())
    })?;
    let longest = waits.iter().max().copied().unwrap_or_default();
    say(&format!(
        "{:<28} {:>9.0} {:>17.1} {:>9}",
        long.name,
        milliseconds(took),
        milliseconds(longest),
        waits.len(),
    ))
}

/// How long each change of one ticket takes until it is over.
fn others(address: &str, tickets: i64, is_over: &AtomicBool) -> Outcome<Vec<Duration>> {
    let mut connection = Connection::open(address)?;
    let mut random = StdRng::seed_from_u64(0);
    let mut waits = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        let target = format!("/api/ticket/{}", some_ticket(&mut random, tickets));
        let priority = waits.len() % 4 + 1;
        let body = json!({ "editType": "priority", "value": priority });
        let began = Instant::now();
        let status = connection.ask(&send("PATCH", &target, &body))?;
        waits.push(began.elapsed());
        if status != 200 {
            return Err(format!("a change of {target} was answered {status}").into());
        }
    }
    Ok(waits)
}
