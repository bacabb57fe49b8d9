//! Requests that could be read in two ways never reach a handler.

use crate::client::Client;
use crate::house::House;

#[test]
fn malformed_requests_are_refused_and_the_connection_ends() {
    let house = House::open();
    let host = "Host: desk.test\r\n";
    let table = [
        "GET /\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "GET / HTTP/1.1\nHost: desk.test\n\n".to_owned(),
        format!("GET / HTTP/1.1\r\n{host}{host}\r\n"),
        format!("GET / HTTP/3.0\r\n{host}\r\n"),
        format!("GET  / HTTP/1.1\r\n{host}\r\n"),
        format!("GET / HTTP/1.1\r\n{host}X: a\r\n b\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{host}X: a\0b\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{host}X: a\rb\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{host}X : a\r\n\r\n"),
        format!("GET /\u{e9} HTTP/1.1\r\n{host}\r\n"),
        format!("GET http://other.test/ HTTP/1.1\r\n{host}\r\n"),
        format!("POST / HTTP/1.1\r\n{host}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"),
        format!("POST / HTTP/1.1\r\n{host}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc"),
        format!("POST / HTTP/1.1\r\n{host}Content-Length: +3\r\n\r\nabc"),
        format!(
            "POST / HTTP/1.1\r\n{host}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        ),
        format!("POST / HTTP/1.1\r\n{host}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        format!("POST / HTTP/1.0\r\n{host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        format!("POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n"),
        format!("POST / HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n"),
        format!("GET /{} HTTP/1.1\r\n{host}\r\n", "a".repeat(9000)),
        format!("GET / HTTP/1.1\r\n{host}{}\r\n", "X: a\r\n".repeat(101)),
        format!("GET / HTTP/1.1\r\n{host}X: {}\r\n\r\n", "a".repeat(33_000)),
    ];
    for request in table {
        let mut client = Client::new(&house);
        client.send(&request);
        let answer = client.answer();
        assert_eq!(answer.status, 400, "{request:?}");
        answer.expect_refusal(400, "invalid_request");
        assert!(client.is_closed(), "{request:?}");
    }
    assert_eq!(house.calls(), 0);
}

#[test]
fn trace_and_connect_are_not_spoken() {
    let house = House::open();
    for line in ["TRACE / HTTP/1.1", "CONNECT desk.test:80 HTTP/1.1"] {
        let mut client = Client::new(&house);
        client.send(format!("{line}\r\nHost: desk.test\r\n\r\n"));
        let answer = client.answer();
        answer.expect_refusal(405, "method_not_allowed");
        assert!(answer.header("allow").is_some());
        assert!(client.is_closed());
    }
}

#[test]
fn an_upgrade_is_not_taken_up() {
    let house = House::open();
    let mut client = Client::new(&house);
    let lines = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n";
    let answer = client.get_with("/seen", lines);
    assert_eq!(answer.status, 200);
    assert!(!answer.text().contains("upgrade"), "{}", answer.text());
    assert_eq!(client.get("/seen").status, 200);
}

#[test]
fn requests_follow_one_another_in_order() {
    let house = House::open();
    let mut client = Client::new(&house);
    for number in 0..40 {
        client.send(format!(
            "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 2\r\n\r\n{number:02}"
        ));
    }
    for number in 0..40 {
        assert_eq!(client.answer().text(), format!("{number:02}"));
    }
    assert_eq!(client.get("/seen").status, 200);
}

#[test]
fn a_head_may_come_in_any_pieces() {
    let house = House::open();
    let mut client = Client::new(&house);
    for byte in b"\r\nGET /echo HTTP/1.1\r\nHost: desk.test\r\n\r\n" {
        client.send([*byte]);
    }
    assert_eq!(client.answer().status, 200);
}

#[test]
fn old_clients_are_answered_and_closed_unless_they_ask() {
    let house = House::open();
    let mut client = Client::new(&house);
    client.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    assert_eq!(client.answer().header("connection"), Some("keep-alive"));
    client.send("GET /echo HTTP/1.0\r\n\r\n");
    assert_eq!(client.answer().header("connection"), Some("close"));
    assert!(client.is_closed());
}

#[test]
fn close_is_honoured() {
    let house = House::open();
    let mut client = Client::new(&house);
    let answer = client.get_with("/echo", "Connection: close\r\n");
    assert_eq!(
        (answer.status, answer.header("connection")),
        (200, Some("close"))
    );
    assert!(client.is_closed());
}
