//! Nobody takes what all need: seats, room for bodies, and time.

use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, Instant};

use pocketdesk::web::lane::{Lane, LaneOf};

use crate::client::Client;
use crate::house::House;

const LARGE: usize = 100_000;

/// The head of a request with a body of `LARGE` bytes.
fn head(lines: &str) -> String {
    format!("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: {LARGE}\r\n{lines}\r\n")
}

/// A client whose body lacks its last byte.
fn begin_body(mut client: Client, lines: &str) -> Client {
    client.send(head(lines));
    client.try_send(vec![b'x'; LARGE - 1]);
    client
}

fn small(settings: &mut pocketdesk::web::server::Settings) {
    settings.max_body = LARGE as u64;
}

/// The status with which it ends, if it has an answer.
fn refusals(clients: &[Client]) -> usize {
    clients.iter().filter(|client| client.has_answer()).count()
}

fn wait_until(mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(8);
    while !holds() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(holds(), "it did not come to that");
}

#[test]
fn forty_bodies_of_one_address_leave_room_for_others() {
    let house = House::open_with(small);
    let forty: Vec<Client> = (0..40)
        .map(|_| begin_body(Client::from(&house, [127, 0, 0, 2]), ""))
        .collect();
    wait_until(|| refusals(&forty) == 32);
    let mut other = Client::from(&house, [127, 0, 0, 3]);
    assert_eq!(other.post("/echo", &vec![b'x'; LARGE]).status, 200);
    // Those that trickle make room for one of their own address too.
    std::thread::sleep(Duration::from_millis(2500));
    let mut own = Client::from(&house, [127, 0, 0, 2]);
    assert_eq!(own.post("/echo", &vec![b'x'; LARGE]).status, 200);
}

#[test]
fn behind_a_proxy_the_share_is_that_of_the_forwarded_address() {
    let house = House::open_with(|settings| {
        small(settings);
        settings.trusted_proxies = vec![[127, 0, 0, 1].into()];
    });
    let forty: Vec<Client> = (0..40)
        .map(|_| begin_body(Client::new(&house), "X-Forwarded-For: 192.0.2.1\r\n"))
        .collect();
    wait_until(|| refusals(&forty) == 32);
    for mut client in forty.into_iter().filter(Client::has_answer) {
        client.answer().expect_refusal(429, "too_many_requests");
    }
    let mut other = Client::new(&house);
    other.send(head("X-Forwarded-For: 192.0.2.2\r\n"));
    other.send(vec![b'x'; LARGE]);
    assert_eq!(other.answer().status, 200);
}

#[test]
fn a_proxys_client_has_a_share_of_the_seats_while_it_is_served() {
    let house = House::open_with(|settings| {
        settings.max_connections_per_address = 4;
        settings.trusted_proxies = vec![[127, 0, 0, 1].into()];
    });
    let mut many: Vec<Client> = (0..5).map(|_| Client::new(&house)).collect();
    for client in &mut many {
        client.send("GET /sleep?700 HTTP/1.1\r\nHost: d\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n");
    }
    let mut statuses: Vec<u16> = many
        .iter_mut()
        .map(|client| client.answer().status)
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 200, 200, 200, 429]);
    let mut again: Vec<Client> = (0..6).map(|_| Client::new(&house)).collect();
    for client in &mut again {
        let answer = client.get_with("/seen", "X-Forwarded-For: 192.0.2.1\r\n");
        assert_eq!(answer.status, 200, "what rests is the proxy's");
    }
}

#[test]
fn unfinished_bodies_of_a_few_addresses_do_not_take_all_seats() {
    let house = House::open_with(|settings| {
        settings.max_connections = 200;
        settings.max_connections_per_address = 50;
    });
    let mut crowd = Vec::new();
    for number in 0..210 {
        let mut client = Client::from(&house, [127, 0, 1, 1 + number % 5]);
        client.try_send("POST /echo HTTP/1.1\r\nHost: d\r\nContent-Length: 1000\r\n\r\na");
        crowd.push(client);
    }
    wait_until(|| {
        let mut client = Client::from(&house, [127, 0, 0, 9]);
        client.try_send("GET /seen HTTP/1.1\r\nHost: d\r\n\r\n") && client.try_answer() == Some(200)
    });
    for _ in 0..20 {
        assert_eq!(
            Client::from(&house, [127, 0, 0, 9]).get("/seen").status,
            200
        );
    }
}

