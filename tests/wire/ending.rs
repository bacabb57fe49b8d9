//! Stopping: what is under way is finished, what is idle is not waited for.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::house::House;

#[test]
fn a_busy_server_finishes_and_ends() {
    let house = House::open();
    let socket = house.socket();
    let mut idle = Client::new(&house);
    assert_eq!(idle.get("/seen").status, 200);
    let mut busy = Client::new(&house);
    busy.send("GET /sleep?1500 HTTP/1.1\r\nHost: d\r\n\r\n");
    let mut receiving = Client::new(&house);
    receiving.send(
        "POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n",
    );
    assert_eq!(receiving.head_only().status, 100, "its head has arrived");
    receiving.send("a");
    while house.calls() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let began = Instant::now();
    let stopping = std::thread::spawn(move || house.stop(Duration::from_secs(10)));
    assert!(idle.is_closed());
    receiving.send("bc");
    assert_eq!(receiving.answer().text(), "abc");
    let answer = busy.answer();
    assert_eq!(
        (answer.text(), answer.header("connection")),
        ("slept", Some("close"))
    );
    assert!(busy.is_closed());
    stopping.join().expect("it stops");
    assert!(
        began.elapsed() < Duration::from_secs(8),
        "{:?}",
        began.elapsed()
    );
    assert!(
        TcpStream::connect(socket).is_err(),
        "nobody listens any more"
    );
}

#[test]
fn patience_has_an_end() {
    let house = House::open();
    let mut busy = Client::new(&house);
    busy.send("GET /sleep?5000 HTTP/1.1\r\nHost: d\r\n\r\n");
    while house.calls() < 1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    let began = Instant::now();
    house.stop(Duration::from_millis(100));
    assert!(
        began.elapsed() < Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
    assert!(busy.is_closed());
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let house = House::open();
    let taken = std::net::TcpListener::bind(house.socket());
    assert!(taken.is_err());
}

/// Whoever is told to try again does the same thing twice where the first was done after all.
#[test]
fn whoever_gets_no_answer_is_told_whether_it_may_have_been_done() {
    let house = House::open_with(|settings| {
        settings.deadlines.answer = Duration::from_millis(300);
    });
    for (method, may_stand) in [
        ("GET", false),
        ("POST", true),
        ("PUT", true),
        ("DELETE", true),
    ] {
        let mut client = Client::new(&house);
        client.send(format!(
            "{method} /sleep?900 HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n"
        ));
        let answer = client.answer();
        assert_eq!(answer.status, 503, "{method}");
        assert_eq!(
            answer.header("retry-after").is_none(),
            may_stand,
            "{method}"
        );
        assert_eq!(
            answer.text().contains("may have been done"),
            may_stand,
            "{method}"
        );
        assert!(answer.text().contains("\"unavailable\""), "{method}");
    }
}
