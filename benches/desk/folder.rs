//! The folder of a desk that is measured: a temporary one, or one that is kept.

use std::fs::File;
use std::path::{Path, PathBuf};

use pocketdesk::base::db;
use pocketdesk::base::seal::KEY_FILE;
use tempfile::TempDir;

use crate::Outcome;

/// A data folder.
pub(crate) struct Folder {
    path: PathBuf,
    _temporary: Option<TempDir>,
}

impl Folder {
    /// The folder named, made where it is missing; a temporary one where none is.
    pub(crate) fn open(kept: Option<&Path>) -> Outcome<Self> {
        if let Some(path) = kept {
            std::fs::create_dir_all(path)?;
            return Ok(Self {
                path: path.to_owned(),
                _temporary: None,
            });
        }
        let temporary = tempfile::Builder::new()
            .prefix("pocketdesk-bench-")
            .tempdir()?;
        Ok(Self {
            path: temporary.path().to_owned(),
            _temporary: Some(temporary),
        })
    }

    /// A copy of the database in a folder of its own beside it, so that what is measured
    /// is the same desk each time.
    pub(crate) fn copy(&self) -> Outcome<Self> {
        let temporary = tempfile::Builder::new()
            .prefix("measured-")
            .tempdir_in(&self.path)?;
        let copy = Self {
            path: temporary.path().to_owned(),
            _temporary: Some(temporary),
        };
        std::fs::copy(self.database(), copy.database())?;
        std::fs::copy(self.path.join(KEY_FILE), copy.path.join(KEY_FILE))?;
        // What is written back while the desk is measured would slow it down.
        File::open(copy.database())?.sync_all()?;
        Ok(copy)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(db::FILE_NAME)
    }
}
