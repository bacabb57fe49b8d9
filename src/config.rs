//! The command line: every setting once, as a flag, as an environment variable and as
//! a line of help. What a command does is in `commands/`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use url::Url;

use crate::base::time::Timestamp;
use crate::base::who::Role;

/// What a newcomer types first.
const FIRST_STEPS: &str = "\
First steps:
  pocketdesk demo                      look around in a filled desk; nothing of it stays
  pocketdesk serve                     begin your own, in ./pocketdesk-data; open the link that it shows
  pocketdesk token create --email you@example.com --name laptop
                                       then: curl -H 'Authorization: Bearer TOKEN' http://127.0.0.1:8080/api/tickets.json

Every option is an environment variable too, such as POCKETDESK_DATA for --data.
POCKETDESK_LOG says how much is logged to standard error: error, warn, info (the default) or debug.
Exit codes: 0 done, 1 failed, 2 wrong usage.";

const USER_ADD: &str = "\
Example:
  pass show desk | pocketdesk user add --email ada@example.com --first-name Ada --last-name Lovelace --role owner --password-stdin

It works beside a running server. A password has 8 characters at least.";

const USER_PASSWORD: &str = "\
Example:
  pass show desk | pocketdesk user password --email ada@example.com --password-stdin

All access tokens of theirs end too, for whoever had the old password may have made some.";

const TOKEN_CREATE: &str = "\
Example:
  TOKEN=$(pocketdesk token create --email ada@example.com --name laptop)
  curl -H \"Authorization: Bearer $TOKEN\" http://127.0.0.1:8080/api/tickets.json

It is shown this once and kept as a hash alone. It does what its owner may do, no more.";

const CHECK: &str = "\
Reads the whole database and every attachment, changes nothing, and works beside a running server.
A line for each fault: where, what, and what to do. Lines that begin with \"note\" are no faults.
Exit codes: 0 all is well, 1 something is wrong.";

const USER_LIST: &str = "\
Tab-separated, without a head, in the order of the ids: id, role, active or inactive, e-mail, name.
Who is agent and customer has two lines.";

const STATUS: &str = "\
A line each, as name: value. It works beside a running server, changes nothing, and reads no attachment; check proves more.
Exit codes: 0 nothing is wrong that can be seen at a glance, 1 something is, which the last lines say.";

const BACKUP: &str = "\
Example, daily, kept for as many days as there are names:
  pocketdesk backup /srv/backups/desk-$(date +%a).tar && pocketdesk restore --check /srv/backups/desk-$(date +%a).tar

The file holds the database, all attachments and secret.key: whoever has it has everything, so keep it as safe as the desk.
It is a tar archive with a manifest of hashes; it gets its name last, so that a backup that was cut off never looks whole.
Exit codes: 0 done, 1 failed, or attachments of the desk were missing.";

const RESTORE: &str = "\
Examples:
  pocketdesk restore --check desk.tar
  pocketdesk restore desk.tar --data /var/lib/pocketdesk/restored

The whole file is proved before anything is made. A folder that holds a desk is refused: move it away, or name another.
A restore that was cut off is done again with the same command.";

const DEMO: &str = "\
Prints the address, then an e-mail, a password and an access token for each role, and a line to paste.
The password is random where other machines can reach what it listens on.";

const SERVE: &str = "\
A desk without an owner shows a one-time link on standard error for making one.
SIGTERM and SIGINT let what is in flight finish, for 10 seconds at most.

For a test run of your own client:
  pocketdesk serve --temporary --listen 127.0.0.1:0
prints its address, then one line of JSON: {\"url\", \"owner\": {\"email\", \"password\", \"token\"}, \"customer\": {the same}}.
The desk is gone when the process ends.";

/// A self-hosted helpdesk for small teams: one binary, one folder.
#[derive(Debug, Parser)]
#[command(
    name = "pocketdesk",
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true,
    after_help = FIRST_STEPS
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    #[command(after_help = SERVE)]
    /// Serve the API from a data folder, which is made where it is missing
    Serve {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// How the desk is reached
        #[command(flatten)]
        server: Server,
        /// Serve a new desk in a temporary folder, whatever --data says; prints its logins as JSON
        #[arg(long, env = "POCKETDESK_TEMPORARY")]
        temporary: bool,
        /// When the clock of the temporary desk begins, such as 2026-03-01T09:30:00Z
        #[arg(
            long,
            env = "POCKETDESK_NOW",
            value_name = "TIME",
            requires = "temporary"
        )]
        now: Option<Timestamp>,
    },
    #[command(after_help = DEMO)]
    /// Serve a believable filled desk, and print who can sign in to it
    Demo {
        /// Keep the desk in this folder, which must not hold one yet [default: a temporary one]
        #[arg(long, env = "POCKETDESK_DATA", value_name = "DIR")]
        data: Option<PathBuf>,
        /// How the desk is reached
        #[command(flatten)]
        server: Server,
    },
    /// Add people and reset passwords
    #[command(subcommand)]
    User(User),
    /// Make access tokens
    #[command(subcommand)]
    Token(Token),
    #[command(after_help = CHECK)]
    /// Check database, search index, counts and attachments; exit 1 with what is wrong
    Check {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
    },
    #[command(after_help = STATUS)]
    /// One screen of health: who serves it, how large it is, what waits
    Status {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
    },
    #[command(after_help = BACKUP)]
    /// Write a consistent copy of the desk into one file, beside a running server
    Backup {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// The file to write; an earlier backup of this name is replaced once the new one is whole
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    #[command(after_help = RESTORE)]
    /// Bring a backup back into an empty or a new folder, or only prove that it is whole
    Restore {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// The backup to read
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Only prove that the backup is whole and its database opens; nothing is restored
        #[arg(long)]
        check: bool,
    },
}

