//! How many connections the limit on open files allows. The database and stored files need
//! descriptors as well, and a server that has none left can neither answer nor log.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Kept free for the database, its journals, mail, logs and files being written.
const RESERVE: u64 = 64;
/// The standard streams, two listeners, the waker, the temporary folder.
const OWN: u64 = 16;

/// The most connections, at most `wanted`, that leave the reserve untouched. Raises the soft
/// limit as far as the hard one allows, since many systems set 1,024 for historical reasons.
pub(super) fn connections(wanted: usize, workers: usize) -> usize {
    let fixed = RESERVE + OWN + 2 * workers as u64;
    let limit = raise_to(fixed + needed_by(wanted as u64));
    let allowed = connections_within(limit.saturating_sub(fixed));
    usize::try_from(allowed)
        .unwrap_or(usize::MAX)
        .clamp(1, wanted.max(1))
}

/// One connection in three may hold a file besides its socket at the same time.
const fn needed_by(connections: u64) -> u64 {
    connections + connections.div_ceil(3)
}

const fn connections_within(descriptors: u64) -> u64 {
    descriptors / 4 * 3
}

/// The soft limit on open files after the attempt to raise it to `needed`.
fn raise_to(needed: u64) -> u64 {
    let limit = getrlimit(Resource::Nofile);
    let current = limit.current.unwrap_or(u64::MAX);
    if current >= needed {
        return current;
    }
    let raised = limit.maximum.map_or(needed, |hard| needed.min(hard));
    let asked = Rlimit {
        current: Some(raised),
        maximum: limit.maximum,
    };
    match setrlimit(Resource::Nofile, asked) {
        Ok(()) => raised,
        Err(_) => current,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_what_is_needed() {
        for connections in 1..2000 {
            assert!(connections_within(needed_by(connections) + 4) >= connections);
            assert!(needed_by(connections_within(connections)) <= connections);
        }
    }

    #[test]
    fn a_small_limit_leaves_the_reserve() {
        let fixed = RESERVE + OWN + 8;
        let connections = connections_within(256 - fixed);
        assert!(
            connections >= 100,
            "{connections} are too few to serve anybody"
        );
        assert!(256 - needed_by(connections) >= fixed);
    }
}
