//! The seats that connections have taken: whose each is, what it is at, how fast its client
//! is, and which of them makes room for another. Knows no locks and ends no threads.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::socket::Socket;
use crate::web::request::Shown;

/// Over how long a client's speed is taken.
const WINDOW: Duration = Duration::from_secs(2);
/// Whoever is slower than this, in bytes a second, makes room where there is none.
const TRICKLE: u64 = 8 * 1024;

/// What a connection is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Nothing: the next request has not begun.
    Idle,
    /// A request comes in or an answer goes out, as fast as the client likes.
    Moving,
    /// A request waits for a worker.
    Waiting,
    /// A worker has it.
    AtWork,
}

/// One connection's seat.
#[derive(Debug)]
pub(super) struct Seat {
    /// Whose it is; `None` for those that are not counted.
    address: Option<IpAddr>,
    socket: Arc<Socket>,
    phase: Phase,
    since: Instant,
    /// How much of the disk its body takes.
    spooled: u64,
    speed: Speed,
}

/// What one address holds.
#[derive(Debug, Default, Clone, Copy)]
struct Held {
    seats: usize,
    spooled: u64,
}

/// All seats that are taken.
#[derive(Debug, Default)]
pub(super) struct Seats {
    next: u64,
    taken: HashMap<u64, Seat>,
    by_address: HashMap<IpAddr, Held>,
    spooled: u64,
}

/// What there is too little of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scarce {
    Seats,
    Disk,
}

/// What somebody needs that others hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Need {
    pub(super) scarce: Scarce,
    /// Whose need it is.
    pub(super) asker: Option<IpAddr>,
    /// The seat that makes no room, for it is the asker's own.
    pub(super) spared: Option<u64>,
}

impl Seats {
    pub(super) fn count(&self) -> usize {
        self.taken.len()
    }

    pub(super) fn count_of(&self, address: IpAddr) -> usize {
        self.held(Some(address)).seats
    }

    /// How much of the disk all bodies take.
    pub(super) fn spooled(&self) -> u64 {
        self.spooled
    }

    pub(super) fn spooled_of(&self, address: IpAddr) -> u64 {
        self.held(Some(address)).spooled
    }

    pub(super) fn take(
        &mut self,
        address: Option<IpAddr>,
        socket: Arc<Socket>,
        now: Instant,
    ) -> u64 {
        let seat = Seat {
            address: None,
            socket,
            phase: Phase::Idle,
            since: now,
            spooled: 0,
            speed: Speed::begin(now),
        };
        self.next += 1;
        self.taken.insert(self.next, seat);
        self.give_to(self.next, address);
        self.next
    }

    /// Makes the seat count as that of `address`.
    pub(super) fn give_to(&mut self, number: u64, address: Option<IpAddr>) {
        let Some(seat) = self.taken.get_mut(&number) else {
            return;
        };
        let (before, spooled) = (std::mem::replace(&mut seat.address, address), seat.spooled);
        if let Some(before) = before
            && let Some(held) = self.by_address.get_mut(&before)
        {
            held.seats -= 1;
            held.spooled -= spooled;
            if held.seats == 0 {
                self.by_address.remove(&before);
            }
        }
        if let Some(address) = address {
            let held = self.by_address.entry(address).or_default();
            held.seats += 1;
            held.spooled += spooled;
        }
    }

    pub(super) fn leave(&mut self, number: u64) {
        self.release_disk(number);
        self.give_to(number, None);
        self.taken.remove(&number);
    }

    /// Says what a connection is at; false when its seat has been given away.
    pub(super) fn begin(&mut self, number: u64, phase: Phase, now: Instant) -> bool {
        let Some(seat) = self.taken.get_mut(&number) else {
            return false;
        };
        seat.phase = phase;
        seat.since = now;
        seat.speed = Speed::begin(now);
        true
    }

    /// Counts bytes that the client has sent or taken.
    pub(super) fn moved(&mut self, number: u64, bytes: u64, now: Instant) {
        if let Some(seat) = self.taken.get_mut(&number) {
            seat.speed.moved(bytes, now);
        }
    }

    /// Counts bytes of a body on disk; false when the seat has been given away.
    pub(super) fn hold_disk(&mut self, number: u64, bytes: u64) -> bool {
        let Some(seat) = self.taken.get_mut(&number) else {
            return false;
        };
        seat.spooled += bytes;
        self.spooled += bytes;
        if let Some(held) = seat
            .address
            .and_then(|address| self.by_address.get_mut(&address))
        {
            held.spooled += bytes;
        }
        true
    }

    pub(super) fn release_disk(&mut self, number: u64) {
        let Some(seat) = self.taken.get_mut(&number) else {
            return;
        };
        let spooled = std::mem::take(&mut seat.spooled);
        self.spooled -= spooled;
        if let Some(held) = seat
            .address
            .and_then(|address| self.by_address.get_mut(&address))
        {
            held.spooled -= spooled;
        }
    }

