//! Pictures that decorate what others see: PNG or JPEG by their content, whatever they are
//! called, and never larger than a page can bear.

use crate::base::db::{FromRow, Row};
use crate::base::error::{Error, Message, Result};
use crate::base::files;
use crate::web::input::Kept;
use crate::web::reply::Download;

/// The largest picture, in MiB.
const LARGEST_MIB: i64 = 2;

/// The kinds of pictures that are taken: none of them can hold a script.
const KINDS: [&str; 2] = ["image/png", "image/jpeg"];

/// The one picture among the files of a body, whatever field it came in; what is wrong
/// with it is said of `field`. An empty file is what a browser sends where none was chosen.
pub fn uploaded(files: Vec<Kept>, field: &'static str) -> Result<Option<Kept>> {
    let mut chosen = files.into_iter().filter(|file| file.size > 0);
    let Some(picture) = chosen.next() else {
        return Ok(None);
    };
    if chosen.next().is_some() {
        return Err(Error::invalid(field, "picture.only_one"));
    }
    if !KINDS.contains(&picture.content_type.as_str()) {
        return Err(Error::invalid(field, "picture.unknown_kind"));
    }
    if picture.size > LARGEST_MIB << 20 {
        let message = Message::new("picture.too_large").with("max", LARGEST_MIB);
        return Err(Error::invalid(field, message));
    }
    Ok(Some(picture))
}

/// A picture as a row names it.
#[derive(Debug)]
pub struct Picture {
    name: String,
    content_type: String,
    hash: String,
}

impl FromRow for Picture {
    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            name: row.get("name")?,
            content_type: row.get("content_type")?,
            hash: row.get("hash")?,
        })
    }
}

impl Picture {
    /// The picture as a download: a page may show it, and nothing in it runs.
    pub fn download(self) -> Result<Download> {
        Ok(Download {
            path: files::relative_path(&self.hash)?.into(),
            name: self.name,
            content_type: self.content_type,
            etag: self.hash,
        })
    }
}
