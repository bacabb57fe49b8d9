//! Slows down whoever guesses. Failures are counted per account and per address, and
//! each one beyond what anybody mistypes makes the next try wait longer. It knows
//! nothing of passwords, nor whether an account exists: one that does not is slowed alike.
//!
//! The counts live in this process alone and are bounded. Nobody is locked out: a wait is
//! a few minutes at most, and where an account was let in lately it has a count of its
//! own, which strangers elsewhere cannot fill, and strangers there keep it waiting little.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

use super::error::{Error, Result, Wait};
use super::time::Timestamp;

/// After so many seconds without a failure its count is forgotten.
const FORGOTTEN_SECS: i64 = 60 * 60;
/// For so many seconds a place where an account was let in is familiar.
const FAMILIAR_SECS: i64 = 30 * 24 * 60 * 60;
/// How many counts, and how many familiar places, are kept.
const MOST_KEPT: usize = 20_000;

/// What is guessed: how many failures are free, and how long the longest wait is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit {
    free: u32,
    longest_secs: i64,
}

/// A password for one account.
const PER_ACCOUNT: Limit = Limit {
    free: 10,
    longest_secs: 300,
};
/// Passwords for any account, from one address; many people may share it.
const PER_ADDRESS: Limit = Limit {
    free: 20,
    longest_secs: 900,
};
/// Passwords for accounts that are at home at an address: one who guesses at them there
/// must not send everybody else home.
const PER_ADDRESS_AT_HOME: Limit = Limit {
    free: 200,
    longest_secs: 60,
};
/// Secrets of 256 bits: nobody guesses these, but trying costs us something.
const PER_ADDRESS_OF_GRANTS: Limit = Limit {
    free: 100,
    longest_secs: 900,
};
const PER_ADDRESS_OF_TOKENS: Limit = Limit {
    free: 1_000,
    longest_secs: 60,
};

type Account = [u8; 32];

/// Whose failures a count is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Account(Account),
    Place(Account, IpAddr),
    Address(IpAddr),
    Grants(IpAddr),
    Tokens(IpAddr),
}

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    last: Timestamp,
}

#[derive(Debug, Default)]
struct Counts {
    counts: HashMap<Counted, Count>,
    familiar: HashMap<(Account, IpAddr), Timestamp>,
}

/// The counts. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Throttle(Arc<Mutex<Counts>>);

/// A try that has been counted as a failure until it is known to be none.
#[must_use = "a try that is dropped was none"]
pub struct Attempt<'a> {
    throttle: &'a Throttle,
    counted: Vec<Counted>,
    account: Option<(Account, Option<IpAddr>)>,
    now: Timestamp,
}

impl Throttle {
    /// Begins a try to be let in as `account` by a password; [`Error::TooMany`] while the
    /// account or the address has to wait. It counts from here on, so that many at once
    /// get no more tries than one after another.
    pub fn password(
        &self,
        account: &str,
        address: Option<IpAddr>,
        now: Timestamp,
    ) -> Result<Attempt<'_>> {
        let account: Account = Sha256::digest(account.trim().to_lowercase()).into();
        let address = address.map(network);
        let mut counts = self.lock();
        let home = address.filter(|address| counts.is_familiar(account, *address, now));
        let (of_account, per_address) = match home {
            Some(home) => (Counted::Place(account, home), PER_ADDRESS_AT_HOME),
            None => (Counted::Account(account), PER_ADDRESS),
        };
        let mut limits = vec![(of_account, PER_ACCOUNT)];
        limits.extend(address.map(|address| (Counted::Address(address), per_address)));
        counts.begin(&limits, now)?;
        Ok(Attempt {
            throttle: self,
            counted: limits.into_iter().map(|(counted, _)| counted).collect(),
            account: Some((account, address)),
            now,
        })
    }

    /// Begins a try to get tokens by a secret, a code or a refresh token.
    pub fn grant(&self, address: Option<IpAddr>, now: Timestamp) -> Result<Attempt<'_>> {
        let limits: Vec<_> = address
            .map(|address| (Counted::Grants(network(address)), PER_ADDRESS_OF_GRANTS))
            .into_iter()
            .collect();
        self.lock().begin(&limits, now)?;
        Ok(Attempt {
            throttle: self,
            counted: limits.into_iter().map(|(counted, _)| counted).collect(),
            account: None,
            now,
        })
    }

    /// Counts a token that was never issued; [`Error::TooMany`] where there were too many.
    pub fn unknown_token(&self, address: Option<IpAddr>, now: Timestamp) -> Result<()> {
        let Some(address) = address else {
            return Ok(());
        };
        let limit = (Counted::Tokens(network(address)), PER_ADDRESS_OF_TOKENS);
        self.lock().begin(&[limit], now)
    }

    fn lock(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt<'_> {
    /// It was a wrong guess, and stays counted.
    pub fn failed(mut self) {
        self.counted.clear();
    }

    /// It was right: the account's failures from here are forgotten, and this place is
    /// familiar from now on. Those of the address stay, or an account of one's own would
    /// wipe out what was tried on others.
    pub fn succeeded(self) {
        let Some((account, address)) = self.account else {
            return;
        };
        let mut counts = self.throttle.lock();
        for counted in &self.counted {
            if !matches!(counted, Counted::Address(_)) {
                counts.counts.remove(counted);
            }
        }
        if let Some(address) = address {
            make_room(&mut counts.familiar, |seen| *seen);
            counts.familiar.insert((account, address), self.now);
        }
    }
}

