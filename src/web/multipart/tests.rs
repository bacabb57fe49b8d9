//! Bodies as they come in the wild, and contents that look like delimiters.

use std::io::Read;

use proptest::prelude::*;

use super::*;

/// A body that comes in reads of so many bytes.
struct Drip<'a> {
    rest: &'a [u8],
    step: usize,
}

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.step.min(buffer.len()).min(self.rest.len());
        let (now, rest) = self.rest.split_at(length);
        buffer[..length].copy_from_slice(now);
        self.rest = rest;
        Ok(length)
    }
}

/// Name, file name and content.
type Seen = (String, Option<String>, Vec<u8>);

/// Room for no more headers than those below, lest the search for the first delimiter read
/// the whole of a small body at once.
const NARROW: usize = 100;

fn parts(body: &[u8], boundary: Option<&str>, step: usize) -> Result<Vec<Seen>> {
    parts_within(Limits::default(), body, boundary, step)
}

fn parts_within(
    limits: Limits,
    body: &[u8],
    boundary: Option<&str>,
    step: usize,
) -> Result<Vec<Seen>> {
    let mut reader = Reader::new(Drip { rest: body, step }, boundary, limits);
    let mut seen = Vec::new();
    while let Some(mut part) = reader.next_part()? {
        let mut content = Vec::new();
        if part.filename.is_some() {
            part.read_to_end(&mut content)?;
        } else {
            content = part.text()?.into_bytes();
        }
        seen.push((part.name, part.filename, content));
    }
    Ok(seen)
}

fn narrowly(body: &[u8], boundary: &str, step: usize) -> Result<Vec<Seen>> {
    let limits = Limits {
        head: NARROW,
        ..Limits::default()
    };
    parts_within(limits, body, Some(boundary), step)
}

/// The parts in one line, the same at every size of reads: `name=value`, `name<file=content`.
fn told(body: &str) -> String {
    let mut told = Vec::new();
    for step in [1, 2, 3, 7, 64, 1 << 20] {
        let seen = narrowly(body.as_bytes(), "b", step).unwrap();
        let words = seen.iter().map(|(name, filename, content)| {
            let file = filename
                .as_ref()
                .map_or(String::new(), |name| format!("<{name}"));
            format!("{name}{file}={}", String::from_utf8_lossy(content))
        });
        told.push(words.collect::<Vec<_>>().join("|"));
    }
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
    told.swap_remove(0)
}

fn failure<T>(result: Result<T>) -> String {
    result
        .err()
        .map_or("no failure".into(), |error| error.to_string())
}

const A: &str = "Content-Disposition: form-data; name=\"a\"";
const F: &str = "Content-Disposition: form-data; name=\"f\"; filename=\"x.txt\"";

#[test]
fn bodies_as_they_come() {
    for (what, body, expected) in [ends_and_heads(), line_ends(), blank_and_short()].concat() {
        assert_eq!(told(&body), expected, "{what}");
    }
}

/// What it is, the body, and the parts that are seen in it.
type Case = (&'static str, String, &'static str);

fn ends_and_heads() -> Vec<Case> {
    vec![
        (
            "well formed",
            format!(
                "--b\r\n{A}\r\n\r\n1\r\n--b\r\n{F}\r\nContent-Type: text/plain\r\n\r\nhi\r\n\r\n--b--\r\n"
            ),
            "a=1|f<x.txt=hi\r\n",
        ),
        (
            "no closing delimiter",
            format!("--b\r\n{A}\r\n\r\n1\r\n--b\r\n{F}\r\n\r\nhi\r\n"),
            "a=1|f<x.txt=hi",
        ),
        (
            "no closing delimiter, no line end",
            format!("--b\r\n{F}\r\n\r\nhi"),
            "f<x.txt=hi",
        ),
        (
            "no closing delimiter, a file's own line end",
            format!("--b\r\n{F}\r\n\r\nhi\n"),
            "f<x.txt=hi\n",
        ),
        (
            "half a closing delimiter",
            format!("--b\r\n{F}\r\n\r\nhi\r\n--b-"),
            "f<x.txt=hi",
        ),
        (
            "ends in an empty part",
            format!("--b\r\n{A}\r\n\r\n1\r\n--b\r\n"),
            "a=1",
        ),
        (
            "ends in an empty part with a blank line",
            format!("--b\r\n{A}\r\n\r\n1\r\n--b\r\n\r\n"),
            "a=1",
        ),
        (
            "ends in an empty part, closed",
            format!("--b\r\n{A}\r\n\r\n1\r\n--b\r\n--b--\r\n"),
            "a=1",
        ),
        (
            "part without headers",
            format!("--b\r\n\r\nlost\r\n--b\r\n{A}\r\n\r\n1\r\n--b--"),
            "a=1",
        ),
        (
            "part without headers and blank line",
            format!("--b\r\nlost\r\n--b\r\n{A}\r\n\r\n1\r\n--b--"),
            "a=1",
        ),
        (
            "text around",
            format!("hello\r\n--\r\n--b\r\n{A}\r\n\r\n1\r\n--b--\r\n--b\r\n{A}\r\n\r\n2\r\n"),
            "a=1",
        ),
        (
            "text right behind",
            format!("--b\r\n{A}\r\n\r\n1\r\n--b--bye"),
            "a=1",
        ),
    ]
}

