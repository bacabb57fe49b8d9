//! The public socket and the loop that takes connections from it. The loop ends when it is
//! told to, and for no other reason.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, Shutdown, TcpListener};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};

use super::Shared;
use super::answer::{self, After};
use super::connection;
use super::pace::Pace;
use super::refusal::Refusal;
use super::socket::{Socket, wait_for};
use super::wire::Wire;

/// How many connections the system holds until we take them.
const BACKLOG: i32 = 1024;
/// How long the loop rests when the system has no descriptors or memory left.
const REST: Duration = Duration::from_millis(100);
/// Everything large is on the heap.
const STACK: usize = 256 * 1024;
/// How often it is looked whether a client takes its answer.
const LOOK_AROUND: Duration = Duration::from_secs(1);

/// Where connections come from.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener, PathBuf),
}

impl Listener {
    /// Binds `127.0.0.1:8080`, `[::1]:0` or `unix:PATH`.
    pub(super) fn bind(listen: &str) -> io::Result<Self> {
        if let Some(path) = listen.strip_prefix("unix:") {
            remove_stale(Path::new(path))?;
            let listener = UnixListener::bind(path)?;
            listener.set_nonblocking(true)?;
            return Ok(Self::Unix(listener, PathBuf::from(path)));
        }
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        rustix::net::listen(&listener, BACKLOG)?;
        Ok(Self::Tcp(listener))
    }

    /// The address as a client on this machine would write it: `http://127.0.0.1:41234`, or
    /// `unix:PATH`. That of all addresses at once opens in no browser, so the machine's own stands
    /// for it.
    pub(super) fn address(&self, scheme: &str) -> io::Result<String> {
        match self {
            Self::Tcp(listener) => {
                let mut address = listener.local_addr()?;
                if address.ip().is_unspecified() {
                    address.set_ip(match address.ip() {
                        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
                    });
                }
                Ok(format!("{scheme}://{address}"))
            }
            Self::Unix(_, path) => Ok(format!("unix:{}", path.display())),
        }
    }

    fn accept(&self) -> io::Result<(Socket, Option<IpAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept()?;
                Ok((Socket::Tcp(stream), Some(peer.ip().to_canonical())))
            }
            Self::Unix(listener, _) => Ok((Socket::Unix(listener.accept()?.0), None)),
        }
    }
}

impl AsFd for Listener {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(listener) => listener.as_fd(),
            Self::Unix(listener, _) => listener.as_fd(),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Self::Unix(_, path) = self {
            // A file that is already gone is what we want.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A socket file that nobody listens on is left over from a process that was killed.
fn remove_stale(path: &Path) -> io::Result<()> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.file_type().is_socket() && UnixStream::connect(path).is_err() => {
            std::fs::remove_file(path)
        }
        _ => Ok(()),
    }
}

/// Takes connections until the gate stops; `wake` becomes readable when it does.
pub(super) fn accept_all(shared: &Arc<Shared>, listener: &Listener, wake: &UnixStream) {
    let mut told: Option<Instant> = None;
    while !shared.is_stopping() {
        let error = match listener.accept() {
            Ok((socket, address)) => {
                welcome(shared, socket, address);
                continue;
            }
            Err(error) => error,
        };
        match error.kind() {
            io::ErrorKind::WouldBlock => {
                let listener = PollFd::new(listener, PollFlags::IN);
                let wake = PollFd::new(wake, PollFlags::IN);
                // Where even waiting fails, resting keeps the loop from spinning.
                if wait_for(&mut [listener, wake], None).is_err() {
                    thread::sleep(REST);
                }
            }
            // The client has left before we came: no trouble of ours.
            io::ErrorKind::ConnectionAborted | io::ErrorKind::Interrupted => {}
            _ => {
                // Once a second is enough for a log that may be on a full disk itself.
                if told.is_none_or(|at| at.elapsed() >= Duration::from_secs(1)) {
                    tracing::warn!(%error, "no connection can be accepted; resting");
                    told = Some(Instant::now());
                }
                thread::sleep(REST);
            }
        }
    }
}

fn welcome(shared: &Arc<Shared>, socket: Socket, address: Option<IpAddr>) {
    let deadlines = &shared.settings.deadlines;
    if socket.prepare(deadlines.write.min(LOOK_AROUND)).is_err() {
        return;
    }
    let socket = Arc::new(socket);
    let trusted = &shared.settings.trusted_proxies;
    let counted = address.filter(|address| !trusted.contains(address));
    let Some(place) = shared.caps.admit(counted, Arc::clone(&socket)) else {
        turn_away(shared, &socket, address);
        return;
    };
    let allowed = Pace::new(deadlines.write, deadlines.answer_rate);
    let theirs = (Arc::clone(shared), Arc::clone(&socket));
    let spawned = thread::Builder::new()
        .name("connection".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let (shared, socket) = theirs;
            let tls = shared.tls.as_ref().map(super::tls::Tls::accept).transpose();
            match tls {
                Ok(tls) => {
                    let place = Arc::new(place);
                    let wire = Wire::new(socket, tls, Arc::clone(&place), allowed);
                    connection::serve(&shared, wire, &place, address);
                }
                Err(error) => tracing::error!(%error, "TLS could not begin"),
            }
        });
    if let Err(error) = spawned {
        tracing::warn!(%error, "no thread for a connection");
        turn_away(shared, &socket, address);
    }
}

/// Says that there is no room. The buffers of a new socket are empty, so this cannot block.
fn turn_away(shared: &Shared, socket: &Socket, address: Option<IpAddr>) {
    const FULL: Refusal =
        Refusal::unavailable("The server has no room for another connection at the moment.");
    let id = shared.ids.next();
    FULL.log(&id, address);
    if shared.tls.is_none() {
        let out = answer::refusal(&FULL, &id, After::Closes, false);
        // Nobody is owed more than the attempt.
        let _ = io::Write::write(&mut &*socket, &out);
    }
    socket.end(Shutdown::Write);
    // What has come already is taken, or the system would answer it by a reset.
    if socket.wait(Instant::now()).is_ok() {
        let _ = io::Read::read(&mut &*socket, &mut [0; 4096]);
    }
}
