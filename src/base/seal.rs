//! Values sealed at rest, by XChaCha20-Poly1305 under the key in `secret.key`: whoever
//! has the database and not the key reads nothing. What is sealed for one place does
//! not open in another. Whose values these are, and who may read them, is not known here.

use std::path::Path;
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::error::{Context, Error, Result};
use super::files::write_new;

/// The name of the key's file in the data folder: 32 random bytes, for its owner alone.
pub const KEY_FILE: &str = "secret.key";

/// The first byte of everything sealed: which key it was sealed with. One so far.
const KEY_ID: u8 = 1;

/// Bytes of a nonce. So many are drawn at random without ever meeting again.
const NONCE: usize = 24;

/// Seals and opens. Clones share the key; printing one shows nothing of it.
#[derive(Clone)]
pub struct Sealer(Arc<Keys>);

/// What is made of the key in the file, one for each use of it.
struct Keys {
    cipher: XChaCha20Poly1305,
    fingerprint: Hmac<Sha256>,
}

/// Where a sealed value stands: it opens nowhere else, so that nobody who can write to
/// the database can show one customer the value of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedCell {
    /// The table.
    pub table: &'static str,
    /// The id of the row that the value belongs to.
    pub row: i64,
    /// The id of the field.
    pub field: i64,
}

impl SealedCell {
    /// The place as bytes; no two places have the same.
    fn bytes(self) -> Vec<u8> {
        format!("{}/{}/{}", self.table, self.row, self.field).into_bytes()
    }
}

impl Sealer {
    /// Reads the folder's key, and makes one where there is none yet.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join(KEY_FILE);
        if !path.exists() {
            let fresh: [u8; 32] = rand::random();
            // Somebody else may have been first; the key that is there counts.
            write_new(&path, &fresh)?;
        }
        let bytes = std::fs::read(&path).context("reading secret.key")?;
        let key: [u8; 32] = bytes.try_into().map_err(|_| {
            Error::internal(
                "secret.key does not hold a key of 32 bytes: put the right file back from a backup",
            )
        })?;
        let mut fingerprint = keyed(&key)?;
        fingerprint.update(b"fingerprint");
        let fingerprint = keyed(&fingerprint.finalize().into_bytes())?;
        Ok(Self(Arc::new(Keys {
            cipher: XChaCha20Poly1305::new(&Key::from(key)),
            fingerprint,
        })))
    }

    /// What tells these parts from any others, for whoever has the key: what is kept of
    /// something that may hold a password, so that nobody can try passwords against it.
    pub fn fingerprint(&self, parts: &[&[u8]]) -> Vec<u8> {
        let mut fingerprint = self.0.fingerprint.clone();
        for part in parts {
            // With its length before it, no part runs into the next.
            fingerprint.update(&part.len().to_be_bytes());
            fingerprint.update(part);
        }
        fingerprint.finalize().into_bytes().to_vec()
    }

    /// The text sealed for its place: the key's id, the nonce, what was encrypted.
    pub fn seal(&self, place: SealedCell, text: &str) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload {
            msg: text.as_bytes(),
            aad: &place.bytes(),
        };
        let encrypted = self
            .0
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("a value could not be sealed"))?;
        let mut sealed = Vec::with_capacity(1 + NONCE + encrypted.len());
        sealed.push(KEY_ID);
        sealed.extend(nonce);
        sealed.extend(encrypted);
        Ok(sealed)
    }

    /// The text that was sealed for this place under this key. Fails for anything else.
    pub fn unseal(&self, place: SealedCell, sealed: &[u8]) -> Result<String> {
        let opened = self.decrypt(place, sealed);
        opened.ok_or_else(|| {
            Error::internal(
                "a sealed value does not open: it was changed, moved, or sealed with another secret.key",
            )
        })
    }

    fn decrypt(&self, place: SealedCell, sealed: &[u8]) -> Option<String> {
        let (&key_id, rest) = sealed.split_first()?;
        let (nonce, encrypted) = rest.split_at_checked(NONCE)?;
        if key_id != KEY_ID {
            return None;
        }
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload {
            msg: encrypted,
            aad: &place.bytes(),
        };
        let opened = self.0.cipher.decrypt(&XNonce::from(nonce), payload).ok()?;
        String::from_utf8(opened).ok()
    }
}

