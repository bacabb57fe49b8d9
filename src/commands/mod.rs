//! What each command does. Answers go to standard output, everything else to standard error.

mod backup;
mod check;
mod demo;
mod log;
mod memory;
mod people;
mod serve;
mod status;
mod temporary;

use std::io::{self, Read, Write};
use std::process::ExitCode;
use std::sync::Arc;

use signal_hook::consts::SIGXFSZ;

use crate::app::{self, Settings};
use crate::base::data_folder::{self, FolderLock, Holds};
use crate::base::error::{Error, Message, Result};
use crate::base::input::Secret;
use crate::base::locale::Locale;
use crate::base::parts::Parts;
use crate::base::time::Clock;
use crate::base::who::Role;
use crate::config::{Command, Data, Token, User};

pub use log::{Log, start_log};

/// Runs a command; answers its exit code.
pub fn run(command: Command) -> Result<ExitCode> {
    // A limit on the size of files is then an error of one write, and no end of the process.
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    if matches!(command, Command::Serve { .. } | Command::Demo { .. }) {
        memory::set_up();
    }
    match command {
        Command::Serve {
            server,
            temporary: true,
            now,
            ..
        } => temporary::serve(&server, now).map(|()| ExitCode::SUCCESS),
        Command::Serve { data, server, .. } => {
            serve::serve(&data.data, &server).map(|()| ExitCode::SUCCESS)
        }
        Command::Demo { data, server } => {
            demo::demo(data.as_deref(), &server).map(|()| ExitCode::SUCCESS)
        }
        Command::Check { data } => check::check(&data),
        Command::Status { data } => status::status(&data),
        Command::User(User::List { data, role }) => {
            status::users(&data, role.map(Role::from)).map(|()| ExitCode::SUCCESS)
        }
        Command::Backup { data, file } => backup::backup(&data, &file).map(|()| ExitCode::SUCCESS),
        Command::Restore {
            file, check: true, ..
        } => backup::check(&file).map(|()| ExitCode::SUCCESS),
        Command::Restore { data, file, .. } => {
            backup::restore(&data, &file).map(|()| ExitCode::SUCCESS)
        }
        Command::User(User::Add {
            data,
            email,
            first_name,
            last_name,
            role,
            ..
        }) => {
            let new = people::NewUser {
                email,
                first_name,
                last_name,
                role: role.into(),
            };
            add_user(&data, new).map(|()| ExitCode::SUCCESS)
        }
        Command::User(User::Password { data, email, .. }) => {
            people::set_password(&beside(&data)?, &email, &password_from_stdin()?)
                .map(|()| ExitCode::SUCCESS)
        }
        Command::Token(Token::Create {
            data,
            email,
            name,
            expires,
        }) => people::create_token(&beside(&data)?, &email, &name, expires)
            .map(|()| ExitCode::SUCCESS),
    }
}

/// One line on standard error that says what to do.
pub fn complain(error: &Error) {
    tell(&sentence(error));
}

/// What went wrong, for whoever typed the command.
fn sentence(error: &Error) -> String {
    match error {
        Error::Internal(cause) | Error::Unavailable(cause) | Error::Uncertain(cause) => {
            cause.to_string()
        }
        Error::Conflict(message) | Error::Forbidden(message) | Error::TooLarge(message) => {
            Locale::English.say(message)
        }
        Error::NotFound(noun) => Locale::English
            .say(&Message::new("error.not_found").with_key("noun", format!("noun.{noun}"))),
        Error::Invalid(faults) => {
            let lines: Vec<String> = faults
                .iter()
                .map(|(field, message)| format!("{field}: {}", Locale::English.say(message)))
                .collect();
            lines.join(" ")
        }
        other => other.to_string(),
    }
}

/// One line on standard error.
fn tell(text: &str) {
    // Where even standard error is gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "pocketdesk: {text}");
}

/// Writes one line of an answer.
fn say(line: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

/// Opens a data folder beside a server that may be running on it.
fn beside(data: &Data) -> Result<Parts> {
    app::open_parts_beside(&settings(data))
}

/// Adds somebody. The first owner may come before the first start: they begin the desk where
/// there is nothing yet.
fn add_user(data: &Data, new: people::NewUser) -> Result<()> {
    let is_first = new.role == Role::Owner && data_folder::look(&data.data)? == Holds::Nothing;
    let password = password_from_stdin()?;
    if !is_first {
        return people::add(&beside(data)?, new, &password);
    }
    let _lock = FolderLock::take(&data.data)?;
    people::add(&app::open_parts(&settings(data))?, new, &password)
}

/// What a command opens a folder with that serves nobody.
fn settings(data: &Data) -> Settings {
    Settings {
        folder: data.data.clone(),
        base_url: String::new(),
        clock: Clock::System,
        workers: 1,
    }
}

/// The first line of standard input.
fn password_from_stdin() -> Result<Secret> {
    let mut text = String::new();
    io::stdin().take(4096).read_to_string(&mut text)?;
    let line = text.lines().next().unwrap_or_default();
    Secret::parse(line).map_err(|message| Error::invalid("password", message))
}
