//! Whom a call serves is judged at the door: on every path, before anything else is, and
//! without lending what is its caller's own.

use pocketdesk::base::who::{Privilege, TicketView};
use serde_json::{Value, json};

use super::super::holdings;
use crate::support::multipart::Form;
use crate::support::{Answer, Client, Desk, Opened};

const AS_ALAN: &str = "actAsType=customer&actAsEmail=alan@example.com";

/// A ticket with a reply, a note and a locked reply, each with a file.
fn ticket_with_secrets(desk: &Desk, email: &str) -> (Opened, Vec<i64>) {
    let ticket = desk.ticket_of(email, "Visible");
    let path = format!("/api/ticket/{}/threads", ticket.id);
    let files = ["reply", "note", "locked"].map(|kind| {
        let thread_type = if kind == "note" { "note" } else { "reply" };
        let form = Form::default()
            .field("threadType", thread_type)
            .field("reply", &format!("words of the {kind}"))
            .file("attachments[]", &format!("{kind}.txt"), kind.as_bytes());
        let (content_type, body) = form.finish();
        let made = desk.ada().send("POST", &path, &content_type, &body).ok();
        if kind == "locked" {
            let thread = format!("/api/ticket/{}/thread/{}", ticket.id, made["id"]);
            desk.ada()
                .patch(&thread, json!({ "updateType": "lock" }))
                .ok();
        }
        desk.number("SELECT max(id) FROM attachment")
    });
    (ticket, files.to_vec())
}

#[track_caller]
fn same(acting: &Answer, own: &Answer, about: &str) {
    assert_eq!(
        (acting.status, acting.text()),
        (own.status, own.text()),
        "{about}"
    );
}

/// Every reading of the table, by every number that the desk has: whoever acts as the
/// customer reads what the customer does, to the letter.
#[test]
fn whoever_acts_as_a_customer_reads_what_they_read() {
    let desk = Desk::new();
    let (own, own_files) = ticket_with_secrets(&desk, "alan@example.com");
    let (other, other_files) = ticket_with_secrets(&desk, "eve@example.com");
    let (ada, alan) = (desk.ada(), desk.alan());
    let files = own_files.iter().chain(&other_files);
    let mut paths: Vec<String> = files
        .map(|id| format!("/api/ticket/attachment/{id}"))
        .collect();
    for ticket in [own, other] {
        paths.push(format!("/api/ticket/{}", ticket.increment_id));
        paths.push(format!("/api/ticket/{}/threads", ticket.id));
    }
    for path in [
        "/api/me",
        "/api/tickets?mine&status=all",
        "/api/tickets?search=words&status=all",
        "/api/search?search=words",
        "/api/labels",
        "/api/members",
        "/api/customers",
        "/api/tasks",
        "/api/todos",
        "/api/tags",
        "/api/filters?name=customer",
        "/api/company",
        "/api/articles",
        "/en/api/tickets.html?status=all",
    ] {
        paths.push(path.to_owned());
    }
    let with = |path: &str| {
        let sign = if path.contains('?') { '&' } else { '?' };
        format!("{path}{sign}{AS_ALAN}")
    };
    for path in paths.iter().filter(|path| !path.contains(".html")) {
        let acting = ada.get(&with(path));
        let mine = alan.get(path);
        same(&acting, &mine, path);
        assert!(
            !acting.text().contains("words of the note"),
            "{path} shows a note"
        );
    }
    let shown = |ticket: Opened| ada.get(&with(&format!("/api/ticket/{}", ticket.increment_id)));
    assert_eq!(shown(own).status, 200);
    assert_eq!(shown(other).error(404), "not_found");
    let threads = ada.get(&with(&format!("/api/ticket/{}/threads", own.id)));
    assert!(threads.text().contains("words of the reply"));
    assert!(!threads.text().contains("words of the locked"));
    let page = ada.get(&with("/en/api/tickets.html?status=all"));
    assert!(page.text().contains("Visible"), "{}", page.text());
}

/// The log says as whom something was done, and who stood behind them.
#[test]
fn what_is_done_in_a_customers_name_says_who_stood_behind_them() {
    let desk = Desk::new();
    let ticket = desk.ticket("Alan's");
    let (alan, ada) = ["alan@example.com", "ada@example.com"]
        .map(|email| desk.user_id(email))
        .into();
    let path = format!("/api/ticket/{}/threads?{AS_ALAN}", ticket.id);
    let reply = json!({ "threadType": "reply", "reply": "r" });
    desk.ada().post(&path, reply).ok();
    let sql = format!(
        "SELECT count(*) FROM activity JOIN batch ON batch.id = batch_id
         WHERE property = 'thread_added' AND activity.user_id = {alan}
             AND batch.user_id = {alan} AND impersonator_id = {ada}"
    );
    assert_eq!(desk.number(&sql), 1);
}

