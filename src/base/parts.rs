//! Everything that is opened at start and shared by every request.

use super::db::Db;
use super::files::Files;
use super::password::Hasher;
use super::quota::Quota;
use super::seal::Sealer;
use super::setup_code::SetupCode;
use super::throttle::Throttle;

/// The opened parts of a desk.
#[derive(Clone)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The store of attachments.
    pub files: Files,
    /// The slots that passwords are hashed in.
    pub hasher: Hasher,
    /// What lets the first owner in, while there is none.
    pub setup_code: SetupCode,
    /// What seals values at rest.
    pub sealer: Sealer,
    /// What slows down whoever guesses.
    pub throttle: Throttle,
    /// How much customers may still send.
    pub quota: Quota,
}
