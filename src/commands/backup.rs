//! `backup` and `restore`: a desk in one file, and back. The file is written aside, read again,
//! and only then gets its name; a folder has its database last, once everything else is in it.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::check::attachments::{Named, named};
use super::{say, settings};
use crate::app;
use crate::base::archive::{self, ArchiveWriter, Manifest};
use crate::base::data_folder::{self, ATTACHMENTS, FolderLock, RESTORING};
use crate::base::db::{self, Db, View};
use crate::base::error::{Context, Error, Result};
use crate::base::files::{self, Files};
use crate::base::seal::KEY_FILE;
use crate::base::time::Clock;
use crate::base::who::Caller;
use crate::config::Data;

/// What a backup is beside its name until it is whole.
const UNFINISHED: &str = "unfinished";

/// Writes a backup of the desk into `file`; a server may go on meanwhile.
pub(super) fn backup(data: &Data, file: &Path) -> Result<()> {
    let desk = app::open_db_for_reading(&settings(data))?;
    refuse_taken(file)?;
    let doing = || {
        format!(
            "writing the backup {} (make room, or name another place)",
            file.display()
        )
    };
    let aside = Aside::take(file)?;
    let copy = aside.folder.join(db::FILE_NAME);
    desk.copy_to(&copy).context(doing())?;
    let (schema, needed) = look_at(&aside.folder)?;
    let archive = aside.folder.join("backup.tar");
    let store = Files::at(data.data.join(ATTACHMENTS));
    let manifest = Manifest::new(schema, Clock::System.now());
    let mut writer = ArchiveWriter::begin(BufWriter::new(private_file(&archive)?), manifest);
    add_file(&mut writer, db::FILE_NAME, &copy).context(doing())?;
    add_file(&mut writer, KEY_FILE, &data.data.join(KEY_FILE)).context(doing())?;
    for (hash, size) in needed.files.keys() {
        let name = attachment_name(hash)?;
        match whole_attachment(&store, hash, *size)? {
            Some(content) => {
                let size = content.metadata()?.len();
                writer.add(&name, size, content).context(doing())?;
            }
            None => writer.note_missing(&name),
        }
    }
    let (written, manifest) = writer.finish().context(doing())?;
    let written = written.into_inner().context(doing())?;
    written.sync_all().context(doing())?;
    // Read from the disk, as a restore would: what is not whole never gets the name.
    let again = archive::read(&File::open(&archive)?, &mut |_, _| Ok(()))?;
    if again != manifest {
        return Err(Error::internal(
            "the backup was read as another than was written",
        ));
    }
    give_name(&archive, file)?;
    say(&format!("{}: {}", file.display(), contents(&manifest)))?;
    complain_of_missing(&manifest)
}

/// Proves that a backup is whole and that its database opens; restores nothing.
pub(super) fn check(file: &Path) -> Result<()> {
    let beside = parent(file);
    let folder = tempfile::tempdir_in(beside).or_else(|_| tempfile::tempdir())?;
    let manifest = unpack_database(file, folder.path())?;
    prove_files(file, folder.path(), &manifest)?;
    say(&format!(
        "{} is whole: {}",
        file.display(),
        contents(&manifest)
    ))
}

/// Makes the desk of a backup in a folder that holds nothing.
pub(super) fn restore(data: &Data, file: &Path) -> Result<()> {
    let folder = &data.data;
    data_folder::expect_room_to_restore(folder)?;
    // All of it is proved before anything is made.
    archive::read(&open(file)?, &mut |_, _| Ok(())).map_err(|error| of_file(file, &error))?;
    let _lock = FolderLock::take(folder)?;
    data_folder::expect_room_to_restore(folder)?;
    let aside = folder.join(RESTORING);
    if aside.exists() {
        fs::remove_dir_all(&aside).context("removing what an earlier restore left")?;
        let _ = fs::remove_file(folder.join(KEY_FILE));
    }
    fs::DirBuilder::new().mode(0o700).create(&aside)?;
    let manifest = unpack_database(file, &aside)?;
    prove_files(file, &aside, &manifest)?;
    unpack_rest(file, folder)?;
    let database = folder.join(db::FILE_NAME);
    // An empty one may stand there, which is none.
    fs::rename(aside.join(db::FILE_NAME), &database).context("naming the database")?;
    File::open(folder)?.sync_all()?;
    fs::remove_dir_all(&aside).context("removing what is left of the restore")?;
    let shown = folder.display();
    say(&format!(
        "restored {} into {shown}: {}",
        file.display(),
        contents(&manifest)
    ))?;
    say(&format!("serve it with: pocketdesk serve --data '{shown}'"))
}

/// A folder beside the backup, for what is not whole yet. One that a kill has left is begun anew.
struct Aside {
    folder: PathBuf,
    _lock: File,
}

impl Aside {
    fn take(file: &Path) -> Result<Self> {
        let mut name = file.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{UNFINISHED}"));
        let folder = file.with_file_name(name);
        let doing = || {
            format!(
                "writing beside {} (name a place that this user may write to)",
                file.display()
            )
        };
        let made = fs::DirBuilder::new().mode(0o700).create(&folder);
        if !folder.is_dir() {
            made.context(doing())?;
        }
        let lock = File::open(&folder).context(doing())?;
        lock.try_lock().map_err(|_| {
            Error::internal(format!(
                "another backup into {} is under way: wait for it",
                file.display()
            ))
        })?;
        for entry in fs::read_dir(&folder)? {
            fs::remove_file(entry?.path()).context(doing())?;
        }
        Ok(Self {
            folder,
            _lock: lock,
        })
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next backup of this name.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Gives what is whole its name, durably.
fn give_name(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).context(format!("naming the backup {}", to.display()))?;
    File::open(parent(to))?.sync_all()?;
    Ok(())
}

/// A name that something else than a backup has is not taken from it.
fn refuse_taken(file: &Path) -> Result<()> {
    let Ok(found) = fs::metadata(file) else {
        return Ok(());
    };
    if found.is_file()
        && (found.len() == 0 || archive::begins_as_archive(&open(file)?, db::FILE_NAME)?)
    {
        return Ok(());
    }
    Err(Error::internal(format!(
        "{} is there already and is no backup: name another file",
        file.display()
    )))
}

fn private_file(path: &Path) -> Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    file.context(format!("making {}", path.display()))
}

