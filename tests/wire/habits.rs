//! The habits of clients in the wild, one test each, in the bytes that they send.
//!
//! In a request `TOKEN` stands for the owner's token and `LENGTH` for the length of what
//! follows the head; all else goes over the wire as it stands here.

use std::sync::Arc;
use std::time::Duration;

use pocketdesk::web::request::Request;
use pocketdesk::web::server::{Running, serve};
use serde_json::{Value, json};

use crate::client::{Answer, Client};
use crate::house;
use crate::support::Desk;

/// A desk behind a real socket, and one connection to it, which outlives every habit.
struct Open {
    desk: Desk,
    running: Option<Running>,
    client: Client,
    token: String,
}

impl Open {
    fn desk() -> Self {
        let desk = Desk::new();
        let mut settings = house::settings(desk.folder());
        settings.stored_folder = desk.app.parts().files.root().into();
        let app = Arc::clone(&desk.app);
        let answer = move |request: Request<'_>| app.handle(request);
        let running = serve(settings, Arc::new(answer)).expect("the server starts");
        let (_, socket) = running.address.split_once("://").expect("a scheme");
        Self {
            client: Client::connect(socket.parse().expect("an address")),
            token: desk.ada().token().to_owned(),
            running: Some(running),
            desk,
        }
    }

    /// Sends these bytes and reads the answer.
    fn ask(&mut self, raw: &str) -> Answer {
        let (head, body) = raw.split_once("\r\n\r\n").expect("a head and a body");
        let head = head
            .replace("TOKEN", &self.token)
            .replace("LENGTH", &body.len().to_string());
        self.client.send(format!("{head}\r\n\r\n{body}"));
        self.client.answer()
    }

    /// The same, of a request that must be served.
    #[track_caller]
    fn served(&mut self, raw: &str) -> Value {
        let answer = self.ask(raw);
        assert_eq!(answer.status, 200, "{raw}\n{}", answer.text());
        serde_json::from_slice(&answer.body).expect("JSON")
    }

    /// Sends a request without a body that must be served.
    #[track_caller]
    fn got(&mut self, line: &str) -> Value {
        self.served(&format!(
            "{line} HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\r\n"
        ))
    }

    /// The ids of the tickets of a list.
    #[track_caller]
    fn listed(&mut self, target: &str) -> Vec<i64> {
        let list = self.got(&format!("GET {target}"));
        let tickets = list["tickets"].as_array().expect("a list");
        tickets
            .iter()
            .filter_map(|ticket| ticket["id"].as_i64())
            .collect()
    }

    fn two_tickets(&self) -> (i64, i64) {
        (self.desk.ticket("One").id, self.desk.ticket("Two").id)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.stop(Duration::from_millis(200));
        }
    }
}

#[test]
fn php_builds_multipart_by_hand_without_a_closing_delimiter() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /en/api/tickets.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: multipart/form-data; boundary=---------------------8721656041911415653955623\r\n\
         Content-Length: LENGTH\r\n\r\n\
         -----------------------8721656041911415653955623\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n4\r\n\
         -----------------------8721656041911415653955623\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nBob\r\n\
         -----------------------8721656041911415653955623\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\nbob@example.com\r\n\
         -----------------------8721656041911415653955623\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\nSubject\r\n\
         -----------------------8721656041911415653955623\r\nContent-Disposition: form-data; name=\"reply\"\r\n\r\nBy hand\r\n",
    );
    // The next request on the same connection is not taken for the missing end.
    let view = open.got(&format!("GET /api/ticket/{}.json", made["incrementId"]));
    assert_eq!(view["ticket"]["subject"], "Subject");
    assert_eq!(view["ticket"]["type"]["id"], 4);
    assert!(
        view["createThread"]["reply"]
            .as_str()
            .expect("text")
            .contains("By hand")
    );
}

