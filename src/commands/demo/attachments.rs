//! Small files to hang on messages, made up on the spot: a picture, a log, a document.

use std::fmt::Write;

use rand::RngExt;

use super::conversations::Paper;
use super::words::Dice;

/// A file's bytes, of the kind that is asked for.
pub(super) fn make(paper: Paper, dice: &mut Dice) -> Vec<u8> {
    match paper {
        Paper::Picture => picture(dice),
        Paper::Log => log(dice).into_bytes(),
        Paper::Document => document(dice).into_bytes(),
    }
}

/// A name such as a phone, an app or an office would give.
pub(super) fn name(paper: Paper, dice: &mut Dice) -> String {
    let number = dice.random_range(1000..9999);
    match paper {
        Paper::Picture => format!("IMG_{number}.png"),
        Paper::Log => format!("crane-app-{number}.log"),
        Paper::Document => format!("kettle-and-crane-{number}.pdf"),
    }
}

const WIDTH: u16 = 96;
const HEIGHT: u16 = 72;

/// A soft slope of two colours, as PNG.
fn picture(dice: &mut Dice) -> Vec<u8> {
    let mut colour = || -> [i32; 3] { std::array::from_fn(|_| dice.random_range(60..230)) };
    let (from, to) = (colour(), colour());
    let (steps, mut rows) = (i32::from(WIDTH + HEIGHT), Vec::new());
    for y in 0..HEIGHT {
        // Each row begins with the number of its filter: none.
        rows.push(0);
        for x in 0..WIDTH {
            let step = i32::from(x + y);
            let mix = |at: usize| from[at] + (to[at] - from[at]) * step / steps;
            rows.extend([0, 1, 2].map(|at| mix(at).to_le_bytes()[0]));
        }
    }
    png(&rows)
}

/// PNG of true-colour rows that carry their filter bytes (RFC 2083), stored without compression.
fn png(rows: &[u8]) -> Vec<u8> {
    let mut header = Vec::new();
    header.extend(u32::from(WIDTH).to_be_bytes());
    header.extend(u32::from(HEIGHT).to_be_bytes());
    // Eight bits a channel, red green blue; the only compression and filter methods; no interlace.
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &zlib(rows));
    chunk(&mut png, *b"IEND", &[]);
    png
}

fn chunk(png: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    let body = [&kind[..], data].concat();
    let length = u32::try_from(data.len()).unwrap_or(u32::MAX);
    png.extend(length.to_be_bytes());
    png.extend(&body);
    png.extend(crc32(&body).to_be_bytes());
}

/// A zlib stream (RFC 1950) of one stored block.
fn zlib(data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    let mut stream = vec![0x78, 0x01, 0x01];
    stream.extend(length.to_le_bytes());
    stream.extend((!length).to_le_bytes());
    stream.extend(data);
    stream.extend(adler32(data).to_be_bytes());
    stream
}

fn adler32(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

/// The check sum of PNG's chunks.
fn crc32(data: &[u8]) -> u32 {
    let sum = data.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    });
    !sum
}

/// What an app sends when it finds no kettle.
fn log(dice: &mut Dice) -> String {
    let mut log = String::from("crane-app 5.2.0 (build 1180)\n");
    let mut millis = dice.random_range(10_000..90_000);
    let steps = [
        "bluetooth: on, permission granted",
        "scan: started",
        "scan: found HERON-K, signal -61",
        "pair: sending key",
        "pair: refused, peer knows another key",
        "pair: giving up after 3 tries",
        "scan: stopped",
    ];
    for step in steps {
        millis += dice.random_range(40..2_400);
        // Writing to a text cannot fail.
        let _ = writeln!(log, "[{:>3}.{:03}] {step}", millis / 1000, millis % 1000);
    }
    log
}

/// A page of PDF with three lines on it.
fn document(dice: &mut Dice) -> String {
    let number = dice.random_range(20_000..29_999);
    let text = format!(
        "BT /F1 20 Tf 60 760 Td (Kettle & Crane) Tj /F1 12 Tf 0 -40 Td (Document {number}) Tj \
         0 -20 Td (Thank you for your order.) Tj ET"
    );
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}\nendstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (at, object) in objects.iter().enumerate() {
        let _ = writeln!(table, "{:010} 00000 n ", pdf.len());
        let _ = write!(pdf, "{} 0 obj\n{object}\nendobj\n", at + 1);
    }
    let (start, count) = (pdf.len(), objects.len() + 1);
    let _ = write!(
        pdf,
        "xref\n0 {count}\n{table}trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    );
    pdf
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::files;
    use rand::SeedableRng;

    #[test]
    fn check_sums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn each_paper_is_what_it_says() {
        let mut dice = Dice::seed_from_u64(1);
        for (paper, kind) in [
            (Paper::Picture, "image/png"),
            (Paper::Log, "text/plain"),
            (Paper::Document, "application/pdf"),
        ] {
            let (bytes, name) = (make(paper, &mut dice), name(paper, &mut dice));
            assert_eq!(files::content_type(&bytes, &name), kind);
        }
    }

    #[test]
    fn the_table_of_a_document_points_at_its_objects() {
        let pdf = document(&mut Dice::seed_from_u64(1));
        let table = pdf.rsplit_once("xref\n0 ").unwrap().1;
        let entries = pdf[pdf.find("65535 f \n").unwrap()..]
            .lines()
            .skip(1)
            .take(5);
        for (at, entry) in entries.enumerate() {
            let offset: usize = entry[..10].parse().unwrap();
            assert!(
                pdf[offset..].starts_with(&format!("{} 0 obj", at + 1)),
                "{table}"
            );
        }
    }
}
