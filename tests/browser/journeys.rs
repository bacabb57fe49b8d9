//! What people do at the desk with a browser.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use crate::chromium::Chromium;
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
        page.click(".reader a");
        page.see("You are signed in");
        page.click("form .plain-button");
        page.see("E-mail address");
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

/// The owner lets a program in; then they do not.
pub(crate) fn consent(chromium: &Chromium, demo: &Demo) {
    let program = Program::new();
    let client = demo.new_client("Kettle counter", &program.address);
    let page = chromium.page().without_scripts();
    page.open(&demo.at("/en/sign-in"));
    demo.sign_in(&page, "owner", PASSWORD);
    page.see("You are signed in");
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
    page.wait("!document.querySelector('#create_label').closest('.operation').hidden");
    page.wait("document.querySelector('#get_me').closest('.operation').hidden");
    // Without a token it is whoever is signed in that tries, and may change something.
    page.open(&demo.at("/en/sign-in"));
    demo.sign_in(&page, "owner", PASSWORD);
    page.see("You are signed in");
    page.open(&demo.at("/en/api/docs?signed-in#create_label"));
    page.click("#create_label .try > button");
    page.wait("document.querySelector('#create_label .status')?.innerText.startsWith('200')");
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
    // Whoever made the desk theirs is signed in.
    page.open(&format!("{address}/"));
    page.see("You are signed in");
    page.see("Ada Lovelace");
    looks::at_every_size(&page, "signed_in");
    page.open(&format!("{address}/en/nowhere"));
    page.see("Nothing is here");
    looks::at_every_size(&page, "nothing_here");
    page.click(".button");
    page.see("Ada Lovelace");
}
