//! A Chromium without a window, told what to do by the `DevTools` protocol over two pipes,
//! which needs no library. It clicks and types as people do, and waits for what they would
//! wait for.

use std::cell::RefCell;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

/// Longer than anything here should take, so that a hang is a failure and not a hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// Programs that are a Chromium.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Where this is set, a missing Chromium is a failure.
const REQUIRED: &str = "POCKETDESK_BROWSER";

/// The browser; it ends when dropped.
pub(crate) struct Chromium {
    child: Child,
    wire: RefCell<Wire>,
    _profile: TempDir,
}

struct Wire {
    to: ChildStdin,
    from: Receiver<Value>,
    last: u64,
}

impl Chromium {
    /// Starts one; nothing, and a loud line, where this machine has none.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = NAMES.into_iter().find(|name| is_there(name)) else {
            assert!(
                std::env::var_os(REQUIRED).is_none(),
                "{REQUIRED} is set and there is no chromium: install one"
            );
            // Not by a macro, whose words a passing test keeps to itself.
            let line = b"SKIPPED: no chromium, so nobody looks at the pages (on Debian: apt-get install chromium)\n";
            std::io::stderr().write_all(line).expect("standard error");
            return None;
        };
        let profile = tempfile::tempdir().expect("a folder");
        // The protocol is spoken on the third and the fourth file.
        let mut child = Command::new("sh")
            .args([
                "-c",
                "exec \"$0\" \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null",
                program,
            ])
            .args([
                "--headless=new",
                "--remote-debugging-pipe",
                "--no-first-run",
            ])
            .args(["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
            ])
            .args([
                "--disable-extensions",
                "--disable-sync",
                "--no-proxy-server",
            ])
            .args(["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"])
            .args(["--lang=en", "--accept-lang=en", "--hide-scrollbars"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromium starts");
        let to = child.stdin.take().expect("a pipe to it");
        let mut pipe = BufReader::new(child.stdout.take().expect("a pipe from it"));
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while pipe.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                let value = serde_json::from_slice(&message).expect("JSON");
                if sender.send(value).is_err() {
                    return;
                }
                message.clear();
            }
        });
        Some(Self {
            child,
            wire: RefCell::new(Wire { to, from, last: 0 }),
            _profile: profile,
        })
    }

    /// A page in a context of its own: it shares no cookies with another.
    pub(crate) fn page(&self) -> Page<'_> {
        let context = self.ask(None, "Target.createBrowserContext", json!({}));
        let context = &context["browserContextId"];
        let about = json!({ "url": "about:blank", "browserContextId": context });
        let target = self.ask(None, "Target.createTarget", about);
        let about = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = self.ask(None, "Target.attachToTarget", about);
        let session = attached["sessionId"].as_str().expect("a session");
        let page = Page {
            chromium: self,
            session: session.to_owned(),
        };
        page.tell("Page.enable", json!({}));
        page.look(1200, "light");
        page
    }

    #[track_caller]
    fn ask(&self, session: Option<&str>, method: &str, parameters: Value) -> Value {
        match self.try_ask(session, method, parameters) {
            Ok(result) => result,
            Err(error) => panic!("{method}: {error}"),
        }
    }

    #[track_caller]
    fn try_ask(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, Value> {
        let mut wire = self.wire.borrow_mut();
        wire.last += 1;
        let id = wire.last;
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        wire.to.write_all(&bytes).expect("chromium listens");
        let began = Instant::now();
        loop {
            let left = PATIENCE.saturating_sub(began.elapsed());
            let Ok(mut message) = wire.from.recv_timeout(left) else {
                panic!("chromium does not answer {method}");
            };
            if message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(error.clone()),
                    None => Ok(message["result"].take()),
                };
            }
        }
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        // It may have ended already, and is reaped either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_there(program: &str) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&paths).any(|folder| folder.join(program).is_file())
}

/// One page of the browser.
pub(crate) struct Page<'c> {
    chromium: &'c Chromium,
    session: String,
}

