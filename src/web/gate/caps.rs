//! How many connections there may be, in all and from one address, and who makes room when
//! there are too many: the one that has been idle longest, never one that is at work.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, Shutdown};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::socket::Socket;

/// States of a seat; every smaller number is the time, in milliseconds since the gate
/// opened, since when it is idle.
const AT_WORK: u64 = u64::MAX;
const ENDED: u64 = u64::MAX - 1;

/// All connections that there are.
#[derive(Debug)]
pub(super) struct Caps {
    in_all: usize,
    per_address: usize,
    opened: Instant,
    seats: Mutex<Seats>,
    emptied: Condvar,
}

#[derive(Debug, Default)]
struct Seats {
    next: u64,
    taken: HashMap<u64, Arc<Seat>>,
    by_address: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Seat {
    /// What is counted together; `None` for those that are not counted (proxies, Unix sockets).
    address: Option<IpAddr>,
    socket: Arc<Socket>,
    state: AtomicU64,
}

/// One connection's place among them, given back on drop.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    caps: Arc<Caps>,
    number: u64,
    seat: Arc<Seat>,
}

impl Caps {
    pub(super) fn new(in_all: usize, per_address: usize) -> Self {
        Self {
            in_all,
            per_address,
            opened: Instant::now(),
            seats: Mutex::default(),
            emptied: Condvar::new(),
        }
    }

    /// Finds a place for a new connection, idle at first. `None` where all are at work.
    pub(super) fn admit(
        self: &Arc<Self>,
        address: Option<IpAddr>,
        socket: Arc<Socket>,
    ) -> Option<ConnectionSlot> {
        let address = address.map(network);
        let mut seats = self.seats();
        if let Some(address) = address
            && seats.by_address.get(&address).copied().unwrap_or(0) >= self.per_address
            && !seats.end_longest_idle(|seat| seat.address == Some(address))
        {
            return None;
        }
        if seats.taken.len() >= self.in_all && !seats.end_longest_idle(|_| true) {
            return None;
        }
        let seat = Arc::new(Seat {
            address,
            socket,
            state: AtomicU64::new(self.now()),
        });
        let number = seats.take(Arc::clone(&seat));
        drop(seats);
        Some(ConnectionSlot {
            caps: Arc::clone(self),
            number,
            seat,
        })
    }

    /// Whether three quarters of the places are taken.
    pub(super) fn is_scarce(&self) -> bool {
        self.seats().taken.len() * 4 >= self.in_all * 3
    }

    /// Ends every connection that is idle.
    pub(super) fn end_idle(&self) {
        let mut seats = self.seats();
        while seats.end_longest_idle(|_| true) {}
        let is_empty = seats.taken.is_empty();
        drop(seats);
        if is_empty {
            self.emptied.notify_all();
        }
    }

    /// Ends every connection, at work or not.
    pub(super) fn end_all(&self) {
        for seat in self.seats().taken.values() {
            seat.socket.end(Shutdown::Both);
        }
    }

    /// Waits until the last connection has left, or until `until`; says whether it has.
    pub(super) fn wait_until_empty(&self, until: Instant) -> bool {
        let mut seats = self.seats();
        while !seats.taken.is_empty() {
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

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).map_or(ENDED - 1, |now| now.min(ENDED - 1))
    }

    fn seats(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seats {
    fn take(&mut self, seat: Arc<Seat>) -> u64 {
        if let Some(address) = seat.address {
            *self.by_address.entry(address).or_default() += 1;
        }
        self.next += 1;
        self.taken.insert(self.next, seat);
        self.next
    }

    fn leave(&mut self, number: u64) {
        let Some(seat) = self.taken.remove(&number) else {
            return;
        };
        let Some(address) = seat.address else { return };
        if let Some(count) = self.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                self.by_address.remove(&address);
            }
        }
    }

    /// Ends the longest idle of those that `may` picks; says whether there was one.
    fn end_longest_idle(&mut self, may: impl Fn(&Seat) -> bool) -> bool {
        loop {
            let longest = self
                .taken
                .iter()
                .filter(|(_, seat)| may(seat))
                .map(|(number, seat)| (seat.state.load(Ordering::Acquire), *number))
                .filter(|(state, _)| *state < ENDED)
                .min();
            let Some((since, number)) = longest else {
                return false;
            };
            // It may have begun a request in this very moment: then it keeps its place.
            let has_ended = self.taken.get(&number).is_some_and(|seat| {
                let swap =
                    seat.state
                        .compare_exchange(since, ENDED, Ordering::AcqRel, Ordering::Acquire);
                if swap.is_ok() {
                    seat.socket.end(Shutdown::Both);
                }
                swap.is_ok()
            });
            if has_ended {
                self.leave(number);
                return true;
            }
        }
    }
}

impl ConnectionSlot {
    /// Says that the connection waits for a request: from now on it may be ended.
    pub(super) fn rest(&self) {
        self.seat.state.store(self.caps.now(), Ordering::Release);
    }

    /// Says that a request is coming in. False when the connection has just been ended.
    pub(super) fn work(&self) -> bool {
        let was = self.seat.state.load(Ordering::Acquire);
        was != ENDED
            && self
                .seat
                .state
                .compare_exchange(was, AT_WORK, Ordering::AcqRel, Ordering::Acquire)
                .is_ok()
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut seats = self.caps.seats();
        seats.leave(self.number);
        let is_empty = seats.taken.is_empty();
        drop(seats);
        if is_empty {
            self.caps.emptied.notify_all();
        }
    }
}

/// What is counted together: an IPv4 address, or a /64, which is what one IPv6 customer has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64)))
        }
        address @ IpAddr::V4(_) => address,
    }
}
