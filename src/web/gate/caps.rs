//! How much there is, in all and for one address: connections, and room on the disk for the
//! bodies of requests. Where there is too little, the connection that has been idle longest
//! makes room, then whoever trickles, never one that a worker has.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::refusal::{Broken, Refusal};
use super::seats::{Need, Phase, Scarce, Seats};
use super::socket::Socket;

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Connections in all.
    pub(super) connections: usize,
    /// Connections of one address.
    pub(super) connections_per_address: usize,
    /// The largest body of a request.
    pub(super) body: u64,
}

/// How many bodies of the largest size the disk holds at once: many clients together may not
/// fill it.
const LARGEST_AT_ONCE: u64 = 32;
/// How many of those may be one address's.
const LARGEST_AT_ONCE_PER_ADDRESS: u64 = 8;

const NO_ROOM: Refusal =
    Refusal::unavailable("There is no room for a request of this size at the moment.");
const TOO_MUCH: Refusal =
    Refusal::too_many("Your address is sending too much at once; please try again in a moment.");
const TOO_MANY: Refusal = Refusal::too_many(
    "Your address has too many requests under way; please try again in a moment.",
);

/// All connections that there are.
#[derive(Debug)]
pub(super) struct Caps {
    limits: Limits,
    seats: Mutex<Seats>,
    emptied: Condvar,
}

/// One connection's place among them, given back on drop.
#[derive(Debug)]
pub(super) struct Place {
    caps: Arc<Caps>,
    number: u64,
    /// Whose it is between two requests: a proxy's is nobody's then.
    address: Option<IpAddr>,
}

impl Caps {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            seats: Mutex::default(),
            emptied: Condvar::new(),
        }
    }

    /// Finds a place for a new connection, idle at first. `None` where nobody makes room.
    pub(super) fn admit(
        self: &Arc<Self>,
        address: Option<IpAddr>,
        socket: Arc<Socket>,
    ) -> Option<Place> {
        let (address, now) = (address.map(network), Instant::now());
        let need = Need {
            scarce: Scarce::Seats,
            asker: address,
            spared: None,
        };
        let mut seats = self.seats();
        if let Some(address) = address
            && !self.makes_room_for(&mut seats, address, now)
        {
            return None;
        }
        if seats.count() >= self.limits.connections
            && !seats.end_longest_idle(None)
            && !seats.end_slowest(need, now)
        {
            return None;
        }
        let number = seats.take(address, socket, now);
        drop(seats);
        Some(Place {
            caps: Arc::clone(self),
            number,
            address,
        })
    }

    /// Whether one more may be this address's, after one of its own has made room if need be.
    fn makes_room_for(&self, seats: &mut Seats, address: IpAddr, now: Instant) -> bool {
        let need = Need {
            scarce: Scarce::Seats,
            asker: Some(address),
            spared: None,
        };
        seats.count_of(address) < self.limits.connections_per_address
            || seats.end_longest_idle(Some(address))
            || seats.end_slowest_of_asker(need, now)
    }

    /// Whether three quarters of the places are taken.
    pub(super) fn is_scarce(&self) -> bool {
        self.seats().count() * 4 >= self.limits.connections * 3
    }

    /// Ends every connection that is idle.
    pub(super) fn end_idle(&self) {
        let mut seats = self.seats();
        while seats.end_longest_idle(None) {}
        let is_empty = seats.count() == 0;
        drop(seats);
        if is_empty {
            self.emptied.notify_all();
        }
    }

    /// Ends every connection, at work or not.
    pub(super) fn end_all(&self) {
        self.seats().end_all();
    }

    /// Waits until the last connection has left, or until `until`; says whether it has.
    pub(super) fn wait_until_empty(&self, until: Instant) -> bool {
        let mut seats = self.seats();
        while seats.count() > 0 {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            seats = self
                .emptied
                .wait_timeout(seats, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Says that the connection waits for a request: from now on it may be ended.
    pub(super) fn rest(&self) {
        let mut seats = self.caps.seats();
        seats.release_disk(self.number);
        seats.give_to(self.number, self.address);
        seats.begin(self.number, Phase::Idle, Instant::now());
    }

    /// Says that a request is coming in, or an answer going out. False when the connection
    /// has just been ended.
    pub(super) fn move_on(&self) -> bool {
        let mut seats = self.caps.seats();
        seats.release_disk(self.number);
        seats.begin(self.number, Phase::Moving, Instant::now())
    }

    /// Says that the request waits for a worker. False as above.
    pub(super) fn wait(&self) -> bool {
        self.caps
            .seats()
            .begin(self.number, Phase::Waiting, Instant::now())
    }

    /// Says that a worker has the request. False as above.
    pub(super) fn work(&self) -> bool {
        self.caps
            .seats()
            .begin(self.number, Phase::AtWork, Instant::now())
    }

    /// Says whose request it is, where a proxy passes it on: it counts as theirs until the
    /// connection rests.
    pub(super) fn belong_to(&self, client: Option<IpAddr>) -> Result<(), Refusal> {
        let client = client.map(network);
        let mut seats = self.caps.seats();
        if seats.owner(self.number) == client {
            return Ok(());
        }
        if let Some(client) = client
            && !self.caps.makes_room_for(&mut seats, client, Instant::now())
        {
            return Err(TOO_MANY);
        }
        seats.give_to(self.number, client);
        Ok(())
    }

    /// Counts bytes that have come in or gone out.
    pub(super) fn moved(&self, bytes: usize) {
        self.caps
            .seats()
            .moved(self.number, bytes as u64, Instant::now());
    }

    /// Takes room on the disk for more of the body.
    pub(super) fn spool(&self, bytes: u64) -> Result<(), Broken> {
        let now = Instant::now();
        let most = |bodies: u64| self.caps.limits.body.saturating_mul(bodies);
        let mut seats = self.caps.seats();
        let owner = seats.owner(self.number);
        let need = Need {
            scarce: Scarce::Disk,
            asker: owner,
            spared: Some(self.number),
        };
        if let Some(owner) = owner {
            while seats.spooled_of(owner) + bytes > most(LARGEST_AT_ONCE_PER_ADDRESS) {
                if !seats.end_slowest_of_asker(need, now) {
                    return Err(TOO_MUCH.into());
                }
            }
        }
        while seats.spooled() + bytes > most(LARGEST_AT_ONCE) {
            if !seats.end_slowest(need, now) {
                return Err(NO_ROOM.into());
            }
        }
        if seats.hold_disk(self.number, bytes) {
            Ok(())
        } else {
            Err(Broken::Gone)
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut seats = self.caps.seats();
        seats.leave(self.number);
        let is_empty = seats.count() == 0;
        drop(seats);
        if is_empty {
            self.caps.emptied.notify_all();
        }
    }
}

/// What is counted together: an IPv4 address, or a /64, which is what one IPv6 customer has.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address @ IpAddr::V4(_) => address,
    }
}
