//! The data folder as a whole: what it holds, and whose it is. What stands in its files is not
//! known here.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use super::db::FILE_NAME;
use super::error::{Context, Error, Result};
use super::seal::KEY_FILE;

/// The folder of the attachments in the data folder.
pub const ATTACHMENTS: &str = "attachments";

/// The folder in which a restore gathers what it brings back. While it is there, it has not
/// come to its end.
pub const RESTORING: &str = "restore.unfinished";

/// The file whose lock says who holds the folder.
const LOCK: &str = "pocketdesk.lock";

/// Files of ours beside the database begin so: its lock, its log, its copies.
const OWN_PREFIX: &str = "pocketdesk.";

/// What the root of a file system of its own holds from the start.
const OF_THE_FILE_SYSTEM: &str = "lost+found";

/// What a data folder holds. Whatever else it might hold is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Nothing: a desk can begin here.
    Nothing,
    /// A desk.
    Desk,
}

/// Looks at a folder, and changes nothing. It is refused where it is somebody else's, and where
/// attachments or keys stand without their database: a desk that began there would take them
/// for what nobody needs.
pub fn look(folder: &Path) -> Result<Holds> {
    let shown = folder.display();
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => {}
        Ok(_) => {
            return Err(Error::internal(format!(
                "{shown} is not a folder: name another with --data"
            )));
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Holds::Nothing),
        Err(error) => return Err(unusable(folder, &error)),
    }
    if has_bytes(&folder.join(FILE_NAME)) {
        return Ok(Holds::Desk);
    }
    if folder.join(RESTORING).exists() {
        return Err(Error::internal(format!(
            "a restore into {shown} did not come to its end: run pocketdesk restore again with the same backup"
        )));
    }
    if let Some(orphan) = orphan(folder).map_err(|error| unusable(folder, &error))? {
        return Err(Error::internal(format!(
            "{shown} holds {orphan}, but its database {FILE_NAME} is missing or empty: put the database back, \
             or restore a backup into another folder with pocketdesk restore FILE --data DIR; nothing was changed"
        )));
    }
    let foreign = first_foreign(folder).map_err(|error| unusable(folder, &error))?;
    foreign.map_or(Ok(Holds::Nothing), |name| {
        Err(Error::internal(format!(
            "{shown} is not empty and holds no desk (there is {name}): name an empty or a new folder with --data"
        )))
    })
}

/// Fails where the folder holds no desk; nothing is made.
pub fn expect_desk(folder: &Path) -> Result<()> {
    match look(folder)? {
        Holds::Desk => Ok(()),
        Holds::Nothing => Err(no_desk(folder)),
    }
}

/// Fails unless a desk can be restored here: where nothing is, or what an earlier restore left.
pub fn expect_room_to_restore(folder: &Path) -> Result<()> {
    let is_left = folder.join(RESTORING).exists() && !has_bytes(&folder.join(FILE_NAME));
    match look(folder) {
        Ok(Holds::Nothing) => Ok(()),
        Ok(Holds::Desk) => Err(Error::internal(format!(
            "{} holds a desk already: name an empty or a new folder with --data; nothing was changed",
            folder.display()
        ))),
        Err(_) if is_left => Ok(()),
        Err(error) => Err(error),
    }
}

/// Says that there is no desk.
fn no_desk(folder: &Path) -> Error {
    Error::internal(format!(
        "there is no desk in {}: name its folder with --data, or begin one there with pocketdesk serve",
        folder.display()
    ))
}

/// The folder's lock: held by the one process that serves it, or makes what is in it. The
/// kernel lets it go when the process ends, however it ends.
pub struct FolderLock(#[expect(dead_code, reason = "held for its drop")] File);

impl FolderLock {
    /// Takes the folder for this process alone; makes it where it is missing.
    pub fn take(folder: &Path) -> Result<Self> {
        make_private(folder)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(folder.join(LOCK))
            .map_err(|error| unusable(folder, &error))?;
        take_lock(&file).map_err(|_| {
            Error::internal(format!(
                "another pocketdesk is serving the folder {}: stop it first, or name another folder with --data",
                folder.display()
            ))
        })?;
        Ok(Self(file))
    }

    /// Whether another process holds the folder.
    pub fn is_held(folder: &Path) -> Result<bool> {
        match File::open(folder.join(LOCK)) {
            Ok(file) => Ok(file.try_lock_shared().is_err()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(unusable(folder, &error)),
        }
    }
}

/// Takes the lock; whoever only looks whether it is held has it for a moment.
fn take_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..3 {
        if file.try_lock().is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    file.try_lock()
}

/// Makes the folder, which only we may enter, where it is missing.
pub fn make_private(folder: &Path) -> Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| unusable(folder, &error))
}

