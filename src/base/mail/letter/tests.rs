//! Mails as programs write them, taken apart; cut anywhere; and whole corpora on demand.

use super::*;
use proptest::prelude::*;

fn letter(text: &str) -> Letter {
    parse(text.replace('\n', "\r\n").as_bytes()).unwrap()
}

fn with(head: &str, body: &[u8]) -> Letter {
    let head = format!("From: a@b.org\r\n{head}\r\n\r\n");
    parse(&[head.as_bytes(), body].concat()).unwrap()
}

const MIXED: &str = "From ada@example.com Tue Dec  1 12:00:00 2026
From: =?utf-8?q?Byron=2C_Ada?= <ada@example.com>
From: second@example.com
To: help@example.com, \"B\" <b@example.com>
Delivered-To: help@example.com
Return-Path: <>
Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
 again
Date: Tue, 01 Dec 2026 12:00:00 +0100
Message-ID: <one@x>
Message-ID: <two@x>
References: <r@x> <s@x>
In-Reply-To: <s@x>
Content-Type: multipart/mixed; boundary=o

--o
Content-Type: multipart/alternative; boundary=i

--i
Content-Type: text/plain; charset=utf-8

Hello
--i
Content-Type: multipart/related; boundary=r

--r
Content-Type: text/html

<p>Hello <img src=\"cid:p@x\"></p>
--r
Content-Type: image/png; name=p.png
Content-ID: <p@x>
Content-Transfer-Encoding: base64

iVBORw==
--r--
--i--
--o
Content-Type: message/rfc822

Subject: inner
From: c@d.org

inner text
--o
Content-Type: application/pdf
Content-Disposition: attachment; filename=\"../a.pdf\"

%PDF
--o--
";

#[test]
fn a_mail_is_taken_apart() {
    let read = letter(MIXED);
    assert_eq!(read.from.len(), 1);
    assert_eq!(read.from[0].to_string(), "\"Byron, Ada\" <ada@example.com>");
    assert_eq!((read.to.len(), read.delivered_to.len()), (2, 1));
    assert_eq!(read.return_path.as_deref(), Some(""));
    assert_eq!(read.subject, "Grüße again");
    assert_eq!(read.date, Some(1_796_122_800));
    assert_eq!(read.message_id.as_deref(), Some("one@x"));
    assert_eq!(
        (read.references, read.in_reply_to),
        (vec!["r@x".into(), "s@x".into()], vec!["s@x".into()])
    );
    assert_eq!(read.body.plain.as_deref(), Some("Hello"));
    assert!(read.body.html.unwrap().contains("cid:p@x"));
    let parts: Vec<_> = read
        .parts
        .iter()
        .map(|part| (part.name.as_str(), part.is_inline))
        .collect();
    assert_eq!(
        parts,
        [("p.png", true), ("inner.eml", false), ("a.pdf", false)]
    );
    assert_eq!(read.parts[0].bytes, b"\x89PNG");
    assert_eq!(
        read.parts[1].bytes,
        b"Subject: inner\r\nFrom: c@d.org\r\n\r\ninner text"
    );
    assert_eq!(read.media_type, "multipart/mixed");
}

#[test]
fn text_is_read_in_whatever_charset_it_came() {
    for (head, body, text) in [
        ("X: y", b"M\xfcller".as_slice(), "Müller"),
        (
            "Content-Type: text/plain; charset=nonsense",
            b"M\xfcller",
            "Müller",
        ),
        (
            "Content-Type: text/plain; charset=utf-8",
            b"M\xfcller \x80",
            "Müller €",
        ),
        (
            "Content-Type: text/plain; charset=iso-8859-1",
            "Müller".as_bytes(),
            "Müller",
        ),
        (
            "Content-Type: text/plain; charset=iso-8859-2",
            b"\xe8esk\xfd",
            "český",
        ),
        (
            "Content-Type: text/plain; charset=gb2312",
            b"\xd6\xd0",
            "中",
        ),
        (
            "Content-Type: text/plain; charset=iso-2022-jp",
            b"\x1b$BF|K\\\x1b(B",
            "日本",
        ),
        ("Content-Type: text/plain; charset=utf-7", b"+AOQ-", "ä"),
        (
            "Content-Type: text/plain; charset=latin1\r\nContent-Transfer-Encoding: quoted-printable",
            b"=80=FC",
            "€ü",
        ),
        (
            "Content-Type: text/plain; charset=wrong\r\nContent-Transfer-Encoding: base64",
            b"TfxsbGVy",
            "Müller",
        ),
    ] {
        assert_eq!(with(head, body).body.plain.as_deref(), Some(text), "{head}");
    }
    let html = with("Content-Type: text/html", b"<meta charset=iso-8859-2>\xe8");
    assert!(html.body.html.unwrap().ends_with('č'));
    let letter = with("Subject: M\u{fffd}", b"");
    assert_eq!(letter.subject, "M\u{fffd}");
    assert_eq!(parse(b"Subject: M\xfcller\n\n").unwrap().subject, "Müller");
}

