//! The pages in a real browser: people sign in, let programs in and try the API, with
//! scripts switched off wherever a page has none.
//!
//! Without a Chromium this is skipped, loudly; `POCKETDESK_BROWSER=required` makes it a
//! failure. `POCKETDESK_PICTURES=folder` keeps a picture of every page that is looked at.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on fails where it stands"
)]

#[path = "../support/binary.rs"]
#[expect(dead_code, reason = "the other tests of the binary need more of it")]
mod binary;
mod chromium;
#[path = "../support/http.rs"]
#[expect(dead_code, reason = "the tests of the socket need more of it")]
mod http;
mod journeys;
mod looks;

use std::path::Path;

use binary::Serving;
use chromium::{Chromium, Page};

/// What every login of the demo has.
const PASSWORD: &str = "demo-password";

/// A demo that is served.
struct Demo {
    address: String,
    lines: Vec<String>,
    _server: Serving,
}

impl Demo {
    fn start(temporary: &Path) -> Self {
        let mut server = Serving::demo(temporary);
        let lines = server.lines_until("curl ");
        Self {
            address: server.address.clone(),
            lines,
            _server: server,
        }
    }

    fn at(&self, target: &str) -> String {
        format!("{}{target}", self.address)
    }

    /// The word behind what the demo says of a role.
    fn word(&self, role: &str, is_line: impl Fn(&str) -> bool, before: &str) -> String {
        let word = self.lines.iter().find_map(|line| {
            let rest = line.strip_prefix(role).filter(|rest| is_line(rest))?;
            rest.split_once(before)?.1.split_whitespace().next()
        });
        let word = word.unwrap_or_else(|| panic!("{role}: {:?}", self.lines));
        word.to_owned()
    }

    fn email(&self, role: &str) -> String {
        self.word(role, |rest| rest.contains('@'), " ")
    }

    fn token(&self, role: &str) -> String {
        self.word(role, |_| true, "access token ")
    }

    /// The id of a new client of the owner's, which answers at `address`.
    fn new_client(&self, name: &str, address: &str) -> String {
        let body = serde_json::json!({ "name": name, "redirectUris": address }).to_string();
        let host = self.address.trim_start_matches("http://");
        let mut client = http::Client::connect(host.parse().expect("an address"));
        client.send(format!(
            "POST /api/api-clients.json HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.token("owner"),
            body.len(),
        ));
        let answer = client.answer();
        let made: serde_json::Value = serde_json::from_str(answer.text()).expect("JSON");
        made["clientId"].as_str().expect("an id").to_owned()
    }

    /// Fills in the sign-in page, where the browser is.
    fn sign_in(&self, page: &Page<'_>, role: &str, password: &str) {
        page.fill("#email", &self.email(role));
        page.fill("#password", password);
        page.click("button");
    }
}

#[test]
fn people_come_and_go() {
    let Some(chromium) = Chromium::start() else {
        return;
    };
    let temporary = tempfile::tempdir().expect("a folder");
    let demo = Demo::start(temporary.path());
    journeys::sign_in_and_out(&chromium, &demo);
    journeys::a_wrong_password(&chromium, &demo);
    journeys::consent(&chromium, &demo);
    journeys::try_the_api(&chromium, &demo);
    looks::every_page_fits(&chromium, &demo);
}

#[test]
fn an_empty_desk_gets_its_owner() {
    let Some(chromium) = Chromium::start() else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let server = Serving::start(folder.path());
    let link = server.word_on_stderr(&format!("{}/setup?code=", server.address));
    journeys::set_up(&chromium, &server.address, &link);
}