/// A folder that the system does not let us use, in a sentence that says what to do.
fn unusable(folder: &Path, error: &std::io::Error) -> Error {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "make room on its disk",
        ErrorKind::ReadOnlyFilesystem => "its file system is read-only; mount it for writing",
        _ => "give it to the user that pocketdesk runs as",
    };
    Error::internal(format!(
        "the folder {} cannot be used ({error}): {remedy}, or name another with --data",
        folder.display()
    ))
}

fn has_bytes(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|found| found.len() > 0)
}

/// What of a desk stands in a folder without a database.
fn orphan(folder: &Path) -> std::io::Result<Option<&'static str>> {
    if has_bytes(&folder.join(KEY_FILE)) {
        return Ok(Some(KEY_FILE));
    }
    if has_bytes(&folder.join(format!("{FILE_NAME}-wal"))) {
        return Ok(Some("the log of a database"));
    }
    let attachments = folder.join(ATTACHMENTS);
    let holds_files = attachments.is_dir() && holds_files(&attachments, 3)?;
    Ok(holds_files.then_some("attachments"))
}

/// Whether there is a file so many folders deep.
fn holds_files(folder: &Path, depth: usize) -> std::io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_type()?.is_dir() {
            return Ok(true);
        }
        if depth > 0 && holds_files(&entry.path(), depth - 1)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first thing in the folder, by name, that is none of ours.
fn first_foreign(folder: &Path) -> std::io::Result<Option<String>> {
    let mut foreign = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_known = name.starts_with(OWN_PREFIX)
            || [ATTACHMENTS, KEY_FILE, OF_THE_FILE_SYSTEM].contains(&name.as_str());
        if !is_known {
            foreign.push(name);
        }
    }
    foreign.sort_unstable();
    Ok(foreign.into_iter().next())
}

/// The key's file, where a desk is whose key must be there: what was sealed with it opens with
/// no other.
pub fn expect_key(folder: &Path) -> Result<()> {
    let key = folder.join(KEY_FILE);
    if key.try_exists().context("looking for secret.key")? {
        return Ok(());
    }
    Err(Error::internal(format!(
        "{} is missing: put it back from a backup, for no other opens what is sealed in this desk; nothing was changed",
        key.display()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            File::create(path).unwrap().write_all(b"x").unwrap();
        }
        folder
    }

    #[test]
    fn a_folder_is_a_desks_or_empty_or_refused() {
        for (files, expected) in [
            (&[][..], Ok(Holds::Nothing)),
            (&["pocketdesk.lock", "lost+found/x"], Ok(Holds::Nothing)),
            (&["pocketdesk.db", "notes.txt"], Ok(Holds::Desk)),
            (&["notes.txt"], Err("notes.txt")),
            (&[".profile"], Err(".profile")),
            (&["secret.key"], Err("secret.key")),
            (&["attachments/aa/bb/cc"], Err("attachments")),
            (&["attachments/trash/cc"], Err("attachments")),
            (&["pocketdesk.db-wal"], Err("the log")),
            (&["restore.unfinished/pocketdesk.db"], Err("restore again")),
        ] {
            let folder = folder_with(files);
            match (look(folder.path()), expected) {
                (Ok(found), Ok(wanted)) => assert_eq!(found, wanted, "{files:?}"),
                (Err(error), Err(word)) => {
                    assert!(error.to_string().contains(word), "{files:?}: {error}");
                }
                (found, _) => panic!("{files:?}: {found:?}"),
            }
        }
        let folder = folder_with(&[]);
        fs::create_dir_all(folder.path().join("attachments/incoming")).unwrap();
        assert_eq!(look(folder.path()).unwrap(), Holds::Nothing);
        assert_eq!(look(&folder.path().join("new")).unwrap(), Holds::Nothing);
        let file = folder_with(&["desk"]);
        let error = look(&file.path().join("desk")).unwrap_err();
        assert!(error.to_string().contains("not a folder"), "{error}");
    }
}