    /// Whose the seat is.
    pub(super) fn owner(&self, number: u64) -> Option<IpAddr> {
        self.taken.get(&number)?.address
    }

    /// Ends the longest idle, among those of `address` if one is given; says whether there was one.
    pub(super) fn end_longest_idle(&mut self, address: Option<IpAddr>) -> bool {
        let longest = self
            .taken
            .iter()
            .filter(|(_, seat)| seat.phase == Phase::Idle && is_of(seat, address))
            .min_by_key(|(number, seat)| (seat.since, **number))
            .map(|(number, _)| *number);
        longest.is_some_and(|number| self.end(number, |socket| socket.end(Shutdown::Both)))
    }

    /// Ends one that keeps others waiting: the slowest that trickles, or where none does, the
    /// slowest of an address that has more than its part and far more than whoever asks. Says
    /// whether there was one.
    pub(super) fn end_slowest(&mut self, need: Need, now: Instant) -> bool {
        let asks = self.held(need.asker).of(need.scarce);
        // Whoever asks may be one more among whom it is divided.
        let part = self.taken_of(need.scarce) / (self.by_address.len() as u64 + 1);
        let most = part.max(2 * asks).max(1);
        self.end_first(need, now, |_, held, is_slow| is_slow || held > most)
    }

    /// Ends the slowest that trickles among those of whoever asks; says whether there was one.
    pub(super) fn end_slowest_of_asker(&mut self, need: Need, now: Instant) -> bool {
        self.end_first(need, now, |seat, _, is_slow| {
            is_slow && seat.address == need.asker
        })
    }

    fn end_first(
        &mut self,
        need: Need,
        now: Instant,
        may: impl Fn(&Seat, u64, bool) -> bool,
    ) -> bool {
        let first = self
            .taken
            .iter()
            .filter(|(number, seat)| seat.makes_room() && Some(**number) != need.spared)
            .filter(|(_, seat)| need.scarce == Scarce::Seats || seat.spooled > 0)
            .map(|(number, seat)| {
                let held = self.held(seat.address).of(need.scarce);
                let speed = seat.speed(now);
                (*number, seat, held, speed)
            })
            .filter(|(_, seat, held, speed)| may(seat, *held, *speed < TRICKLE))
            .min_by_key(|(number, _, held, speed)| {
                (*speed >= TRICKLE, Reverse(*held), *speed, *number)
            })
            .map(|(number, ..)| number);
        let Some(number) = first else { return false };
        let address = self.owner(number);
        tracing::info!(address = %Shown(address), "a slow connection made room for another");
        self.end(number, Socket::abandon)
    }

    /// Ends every connection, whatever it is at; each leaves by itself.
    pub(super) fn end_all(&self) {
        for seat in self.taken.values() {
            seat.socket.end(Shutdown::Both);
        }
    }

    fn end(&mut self, number: u64, how: impl FnOnce(&Socket)) -> bool {
        if let Some(seat) = self.taken.get(&number) {
            how(&seat.socket);
        }
        self.leave(number);
        true
    }

    fn held(&self, address: Option<IpAddr>) -> Held {
        let held = address.and_then(|address| self.by_address.get(&address));
        held.copied().unwrap_or_default()
    }

    fn taken_of(&self, scarce: Scarce) -> u64 {
        match scarce {
            Scarce::Seats => self.taken.len() as u64,
            Scarce::Disk => self.spooled,
        }
    }
}

impl Seat {
    fn makes_room(&self) -> bool {
        matches!(self.phase, Phase::Moving | Phase::Waiting)
    }

    /// How fast its client is, as far as that is known: who waits for us is not slow.
    fn speed(&self, now: Instant) -> u64 {
        let speed = self.speed.now(now);
        speed
            .filter(|_| self.phase == Phase::Moving)
            .unwrap_or(u64::MAX)
    }
}

impl Held {
    fn of(self, scarce: Scarce) -> u64 {
        match scarce {
            Scarce::Seats => self.seats as u64,
            Scarce::Disk => self.spooled,
        }
    }
}

fn is_of(seat: &Seat, address: Option<IpAddr>) -> bool {
    address.is_none() || seat.address == address
}

/// How fast bytes come or go, of late.
#[derive(Debug)]
struct Speed {
    began: Instant,
    last: Instant,
    moved: u64,
    /// Bytes a second in the window before this one.
    before: Option<u64>,
}

impl Speed {
    fn begin(now: Instant) -> Self {
        Self {
            began: now,
            last: now,
            moved: 0,
            before: None,
        }
    }

    fn moved(&mut self, bytes: u64, now: Instant) {
        if let Some(speed) = self.of_window(now) {
            *self = Self {
                before: Some(speed),
                ..Self::begin(now)
            };
        }
        self.moved += bytes;
        if bytes > 0 {
            self.last = now;
        }
    }