/// What was neither right nor wrong, for the desk failed, does not count.
impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let mut counts = self.throttle.lock();
        for counted in &self.counted {
            if let Some(count) = counts.counts.get_mut(counted) {
                count.failures = count.failures.saturating_sub(1);
            }
        }
    }
}

impl Counts {
    fn is_familiar(&self, account: Account, address: IpAddr, now: Timestamp) -> bool {
        let seen = self.familiar.get(&(account, address));
        seen.is_some_and(|seen| now.secs_since(*seen) < FAMILIAR_SECS)
    }

    fn begin(&mut self, limits: &[(Counted, Limit)], now: Timestamp) -> Result<()> {
        let longest = limits
            .iter()
            .map(|(counted, limit)| (self.wait(*counted, *limit, now), limit.free))
            .max()
            .filter(|(wait, _)| *wait > 0);
        if let Some((wait, free)) = longest {
            return Err(Error::TooMany(Wait {
                seconds: wait.unsigned_abs(),
                limit: free,
            }));
        }
        for (counted, _) in limits {
            self.note(*counted, now);
        }
        Ok(())
    }

    /// For how many seconds there is no next try.
    fn wait(&self, counted: Counted, limit: Limit, now: Timestamp) -> i64 {
        let Some(count) = self.counts.get(&counted) else {
            return 0;
        };
        let since = now.secs_since(count.last);
        let Some(beyond) = count.failures.checked_sub(limit.free) else {
            return 0;
        };
        if since >= FORGOTTEN_SECS {
            return 0;
        }
        // A clock that was set back must not make anybody wait longer than the longest.
        let wait = 1_i64
            .checked_shl(beyond.min(32))
            .unwrap_or(i64::MAX)
            .min(limit.longest_secs);
        (wait - since.max(0)).max(0)
    }

    fn note(&mut self, counted: Counted, now: Timestamp) {
        if !self.counts.contains_key(&counted) {
            make_room(&mut self.counts, |count| count.last);
        }
        let count = self.counts.entry(counted).or_insert(Count {
            failures: 0,
            last: now,
        });
        if now.secs_since(count.last) >= FORGOTTEN_SECS {
            count.failures = 0;
        }
        count.failures = count.failures.saturating_add(1);
        count.last = now;
    }
}

/// Drops the older half of what is kept where there is no room for more.
fn make_room<K: Clone + Eq + Hash, V>(kept: &mut HashMap<K, V>, last: impl Fn(&V) -> Timestamp) {
    if kept.len() < MOST_KEPT {
        return;
    }
    let mut stamps: Vec<Timestamp> = kept.values().map(&last).collect();
    let middle = stamps.len() / 2;
    let (_, median, _) = stamps.select_nth_unstable(middle);
    let median = *median;
    let mut surplus = middle;
    kept.retain(|_, value| {
        let goes = last(value) <= median && surplus > 0;
        surplus -= usize::from(goes);
        !goes
    });
}

