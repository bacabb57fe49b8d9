//! What the same machine does at the same time with nothing of the desk in the way:
//! the gate with a fixed answer, and `SQLite` with the same durable insert.

use std::sync::Arc;
use std::time::{Duration, Instant};

use pocketdesk::web::lane::LaneOf;
use pocketdesk::web::reply::Reply;
use pocketdesk::web::server::{self, Deadlines, RequestHandler, Settings};
use rand::SeedableRng;
use rand::rngs::StdRng;
use rusqlite::Connection;

use crate::Outcome;
use crate::folder::Folder;
use crate::load::{self, Load, Strength};
use crate::rows::{self, Kind, Thread, Ticket};
use crate::seed;
use crate::words::Words;

/// The gate before an answer of 1 KiB that costs nothing.
pub(crate) fn gate(strength: Strength) -> Outcome<Load> {
    let folder = tempfile::tempdir()?;
    let answer: RequestHandler = Arc::new(|_| Reply::new(200, "text/plain", vec![b'x'; 1024]));
    let settings = Settings {
        listen: "127.0.0.1:0".into(),
        workers: 0,
        max_body: 1 << 20,
        max_connections: 1024,
        max_connections_per_address: 1024,
        trusted_proxies: Vec::new(),
        socket_folder: folder.path().to_owned(),
        spool_folder: folder.path().to_owned(),
        stored_folder: folder.path().to_owned(),
        tls: None,
        lane_of: LaneOf::default(),
        deadlines: Deadlines::default(),
    };
    let running = server::serve(settings, answer)?;
    let address = running.address.trim_start_matches("http://").to_owned();
    let ask = b"GET /fixed HTTP/1.1\r\nHost: desk\r\n\r\n".to_vec();
    let load = load::put(&address, strength, &|_| ask.clone(), || Ok(()));
    running.stop(Duration::from_secs(1));
    load
}

/// Tickets of one message inserted by `SQLite` alone, so many in each durable commit.
pub(crate) fn insert(folder: &Folder, group: i64, measured: Duration) -> Outcome<Load> {
    let mut connection = rows::connect(folder)?;
    let words = Words::new(5);
    let mut random = StdRng::seed_from_u64(5);
    let mut next = last_ticket(&connection)?;
    let mut took = Vec::new();
    let began = Instant::now();
    while began.elapsed() < measured {
        let tickets: Vec<Ticket> = (0..group)
            .map(|_| {
                next = (next.0 + 1, next.1 + 1);
                ticket(next, &words, &mut random)
            })
            .collect();
        let began = Instant::now();
        let transaction = connection.transaction()?;
        for ticket in &tickets {
            rows::insert(&transaction, ticket)?;
        }
        transaction.commit()?;
        let one = u32::try_from(began.elapsed().as_micros())?;
        took.extend(tickets.iter().map(|_| one));
    }
    let load = Load::of(took, began.elapsed(), 0);
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
    Ok(load)
}

fn last_ticket(connection: &Connection) -> Outcome<(i64, i64)> {
    let sql = "SELECT max(id), (SELECT next_increment_id - 1 FROM company) FROM ticket";
    Ok(connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

fn ticket((id, increment_id): (i64, i64), words: &Words, random: &mut StdRng) -> Ticket {
    let customer = seed::CUSTOMER;
    Ticket {
        id,
        increment_id,
        subject: words.text(random, 6),
        status: 1,
        priority: 1,
        type_id: 1,
        customer,
        agent: None,
        group: None,
        team: None,
        is_new: true,
        is_starred: false,
        is_trashed: false,
        created_at: 1,
        people: format!("{} {}", seed::email_of(customer), words.text(random, 2)),
        threads: vec![Thread {
            user: customer,
            kind: Kind::Create,
            text: words.text(random, 40),
            created_at: 1,
        }],
    }
}
