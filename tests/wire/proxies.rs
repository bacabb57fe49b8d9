//! Whose word counts about where a client comes from.

use std::os::unix::net::UnixStream;

use crate::client::Client;
use crate::house::House;

const LINES: &str = "X-Forwarded-For: 6.6.6.6, 192.0.2.7\r\nX-Forwarded-Proto: https\r\n";

#[test]
fn a_strangers_word_is_dropped() {
    let house = House::open();
    let answer = Client::new(&house).get_with("/seen", LINES);
    assert!(
        answer.text().contains("peer=127.0.0.1 https=false"),
        "{}",
        answer.text()
    );
    assert!(!answer.text().contains("forwarded"));
}

#[test]
fn a_named_proxys_word_counts() {
    let house = House::open_with(|settings| {
        settings.trusted_proxies = vec![[127, 0, 0, 1].into()];
    });
    let answer = Client::new(&house).get_with("/seen", LINES);
    assert!(
        answer.text().contains("peer=192.0.2.7 https=true"),
        "{}",
        answer.text()
    );
    let answer = Client::new(&house).get("/seen");
    assert!(
        answer.text().contains("peer=127.0.0.1 https=false"),
        "{}",
        answer.text()
    );
}

#[test]
fn nobody_can_send_our_own_headers() {
    let house = House::open();
    let lines = "Gate-Peer: 10.0.0.1\r\ngate-scheme: https\r\nGATE-ID: mine\r\nGate-Proof: 1\r\n\
                 Gate-Encoded-Cookie: a\r\nX-Request-Id: mine\r\n";
    let answer = Client::new(&house).get_with("/seen", lines);
    assert!(
        answer.text().contains("peer=127.0.0.1 https=false"),
        "{}",
        answer.text()
    );
    for word in ["gate", "mine", "cookie", "10.0.0.1"] {
        assert!(!answer.text().contains(word), "{}", answer.text());
    }
}

#[test]
fn a_proxy_may_come_by_a_unix_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("socket");
    // A file left over by a process that was killed is no hindrance.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("a socket"));
    let house = House::open_with(|settings| settings.listen = format!("unix:{}", path.display()));
    assert_eq!(house.running().address, format!("unix:{}", path.display()));
    let mut client = Client::over(UnixStream::connect(&path).expect("a connection"));
    assert!(client.get("/seen").text().contains("peer=none https=false"));
    assert!(
        client
            .get_with("/seen", LINES)
            .text()
            .contains("peer=192.0.2.7 https=true")
    );
    drop(house);
    assert!(!path.exists());
}
