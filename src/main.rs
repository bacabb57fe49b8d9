//! The commands of the contract; no logic. Exit codes: 0 done, 1 failed, 2 wrong usage.

use std::process::ExitCode;

use clap::Parser;
use pocketdesk::commands;
use pocketdesk::config::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let log = match commands::start_log() {
        Ok(log) => log,
        Err(error) => {
            commands::complain(&error);
            return ExitCode::from(2);
        }
    };
    let code = run(cli);
    drop(log);
    code
}

fn run(cli: Cli) -> ExitCode {
    match commands::run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            commands::complain(&error);
            ExitCode::FAILURE
        }
    }
}
