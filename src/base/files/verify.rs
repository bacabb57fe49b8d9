//! What `check` asks of the store: which files are there, and whether they are whole.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek};
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use sha2::{Digest, Sha256};

use super::receive::CHUNK;
use super::{Files, relative_path};
use crate::base::error::Result;

/// What is wrong with a file that a row names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// There is no such file.
    Missing,
    /// A link, a folder, a FIFO or the like has its name, or that of its folder.
    NotAFile,
    /// Bytes that it should have, and has.
    Size {
        /// As the row says.
        expected: u64,
        /// As the file system says.
        found: u64,
    },
    /// The content is another.
    Content,
    /// The disk would not give it, and said this.
    Unreadable(String),
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("missing"),
            Self::NotAFile => f.write_str("not a regular file"),
            Self::Size { expected, found } => {
                write!(f, "{found} bytes instead of {expected}")
            }
            Self::Content => f.write_str("content does not match its hash"),
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
        }
    }
}

impl Files {
    /// Reads a file to its end and says what is wrong with it, if anything. Links are
    /// not followed and nothing but a regular file is read. Fails only for what is no
    /// hash: one bad file must not end the check of the others.
    pub fn verify(&self, hash: &str, size: u64) -> Result<Option<Damage>> {
        relative_path(hash)?;
        let mut file = match self.open_nofollow(hash) {
            Ok(file) => file,
            Err(error) => return Ok(Some(not_opened(&error))),
        };
        Ok(match damage(&mut file, hash, size) {
            Ok(damage) => damage,
            Err(error) => Some(Damage::Unreadable(error.to_string())),
        })
    }

    /// The hashes of all files in the store, in no order; what else lies there is passed over.
    pub fn hashes(&self) -> impl Iterator<Item = Result<String>> {
        let root = self.root().to_owned();
        self.hash_paths().filter_map(move |found| match found {
            Ok(path) => hash_of(&root, &path).map(Ok),
            Err(error) => Some(Err(error.into())),
        })
    }

    /// All that lies two folders deep.
    fn hash_paths(&self) -> impl Iterator<Item = io::Result<PathBuf>> + use<> {
        entries(self.root())
            .flat_map(within)
            .flat_map(|inner| within(inner))
    }
}

/// The file, at its beginning, where its size and content are these.
pub(super) fn whole(mut file: File, hash: &str, size: u64) -> io::Result<Option<File>> {
    if damage(&mut file, hash, size)?.is_some() {
        return Ok(None);
    }
    file.rewind()?;
    Ok(Some(file))
}

fn damage(file: &mut File, hash: &str, size: u64) -> io::Result<Option<Damage>> {
    let found = file.metadata()?;
    if !found.is_file() {
        return Ok(Some(Damage::NotAFile));
    }
    if found.len() != size {
        return Ok(Some(Damage::Size {
            expected: size,
            found: found.len(),
        }));
    }
    Ok((content_hash(file)? != hash).then_some(Damage::Content))
}