#[test]
fn a_trickling_reader_is_let_go_and_a_slow_one_is_not() {
    let house = House::open_with(|settings| {
        settings.deadlines.write = Duration::from_millis(1500);
        settings.deadlines.answer_rate = 20_000;
    });
    let mut trickling = Client::new(&house);
    let mut slow = Client::new(&house);
    for client in [&mut trickling, &mut slow] {
        client.send("GET /large?8000000 HTTP/1.1\r\nHost: d\r\nConnection: close\r\n\r\n");
    }
    let began = Instant::now();
    let mut piece = vec![0; 200_000];
    let mut received = 0;
    while began.elapsed() < Duration::from_secs(6) {
        // 1.5 KB, and 200 KB, each 250 ms.
        let _ = trickling.stream().read(&mut piece[..375]);
        received += slow.stream().read(&mut piece).unwrap_or(0);
        std::thread::sleep(Duration::from_millis(250));
    }
    let rest = slow.stream().read_to_end(&mut Vec::new());
    assert!(received + rest.expect("it is served on") > 8_000_000);
    let mut all = Vec::new();
    let rest = trickling.stream().read_to_end(&mut all);
    assert!(all.len() < 8_000_000, "{} came", all.len());
    assert!(rest.is_err(), "the system keeps nothing for it either");
}

/// Sends this request of each of so many clients of one address, and says how long each of ten
/// others waits meanwhile.
fn waits_beside(house: &House, target: &str, many: usize) -> Vec<Duration> {
    let mut crowd: Vec<Client> = (0..many)
        .map(|_| Client::from(house, [127, 0, 0, 2]))
        .collect();
    for client in &mut crowd {
        client.send(format!("GET {target} HTTP/1.1\r\nHost: d\r\n\r\n"));
    }
    std::thread::sleep(Duration::from_millis(600));
    let waits = (0..10)
        .map(|_| {
            let began = Instant::now();
            assert_eq!(Client::from(house, [127, 0, 0, 3]).get("/seen").status, 200);
            let took = began.elapsed();
            std::thread::sleep(Duration::from_millis(50));
            took
        })
        .collect();
    for client in &mut crowd {
        assert_eq!(client.answer().status, 200, "nobody is turned away");
    }
    waits
}

#[test]
fn work_of_one_kind_does_not_take_all_workers() {
    let house = House::open_with(|settings| {
        settings.lane_of = LaneOf(Arc::new(|(_, target), _| {
            if target.starts_with("/sleep") {
                Lane::Searches
            } else {
                Lane::Quick
            }
        }));
    });
    let waits = waits_beside(&house, "/sleep?200", 20);
    let longest = waits.iter().max().expect("ten");
    assert!(*longest < Duration::from_millis(150), "{waits:?}");
}

#[test]
fn slow_requests_of_one_address_do_not_take_all_workers() {
    let house = House::open();
    let waits = waits_beside(&house, "/sleep?2000", 12);
    let longest = waits.iter().max().expect("ten");
    assert!(*longest < Duration::from_millis(150), "{waits:?}");
}

#[test]
fn requests_that_wait_make_room_for_other_addresses() {
    let house = House::open_with(|settings| {
        settings.workers = 1;
        settings.max_connections = 20;
    });
    let mut crowd: Vec<Client> = (0..20)
        .map(|_| Client::from(&house, [127, 0, 0, 2]))
        .collect();
    for client in &mut crowd {
        client.send("GET /sleep?300 HTTP/1.1\r\nHost: d\r\n\r\n");
    }
    wait_until(|| house.calls() > 0);
    std::thread::sleep(Duration::from_millis(100));
    let began = Instant::now();
    assert_eq!(
        Client::from(&house, [127, 0, 0, 3]).get("/seen").status,
        200
    );
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "who has fewer goes first"
    );
}

/// As where somebody has cleaned up what was in use.
#[test]
fn a_server_without_workers_says_that_it_cannot_serve() {
    let house = House::open_with(|settings| {
        settings.workers = 1;
        settings.deadlines.answer = Duration::from_millis(200);
        settings.deadlines.without_workers = Duration::from_secs(1);
    });
    assert_eq!(house.running().condition().fault(), None);
    let sockets = house.folder().join("pocketdesk.sockets");
    std::fs::remove_dir_all(sockets).expect("the sockets are there");
    assert_eq!(Client::new(&house).get("/sleep?600").status, 503);
    let began = Instant::now();
    while house.running().condition().fault().is_none() {
        assert!(began.elapsed() < Duration::from_secs(20), "it says nothing");
        Client::new(&house)
            .get("/seen")
            .expect_refusal(503, "unavailable");
        std::thread::sleep(Duration::from_millis(200));
    }
}
