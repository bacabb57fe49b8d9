//! Files on their way in: streamed to disk, counted and hashed as they come.

use std::io::{ErrorKind, Read, Write};

use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::disk::private_temp;
use super::{Files, INCOMING};
use crate::base::error::{Error, Message, Result};

/// How much is read at a time.
pub(super) const CHUNK: usize = 64 << 10;

/// What is kept in memory for telling the type.
pub(super) const HEAD: usize = 8 << 10;

/// A file that has arrived whole and is not kept yet. Dropped, it is gone.
#[derive(Debug)]
pub struct Incoming {
    file: NamedTempFile,
    hash: String,
    size: u64,
    head: Vec<u8>,
}

impl Files {
    /// Takes in all that `reader` gives. More than `max` bytes is [`Error::TooLarge`],
    /// found before the rest is read; a file that arrived in part leaves nothing behind.
    pub fn receive(&self, reader: &mut dyn Read, max: u64) -> Result<Incoming> {
        let mut file = private_temp(&self.root().join(INCOMING))?;
        let mut hasher = Sha256::new();
        let mut head = Vec::new();
        let mut size: u64 = 0;
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = match reader.read(&mut chunk) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let bytes = &chunk[..count];
            size = size.saturating_add(count as u64);
            if size > max {
                return Err(Error::TooLarge(Message::new("error.too_large")));
            }
            file.write_all(bytes)?;
            hasher.update(bytes);
            head.extend_from_slice(&bytes[..count.min(HEAD - head.len())]);
        }
        Ok(Incoming {
            file,
            hash: hex::encode(hasher.finalize()),
            size,
            head,
        })
    }
}

impl Incoming {
    /// The first 8 KiB, for [`content_type`](super::content_type).
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Bytes in all.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// All bytes, of a file that is known to be small.
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.reopen()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Its content's SHA-256 in hex.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// A failed sync is final: the system may have dropped the bytes, and a second try
    /// may claim what is not so.
    pub(super) fn sync(&self) -> Result<()> {
        Ok(self.file.as_file().sync_all()?)
    }

    pub(super) fn into_file(self) -> NamedTempFile {
        self.file
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::store;
    use super::*;
    use proptest::prelude::*;

    /// Gives its bytes in pieces of the given length, with an interruption before each.
    struct Trickle<'a> {
        rest: &'a [u8],
        piece: usize,
        interrupted: bool,
    }

    impl Read for Trickle<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(ErrorKind::Interrupted.into());
            }
            let count = self.rest.len().min(self.piece).min(buffer.len());
            buffer[..count].copy_from_slice(&self.rest[..count]);
            self.rest = &self.rest[count..];
            Ok(count)
        }
    }

    fn left_behind(files: &Files) -> usize {
        std::fs::read_dir(files.root().join(INCOMING))
            .unwrap()
            .count()
    }

    #[test]
    fn one_byte_too_many_is_too_large_and_leaves_nothing() {
        let (_folder, files) = store();
        let bytes = vec![7; 100_000];
        let whole = files.receive(&mut &bytes[..], 100_000).unwrap();
        assert_eq!(whole.size(), 100_000);
        assert_eq!(left_behind(&files), 1);
        drop(whole);
        let error = files.receive(&mut &bytes[..], 99_999).unwrap_err();
        assert!(matches!(error, Error::TooLarge(message) if message.key == "error.too_large"));
        assert_eq!(left_behind(&files), 0);
    }

    #[test]
    fn a_reader_that_fails_leaves_nothing() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(ErrorKind::ConnectionReset.into())
            }
        }
        let (_folder, files) = store();
        assert!(files.receive(&mut b"begun".chain(Broken), 100).is_err());
        assert_eq!(left_behind(&files), 0);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn content_does_not_depend_on_how_it_comes(
            bytes in proptest::collection::vec(any::<u8>(), 0..30_000),
            piece in 1usize..20_000,
        ) {
            let (_folder, files) = store();
            let mut trickle = Trickle { rest: &bytes, piece, interrupted: false };
            let incoming = files.receive(&mut trickle, 30_000).unwrap();
            prop_assert_eq!(incoming.size(), bytes.len() as u64);
            prop_assert_eq!(incoming.head(), &bytes[..bytes.len().min(HEAD)]);
            let stored = files.keep(incoming).unwrap();
            prop_assert_eq!(&stored.hash, &hex::encode(Sha256::digest(&bytes)));
            let path = files.root().join(files.path(&stored.hash).unwrap());
            prop_assert_eq!(std::fs::read(path).unwrap(), bytes);
        }
    }
}
