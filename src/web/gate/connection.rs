//! One connection, from its first request to its end: strictly one request after another, so
//! that what a client sends ahead waits in its own socket.

use std::io;
use std::net::IpAddr;
use std::time::Instant;

use super::Shared;
use super::answer::{self, After};
use super::body;
use super::caps::{Place, network};
use super::forwarded::{self, Client};
use super::head::{self, Framing, Head};
use super::private;
use super::refusal::{Broken, Refusal};
use super::reply;
use super::turns::Asker;
use super::upstream::UpstreamRequest;
use super::wire::Wire;

/// How much of a head is received at once: most fit whole.
const PIECE: usize = 4 * 1024;

/// Serves requests until one side has had enough.
pub(super) fn serve(shared: &Shared, mut wire: Wire, place: &Place, address: Option<IpAddr>) {
    if wire
        .greet(Instant::now() + shared.settings.deadlines.head)
        .is_err()
    {
        return;
    }
    while has_request(shared, &mut wire, place) {
        let mut exchange = Exchange {
            shared,
            place,
            client: Client {
                address,
                is_https: wire.is_https(),
            },
            id: shared.ids.next(),
            is_head: false,
        };
        match exchange.run(&mut wire) {
            Ok(After::Closes) => break,
            Ok(After::Stays | After::StaysAloud) => {}
            Err(Broken::Gone) => return,
            Err(Broken::Refused(refusal)) => {
                refusal.log(&exchange.id, exchange.client.address);
                let out = answer::refusal(&refusal, &exchange.id, After::Closes, exchange.is_head);
                if wire.send(&out).is_err() {
                    return;
                }
                break;
            }
        }
    }
    // From here on the client has nothing to wait for, so its place may go to another.
    place.rest();
    wire.finish();
}

/// Waits for the first bytes of a request; false when none comes, or the place was given away.
fn has_request(shared: &Shared, wire: &mut Wire, place: &Place) -> bool {
    wire.release();
    place.rest();
    if shared.is_stopping() {
        return false;
    }
    if wire.received().is_empty() {
        let deadlines = &shared.settings.deadlines;
        let idle = if shared.caps.is_scarce() {
            deadlines.idle_when_scarce.min(deadlines.idle)
        } else {
            deadlines.idle
        };
        if wire.wait(Instant::now() + idle).is_err() {
            return false;
        }
    }
    wire.begin_answer();
    place.move_on()
}

/// One request and its answer.
struct Exchange<'a> {
    shared: &'a Shared,
    place: &'a Place,
    /// Whoever sends it, as far as that is known by now.
    client: Client,
    id: String,
    is_head: bool,
}

impl Exchange<'_> {
    fn run(&mut self, wire: &mut Wire) -> Result<After, Broken> {
        let bytes = receive_head(wire, Instant::now() + self.shared.settings.deadlines.head)?;
        self.is_head = bytes.starts_with(b"HEAD ");
        let head = head::parse(&bytes)?;
        let trusted = &self.shared.settings.trusted_proxies;
        self.client = forwarded::client(self.client, &head, trusted);
        self.place.belong_to(self.client.address)?;
        let body = self.receive_body(wire, &head)?;
        still(self.place.wait())?;
        let asker = Asker {
            address: self.client.address.map(network),
            lane: self.shared.settings.lane_of.0((head.method, &head.target), body.length()),
        };
        let question = UpstreamRequest {
            head: private::request(&head, self.client, &self.id, body.length()),
            body,
            is_head: self.is_head,
        };
        let answer = self
            .shared
            .pool
            .ask(asker, question, || self.place.work())?;
        still(self.place.move_on())?;
        let after = self.after(&head);
        let reply = reply::Reply {
            head: &head,
            id: &self.id,
            after,
            address: self.client.address,
            stored_folder: &self.shared.settings.stored_folder,
        };
        // A client that does not take its answer is not told about it.
        reply.send(wire, answer).map_err(|_| Broken::Gone)?;
        Ok(after)
    }

    fn receive_body(&self, wire: &mut Wire, head: &Head<'_>) -> Result<body::Body, Broken> {
        let rules = body::Rules {
            max: self.shared.settings.max_body,
            spool: &self.shared.settings.spool_folder,
            place: self.place,
            deadlines: &self.shared.settings.deadlines,
        };
        body::check_claim(head.framing, rules)?;
        let has_body = head.framing != Framing::Length(0);
        if head.expects_continue && has_body && wire.received().is_empty() {
            wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
                .map_err(|_| Broken::Gone)?;
        }
        body::read(wire, head.framing, rules)
    }

    fn after(&self, head: &Head<'_>) -> After {
        if !head.keeps_alive || self.shared.is_stopping() {
            return After::Closes;
        }
        if head.is_old {
            After::StaysAloud
        } else {
            After::Stays
        }
    }
}

/// Goes on only while the connection has its place.
fn still(has_place: bool) -> Result<(), Broken> {
    has_place.then_some(()).ok_or(Broken::Gone)
}

/// Receives a whole head; whatever follows it stays on the wire.
fn receive_head(wire: &mut Wire, until: Instant) -> Result<Vec<u8>, Broken> {
    loop {
        if let Some(end) = head::find_end(wire.received())? {
            let head = wire.received()[..end].to_vec();
            wire.consume(end);
            return Ok(head);
        }
        match wire.receive(PIECE, until) {
            Ok(0) => return Err(Broken::Gone),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {
                return Err(Refusal::timeout("The request's head did not arrive in time.").into());
            }
            Err(_) => return Err(Broken::Gone),
        }
    }
}
