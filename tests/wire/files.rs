//! Stored files, whole and in part.

use std::fs::File;
use std::io::Write;

use crate::client::Client;
use crate::house::House;

fn house_with_file() -> House {
    let house = House::open();
    std::fs::create_dir(house.folder().join("aa")).expect("a folder");
    let mut file = File::create(house.folder().join("aa/letters")).expect("a file");
    file.write_all(b"abcdefghij").expect("it is written");
    house
}

#[test]
fn a_file_is_sent_whole_or_in_part() {
    let house = house_with_file();
    let mut client = Client::new(&house);
    let table = [
        ("", 200, "abcdefghij", None),
        ("Range: bytes=0-2\r\n", 206, "abc", Some("bytes 0-2/10")),
        ("Range: bytes=8-\r\n", 206, "ij", Some("bytes 8-9/10")),
        ("Range: bytes=-1\r\n", 206, "j", Some("bytes 9-9/10")),
        ("Range: bytes=0-1,3-4\r\n", 200, "abcdefghij", None),
        ("Range: bytes=x\r\n", 200, "abcdefghij", None),
        ("Range: bytes=10-\r\n", 416, "", Some("bytes */10")),
        (
            "Range: bytes=0-2\r\nIf-Range: \"v1\"\r\n",
            206,
            "abc",
            Some("bytes 0-2/10"),
        ),
        (
            "Range: bytes=0-2\r\nIf-Range: \"v0\"\r\n",
            200,
            "abcdefghij",
            None,
        ),
        (
            "Range: bytes=0-2\r\nIf-Range: W/\"v1\"\r\n",
            200,
            "abcdefghij",
            None,
        ),
    ];
    for (lines, status, body, range) in table {
        let answer = client.get_with("/file?aa/letters", lines);
        assert_eq!((answer.status, answer.text()), (status, body), "{lines}");
        assert_eq!(answer.header("content-range"), range, "{lines}");
        assert_eq!(answer.header("gate-file"), None);
        if status != 416 {
            assert_eq!(answer.header("accept-ranges"), Some("bytes"));
            assert_eq!(answer.header("etag"), Some("\"v1\""));
        }
    }
    client.send("HEAD /file?aa/letters HTTP/1.1\r\nHost: d\r\nRange: bytes=0-2\r\n\r\n");
    let answer = client.head_only();
    assert_eq!(
        (answer.status, answer.header("content-length")),
        (200, Some("10"))
    );
    assert_eq!(client.get("/seen").status, 200);
}

#[test]
fn a_large_file_comes_whole() {
    let house = house_with_file();
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|at| at.to_le_bytes()[1]).collect();
    File::create(house.folder().join("large"))
        .and_then(|mut file| file.write_all(&bytes))
        .expect("it is written");
    let mut client = Client::new(&house);
    assert!(client.get("/file?large").body == bytes);
    let part = client.get_with("/file?large", "Range: bytes=1000-2000000\r\n");
    assert!(part.body == bytes[1000..=2_000_000]);
}

#[test]
fn an_empty_file_is_an_empty_answer() {
    let house = house_with_file();
    File::create(house.folder().join("empty")).expect("a file");
    let answer = Client::new(&house).get("/file?empty");
    assert_eq!(
        (answer.status, answer.header("content-length")),
        (200, Some("0"))
    );
}

#[test]
fn what_is_not_a_plain_file_below_the_folder_is_gone() {
    let house = house_with_file();
    let at = |name: &str| house.folder().join(name);
    std::os::unix::fs::symlink("/etc/hostname", at("link")).expect("a link");
    std::os::unix::fs::symlink("/etc", at("folder")).expect("a link");
    let pipe = std::process::Command::new("mkfifo")
        .arg(at("pipe"))
        .status();
    assert!(pipe.expect("mkfifo runs").success());
    let mut client = Client::new(&house);
    for path in [
        "none",
        "aa",
        "link",
        "folder/hostname",
        "pipe",
        "/etc/hostname",
        "../../etc/hostname",
        "aa/../aa/letters",
        "",
    ] {
        let answer = client.get(&format!("/file?{path}"));
        assert_eq!(answer.status, 410, "{path}");
        assert!(
            answer.text().starts_with("{\"error\":\"not_found\""),
            "{path}"
        );
    }
    assert_eq!(client.get("/file?aa/letters").status, 200);
}