fn content_hash(file: &mut File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => return Ok(hex::encode(hasher.finalize())),
            Ok(count) => hasher.update(&chunk[..count]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Opening without following links fails with ELOOP at a link to a file, with ENOTDIR
/// at a link to a folder, and with ENXIO at a socket.
fn not_opened(error: &io::Error) -> Damage {
    match Errno::from_io_error(error) {
        Some(Errno::LOOP | Errno::NOTDIR | Errno::NXIO) => Damage::NotAFile,
        _ if error.kind() == ErrorKind::NotFound => Damage::Missing,
        _ => Damage::Unreadable(error.to_string()),
    }
}

/// The hash of a file that lies where a file of that hash belongs.
fn hash_of(root: &Path, path: &Path) -> Option<String> {
    let hash = path.file_name()?.to_str()?;
    let belongs = root.join(relative_path(hash).ok()?);
    (belongs == path).then(|| hash.to_owned())
}

type Entries = Box<dyn Iterator<Item = io::Result<PathBuf>>>;

fn entries(folder: &Path) -> Entries {
    match fs::read_dir(folder) {
        Ok(found) => Box::new(found.map(|entry| entry.map(|entry| entry.path()))),
        // Nothing was ever kept, or another process has just removed it.
        Err(error) if error.kind() == ErrorKind::NotFound => Box::new(std::iter::empty()),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

/// What lies in a folder of two letters; nothing for whatever else.
fn within(folder: io::Result<PathBuf>) -> Entries {
    match folder {
        Ok(path) if has_two_letters(&path) && is_folder(&path) => entries(&path),
        Ok(_) => Box::new(std::iter::empty()),
        Err(error) => Box::new(std::iter::once(Err(error))),
    }
}

fn has_two_letters(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.len() == 2)
}

fn is_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|found| found.is_dir())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ABC, keep, store};
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn a_whole_file_is_whole_and_each_damage_is_told() {
        let (folder, files) = store();
        assert_eq!(files.verify(ABC, 3).unwrap(), Some(Damage::Missing));
        keep(&files, b"abc");
        assert_eq!(files.verify(ABC, 3).unwrap(), None);
        let size = Damage::Size {
            expected: 4,
            found: 3,
        };
        assert_eq!(size.to_string(), "3 bytes instead of 4");
        assert_eq!(files.verify(ABC, 4).unwrap(), Some(size));

        let path = files.root().join(files.path(ABC).unwrap());
        fs::remove_file(&path).unwrap();
        assert_eq!(files.verify(ABC, 3).unwrap(), Some(Damage::Missing));

        let outside = folder.path().join("outside");
        File::create(&outside).unwrap();
        symlink(&outside, &path).unwrap();
        assert_eq!(files.verify(ABC, 0).unwrap(), Some(Damage::NotAFile));
        fs::remove_file(&path).unwrap();

        // A FIFO without a writer would block a reader for ever.
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &path,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .unwrap();
        assert_eq!(files.verify(ABC, 0).unwrap(), Some(Damage::NotAFile));
        fs::remove_file(&path).unwrap();

        fs::create_dir(&path).unwrap();
        assert_eq!(files.verify(ABC, 0).unwrap(), Some(Damage::NotAFile));
        assert!(files.verify("no hash", 0).is_err());
    }

    #[test]
    fn another_content_of_the_same_size_is_found() {
        use std::io::Write;
        let (_folder, files) = store();
        keep(&files, b"abc");
        let path = files.root().join(files.path(ABC).unwrap());
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .write_all(b"abd")
            .unwrap();
        assert_eq!(files.verify(ABC, 3).unwrap(), Some(Damage::Content));
    }

    #[test]
    fn a_folder_that_is_a_link_is_no_way_to_a_file() {
        let (folder, files) = store();
        keep(&files, b"abc");
        let moved = folder.path().join("moved");
        fs::rename(files.root().join("ba"), &moved).unwrap();
        symlink(&moved, files.root().join("ba")).unwrap();
        assert_eq!(files.verify(ABC, 3).unwrap(), Some(Damage::NotAFile));
        assert_eq!(files.hashes().count(), 0);
    }

    #[test]
    fn only_hashes_where_they_belong_are_listed() {
        let (_folder, files) = store();
        let mut kept: Vec<_> = (0u8..5).map(|byte| keep(&files, &[byte]).hash).collect();
        kept.sort_unstable();
        let root = files.root();
        fs::create_dir(root.join("zz")).unwrap();
        File::create(root.join("zz/lost")).unwrap();
        fs::create_dir_all(root.join("aa/bb")).unwrap();
        File::create(root.join("aa/bb").join(ABC)).unwrap();
        File::create(root.join("xx")).unwrap();
        let mut listed: Vec<_> = files.hashes().map(|hash| hash.unwrap()).collect();
        listed.sort_unstable();
        assert_eq!(listed, kept);
    }
}
