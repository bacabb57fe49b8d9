//! The folder of a desk that is measured: a temporary one, or one that is kept.

use std::path::{Path, PathBuf};

use pocketdesk::base::db;
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

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path.join(db::FILE_NAME)
    }
}
