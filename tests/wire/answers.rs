//! What comes back, and what handlers cannot do to it.

use crate::client::Client;
use crate::house::House;

#[test]
fn every_answer_is_guarded_dated_and_numbered() {
    let house = House::open();
    let mut client = Client::new(&house);
    let answer = client.get("/seen");
    let header = |name: &str| answer.header(name);
    assert_eq!(header("x-content-type-options"), Some("nosniff"));
    assert_eq!(header("referrer-policy"), Some("no-referrer"));
    assert_eq!(header("cache-control"), Some("no-store"));
    assert!(header("date").is_some_and(|date| date.len() == 29 && date.ends_with(" GMT")));
    assert_eq!(header("server"), None);
    let id = header("x-request-id").expect("an id");
    assert!(answer.text().contains(&format!("id={id}")));
    assert_ne!(client.get("/seen").header("x-request-id"), Some(id));
}

#[test]
fn what_a_handler_says_itself_stands() {
    let house = House::open();
    let answer = Client::new(&house).get("/own");
    let said: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "cache-control")
        .collect();
    assert_eq!(
        said,
        [&("cache-control".to_owned(), "private, max-age=60".to_owned())]
    );
}

#[test]
fn a_worker_that_ends_is_replaced() {
    let house = House::open();
    // More than there are workers.
    for _ in 0..6 {
        assert_eq!(Client::new(&house).get("/panic-twice").status, 500);
    }
    assert_eq!(Client::new(&house).get("/seen").status, 200);
}

#[test]
fn a_panic_is_a_500_with_an_id_and_the_worker_lives() {
    let house = House::open_with(|settings| settings.workers = 1);
    let mut client = Client::new(&house);
    for _ in 0..3 {
        let answer = client.get("/panic");
        assert_eq!(answer.status, 500);
        let id = answer.header("x-request-id").expect("an id");
        assert_eq!(
            answer.text(),
            format!(
                "{{\"error\":\"server_error\",\"error_description\":\"Something went wrong on our side. \
                 Quote the request id {id} when you report it.\",\"request_id\":\"{id}\"}}"
            )
        );
        assert_eq!(client.get("/seen").status, 200);
    }
}

#[test]
fn a_handler_cannot_split_an_answer_or_speak_for_the_gate() {
    let house = House::open();
    let mut client = Client::new(&house);
    for target in ["/split", "/private", "/status?100", "/status?999"] {
        let answer = client.get(target);
        assert_eq!(answer.status, 500, "{target}");
        assert_eq!(answer.header("set-cookie"), None);
    }
}

#[test]
fn head_has_the_headers_and_no_body() {
    let house = House::open();
    let mut client = Client::new(&house);
    client.send("HEAD /large?5000 HTTP/1.1\r\nHost: d\r\n\r\n");
    let answer = client.head_only();
    assert_eq!(
        (answer.status, answer.header("content-length")),
        (200, Some("5000"))
    );
    assert_eq!(client.get("/seen").status, 200, "nothing follows the head");
}

#[test]
fn some_statuses_have_no_body() {
    let house = House::open();
    let mut client = Client::new(&house);
    for status in [204, 304] {
        let answer = client.get(&format!("/status?{status}"));
        assert_eq!(
            (answer.status, answer.header("content-length")),
            (status, None)
        );
    }
    assert_eq!(client.get("/status?201").text(), "body");
}

#[test]
fn answers_of_every_size_come_whole() {
    let house = House::open();
    let mut client = Client::new(&house);
    for length in [0, 1, 1023, 16_384, 32_768, 65_536, 65_537, 10_000_000] {
        let answer = client.get(&format!("/large?{length}"));
        assert_eq!(answer.body.len(), length);
        assert_eq!(answer.header("transfer-encoding"), None);
    }
}

#[test]
fn text_beyond_ascii_reaches_the_handler() {
    let house = House::open();
    let lines = "Cookie: name=J\u{fc}rg 100%\r\nX-Plain: 100%25\r\n";
    let answer = Client::new(&house).get_with("/seen", lines);
    assert!(
        answer.text().contains("\ncookie=name=J\u{fc}rg 100%"),
        "{}",
        answer.text()
    );
    assert!(
        answer.text().contains("\nx-plain=100%25"),
        "{}",
        answer.text()
    );
}
