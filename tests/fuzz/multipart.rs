//! A multipart body is read alike in whatever pieces it arrives.

use std::io::{self, Read};

use pocketdesk::base::error::{Error, Result};
use pocketdesk::web::multipart::{Limits, Reader};

use crate::harness::fuzz;

const SEEDS: &[&[u8]] = &[
    b"--b\r\nContent-Disposition: form-data; name=\"reply\"\r\n\r\nhello\r\n--b\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nbytes\r\n--b--\r\n",
    b"--b\nContent-Disposition: form-data; name=x\n\nno end",
    b"stray\r\n--b\r\n\r\nno head\r\n--b\r\nContent-Disposition: form-data; name=\"f\"; filename*=utf-8''%41.bin\r\n\r\n\x00\xff\r\n--b",
];

const WORDS: &[&[u8]] = &[
    b"--b",
    b"--b\r\n",
    b"--b--",
    b"\r\n",
    b"\n",
    b"\r",
    b"\r\n\r\n",
    b"Content-Disposition: form-data; ",
    b"name=\"",
    b"filename=\"",
    b"; ",
    b"\"",
    b"\\\"",
    b"Content-Type: text/plain; charset=latin1",
    b"Content-Transfer-Encoding: base64",
    b"--",
    b"-",
    b"\0",
];

/// A body that comes in pieces of at most so many bytes.
struct Pieces<'a>(&'a [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(self.1);
        self.0.read(&mut buffer[..length])
    }
}

/// A part: its name, the name of its file, and its content.
type Part = (String, Option<String>, Vec<u8>);

#[test]
fn multipart() {
    fuzz("multipart", SEEDS, WORDS, |input| {
        let whole = parts(input, usize::MAX);
        for size in [1, 2, 3, 7, 61] {
            let pieces = parts(input, size);
            if pieces != whole {
                return Err(format!(
                    "in pieces of {size}: {pieces:?}, at once: {whole:?}"
                ));
            }
        }
        Ok(match whole {
            Ok(parts) => format!(
                "{} of {}",
                parts.iter().filter(|part| part.1.is_some()).count(),
                parts.len()
            ),
            Err(error) => error,
        })
    });
}

/// The parts, or what is wrong, in words.
fn parts(input: &[u8], size: usize) -> Result<Vec<Part>, String> {
    read(input, size).map_err(|error| error.to_string())
}

fn read(input: &[u8], size: usize) -> Result<Vec<Part>, Error> {
    let mut reader = Reader::new(Pieces(input, size), Some("b"), Limits::default());
    let mut parts = Vec::new();
    while let Some(mut part) = reader.next_part()? {
        let mut content = Vec::new();
        part.read_to_end(&mut content)?;
        parts.push((part.name.clone(), part.filename.clone(), content));
    }
    Ok(parts)
}