/// Who has it read is the admin.
#[test]
fn a_reading_in_a_customers_name_is_not_theirs() {
    let desk = Desk::new();
    let (ticket, _) = ticket_with_secrets(&desk, "alan@example.com");
    let path = format!("/api/ticket/{}/threads", ticket.id);
    let viewed = || {
        desk.write(|_| Ok(()));
        desk.number("SELECT count(viewed_at) FROM thread")
    };
    desk.ada().get(&format!("{path}?{AS_ALAN}")).ok();
    assert_eq!(viewed(), 0);
    desk.alan().get(&path).ok();
    assert_eq!(viewed(), 1);
}

/// The two fields come in a query or in a body of any kind, with any method.
#[test]
fn the_two_fields_are_read_wherever_they_stand() {
    let desk = Desk::new();
    let ticket = desk.ticket_of("eve@example.com", "Eve's");
    let ada = desk.ada();
    let before = holdings(&desk);
    let json = json!({ "actAsType": "customer", "actAsEmail": "alan@example.com",
        "threadType": "reply", "reply": "x", "editType": "star", "name": "x" });
    let form = Form::default()
        .field("actAsType", "customer")
        .field("actAsEmail", "alan@example.com")
        .field("threadType", "reply")
        .field("reply", "x");
    let (multipart, parts) = form.finish();
    let url_encoded = "application/x-www-form-urlencoded";
    let rest = "threadType=reply&reply=x";
    let both = format!("{AS_ALAN}&{rest}");
    let email = format!("actAsEmail=alan@example.com&{rest}");
    for (method, path) in [
        ("GET", "threads"),
        ("POST", "threads"),
        ("POST", "collaborator"),
        ("PATCH", ""),
        ("PUT", "trash"),
        ("DELETE", ""),
    ] {
        let path = format!("/api/ticket/{}/{path}", ticket.id);
        let answers = [
            ada.send(
                method,
                &path,
                "application/json",
                json.to_string().as_bytes(),
            ),
            ada.send(method, &path, url_encoded, both.as_bytes()),
            ada.send(method, &path, &multipart, &parts),
            ada.send(
                method,
                &format!("{path}?{AS_ALAN}"),
                url_encoded,
                rest.as_bytes(),
            ),
            ada.send(
                method,
                &format!("{path}?actAsType=customer"),
                url_encoded,
                email.as_bytes(),
            ),
        ];
        for answer in answers {
            assert!(
                matches!(answer.status, 403 | 404),
                "{method} {path}: {}",
                answer.text()
            );
        }
    }
    assert_eq!(holdings(&desk), before);
}

#[test]
fn who_calls_and_who_may_are_judged_before_what_is_asked() {
    let desk = Desk::new();
    desk.ticket("Alan's");
    let creator = desk.agent(
        "creator@example.com",
        &[Privilege::CreateTicket],
        TicketView::All,
    );
    let (ada, grace, alan, nobody) = (desk.ada(), desk.grace(), desk.alan(), desk.anyone());
    let unknown = "actAsType=customer&actAsEmail=nobody@example.com";
    let malformed = b"{\"subject\": ".as_slice();
    for (about, client, method, target, body, status) in [
        (
            "no token",
            &nobody,
            "GET",
            "tickets?actAsType=king",
            b"".as_slice(),
            401,
        ),
        (
            "no token",
            &nobody,
            "POST",
            &format!("tickets?{AS_ALAN}"),
            malformed,
            401,
        ),
        (
            "a customer",
            &alan,
            "GET",
            &format!("tickets?{unknown}"),
            b"",
            403,
        ),
        (
            "an agent without the right",
            &grace,
            "GET",
            &format!("tickets?{unknown}"),
            b"",
            403,
        ),
        (
            "whom the row refuses",
            &grace,
            "POST",
            "members",
            malformed,
            403,
        ),
        (
            "whom the row refuses then",
            &ada,
            "POST",
            &format!("members?{AS_ALAN}"),
            malformed,
            403,
        ),
        (
            "as an agent, without being an admin",
            &creator,
            "GET",
            "tickets?actAsType=agent&actAsEmail=no",
            b"",
            403,
        ),
        (
            "nobody there",
            &creator,
            "PUT",
            &format!("ticket/1?{unknown}"),
            malformed,
            404,
        ),
        (
            "a torn body",
            &creator,
            "POST",
            &format!("tickets?{AS_ALAN}"),
            malformed,
            400,
        ),
    ] {
        let answer = client.send(method, &format!("/api/{target}"), "application/json", body);
        assert_eq!(
            answer.status,
            status,
            "{about}, {method} {target}: {}",
            answer.text()
        );
    }
}

