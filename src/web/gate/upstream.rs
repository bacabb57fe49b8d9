//! The connections to the server behind the gate: as many as it has workers, so that a
//! request which gets one gets a worker, and the waiting line stands here, where it is bounded
//! and where `turns` says who is next.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::body::Body;
use super::private::{self, AnswerHead};
use super::refusal::{Broken, Refusal};
use super::turns::{Asker, Turns};

/// The most requests that wait for a connection.
const LONGEST_LINE: usize = 1024;
/// How long a new connection has to prove that it is served, and how often it is tried.
const PROOF_TIME: Duration = Duration::from_secs(5);
const PROOF_TRIES: usize = 5;
/// The time between two tries: another server may be taking the place of one that failed.
const PROOF_PAUSE: Duration = Duration::from_millis(150);
/// The buffer that a connection keeps between answers.
const KEPT: usize = 16 * 1024;

/// The pool.
#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    size: usize,
    turn: Duration,
    answer: Duration,
    state: Mutex<State>,
    /// Held while a connection is opened and proven.
    opening: Mutex<()>,
}

#[derive(Debug)]
struct State {
    turns: Turns,
    free: Vec<Link>,
    opened: usize,
    /// What has been given to those whose turn it is, until they take it.
    given: HashMap<u64, Given>,
    /// What wakes those who wait.
    bells: HashMap<u64, Arc<Condvar>>,
    is_closed: bool,
    /// Since when there has been no connection and none could be opened.
    empty_since: Option<Instant>,
}

/// What a turn comes with.
#[derive(Debug)]
enum Given {
    Link(Link),
    /// The right to open one.
    Opening,
}

/// One connection, with what has been received on it.
#[derive(Debug)]
struct Link {
    stream: UnixStream,
    received: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct UpstreamReply {
    pub(super) head: AnswerHead,
    pub(super) body: Vec<u8>,
}

/// One whole request, ready to be passed on.
#[derive(Debug)]
pub(super) struct UpstreamRequest {
    pub(super) head: Vec<u8>,
    pub(super) body: Body,
    /// Whether the answer will have no body whatever its length says.
    pub(super) is_head: bool,
}

const BROKEN: Refusal = Refusal::unavailable("The request was interrupted; please try again.");
const BUSY: Refusal = Refusal::unavailable("The server is busy; please try again in a moment.");

impl Pool {
    /// Opens all connections, one after another.
    pub(super) fn open(
        path: PathBuf,
        size: usize,
        turn: Duration,
        answer: Duration,
    ) -> io::Result<Self> {
        let pool = Self {
            path,
            size,
            turn,
            answer,
            state: Mutex::new(State {
                turns: Turns::of(size),
                free: Vec::with_capacity(size),
                opened: 0,
                given: HashMap::new(),
                bells: HashMap::new(),
                is_closed: false,
                empty_since: None,
            }),
            opening: Mutex::new(()),
        };
        for _ in 0..size {
            let link = pool.open_link()?;
            let mut state = pool.state();
            state.opened += 1;
            state.free.push(link);
        }
        Ok(pool)
    }

    /// Passes a request on, once `begin` says that it still may, and waits for the whole answer.
    pub(super) fn ask(
        &self,
        asker: Asker,
        question: UpstreamRequest,
        begin: impl FnOnce() -> bool,
    ) -> Result<UpstreamReply, Broken> {
        let (number, mut link) = self.take(asker)?;
        if !begin() {
            self.give_back(number, link);
            return Err(Broken::Gone);
        }
        let only_reads = [&b"GET "[..], b"HEAD ", b"OPTIONS "]
            .iter()
            .any(|method| question.head.starts_with(method));
        match link.ask(question) {
            Ok(answer) => {
                self.give_back(number, link);
                Ok(answer)
            }
            Err(error) => {
                // Whatever is still under way on this connection belongs to nobody.
                drop(link);
                self.forget(number);
                tracing::warn!(%error, "a connection to the workers broke; it is replaced");
                let refusal = if only_reads {
                    BROKEN
                } else {
                    Refusal::UNANSWERED
                };
                Err(refusal.into())
            }
        }
    }

    /// Closes the connections as they come back; whoever waits is told so.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.free.clear();
        for bell in state.bells.values() {
            bell.notify_one();
        }
    }

