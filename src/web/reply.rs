//! What goes back: a status, headers and a body, or the name of a stored file.

use std::path::PathBuf;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Header names as they are to be written, with values free of CR, LF and NUL.
    pub headers: Vec<(String, String)>,
    /// The bytes, or where they are.
    pub body: Body,
}

/// The body of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// These bytes.
    Bytes(Vec<u8>),
    /// A stored file, by its path below the folder of attachments; the gate sends
    /// it from disk, with ranges, so that a slow reader never holds a worker.
    File(PathBuf),
}