#[test]
fn what_is_missing_is_missing() {
    assert_eq!(parse(b"").unwrap_err(), Unreadable::NoHeaders);
    assert_eq!(parse(b"\r\n\r\nhello").unwrap_err(), Unreadable::NoHeaders);
    let many = format!("To: {}\n\nx", "a@b.org,".repeat(10_001));
    assert_eq!(parse(many.as_bytes()).unwrap_err().reason(), "too_complex");
    let bare = parse(b"Subject: only").unwrap();
    assert_eq!(
        (bare.subject.as_str(), bare.body, bare.from.len()),
        ("only", Body::default(), 0)
    );
}

#[test]
fn bodies_of_mixed_parts_are_joined() {
    let read = letter(
        "From: a@b.org\nContent-Type: multipart/mixed; boundary=o\n\n--o\n\none\n--o\nContent-Type: image/png; name=p.png\nContent-Disposition: inline\n\nx\n--o\nContent-Type: text/html\n\n<b>two</b>\n--o\nContent-Type: text/plain; name=log.txt\n\nlog\n--o--\n",
    );
    let html = read.body.html.unwrap();
    assert!(
        html.starts_with("one") && html.contains("<b>two</b>"),
        "{html}"
    );
    let names: Vec<_> = read.parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["p.png", "log.txt"]);
}

#[test]
fn the_hash_of_a_body_is_of_its_lines() {
    let hash = |text: &str| parse(text.as_bytes()).unwrap().body_hash;
    assert_eq!(hash("A: b\r\n\r\nx\r\ny\r\n\r\n"), hash("C: d\n\nx\ny"));
    assert_ne!(hash("A: b\n\nx y"), hash("A: b\n\nx\ny"));
}

#[test]
fn html_beyond_measure_is_a_file() {
    let html = format!("<p>word</p>{}", "<!-- -->".repeat(300_000));
    let read = with("Content-Type: text/html", html.as_bytes());
    assert_eq!(read.body.html, None);
    assert_eq!(read.parts[0].bytes.len(), html.len());
    assert!(read.body.plain.is_some());
}

proptest! {
    #[test]
    fn every_cut_is_read(at in 0..MIXED.len(), bytes: Vec<u8>) {
        let _ = parse(&MIXED.as_bytes()[..at]);
        let _ = parse(&bytes);
    }
}

/// Whoever has mails lays them into a folder and names it. What `mail-parser` panics on is
/// counted; what we do ourselves must not.
#[test]
#[ignore = "reads the folder that POCKETDESK_MAIL_CORPUS names"]
#[expect(clippy::print_stdout, reason = "the figures are what it is run for")]
fn corpora_are_read_whole_and_cut() {
    let root = std::env::var("POCKETDESK_MAIL_CORPUS").unwrap();
    let mut folders = vec![std::path::PathBuf::from(root)];
    let (mut mails, mut read, mut held, mut panics) = (0, 0, 0, Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let raw = std::fs::read(&path).unwrap();
            mails += 1;
            for variant in variants(&raw) {
                match std::panic::catch_unwind(|| parse(&variant).is_ok()) {
                    Ok(true) => read += 1,
                    Ok(false) => held += 1,
                    Err(_) => panics.push(path.clone()),
                }
            }
        }
    }
    println!("{mails} mails, {read} variants read, {held} held, panics in {panics:?}");
    panics.dedup();
    assert!(mails > 0 && panics.len() * 50 <= mails);
}

/// Whole, with LF, with CRLF, and cut at 50 lengths.
fn variants(raw: &[u8]) -> Vec<Vec<u8>> {
    let lf: Vec<u8> = raw.iter().copied().filter(|byte| *byte != b'\r').collect();
    let crlf = lf
        .split(|byte| *byte == b'\n')
        .collect::<Vec<_>>()
        .join(&b"\r\n"[..]);
    let cuts = (1..=50).map(|at| raw[..raw.len() * at / 51].to_vec());
    [raw.to_vec(), lf, crlf].into_iter().chain(cuts).collect()
}
