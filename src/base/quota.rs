//! How much one account may send in a day, so that nobody fills the disk for everybody. It knows
//! nothing of what is sent. The counts live in this process alone, and are bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::error::{Error, Result};
use super::time::Timestamp;

/// How many bytes that is: 20 of the largest requests.
pub const BYTES_A_DAY: u64 = 500 << 20;
const DAY_SECS: i64 = 24 * 60 * 60;
/// How many accounts are counted; beyond these, those whose day is over are forgotten.
const MOST_KEPT: usize = 20_000;

#[derive(Debug, Clone, Copy)]
struct Sent {
    since: Timestamp,
    bytes: u64,
}

/// The counts, by user. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Quota(Arc<Mutex<HashMap<i64, Sent>>>);

impl Quota {
    /// Counts what a user sends, in the day that began with the first of it;
    /// [`Error::QuotaSpent`] where it is more than is left.
    pub fn spend(&self, user: i64, bytes: u64, now: Timestamp) -> Result<()> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= MOST_KEPT {
            counts.retain(|_, sent| now.secs_since(sent.since) < DAY_SECS);
        }
        let fresh = Sent {
            since: now,
            bytes: 0,
        };
        let sent = counts.entry(user).or_insert(fresh);
        if now.secs_since(sent.since) >= DAY_SECS {
            *sent = fresh;
        }
        let total = sent.bytes.saturating_add(bytes);
        if total > BYTES_A_DAY {
            let left = DAY_SECS - now.secs_since(sent.since);
            return Err(Error::QuotaSpent(left.unsigned_abs()));
        }
        sent.bytes = total;
        Ok(())
    }
}
