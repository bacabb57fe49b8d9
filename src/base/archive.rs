//! A backup's one file: a tar archive that any system can look into, closed by a manifest with
//! the hash of every file in it, and by the hash of the manifest. What the files are is not known
//! here.
//!
//! Nothing that was cut or changed passes for whole: the manifest comes last, and the archive
//! ends where it says.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::{Error, Result};
use super::time::Timestamp;

/// The name of the list of what is in the archive, and of the entry with its hash.
const MANIFEST: &str = "manifest.json";
const MANIFEST_SUM: &str = "manifest.json.sha256";

/// The form of the archive; a later one that is read otherwise has another number.
const FORMAT: u32 = 1;

/// Archives are made of blocks, and end with two that are empty.
const BLOCK: u64 = 512;
const END: u64 = 2 * BLOCK;

/// A manifest is not longer than this, nor is its hash.
const LONGEST_MANIFEST: u64 = 1 << 30;

/// What is in an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// The version that made it.
    pub pocketdesk: String,
    /// The schema of its database.
    pub schema: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// Names of files that should be in it, and were not there any more when it was made.
    pub missing: Vec<String>,
    /// Size and hash of every file in it, by name.
    pub files: BTreeMap<String, Sum>,
}

/// What tells a file from every other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

impl Manifest {
    /// The manifest of an archive that is about to be written.
    pub fn new(schema: i64, created_at: Timestamp) -> Self {
        Self {
            format: FORMAT,
            pocketdesk: env!("CARGO_PKG_VERSION").to_owned(),
            schema,
            created_at,
            missing: Vec::new(),
            files: BTreeMap::new(),
        }
    }
}

/// An archive that is being written.
pub struct ArchiveWriter<W: Write> {
    tar: tar::Builder<W>,
    manifest: Manifest,
}

impl<W: Write> ArchiveWriter<W> {
    /// Begins an archive.
    pub fn begin(writer: W, manifest: Manifest) -> Self {
        Self {
            tar: tar::Builder::new(writer),
            manifest,
        }
    }

    /// Adds a file of so many bytes.
    pub fn add(&mut self, name: &str, size: u64, content: impl Read) -> Result<()> {
        let mut content = Hashed::of(content.take(size));
        self.append(name, size, &mut content)?;
        let sum = content.sum();
        if sum.size != size {
            return Err(Error::internal(format!(
                "{name} became shorter while it was read"
            )));
        }
        self.manifest.files.insert(name.to_owned(), sum);
        Ok(())
    }

    /// Notes that a file is not there.
    pub fn note_missing(&mut self, name: &str) {
        self.manifest.missing.push(name.to_owned());
    }

    /// Writes the manifest and the end.
    pub fn finish(mut self) -> Result<(W, Manifest)> {
        let manifest = serde_json::to_vec_pretty(&self.manifest)?;
        let sum = format!("{}  {MANIFEST}\n", hex::encode(Sha256::digest(&manifest)));
        self.append(MANIFEST, manifest.len() as u64, manifest.as_slice())?;
        self.append(MANIFEST_SUM, sum.len() as u64, sum.as_bytes())?;
        Ok((self.tar.into_inner()?, self.manifest))
    }

    fn append(&mut self, name: &str, size: u64, content: impl Read) -> Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(self.manifest.created_at.0).unwrap_or(0));
        self.tar.append_data(&mut header, name, content)?;
        Ok(())
    }
}

/// What is done with a file of an archive: its name, its content. What it leaves unread is
/// passed over.
pub type Take<'a> = &'a mut dyn FnMut(&str, &mut dyn Read) -> Result<()>;

/// Whether a file begins as an archive of ours does, and so may be replaced by a newer one.
pub fn begins_as_archive(mut file: &File, first: &str) -> Result<bool> {
    let mut name = vec![0; first.len() + 1];
    let read = file.read_exact(&mut name);
    Ok(read.is_ok() && name.strip_suffix(&[0]) == Some(first.as_bytes()))
}

/// Reads an archive to its end, hands out each file, and answers the manifest once everything
/// is proved to be as it was written. What was taken counts only then.
pub fn read(mut file: &File, take: Take<'_>) -> Result<Manifest> {
    file.seek(SeekFrom::Start(0))?;
    let length = file.metadata()?.len();
    let mut found = BTreeMap::new();
    let (mut manifest, mut end) = (None, None);
    let mut archive = tar::Archive::new(BufReader::with_capacity(1 << 18, file));
    for entry in archive.entries().map_err(torn)? {
        let mut entry = entry.map_err(torn)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        if end.is_some() {
            return Err(not_whole("something follows its end"));
        }
        match (name.as_str(), &manifest) {
            (MANIFEST, None) => manifest = Some(text(&mut entry)?),
            (MANIFEST_SUM, Some(manifest)) => {
                let sum = format!("{}  {MANIFEST}\n", hex::encode(Sha256::digest(manifest)));
                if text(&mut entry)? != sum.as_bytes() {
                    return Err(not_whole("its manifest is another"));
                }
                let padded = entry.size().next_multiple_of(BLOCK);
                end = Some(entry.raw_file_position() + padded + END);
            }
            (_, None) => {
                let mut content = Hashed::of(&mut entry);
                take(&name, &mut content)?;
                io::copy(&mut content, &mut io::sink()).map_err(torn)?;
                if found.insert(name, content.sum()).is_some() {
                    return Err(not_whole("a file is in it twice"));
                }
            }
            (name, _) => return Err(not_whole(format!("{name} follows its manifest"))),
        }
    }
    if end != Some(length) {
        return Err(not_whole("its end is missing"));
    }
    prove(&manifest.unwrap_or_default(), &found)
}