#[test]
fn a_boundary_comes_without_its_two_dashes_and_the_last_part_is_empty() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /en/api/tickets.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: multipart/form-data; boundary=---011000010111000001101001\r\n\
         Content-Length: LENGTH\r\n\r\n\
         -----011000010111000001101001\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n4\r\n\
         -----011000010111000001101001\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nBob\r\n\
         -----011000010111000001101001\r\nContent-Disposition: form-data; name=\"from\"\r\n\r\nbob@example.com\r\n\
         -----011000010111000001101001\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\nSubject\r\n\
         -----011000010111000001101001\r\nContent-Disposition: form-data; name=\"reply\"\r\n\r\nreply\r\n\
         -----011000010111000001101001\r\nContent-Disposition: form-data; name=\"attachments[]\"; filename=\"file.txt\"\r\nContent-Type: false\r\n\r\n\r\n\
         -----011000010111000001101001--",
    );
    assert!(made["ticketId"].is_i64(), "{made}");
}

#[test]
fn multipart_ends_right_after_its_last_value() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /api/labels.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: multipart/form-data; boundary=X\r\nContent-Length: LENGTH\r\n\r\n\
         --X\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nShort",
    );
    assert_eq!(made["label"]["name"], "Short");
}

#[test]
fn multipart_has_blank_lines_parts_without_headers_and_text_after_the_end() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /api/labels.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: multipart/form-data; boundary=X\r\nContent-Length: LENGTH\r\n\r\n\
         written before the first part\r\n\
         --X\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\r\nPlain\r\n\r\n\
         --X\r\n\r\nno header at all\r\n\
         --X\r\nContent-Disposition: form-data; name=color\r\n\r\n#fff\r\n\
         --X\r\n\r\n--X--\r\n\r\nand so on",
    );
    assert_eq!(made["label"]["name"], "Plain");
    assert_eq!(made["label"]["color"], "#fff");
}