fn keyed(key: &[u8]) -> Result<Hmac<Sha256>> {
    Hmac::new_from_slice(key).map_err(|_| Error::internal("a key of this length makes no HMAC"))
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::os::unix::fs::MetadataExt;

    const HERE: SealedCell = SealedCell {
        table: "custom_field_value",
        row: 12,
        field: 3,
    };

    fn sealer() -> (tempfile::TempDir, Sealer) {
        let folder = tempfile::tempdir().unwrap();
        let sealer = Sealer::open(folder.path()).unwrap();
        (folder, sealer)
    }

    #[test]
    fn the_key_is_private_and_kept() {
        let (folder, sealer) = sealer();
        let path = folder.path().join(KEY_FILE);
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        let bytes = sealer.seal(HERE, "kept").unwrap();
        let again = Sealer::open(folder.path()).unwrap();
        assert_eq!(again.unseal(HERE, &bytes).unwrap(), "kept");
        assert_eq!(format!("{again:?}"), "Sealer(***)");
    }

    #[test]
    fn a_value_opens_in_its_place_and_under_its_key_alone() {
        let (_folder, own) = sealer();
        let bytes = own.seal(HERE, "secret").unwrap();
        let (_other_folder, other) = sealer();
        assert!(other.unseal(HERE, &bytes).is_err());
        for elsewhere in [
            SealedCell { row: 1, ..HERE },
            SealedCell { field: 4, ..HERE },
            SealedCell { table: "x", ..HERE },
            // The same digits, parted otherwise.
            SealedCell {
                row: 1,
                field: 23,
                ..HERE
            },
        ] {
            assert!(own.unseal(elsewhere, &bytes).is_err(), "{elsewhere:?}");
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        write_new(&folder.path().join(KEY_FILE), b"short").unwrap();
        assert!(Sealer::open(folder.path()).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn every_text_comes_back_and_is_nowhere_to_be_read(text in ".{4,60}") {
            let (_folder, sealer) = sealer();
            let bytes = sealer.seal(HERE, &text).unwrap();
            prop_assert!(!bytes.windows(text.len()).any(|part| part == text.as_bytes()));
            prop_assert_ne!(&sealer.seal(HERE, &text).unwrap(), &bytes);
            prop_assert_eq!(sealer.unseal(HERE, &bytes).unwrap(), text);
        }

        #[test]
        fn whatever_was_changed_does_not_open(at in 0usize..200, bit in 0u8..8, cut in 0usize..60) {
            let (_folder, sealer) = sealer();
            let bytes = sealer.seal(HERE, "a value").unwrap();
            let mut changed = bytes.clone();
            let at = at % changed.len();
            changed[at] ^= 1 << bit;
            prop_assert!(sealer.unseal(HERE, &changed).is_err());
            let cut = cut.min(bytes.len() - 1);
            prop_assert!(sealer.unseal(HERE, &bytes[..cut]).is_err());
        }
    }

    #[test]
    fn a_fingerprint_is_of_its_key_and_of_its_parts() {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let [one, other] = folders
            .each_ref()
            .map(|it| Sealer::open(it.path()).unwrap());
        let of = |sealer: &Sealer, parts: &[&str]| {
            let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
            sealer.fingerprint(&parts)
        };
        assert_eq!(of(&one, &["ab", "c"]), of(&one, &["ab", "c"]));
        assert_ne!(of(&one, &["ab", "c"]), of(&one, &["a", "bc"]));
        assert_ne!(of(&one, &["ab", "c"]), of(&other, &["ab", "c"]));
    }
}
