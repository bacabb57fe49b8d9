//! What the operator may set about the public side, and the deadlines that nobody needs to.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::web::lane::LaneOf;

/// Where to listen, and how much one client and all of them may ask for.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `127.0.0.1:8080`, `[::1]:0` (port 0: any free one) or `unix:PATH`.
    pub listen: String,
    /// How many requests are answered at once; 0 chooses from the number of cores, 4 to 8.
    pub workers: usize,
    /// The largest body of a request, in bytes.
    pub max_body: u64,
    /// The most connections in all; the limit on open files may make it fewer.
    pub max_connections: usize,
    /// The most connections from one address (IPv6: one /64 network).
    pub max_connections_per_address: usize,
    /// The proxies whose word about a client's address and scheme counts.
    pub trusted_proxies: Vec<IpAddr>,
    /// Where the sockets between the gate and the server stand, in a folder of their own.
    pub socket_folder: PathBuf,
    /// Where large bodies wait, as unnamed files, until they are whole.
    pub spool_folder: PathBuf,
    /// The folder below which `Body::File` names its files.
    pub stored_folder: PathBuf,
    /// The certificate chain and its private key, both PEM; with them the gate speaks https.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// What kind of work a request asks for.
    pub lane_of: LaneOf,
    /// How long anything may take.
    pub deadlines: Deadlines,
}

/// How long each step of an exchange may take. The defaults suit the open internet;
/// tests shorten them.
#[derive(Debug, Clone)]
pub struct Deadlines {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// How long a body may be slower than `body_rate`.
    pub body_grace: Duration,
    /// The least average speed of a body after its grace, in bytes a second.
    pub body_rate: u64,
    /// The longest silence within a body.
    pub body_stall: Duration,
    /// The longest silence between two requests.
    pub idle: Duration,
    /// The same, when three quarters of the connections are taken.
    pub idle_when_scarce: Duration,
    /// How long a client may be slower than `answer_rate` in taking an answer.
    pub write: Duration,
    /// The least speed at which an answer is taken, in bytes a second.
    pub answer_rate: u64,
    /// How long a request may wait for a worker.
    pub turn: Duration,
    /// How long a worker may take.
    pub answer: Duration,
    /// For how long no worker may be in reach before the process is worth nothing.
    pub without_workers: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            body_grace: Duration::from_secs(10),
            body_rate: 1024,
            body_stall: Duration::from_secs(30),
            idle: Duration::from_mins(1),
            idle_when_scarce: Duration::from_secs(5),
            write: Duration::from_secs(30),
            answer_rate: 1024,
            turn: Duration::from_secs(30),
            answer: Duration::from_mins(2),
            without_workers: Duration::from_mins(1),
        }
    }
}