/// Where everything is kept.
#[derive(Debug, Args)]
pub struct Data {
    /// The folder that holds everything: database, attachments, keys
    #[arg(
        long,
        env = "POCKETDESK_DATA",
        value_name = "DIR",
        default_value = "pocketdesk-data"
    )]
    pub data: PathBuf,
}

/// How the desk is reached, and what it takes.
#[derive(Debug, Clone, Args)]
pub struct Server {
    /// Address and port to listen on (port 0 picks a free one), or unix:PATH
    #[arg(
        long,
        env = "POCKETDESK_LISTEN",
        value_name = "ADDR",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: String,
    /// Where clients reach the desk; every link begins with it.
    #[arg(
        long,
        env = "POCKETDESK_BASE_URL",
        value_name = "URL",
        value_parser = base_url,
        help = "Where clients reach the desk, such as https://help.example.com; every link begins with it [default: where it listens]"
    )]
    pub base_url: Option<String>,
    /// The largest request, in MiB
    #[arg(long, env = "POCKETDESK_MAX_UPLOAD", value_name = "MIB", default_value_t = 25, value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub max_upload: u64,
    /// Requests answered at once; 0 for as many as suit most desks
    #[arg(
        long,
        env = "POCKETDESK_WORKERS",
        value_name = "N",
        default_value_t = 0
    )]
    pub workers: usize,
    /// Connections in all
    #[arg(
        long,
        env = "POCKETDESK_MAX_CONNECTIONS",
        value_name = "N",
        default_value_t = 1024
    )]
    pub max_connections: usize,
    /// Connections from one address; trusted proxies are exempt
    #[arg(
        long,
        env = "POCKETDESK_MAX_CONNECTIONS_PER_ADDRESS",
        value_name = "N",
        default_value_t = 256
    )]
    pub max_connections_per_address: usize,
    /// A proxy whose X-Forwarded-For and X-Forwarded-Proto count; may be given several times
    #[arg(
        long = "trusted-proxy",
        env = "POCKETDESK_TRUSTED_PROXY",
        value_name = "IP",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<IpAddr>,
    /// A PEM certificate chain to speak https with; needs --tls-key; SIGHUP reads both anew
    #[arg(
        long,
        env = "POCKETDESK_TLS_CERT",
        value_name = "FILE",
        requires = "tls_key"
    )]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, PEM
    #[arg(
        long,
        env = "POCKETDESK_TLS_KEY",
        value_name = "FILE",
        requires = "tls_cert"
    )]
    pub tls_key: Option<PathBuf>,
}

/// An address that links can begin with.
fn base_url(text: &str) -> Result<String, &'static str> {
    let url = Url::parse(text).ok();
    let is_whole = url.is_some_and(|url| {
        ["http", "https"].contains(&url.scheme())
            && url.has_host()
            && url.query().is_none()
            && url.fragment().is_none()
    });
    is_whole
        .then(|| text.to_owned())
        .ok_or("write the whole address that clients use, such as https://help.example.com")
}

impl Server {
    /// Whether nobody beyond this machine can reach what listens.
    pub fn is_loopback(&self) -> bool {
        if self.listen.starts_with("unix:") {
            return true;
        }
        let host = self.listen.rsplit_once(':').map_or("", |(host, _)| host);
        let host = host.trim_start_matches('[').trim_end_matches(']');
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

/// What can be done to people.
#[derive(Debug, Subcommand)]
pub enum User {
    #[command(after_help = USER_LIST)]
    /// List who is here: id, role, state, address and name, a line a side
    List {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// Only these
        #[arg(long, value_enum)]
        role: Option<RoleName>,
    },
    #[command(after_help = USER_ADD)]
    /// Add the first owner, or anybody; prints the user's id
    Add {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// Their e-mail address
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// Their first name
        #[arg(long, value_name = "NAME")]
        first_name: String,
        /// Their last name; may be left out
        #[arg(
            long,
            value_name = "NAME",
            default_value = "",
            hide_default_value = true
        )]
        last_name: String,
        /// What they are
        #[arg(long, value_enum)]
        role: RoleName,
        /// Read the password from standard input, which is the only way to give one
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    #[command(after_help = USER_PASSWORD)]
    /// Reset a password
    Password {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// Whose password
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// Read the password from standard input, which is the only way to give one
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum Token {
    #[command(after_help = TOKEN_CREATE)]
    /// Make an access token, and print it alone on standard output
    Create {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// Whose token it is
        #[arg(long, value_name = "ADDRESS")]
        email: String,
        /// What it is for, such as laptop or shop-plugin
        #[arg(long)]
        name: String,
        /// Days until it expires [default: it never does]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=36500))]
        expires: Option<i64>,
    },
}

/// Roles as the command line names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// The one owner
    Owner,
    /// May do all but make admins
    Admin,
    /// May do what their privilege sets grant
    Agent,
    /// Writes to the desk
    Customer,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Owner => Self::Owner,
            RoleName::Admin => Self::Admin,
            RoleName::Agent => Self::Agent,
            RoleName::Customer => Self::Customer,
        }
    }
}
