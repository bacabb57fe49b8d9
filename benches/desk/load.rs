//! Clients: each a thread with one connection that it keeps, one request at a time.
//! They do as little as they can, for they share the machine with the server.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::Outcome;

/// Makes the next request of a client.
pub(crate) type Make<'a> = &'a (dyn Fn(&mut StdRng) -> Vec<u8> + Sync);

/// How hard, and for how long.
#[derive(Clone, Copy)]
pub(crate) struct Strength {
    pub(crate) connections: usize,
    pub(crate) warm_up: Duration,
    pub(crate) measured: Duration,
}

/// What a load came to.
pub(crate) struct Load {
    /// Answers a second.
    pub(crate) rate: f64,
    /// How long each took, in microseconds, from the shortest.
    pub(crate) took: Vec<u32>,
    /// Answers other than 200.
    pub(crate) failures: u64,
}

impl Load {
    /// The time within which so many of a hundred answers came.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let at = (self.took.len() * percent / 100).min(self.took.len().saturating_sub(1));
        Duration::from_micros(self.took.get(at).copied().unwrap_or(0).into())
    }

    /// What was measured by other means.
    pub(crate) fn of(mut took: Vec<u32>, measured: Duration, failures: u64) -> Self {
        took.sort_unstable();
        let count = u32::try_from(took.len()).unwrap_or(u32::MAX);
        Self {
            rate: f64::from(count) / measured.as_secs_f64(),
            took,
            failures,
        }
    }
}

/// Puts a load on `address`. `between` is called when the measuring begins and ends.
pub(crate) fn put(
    address: &str,
    strength: Strength,
    make: Make<'_>,
    mut between: impl FnMut() -> Outcome<()>,
) -> Outcome<Load> {
    let from = Instant::now() + strength.warm_up;
    let until = from + strength.measured;
    let failures = AtomicU64::new(0);
    let took = thread::scope(|scope| {
        let clients: Vec<_> = (0..strength.connections)
            .map(|number| {
                let random = StdRng::seed_from_u64(u64::try_from(number).unwrap_or(0) + 1);
                let failures = &failures;
                scope.spawn(move || client(address, (from, until), random, make, failures))
            })
            .collect();
        thread::sleep(from.saturating_duration_since(Instant::now()));
        between()?;
        thread::sleep(until.saturating_duration_since(Instant::now()));
        between()?;
        let mut took = Vec::new();
        for client in clients {
            took.extend(client.join().map_err(|_| "a client panicked")??);
        }
        Outcome::Ok(took)
    })?;
    Ok(Load::of(
        took,
        strength.measured,
        failures.load(Ordering::Relaxed),
    ))
}

fn client(
    address: &str,
    (from, until): (Instant, Instant),
    mut random: StdRng,
    make: Make<'_>,
    failures: &AtomicU64,
) -> Outcome<Vec<u32>> {
    let mut connection = Connection::open(address)?;
    let mut took = Vec::with_capacity(1 << 16);
    loop {
        let request = make(&mut random);
        let began = Instant::now();
        if began >= until {
            return Ok(took);
        }
        let status = connection.ask(&request)?;
        if status != 200 {
            failures.fetch_add(1, Ordering::Relaxed);
        }
        if began >= from {
            took.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
}

/// A connection that is kept.
pub(crate) struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
    body: std::ops::Range<usize>,
}

impl Connection {
    pub(crate) fn open(address: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_mins(1)))?;
        Ok(Self {
            stream,
            received: vec![0; 1 << 16],
            body: 0..0,
        })
    }

    /// Sends a request and waits for the whole answer; answers its status.
    pub(crate) fn ask(&mut self, request: &[u8]) -> Outcome<u16> {
        self.stream.write_all(request)?;
        let mut have = 0;
        loop {
            let read = self.stream.read(&mut self.received[have..])?;
            if read == 0 {
                return Err("the server closed a connection".into());
            }
            have += read;
            if let Some((status, body)) = head(&self.received[..have])? {
                if body.end > self.received.len() {
                    self.received.resize(body.end, 0);
                }
                self.stream
                    .read_exact(&mut self.received[have.min(body.end)..body.end])?;
                self.body = body;
                return Ok(status);
            }
            if have == self.received.len() {
                return Err("the head of an answer has no end".into());
            }
        }
    }

    /// The body of the last answer.
    pub(crate) fn body(&self) -> &[u8] {
        &self.received[self.body.clone()]
    }
}

/// The status of an answer and where its body lies, once the head is whole.
fn head(received: &[u8]) -> Outcome<Option<(u16, std::ops::Range<usize>)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(start) = response.parse(received)? else {
        return Ok(None);
    };
    let length = response
        .headers
        .iter()
        .find(|header| header.name.eq_ignore_ascii_case("content-length"))
        .ok_or("an answer has no length")?;
    let length: usize = std::str::from_utf8(length.value)?.parse()?;
    Ok(Some((response.code.unwrap_or(0), start..start + length)))
}
