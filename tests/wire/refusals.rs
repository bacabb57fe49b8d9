//! What the gate says when it says no: what is wrong, by which id, and so that pages of other
//! sites can read it.

use crate::client::Client;
use crate::house::House;

#[test]
fn a_refusal_can_be_read_by_pages_of_other_sites() {
    let house = House::open();
    for raw in [
        "GET / HTTP/1.1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 99999999\r\n\r\n",
        "TRACE / HTTP/1.1\r\nHost: d\r\n\r\n",
    ] {
        let mut client = Client::new(&house);
        client.send(raw);
        let answer = client.answer();
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("*"),
            "{raw}"
        );
        let exposed = answer.header("access-control-expose-headers");
        assert!(
            exposed.is_some_and(|names| names.contains("X-Request-Id")),
            "{raw}"
        );
    }
    let answer = Client::new(&house).get("/panic");
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
}

#[test]
fn too_large_says_how_much_may_come() {
    let house = House::open_with(|settings| settings.max_body = 3_000_000);
    let mut client = Client::new(&house);
    client.send("POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 3000001\r\n\r\n");
    let answer = client.answer();
    answer.expect_refusal(413, "payload_too_large");
    assert!(answer.text().contains("3000000 bytes"), "{}", answer.text());
}
