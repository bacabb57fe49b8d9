//! The lines that are printed.

use std::io::{self, Write};
use std::time::Duration;

use crate::Outcome;
use crate::load::Load;
use crate::server::Memory;

/// What a figure is compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ceiling {
    /// The gate before a fixed answer.
    Gate,
    /// `SQLite`'s durable insert of as many tickets at a time as there are connections.
    GroupedInsert,
}

/// The ceilings of this run, in answers or inserts a second.
pub(crate) struct Ceilings {
    pub(crate) gate: f64,
    pub(crate) grouped_insert: f64,
}

impl Ceilings {
    fn of(&self, ceiling: Ceiling) -> f64 {
        match ceiling {
            Ceiling::Gate => self.gate,
            Ceiling::GroupedInsert => self.grouped_insert,
        }
    }
}

/// One line of standard output.
pub(crate) fn say(line: &str) -> Outcome<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// The head of the table.
pub(crate) fn head() -> Outcome<()> {
    say(&format!(
        "\n{:<28} {:>9} {:>9} {:>9} {:>8} {:>9} {:>8} {:>6}",
        "", "a second", "p50 ms", "p99 ms", "ratio", "cpu us", "MiB", "failed"
    ))
}

/// A ceiling's own line.
pub(crate) fn ceiling(name: &str, load: &Load) -> Outcome<()> {
    say(&line(name, load))
}

/// A figure's line: beside the load its ratio to its ceiling, the server's processor
/// time an answer, and its memory.
pub(crate) fn figure(
    name: &str,
    load: &Load,
    against: (Ceiling, &Ceilings),
    processor_time: Duration,
    memory: Memory,
) -> Outcome<()> {
    let ratio = load.rate / against.1.of(against.0);
    let answers = u32::try_from(load.took.len()).unwrap_or(u32::MAX).max(1);
    let each = processor_time.as_secs_f64() * 1e6 / f64::from(answers);
    say(&format!(
        "{} {ratio:>8.3} {each:>9.0} {:>8.1} {:>6}",
        line(name, load),
        memory.now,
        load.failures
    ))
}

fn line(name: &str, load: &Load) -> String {
    format!(
        "{name:<28} {:>9.0} {:>9.2} {:>9.2}",
        load.rate,
        milliseconds(load.percentile(50)),
        milliseconds(load.percentile(99)),
    )
}

/// Milliseconds with their fractions.
pub(crate) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
