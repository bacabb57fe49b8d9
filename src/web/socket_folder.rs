//! Where the private sockets stand: in a folder of their own that only we may enter, inside
//! the data folder, where nobody cleans up. Knows nothing of what is said on them.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};
use tempfile::TempDir;

/// The folder's name; files of ours in a data folder begin so.
const NAME: &str = "pocketdesk.sockets";
/// The longest name of a file in it.
const LONGEST_NAME: usize = "http-00.link".len();
/// The longest path that a socket's address holds, without the zero at its end.
const LONGEST_PATH: usize = 107;

/// The folder; gone when dropped.
pub(super) enum SocketFolder {
    /// In the data folder.
    Kept {
        real: PathBuf,
        /// How its sockets are named: where the path is too long for an address, through
        /// the open folder.
        named: PathBuf,
        _open: Option<OwnedFd>,
    },
    /// Where the data folder's file system holds no sockets.
    Temporary(TempDir),
}

impl SocketFolder {
    /// Makes it inside `folder`, in place of what a killed server has left there: whoever
    /// serves the folder is alone in it.
    pub(super) fn make(folder: &Path) -> io::Result<Self> {
        match Self::keep(folder) {
            Ok(kept) => Ok(kept),
            Err(error) => {
                tracing::info!(%error, "the data folder holds no sockets; they are in a temporary folder");
                let temporary = tempfile::Builder::new()
                    .prefix("pocketdesk-")
                    .permissions(Permissions::from_mode(0o700))
                    .tempdir()?;
                Ok(Self::Temporary(temporary))
            }
        }
    }

    fn keep(folder: &Path) -> io::Result<Self> {
        let real = folder.join(NAME);
        match fs::remove_dir_all(&real) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        DirBuilder::new().mode(0o700).create(&real)?;
        let (named, open) = named(&real)?;
        let kept = Self::Kept {
            real,
            named,
            _open: open,
        };
        let trial = kept.path().join("trial");
        drop(UnixListener::bind(&trial)?);
        fs::remove_file(trial)?;
        Ok(kept)
    }

    /// Under which its sockets are made and found.
    pub(super) fn path(&self) -> &Path {
        match self {
            Self::Kept { named, .. } => named,
            Self::Temporary(folder) => folder.path(),
        }
    }
}

impl Drop for SocketFolder {
    fn drop(&mut self) {
        if let Self::Kept { real, .. } = self {
            // What is left is taken away by the next start.
            let _ = fs::remove_dir_all(real);
        }
    }
}

fn named(real: &Path) -> io::Result<(PathBuf, Option<OwnedFd>)> {
    if real.as_os_str().len() + 1 + LONGEST_NAME <= LONGEST_PATH {
        return Ok((real.to_owned(), None));
    }
    let open = rustix::fs::open(
        real,
        OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC,
        Mode::empty(),
    )?;
    let named = PathBuf::from(format!("/proc/self/fd/{}", open.as_raw_fd()));
    Ok((named, Some(open)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixStream;

    use super::*;

    fn is_served(folder: &SocketFolder) -> bool {
        let socket = folder.path().join("http-15.link");
        let _listener = UnixListener::bind(&socket).expect("a socket");
        UnixStream::connect(&socket).is_ok()
    }

    #[test]
    fn sockets_stand_in_the_data_folder_however_long_its_path_is() {
        let data = tempfile::tempdir().expect("a folder");
        let long = data.path().join("a".repeat(100)).join("b".repeat(100));
        fs::create_dir_all(&long).expect("a folder");
        for folder in [data.path(), &long] {
            let made = SocketFolder::make(folder).expect("a folder for sockets");
            assert!(matches!(made, SocketFolder::Kept { .. }));
            assert!(is_served(&made));
            assert!(folder.join(NAME).join("http-15.link").exists());
            drop(made);
            assert!(!folder.join(NAME).exists());
        }
    }

    #[test]
    fn what_a_killed_server_left_is_taken_away() {
        let data = tempfile::tempdir().expect("a folder");
        let killed = SocketFolder::make(data.path()).expect("a folder for sockets");
        assert!(is_served(&killed));
        std::mem::forget(killed);
        let next = SocketFolder::make(data.path()).expect("a folder for sockets");
        assert!(is_served(&next));
    }

    #[test]
    fn without_a_place_in_the_data_folder_they_are_elsewhere() {
        let made = SocketFolder::make(Path::new("/proc")).expect("a folder for sockets");
        assert!(is_served(&made));
    }
}
