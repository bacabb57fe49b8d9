//! The files of a theme: images by their content and size, and a style sheet that is text.

use std::collections::HashSet;

use super::ImageName;
use super::store::ThemeImage;
use crate::base::error::{Faults, Message, Result};
use crate::base::files::{Files, Image, ImageLimits};
use crate::web::extract::FileFields;
use crate::web::input::{self, Upload};

/// The field of the style sheet.
const SHEET: &str = "customCSS";

/// The most bytes of a style sheet.
pub(super) const SHEET_BYTES: usize = 64 << 10;

impl ImageName {
    /// What an image of this name may be; as small as it is shown, several times over.
    fn limits(self) -> ImageLimits {
        let (kibibytes, pixels) = match self {
            Self::Logo => (512, 2_048),
            Self::Favicon => (128, 512),
            Self::Banner => (2_048, 4_096),
        };
        ImageLimits {
            bytes: kibibytes << 10,
            pixels,
        }
    }
}

/// The files that came, images kept in the store already.
#[derive(Default)]
pub(super) struct ThemeFiles {
    images: Vec<(ImageName, ThemeImage)>,
    custom_css: Option<String>,
}

impl ThemeFiles {
    /// The image that came under this name.
    pub(super) fn image(&self, name: ImageName) -> Option<&ThemeImage> {
        let found = self.images.iter().find(|(one, _)| *one == name);
        found.map(|(_, image)| image)
    }

    /// The style sheet that came.
    pub(super) fn custom_css(self) -> Option<String> {
        self.custom_css
    }
}

impl FileFields for ThemeFiles {
    const FIELDS: &'static [&'static str] = &["logo", "favicon", "banner", SHEET];

    fn read(uploads: Vec<Upload>, store: &Files) -> Result<Self> {
        let mut faults = Faults::default();
        let mut files = Self::default();
        let mut fields = HashSet::new();
        let mut images: Vec<((ImageName, Image), Upload)> = Vec::new();
        for upload in uploads {
            let field = upload.field.clone();
            let judged = match ImageName::from_code(&field) {
                _ if !fields.insert(field.clone()) => Err("theme.one_file".into()),
                None => sheet(&upload)?.map(|text| files.custom_css = Some(text)),
                Some(name) => Image::read(&upload.incoming, name.limits())?
                    .map(|image| images.push(((name, image), upload))),
            };
            if let Err(fault) = judged {
                faults.add(field, fault);
            }
        }
        faults.or_invalid()?;
        let (judged, uploads): (Vec<_>, Vec<_>) = images.into_iter().unzip();
        let kept = input::keep(uploads, store)?;
        files.images = judged
            .into_iter()
            .zip(kept)
            .map(|((name, image), kept)| {
                let image = ThemeImage {
                    content_type: image.content_type.to_owned(),
                    width: image.width,
                    height: image.height,
                    size: kept.size,
                    hash: kept.hash,
                };
                (name, image)
            })
            .collect();
        Ok(files)
    }
}

/// The text of an uploaded style sheet, or what is wrong with it.
fn sheet(upload: &Upload) -> Result<Result<String, Message>> {
    if upload.incoming.size() > SHEET_BYTES as u64 {
        let kibibytes = SHEET_BYTES >> 10;
        return Ok(Err(Message::new("theme.sheet_bytes").with("max", kibibytes)));
    }
    let text = String::from_utf8(upload.incoming.bytes()?);
    Ok(text
        .ok()
        .filter(|text| !text.contains('\0'))
        .ok_or_else(|| "theme.sheet_is_no_text".into()))
}
