//! The body of a request as one tree and some files, whatever it came as: JSON, a form
//! or multipart, judged by what it is and not only by what it is called.

use std::io::Read;

use serde_json::{Map, Value};

use super::extract::Uploads;
use super::form;
use super::multipart::{self, Limits};
use super::request::Request;
use crate::base::charset;
use crate::base::error::{Error, Message, Result};
use crate::base::files::{self, Files, Incoming};

/// The largest body that is read into memory: JSON or a form. Files go to disk.
const LARGEST_TEXT: u64 = 8 << 20;

/// The largest body of files, in bytes; the gate refuses larger requests before this does.
const LARGEST_FILE: u64 = 1 << 32;

/// A body that has been read.
#[derive(Debug)]
pub struct Input {
    /// Its fields.
    pub tree: Value,
    /// Its files, not yet kept.
    pub(super) uploads: Vec<Upload>,
    /// What tells its files from any others: the field, name and content hash of each.
    pub(super) files: Vec<[String; 3]>,
}

/// A file that has been received, and is gone again unless it is kept.
#[derive(Debug)]
pub struct Upload {
    /// The form field that it came in.
    pub field: String,
    /// The name that it came with.
    pub name: String,
    /// Its bytes.
    pub incoming: Incoming,
}

/// A file in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// The form field that it came in.
    pub field: String,
    /// The name that it came with.
    pub name: String,
    /// Its type, judged by its content.
    pub content_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// Where its bytes are: SHA-256 in hex.
    pub hash: String,
}

impl Default for Input {
    fn default() -> Self {
        Self {
            tree: Value::Object(Map::new()),
            uploads: Vec::new(),
            files: Vec::new(),
        }
    }
}

impl Input {
    /// Whether nothing was sent.
    pub(super) fn is_empty(&self) -> bool {
        self.uploads.is_empty() && self.tree.as_object().is_some_and(Map::is_empty)
    }

    /// Moves the files into the store, all of them durable when this returns.
    pub(super) fn keep_files(&mut self, store: &Files) -> Result<Uploads> {
        keep(std::mem::take(&mut self.uploads), store).map(Uploads)
    }
}

/// Moves files into the store, all of them durable when this returns.
pub fn keep(uploads: Vec<Upload>, store: &Files) -> Result<Vec<StoredFile>> {
    let mut named = Vec::new();
    let mut incoming = Vec::new();
    for upload in uploads {
        let content_type = files::content_type(upload.incoming.head(), &upload.name);
        named.push((upload.field, upload.name, content_type.to_string()));
        incoming.push(upload.incoming);
    }
    let stored = store.keep_all(incoming)?;
    let kept = named
        .into_iter()
        .zip(stored)
        .map(|((field, name, content_type), stored)| StoredFile {
            field,
            name,
            content_type,
            size: i64::try_from(stored.size).unwrap_or(i64::MAX),
            hash: stored.hash,
        });
    Ok(kept.collect())
}

/// Reads a body. An empty one is an empty object, whatever its header says.
pub(super) fn read(request: &mut Request<'_>, store: &Files) -> Result<Input> {
    let declared = request
        .header("content-type")
        .unwrap_or_default()
        .to_owned();
    if declared
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("multipart/form-data")
    {
        return read_parts(request, &declared, store);
    }
    let mut bytes = Vec::new();
    (&mut *request.body)
        .take(LARGEST_TEXT + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_TEXT {
        return Err(Error::TooLarge(Message::new("error.too_large")));
    }
    Ok(Input {
        tree: tree(&bytes, &declared)?,
        ..Input::default()
    })
}

fn tree(bytes: &[u8], declared: &str) -> Result<Value> {
    if bytes.trim_ascii().is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    // curl's default type says form, and what follows is JSON as often as not.
    if form::looks_like_json(bytes) {
        return form::json(bytes);
    }
    let kind = declared
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match kind.as_str() {
        "" | "application/x-www-form-urlencoded" | "text/plain" => {
            form::parse_in(bytes, charset::declared(declared))
        }
        kind if kind == "application/json" || kind.ends_with("+json") => form::json(bytes),
        _ => Err(Error::MediaType),
    }
}

fn read_parts(request: &mut Request<'_>, declared: &str, store: &Files) -> Result<Input> {
    let boundary = multipart::boundary(declared);
    let mut reader =
        multipart::Reader::new(&mut *request.body, boundary.as_deref(), Limits::default());
    let mut fields = form::Builder::default();
    let mut uploads = Vec::new();
    while let Some(mut part) = reader.next_part()? {
        let field = part.name.clone();
        if let Some(name) = part.filename.clone() {
            uploads.push(Upload {
                field,
                name: if name.is_empty() { "file".into() } else { name },
                incoming: store.receive(&mut part, LARGEST_FILE)?,
            });
        } else {
            let text = part.text()?;
            form::insert(
                &mut fields,
                &field,
                text.trim_matches(['\r', '\n']).to_owned(),
            )?;
        }
    }
    let identified = |upload: &Upload| {
        let hash = upload.incoming.hash().to_owned();
        [upload.field.clone(), upload.name.clone(), hash]
    };
    Ok(Input {
        tree: fields.finish(),
        files: uploads.iter().map(identified).collect(),
        uploads,
    })
}
