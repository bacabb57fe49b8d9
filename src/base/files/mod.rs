//! The attachment store: files by the SHA-256 of their content, as `aa/bb/<hash>`.
//!
//! A file counts only when its bytes, its name and the folders that lead to it are
//! synced; whoever commits a row that names it may do so once [`Files::keep`] has
//! returned. No name in the store comes from a client. Who refers to a file is not known
//! here: callers say so to [`Files::sweep`].

mod disk;
mod image;
mod kind;
mod name;
mod receive;
mod sweep;
mod verify;

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::fs::{FlockOperation, Mode, OFlags};

use super::error::{Error, Result};
use disk::{make_private_folder, renew, sync_folder};

pub use disk::{free_bytes, write_new};
pub use image::{Image, ImageLimits};
pub use kind::{content_type, is_inline};
pub use name::{is_mark_of_direction, last_segment};
pub use receive::Incoming;
pub use sweep::Swept;
pub use verify::Damage;

/// The folder of files that are still arriving, on the same file system as the rest.
const INCOMING: &str = "incoming";

/// The folder of files that no row names, until they are removed.
const TRASH: &str = "trash";

/// The store in one folder. Clones share what they know of it.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
    /// Folders whose own entries this process has seen synced.
    durable: Arc<Mutex<HashSet<PathBuf>>>,
}

/// A file that is kept, to be named by a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub hash: String,
    /// Bytes.
    pub size: u64,
}

impl Files {
    /// Opens the store, making its folders (0700) where they are missing. `root` itself
    /// may be a link to another disk; nothing below it may.
    pub fn open(root: PathBuf) -> Result<Self> {
        make_private_folder(&root)?;
        let root = root.canonicalize()?;
        make_private_folder(&root.join(INCOMING))?;
        sync_folder(&root)?;
        if let Some(parent) = root.parent() {
            sync_folder(parent)?;
        }
        Ok(Self {
            root,
            durable: Arc::default(),
        })
    }

    /// A store to look at: nothing is made, not even the store.
    pub fn at(root: PathBuf) -> Self {
        Self {
            root,
            durable: Arc::default(),
        }
    }

    /// The folder of the store, absolute where it is written to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the file is, relative to the root: `aa/bb/<hash>`. Fails for what is no hash.
    pub fn path(&self, hash: &str) -> Result<PathBuf> {
        Ok(PathBuf::from(relative_path(hash)?))
    }

