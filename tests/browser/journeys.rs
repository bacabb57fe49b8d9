//! What people do at the desk with a browser.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use serde_json::json;

use crate::chromium::{Chromium, Page};
use crate::{Demo, PASSWORD, looks};

pub(crate) fn sign_in_and_out(chromium: &Chromium, demo: &Demo) {
    for role in ["owner", "customer"] {
        let page = chromium.page().without_scripts();
        page.open(&demo.at("/en/api/me.html"));
        page.see("OAuth2 authentication required");
        page.click("a.button");
        page.reach(&demo.at("/en/sign-in?next="));
        demo.sign_in(&page, role, PASSWORD);
        page.reach(&demo.at("/en/api/me.html"));
        page.see(&demo.email(role));
        page.see("Sign out");
        page.click(".reader button");
        page.reach(&demo.at("/en/sign-in"));
        page.open(&demo.at("/en/api/me.html"));
        page.see("OAuth2 authentication required");
    }
}

pub(crate) fn a_wrong_password(chromium: &Chromium, demo: &Demo) {
    let page = chromium.page().without_scripts();
    page.open(&demo.at("/en/sign-in"));
    demo.sign_in(&page, "agent", "wrong horse");
    page.see("This address and this password do not fit.");
    // What was typed is there still, but for the password, which has the focus.
    page.wait("document.activeElement.id === 'password' && !document.activeElement.value");
    page.fill("#password", PASSWORD);
    page.click("button");
    page.see("You are signed in");
}

/// A program of somebody else's, which waits for its users to come back.
struct Program {
    listener: TcpListener,
    address: String,
}

impl Program {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a socket");
        let address = listener.local_addr().expect("its address");
        Self {
            listener,
            address: format!("http://{address}/back"),
        }
    }

    /// The query that the next user brings, on the path where they must come back.
    fn next_query(&self) -> String {
        loop {
            let (stream, _) = self.listener.accept().expect("a connection");
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            // A browser opens connections that it does not use.
            if !stream.read_line(&mut line).is_ok_and(|read| read > 0) {
                continue;
            }
            let answer =
                b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\ncame back";
            stream.get_mut().write_all(answer).expect("it listens");
            if let Some(query) = line.strip_prefix("GET /back?") {
                return query.split(' ').next().unwrap_or_default().to_owned();
            }
        }
    }
}

/// The owner makes a client by the form, and lets it in; then they do not.
pub(crate) fn consent(chromium: &Chromium, demo: &Demo) {
    let program = Program::new();
    let page = chromium.page().without_scripts();
    page.open(&demo.at("/en/api/api-clients.html"));
    page.click("a.button");
    page.see("E-mail address");
    demo.sign_in(&page, "owner", PASSWORD);
    page.reach(&demo.at("/en/api/api-clients.html"));
    open_form(&page, "POST");
    page.fill("form[method=post] [name=name]", "Kettle counter");
    page.fill("form[method=post] [name=redirectUris]", &program.address);
    page.click(".fields[method=post] button");
    page.see("clientSecret");
    let client = "[...document.querySelectorAll('.lines li')].find(one => one.innerText.startsWith('clientId'))?.lastElementChild.innerText";
    let client = page.wait(client);
    let client = client.as_str().expect("a name");
    let ask = format!(
        "/en/member/oauth/v2/auth?response_type=code&client_id={client}&redirect_uri={}&state=kettle-7",
        form_urlencoded::byte_serialize(program.address.as_bytes()).collect::<String>()
    );
    for (decision, wanted) in [("deny", "error=access_denied"), ("allow", "code=")] {
        page.open(&demo.at(&ask));
        page.see("Kettle counter asks to use");
        looks::at_every_size(&page, "consent");
        page.click(&format!("button[value={decision}]"));
        let query = program.next_query();
        assert!(query.contains(wanted), "{decision}: {query}");
        assert!(query.contains("state=kettle-7"), "{decision}: {query}");
        page.see("came back");
    }
}

/// The documentation is the one page with a script.
pub(crate) fn try_the_api(chromium: &Chromium, demo: &Demo) {
    let page = chromium.page();
    page.open(&demo.at("/en/api/docs#get_me"));
    page.fill("#token", &demo.token("owner"));
    page.click("#get_me .try > button");
    page.wait("document.querySelector('#get_me .status')?.innerText.startsWith('200')");
    page.see(&demo.email("owner"));
    // Searching leaves what has all the words.
    page.fill("#search", "post labels");
    page.wait("!document.querySelector('#post_labels').closest('.operation').hidden");
    page.wait("document.querySelector('#get_me').closest('.operation').hidden");
}

fn open_form(page: &Page<'_>, method: &str) {
    page.click(&format!(
        "details:has([name=_method][value={method}]) > summary"
    ));
    let fields = format!("[name=_method][value={method}]");
    page.wait(&format!(
        "document.querySelector({}).closest('details').open",
        json!(fields)
    ));
}

pub(crate) fn write_by_forms(chromium: &Chromium, demo: &Demo) {
    let page = chromium.page().without_scripts();
    page.open(&demo.at("/en/sign-in?next=/en/api/labels.html"));
    demo.sign_in(&page, "agent", PASSWORD);
    page.reach(&demo.at("/en/api/labels.html"));
    open_form(&page, "POST");
    page.fill(".fields[method=post] [name=name]", "Kettles <first>");
    page.click(".fields[method=post] button");
    page.see("Success ! Label created successfully.");
    page.click("a.button");
    page.reach(&demo.at("/en/api/labels.html"));
    page.see("Kettles <first>");
    let own = "[...document.querySelectorAll('.lines a')].filter(one => one.pathname.startsWith('/en/api/label/')).at(-1)?.href";
    let label = page.wait(own);
    let label = label.as_str().expect("an address");
    page.open(label);
    open_form(&page, "PUT");
    page.fill(".fields[method=post] [name=name]", "Kettles last");
    page.click("form:has([value=PUT]) button");
    page.see("Success ! Label updated successfully.");
    page.click("a.button");
    page.reach(label);
    page.see("Kettles last");
    open_form(&page, "DELETE");
    page.click("form:has([value=DELETE]) button");
    page.see("Success ! Label removed successfully.");
    page.click("a.button");
    page.reach(&demo.at("/en/api/labels.html"));
    assert_eq!(
        page.value("document.body.innerText.includes('Kettles last')"),
        Some(json!(false))
    );
}

pub(crate) fn set_up(chromium: &Chromium, address: &str, link: &str) {
    let page = chromium.page().without_scripts();
    page.open(link);
    looks::at_every_size(&page, "setup");
    page.fill("[name=firstName]", "Ada");
    page.fill("[name=lastName]", "Lovelace");
    page.fill("[name=email]", "ada@example.com");
    page.fill("[name='password[first]']", "correct horse");
    page.fill("[name='password[second]']", "correct house");
    page.click("button");
    page.wait("document.readyState === 'complete' && document.querySelector('.fault')");
    looks::at_every_size(&page, "setup_refused");
    page.fill("[name='password[first]']", "correct horse");
    page.fill("[name='password[second]']", "correct horse");
    page.click("button");
    page.see("The desk is yours");
    looks::at_every_size(&page, "setup_done");
    page.open(&format!("{address}/en/sign-in"));
    page.fill("#email", "ada@example.com");
    page.fill("#password", "correct horse");
    page.click("button");
    page.see("Ada Lovelace");
}
