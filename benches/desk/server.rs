//! The server as a process of its own, so that its memory, its processor time and its
//! start are its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Outcome;
use crate::folder::Folder;

/// A running server; dropping it ends it.
pub(crate) struct Server {
    child: Child,
    /// Where it listens: host and port.
    pub(crate) address: String,
    /// From the call to the line that says that it listens.
    pub(crate) cold_start: Duration,
}

/// What a process holds of the machine's memory, in MiB.
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    pub(crate) now: f64,
    pub(crate) most: f64,
}

impl Server {
    pub(crate) fn start(folder: &Folder) -> Outcome<Self> {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_pocketdesk"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let out = child
            .stdout
            .take()
            .ok_or("the server has no standard output")?;
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://");
        Ok(Self {
            address: address
                .ok_or_else(|| format!("the server said: {line}"))?
                .to_owned(),
            cold_start: began.elapsed(),
            child,
        })
    }

    /// What it holds of the memory, and the most it ever held.
    pub(crate) fn memory(&self) -> Outcome<Memory> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| -> Outcome<f64> {
            let line = status.lines().find(|line| line.starts_with(name));
            let kib = line.and_then(|line| line.split_whitespace().nth(1));
            let kib: f64 = kib.ok_or("the kernel tells no memory")?.parse()?;
            Ok(kib / 1024.0)
        };
        Ok(Memory {
            now: field("VmRSS")?,
            most: field("VmHWM")?,
        })
    }

    /// The processor time that it has taken so far.
    pub(crate) fn processor_time(&self) -> Outcome<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        // The name may have blanks in it and stands in brackets; user and system time
        // are the 12th and 13th field behind it, in hundredths of a second.
        let (_, fields) = stat.rsplit_once(')').ok_or("the kernel tells no times")?;
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Ok(Duration::from_millis(ticks * 10))
    }

    /// Asks it to stop and waits until it has.
    pub(crate) fn stop(mut self) -> Outcome<()> {
        if let Some(pid) = Pid::from_raw(i32::try_from(self.child.id())?) {
            kill_process(pid, Signal::TERM)?;
        }
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // After `stop` there is nothing left to end, and that is no fault.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
