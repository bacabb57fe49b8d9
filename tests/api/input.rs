//! What clients in the wild send: every sloppy form of section 4 of the contract.

use serde_json::json;

use crate::support::{Answer, Client, Desk};

const FORM: &str = "application/x-www-form-urlencoded";

fn id_in(answer: &Answer) -> i64 {
    answer.ok()["label"]["id"].as_i64().expect("an id")
}

#[test]
fn a_body_is_judged_by_its_content() {
    let desk = Desk::new();
    let ada = desk.ada();
    for (at, (content_type, body)) in [
        (FORM, r##"{"name": "N", "color": "#fff"}"##),
        (FORM, " \n{\"name\": \"N\", \"color\": \"#fff\"}\n"),
        ("", r##"{"name": "N", "color": "#fff"}"##),
        ("text/plain", r##"{"name": "N", "color": "#fff"}"##),
        (
            "application/json; charset=utf-8",
            r##"{"name": "N", "color": "#fff"}"##,
        ),
        (
            "application/vnd.api+json",
            r##"{"name": "N", "color": "#fff"}"##,
        ),
        (
            "application/json",
            "\u{feff}{\"name\": \"N\", \"color\": \"#fff\"}",
        ),
        (FORM, "name=N&color=%23fff"),
        ("", "name=N&color=%23fff"),
        ("text/plain", "name=N&color=%23fff"),
        (FORM, "color=%23fff&&=&name=old&name=N&unknown[a][]=1"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = body.replace('N', &format!("Label {at}"));
        let answer = ada.send("POST", "/api/labels", content_type, body.as_bytes());
        assert_eq!(
            answer.status,
            200,
            "{content_type}: {body}: {}",
            answer.text()
        );
        assert_eq!(answer.json()["label"]["color"], "#fff", "{body}");
        assert_eq!(answer.json()["label"]["name"], format!("Label {at}"));
    }
}

#[test]
fn an_empty_body_is_an_empty_object_whatever_the_header_says() {
    let desk = Desk::new();
    let ticket = desk.ticket("Empty");
    let ada = desk.ada();
    for content_type in [
        "",
        FORM,
        "application/json",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/xml",
    ] {
        for body in ["", "  \r\n"] {
            let path = format!("/api/ticket/{}/trash", ticket.id);
            let answer = ada.send("PUT", &path, content_type, body.as_bytes());
            assert_eq!(
                answer.status,
                200,
                "{content_type:?} {body:?}: {}",
                answer.text()
            );
            let refused = ada.send("POST", "/api/labels", content_type, body.as_bytes());
            assert_eq!(
                refused.status,
                400,
                "{content_type:?} {body:?}: {}",
                refused.text()
            );
            assert!(
                refused.json()["errors"]["name"].is_array(),
                "{}",
                refused.text()
            );
        }
    }
}

#[test]
fn what_is_no_object_says_nothing_of_any_field() {
    let desk = Desk::new();
    for body in ["[]", "[1,2]", "null", "7", "\"x\"", "{}"] {
        let answer = desk
            .ada()
            .send("POST", "/api/labels", "application/json", body.as_bytes());
        assert_eq!(answer.error(400), "invalid_request", "{body}");
    }
}

#[test]
fn broken_and_hostile_bodies_are_refused() {
    let desk = Desk::new();
    let ada = desk.ada();
    let deep = format!("{{\"name\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    let many = (0..1100)
        .map(|at| format!("k{at}=1"))
        .collect::<Vec<_>>()
        .join("&");
    let brackets = format!("name{}=1", "[a]".repeat(500));
    for (content_type, body, statuses) in [
        ("application/json", "{\"name\": ", vec![400]),
        ("application/json", "name=x", vec![400]),
        (FORM, "{\"name\": \"x\"", vec![400]),
        (
            "application/json",
            "{\"name\": \"a\", \"name\": \"b\"}",
            vec![400],
        ),
        ("application/json", &deep, vec![400, 413]),
        (FORM, &many, vec![400, 413]),
        (FORM, &brackets, vec![400, 413]),
        ("text/xml", "<name>x</name>", vec![415]),
        ("multipart/form-data", "name=x", vec![400]),
    ] {
        let answer = ada.send("POST", "/api/labels", content_type, body.as_bytes());
        assert!(
            statuses.contains(&answer.status),
            "{content_type}: {}: {}",
            &body[..body.len().min(60)],
            answer.text()
        );
        assert!(
            !answer.json()["error_description"]
                .as_str()
                .unwrap()
                .is_empty()
        );
    }
    let invalid = ada.send("POST", "/api/labels", FORM, b"name=%ff%fe");
    assert!(matches!(invalid.status, 200 | 400));
    assert!(desk.number("SELECT count(*) FROM label") <= 1);
}

/// Each way to name two tickets; the answer must be the same for all.
#[test]
fn ids_come_in_every_shape() {
    let desk = Desk::new();
    let (one, two) = (desk.ticket("One").id, desk.ticket("Two").id);
    let ada = desk.ada();
    let starred = |status: i64| {
        desk.number(&format!(
            "SELECT count(*) FROM ticket WHERE status_id = {status}"
        ))
    };
    let forms = [
        (
            "application/json",
            format!(r#"{{"ids":[{one},{two}],"statusId":S}}"#),
        ),
        (
            "application/json",
            format!(r#"{{"ids":["{one}","{two}"],"statusId":"S"}}"#),
        ),
        (
            "application/json",
            format!(r#"{{"ids":"{one},{two}","statusId":S}}"#),
        ),
        (
            "application/json",
            format!(r#"{{"ids":" {one} , {two} ,","statusId":" S "}}"#),
        ),
        (
            "application/json",
            format!(r#"{{"ids":{{"0":{one},"1":{two}}},"statusId":S}}"#),
        ),
        (
            "application/json",
            format!(r#"{{"ids":"[{one},{two}]","statusId":S}}"#),
        ),
        (FORM, format!("ids[]={one}&ids[]={two}&statusId=S")),
        (FORM, format!("ids[0]={one}&ids[1]={two}&statusId=S")),
        (
            FORM,
            format!("ids%5B0%5D={one}&ids%5B1%5D={two}&statusId=S"),
        ),
        (FORM, format!("ids[5]={one}&ids[9]={two}&statusId=S")),
        (FORM, format!("ids={one}%2C{two}&statusId=S")),
        ("", format!("ids[]={one}&ids[]={two}&statusId=S")),
    ];
    for (at, (content_type, body)) in forms.iter().enumerate() {
        let status = 2 + i64::try_from(at % 4).unwrap();
        let body = body.replace('S', &status.to_string());
        let answer = ada.send("PUT", "/api/tickets/status", content_type, body.as_bytes());
        let said = json!({ "message": "Success ! Tickets status changed successfully." });
        assert_eq!(answer.ok(), said, "{body}");
        assert_eq!(starred(status), 2, "{body}");
    }
    for body in [
        format!(r#"{{"ids":{one},"statusId":1}}"#),
        format!(r#"{{"ids":"{one}","statusId":1}}"#),
    ] {
        ada.send(
            "PUT",
            "/api/tickets/status",
            "application/json",
            body.as_bytes(),
        )
        .ok();
        assert_eq!(starred(1), 1, "{body}");
    }
}

#[test]
fn a_form_with_brackets_works_on_every_method() {
    let desk = Desk::new();
    let ticket = desk.ticket("Forms");
    let ada = desk.ada();
    let path = format!("/api/ticket/{}", ticket.id);
    let status = |want: i64| assert_eq!(desk.number("SELECT status_id FROM ticket"), want);
    ada.send("PATCH", &path, FORM, b"editType=status&value=3")
        .ok();
    status(3);
    let put = format!("ids%5B%5D={}&statusId=2", ticket.id);
    ada.send("PUT", "/api/tickets/status", FORM, put.as_bytes())
        .ok();
    status(2);
    let delete = format!("ids[0]={}", ticket.id);
    ada.send("DELETE", "/api/tickets", FORM, delete.as_bytes())
        .ok();
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 0);
}

#[test]
fn parameters_of_delete_may_stand_in_the_query() {
    let desk = Desk::new();
    let ada = desk.ada();
    for query in [
        "ids[]=A&ids[]=B",
        "ids=A,B",
        "ids[0]=A&ids[1]=B",
        "ids%5b%5d=A&ids%5b%5d=B",
        "access_token=x&ids=A,B",
    ] {
        let (one, two) = (desk.ticket("One").id, desk.ticket("Two").id);
        let query = query
            .replace('A', &one.to_string())
            .replace('B', &two.to_string());
        let said = ada.delete(&format!("/api/tickets.json?{query}")).ok();
        assert_eq!(said["deletedTickets"], format!("{one},{two}"), "?{query}");
    }
    // A body goes before the query.
    let (one, two) = (desk.ticket("One").id, desk.ticket("Two").id);
    ada.delete_with(&format!("/api/tickets?ids={one}"), json!({ "ids": [two] }))
        .ok();
    assert_eq!(desk.number("SELECT id FROM ticket"), one);
}

#[test]
fn numbers_and_flags_come_as_text() {
    let desk = Desk::new();
    let ada = desk.ada();
    for (at, flag) in [
        json!(true),
        json!(1),
        json!("1"),
        json!("true"),
        json!("on"),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "name": format!("T{at}"), "description": 7, "isActive": flag });
        let id = ada.post("/api/ticket-types", body).ok()["id"].clone();
        assert_eq!(
            ada.get(&format!("/api/ticket-type/{id}")).ok()["isActive"],
            true,
            "{flag}"
        );
    }
    for (at, flag) in [
        json!(false),
        json!(0),
        json!("0"),
        json!("false"),
        json!("off"),
        json!(""),
        json!(null),
    ]
    .into_iter()
    .enumerate()
    {
        let body = json!({ "name": format!("F{at}"), "description": "x", "isActive": flag });
        let id = ada.post("/api/ticket-types", body).ok()["id"].clone();
        assert_eq!(
            ada.get(&format!("/api/ticket-type/{id}")).ok()["isActive"],
            false,
            "{flag}"
        );
    }
}

#[test]
fn addresses_of_every_shape_lead_to_the_same_place() {
    let desk = Desk::new();
    let ticket = desk.ticket("Paths");
    let ada = desk.ada();
    let number = ticket.increment_id;
    for target in [
        format!("/api/ticket/{number}"),
        format!("/api/ticket/{number}.json"),
        format!("/api/ticket/{number}.json%20"),
        format!("/api/ticket/{number}%20%20"),
        format!("/en/api/ticket/{number}.json"),
        format!("/xx/api/ticket/{number}.json"),
        format!("/zz/api/ticket/{number}"),
        format!("/api/ticket/{number}.json?"),
        format!("/api/ticket/{number}.json?unknown=1&&"),
        format!("/api/ticket/{number}/"),
        format!("//api//ticket/{number}"),
        format!("http://desk.example.com/api/ticket/{number}.json"),
    ] {
        assert_eq!(ada.get(&target).ok()["ticket"]["id"], ticket.id, "{target}");
    }
    for target in [
        format!("/english/api/ticket/{number}"),
        format!("/EN/api/ticket/{number}"),
        format!("/api/ticket/{number}.xml"),
        format!("/ticket/{number}"),
        format!("/api/api/ticket/{number}"),
        format!("/api/ticket/{number}/x"),
        "/api/ticket/%2e%2e/labels".into(),
        "/api".into(),
    ] {
        assert_eq!(ada.get(&target).error(404), "not_found", "{target}");
    }
}

#[test]
fn the_page_of_an_answer_says_the_same_and_runs_nothing() {
    let desk = Desk::new();
    let ada = desk.ada();
    let body = json!({ "type": 1, "name": "<i>Al</i>", "from": "alan@example.com",
        "subject": "<script>alert('x')</script>", "reply": "x" });
    let made = ada.post("/api/tickets", body).ok();
    for target in [
        format!("/en/api/ticket/{}.html", made["incrementId"]),
        "/api/tickets.html".into(),
        "/api/labels.html%20".into(),
    ] {
        let answer = ada.get(&target);
        assert_eq!(answer.status, 200, "{target}");
        assert_eq!(
            answer.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'"), "{policy}");
        assert!(!answer.text().contains("<script>alert"), "{target}");
    }
    let page = ada.get("/api/tickets.html");
    assert!(page.text().contains("&#60;script&#62;") || page.text().contains("&lt;script&gt;"));
    let refused = desk.anyone().get("/api/tickets.html");
    assert_eq!(refused.status, 401);
    assert_eq!(
        refused.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(ada.get("/api/ticket/999.html").status, 404);
}

#[test]
fn hostile_names_and_values_are_only_words() {
    let desk = Desk::new();
    let ada: Client = desk.ada();
    for words in [
        "'; DROP TABLE label; --",
        "\" OR 1=1",
        "%00",
        "{{7*7}}",
        "${jndi:x}",
        "../../x",
        "<b>",
        "=cmd|' /C calc'!A0",
    ] {
        let id = id_in(&ada.post("/api/labels", json!({ "name": words })));
        assert_eq!(ada.get(&format!("/api/label/{id}")).ok()["name"], words);
    }
    // What does not show is not kept, and is no name.
    let id = id_in(&ada.post("/api/labels", json!({ "name": "nul\0" })));
    assert_eq!(ada.get(&format!("/api/label/{id}")).ok()["name"], "nul");
    let answer = ada.post("/api/labels", json!({ "name": "\0" }));
    assert_eq!(answer.error(400), "invalid_request");
    assert_eq!(desk.number("SELECT count(*) FROM label"), 9);
}
