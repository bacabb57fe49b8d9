//! `serve --temporary`: a new desk for one test run of somebody's client, gone at its end.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::thread;

use serde::Serialize;
use tempfile::TempDir;

use super::say;
use super::serve::Held;
use crate::access::token::{self, Token};
use crate::app::App;
use crate::base::db::Change;
use crate::base::error::{Context, Error, Result};
use crate::base::password::Hasher;
use crate::base::time::{Clock, Timestamp};
use crate::base::who::{Caller, Role};
use crate::config::Server;
use crate::desk::person::{self, NewSide};

/// What is printed once the desk is served.
#[derive(Serialize)]
struct Temporary<'a> {
    url: &'a str,
    owner: Login,
    customer: Login,
}

/// How somebody comes in.
#[derive(Serialize)]
struct Login {
    email: &'static str,
    password: String,
    token: String,
}

/// Makes the desk and serves it until it is told to stop.
pub(super) fn serve(options: &Server, now: Option<Timestamp>) -> Result<()> {
    let folder = folder("pocketdesk-temporary-")?;
    let clock = now.map_or(Clock::System, Clock::beginning);
    let password = Token::random().reveal()[..16].to_owned();
    // Hashing takes as long as opening the desk does, and need not wait for it.
    let hashed = password.clone();
    let hash = thread::spawn(move || Hasher::new(1).hash(&hashed));
    // The folder goes when this returns, whatever ended it.
    Held::take(folder.path())?.serve(options, clock, |app, url| {
        let hash = hash
            .join()
            .map_err(|_| Error::internal("hashing a password panicked"))??;
        let [owner, customer] = people(app, &password, hash)?;
        let desk = Temporary {
            url,
            owner,
            customer,
        };
        say(&serde_json::to_string(&desk)?)
    })
}

/// A folder that is gone when it is dropped.
pub(super) fn folder(prefix: &str) -> Result<TempDir> {
    tempfile::Builder::new()
        .prefix(prefix)
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
        .context("making a temporary folder (name a place for it with TMPDIR)")
}

/// An owner and a customer, with one password that nobody knows.
fn people(app: &App, password: &str, hash: String) -> Result<[Login; 2]> {
    let tokens = app.parts().db.write(&Caller::desk(), move |change| {
        Ok([
            add(change, &hash, OWNER, Role::Owner)?,
            add(change, &hash, CUSTOMER, Role::Customer)?,
        ])
    })?;
    let [owner, customer] = tokens;
    let login = |email, token: Token| Login {
        email,
        password: password.to_owned(),
        token: token.reveal().to_owned(),
    };
    Ok([login(OWNER, owner), login(CUSTOMER, customer)])
}

const OWNER: &str = "owner@example.com";
const CUSTOMER: &str = "customer@example.com";

fn add(change: &mut Change<'_>, hash: &str, email: &str, role: Role) -> Result<Token> {
    let (first_name, last_name) = match role {
        Role::Customer => ("Chris", "Customer"),
        Role::Owner | Role::Admin | Role::Agent => ("Olive", "Owner"),
    };
    let side = NewSide {
        email: email.to_owned(),
        role,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        source: "website",
    };
    let user = person::add_side(change, &side)?;
    person::set_password(change, user, hash)?;
    token::create(change, user, "temporary", None)
}
