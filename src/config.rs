//! The command line: every setting once, as a flag, as an environment variable and as
//! a line of help. What a command does is in `commands/`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::base::who::Role;

/// A self-hosted helpdesk for small teams: one binary, one folder.
#[derive(Debug, Parser)]
#[command(
    name = "pocketdesk",
    version,
    about,
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API from a data folder, which is made where it is missing
    Serve {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// How the desk is reached
        #[command(flatten)]
        server: Server,
    },
    /// Serve a believable filled desk, and print who can sign in to it
    Demo {
        /// Keep the desk in this folder, which must not hold one yet; a temporary one without it
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
    /// Check database, search index, counts and attachments; exit 1 with what is wrong
    Check {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
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
    /// Where clients reach the desk, such as <https://help.example.com>; every link begins with it [default: where it listens]
    #[arg(long, env = "POCKETDESK_BASE_URL", value_name = "URL")]
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
    /// Add the first owner, or anybody; prints the user's id
    Add {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// Their e-mail address
        #[arg(long)]
        email: String,
        /// First name
        #[arg(long)]
        first_name: String,
        /// Last name
        #[arg(long, default_value = "")]
        last_name: String,
        /// What they are
        #[arg(long, value_enum)]
        role: RoleName,
        /// Read the password from standard input, which is the only way to give one
        #[arg(long, required = true)]
        password_stdin: bool,
    },
    /// Reset a password
    Password {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// Whose
        #[arg(long)]
        email: String,
        /// Read the password from standard input, which is the only way to give one
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

/// What can be done with tokens.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Make an access token, and print it alone on standard output
    Create {
        /// Where everything is kept
        #[command(flatten)]
        data: Data,
        /// Whose token it is
        #[arg(long)]
        email: String,
        /// What it is for
        #[arg(long)]
        name: String,
        /// Days until it expires; never without it
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
