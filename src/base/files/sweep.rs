//! Removing what nobody needs: files that never arrived whole, and files that no row
//! names any more, each only when it is old enough.

use std::fs;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::FlockOperation;

use super::{Files, INCOMING};
use crate::base::error::Result;
use crate::base::time::Timestamp;

/// An upload takes less.
const INCOMING_GRACE_SECS: i64 = 3_600;

/// How much a sweep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files that never arrived whole.
    pub incoming: u64,
    /// Files that no row named.
    pub unused: u64,
}

impl Files {
    /// Removes arriving files that are older than an hour, and kept files for which
    /// `is_used` says no and that are older than `grace_secs`, which is to be longer than
    /// a backup takes. A file whose age cannot be told, or lies in the future, stays.
    pub fn sweep(
        &self,
        now: Timestamp,
        is_used: &dyn Fn(&str) -> Result<bool>,
        grace_secs: i64,
    ) -> Result<Swept> {
        let mut swept = Swept::default();
        for entry in fs::read_dir(self.root().join(INCOMING))? {
            let path = entry?.path();
            if is_older(&path, now, INCOMING_GRACE_SECS)? && remove(&path)? {
                swept.incoming += 1;
            }
        }
        for hash in self.hashes() {
            let hash = hash?;
            let path = self.root().join(self.path(&hash)?);
            if !is_older(&path, now, grace_secs)? || is_used(&hash)? {
                continue;
            }
            // Somebody may have kept the same content just now, and a row may be on its
            // way: keeping made the file young under this lock's other side.
            let _alone = self.lock(FlockOperation::LockExclusive)?;
            if is_older(&path, now, grace_secs)? && remove(&path)? {
                swept.unused += 1;
            }
        }
        Ok(swept)
    }
}

/// Whether it was last changed more than so many seconds before `now`; `false` if it is
/// gone, or is a folder.
fn is_older(path: &Path, now: Timestamp, secs: i64) -> io::Result<bool> {
    match path.symlink_metadata() {
        Ok(found) => Ok(!found.is_dir() && now.secs_since(Timestamp(found.mtime())) > secs),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn remove(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ABC, keep, store};
    use super::*;
    use crate::base::error::Error;
    use std::fs::File;
    use std::time::{Duration, UNIX_EPOCH};

    const NOW: Timestamp = Timestamp(1_700_000_000);
    const DAY: i64 = 86_400;

    fn set_age(path: &Path, secs: i64) {
        let at = UNIX_EPOCH + Duration::from_secs((NOW.0 - secs).try_into().unwrap());
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(at)
            .unwrap();
    }

    #[test]
    fn only_what_is_unused_and_old_goes() {
        let (_folder, files) = store();
        let kept: Vec<_> = [b"abc", b"old", b"new"]
            .iter()
            .map(|bytes| keep(&files, *bytes).hash)
            .collect();
        for (hash, age) in kept.iter().zip([2 * DAY, 2 * DAY, DAY]) {
            set_age(&files.root().join(files.path(hash).unwrap()), age);
        }
        let swept = files.sweep(NOW, &|hash| Ok(hash == ABC), DAY).unwrap();
        assert_eq!(
            swept,
            Swept {
                incoming: 0,
                unused: 1
            }
        );
        assert_eq!(files.verify(&kept[0], 3).unwrap(), None);
        assert!(files.verify(&kept[1], 3).unwrap().is_some());
        assert_eq!(files.verify(&kept[2], 3).unwrap(), None);
    }

    #[test]
    fn arriving_files_have_an_hour() {
        let (_folder, files) = store();
        let incoming = files.root().join(INCOMING);
        for (name, age) in [("old", 3_601), ("new", 3_600), ("future", -1_000_000)] {
            File::create(incoming.join(name)).unwrap();
            set_age(&incoming.join(name), age);
        }
        let swept = files.sweep(NOW, &|_| Ok(true), DAY).unwrap();
        assert_eq!(
            swept,
            Swept {
                incoming: 1,
                unused: 0
            }
        );
        assert!(!incoming.join("old").exists());
        assert!(incoming.join("new").exists() && incoming.join("future").exists());
    }

    #[test]
    fn a_failing_question_removes_nothing() {
        let (_folder, files) = store();
        keep(&files, b"abc");
        set_age(&files.root().join(files.path(ABC).unwrap()), 2 * DAY);
        assert!(
            files
                .sweep(NOW, &|_| Err(Error::internal("no database")), DAY)
                .is_err()
        );
        assert_eq!(files.verify(ABC, 3).unwrap(), None);
    }

    #[test]
    fn content_that_comes_again_during_the_sweep_stays() {
        let (_folder, files) = store();
        keep(&files, b"abc");
        set_age(&files.root().join(files.path(ABC).unwrap()), 2 * DAY);
        let swept = files
            .sweep(
                NOW,
                &|_| {
                    // No row names it yet; its request has just kept it.
                    keep(&files, b"abc");
                    Ok(false)
                },
                DAY,
            )
            .unwrap();
        assert_eq!(swept.unused, 0);
        assert_eq!(files.verify(ABC, 3).unwrap(), None);
    }
}
