//! What is said at most every few seconds, however often it happens: a log that is flooded by
//! a full disk hides everything else, and may fill the disk that it is about.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The time between two lines.
const PAUSE: Duration = Duration::from_secs(5);

/// Counts what was not said.
pub(super) struct Hush(Mutex<Hushed>);

struct Hushed {
    last: Option<Instant>,
    count: u64,
}

impl Hush {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Hushed {
            last: None,
            count: 0,
        }))
    }

    /// How many were hushed since the last one, where one may be said now.
    pub(super) fn may_speak(&self) -> Option<u64> {
        let mut hushed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hushed.last.is_some_and(|last| last.elapsed() < PAUSE) {
            hushed.count += 1;
            return None;
        }
        hushed.last = Some(Instant::now());
        Some(std::mem::take(&mut hushed.count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_at_once_is_said_once() {
        let hush = Hush::new();
        assert_eq!(hush.may_speak(), Some(0));
        assert_eq!((hush.may_speak(), hush.may_speak()), (None, None));
        hush.0.lock().unwrap().last = Instant::now().checked_sub(PAUSE);
        assert_eq!(hush.may_speak(), Some(2));
        assert_eq!(hush.may_speak(), None);
    }
}
