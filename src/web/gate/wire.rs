//! The client's bytes: what has been received and not yet read, and what is sent.
//! Plain or under TLS; knows no HTTP.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ServerConnection;

use super::caps::Place;
use super::pace::Pace;
use super::socket::Socket;

/// How much is left unread at the end of a connection, and for how long: enough that the
/// client reads our last answer before the system resets the connection.
const DRAIN: usize = 64 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// The two directions of one connection.
#[derive(Debug)]
pub(super) struct Wire {
    socket: Arc<Socket>,
    tls: Option<Box<ServerConnection>>,
    received: Vec<u8>,
    /// How much of `received` has been read.
    read: usize,
    out: Outward,
}

/// What is known of the client as it takes an answer.
#[derive(Debug)]
struct Outward {
    place: Arc<Place>,
    pace: Pace,
}

impl Wire {
    pub(super) fn new(
        socket: Arc<Socket>,
        tls: Option<ServerConnection>,
        place: Arc<Place>,
        allowed: Pace,
    ) -> Self {
        Self {
            socket,
            tls: tls.map(Box::new),
            received: Vec::new(),
            read: 0,
            out: Outward {
                place,
                pace: allowed,
            },
        }
    }

    /// Whether the client came by https.
    pub(super) fn is_https(&self) -> bool {
        self.tls.is_some()
    }

    /// Agrees on keys with a client that comes by https; does nothing for others.
    pub(super) fn greet(&mut self, until: Instant) -> io::Result<()> {
        let Some(tls) = &mut self.tls else {
            return Ok(());
        };
        while tls.is_handshaking() {
            exchange_packets(tls, &self.socket, until)?;
        }
        Ok(())
    }

    /// What has arrived and has not been read.
    pub(super) fn received(&self) -> &[u8] {
        &self.received[self.read..]
    }

    /// Marks the first `length` bytes of `received` as read.
    pub(super) fn consume(&mut self, length: usize) {
        self.read = self.received.len().min(self.read + length);
        if self.read == self.received.len() {
            self.received.clear();
            self.read = 0;
        }
    }

    /// Gives the buffer back while there is nothing in it, so that an idle connection is small.
    pub(super) fn release(&mut self) {
        if self.received().is_empty() {
            self.received = Vec::new();
        }
    }

    /// Waits for the client's next bytes without holding memory for them.
    pub(super) fn wait(&mut self, until: Instant) -> io::Result<()> {
        if self.tls.is_some() {
            // Decrypted bytes may already wait inside, where the system cannot see them.
            return self.receive(1024, until).map(drop);
        }
        self.socket.wait(until)
    }

    /// Receives at most `room` bytes more; 0 means that the client has ended its side.
    pub(super) fn receive(&mut self, room: usize, until: Instant) -> io::Result<usize> {
        if self.read > 0 {
            self.received.drain(..self.read);
            self.read = 0;
        }
        let before = self.received.len();
        self.received.resize(before + room, 0);
        let outcome = match &mut self.tls {
            None => receive_plain(&self.socket, &mut self.received[before..], until),
            Some(tls) => receive_tls(tls, &self.socket, &mut self.received[before..], until),
        };
        let length = outcome.as_ref().map_or(0, |length| *length);
        self.received.truncate(before + length);
        self.out.place.moved(length);
        outcome
    }

    /// Begins an answer, which the client has to take at its pace.
    pub(super) fn begin_answer(&mut self) {
        self.out.pace.begin();
    }

    /// Sends all of `bytes`; fails when the client takes them too slowly.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some(tls) = &mut self.tls else {
            let mut out = Paced(&self.socket, &mut self.out);
            return out.write_all(bytes);
        };
        let mut left = bytes;
        while !left.is_empty() {
            let taken = tls.writer().write(left)?;
            left = &left[taken..];
            while tls.wants_write() {
                tls.write_tls(&mut Paced(&self.socket, &mut self.out))?;
            }
        }
        Ok(())
    }

    /// Ends the connection so that the last answer is still read: says goodbye, then takes a
    /// little of what the client is still sending.
    pub(super) fn finish(mut self) {
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
            // The connection ends either way.
            let _ = tls.write_tls(&mut &*self.socket);
        }
        self.socket.end(Shutdown::Write);
        let until = Instant::now() + DRAIN_TIME;
        let mut drained = 0;
        let mut buffer = [0; 4096];
        while drained < DRAIN {
            match receive_plain(&self.socket, &mut buffer, until) {
                Ok(0) | Err(_) => return,
                Ok(length) => drained += length,
            }
        }
    }
}

/// The socket of a client that has to take what is sent at its pace.
struct Paced<'a>(&'a Socket, &'a mut Outward);

impl Write for Paced<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (mut socket, out) = (self.0, &mut self.1);
        loop {
            let began = Instant::now();
            let outcome = socket.write(bytes);
            let taken = outcome.as_ref().map_or(0, |taken| *taken);
            out.pace.took(began.elapsed(), taken);
            out.place.moved(taken);
            if out.pace.is_over() {
                socket.abandon();
                return Err(io::ErrorKind::TimedOut.into());
            }
            match outcome {
                Err(error) if is_for_now(&error) => {}
                outcome => return outcome,
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether the next try may succeed.
fn is_for_now(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut | io::ErrorKind::Interrupted
    )
}

fn receive_plain(mut socket: &Socket, buffer: &mut [u8], until: Instant) -> io::Result<usize> {
    loop {
        socket.wait(until)?;
        match socket.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

fn receive_tls(
    tls: &mut ServerConnection,
    socket: &Socket,
    buffer: &mut [u8],
    until: Instant,
) -> io::Result<usize> {
    loop {
        match tls.reader().read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            outcome => return outcome,
        }
        exchange_packets(tls, socket, until)?;
    }
}

/// Takes in what the client has sent, and sends what TLS itself has to answer.
fn exchange_packets(tls: &mut ServerConnection, socket: &Socket, until: Instant) -> io::Result<()> {
    while tls.wants_write() {
        tls.write_tls(&mut &*socket)?;
    }
    socket.wait(until)?;
    if tls.read_tls(&mut &*socket)? == 0 && tls.is_handshaking() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let outcome = tls.process_new_packets();
    // An alert is owed to the client even where its packet made no sense.
    while tls.wants_write() {
        tls.write_tls(&mut &*socket)?;
    }
    outcome.map(drop).map_err(io::Error::other)
}
