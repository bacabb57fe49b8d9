//! Images that the desk shows to everybody: PNG or JPEG by their content, within limits of
//! bytes and of pixels, told from their heads. No pixel is decoded here, and so a bomb of a
//! picture harms nobody here; its head must say that it harms no browser either.

use super::{Incoming, content_type};
use crate::base::error::{Message, Result};

/// What an image may be.
#[derive(Debug, Clone, Copy)]
pub struct ImageLimits {
    /// The most bytes.
    pub bytes: u64,
    /// The most pixels in either direction.
    pub pixels: u32,
}

/// What an image says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// `image/png` or `image/jpeg`.
    pub content_type: &'static str,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

impl Image {
    /// The image that an uploaded file is, or what is wrong with it.
    pub fn read(file: &Incoming, limits: ImageLimits) -> Result<Result<Self, Message>> {
        if file.size() > limits.bytes {
            let kibibytes = limits.bytes / 1024;
            return Ok(Err(Message::new("input.image_bytes").with("max", kibibytes)));
        }
        // The size of a JPEG stands behind what a camera says of it, which may be long.
        let image = Self::of(&file.bytes()?);
        Ok(match image {
            None => Err("input.image".into()),
            Some(image) if image.width.max(image.height) > limits.pixels => {
                Err(Message::new("input.image_pixels").with("max", limits.pixels))
            }
            Some(image) => Ok(image),
        })
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        // The name is left out: it would tell kinds of text apart, nothing else.
        let content_type = content_type(bytes, "");
        let (width, height) = match content_type {
            "image/png" => png_size(bytes)?,
            "image/jpeg" => jpeg_size(bytes)?,
            _ => return None,
        };
        (width > 0 && height > 0).then_some(Self {
            content_type,
            width,
            height,
        })
    }
}

/// The size in the first chunk of a PNG, which is `IHDR` with 13 bytes (PNG 1.2, 11.2.2),
/// of a file that has its last chunk too.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    bytes.ends_with(b"IEND\xae\x42\x60\x82").then_some(())?;
    let number = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    Some((number(0)?, number(4)?))
}

/// The size in the frame header of a JPEG (ITU T.81, B.2.2): the segments before it are
/// walked over by their lengths.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        // Any number of fill bytes may stand before a marker.
        let at = rest.iter().position(|byte| *byte != 0xff)?;
        if at == 0 {
            return None;
        }
        let (marker, behind) = (rest[at], &rest[at + 1..]);
        let length = usize::from(u16::from_be_bytes(behind.get(..2)?.try_into().ok()?));
        if is_frame(marker) {
            let size = |at: usize| {
                let two: [u8; 2] = behind.get(at..at + 2)?.try_into().ok()?;
                Some(u32::from(u16::from_be_bytes(two)))
            };
            return Some((size(5)?, size(3)?));
        }
        // Markers that stand alone, and the scan, have no place before the frame.
        if length < 2 || matches!(marker, 0x01 | 0xd0..=0xda) {
            return None;
        }
        rest = behind.get(length..)?;
    }
}

/// Whether a marker begins a frame: SOF0 to SOF15 but for the tables among them.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes.extend(b"\x08\x06\0\0\0\0\0\0\0\0\0\0\0IEND\xae\x42\x60\x82");
        bytes
    }

    /// With what a camera says in front, of this length.
    fn jpeg(width: u16, height: u16, camera: usize) -> Vec<u8> {
        let mut bytes = b"\xff\xd8\xff\xe1".to_vec();
        bytes.extend(u16::try_from(camera + 2).unwrap().to_be_bytes());
        bytes.extend(vec![0xff; camera]);
        // A table, whose marker lies among those of frames; then fill bytes and the frame.
        bytes.extend(b"\xff\xc4\0\x04ab\xff\xff\xff\xc2\0\x0b\x08");
        bytes.extend(height.to_be_bytes());
        bytes.extend(width.to_be_bytes());
        bytes.extend(b"\x01\x11\0\xff\xda");
        bytes
    }

    fn size(bytes: &[u8]) -> Option<(u32, u32)> {
        Image::of(bytes).map(|image| (image.width, image.height))
    }

    #[test]
    fn sizes_are_read_from_heads() {
        assert_eq!(size(&png(300, 200)), Some((300, 200)));
        assert_eq!(size(&jpeg(300, 200, 0)), Some((300, 200)));
        assert_eq!(size(&jpeg(300, 200, 60_000)), Some((300, 200)));
        assert_eq!(Image::of(&png(1, 1)).unwrap().content_type, "image/png");
        assert_eq!(
            Image::of(&jpeg(1, 1, 9)).unwrap().content_type,
            "image/jpeg"
        );
    }

    #[test]
    fn what_is_no_whole_image_is_none() {
        let (png, jpeg) = (png(3, 2), jpeg(3, 2, 9));
        let refused: [&[u8]; 11] = [
            b"",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
            b"GIF89a\x03\0\x02\0",
            b"RIFF\0\0\0\0WEBPVP8 ",
            b"\x89PNG\r\n\x1a\n",
            &png[..png.len() - 1],
            b"\x89PNG\r\n\x1a\n\0\0\0\x0dIDAT\0\0\0\x03\0\0\0\x02IEND\xae\x42\x60\x82",
            b"\xff\xd8\xff",
            &jpeg[..jpeg.len() - 8],
            b"\xff\xd8\xff\xda\0\x04ab\xff\xc0\0\x0b\x08\0\x02\0\x03",
            b"\xff\xd8\xff\xe0\0\x01\xff\xc0\0\x0b\x08\0\x02\0\x03",
        ];
        for bytes in refused {
            assert_eq!(size(bytes), None, "{bytes:?}");
        }
        assert_eq!(size(&super::tests::png(0, 2)), None);
        assert_eq!(size(&super::tests::jpeg(3, 0, 9)), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(
            head in proptest::sample::select(vec![&b"\xff\xd8\xff"[..], b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"]),
            rest in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let _ = size(&[head, &rest].concat());
        }

        #[test]
        fn every_size_comes_back(width in 1u16.., height in 1u16.., camera in 0usize..2_000) {
            let (wide, high) = (u32::from(width), u32::from(height));
            prop_assert_eq!(size(&png(wide, high)), Some((wide, high)));
            prop_assert_eq!(size(&jpeg(width, height, camera)), Some((wide, high)));
        }
    }
}
