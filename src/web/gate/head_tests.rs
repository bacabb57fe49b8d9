//! Heads that are taken and heads that are refused.

use proptest::prelude::*;

use super::*;

const HOST: &str = "Host: desk.test\r\n";

fn head_of(text: &str) -> Result<Head<'_>, Refusal> {
    match find_end(text.as_bytes())? {
        Some(end) if end == text.len() => parse(text.as_bytes()),
        other => panic!("the end of {text:?} was found at {other:?}"),
    }
}

fn get_with(lines: &str) -> String {
    format!("GET / HTTP/1.1\r\n{HOST}{lines}\r\n")
}

#[test]
fn framing_is_read() {
    let table = [
        ("", Framing::Length(0)),
        ("Content-Length: 0\r\n", Framing::Length(0)),
        ("content-length:12 \r\n", Framing::Length(12)),
        (
            "Content-Length: 99999999999999999999999\r\n",
            Framing::Length(u64::MAX),
        ),
        ("Transfer-Encoding: chunked\r\n", Framing::Chunked),
        ("TRANSFER-ENCODING: Chunked\r\n", Framing::Chunked),
    ];
    for (lines, expected) in table {
        let text = get_with(lines);
        assert_eq!(
            head_of(&text).map(|head| head.framing),
            Ok(expected),
            "{lines}"
        );
    }
}

#[test]
fn whatever_could_be_read_in_two_ways_is_refused() {
    let table = [
        "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: 1\r\nContent-Length: 1\r\n",
        "Content-Length: 1, 1\r\n",
        "Content-Length: +1\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 1 1\r\n",
        "Content-Length: 0x1\r\n",
        "Content-Length: 1.0\r\n",
        "Content-Length:\r\n",
        "Content-Length : 1\r\n",
        " Content-Length: 1\r\n",
        "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding\t: chunked\r\n",
        "Host: desk.test\r\n",
        "Host: other.test\r\n",
        "X-A: b\r\n folded\r\n",
        "X-A: b\r\n\tfolded\r\n",
        "X-A: b\rc\r\n",
        "X-A: b\0c\r\n",
        "X-A: b\x01c\r\n",
        "X-A: b\x7fc\r\n",
        "X A: b\r\n",
        "X-A\r\n",
        ": b\r\n",
        "X(A): b\r\n",
        "X-\u{e9}: b\r\n",
        "Expect: 200-ok\r\n",
    ];
    for lines in table {
        let text = get_with(lines);
        assert!(head_of(&text).is_err(), "{lines:?}");
    }
}

#[test]
fn request_lines_are_strict() {
    let table = [
        "GET /\r\n",
        "GET  / HTTP/1.1\r\n",
        "GET / HTTP/1.1 \r\n",
        " GET / HTTP/1.1\r\n",
        "GET / HTTP/1.2\r\n",
        "GET / HTTP/2.0\r\n",
        "GET / http/1.1\r\n",
        "GET / HTTP/0.9\r\n",
        "GET\t/ HTTP/1.1\r\n",
        "G(T / HTTP/1.1\r\n",
        "GET a HTTP/1.1\r\n",
        "GET /a b HTTP/1.1\r\n",
        "PRI * HTTP/2.0\r\n",
        "TRACE / HTTP/1.1\r\n",
        "CONNECT desk.test:80 HTTP/1.1\r\n",
    ];
    for line in table {
        let text = format!("{line}{HOST}\r\n");
        assert!(head_of(&text).is_err(), "{line:?}");
    }
    assert!(head_of("GET / HTTP/1.1\r\nX: no host\r\n\r\n").is_err());
}

#[test]
fn bare_line_feeds_are_refused_at_once() {
    for text in [
        "GET / HTTP/1.1\nHost: a\n\n",
        "\n",
        "GET / HTTP/1.1\r\nHost: a\n",
        "GET / HTTP/1.1\r\n\n",
    ] {
        assert!(find_end(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn one_empty_line_may_come_first() {
    let text = format!("\r\n{}", get_with(""));
    assert!(head_of(&text).is_ok());
    assert!(find_end(format!("\r\n{text}").as_bytes()).is_err());
}

#[test]
fn sizes_are_limited() {
    let line = |length: usize| format!("GET /{} HTTP/1.1\r\n{HOST}\r\n", "a".repeat(length));
    assert!(head_of(&line(8 * 1024 - 20)).is_ok());
    assert!(find_end(line(8 * 1024).as_bytes()).is_err());
    assert!(find_end(&[b'a'; 8 * 1024 + 3]).is_err());

    let headers = |count: usize| get_with(&"X-A: b\r\n".repeat(count));
    assert!(head_of(&headers(99)).is_ok());
    assert_eq!(
        head_of(&headers(100)),
        Err(Refusal::invalid("The request has more than 100 headers."))
    );

    let long = |length: usize| get_with(&format!("X-A: {}\r\n", "b".repeat(length)));
    assert!(head_of(&long(31 * 1024)).is_ok());
    assert!(find_end(long(33 * 1024).as_bytes()).is_err());
    assert!(find_end(&long(64 * 1024).as_bytes()[..40 * 1024]).is_err());
}

#[test]
fn connection_options_are_heard() {
    let table = [
        ("1.1", "", true),
        ("1.1", "Connection: close\r\n", false),
        ("1.1", "Connection: x, CLOSE\r\n", false),
        ("1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n", true),
        ("1.0", "", false),
        ("1.0", "Connection: Keep-Alive\r\n", true),
        ("1.0", "Connection: keep-alive, close\r\n", false),
    ];
    for (version, lines, expected) in table {
        let text = format!("GET / HTTP/{version}\r\n{HOST}{lines}\r\n");
        assert_eq!(
            head_of(&text).map(|head| head.keeps_alive),
            Ok(expected),
            "{text}"
        );
    }
}

#[test]
fn private_and_connection_headers_stay_outside() {
    let text = get_with(
        "Gate-Peer: 10.0.0.1\r\nGATE-FILE: a\r\nX-Request-Id: mine\r\nX-Forwarded-For: 1.2.3.4\r\n\
         Connection: close\r\nTE: chunked\r\nUpgrade: h2c\r\nAccept: */*\r\n",
    );
    let head = head_of(&text).expect("it is well formed");
    let names: Vec<&str> = head.headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["Host", "Accept"]);
    assert_eq!(head.forwarded_for, [b"1.2.3.4".as_slice()]);
}

proptest! {
    #[test]
    fn the_end_is_found_wherever_the_bytes_are_cut(cut in 0_usize..60) {
        let text = get_with("X-A: b\r\n");
        let cut = cut.min(text.len() - 1);
        prop_assert_eq!(find_end(&text.as_bytes()[..cut]), Ok(None));
        prop_assert_eq!(find_end(text.as_bytes()), Ok(Some(text.len())));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = find_end(&bytes);
        let _ = parse(&bytes);
    }

    #[test]
    fn no_text_like_a_head_makes_it_panic(lines in "[A-Za-z:,\\-0-9 \t\r\n]{0,200}") {
        let text = format!("GET / HTTP/1.1\r\n{lines}\r\n\r\n");
        if let Ok(Some(end)) = find_end(text.as_bytes()) {
            let _ = parse(&text.as_bytes()[..end]);
        }
    }
}