impl Page<'_> {
    #[track_caller]
    pub(crate) fn tell(&self, method: &str, parameters: Value) -> Value {
        self.chromium.ask(Some(&self.session), method, parameters)
    }

    /// From now on no script of a page runs; what the tests ask still does.
    pub(crate) fn without_scripts(self) -> Self {
        let parameters = json!({ "value": true });
        self.tell("Emulation.setScriptExecutionDisabled", parameters);
        self
    }

    /// A window of this width, for somebody who likes it light or dark.
    pub(crate) fn look(&self, width: u32, scheme: &str) {
        let size =
            json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.tell("Emulation.setDeviceMetricsOverride", size);
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.tell("Emulation.setEmulatedMedia", features);
    }

    /// Goes to an address and waits until it is there.
    #[track_caller]
    pub(crate) fn open(&self, address: &str) {
        let gone = self.tell("Page.navigate", json!({ "url": address }));
        assert!(gone.get("errorText").is_none(), "{address}: {gone}");
        self.wait("document.readyState === 'complete'");
    }

    /// What an expression is in the page; nothing while the page changes.
    #[track_caller]
    pub(crate) fn value(&self, expression: &str) -> Option<Value> {
        let asked = json!({ "expression": expression, "returnByValue": true });
        let answer = self
            .chromium
            .try_ask(Some(&self.session), "Runtime.evaluate", asked);
        let answer = answer.ok()?;
        if answer.get("exceptionDetails").is_some() {
            return None;
        }
        Some(answer["result"]["value"].clone())
    }

    /// Waits until an expression is true, or anything but nothing; answers it.
    #[track_caller]
    pub(crate) fn wait(&self, expression: &str) -> Value {
        let began = Instant::now();
        loop {
            let value = self.value(expression).unwrap_or_default();
            if !value.is_null() && value != false {
                return value;
            }
            if began.elapsed() > PATIENCE {
                let text = self.value("document.URL + '\\n' + document.body.innerText");
                panic!("it never is: {expression}\n{}", text.unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits until the page shows these words.
    #[track_caller]
    pub(crate) fn see(&self, words: &str) {
        let words = json!(words);
        self.wait(&format!(
            "document.readyState === 'complete' && document.body.innerText.includes({words})"
        ));
    }

    /// Waits until the page's address begins so; answers the address.
    #[track_caller]
    pub(crate) fn reach(&self, start: &str) -> String {
        let start = json!(start);
        let url = self.wait(&format!(
            "document.readyState === 'complete' && document.URL.startsWith({start}) && document.URL"
        ));
        url.as_str().expect("an address").to_owned()
    }

    /// Clicks in the middle of an element, as soon as nothing lies over it.
    #[track_caller]
    pub(crate) fn click(&self, selector: &str) {
        let selector = json!(selector);
        let place = self.wait(&format!(
            "(() => {{
                const element = document.querySelector({selector});
                if (document.readyState !== 'complete' || !element) return null;
                element.scrollIntoView({{ block: 'center', behavior: 'instant' }});
                const box = element.getBoundingClientRect();
                const x = box.left + box.width / 2, y = box.top + box.height / 2;
                const top = document.elementFromPoint(x, y);
                return top && (element.contains(top) || top.contains(element)) ? {{ x, y }} : null;
            }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({ "type": kind, "x": place["x"], "y": place["y"], "button": "left", "clickCount": 1 });
            self.tell("Input.dispatchMouseEvent", event);
        }
    }

    /// Types into a field, in place of what it holds.
    #[track_caller]
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let chosen = json!(selector);
        self.wait(&format!(
            "(() => {{
                const field = document.querySelector({chosen});
                if (document.readyState !== 'complete' || !field) return false;
                field.focus();
                field.select();
                return document.activeElement === field;
            }})()"
        ));
        self.tell("Input.insertText", json!({ "text": text }));
        let held = self.value(&format!("document.querySelector({chosen}).value"));
        assert_eq!(held, Some(json!(text)), "{selector}");
    }

    /// A picture of the whole page, as PNG in Base64.
    pub(crate) fn picture(&self) -> String {
        let parameters = json!({ "captureBeyondViewport": true, "clip": self.clip() });
        let picture = self.tell("Page.captureScreenshot", parameters);
        picture["data"].as_str().expect("a picture").to_owned()
    }

    fn clip(&self) -> Value {
        let size = self.wait("({ width: innerWidth, height: Math.min(document.documentElement.scrollHeight, 2400) })");
        json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 })
    }
}
