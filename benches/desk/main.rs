//! What the desk does a second, over real sockets, beside what the machine could do:
//!
//! `cargo bench --bench desk -- --tickets 100000 [--rows 100000] [--connections 16]
//! [--seconds 5] [--keep DIR] [--only view,list]`
//!
//! The server is the release binary in a process of its own on a seeded folder; the
//! clients are threads of this one, on the same machine. `ratio` compares a figure with
//! its ceiling of the same run: reads with the gate before a fixed answer of 1 KiB,
//! writes with `SQLite` inserting the same rows, as many in a commit as there are
//! connections. Nothing here passes or fails: it prints.

mod ceiling;
mod figures;
mod folder;
mod growth;
mod largest;
mod load;
mod long;
mod report;
mod rooms;
mod rows;
mod seed;
mod server;
mod words;

use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use clap::Parser;

use figures::Figure;
use folder::Folder;
use load::{Connection, Strength};
use rand::SeedableRng;
use rand::rngs::StdRng;
use report::{Ceilings, milliseconds, say};
use server::Server;

/// What everything here comes to.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// How often the start is timed; the middle one counts.
const STARTS: usize = 5;

/// Measures a seeded desk.
#[derive(Parser)]
struct Options {
    /// Tickets, with three threads each
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(i64).range(1000..=1_000_000))]
    tickets: i64,
    /// Customers, tags, articles, tasks and saved replies, so many of each; as many as tickets
    /// without it
    #[arg(long, value_parser = clap::value_parser!(i64).range(1000..=1_000_000))]
    rows: Option<i64>,
    /// Clients, each with a connection that it keeps
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// For how long each figure is measured
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Keep the seeded folder here, and use it again where it is
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Only the figures whose names begin so
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// What cargo says to every bench
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn strength(&self) -> Strength {
        Strength {
            connections: self.connections,
            warm_up: Duration::from_secs_f64(self.seconds / 5.0),
            measured: Duration::from_secs_f64(self.seconds),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| name.starts_with(only.as_str()))
    }
}

fn main() -> Outcome<()> {
    let options = Options::parse();
    let seeded = Folder::open(options.keep.as_deref())?;
    let rows = options.rows.unwrap_or(options.tickets);
    seed::fill(&seeded, options.tickets)?;
    growth::fill(&seeded, options.tickets, rows)?;
    // On a copy of its own, for the tickets that it leaves are unlike those of a desk.
    let ceilings = measure_ceilings(&options, &seeded.copy()?)?;
    let folder = seeded.copy()?;
    let server = start(&folder)?;
    report::head()?;
    for figure in figures::all(options.tickets, rows) {
        if options.wants(figure.name) {
            measure(&options, &server, &figure, &ceilings)?;
        }
    }
    if options.wants(figures::BESIDE_WORKFLOWS) {
        let figure = figures::beside_workflows(&server.address, options.tickets)?;
        measure(&options, &server, &figure, &ceilings)?;
    }
    long::head()?;
    for long in long::all() {
        if options.wants(long.name) {
            long::measure(&server.address, &long, options.tickets)?;
        }
    }
    largest::head()?;
    for largest in largest::all() {
        if options.wants(largest.name) {
            largest::measure(&server, &largest)?;
        }
    }
    say(&format!(
        "\nmost memory so far {:.1} MiB",
        server.memory()?.most
    ))?;
    server.stop()
}

fn measure_ceilings(options: &Options, folder: &Folder) -> Outcome<Ceilings> {
    let strength = options.strength();
    let group = i64::try_from(options.connections)?;
    report::head()?;
    let gate = ceiling::gate(strength)?;
    report::ceiling("gate, 1 KiB", &gate)?;
    let single = ceiling::insert(folder, 1, strength.measured)?;
    report::ceiling("SQLite, 1 in a commit", &single)?;
    let grouped = ceiling::insert(folder, group, strength.measured)?;
    report::ceiling(&format!("SQLite, {group} in a commit"), &grouped)?;
    Ok(Ceilings {
        gate: gate.rate,
        grouped_insert: grouped.rate,
    })
}

/// Starts the server some times over, says how long that takes, and leaves it running.
fn start(folder: &Folder) -> Outcome<Server> {
    let mut times = Vec::new();
    for _ in 1..STARTS {
        let server = Server::start(folder)?;
        times.push(server.cold_start);
        server.stop()?;
    }
    let server = Server::start(folder)?;
    times.push(server.cold_start);
    times.sort_unstable();
    // What a start sets going has come to rest by then.
    thread::sleep(Duration::from_secs(1));
    say(&format!(
        "\ncold start {:.1} ms, idle memory {:.1} MiB",
        milliseconds(times[STARTS / 2]),
        server.memory()?.now
    ))?;
    Ok(server)
}

fn measure(
    options: &Options,
    server: &Server,
    figure: &Figure,
    ceilings: &Ceilings,
) -> Outcome<()> {
    prove(server, figure)?;
    let mut times = Vec::new();
    let load = load::put(&server.address, options.strength(), &figure.make, || {
        times.push(server.processor_time()?);
        Ok(())
    })?;
    let spent = match times[..] {
        [before, after] => after.saturating_sub(before),
        _ => Duration::ZERO,
    };
    report::figure(
        figure.name,
        &load,
        (figure.ceiling, ceilings),
        spent,
        server.memory()?,
    )
}

/// Asks once, and looks whether the answer is of the kind that is to be measured.
fn prove(server: &Server, figure: &Figure) -> Outcome<()> {
    let mut connection = Connection::open(&server.address)?;
    connection.ask(&(figure.make)(&mut StdRng::seed_from_u64(0)))?;
    let body = String::from_utf8_lossy(connection.body());
    if body.contains(&figure.proof) {
        return Ok(());
    }
    Err(format!("{} was answered: {body}", figure.name).into())
}