    /// Waits for a turn; answers its number and a connection.
    fn take(&self, asker: Asker) -> Result<(u64, Link), Refusal> {
        let until = Instant::now() + self.turn;
        let mut state = self.state();
        if state.is_closed {
            return Err(BROKEN);
        }
        if state.turns.waiting() >= LONGEST_LINE {
            return Err(BUSY);
        }
        let number = state.turns.join(asker);
        state.call(self.size);
        let bell = Arc::new(Condvar::new());
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let refusal = match state.given.remove(&number) {
                Some(Given::Link(link)) => return Ok((number, link)),
                Some(Given::Opening) => {
                    drop(state);
                    return self.reopen(number).map(|link| (number, link));
                }
                None if state.is_closed => Some(BROKEN),
                None if left.is_zero() => Some(BUSY),
                None => None,
            };
            if let Some(refusal) = refusal {
                state.bells.remove(&number);
                state.turns.leave(number);
                return Err(refusal);
            }
            state
                .bells
                .entry(number)
                .or_insert_with(|| Arc::clone(&bell));
            state = bell
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Whether there has been no connection for so long, although some were asked for.
    pub(super) fn has_been_empty_for(&self, long: Duration) -> bool {
        let since = self.state().empty_since;
        since.is_some_and(|since| since.elapsed() >= long)
    }

    fn reopen(&self, number: u64) -> Result<Link, Refusal> {
        match self.open_link() {
            Ok(link) => {
                self.state().empty_since = None;
                Ok(link)
            }
            Err(error) => {
                tracing::error!(%error, "no new connection to the workers");
                self.forget(number);
                let mut state = self.state();
                if state.opened == 0 {
                    state.empty_since.get_or_insert_with(Instant::now);
                }
                Err(BROKEN)
            }
        }
    }

    fn give_back(&self, number: u64, mut link: Link) {
        link.received.shrink_to(KEPT);
        let mut state = self.state();
        state.turns.leave(number);
        if state.is_closed {
            return;
        }
        state.free.push(link);
        state.call(self.size);
    }

    /// Ends a turn whose connection is no more.
    fn forget(&self, number: u64) {
        let mut state = self.state();
        state.turns.leave(number);
        state.opened -= 1;
        state.call(self.size);
    }

    /// Opens a connection and proves that somebody serves it. The server's pool of threads can
    /// lose one of several connections that come at once, so they come one at a time.
    fn open_link(&self) -> io::Result<Link> {
        let _alone = self.opening.lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 1..PROOF_TRIES {
            if let Ok(link) = Link::open(&self.path, self.answer) {
                return Ok(link);
            }
            thread::sleep(PROOF_PAUSE);
        }
        Link::open(&self.path, self.answer)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Gives the connections that are free, or may be opened, to those whose turn it is.
    fn call(&mut self, size: usize) {
        let now = Instant::now();
        while !self.free.is_empty() || self.opened < size {
            let Some(number) = self.turns.call(now) else {
                return;
            };
            let given = self.free.pop().map_or_else(
                || {
                    self.opened += 1;
                    Given::Opening
                },
                Given::Link,
            );
            self.given.insert(number, given);
            if let Some(bell) = self.bells.remove(&number) {
                bell.notify_one();
            }
        }
    }
}

impl Link {
    fn open(path: &PathBuf, answer: Duration) -> io::Result<Self> {
        let stream = UnixStream::connect(path)?;
        stream.set_read_timeout(Some(PROOF_TIME))?;
        stream.set_write_timeout(Some(answer))?;
        let mut link = Self {
            stream,
            received: Vec::new(),
        };
        let proof = UpstreamRequest {
            head: private::proof(),
            body: Body::Memory(Vec::new()),
            is_head: false,
        };
        link.ask(proof)?;
        link.stream.set_read_timeout(Some(answer))?;
        Ok(link)
    }

    fn ask(&mut self, question: UpstreamRequest) -> io::Result<UpstreamReply> {
        self.send(question.head, question.body)?;
        self.receive(question.is_head)
    }

    /// A small request leaves in one write: two would be two wake-ups of the other side.
    fn send(&mut self, mut head: Vec<u8>, body: Body) -> io::Result<()> {
        match body {
            Body::Memory(bytes) => {
                head.extend_from_slice(&bytes);
                self.stream.write_all(&head)
            }
            Body::Spooled { file, length, .. } => {
                self.stream.write_all(&head)?;
                let sent = io::copy(&mut file.take(length), &mut self.stream)?;
                if sent < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                Ok(())
            }
        }
    }

    fn receive(&mut self, is_head: bool) -> io::Result<UpstreamReply> {
        self.received.clear();
        loop {
            self.receive_more()?;
            let parsed = private::answer(&self.received).map_err(io::Error::other)?;
            if let Some((head, end)) = parsed {
                let length = if is_head { 0 } else { head.length };
                let body = self.receive_body(end, length)?;
                return Ok(UpstreamReply { head, body });
            }
        }
    }

    fn receive_more(&mut self) -> io::Result<()> {
        let before = self.received.len();
        self.received.resize(before + KEPT, 0);
        let outcome = loop {
            match self.stream.read(&mut self.received[before..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        self.received
            .truncate(before + outcome.as_ref().map_or(0, |length| *length));
        match outcome? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    fn receive_body(&mut self, end: usize, length: usize) -> io::Result<Vec<u8>> {
        let here = &self.received[end..];
        if here.len() > length {
            return Err(io::Error::other("more came back than was announced"));
        }
        let mut body = Vec::with_capacity(length);
        body.extend_from_slice(here);
        let left = (length - here.len()) as u64;
        let rest = (&self.stream).take(left).read_to_end(&mut body)?;
        if (rest as u64) < left {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(body)
    }
}
