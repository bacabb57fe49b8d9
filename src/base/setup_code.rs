//! The one-time code that the console shows where a desk has no owner yet. Whoever
//! reads the console may make the first owner in a browser; nobody else can.

use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The code's hash, in the memory of this process alone: a new start has a new code.
/// Clones share it.
#[derive(Debug, Clone, Default)]
pub struct SetupCode(Arc<OnceLock<[u8; 32]>>);

impl SetupCode {
    /// A new code of 256 bits, for the one time that it is shown; nothing if there was one already.
    pub fn issue(&self) -> Option<String> {
        let bits: [u8; 32] = rand::random();
        let code = hex::encode(bits);
        self.0.set(hash(&code)).ok().map(|()| code)
    }

    /// Whether this is the code. Without one nothing is.
    pub fn is(&self, code: &str) -> bool {
        self.0
            .get()
            .is_some_and(|known| known.ct_eq(&hash(code)).into())
    }
}

fn hash(code: &str) -> [u8; 32] {
    Sha256::digest(code.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_that_was_issued_is_the_code() {
        let code = SetupCode::default();
        assert!(!code.is(""));
        let shown = code.clone().issue().unwrap();
        assert_eq!(shown.len(), 64);
        assert!(code.is(&shown));
        assert!(!code.is(&shown[1..]));
        assert!(!code.is(""));
        assert_eq!(code.issue(), None);
        assert!(code.is(&shown));
    }
}
