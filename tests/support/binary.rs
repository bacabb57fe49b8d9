//! The built binary, run as people run it: on a folder, with arguments and standard input.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::http::{Answer, Client};

/// What a command has left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ended {
    /// Standard output, of a command that must have been a success.
    #[track_caller]
    pub(crate) fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
    }

    /// Standard error, of a command that must have failed and must say so in one line.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.err.trim().lines().count(), 1, "{}", self.err);
        self.err
    }
}

/// Runs a command on a folder to its end.
pub(crate) fn run(folder: &Path, arguments: &[&str], input: &str) -> Ended {
    let mut child = command(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    // A command that refuses its arguments ends without reading.
    let _ = child
        .stdin
        .take()
        .expect("its input")
        .write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the command ends");
    Ended {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// Adds somebody whose password is `long-enough`; answers what the command left.
pub(crate) fn add_user(folder: &Path, email: &str, role: &str) -> Ended {
    let arguments = [
        "user",
        "add",
        "--email",
        email,
        "--first-name",
        "Ada",
        "--role",
        role,
        "--password-stdin",
    ];
    run(folder, &arguments, "long-enough\n")
}

/// A new access token of this user's.
pub(crate) fn token(folder: &Path, email: &str) -> String {
    let arguments = ["token", "create", "--email", email, "--name", "test"];
    let out = run(folder, &arguments, "").ok();
    let token = out.trim();
    assert_eq!(token.len(), 64, "the token alone: {out}");
    token.to_owned()
}

/// A command on a folder, not yet begun.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pocketdesk"));
    command
        .env("POCKETDESK_DATA", folder)
        .env("POCKETDESK_LOG", "off");
    command
}

/// A server under way; killed when dropped.
pub(crate) struct Serving {
    child: Child,
    out: BufReader<ChildStdout>,
    err: Arc<Mutex<String>>,
    /// As its first line says it.
    pub(crate) address: String,
}

impl Serving {
    /// `serve` on a folder.
    pub(crate) fn start(folder: &Path) -> Self {
        Self::spawn(command(folder).args(["serve", "--listen", "127.0.0.1:0"]))
    }

    /// `serve` on a folder, with everything that it ever logs.
    pub(crate) fn start_logging(folder: &Path) -> Self {
        let mut command = command(folder);
        command.env("POCKETDESK_LOG", "debug");
        Self::spawn(command.args(["serve", "--listen", "127.0.0.1:0"]))
    }

    /// The same, with its log going there.
    pub(crate) fn start_logging_to(folder: &Path, log: Stdio) -> Self {
        let mut command = command(folder);
        command.env("POCKETDESK_LOG", "debug");
        Self::spawn_with(command.args(["serve", "--listen", "127.0.0.1:0"]), log)
    }

    /// `serve --temporary` with more arguments, in a folder of its own below `temporary`.
    pub(crate) fn temporary(temporary: &Path, arguments: &[&str]) -> Self {
        let mut command = command(temporary);
        command.env("TMPDIR", temporary);
        let serve = ["serve", "--temporary", "--listen", "127.0.0.1:0"];
        Self::spawn(command.args(serve).args(arguments))
    }

    /// `demo`, in a folder of its own below `temporary`.
    pub(crate) fn demo(temporary: &Path) -> Self {
        let mut command = command(temporary);
        command
            .env_remove("POCKETDESK_DATA")
            .env("TMPDIR", temporary);
        Self::spawn(command.args(["demo", "--listen", "127.0.0.1:0"]))
    }

    /// `demo` in this folder.
    pub(crate) fn demo_in(folder: &Path) -> Self {
        Self::demo_on("127.0.0.1:0", folder)
    }

    /// `demo` in this folder, on another address.
    pub(crate) fn demo_on(listen: &str, folder: &Path) -> Self {
        Self::spawn(command(folder).args(["demo", "--listen", listen]))
    }

    /// A server that must come so far as to say where it listens.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        Self::spawn_with(command, Stdio::piped())
    }

    fn spawn_with(command: &mut Command, log: Stdio) -> Self {
        Self::try_spawn_with(command, log).unwrap_or_else(|said| panic!("{said}"))
    }

    /// A server, or what was said where it did not come so far.
    pub(crate) fn try_spawn_with(command: &mut Command, log: Stdio) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the server starts");
        // The command would hold the other end of a pipe open.
        command.stderr(Stdio::null());
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut first = String::new();
        out.read_line(&mut first).expect("its first line");
        let address = first
            .trim()
            .strip_prefix("listening on ")
            .map(str::to_owned);
        let err: Arc<Mutex<String>> = Arc::default();
        let (from, to) = (child.stderr.take(), Arc::clone(&err));
        let errors = std::thread::spawn(move || {
            let Some(mut from) = from else { return };
            let mut chunk = [0; 1024];
            while let Ok(read @ 1..) = from.read(&mut chunk) {
                let text = String::from_utf8_lossy(&chunk[..read]).into_owned();
                to.lock().expect("nobody panicked").push_str(&text);
            }
        });
        let Some(address) = address else {
            // It has ended, and so what it said is whole.
            errors.join().expect("nobody panicked");
            child.wait().expect("it is reaped");
            return Err(format!("{first:?} {err:?}"));
        };
        Ok(Self {
            child,
            out,
            err,
            address,
        })
    }

    /// Lines of standard output up to and with the first that begins so.
    pub(crate) fn lines_until(&mut self, start: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for line in (&mut self.out).lines() {
            lines.push(line.expect("a line"));
            if lines.last().is_some_and(|line| line.starts_with(start)) {
                return lines;
            }
        }
        panic!("no line begins with {start}: {lines:?}");
    }

    /// The word on standard error that begins so, once it is there.
    pub(crate) fn word_on_stderr(&self, start: &str) -> String {
        let began = Instant::now();
        loop {
            let said = self.stderr();
            let ended = said.rfind('\n').map_or("", |end| &said[..end]);
            if let Some(word) = ended
                .split_whitespace()
                .find(|word| word.starts_with(start))
            {
                return word.to_owned();
            }
            assert!(began.elapsed() < Duration::from_secs(10), "{said}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Standard error so far.
    pub(crate) fn stderr(&self) -> String {
        self.err.lock().expect("nobody panicked").clone()
    }

    /// GET with a token.
    pub(crate) fn get(&self, target: &str, token: &str) -> Answer {
        let bearer = format!("Authorization: Bearer {token}\r\n");
        Client::connect(self.socket()).get_with(target, &bearer)
    }

    /// Where it listens.
    pub(crate) fn socket(&self) -> SocketAddr {
        let (_, socket) = self.address.split_once("://").expect("a scheme");
        socket.parse().expect("an address")
    }

    /// POST of JSON with a token.
    pub(crate) fn post(&self, target: &str, token: &str, body: &str) -> Answer {
        let mut client = Client::connect(self.socket());
        client.send(format!(
            "POST {target} HTTP/1.1\r\nHost: desk.test\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        ));
        client.answer()
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal and waits for its end, which must come within ten seconds.
    pub(crate) fn end_with(mut self, signal: Signal) -> ExitStatus {
        let process = Pid::from_child(&self.child);
        kill_process(process, signal).expect("the signal is sent");
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it can be waited for") {
                return status;
            }
            assert!(began.elapsed() < Duration::from_secs(10), "it goes on");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended already, and is reaped either way.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
