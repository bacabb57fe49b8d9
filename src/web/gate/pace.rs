//! The pace at which a client must take an answer: each byte earns it time, waiting spends
//! it, and there is never more of it than at the start, however fast the client once was.

use std::time::Duration;

/// The time that a client has left.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    most: Duration,
    left: Duration,
    /// The least speed, in bytes a second.
    rate: u64,
}

impl Pace {
    /// A client that may wait for `most`, then has to take `rate` bytes a second.
    pub(super) fn new(most: Duration, rate: u64) -> Self {
        Self {
            most,
            left: most,
            rate: rate.max(1),
        }
    }

    /// Begins another answer.
    pub(super) fn begin(&mut self) {
        self.left = self.most;
    }

    /// Notes that it took `waited` until `bytes` more were taken.
    pub(super) fn took(&mut self, waited: Duration, bytes: usize) {
        let earned = Duration::from_millis((bytes as u64).saturating_mul(1000) / self.rate);
        let left = self.left.saturating_sub(waited);
        self.left = left.saturating_add(earned).min(self.most);
    }

    /// Whether the client has been too slow.
    pub(super) fn is_over(&self) -> bool {
        self.left.is_zero()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For how many seconds a client goes on that takes so many bytes every so many seconds.
    fn lasts(bytes: usize, every: u64) -> u64 {
        let mut pace = Pace::new(Duration::from_secs(30), 1024);
        pace.took(Duration::ZERO, 4_000_000);
        (1..=1000)
            .find(|second| {
                let taken = if second % every == 0 { bytes } else { 0 };
                pace.took(Duration::from_secs(1), taken);
                pace.is_over()
            })
            .unwrap_or(1000)
    }

    #[test]
    fn a_trickle_ends_soon_whatever_was_taken_at_first() {
        assert_eq!(lasts(0, 1), 30);
        assert!(lasts(1500, 20) < 40);
        assert!(lasts(1000, 1) > 900, "nearly the rate");
        assert_eq!(lasts(1024, 1), 1000);
        assert_eq!(lasts(40_000, 25), 1000);
    }
}
