//! Clients that take their time are not waited for without end.

use std::io::Read;
use std::time::{Duration, Instant};

use pocketdesk::web::server::Settings;

use crate::client::Client;
use crate::house::House;

const SHORT: Duration = Duration::from_millis(300);
/// Far above `SHORT` for a busy machine, and far below the deadlines that are not shortened.
const SOON: Duration = Duration::from_secs(4);

fn hasty(settings: &mut Settings) {
    settings.deadlines.head = SHORT;
    settings.deadlines.body_grace = SHORT;
    settings.deadlines.write = SHORT;
}

/// Sends a byte every 20 ms until the server has had enough, and says how long that took.
fn trickle(client: &mut Client, byte: &str) -> Duration {
    let began = Instant::now();
    client
        .stream()
        .set_read_timeout(Some(Duration::from_millis(20)))
        .expect("a time-out");
    while began.elapsed() < SOON && client.try_send(byte) {
        let mut peeked = [0];
        if client.stream().peek(&mut peeked).is_ok() {
            break;
        }
    }
    client
        .stream()
        .set_read_timeout(Some(SOON))
        .expect("a time-out");
    began.elapsed()
}

#[test]
fn a_head_has_one_deadline_however_its_bytes_come() {
    let house = House::open_with(hasty);
    let mut client = Client::new(&house);
    client.send("GET / HTTP/1.1\r\nHost: d\r\nX: ");
    let took = trickle(&mut client, "a");
    assert!(took >= SHORT / 2 && took < SOON, "{took:?}");
    client.answer().expect_refusal(408, "request_timeout");
    assert!(client.is_closed());
}

#[test]
fn a_body_has_to_keep_a_pace() {
    let house = House::open_with(hasty);
    for framing in ["Content-Length: 100000", "Transfer-Encoding: chunked"] {
        let mut client = Client::new(&house);
        client.send(format!(
            "POST /echo HTTP/1.1\r\nHost: d\r\n{framing}\r\n\r\n"
        ));
        client.send("5000\r\n");
        let took = trickle(&mut client, "a");
        assert!(took < SOON, "{took:?}");
        client.answer().expect_refusal(408, "request_timeout");
    }
    assert_eq!(house.calls(), 0);
}

#[test]
fn a_body_that_falls_silent_ends() {
    let house = House::open_with(|settings| settings.deadlines.body_stall = SHORT);
    let mut client = Client::new(&house);
    client.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 1000\r\n\r\nabc");
    client.answer().expect_refusal(408, "request_timeout");
}

#[test]
fn an_idle_connection_ends_without_a_word() {
    let house = House::open_with(|settings| settings.deadlines.idle = SHORT);
    let mut never_used = Client::new(&house);
    assert!(never_used.is_closed());
    let mut used = Client::new(&house);
    assert_eq!(used.get("/seen").status, 200);
    assert!(used.is_closed());
}

#[test]
fn a_slow_reader_holds_no_worker_and_is_let_go() {
    let house = House::open_with(|settings| {
        hasty(settings);
        settings.workers = 1;
    });
    let mut slow = Client::new(&house);
    slow.send("GET /large?50000000 HTTP/1.1\r\nHost: d\r\n\r\n");
    assert_eq!(Client::new(&house).get("/seen").status, 200);
    // The system goes on taking a little while its buffers grow: each time is a new stall.
    std::thread::sleep(10 * SHORT);
    let mut received = Vec::new();
    let _ = slow.stream().read_to_end(&mut received);
    assert!(received.len() < 50_000_000, "the answer was not waited for");
}

#[test]
fn a_worker_that_takes_too_long_is_given_up() {
    let house = House::open_with(|settings| {
        settings.workers = 2;
        settings.deadlines.answer = SHORT;
    });
    let mut client = Client::new(&house);
    let answer = client.get("/sleep?1500");
    answer.expect_refusal(503, "unavailable");
    for _ in 0..5 {
        assert_eq!(Client::new(&house).get("/seen").status, 200);
    }
}
