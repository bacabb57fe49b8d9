//! What wakes whoever waits for work: rung after a commit that left some. It must not know what
//! the work is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A bell that is heard once, by one of those who wait or by the next who does.
#[derive(Default)]
pub struct Bell {
    is_rung: Mutex<bool>,
    rung: Condvar,
    is_over: AtomicBool,
}

impl Bell {
    /// Rings it.
    pub fn ring(&self) {
        *self.lock() = true;
        self.rung.notify_one();
    }

    /// Rings for the end of all work: a slice that is begun is finished, and no other begins.
    pub fn ring_for_the_end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.ring();
    }

    /// Whether the end was rung for.
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Waits until it rings, or for so long.
    pub fn wait(&self, longest: Duration) {
        let waited = self
            .rung
            .wait_timeout_while(self.lock(), longest, |is_rung| !*is_rung);
        let (mut is_rung, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *is_rung = false;
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.is_rung.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
