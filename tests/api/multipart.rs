//! Multipart bodies as clients in the wild build them.

use serde_json::json;

use crate::support::multipart::Form;
use crate::support::{Answer, Desk};

/// The sample of the vendor's documentation to the letter: its first delimiter is its
/// boundary without the two dashes that the standard asks for, its last part is empty.
#[test]
fn the_vendors_own_multipart_sample_is_read() {
    let desk = Desk::new();
    let line = "-----011000010111000001101001\r\nContent-Disposition: form-data; name=";
    let fields = [
        ("type", "4"),
        ("name", "customer name"),
        ("from", "newbie@example.com"),
        ("reply", "reply"),
        ("subject", "subject"),
    ];
    let mut body = String::new();
    for (name, value) in fields {
        body.extend([line, "\"", name, "\"\r\n\r\n", value, "\r\n"]);
    }
    body.push_str(line);
    body.push_str("\"attachments[]\"; filename=\"file.txt\"\r\nContent-Type: false\r\n\r\n\r\n-----011000010111000001101001--");
    let content_type = "multipart/form-data; boundary=---011000010111000001101001";
    let ada = desk.ada();
    let without_end = body
        .trim_end_matches("--")
        .trim_end_matches("-----011000010111000001101001")
        .to_owned();
    let with_more = format!("{body}\r\nand so on");
    for body in [body, without_end, with_more] {
        let made = ada
            .send(
                "POST",
                "/en/api/tickets.json",
                content_type,
                body.as_bytes(),
            )
            .ok();
        let view = ada
            .get(&format!("/api/ticket/{}", made["incrementId"]))
            .ok();
        assert_eq!(view["ticket"]["subject"], "subject");
        assert_eq!(view["ticket"]["type"]["id"], 4);
        assert_eq!(
            view["ticket"]["customer"]["detail"]["customer"]["name"],
            "customer name"
        );
    }
}

#[test]
fn multipart_in_the_wild_is_read() {
    let desk = Desk::new();
    let ada = desk.ada();
    let send = |body: &str| -> Answer {
        ada.send(
            "POST",
            "/api/labels",
            "multipart/form-data; boundary=X",
            body.as_bytes(),
        )
    };
    let part = |name: &str, value: &str| {
        format!("--X\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    for (at, body) in [
        part("name", "N"),
        part("name", "N") + "--X--",
        part("name", "N") + "--X--\r\n\r\ntext after the end",
        part("name", "N") + "--X\r\n\r\n--X--\r\n",
        part("name", "N") + "--X\r\nno header here\r\n\r\nlost\r\n--X--",
        part("name", "\r\nN\r\n") + "--X--",
        "preamble\r\n".to_owned() + &part("name", "N") + "--X--",
        part("name", "N").replace("\r\n", "\n") + "--X--\n",
        part("name", "N").replace('"', "") + "--X--",
    ]
    .iter()
    .enumerate()
    {
        let answer = send(&body.replace('N', &format!("Label {at}")));
        assert_eq!(answer.status, 200, "{body:?}: {}", answer.text());
        assert_eq!(
            answer.json()["label"]["name"],
            format!("Label {at}"),
            "{body:?}"
        );
    }
}

#[test]
fn multipart_brackets_nest_and_flat_clients_send_one_for_many() {
    let desk = Desk::new();
    let ticket = desk.ticket("Forms");
    let ada = desk.ada();
    let form = |fields: &[(&str, &str)]| {
        let form = fields.iter().fold(Form::default(), |form, (name, value)| {
            form.field(name, value)
        });
        form.finish()
    };
    let threads = format!("/api/ticket/{}/threads", ticket.id);
    for fields in [
        &[
            ("threadType", "forward"),
            ("reply", "x"),
            ("to[]", "a@example.com"),
            ("to[]", "b@example.com"),
        ][..],
        &[
            ("threadType", "forward"),
            ("reply", "x"),
            ("to[0]", "a@example.com"),
            ("to[1]", "b@example.com"),
        ],
        &[
            ("threadType", "forward"),
            ("reply", "x"),
            ("to", "a@example.com,b@example.com"),
        ],
        &[
            ("threadType", "forward"),
            ("reply", "x"),
            ("to", "[\"a@example.com\",\"b@example.com\"]"),
        ],
    ] {
        let (content_type, body) = form(fields);
        ada.send("POST", &threads, &content_type, &body).ok();
        let to = ada.get(&threads).ok()["threads"][0]["replyTo"].clone();
        assert_eq!(to, json!(["a@example.com", "b@example.com"]), "{fields:?}");
    }
    let fields = [
        ("type", "1"),
        ("name", "A"),
        ("from", "a@example.com"),
        ("subject", "x"),
        ("reply", "x"),
    ];
    for (name, value) in [
        ("customFields[77]", "x"),
        ("customFields", "{\"77\":\"x\"}"),
    ] {
        let mut fields = fields.to_vec();
        fields.push((name, value));
        let (content_type, body) = form(&fields);
        let answer = ada.send("POST", "/api/tickets", &content_type, &body);
        answer.error(400);
        assert!(
            answer.json()["errors"]["customFields.77"].is_array(),
            "{name}"
        );
    }
}

/// Files where none is taken are refused, for they would be lost without a word.
#[test]
fn files_where_none_is_taken_are_refused() {
    let desk = Desk::new();
    let ada = desk.ada();
    let ticket = desk.ticket("Files");
    let thread = desk.number("SELECT id FROM thread");
    let folder = "/api/solutions".to_owned();
    for (method, path, field) in [
        (
            "PUT",
            format!("/api/ticket/{}/thread/{thread}", ticket.id),
            "attachments[]",
        ),
        ("POST", "/api/labels".into(), "file"),
        ("POST", folder, "attachments[]"),
    ] {
        let (kind, body) = Form::default()
            .field("reply", "new words")
            .field("name", "Named")
            .field("description", "d")
            .field("visibility", "public")
            .file(field, "a.txt", b"bytes")
            .finish();
        let answer = ada.send(method, &path, &kind, &body);
        assert_eq!(answer.error(400), "invalid_request", "{path}");
        assert!(
            answer.json()["errors"][field].is_array(),
            "{}",
            answer.text()
        );
    }
    assert_eq!(desk.number("SELECT count(*) FROM label"), 0);
}
