//! Whose turn it is when a worker is free: addresses take turns, within each the order is that
//! of coming, and neither what is slow nor one address ever has all workers.
//! Knows no connections and waits for nobody.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::web::lane::Lane;

/// What has a worker for longer than this is slow, whatever its lane.
const SLOW: Duration = Duration::from_millis(500);

/// How many addresses are known by their last turn.
const MOST_KEPT: usize = 256;

/// Who asks, and for what kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asker {
    pub(super) address: Option<IpAddr>,
    pub(super) lane: Lane,
}

/// One who has a worker.
#[derive(Debug)]
struct Holder {
    number: u64,
    asker: Asker,
    since: Instant,
}

/// Who has a worker, and who waits for one.
#[derive(Debug)]
pub(super) struct Turns {
    workers: usize,
    next: u64,
    calls: u64,
    holders: Vec<Holder>,
    waiting: VecDeque<(u64, Asker)>,
    /// The last turn of each address that was called of late.
    called: HashMap<Option<IpAddr>, u64>,
}

impl Turns {
    pub(super) fn of(workers: usize) -> Self {
        Self {
            workers,
            next: 0,
            calls: 0,
            holders: Vec::with_capacity(workers),
            waiting: VecDeque::new(),
            called: HashMap::new(),
        }
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Joins the line; answers the number by which the turn is known.
    pub(super) fn join(&mut self, asker: Asker) -> u64 {
        self.next += 1;
        self.waiting.push_back((self.next, asker));
        self.next
    }

    /// Gives a free worker to whose turn it is; `None` where nobody may have it.
    pub(super) fn call(&mut self, now: Instant) -> Option<u64> {
        let (at, _) = self
            .waiting
            .iter()
            .enumerate()
            .filter(|(_, (_, asker))| self.may(*asker, now))
            .min_by_key(|(at, (_, asker))| {
                let last = self.called.get(&asker.address).copied();
                (self.held_by(asker.address), last.unwrap_or_default(), *at)
            })?;
        let (number, asker) = self.waiting.remove(at)?;
        self.note_call(asker.address);
        self.holders.push(Holder {
            number,
            asker,
            since: now,
        });
        Some(number)
    }

    /// Ends a turn, or the wait for it.
    pub(super) fn leave(&mut self, number: u64) {
        self.holders.retain(|holder| holder.number != number);
        self.waiting.retain(|(waiting, _)| *waiting != number);
    }

    fn note_call(&mut self, address: Option<IpAddr>) {
        if self.called.len() >= MOST_KEPT {
            // Whoever has nothing here is as if they had never come.
            self.called.retain(|address, _| {
                let is_theirs = |asker: &Asker| asker.address == *address;
                self.holders.iter().any(|holder| is_theirs(&holder.asker))
                    || self.waiting.iter().any(|(_, asker)| is_theirs(asker))
            });
        }
        self.calls += 1;
        self.called.insert(address, self.calls);
    }

    fn may(&self, asker: Asker, now: Instant) -> bool {
        let spare = (self.workers / 4).max(1);
        if asker.lane != Lane::Quick {
            let of_lane = self.count(|holder| holder.asker.lane == asker.lane);
            let of_all = self.count(|holder| holder.asker.lane != Lane::Quick);
            if of_lane >= spare || of_all >= self.workers.saturating_sub(spare).max(1) {
                return false;
            }
        }
        if asker.address.is_none() {
            return true;
        }
        let slow = self.count(|holder| {
            holder.asker.address == asker.address
                && now.saturating_duration_since(holder.since) >= SLOW
        });
        // The last is for another address, for what is quick is known afterwards alone.
        self.held_by(asker.address) < self.workers.saturating_sub(1).max(1)
            && slow < (self.workers / 2).max(1)
    }

    fn held_by(&self, address: Option<IpAddr>) -> usize {
        self.count(|holder| holder.asker.address == address)
    }

    fn count(&self, is: impl Fn(&Holder) -> bool) -> usize {
        self.holders.iter().filter(|holder| is(holder)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(last: u8, lane: Lane) -> Asker {
        Asker {
            address: Some([192, 0, 2, last].into()),
            lane,
        }
    }

    /// Calls as long as there are workers for it.
    fn call_all(turns: &mut Turns, now: Instant) -> Vec<u64> {
        let free = turns.workers - turns.holders.len();
        (0..free).map_while(|_| turns.call(now)).collect()
    }

    #[test]
    fn one_who_comes_alone_has_all_workers_but_one() {
        let (mut turns, now) = (Turns::of(8), Instant::now());
        for _ in 0..9 {
            turns.join(asker(1, Lane::Quick));
        }
        assert_eq!(call_all(&mut turns, now), [1, 2, 3, 4, 5, 6, 7]);
        turns.leave(3);
        assert_eq!(call_all(&mut turns, now), [8]);
        let nobody = Asker {
            address: None,
            lane: Lane::Quick,
        };
        turns.join(nobody);
        assert_eq!(call_all(&mut turns, now), [10], "not counted");
    }

    #[test]
    fn who_has_fewer_goes_before_who_came_earlier() {
        let (mut turns, now) = (Turns::of(3), Instant::now());
        for _ in 0..5 {
            turns.join(asker(1, Lane::Quick));
        }
        assert_eq!(call_all(&mut turns, now), [1, 2]);
        let others = [asker(2, Lane::Quick), asker(2, Lane::Quick)].map(|other| turns.join(other));
        assert_eq!(call_all(&mut turns, now), [others[0]]);
        turns.leave(1);
        assert_eq!(
            call_all(&mut turns, now),
            [3],
            "one each, and the first came first"
        );
    }

    #[test]
    fn addresses_take_turns() {
        let (mut turns, now) = (Turns::of(1), Instant::now());
        let many: Vec<u64> = (0..4).map(|_| turns.join(asker(1, Lane::Quick))).collect();
        assert_eq!(turns.call(now), Some(many[0]));
        let other = turns.join(asker(2, Lane::Quick));
        turns.leave(many[0]);
        assert_eq!(turns.call(now), Some(other));
        turns.leave(other);
        assert_eq!(turns.call(now), Some(many[1]));
    }

    #[test]
    fn what_is_known_of_addresses_is_bounded() {
        let (mut turns, now) = (Turns::of(1), Instant::now());
        for number in 0..2000_u16 {
            let [high, low] = number.to_be_bytes();
            let asker = Asker {
                address: Some([10, 0, high, low].into()),
                lane: Lane::Quick,
            };
            let turn = turns.join(asker);
            assert_eq!(turns.call(now), Some(turn));
            turns.leave(turn);
        }
        assert!(turns.called.len() <= MOST_KEPT);
    }

    #[test]
    fn a_lane_never_has_all_workers_nor_have_all_lanes() {
        let (mut turns, now) = (Turns::of(8), Instant::now());
        let lanes = [
            Lane::Passwords,
            Lane::Pages,
            Lane::Searches,
            Lane::LargeBodies,
        ];
        for lane in lanes {
            for last in 0..5 {
                turns.join(asker(last, lane));
            }
        }
        let called = call_all(&mut turns, now);
        assert_eq!(called.len(), 6, "{called:?}");
        for lane in lanes {
            assert!(turns.count(|holder| holder.asker.lane == lane) <= 2);
        }
        let quick = turns.join(asker(1, Lane::Quick));
        assert_eq!(call_all(&mut turns, now), [quick]);
    }

    #[test]
    fn an_address_whose_requests_are_slow_leaves_workers_to_others() {
        let (mut turns, now) = (Turns::of(8), Instant::now());
        for _ in 0..4 {
            turns.join(asker(1, Lane::Quick));
        }
        assert_eq!(call_all(&mut turns, now).len(), 4);
        let later = now + SLOW;
        let fifth = turns.join(asker(1, Lane::Quick));
        let other = turns.join(asker(2, Lane::Quick));
        assert_eq!(call_all(&mut turns, later), [other]);
        turns.leave(1);
        assert_eq!(call_all(&mut turns, later), [fifth]);
    }

    #[test]
    fn a_single_worker_serves_everything() {
        let (mut turns, now) = (Turns::of(1), Instant::now());
        turns.join(asker(1, Lane::Searches));
        assert_eq!(call_all(&mut turns, now), [1]);
    }
}