/// The address, or of IPv6 the network that one customer of a provider has whole.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_000_000);

    #[expect(clippy::unnecessary_wraps, reason = "as a request has it")]
    fn ip(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([192, 0, 2, last]))
    }

    /// How long a try has to wait, after it has failed where it has not.
    fn fail(throttle: &Throttle, account: &str, address: Option<IpAddr>, now: Timestamp) -> u64 {
        match throttle.password(account, address, now) {
            Ok(attempt) => {
                attempt.failed();
                0
            }
            Err(Error::TooMany(wait)) => wait.seconds,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn waits_grow_and_end() {
        let throttle = Throttle::default();
        let mut now = NOW;
        for _ in 0..10 {
            assert_eq!(fail(&throttle, "ada@example.com", None, now), 0);
        }
        let mut waits = Vec::new();
        for _ in 0..12 {
            let wait = fail(&throttle, " ADA@example.com", None, now);
            waits.push(wait);
            now = now.plus_secs(i64::try_from(wait).unwrap());
            assert_eq!(fail(&throttle, "ada@example.com", None, now), 0);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
        assert_eq!(
            fail(&throttle, "alan@example.com", None, now),
            0,
            "another account"
        );
        now = now.plus_secs(FORGOTTEN_SECS);
        assert_eq!(fail(&throttle, "ada@example.com", None, now), 0);
        assert_eq!(
            fail(&throttle, "ada@example.com", None, now),
            0,
            "forgotten"
        );
    }

    #[test]
    fn strangers_do_not_slow_where_an_account_is_at_home() {
        let throttle = Throttle::default();
        throttle
            .password("ada@example.com", ip(1), NOW)
            .unwrap()
            .succeeded();
        for _ in 0..10 {
            fail(&throttle, "ada@example.com", ip(2), NOW);
        }
        assert_eq!(fail(&throttle, "ada@example.com", ip(3), NOW), 1);
        let home = throttle.password("ada@example.com", ip(1), NOW);
        assert!(home.is_ok(), "her own place has a count of its own");
    }

    #[test]
    fn an_address_waits_whatever_the_accounts_and_is_not_cleared_by_its_own() {
        let throttle = Throttle::default();
        for number in 0..19 {
            assert_eq!(fail(&throttle, &number.to_string(), ip(1), NOW), 0);
        }
        throttle.password("mine", ip(1), NOW).unwrap().succeeded();
        assert_eq!(fail(&throttle, "last", ip(1), NOW), 0);
        assert_eq!(fail(&throttle, "next", ip(1), NOW), 1);
        assert_eq!(fail(&throttle, "next", ip(2), NOW), 0);
        let of = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for number in 0..20 {
            fail(&throttle, &format!("six{number}"), of("2001:db8::1"), NOW);
        }
        assert_eq!(fail(&throttle, "x", of("2001:db8::2"), NOW), 1);
        assert_eq!(fail(&throttle, "x", of("2001:db8:0:1::2"), NOW), 0);
    }

    /// An office has one address: one who guesses there must not send all others home.
    #[test]
    fn who_is_at_home_at_an_address_waits_little_for_its_strangers() {
        let throttle = Throttle::default();
        let sign_in = |now| throttle.password("ada@example.com", ip(1), now);
        sign_in(NOW).unwrap().succeeded();
        let mut now = NOW;
        for number in 0..199 {
            now = now.plus_secs(900);
            assert_eq!(fail(&throttle, &number.to_string(), ip(1), now), 0);
        }
        assert_eq!(fail(&throttle, "new", ip(1), now), 900);
        sign_in(now).unwrap().succeeded();
        // But she is no way around the limit for whoever guesses at all who are at home.
        for number in 0..20 {
            let account = format!("colleague{number}");
            now = now.plus_secs(900);
            let known = throttle.password(&account, ip(1), now);
            known.unwrap().succeeded();
        }
        let wait = (0..20).find_map(|number| {
            let wait = fail(&throttle, &format!("colleague{number}"), ip(1), now);
            (wait > 0).then_some(wait)
        });
        assert_eq!(wait, Some(1));
    }

    #[test]
    fn what_the_desk_could_not_judge_does_not_count() {
        let throttle = Throttle::default();
        for _ in 0..40 {
            drop(throttle.password("ada@example.com", ip(1), NOW).unwrap());
        }
        let many: Vec<_> = (0..10)
            .map(|_| throttle.password("ada@example.com", ip(1), NOW).unwrap())
            .collect();
        let eleventh = throttle.password("ada@example.com", ip(1), NOW);
        assert!(eleventh.is_err(), "tries at once count before they end");
        drop(eleventh);
        drop(many);
    }

    #[test]
    fn what_is_kept_is_bounded_and_the_newest_stay() {
        let throttle = Throttle::default();
        for number in 0..30_000_i64 {
            fail(
                &throttle,
                &number.to_string(),
                None,
                NOW.plus_secs(number / 100),
            );
        }
        let counts = throttle.lock();
        assert!(counts.counts.len() <= MOST_KEPT, "{}", counts.counts.len());
        let newest = Sha256::digest("29999").into();
        assert!(counts.counts.contains_key(&Counted::Account(newest)));
    }
}
