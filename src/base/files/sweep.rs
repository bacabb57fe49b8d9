//! Removing what nobody needs: files that never arrived whole, and files that no row
//! names any more, each only when it is old enough, and the latter by way of a trash.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::FlockOperation;

use super::disk::{make_private_folder, renew};
use super::{Files, INCOMING, TRASH};
use crate::base::error::{Error, Result};
use crate::base::time::Timestamp;

/// An upload takes less.
const INCOMING_GRACE_SECS: i64 = 3_600;

/// For how long what was swept can be put back by hand.
const TRASH_SECS: i64 = 7 * 86_400;

/// Up to so many files may be swept whatever their share: those of a small desk that was
/// cleared out.
const FEW: usize = 20;

/// How much a sweep did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Files removed that never arrived whole.
    pub incoming: u64,
    /// Files moved to the trash that no row named.
    pub unused: u64,
    /// Files put back from the trash that a row names.
    pub put_back: u64,
    /// Files removed from the trash.
    pub removed: u64,
}

impl Files {
    /// Removes arriving files that are older than an hour, and moves kept files into the trash
    /// for which `is_used` says no and that are older than `grace_secs`, which is to be longer
    /// than a backup takes; a week later they are removed. A file whose age cannot be told, or
    /// lies in the future, stays. Fails, and moves nothing, where most files look unused: then
    /// it is rather the question that is wrong.
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
        for hash in self.unused(now, is_used, grace_secs)? {
            // Somebody may have kept the same content just now, and a row may be on its
            // way: keeping made the file young under this lock's other side.
            let _alone = self.lock(FlockOperation::LockExclusive)?;
            let path = self.root().join(self.path(&hash)?);
            if is_older(&path, now, grace_secs)? {
                self.discard(&hash, &path)?;
                swept.unused += 1;
            }
        }
        self.sweep_trash(now, is_used, &mut swept)?;
        Ok(swept)
    }

    /// The old files that nobody needs.
    fn unused(
        &self,
        now: Timestamp,
        is_used: &dyn Fn(&str) -> Result<bool>,
        grace_secs: i64,
    ) -> Result<Vec<String>> {
        let (mut all, mut unused) = (0, Vec::new());
        for hash in self.hashes() {
            let hash = hash?;
            all += 1;
            let path = self.root().join(self.path(&hash)?);
            if is_older(&path, now, grace_secs)? && !is_used(&hash)? {
                unused.push(hash);
            }
        }
        if unused.len() > FEW && unused.len() * 2 > all {
            return Err(Error::internal(format!(
                "{} of {all} files in {} belong to no attachment, so none was swept: if the database is not an older \
                 one or another desk's, and they were deleted on purpose, a backup restored into a new folder leaves them behind",
                unused.len(),
                self.root().display()
            )));
        }
        Ok(unused)
    }

    /// Moves a file into the trash, where its age begins anew.
    fn discard(&self, hash: &str, path: &Path) -> Result<()> {
        let trash = self.root().join(TRASH);
        make_private_folder(&trash)?;
        renew(&File::open(path)?)?;
        fs::rename(path, trash.join(hash))?;
        Ok(())
    }

    /// Removes what has been in the trash for long, and puts back what a row names after all.
    fn sweep_trash(
        &self,
        now: Timestamp,
        is_used: &dyn Fn(&str) -> Result<bool>,
        swept: &mut Swept,
    ) -> Result<()> {
        let found = match fs::read_dir(self.root().join(TRASH)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            found => found?,
        };
        for entry in found {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Ok(place) = self.path(&name) else {
                continue;
            };
            let place = self.root().join(place);
            let _alone = self.lock(FlockOperation::LockExclusive)?;
            if is_used(&name)? {
                if !place.try_exists()? {
                    fs::rename(entry.path(), &place)?;
                    swept.put_back += 1;
                }
            } else if is_older(&entry.path(), now, TRASH_SECS)? && remove(&entry.path())? {
                swept.removed += 1;
            }
        }
        Ok(())
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
        let only_unused = Swept {
            unused: 1,
            ..Swept::default()
        };
        assert_eq!(swept, only_unused);
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
        let only_incoming = Swept {
            incoming: 1,
            ..Swept::default()
        };
        assert_eq!(swept, only_incoming);
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

    #[test]
    fn what_was_swept_stays_for_a_week_and_comes_back_when_it_is_named() {
        let (_folder, files) = store();
        let hash = keep(&files, b"abc").hash;
        set_age(&files.root().join(files.path(&hash).unwrap()), 2 * DAY);
        assert_eq!(files.sweep(NOW, &|_| Ok(false), DAY).unwrap().unused, 1);
        let trashed = files.root().join(TRASH).join(&hash);
        set_age(&trashed, 7 * DAY);
        assert_eq!(
            files.sweep(NOW, &|_| Ok(false), DAY).unwrap(),
            Swept::default()
        );
        assert_eq!(files.sweep(NOW, &|_| Ok(true), DAY).unwrap().put_back, 1);
        assert_eq!(files.verify(&hash, 3).unwrap(), None);

        set_age(&files.root().join(files.path(&hash).unwrap()), 2 * DAY);
        files.sweep(NOW, &|_| Ok(false), DAY).unwrap();
        set_age(&trashed, 7 * DAY + 1);
        assert_eq!(files.sweep(NOW, &|_| Ok(false), DAY).unwrap().removed, 1);
        assert!(!trashed.exists());
    }

    #[test]
    fn nothing_is_swept_where_most_files_look_unused() {
        let (_folder, files) = store();
        let kept: Vec<_> = (0..40u8).map(|byte| keep(&files, &[byte]).hash).collect();
        for hash in &kept {
            set_age(&files.root().join(files.path(hash).unwrap()), 2 * DAY);
        }
        let named = |count: usize| {
            let named = kept[..count].to_vec();
            move |hash: &str| Ok(named.iter().any(|one| one == hash))
        };
        let error = files.sweep(NOW, &named(19), DAY).unwrap_err();
        assert!(error.to_string().contains("21 of 40 files"), "{error}");
        assert_eq!(files.hashes().count(), 40);
        assert_eq!(files.sweep(NOW, &named(20), DAY).unwrap().unused, 20);
    }
}
