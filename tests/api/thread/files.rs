//! Attachments, from the way in to the way out.

use serde_json::Value;

use super::threads_of;
use crate::support::multipart::Form;
use crate::support::{Client, Desk, Opened};

fn send_file(client: &Client, ticket: Opened, name: &str, bytes: &[u8]) -> Value {
    let (content_type, body) = Form::default()
        .field("threadType", "reply")
        .field("reply", "See the file.")
        .file("attachments[]", name, bytes)
        .finish();
    client
        .send("POST", &threads_of(ticket), &content_type, &body)
        .ok();
    client.get(&threads_of(ticket)).ok()["threads"][0]["attachments"][0].clone()
}

fn path_of(file: &Value) -> String {
    file["path"]
        .as_str()
        .and_then(|path| path.strip_prefix("https://desk.example.com"))
        .expect("a link to the desk")
        .to_owned()
}

#[test]
fn a_file_comes_back_as_it_was_sent() {
    let desk = Desk::new();
    let ticket = desk.ticket("With a file");
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let file = send_file(&desk.ada(), ticket, "技术 \"x\".bin", &bytes);
    assert_eq!(file["size"], 100_000);
    assert_eq!(file["contentType"], "application/octet-stream");
    assert_eq!(file["attachmentThumb"], Value::Null);
    let path = path_of(&file);
    let answer = desk.alan().get(&path);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.bytes(), bytes);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    desk.customer("eve@example.com").get(&path).error(404);
    desk.anyone().get(&path).error(401);
}

#[test]
fn a_link_with_a_token_opens_a_file_on_get_alone() {
    let desk = Desk::new();
    let ticket = desk.ticket("With a file");
    let path = path_of(&send_file(&desk.ada(), ticket, "a.txt", b"bytes"));
    let linked = format!("{path}?access_token={}", desk.alan().token());
    assert_eq!(desk.anyone().get(&linked).bytes(), b"bytes");
    let post = format!(
        "{}?access_token={}",
        threads_of(ticket),
        desk.alan().token()
    );
    desk.anyone()
        .post(
            &post,
            serde_json::json!({ "threadType": "reply", "reply": "x" }),
        )
        .error(401);
}

/// What a browser could run goes out as something that it saves.
#[test]
fn no_file_is_served_as_something_that_runs() {
    let desk = Desk::new();
    let ticket = desk.ticket("Files");
    let ada = desk.ada();
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    for (name, bytes, want) in [
        (
            "a.html",
            &b"<html><script>alert(1)</script>"[..],
            "application/octet-stream",
        ),
        (
            "a.svg",
            b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x()\"/>",
            "application/octet-stream",
        ),
        (
            "a.xml",
            b"<?xml version=\"1.0\"?><a/>",
            "application/octet-stream",
        ),
        ("a.js", b"alert(1)", "application/octet-stream"),
        (
            "evil.png",
            b"<html><script>alert(1)</script>",
            "application/octet-stream",
        ),
        ("true.html", png, "image/png"),
    ] {
        let file = send_file(&ada, ticket, name, bytes);
        let answer = ada.get(&path_of(&file));
        let kind = answer.header("content-type").unwrap();
        let is_plain = kind.starts_with("text/plain");
        assert!(
            kind == want || is_plain && want != "image/png",
            "{name}: {kind}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        let disposition = answer.header("content-disposition").unwrap();
        assert!(
            disposition.starts_with("attachment"),
            "{name}: {disposition}"
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("sandbox"), "{name}: {policy}");
    }
}

#[test]
fn no_name_leaves_its_place() {
    let desk = Desk::new();
    let ticket = desk.ticket("Names");
    let ada = desk.ada();
    for name in [
        "../../etc/passwd",
        "..\\\\..\\\\boot.ini",
        "/etc/passwd",
        ".htaccess",
        "\u{200b}.htaccess",
        "a\u{202e}gnp.exe",
        "><img src=x onerror=alert(1)>.png",
        "",
        "x.txt; filename=y.txt",
    ] {
        let file = send_file(&ada, ticket, name, b"bytes");
        let stored = file["name"].as_str().unwrap();
        assert!(
            !stored.is_empty() && !stored.contains(['/', '\\', '\r', '\n', '\0']),
            "{name}: {stored}"
        );
        let answer = ada.get(&path_of(&file));
        assert_eq!(answer.bytes(), b"bytes", "{name}");
        let disposition = answer.header("content-disposition").unwrap();
        assert!(
            disposition.is_ascii() && !disposition.contains(['\r', '\n', '/']),
            "{disposition}"
        );
    }
    let odd = desk.number("SELECT count(*) FROM attachment WHERE hash GLOB '*[^0-9a-f]*'");
    assert_eq!(odd, 0);
}

#[test]
fn what_is_not_there_is_404() {
    let desk = Desk::new();
    let ticket = desk.ticket("Files");
    send_file(&desk.ada(), ticket, "a.txt", b"bytes");
    for path in [
        "/api/ticket/attachment/0",
        "/api/ticket/attachment/999",
        "/api/ticket/attachment/99999999999999999999",
        "/api/ticket/attachment/..%2f..%2fpocketdesk.db",
        "/api/ticket/attachment/1/../../x",
    ] {
        assert_eq!(desk.ada().get(path).error(404), "not_found", "{path}");
    }
}

#[test]
fn too_many_files_are_refused_and_none_is_kept() {
    let desk = Desk::new();
    let ticket = desk.ticket("Files");
    let mut form = Form::default()
        .field("threadType", "reply")
        .field("reply", "Many");
    for at in 0..21 {
        form = form.file("attachments[]", &format!("{at}.txt"), b"x");
    }
    let (content_type, body) = form.finish();
    let answer = desk
        .ada()
        .send("POST", &threads_of(ticket), &content_type, &body);
    assert!(matches!(answer.status, 400 | 413), "{}", answer.text());
    assert_eq!(desk.number("SELECT count(*) FROM thread"), 1);
    assert_eq!(desk.number("SELECT count(*) FROM attachment"), 0);
}
