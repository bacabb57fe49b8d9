//! One accepted socket, TCP or Unix, that can be waited for until a deadline and ended
//! from another thread. Knows no HTTP.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::io::Errno;

/// An accepted socket.
#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Socket {
    /// Sets what every accepted socket needs: writes that leave at once, and that return
    /// when the other side has taken nothing for `write`.
    pub(super) fn prepare(&self, write: Duration) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => {
                stream.set_nodelay(true)?;
                stream.set_write_timeout(Some(write))
            }
            Self::Unix(stream) => stream.set_write_timeout(Some(write)),
        }
    }

    /// Ends the connection under the thread that serves it.
    pub(super) fn end(&self, how: Shutdown) {
        // It may have ended by itself: then there is nothing left to do.
        let _ = match self {
            Self::Tcp(stream) => stream.shutdown(how),
            Self::Unix(stream) => stream.shutdown(how),
        };
    }

    /// Ends it so that the system keeps nothing for a client that does not take what was sent.
    pub(super) fn abandon(&self) {
        // Without it the system goes on trying, which costs memory and nothing else.
        let _ = rustix::net::sockopt::set_socket_linger(self, Some(Duration::ZERO));
        self.end(Shutdown::Both);
    }

    /// Waits until there is something to read (or the end of it), at the longest until `until`.
    pub(super) fn wait(&self, until: Instant) -> io::Result<()> {
        wait_for(&mut [PollFd::new(self, PollFlags::IN)], Some(until))
    }
}

/// Waits until one of `sockets` is ready, at the longest until `until`.
pub(super) fn wait_for(sockets: &mut [PollFd<'_>], until: Option<Instant>) -> io::Result<()> {
    loop {
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let timeout = left.map(|left| Timespec::try_from(left).unwrap_or(LONGEST_WAIT));
        match rustix::event::poll(sockets, timeout.as_ref()) {
            Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
            Ok(_) => return Ok(()),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// A day: longer than any deadline.
const LONGEST_WAIT: Timespec = Timespec {
    tv_sec: 86_400,
    tv_nsec: 0,
};

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Self::Tcp(stream) => stream.as_fd(),
            Self::Unix(stream) => stream.as_fd(),
        }
    }
}

impl Read for &Socket {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => (&*stream).read(buffer),
            Socket::Unix(stream) => (&*stream).read(buffer),
        }
    }
}

impl Write for &Socket {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Socket::Tcp(stream) => (&*stream).write(bytes),
            Socket::Unix(stream) => (&*stream).write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