#[test]
fn nobody_comes_to_more_by_acting_as_somebody() {
    let desk = Desk::new();
    let admin = json!({ "firstName": "Root", "lastName": "", "email": "root@example.com",
        "contactNumber": "", "role": "ROLE_ADMIN" });
    desk.ada().post("/api/members", admin).ok();
    let root = desk.as_email("root@example.com");
    let as_owner = "actAsType=agent&actAsEmail=ada@example.com";
    let as_grace = "actAsType=agent&actAsEmail=grace@example.com";
    assert_eq!(
        root.get(&format!("/api/me?{as_owner}")).error(403),
        "forbidden"
    );
    // Grace holds no privilege, so neither does an admin who acts as her.
    let label = json!({ "name": "Hers" });
    desk.ada()
        .post(&format!("/api/labels?{as_grace}"), label)
        .ok();
    assert!(desk.grace().get("/api/labels").text().contains("Hers"));
    let group = json!({ "name": "x", "description": "x" });
    let refused = desk.ada().post(&format!("/api/groups?{as_grace}"), group);
    assert_eq!(refused.error(403), "forbidden");
}

/// What somebody comes in with is theirs to make and to end.
#[test]
fn nothing_to_come_in_with_is_made_in_somebody_elses_name() {
    let desk = Desk::new();
    let ada = desk.ada();
    let token = json!({ "name": "Theirs" });
    let made = desk.alan().post("/api/access-tokens", token.clone()).ok();
    let password = json!({ "password": { "first": "long enough", "second": "long enough" },
        "firstName": "Grace", "lastName": "Hopper", "email": "grace@example.com",
        "contactNumber": "1", "timezone": "Europe/Rome" });
    let as_grace = "actAsType=agent&actAsEmail=grace@example.com";
    for (method, path, body) in [
        ("POST", format!("access-tokens?{AS_ALAN}"), token.clone()),
        ("POST", format!("access-tokens?{as_grace}"), token),
        (
            "DELETE",
            format!("access-token/{}?{AS_ALAN}", made["id"]),
            Value::Null,
        ),
        ("PUT", format!("member/profile?{as_grace}"), password),
    ] {
        let body = body.to_string();
        let answer = ada.send(
            method,
            &format!("/api/{path}"),
            "application/json",
            body.as_bytes(),
        );
        assert_eq!(answer.error(403), "forbidden", "{method} {path}");
    }
}

/// A key is its caller's: in their own name and in another's it is the same one.
#[test]
fn an_idempotency_key_is_the_real_callers() {
    let desk = Desk::new();
    let body = |subject: &str| json!({ "type": "2", "subject": subject, "reply": "r" });
    let path = format!("/api/tickets?{AS_ALAN}");
    let with_key = |client: &Client| client.with_header("Idempotency-Key", "one");
    let first = with_key(&desk.ada()).post(&path, body("Once")).ok();
    assert_eq!(with_key(&desk.ada()).post(&path, body("Once")).ok(), first);
    // Alan's own key of the same name is another one.
    with_key(&desk.alan())
        .post("/api/tickets", body("His"))
        .ok();
    with_key(&desk.ada()).post(&path, body("Other")).error(409);
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 2);
}

#[test]
fn only_a_ticket_makes_an_unknown_customer_and_none_makes_one_who_was_shut_out() {
    let desk = Desk::new();
    let ticket = desk.ticket("Alan's");
    let ada = desk.ada();
    let before = holdings(&desk);
    let unknown = "actAsType=customer&actAsEmail=new@example.com";
    let reply = json!({ "threadType": "reply", "reply": "r" });
    let threads = format!("/api/ticket/{}/threads?{unknown}", ticket.id);
    ada.post(&threads, reply).error(404);
    ada.get(&format!("/api/me?{unknown}")).error(404);
    // A refused ticket leaves nobody behind.
    let mut body = json!({ "type": "2", "subject": "", "reply": "r" });
    ada.post(&format!("/api/tickets?{unknown}"), body.clone())
        .error(400);
    body["type"] = json!(999);
    body["subject"] = json!("s");
    ada.post(&format!("/api/tickets?{unknown}"), body.clone())
        .error(400);
    body["type"] = json!(2);
    // Nor does one in a name that is not the address's.
    body["from"] = json!("somebody@example.com");
    ada.post(&format!("/api/tickets?{unknown}"), body.clone())
        .error(403);
    assert_eq!(holdings(&desk), before);
    desk.write(|change| {
        change.run(
            "UPDATE profile SET is_active = 0 WHERE side = 'customer'",
            [],
        )
    });
    body["from"] = Value::Null;
    ada.post(&format!("/api/tickets?{AS_ALAN}"), body)
        .error(404);
    assert_eq!(desk.number("SELECT count(*) FROM ticket"), 1);
}
