//! Bodies arrive whole or not at all, and cost what they weigh.

use std::time::{Duration, Instant};

use crate::client::Client;
use crate::house::House;

/// Bytes that show any that are lost, doubled or swapped.
fn pattern(length: usize) -> Vec<u8> {
    (0..length)
        .map(|at| u8::try_from((at * 31 + at / 251) % 256).expect("a byte"))
        .collect()
}

#[test]
fn bodies_of_every_size_come_through() {
    let house = House::open();
    let mut client = Client::new(&house);
    let kib = 1024;
    for length in [
        0,
        1,
        kib,
        kib + 1,
        64 * kib,
        64 * kib + 1,
        300 * kib,
        2 * kib * kib,
    ] {
        let body = pattern(length);
        let answer = client.post("/echo", &body);
        assert_eq!(answer.status, 200);
        assert!(answer.body == body, "{length} bytes came back otherwise");
    }
    let left = std::fs::read_dir(house.folder().join("spool"))
        .expect("the folder")
        .count();
    assert_eq!(left, 0, "spooled bodies have no name");
}

#[test]
fn a_body_that_nobody_reads_does_no_harm() {
    let house = House::open();
    let mut client = Client::new(&house);
    for length in [10, 2000, 500_000] {
        assert_eq!(client.post("/large?5", &pattern(length)).text(), "xxxxx");
    }
}

#[test]
fn chunks_come_through_whole() {
    let house = House::open();
    let mut client = Client::new(&house);
    let body = pattern(200_000);
    client.send("POST /echo HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n");
    for chunk in body.chunks(7001) {
        client.send(format!("{:x};note=\"a\"\r\n", chunk.len()));
        client.send(chunk);
        client.send("\r\n");
    }
    client.send("0\r\nX-Trailer: a\r\n\r\n");
    assert!(client.answer().body == body);
    assert_eq!(client.get("/seen").status, 200);
}

#[test]
fn a_huge_claim_is_refused_at_once() {
    let house = House::open();
    for length in ["1000000000000", "2097153", "99999999999999999999999"] {
        let mut client = Client::new(&house);
        client.send(format!(
            "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: {length}\r\n\r\n"
        ));
        client.answer().expect_refusal(413, "payload_too_large");
        assert!(client.is_closed());
    }
    assert_eq!(Client::new(&house).get("/seen").status, 200);
    assert_eq!(house.calls(), 1);
}

#[test]
fn the_refusal_is_readable_while_the_client_still_sends() {
    let house = House::open();
    let mut client = Client::new(&house);
    client.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 1000000000000\r\n\r\n");
    client.try_send(vec![b'x'; 30_000]);
    client.answer().expect_refusal(413, "payload_too_large");
}

#[test]
fn chunks_beyond_the_limit_are_refused() {
    let house = House::open();
    let mut client = Client::new(&house);
    client.send("POST /echo HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n");
    client.send("ffffffffffffffff\r\n");
    let mut is_taken = true;
    for _ in 0..32 {
        is_taken = is_taken && client.try_send(vec![b'x'; 64 * 1024 + 1]);
    }
    client.answer().expect_refusal(413, "payload_too_large");
    assert_eq!(house.calls(), 0);
}

#[test]
fn a_torn_body_never_arrives() {
    let house = House::open();
    for (head, part) in [
        ("Content-Length: 1000", 999),
        ("Content-Length: 500000", 400_000),
    ] {
        let mut client = Client::new(&house);
        client.send(format!("POST /echo HTTP/1.1\r\nHost: d\r\n{head}\r\n\r\n"));
        client.send(pattern(part));
    }
    let mut client = Client::new(&house);
    client.send("POST /echo HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc");
    drop(client);
    assert_eq!(Client::new(&house).get("/seen").status, 200);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(house.calls(), 1, "only the whole request arrived");
}

#[test]
fn a_client_that_asks_first_is_told_to_go_on() {
    let house = House::open();
    let mut client = Client::new(&house);
    let head =
        "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
    client.send(head);
    assert_eq!(client.head_only().status, 100);
    client.send("abc");
    assert_eq!(client.answer().text(), "abc");

    client.send(format!("{head}abc"));
    assert_eq!(
        client.answer().status,
        200,
        "a body that is here needs no word"
    );

    client.send(head.replace("Length: 3", "Length: 3000000"));
    client.answer().expect_refusal(413, "payload_too_large");
}

#[test]
fn without_a_place_to_spool_large_bodies_are_told_so() {
    let house = House::open_with(|settings| settings.spool_folder = "/nowhere".into());
    let mut client = Client::new(&house);
    assert_eq!(client.post("/echo", &pattern(1000)).status, 200);
    let mut client = Client::new(&house);
    client.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 100000\r\n\r\n");
    client.try_send(pattern(100_000));
    client.answer().expect_refusal(503, "unavailable");
}

#[test]
fn many_large_bodies_together_do_not_fill_the_disk() {
    let house = House::open_with(|settings| settings.max_body = 100_000);
    let part = pattern(99_999);
    let mut clients: Vec<Client> = (0..34)
        .map(|number| Client::from(&house, [127, 0, 0, 2 + number % 5]))
        .collect();
    for client in &mut clients {
        client.send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 100000\r\n\r\n");
        client.try_send(&part);
    }
    // No body is whole before one of them has been refused, which takes a busy machine a while.
    let until = Instant::now() + Duration::from_secs(5);
    while !clients.iter().any(Client::has_answer) && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(5));
    }
    let mut refused = 0;
    for client in &mut clients {
        client.try_send("x");
        refused += usize::from(client.answer().status == 503);
    }
    assert!((1..=4).contains(&refused), "{refused} were refused");
    assert_eq!(
        Client::new(&house).post("/echo", &part).status,
        200,
        "the room is given back"
    );
}