fn open(file: &Path) -> Result<File> {
    File::open(file).context(format!(
        "reading {} (name a backup that is there)",
        file.display()
    ))
}

fn parent(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn add_file(writer: &mut ArchiveWriter<impl Write>, name: &str, path: &Path) -> Result<()> {
    let file = File::open(path).context(format!("reading {}", path.display()))?;
    writer.add(name, file.metadata()?.len(), file)
}

fn attachment_name(hash: &str) -> Result<String> {
    Ok(format!("{ATTACHMENTS}/{}", files::relative_path(hash)?))
}

/// The file of an attachment where it is whole; the sweeper may have it in its trash already.
fn whole_attachment(store: &Files, hash: &str, size: i64) -> Result<Option<File>> {
    let Ok(size) = u64::try_from(size) else {
        return Ok(None);
    };
    if store.verify(hash, size)?.is_none() {
        return store.reader(hash).map(Some);
    }
    store.reader_in_trash(hash, size)
}

/// The schema of the database in a folder, which nobody serves, and the files that it needs.
fn look_at(folder: &Path) -> Result<(i64, Named)> {
    let (desk, schema) = Db::open_copy(app::db_settings(&settings(&Data {
        data: folder.to_owned(),
    })))?;
    let named = desk.read(&Caller::desk(), |view| {
        refuse_damage(view)?;
        named(view)
    })?;
    Ok((schema, named))
}

/// Fails where the pages of a database are damaged.
fn refuse_damage(view: &View<'_>) -> Result<()> {
    let found: String = view.one("PRAGMA quick_check(1)", [])?;
    if found == "ok" {
        return Ok(());
    }
    Err(Error::internal(format!(
        "the database is damaged ({}): pocketdesk check says where, and an older backup may be whole",
        found.replace('\n', " ")
    )))
}

/// Takes the database out of a backup into a folder; the rest is proved and left.
fn unpack_database(file: &Path, folder: &Path) -> Result<Manifest> {
    let target = folder.join(db::FILE_NAME);
    let unpacked = archive::read(&open(file)?, &mut |name, content| {
        if name == db::FILE_NAME {
            let mut database = private_file(&target)?;
            std::io::copy(content, &mut database).context("writing the database (make room)")?;
            database.sync_all()?;
        }
        Ok(())
    });
    unpacked.map_err(|error| of_file(file, &error))
}

/// Fails unless the backup has every file that its database names, but for those that it says
/// were missing, and nothing else.
fn prove_files(file: &Path, folder: &Path, manifest: &Manifest) -> Result<()> {
    let (_, needed) = look_at(folder).map_err(|error| of_file(file, &error))?;
    let mut expected: BTreeSet<String> = [db::FILE_NAME, KEY_FILE].map(str::to_owned).into();
    for (hash, _) in needed.files.keys() {
        expected.insert(attachment_name(hash)?);
    }
    let there: BTreeSet<String> = manifest
        .files
        .keys()
        .chain(&manifest.missing)
        .cloned()
        .collect();
    match expected.symmetric_difference(&there).next() {
        None => Ok(()),
        Some(name) => Err(of_file(
            file,
            &Error::internal(format!("it does not agree with its database on {name}")),
        )),
    }
}

/// Takes key and attachments out of a backup into the folder.
fn unpack_rest(file: &Path, folder: &Path) -> Result<()> {
    let store = Files::open(folder.join(ATTACHMENTS))?;
    let read = archive::read(&open(file)?, &mut |name, content| {
        if name == KEY_FILE {
            let mut key = Vec::new();
            content.take(1 << 10).read_to_end(&mut key)?;
            files::write_new(&folder.join(KEY_FILE), &key)?;
        } else if name != db::FILE_NAME {
            let stored = store.keep(store.receive(content, u64::MAX)?)?;
            if attachment_name(&stored.hash)? != name {
                return Err(Error::internal(format!(
                    "{name} has the name of another content"
                )));
            }
        }
        Ok(())
    });
    read.map(drop).map_err(|error| of_file(file, &error))
}

fn of_file(file: &Path, error: &Error) -> Error {
    Error::internal(format!("{}: {}", file.display(), super::sentence(error)))
}

/// What is in a backup, in words.
fn contents(manifest: &Manifest) -> String {
    let attachments = manifest.files.len().saturating_sub(2);
    let bytes: u64 = manifest.files.values().map(|sum| sum.size).sum();
    let missing = match manifest.missing.len() {
        0 => String::new(),
        count => format!(", without {count} attachments that were missing or damaged"),
    };
    format!(
        "database of schema {}, key and {attachments} attachments, {bytes} bytes{missing}",
        manifest.schema
    )
}

/// A backup without all that belongs to the desk is there, and its command has failed: whoever
/// reads nothing but exit codes learns of it.
fn complain_of_missing(manifest: &Manifest) -> Result<()> {
    match manifest.missing.len() {
        0 => Ok(()),
        count => Err(Error::internal(format!(
            "the backup is there, but {count} attachments are missing or damaged in the desk itself: pocketdesk check names them"
        ))),
    }
}
