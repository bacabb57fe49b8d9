//! The commands of the contract; no logic. Exit codes: 0 done, 1 failed, 2 wrong usage.

use std::process::ExitCode;

use clap::Parser;
use pocketdesk::commands;
use pocketdesk::config::Cli;

fn main() -> ExitCode {
    let cli = Cli::parse();
    commands::start_log();
    match commands::run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            commands::complain(&error);
            ExitCode::FAILURE
        }
    }
}