fn line_ends() -> Vec<Case> {
    vec![
        (
            "stray blank lines",
            format!("--b\r\n{A}\r\n\r\n\r\n\r\n1\r\n2\r\n\r\n\r\n--b--"),
            "a=1\r\n2",
        ),
        (
            "bare line feeds",
            format!("--b\n{A}\n\n1\n--b\n{F}\n\nhi\r\n--b--\n"),
            "a=1|f<x.txt=hi\r",
        ),
        (
            "line feed before one delimiter",
            format!("--b\r\n{A}\n\n1\n--b\r\n{F}\r\n\r\nhi\n--b--\n"),
            "a=1|f<x.txt=hi",
        ),
        (
            "padding",
            format!("--b \t\r\n{A}\r\n\r\n1\r\n--b  \r\n{A}\r\n\r\n2\r\n--b--"),
            "a=1|a=2",
        ),
    ]
}

fn blank_and_short() -> Vec<Case> {
    vec![
        (
            "empty values",
            format!("--b\r\n{A}\r\n\r\n\r\n--b\r\n{A}\r\n\r\n--b\r\n{A}\r\n--b--"),
            "a=|a=|a=",
        ),
        ("headers at the end", format!("--b\r\n{A}"), "a="),
        (
            "no file chosen",
            format!(
                "--b\r\n{}\r\n\r\n\r\n--b\r\n{A}\r\n\r\n1\r\n--b--",
                F.replace("x.txt", "")
            ),
            "a=1",
        ),
        (
            "a file without a name",
            format!("--b\r\n{}\r\n\r\nhi\r\n--b--", F.replace("x.txt", "")),
            "f<=hi",
        ),
        (
            "an empty file",
            format!("--b\r\n{F}\r\n\r\n\r\n--b--"),
            "f<x.txt=",
        ),
        (
            "a file without a field",
            "--b\r\nContent-Disposition: attachment; filename=x\r\n\r\nhi\r\n--b--".into(),
            "<x=hi",
        ),
        (
            "a longer word is no delimiter",
            format!("--b\r\n{F}\r\n\r\n\r\n--bc\r\n--b.\r\n-\r\n--\r\n--b--"),
            "f<x.txt=\r\n--bc\r\n--b.\r\n-\r\n--",
        ),
        ("nothing", String::new(), ""),
        ("blank", "\r\n\r\n".into(), ""),
        ("closed at once", "--b--".into(), ""),
    ]
}

#[test]
fn the_body_knows_its_boundary_best() {
    let body = format!("\r\n--real\r\n{A}\r\n\r\n1\r\n--real--\r\n");
    for declared in [Some("real"), Some("wrong"), Some("--real"), None] {
        let seen = parts(body.as_bytes(), declared, 5).unwrap();
        assert_eq!(seen, [("a".into(), None, b"1".to_vec())], "{declared:?}");
    }
}

#[test]
fn what_no_part_can_be_made_of_is_refused() {
    let far = format!("{}\r\n--b\r\n{A}\r\n\r\n1\r\n--b--", "x".repeat(9000));
    let long_head = format!("--b\r\n{A}\r\nX: {}\r\n\r\n1\r\n--b--", "x".repeat(9000));
    let long_boundary = format!("--{}\r\n{A}\r\n\r\n1", "x".repeat(71));
    for body in [
        "a=1&b=2",
        "--",
        far.as_str(),
        long_head.as_str(),
        long_boundary.as_str(),
    ] {
        let result = parts(body.as_bytes(), Some("b"), 100);
        assert_eq!(failure(result), "invalid: body: input.multipart; ");
    }
}

