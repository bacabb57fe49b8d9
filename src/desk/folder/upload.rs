//! The image that comes with a folder: judged by its content before it is kept.

use crate::base::error::{Error, Result};
use crate::base::files::{Files, Image, ImageLimits};
use crate::web::extract::FileFields;
use crate::web::input::{self, StoredFile, Upload};

/// The field of the image.
const FIELD: &str = "solutionImage";

/// What an image may be: as large as a banner.
const LIMITS: ImageLimits = ImageLimits {
    bytes: 2 << 20,
    pixels: 4_096,
};

/// The image that came, if one did, in the store already.
pub(super) struct FolderImage(pub(super) Option<StoredFile>);

impl FileFields for FolderImage {
    const FIELDS: &'static [&'static str] = &[FIELD];

    fn read(uploads: Vec<Upload>, store: &Files) -> Result<Self> {
        if uploads.len() > 1 {
            return Err(Error::invalid(FIELD, "input.one_file"));
        }
        for upload in &uploads {
            if let Err(message) = Image::read(&upload.incoming, LIMITS)? {
                return Err(Error::invalid(FIELD, message));
            }
        }
        Ok(Self(input::keep(uploads, store)?.pop()))
    }
}
