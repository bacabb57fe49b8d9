//! Passwords as argon2id hashes, in a bounded number of slots: a hash costs memory
//! and time on purpose, and a flood of sign-ins must not get more of either.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Argon2, Block, Params};
use subtle::ConstantTimeEq;

use super::error::{Context, Error, Result, Wait};

/// How many callers may wait for a slot; more are told to come back.
const LONGEST_QUEUE: u32 = 32;

/// The shortest password taken, in characters.
pub const SHORTEST: usize = 8;

/// What an unknown account's password is compared with, so that the answer takes
/// as long as for a known one.
const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$\
    AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The slots that passwords are hashed in. Each keeps its memory for the next hash:
/// a fresh block a time let the process grow without bound. Clones share the slots.
#[derive(Clone)]
pub struct Hasher(Arc<Slots>);

struct Slots {
    state: Mutex<State>,
    freed: Condvar,
}

struct State {
    free: Vec<Vec<Block>>,
    waiting: u32,
    /// Blocks of memory gone over so far, each as often as that was done.
    work: u64,
}

impl Hasher {
    /// As many slots as may hash at once, at least one; a slot takes its memory
    /// (19 MiB) when it is first used.
    pub fn new(slots: usize) -> Self {
        Self(Arc::new(Slots {
            state: Mutex::new(State {
                free: vec![Vec::new(); slots.max(1)],
                waiting: 0,
                work: 0,
            }),
            freed: Condvar::new(),
        }))
    }

    /// The hash of a new password, as a PHC string with a salt of its own.
    pub fn hash(&self, password: &str) -> Result<String> {
        let params = Params::default();
        let salt = Salt::generate();
        let output = self.compute(password, &salt, &params)?;
        let hash = PasswordHash {
            algorithm: ARGON2ID_IDENT,
            version: Some(argon2::Version::default().into()),
            params: (&params)
                .try_into()
                .context("writing the parameters of a hash")?,
            salt: Some(salt),
            hash: Some(output),
        };
        Ok(hash.to_string())
    }

    /// Whether `password` is the one that was hashed. Without a hash the answer is
    /// no, and takes as long.
    pub fn verify(&self, password: &str, hash: Option<&str>) -> Result<bool> {
        let known =
            PasswordHash::new(hash.unwrap_or(NOBODYS_HASH)).context("reading a stored hash")?;
        let (Some(salt), Some(want)) = (known.salt, known.hash) else {
            return Err(Error::internal("a stored hash has no salt or no output"));
        };
        let params = Params::try_from(&known).context("reading the parameters of a stored hash")?;
        let have = self.compute(password, &salt, &params)?;
        let is_same: bool = have.as_bytes().ct_eq(want.as_bytes()).into();
        Ok(is_same && hash.is_some())
    }

    /// The work of all hashes so far, in blocks of memory (1 KiB) gone over: what an answer
    /// costs, without a clock.
    pub fn work(&self) -> u64 {
        self.0.lock().work
    }

    fn compute(&self, password: &str, salt: &Salt, params: &Params) -> Result<Output> {
        let mut slot = Slot::take(&self.0)?;
        slot.blocks.resize(params.block_count(), Block::default());
        let argon2 = Argon2::new(
            argon2::Algorithm::default(),
            argon2::Version::default(),
            params.clone(),
        );
        let mut output = [0_u8; Params::DEFAULT_OUTPUT_LEN];
        argon2
            .hash_password_into_with_memory(
                password.as_bytes(),
                salt.as_ref(),
                &mut output,
                &mut slot.blocks,
            )
            .context("hashing a password")?;
        let blocks = u64::try_from(params.block_count()).unwrap_or(u64::MAX);
        self.0.lock().work += blocks * u64::from(params.t_cost());
        Output::new(&output).context("keeping a hash")
    }
}

/// A slot in use; dropping it lets the next caller in, also after a panic.
struct Slot<'a> {
    slots: &'a Slots,
    blocks: Vec<Block>,
}

impl<'a> Slot<'a> {
    fn take(slots: &'a Slots) -> Result<Self> {
        let mut state = slots.lock();
        if state.free.is_empty() && state.waiting >= LONGEST_QUEUE {
            return Err(Error::TooMany(Wait {
                seconds: 1,
                limit: LONGEST_QUEUE,
            }));
        }
        state.waiting += 1;
        let mut state = slots
            .freed
            .wait_while(state, |state| state.free.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        let blocks = state.free.pop().unwrap_or_default();
        Ok(Self { slots, blocks })
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        self.slots
            .lock()
            .free
            .push(std::mem::take(&mut self.blocks));
        self.slots.freed.notify_one();
    }
}

impl Slots {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let hasher = Hasher::new(1);
        let hash = hasher.hash("correct horse").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(hasher.verify("correct horse", Some(&hash)).unwrap());
        assert!(!hasher.verify("correct hors", Some(&hash)).unwrap());
        assert!(!hasher.verify("correct horse", None).unwrap());
        assert_ne!(
            hash,
            hasher.hash("correct horse").unwrap(),
            "every hash has a salt of its own"
        );
    }
}