/// The manifest, where it names what was found and nothing else.
fn prove(manifest: &[u8], found: &BTreeMap<String, Sum>) -> Result<Manifest> {
    let manifest: Manifest = serde_json::from_slice(manifest)
        .map_err(|error| not_whole(format!("its manifest cannot be read: {error}")))?;
    if manifest.format != FORMAT {
        return Err(Error::internal(format!(
            "it is a backup of format {}, and this pocketdesk reads format {FORMAT}: use the newer pocketdesk that made it",
            manifest.format
        )));
    }
    let wrong = found
        .iter()
        .find(|(name, sum)| manifest.files.get(*name) != Some(sum))
        .map(|(name, _)| name);
    let lost = manifest
        .files
        .keys()
        .find(|name| !found.contains_key(*name));
    match wrong.or(lost) {
        None => Ok(manifest),
        Some(name) => Err(not_whole(format!("{name} is not as it was written"))),
    }
}

fn text(entry: &mut impl Read) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    entry
        .take(LONGEST_MANIFEST)
        .read_to_end(&mut text)
        .map_err(torn)?;
    Ok(text)
}

fn torn(error: io::Error) -> Error {
    not_whole(error.to_string())
}

fn not_whole(why: impl std::fmt::Display) -> Error {
    Error::internal(format!(
        "it is no whole backup ({why}): take another one; nothing was changed"
    ))
}

/// A reader that hashes what passes.
struct Hashed<R> {
    inner: R,
    hasher: Sha256,
    size: u64,
}

impl<R: Read> Hashed<R> {
    fn of(inner: R) -> Self {
        Self {
            inner,
            hasher: Sha256::new(),
            size: 0,
        }
    }

    fn sum(self) -> Sum {
        Sum {
            size: self.size,
            sha256: hex::encode(self.hasher.finalize()),
        }
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        self.size += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Vec<u8> {
        let mut writer = ArchiveWriter::begin(Vec::new(), Manifest::new(3, Timestamp(1_000_000)));
        for (name, content) in [("one", &b"1"[..]), ("two", b""), ("three", &[7; 700])] {
            writer.add(name, content.len() as u64, content).unwrap();
        }
        writer.note_missing("four");
        writer.finish().unwrap().0
    }

    fn read_back(bytes: &[u8]) -> Result<(Manifest, BTreeMap<String, Vec<u8>>)> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut taken = BTreeMap::new();
        let manifest = read(&file, &mut |name, content| {
            let mut bytes = Vec::new();
            content.read_to_end(&mut bytes)?;
            taken.insert(name.to_owned(), bytes);
            Ok(())
        })?;
        Ok((manifest, taken))
    }

    #[test]
    fn what_was_written_is_read() {
        let (manifest, taken) = read_back(&archive()).unwrap();
        assert_eq!(
            (manifest.schema, manifest.missing),
            (3, vec!["four".to_owned()])
        );
        assert_eq!(taken["one"], b"1");
        assert_eq!(taken["two"], b"");
        assert_eq!(taken["three"], [7; 700]);
        assert_eq!(manifest.files["three"].size, 700);
    }

    #[test]
    fn an_archive_that_was_cut_at_any_byte_or_goes_on_is_refused() {
        let whole = archive();
        for length in 0..whole.len() {
            assert!(
                read_back(&whole[..length]).is_err(),
                "{length} of {}",
                whole.len()
            );
        }
        for more in [&b"x"[..], &[0; 512], &whole] {
            assert!(read_back(&[&whole, more].concat()).is_err());
        }
    }

    /// Where a block is filled up, a byte stands for nothing.
    #[test]
    fn a_changed_byte_is_refused_or_changes_nothing() {
        let whole = archive();
        let (manifest, taken) = read_back(&whole).unwrap();
        let mut refused = 0;
        for at in 0..whole.len() {
            let mut changed = whole.clone();
            changed[at] ^= 0x21;
            match read_back(&changed) {
                Ok(read) => assert_eq!(read, (manifest.clone(), taken.clone()), "{at}"),
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 2_000, "{refused}");
    }
}
