//! Signing in and out: who has an address and its password, slowed down for whoever
//! guesses, and the page that begins a browser's session. An account that does not exist,
//! one that is not active and one with another password are answered alike, after the
//! same work.

use std::net::IpAddr;

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use crate::access::Access::Anyone;
use crate::access::token::Token;
use crate::access::{self, session};
use crate::base::db::View;
use crate::base::error::{Context, Error, Message, OrNotFound, Result};
use crate::base::locale::Locale;
use crate::base::parts::Parts;
use crate::base::who::{Caller, CsrfToken, Side, Who};
use crate::desk::company;
use crate::desk::person;
use crate::web::extract::{Body, Checked, Query};
use crate::web::fault::headers_of;
use crate::web::lane::Lane;
use crate::web::page::HtmlPage;
use crate::web::request::Shown;
use crate::web::route::{Route, get, post};
use crate::web::session::{Browser, FormProof, own_path};

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/", Anyone, "Go to where to begin", home).page(),
        get("/sign-in", Anyone, "Ask who it is", show).page(),
        post("/sign-in", Anyone, "Sign in", sign_in)
            .page()
            .lane(Lane::Passwords),
        post("/sign-out", Anyone, "Sign out", sign_out).page(),
    ]
}

/// The longest password that is looked at, in bytes: hashing must be no lever to keep us busy.
const LONGEST_PASSWORD: usize = 1_024;

/// Where somebody goes on who has signed in and asked for nothing.
const START: &str = "/sign-in";

/// Somebody who had the password a moment ago.
#[derive(Clone)]
pub struct Proved {
    /// Who they are.
    pub who: Who,
    email: String,
    hash: Option<String>,
}

impl Proved {
    /// Whether it is their password still: asked in the change that lets them in, since
    /// what a new password ends must not come after it.
    pub fn stands(&self, view: &View<'_>) -> Result<bool> {
        let now = person::credentials(view, &self.email)?;
        Ok(now.is_some_and(|(user, hash)| user == self.who.id && hash == self.hash))
    }
}

/// What somebody says of themselves.
#[derive(Clone, Copy)]
pub struct Login<'a> {
    /// Their address.
    pub email: &'a str,
    /// Their password.
    pub password: &'a str,
    /// The side that they want to be on, for who has both.
    pub side: Option<Side>,
}

/// Whoever has this address and this password and may sign in; nobody otherwise.
/// [`Error::TooMany`] where there were too many failures.
pub fn prove(parts: &Parts, address: Option<IpAddr>, login: &Login<'_>) -> Result<Option<Proved>> {
    let Login {
        email,
        password,
        side,
    } = *login;
    let (db, nobody) = (&parts.db, Caller::nobody());
    let attempt = parts
        .throttle
        .password(email, address, db.clock().now())
        .inspect_err(|_| log_failure(address, "too many"))?;
    if password.len() > LONGEST_PASSWORD {
        attempt.failed();
        log_failure(address, "password");
        return Ok(None);
    }
    let known = db.read(&nobody, |view| person::credentials(view, email.trim()))?;
    let hash = known.as_ref().and_then(|(_, hash)| hash.as_deref());
    let is_right = parts.hasher.verify(password, hash)?;
    let proved = match known.filter(|_| is_right) {
        Some((user, hash)) => {
            let who = db.read(&nobody, |view| access::by_choice(view, user, side))?;
            who.map(|who| Proved {
                who,
                email: email.trim().to_owned(),
                hash,
            })
        }
        None => None,
    };
    if proved.is_some() {
        attempt.succeeded();
    } else {
        attempt.failed();
        log_failure(address, "password");
    }
    Ok(proved)
}

/// A line of its own, by which a program that reads the log can shut an address out. What was
/// typed as an address is not in it: some people type their password there.
fn log_failure(address: Option<IpAddr>, reason: &str) {
    tracing::warn!(address = %Shown(address), reason, "sign-in failed");
}

/// Whoever comes without an address of a page goes where everybody begins.
#[expect(
    clippy::unnecessary_wraps,
    reason = "a handler may fail, this one cannot"
)]
fn home(_: &Parts, caller: &Caller) -> Result<HtmlPage> {
    Ok(HtmlPage::redirect(&start(caller.locale)))
}

fn show(
    parts: &Parts,
    caller: &Caller,
    browser: Browser,
    Query(asked): Query<Asked>,
) -> Result<HtmlPage> {
    let next = asked.next.as_str().and_then(own_path);
    if let Some(csrf) = &caller.csrf {
        return signed_in(parts, caller, csrf, next);
    }
    let form = SignIn {
        next: next.unwrap_or_default().into(),
        side: asked.side,
        ..SignIn::default()
    };
    ask(parts, caller, &browser, &form, None)
}

fn sign_in(
    parts: &Parts,
    caller: &Caller,
    browser: Browser,
    Body(form): Body<SignIn>,
) -> Result<HtmlPage> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if !browser.is_proved_by(&text(&form.csrf)) {
        // The cookie was lost or is somebody else's: the same form, with a new one.
        let wrong = Error::invalid("_csrf", "sign_in.again");
        return ask(parts, caller, &browser, &form, Some(&wrong));
    }
    let (email, password) = (text(&form.email), text(&form.password));
    let login = Login {
        email: &email,
        password: &password,
        side: form.side.as_str().and_then(Side::from_code),
    };
    let begun = match prove(parts, caller.address, &login) {
        Ok(Some(proved)) => begin(parts, caller, &browser, proved)?,
        Ok(None) => None,
        Err(wait @ Error::TooMany(_)) => {
            return ask(parts, caller, &browser, &form, Some(&wait));
        }
        Err(other) => return Err(other),
    };
    let Some(id) = begun else {
        let wrong = Error::invalid("password", "sign_in.wrong");
        return ask(parts, caller, &browser, &form, Some(&wrong));
    };
    let next = form.next.as_str().and_then(own_path);
    Ok(HtmlPage::redirect(next.unwrap_or(&start(caller.locale)))
        .with_cookie(Some(browser.set(&id))))
}