    /// Bytes a second, none where nothing has come for a window; `None` before the first has
    /// passed.
    fn now(&self, now: Instant) -> Option<u64> {
        if now.saturating_duration_since(self.last) >= WINDOW {
            return Some(0);
        }
        self.of_window(now).or(self.before)
    }

    fn of_window(&self, now: Instant) -> Option<u64> {
        let passed = now.saturating_duration_since(self.began);
        (passed >= WINDOW)
            .then(|| self.moved * 1000 / u64::try_from(passed.as_millis()).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    fn socket() -> Arc<Socket> {
        let (one, _) = UnixStream::pair().expect("a pair");
        Arc::new(Socket::Unix(one))
    }

    fn ip(last: u8) -> Option<IpAddr> {
        (last > 0).then(|| IpAddr::from([192, 0, 2, last]))
    }

    /// Seats whose clients have moved so many bytes each second for ten seconds.
    fn seats(of: &[(u8, u64)]) -> (Seats, Vec<u64>, Instant) {
        let (mut seats, began) = (Seats::default(), Instant::now());
        let numbers: Vec<u64> = of
            .iter()
            .map(|(address, _)| {
                let number = seats.take(ip(*address), socket(), began);
                seats.begin(number, Phase::Moving, began);
                number
            })
            .collect();
        let mut now = began;
        for _ in 0..10 {
            now += Duration::from_secs(1);
            for (number, (_, speed)) in numbers.iter().zip(of) {
                seats.moved(*number, *speed, now);
            }
        }
        (seats, numbers, now)
    }

    fn need(scarce: Scarce, asker: u8) -> Need {
        Need {
            scarce,
            asker: ip(asker),
            spared: None,
        }
    }

    fn remaining(seats: &Seats, numbers: &[u64]) -> Vec<bool> {
        numbers
            .iter()
            .map(|number| seats.taken.contains_key(number))
            .collect()
    }

    #[test]
    fn a_trickle_makes_room_and_the_one_of_the_largest_holder_first() {
        let of = [(1, 100_000), (2, 5), (3, 10), (3, 20), (3, 90_000)];
        let (mut seats, numbers, now) = seats(&of);
        assert!(seats.end_slowest(need(Scarce::Seats, 9), now));
        assert_eq!(remaining(&seats, &numbers), [true, true, false, true, true]);
        assert!(seats.end_slowest(need(Scarce::Seats, 9), now));
        assert!(seats.end_slowest(need(Scarce::Seats, 9), now));
        assert_eq!(
            remaining(&seats, &numbers),
            [true, false, false, false, true]
        );
        assert!(
            !seats.end_slowest(need(Scarce::Seats, 9), now),
            "all are fast, and none has more than another"
        );
    }

    #[test]
    fn who_has_more_than_their_part_makes_room_however_fast() {
        let (mut seats, numbers, now) = seats(&[(1, 100_000), (2, 200_000), (2, 150_000)]);
        assert!(seats.end_slowest(need(Scarce::Seats, 9), now));
        assert_eq!(remaining(&seats, &numbers), [true, true, false]);
        assert!(
            !seats.end_slowest(need(Scarce::Seats, 2), now),
            "none has more now"
        );
    }

    #[test]
    fn what_is_at_work_stays() {
        let (mut seats, numbers, now) = seats(&[(1, 0), (1, 0), (2, 0)]);
        for number in &numbers {
            seats.begin(*number, Phase::AtWork, now);
        }
        let later = now + Duration::from_mins(1);
        assert!(!seats.end_slowest(need(Scarce::Seats, 9), later));
        assert!(!seats.end_longest_idle(None));
        seats.begin(numbers[1], Phase::Idle, later);
        assert!(seats.end_longest_idle(None));
        assert_eq!(remaining(&seats, &numbers), [true, false, true]);
    }

    #[test]
    fn what_is_held_is_given_back() {
        let (mut seats, numbers, now) = seats(&[(1, 0), (2, 0)]);
        seats.hold_disk(numbers[0], 500);
        seats.hold_disk(numbers[1], 100);
        seats.give_to(numbers[0], ip(2));
        assert_eq!(seats.spooled_of([192, 0, 2, 2].into()), 600);
        assert_eq!(seats.count_of([192, 0, 2, 1].into()), 0);
        let spared = Need {
            spared: Some(numbers[0]),
            ..need(Scarce::Disk, 2)
        };
        assert!(seats.end_slowest_of_asker(spared, now));
        assert!(!seats.end_slowest_of_asker(spared, now));
        assert_eq!((seats.spooled(), seats.count()), (500, 1));
        seats.leave(numbers[0]);
        assert_eq!((seats.spooled(), seats.count()), (0, 0));
        assert!(!seats.begin(numbers[0], Phase::Idle, now), "it is gone");
        assert!(seats.by_address.is_empty());
    }
}