#[test]
fn parts_files_names_and_fields_are_bounded() {
    let body = |part: String, count: usize| format!("{}--b--", part.repeat(count)).into_bytes();
    let field = format!("--b\r\n{A}\r\n\r\n1\r\n");
    let file = format!("--b\r\n{F}\r\n\r\n1\r\n");
    let unnamed = "--b\r\n\r\n1\r\n".to_owned();
    let check = |body: Vec<u8>| failure(parts(&body, Some("b"), 4096));
    assert_eq!(check(body(field.clone(), 100)), "no failure");
    assert_eq!(
        check(body(field, 101)),
        "too large: input.too_many_parts|max=100"
    );
    assert_eq!(
        check(body(unnamed, 101)),
        "too large: input.too_many_parts|max=100"
    );
    assert_eq!(check(body(file.clone(), 20)), "no failure");
    assert_eq!(
        check(body(file, 21)),
        "too large: input.too_many_files|max=20"
    );
    let named = |length: usize| {
        format!(
            "--b\r\nContent-Disposition: form-data; name={}\r\n\r\n1\r\n",
            "n".repeat(length)
        )
    };
    assert_eq!(check(body(named(255), 1)), "no failure");
    assert_eq!(
        check(body(named(256), 1)),
        "too large: input.field_name_too_long|max=255"
    );
    let text = |length: usize| format!("--b\r\n{A}\r\n\r\n{}\r\n", "x".repeat(length));
    assert_eq!(check(body(text(5 << 20), 1)), "no failure");
    assert_eq!(
        check(body(text((5 << 20) + 1), 1)),
        "too large: input.field_too_large|max=5"
    );
}

#[test]
fn what_is_not_read_is_skipped() {
    let body = format!(
        "--b\r\n{F}\r\n\r\n{}\r\n--b\r\n{A}\r\n\r\n1\r\n--b--",
        "x".repeat(200_000)
    );
    let mut reader = Reader::new(body.as_bytes(), Some("b"), Limits::default());
    let mut some = [0; 10];
    let mut file = reader.next_part().unwrap().unwrap();
    assert_eq!(file.read(&mut some).unwrap(), 10);
    assert_eq!(reader.next_part().unwrap().unwrap().text().unwrap(), "1");
    assert!(reader.next_part().unwrap().is_none());
    assert!(reader.next_part().unwrap().is_none());
}

#[test]
fn a_body_that_breaks_off_with_an_error_fails() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }
    let body = format!("--b\r\n{A}\r\n\r\n1");
    let mut reader = Reader::new(
        body.as_bytes().chain(Broken),
        Some("b"),
        Limits {
            head: 8,
            ..Limits::default()
        },
    );
    assert!(reader.next_part().is_err());
}

/// Contents made of pieces of delimiters and line ends.
fn near_delimiters() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: &[&str] = &[
        "\r",
        "\n",
        "\r\n",
        "-",
        "--",
        "\r\n--",
        "\r\n--bound",
        "\r\n--boundar",
        "\n--bound",
        "--boundary",
        "\r\n--boundaryx",
        "\r\n--boundary.\r\n",
        "\r\n -",
        "x",
        "\0\u{ff}",
    ];
    let piece = prop_oneof![
        prop::sample::select(PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..5),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

/// Whether the content holds, by chance, what RFC 2046 forbids it to hold.
fn holds_delimiter(content: &[u8]) -> bool {
    let framed = [b"\n", content, b"\r\n"].concat();
    let found = memchr::memmem::find_iter(&framed, b"\n--boundary");
    found.map(|at| &framed[at + 11..]).any(|after| {
        let line = after.trim_ascii_start();
        after.starts_with(b"--") || line.len() < after.len() || after.is_empty()
    })
}

proptest! {
    #[test]
    fn files_come_through_exactly_at_every_size_of_reads(
        contents in prop::collection::vec(near_delimiters(), 1..4),
        line_end in prop::sample::select(&["\r\n", "\n"][..]),
        is_closed: bool,
    ) {
        prop_assume!(!contents.iter().any(|content| holds_delimiter(content)));
        let mut body = Vec::new();
        for content in &contents {
            let head = format!("--boundary{line_end}{F}{line_end}{line_end}");
            body.extend([head.as_bytes(), content, line_end.as_bytes()].concat());
        }
        if is_closed {
            body.extend(b"--boundary--");
        }
        for step in 1..=64 {
            let seen = narrowly(&body, "boundary", step).unwrap();
            let read: Vec<_> = seen.into_iter().map(|(_, _, content)| content).collect();
            prop_assert_eq!(&read, &contents, "in steps of {}", step);
        }
    }

    #[test]
    fn whatever_comes_nothing_panics_and_reads_do_not_matter(
        pieces in prop::collection::vec(prop::sample::select(&[
            "--b", "--b\r\n", "--b--", "\r\n", "\n", "\r", "-", ":", ";", "=", "\"", " ", A, F, "x", "--c\r\n",
        ][..]), 0..30),
        step in 1_usize..64,
    ) {
        let body = pieces.concat().into_bytes();
        let at_once = narrowly(&body, "b", usize::MAX).map_err(|error| error.to_string());
        let in_steps = narrowly(&body, "b", step).map_err(|error| error.to_string());
        prop_assert_eq!(at_once, in_steps);
    }
}