/// Begins a session in place of the one that the browser had.
fn begin(
    parts: &Parts,
    caller: &Caller,
    browser: &Browser,
    proved: Proved,
) -> Result<Option<Token>> {
    let old = browser.id().map(str::to_owned);
    parts.db.write(caller, move |change| {
        if !proved.stands(change.view())? {
            return Ok(None);
        }
        // What the cookie held is worth nothing from here on, whoever put it there.
        if let Some(old) = old {
            session::end(change, &old)?;
        }
        session::begin(change, proved.who.id, proved.who.side()).map(Some)
    })
}

fn sign_out(
    parts: &Parts,
    caller: &Caller,
    browser: Browser,
    Body(form): Body<SignOut>,
) -> Result<HtmlPage> {
    let next = form.next.as_str().and_then(own_path);
    let next = HtmlPage::redirect(next.unwrap_or(&start(caller.locale)));
    if !browser.is_proved_by(form.csrf.as_str().unwrap_or_default()) {
        // Another site's page signs nobody out. Our own page, which follows, still can.
        return Ok(HtmlPage::redirect(&start(caller.locale)));
    }
    if let Some(id) = browser.id().map(str::to_owned) {
        parts
            .db
            .write(caller, move |change| session::end(change, &id))?;
    }
    Ok(next.with_cookie(Some(browser.forget())))
}

fn start(locale: Locale) -> String {
    format!("/{}{START}", locale.code())
}

/// Where to go on.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// A path of this desk.
    next: Value,
    /// `agent` or `customer`, for who is both.
    side: Value,
}

impl Checked for Asked {}

/// The form as it was sent. What is wrong is said in the form itself; hence values of any kind.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct SignIn {
    /// The address.
    email: Value,
    /// The password.
    password: Value,
    /// A path of this desk to go on to.
    next: Value,
    /// `agent` or `customer`, for who is both; `agent` without it.
    side: Value,
    /// The proof that a page of this desk was posted.
    #[serde(rename = "_csrf")]
    csrf: Value,
}

impl Checked for SignIn {}

/// The form as it was sent.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct SignOut {
    /// A path of this desk to go on to.
    next: Value,
    /// The proof that a page of this desk was posted.
    #[serde(rename = "_csrf")]
    csrf: Value,
}

impl Checked for SignOut {}

#[derive(Template)]
#[template(path = "sign_in/form.html")]
struct FormPage<'a> {
    locale: Locale,
    company: String,
    csrf: CsrfToken,
    next: &'a str,
    side: &'a str,
    email: &'a str,
    fault: String,
}

#[derive(Template)]
#[template(path = "sign_in/signed_in.html")]
struct SignedInPage<'a> {
    locale: Locale,
    company: String,
    csrf: &'a CsrfToken,
    next: &'a str,
    name: String,
    email: String,
}

/// The form, with what was typed but for the password, and with what was wrong.
fn ask(
    parts: &Parts,
    caller: &Caller,
    browser: &Browser,
    typed: &SignIn,
    wrong: Option<&Error>,
) -> Result<HtmlPage> {
    let FormProof { csrf, cookie } = browser.form();
    let (status, message, wait) = match wrong {
        None => (200, None, None),
        Some(Error::TooMany(wait)) => {
            let message = Message::new("error.too_many").with("seconds", wait.seconds);
            (429, Some(message), Some(*wait))
        }
        Some(Error::Invalid(faults)) => {
            let message = faults.iter().next().map(|(_, message)| message.clone());
            (400, message, None)
        }
        Some(_) => return Err(Error::internal("the sign-in form knows no such fault")),
    };
    let html = FormPage {
        locale: caller.locale,
        company: parts.db.read(caller, company::name)?,
        csrf,
        next: typed.next.as_str().and_then(own_path).unwrap_or_default(),
        side: typed.side.as_str().unwrap_or_default(),
        email: typed.email.as_str().unwrap_or_default(),
        fault: message.map_or_else(String::new, |message| caller.locale.say(&message)),
    }
    .render()
    .context("writing the sign-in page")?;
    let page = HtmlPage::new(status, html).with_cookie(cookie);
    let headers = wait.map(headers_of).into_iter().flatten();
    Ok(headers.fold(page, |page, (name, value)| page.with_header(name, value)))
}

fn signed_in(
    parts: &Parts,
    caller: &Caller,
    csrf: &CsrfToken,
    next: Option<&str>,
) -> Result<HtmlPage> {
    let (company, person) = parts.db.read(caller, |view| {
        let person = person::by_id(view, caller.who.id)?.or_not_found("user")?;
        Ok((company::name(view)?, person))
    })?;
    let side = caller.who.side();
    let tickets = format!("/{}/api/tickets.html", caller.locale.code());
    let html = SignedInPage {
        locale: caller.locale,
        company,
        csrf,
        next: next.unwrap_or(&tickets),
        name: person.name_as(side).to_owned(),
        email: person.email,
    }
    .render()
    .context("writing the page of somebody signed in")?;
    Ok(HtmlPage::new(200, html))
}