    /// Opens a kept file for reading. 404 when it is missing; no link is followed.
    pub fn reader(&self, hash: &str) -> Result<File> {
        match self.open_nofollow(hash) {
            Ok(file) if file.metadata()?.is_file() => Ok(file),
            Ok(_) => Err(Error::internal("an attachment is not a regular file")),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::NotFound("attachment")),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a file that was swept a moment ago, where it is whole: whoever copies an older state
    /// of the database may still need it.
    pub fn reader_in_trash(&self, hash: &str, size: u64) -> Result<Option<File>> {
        relative_path(hash)?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let path = self.root.join(TRASH).join(hash);
        let Ok(file) = rustix::fs::open(&path, flags, Mode::empty()).map(File::from) else {
            return Ok(None);
        };
        Ok(verify::whole(file, hash, size)?)
    }

    /// Keeps one file; see [`Files::keep_all`].
    pub fn keep(&self, incoming: Incoming) -> Result<Stored> {
        let kept = self.keep_all(vec![incoming])?.pop();
        kept.ok_or_else(|| Error::internal("nothing was kept"))
    }

    /// Keeps files durably: their bytes are synced, then their names, then the folders
    /// on the way, each once. Content that is here already is kept once, and the answer
    /// does not tell. After a failure nothing may be acknowledged: what was placed is
    /// left for the sweeper.
    pub fn keep_all(&self, all: Vec<Incoming>) -> Result<Vec<Stored>> {
        for incoming in &all {
            incoming.sync()?;
        }
        // Against a sweeper, of this process or another, that is just about to remove
        // an old file of the same content.
        let _shared = self.lock(FlockOperation::LockShared)?;
        let mut to_sync = BTreeSet::new();
        let mut kept = Vec::with_capacity(all.len());
        for incoming in all {
            let folder = self.make_folders(incoming.hash(), &mut to_sync)?;
            kept.push(self.place(incoming, &folder)?);
            to_sync.insert(folder);
        }
        for folder in &to_sync {
            sync_folder(folder)?;
        }
        let mut durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
        for stored in &kept {
            durable.extend(self.folders(&stored.hash)?);
        }
        Ok(kept)
    }

    /// Removes a file; `false` when it was not there. Whoever calls this knows that no
    /// row names it and no backup is under way.
    pub fn remove(&self, hash: &str) -> Result<bool> {
        match std::fs::remove_file(self.root.join(relative_path(hash)?)) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// `aa` and `aa/bb` of a hash, absolute.
    fn folders(&self, hash: &str) -> Result<[PathBuf; 2]> {
        let path = self.root.join(relative_path(hash)?);
        let inner = path.parent().unwrap_or(&self.root).to_owned();
        let outer = inner.parent().unwrap_or(&self.root).to_owned();
        Ok([outer, inner])
    }

    /// Makes the folders of a hash, and notes in `to_sync` those that hold the entry of
    /// a folder that is new, or that another process may have made a moment ago.
    fn make_folders(&self, hash: &str, to_sync: &mut BTreeSet<PathBuf>) -> Result<PathBuf> {
        let [outer, inner] = self.folders(hash)?;
        for (holder, folder) in [(&self.root, &outer), (&outer, &inner)] {
            let made = make_private_folder(folder)?;
            let durable = self.durable.lock().unwrap_or_else(PoisonError::into_inner);
            if made || !durable.contains(folder) {
                to_sync.insert(holder.clone());
            }
        }
        Ok(inner)
    }

    /// Gives the file its name, unless a whole one has it already.
    fn place(&self, incoming: Incoming, folder: &Path) -> Result<Stored> {
        let stored = Stored {
            hash: incoming.hash().to_owned(),
            size: incoming.size(),
        };
        // Fails where a folder was replaced by a link.
        self.open_folder(&stored.hash)?;
        let target = folder.join(&stored.hash);
        let Err(refused) = incoming.into_file().persist_noclobber(&target) else {
            return Ok(stored);
        };
        if refused.error.kind() != ErrorKind::AlreadyExists {
            return Err(refused.error.into());
        }
        match self.open_nofollow(&stored.hash) {
            Ok(there)
                if there
                    .metadata()
                    .is_ok_and(|of| of.is_file() && of.len() == stored.size) =>
            {
                renew(&there)?;
            }
            _ => {
                tracing::warn!(
                    hash = stored.hash,
                    "a damaged attachment came in again and is whole now"
                );
                refused
                    .file
                    .persist(&target)
                    .map_err(|failed| failed.error)?;
            }
        }
        Ok(stored)
    }

    /// Opens `aa/bb`, following no link below the root.
    fn open_folder(&self, hash: &str) -> io::Result<OwnedFd> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::RDONLY | OFlags::CLOEXEC;
        let root = rustix::fs::open(
            &self.root,
            OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
        )?;
        let outer = rustix::fs::openat(root, &hash[..2], flags, Mode::empty())?;
        Ok(rustix::fs::openat(
            outer,
            &hash[2..4],
            flags,
            Mode::empty(),
        )?)
    }

    /// Opens what has the name of `hash`, whatever it is: no link is followed, and a
    /// FIFO does not make us wait.
    fn open_nofollow(&self, hash: &str) -> io::Result<File> {
        relative_path(hash).map_err(|_| io::Error::from(ErrorKind::InvalidInput))?;
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let folder = self.open_folder(hash)?;
        let file = rustix::fs::openat(folder, hash, flags, Mode::empty())?;
        Ok(File::from(file))
    }

    /// Locks the store among threads and processes until the answer is dropped.
    fn lock(&self, how: FlockOperation) -> Result<File> {
        let folder = File::open(&self.root)?;
        rustix::fs::flock(&folder, how).map_err(io::Error::from)?;
        Ok(folder)
    }
}

/// Where a file is, relative to the root: `aa/bb/<hash>`. Fails for what is no hash.
pub fn relative_path(hash: &str) -> Result<String> {
    let is_hash = hash.len() == 64
        && hash
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if !is_hash {
        return Err(Error::internal(
            "an attachment's hash is not 64 hexadecimal digits",
        ));
    }
    Ok(format!("{}/{}/{hash}", &hash[..2], &hash[2..4]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, symlink};

    /// SHA-256 of `abc`.
    pub(super) const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    pub(super) fn store() -> (tempfile::TempDir, Files) {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path().join("attachments")).unwrap();
        (folder, files)
    }

    pub(super) fn keep(files: &Files, bytes: &[u8]) -> Stored {
        let incoming = files.receive(&mut &bytes[..], 1 << 20).unwrap();
        files.keep(incoming).unwrap()
    }

    fn count_incoming(files: &Files) -> usize {
        std::fs::read_dir(files.root().join(INCOMING))
            .unwrap()
            .count()
    }

    #[test]
    fn a_kept_file_is_found_by_its_hash_and_private() {
        let (_folder, files) = store();
        let stored = keep(&files, b"abc");
        assert_eq!((stored.hash.as_str(), stored.size), (ABC, 3));
        assert_eq!(files.path(ABC).unwrap(), Path::new(&format!("ba/78/{ABC}")));
        let path = files.root().join(files.path(ABC).unwrap());
        assert_eq!(std::fs::read(&path).unwrap(), b"abc");
        assert_eq!(
            io::read_to_string(files.reader(ABC).unwrap()).unwrap(),
            "abc"
        );
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        for folder in [
            files.root(),
            path.parent().unwrap(),
            &files.root().join(INCOMING),
        ] {
            assert_eq!(folder.metadata().unwrap().mode() & 0o777, 0o700);
        }
        assert_eq!(count_incoming(&files), 0);
        assert!(files.remove(ABC).unwrap());
        assert!(!files.remove(ABC).unwrap());
        assert!(matches!(files.reader(ABC), Err(Error::NotFound(_))));
    }

    #[test]
    fn the_same_content_is_kept_once_and_the_first_stays() {
        let (_folder, files) = store();
        keep(&files, b"abc");
        let path = files.root().join(files.path(ABC).unwrap());
        let first = path.metadata().unwrap().ino();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(std::time::UNIX_EPOCH)
            .unwrap();
        let again: Vec<_> = (0..2)
            .map(|_| files.receive(&mut &b"abc"[..], 10).unwrap())
            .collect();
        assert_eq!(files.keep_all(again).unwrap().len(), 2);
        assert_eq!(path.metadata().unwrap().ino(), first);
        assert!(
            path.metadata().unwrap().mtime() > 0,
            "the sweeper must see it as young"
        );
        assert_eq!(count_incoming(&files), 0);
    }

    #[test]
    fn threads_that_keep_the_same_content_at_once_all_succeed() {
        let (_folder, files) = store();
        for round in 0u8..20 {
            let bytes = vec![round; 70_000];
            std::thread::scope(|scope| {
                let all: Vec<_> = (0..8)
                    .map(|_| scope.spawn(|| keep(&files, &bytes)))
                    .collect();
                let stored: HashSet<_> = all
                    .into_iter()
                    .map(|one| one.join().unwrap().hash)
                    .collect();
                assert_eq!(stored.len(), 1);
            });
        }
        assert_eq!(files.hashes().count(), 20);
        assert_eq!(count_incoming(&files), 0);
    }

    #[test]
    fn a_damaged_file_is_replaced_when_its_content_comes_again() {
        let (folder, files) = store();
        keep(&files, b"abc");
        let path = files.root().join(files.path(ABC).unwrap());
        File::options()
            .write(true)
            .truncate(true)
            .open(&path)
            .unwrap();
        keep(&files, b"abc");
        assert_eq!(std::fs::read(&path).unwrap(), b"abc");

        let outside = folder.path().join("outside");
        File::create(&outside).unwrap();
        std::fs::remove_file(&path).unwrap();
        symlink(&outside, &path).unwrap();
        assert!(files.reader(ABC).is_err());
        keep(&files, b"abc");
        assert_eq!(files.verify(ABC, 3).unwrap(), None);
        assert_eq!(outside.metadata().unwrap().len(), 0);
    }

    #[test]
    fn a_folder_that_became_a_link_is_refused() {
        let (folder, files) = store();
        let outside = folder.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        symlink(&outside, files.root().join("ba")).unwrap();
        let incoming = files.receive(&mut &b"abc"[..], 10).unwrap();
        assert!(files.keep(incoming).is_err());
        assert!(!outside.join("78").join(ABC).exists());
        assert_eq!(count_incoming(&files), 0);
    }

    #[test]
    fn only_hashes_are_paths() {
        let (_folder, files) = store();
        for wrong in [
            "",
            "abc",
            "../../../etc/passwd",
            &ABC.to_uppercase(),
            &format!("{ABC}0"),
            &"é".repeat(32),
        ] {
            assert!(files.path(wrong).is_err(), "{wrong}");
            assert!(files.reader(wrong).is_err(), "{wrong}");
            assert!(files.remove(wrong).is_err(), "{wrong}");
        }
    }
}