#[test]
fn json_goes_under_the_form_type_that_curl_sends_by_default() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /api/labels.json HTTP/1.1\r\nHost: desk.test\r\nUser-Agent: curl/7.64.1\r\nAccept: */*\r\n\
         Authorization: Bearer TOKEN\r\nContent-Length: LENGTH\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n\
         {\"name\": \"a+b & c=d\", \"color\": \"#fff\"}",
    );
    assert_eq!(made["label"]["name"], "a+b & c=d");
    assert_eq!(made["label"]["color"], "#fff");
}

#[test]
fn a_form_with_brackets_comes_by_put() {
    let mut open = Open::desk();
    let (one, two) = open.two_tickets();
    for (body, status) in [
        (format!("ids[]={one}&ids[]={two}&statusId=2"), 2),
        (format!("ids%5B0%5D={one}&ids%5B1%5D={two}&statusId=3"), 3),
    ] {
        open.served(&format!(
            "PUT /api/tickets/status.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
             Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\nContent-Length: LENGTH\r\n\r\n{body}"
        ));
        let sql = format!("SELECT count(*) FROM ticket WHERE status_id = {status}");
        assert_eq!(open.desk.number(&sql), 2, "{body}");
    }
}

#[test]
fn a_form_comes_by_patch() {
    let mut open = Open::desk();
    let (one, _) = open.two_tickets();
    open.served(&format!(
        "PATCH /api/ticket/{one}.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\n\
         editType=priority&value=4"
    ));
    let sql = format!("SELECT priority_id FROM ticket WHERE id = {one}");
    assert_eq!(open.desk.number(&sql), 4);
}

#[test]
fn a_form_with_brackets_comes_by_delete() {
    let mut open = Open::desk();
    let (one, two) = open.two_tickets();
    let said = open.served(&format!(
        "DELETE /api/tickets.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\n\
         ids%5B%5D={one}&ids%5B%5D={two}"
    ));
    assert_eq!(said["deletedTickets"], format!("{one},{two}"));
}

#[test]
fn ids_are_a_text_with_commas_a_text_each_or_one_number() {
    let mut open = Open::desk();
    let (one, two) = open.two_tickets();
    for (ids, status, changed) in [
        (format!("\"{one},{two}\""), 2, 2),
        (format!("[\"{one}\", \"{two}\"]"), 3, 2),
        (format!("{one}"), 4, 1),
        (format!("\"{one}\""), 5, 1),
    ] {
        open.served(&format!(
            "PUT /api/tickets/status.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
             Content-Type: application/json\r\nContent-Length: LENGTH\r\n\r\n\
             {{\"ids\": {ids}, \"statusId\": \"{status}\"}}"
        ));
        let sql = format!("SELECT count(*) FROM ticket WHERE status_id = {status}");
        assert_eq!(open.desk.number(&sql), changed, "{ids}");
    }
}

/// What a generator makes of an object and of lists where the description is a form.
#[test]
fn a_generated_client_sends_flat_values_where_pairs_and_lists_are_due() {
    let mut open = Open::desk();
    let set = open.served(
        "POST /api/agent-privileges.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\n\
         name=Tasks&description=of+tasks&privileges=ROLE_AGENT_CREATE_TASK",
    );
    let set = set["id"].clone();
    let made = open.served(&format!(
        "POST /api/members.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\n\
         firstName=Hedy&lastName=&email=hedy%40example.com&contactNumber=&password=long-enough\
         &agentPrivilege={set}&groups=1&ticketView=2&isActive=on"
    ));
    let member = open.got(&format!("GET /api/member/{}.json", made["id"]));
    assert_eq!(
        member["data"][0]["agentPrivilege"],
        json!([set.to_string()])
    );
    assert_eq!(member["data"][0]["ticketView"], 2);
    assert_eq!(member["data"][0]["isActive"], true);
    let hashed = "SELECT count(*) FROM user WHERE email = 'hedy@example.com' AND password_hash LIKE '$argon2id$%'";
    assert_eq!(open.desk.number(hashed), 1);
    let grouped = "SELECT count(*) FROM group_user WHERE group_id = 1";
    assert_eq!(open.desk.number(grouped), 1);
}

#[test]
fn an_object_comes_as_json_text_in_a_form() {
    let mut open = Open::desk();
    let field = open.served(
        "POST /api/custom-fields.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/json\r\nContent-Length: LENGTH\r\n\r\n\
         {\"name\": \"Order\", \"fieldType\": \"text\"}",
    );
    let made = open.served(&format!(
        "POST /api/tickets.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: LENGTH\r\n\r\n\
         type=1&name=Bob&from=bob%40example.com&subject=s&reply=r&customFields=%7B%22{}%22%3A%22A-17%22%7D",
        field["id"]
    ));
    let view = open.got(&format!("GET /api/ticket/{}.json", made["incrementId"]));
    assert_eq!(view["ticket"]["customFieldValues"][0]["value"], "A-17");
}

#[test]
fn filters_are_keys_without_a_value() {
    let mut open = Open::desk();
    let (one, two) = open.two_tickets();
    open.got(&format!("PUT /api/ticket/{one}/trash.json"));
    assert_eq!(open.listed("/api/tickets.json?trashed"), [one]);
    assert_eq!(
        open.listed("/api/tickets.json?trashed&sort=t.id&direction=asc"),
        [one]
    );
    assert_eq!(open.listed("/api/tickets.json?new"), [two]);
    assert_eq!(open.listed("/api/tickets.json?new=1"), [two]);
    assert_eq!(open.listed("/api/tickets.json?page="), [two]);
    assert_eq!(open.listed("/api/tickets.json?&page=1"), [two]);
    assert_eq!(open.listed("/api/tickets.json?page=0&&unknown"), [two]);
}

#[test]
fn an_address_in_the_query_holds_a_plus_that_is_not_escaped() {
    let mut open = Open::desk();
    open.desk.customer("bob+shop@example.com");
    for target in [
        "/api/customers.json?email=bob+shop@example.com",
        "/api/customers.json?email=bob%2Bshop%40example.com",
        "/api/customers.json?email[]=bob+shop@example.com",
    ] {
        let found = open.got(&format!("GET {target}"));
        assert_eq!(
            found["customers"][0]["email"], "bob+shop@example.com",
            "{target}"
        );
        assert_eq!(
            found["customers"].as_array().map(Vec::len),
            Some(1),
            "{target}"
        );
    }
}

#[test]
fn the_path_ends_in_blanks() {
    let mut open = Open::desk();
    let (_, two) = open.two_tickets();
    for target in [
        "/en/api/tickets.json%20",
        "/api/tickets.json%20%20?new=1",
        "/api/tickets%20",
        "/api/tickets.json%20?sort=t.id",
    ] {
        assert_eq!(open.listed(target).first(), Some(&two), "{target}");
    }
}

#[test]
fn delete_has_its_parameters_in_the_query() {
    let mut open = Open::desk();
    for query in [
        "ids=ONE,TWO",
        "ids[]=ONE&ids[]=TWO",
        "ids%5B0%5D=ONE&ids%5B1%5D=TWO",
    ] {
        let (one, two) = open.two_tickets();
        let query = query
            .replace("ONE", &one.to_string())
            .replace("TWO", &two.to_string());
        let said = open.got(&format!("DELETE /api/tickets.json?{query}"));
        assert_eq!(said["deletedTickets"], format!("{one},{two}"), "{query}");
    }
}

#[test]
fn a_link_carries_the_token_on_get_alone() {
    let mut open = Open::desk();
    let (_, two) = open.two_tickets();
    let list =
        open.served("GET /api/tickets.json?access_token=TOKEN HTTP/1.1\r\nHost: desk.test\r\n\r\n");
    assert_eq!(list["tickets"][0]["id"], two);
    let refused = open.ask(
        "POST /api/labels.json?access_token=TOKEN HTTP/1.1\r\nHost: desk.test\r\n\
         Content-Type: application/json\r\nContent-Length: LENGTH\r\n\r\n{\"name\": \"x\"}",
    );
    assert_eq!(refused.status, 401);
}

#[test]
fn an_empty_body_comes_under_any_type() {
    let mut open = Open::desk();
    let (one, _) = open.two_tickets();
    for content_type in [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=X",
        "multipart/form-data",
    ] {
        open.served(&format!(
            "PUT /api/ticket/{one}/trash.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
             Content-Type: {content_type}\r\nContent-Length: LENGTH\r\n\r\n"
        ));
    }
}

/// The type that a client sets on every request, and on GET an empty object.
#[test]
fn a_get_has_a_type_and_a_body() {
    let mut open = Open::desk();
    let list = open.served(
        "GET /api/labels.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/json\r\nContent-Length: LENGTH\r\n\r\n{}",
    );
    assert!(list["labels"].is_array());
}

#[test]
fn files_come_under_every_name() {
    let mut open = Open::desk();
    let (one, _) = open.two_tickets();
    for (at, name) in [
        "attachments[]",
        "attachments[0]",
        "attachments",
        "files",
        "files[]",
    ]
    .into_iter()
    .enumerate()
    {
        open.served(&format!(
            "POST /api/ticket/{one}/threads.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
             Content-Type: multipart/form-data; boundary=X\r\nContent-Length: LENGTH\r\n\r\n\
             --X\r\nContent-Disposition: form-data; name=\"threadType\"\r\n\r\nreply\r\n\
             --X\r\nContent-Disposition: form-data; name=\"reply\"\r\n\r\nSee the file\r\n\
             --X\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\n\
             bytes of {at}\r\n--X--\r\n"
        ));
        let file = open.desk.number("SELECT max(id) FROM attachment");
        let answer = open.ask(&format!(
            "GET /api/ticket/attachment/{file}.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\r\n"
        ));
        assert_eq!(answer.text(), format!("bytes of {at}"), "{name}");
    }
}

#[test]
fn an_upload_comes_in_chunks() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /api/labels.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n\
         9\r\n{\"name\": \r\n8\r\n\"Parts\"}\r\n0\r\n\r\n",
    );
    assert_eq!(made["label"]["name"], "Parts");
}

#[test]
fn header_names_and_the_scheme_come_in_any_case_of_letters() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /api/labels.json HTTP/1.1\r\nHOST: desk.test\r\nauthorization: bearer TOKEN\r\n\
         content-type: APPLICATION/JSON\r\ncontent-length: LENGTH\r\n\r\n{\"name\": \"Quiet\"}",
    );
    assert_eq!(made["label"]["name"], "Quiet");
}

#[test]
fn json_begins_with_a_byte_order_mark() {
    let mut open = Open::desk();
    let made = open.served(
        "POST /api/labels.json HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer TOKEN\r\n\
         Content-Type: application/json\r\nContent-Length: LENGTH\r\n\r\n\u{feff}{\"name\": \"Marked\"}",
    );
    assert_eq!(made["label"]["name"], "Marked");
}
