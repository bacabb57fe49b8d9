//! `demo`: a believable filled desk, served at once. The desk is made through the same
//! verbs as every other, with a clock that is moved over its ninety days.

mod attachments;
mod conversations;
mod knowledge;
mod logins;
mod people;
mod plan;
mod replay;
mod words;

use std::collections::HashMap;
use std::path::Path;

use rand::SeedableRng;
use tempfile::TempDir;

use super::serve::Held;
use super::temporary;
use crate::access::token::Token;
use crate::app::{self, Settings};
use crate::base::data_folder::Holds;
use crate::base::error::{Error, Result};
use crate::base::time::Clock;
use crate::base::who::Caller;
use crate::config::Server;
use logins::{Logins, Served};
use replay::Stage;
use words::Dice;

/// What the dice begin with: every demo is the same, but for its clock.
const SEED: u64 = 20_240_229;

/// Everybody's password on a demo that only this machine reaches.
const PASSWORD: &str = "demo-password";

/// Makes the desk, in `data` or in a folder that is gone afterwards, and serves it.
pub(super) fn demo(data: Option<&Path>, options: &Server) -> Result<()> {
    let temporary = match data {
        Some(_) => None,
        None => Some(temporary::folder("pocketdesk-demo-")?),
    };
    let folder = data.or(temporary.as_ref().map(TempDir::path));
    let folder = folder.ok_or_else(|| Error::internal("a demo without a folder"))?;
    let held = Held::take(folder)?;
    if held.holds() == Holds::Desk {
        return Err(Error::internal(format!(
            "{} holds a desk already: name a new folder with --data, or leave --data out for a temporary one",
            folder.display()
        )));
    }
    let password = password(options);
    let logins = seed(folder, &password)?;
    let afterwards = if temporary.is_some() {
        "This desk is gone when this process ends.".to_owned()
    } else {
        let folder = folder.display();
        format!("This desk stays; serve it again with: pocketdesk serve --data '{folder}'")
    };
    // The temporary folder goes when this returns, whatever ended it.
    held.serve(options, Clock::System, |_, address| {
        logins.print(&Served {
            address,
            password: &password,
            afterwards,
        })
    })
}

/// A password that everybody knows is for this machine alone.
fn password(options: &Server) -> String {
    if options.is_loopback() {
        PASSWORD.to_owned()
    } else {
        Token::random().reveal()[..16].to_owned()
    }
}

/// Fills the folder with a desk.
fn seed(folder: &Path, password: &str) -> Result<Logins> {
    let now = Clock::System.now();
    let clock = Clock::fixed(now.days_later(-plan::DAYS));
    let parts = app::open_parts(&Settings {
        folder: folder.to_owned(),
        base_url: String::new(),
        clock: clock.clone(),
        workers: 1,
    })?;
    let hash = parts.hasher.hash(password)?;
    let mut dice = Dice::seed_from_u64(SEED);
    let cast = people::read()?;
    let (stories, steps) = plan::tell(&cast, &conversations::read()?, now, &mut dice);
    let files = replay::keep_papers(&parts.files, &mut dice)?;
    let logins = parts.db.write(&Caller::desk(), move |change| {
        let mut stage = Stage {
            staff: people::enlist(change, &cast, &hash)?,
            types: replay::types(change)?,
            tickets: HashMap::new(),
            tasks: HashMap::new(),
            cast,
            stories,
            files,
            clock: clock.clone(),
            dice,
        };
        knowledge::write(change, &stage.cast, &stage.staff)?;
        for step in &steps {
            stage.play(change, step)?;
        }
        clock.advance(now.secs_since(clock.now()));
        people::automate(change, &stage.cast, &stage.staff)?;
        change.on_behalf_of(&Caller::desk(), |change| {
            logins::make(change, &stage.cast, &hash)
        })
    })?;
    parts.db.close()?;
    Ok(logins)
}
