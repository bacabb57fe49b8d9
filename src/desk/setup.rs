//! The first owner, made in a browser by whoever has the code from the console. Once
//! there is an owner these pages do not exist any more.

use std::path::Path;

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::access::Access::Anyone;
use crate::access::session;
use crate::access::token::Token;
use crate::base::db::View;
use crate::base::error::{Context, Error, Faults, Message, Result};
use crate::base::event::Event;
use crate::base::input::{Email, Line, read_value};
use crate::base::locale::Locale;
use crate::base::parts::Parts;
use crate::base::password::SHORTEST;
use crate::base::who::{Caller, Role, Side};
use crate::desk::person::{self, NewPassword, NewSide};
use crate::web::extract::{Body, Checked, Query};
use crate::web::lane::Lane;
use crate::web::page::HtmlPage;
use crate::web::route::{Route, get, post};
use crate::web::session::Browser;

/// The rows of this room.
pub fn routes() -> Vec<Route> {
    vec![
        get("/setup", Anyone, "Ask for the first owner", show).page(),
        post("/setup", Anyone, "Make the first owner", create)
            .page()
            .lane(Lane::Passwords),
    ]
}

/// Whether nobody owns the desk yet.
pub fn is_due(view: &View<'_>) -> Result<bool> {
    let owners: i64 = view.one("SELECT count(*) FROM profile WHERE role_id = 1", [])?;
    Ok(owners == 0)
}

fn show(parts: &Parts, caller: &Caller, Query(asked): Query<Asked>) -> Result<HtmlPage> {
    refuse_stranger(parts, &asked.code)?;
    form(
        &Form::default(),
        &asked.code,
        &Faults::default(),
        caller.locale,
    )
}

fn create(
    parts: &Parts,
    caller: &Caller,
    browser: Browser,
    Body(form): Body<Form>,
) -> Result<HtmlPage> {
    let code = form.code.as_str().unwrap_or_default();
    refuse_stranger(parts, code)?;
    let faults = match form.read() {
        Ok((owner, password)) => match make(parts, owner.clone(), password) {
            Ok(session) => {
                let page = done(parts, &owner, caller.locale)?;
                return Ok(page.with_cookie(Some(browser.set(&session))));
            }
            Err(Error::Conflict(message)) => Faults::one("email", message),
            Err(other) => return Err(other),
        },
        Err(faults) => faults,
    };
    self::form(&form, code, &faults, caller.locale)
}

/// 404 for whoever has another code, and for everybody once there is an owner.
fn refuse_stranger(parts: &Parts, code: &str) -> Result<()> {
    if parts.setup_code.is(code) && parts.db.read(&Caller::nobody(), is_due)? {
        return Ok(());
    }
    Err(Error::NotFound("page"))
}

/// The code in a link.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Asked {
    /// The code that the console shows.
    code: String,
}

impl Checked for Asked {}

/// The form as it was sent. Nothing is refused before the code is known to be right,
/// and what is wrong is said in the form itself; hence values of any kind.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
struct Form {
    /// The code that the console shows.
    code: Value,
    /// First name of the owner.
    first_name: Value,
    /// Last name of the owner; may be empty.
    last_name: Value,
    /// The address to sign in with.
    email: Value,
    /// The password, typed twice: `first` and `second`.
    password: Value,
}

impl Checked for Form {}

impl Form {
    /// The owner to be with their password, or all that is wrong.
    fn read(&self) -> Result<(NewSide, NewPassword), Faults> {
        let mut faults = Faults::default();
        let first_name: Option<Line<100, 1>> = field(&self.first_name, "firstName", &mut faults);
        let last_name: Option<Line<100>> = field(&self.last_name, "lastName", &mut faults);
        let email: Option<Email> = field(&self.email, "email", &mut faults);
        let password: Option<NewPassword> = field(&self.password, "password", &mut faults);
        if let Some(password) = &password {
            password.check(&mut faults);
            if !password.is_given() {
                faults.add("password", "input.required");
            }
        }
        match (first_name, last_name, email, password) {
            (Some(first_name), Some(last_name), Some(email), Some(password))
                if faults.is_empty() =>
            {
                let owner = NewSide {
                    email: email.into_string(),
                    role: Role::Owner,
                    first_name: first_name.into_string(),
                    last_name: last_name.into_string(),
                    source: "website",
                };
                Ok((owner, password))
            }
            _ => Err(faults),
        }
    }
}

/// The value as what it should be; what is wrong with it goes to the faults.
fn field<T: DeserializeOwned>(value: &Value, name: &str, faults: &mut Faults) -> Option<T> {
    match read_value(value) {
        Ok(read) => Some(read),
        Err(message) => {
            faults.add(name, message);
            None
        }
    }
}

/// Makes the owner if there is none, and begins their session; of two who try at once one comes
/// too late.
fn make(parts: &Parts, owner: NewSide, mut password: NewPassword) -> Result<Token> {
    password.prepare(parts)?;
    let hash = password.into_hash();
    let hash = hash.ok_or_else(|| Error::internal("the owner's password was not hashed"))?;
    parts.db.write(&Caller::desk(), move |change| {
        if !is_due(change.view())? {
            return Err(Error::NotFound("page"));
        }
        let user = person::add_side(change, &owner)?;
        person::set_password(change, user, &hash)?;
        change.emit(Event::MemberCreated { user });
        session::begin(change, user, Side::Agent)
    })
}

/// One field of the form as the page shows it.
struct Field<'a> {
    id: &'static str,
    name: &'static str,
    kind: &'static str,
    autocomplete: &'static str,
    label: &'a str,
    value: &'a str,
    hint: String,
    fault: String,
    is_required: bool,
}

#[derive(Template)]
#[template(path = "setup/form.html")]
struct FormPage<'a> {
    locale: Locale,
    code: &'a str,
    fields: Vec<Field<'a>>,
    is_refused: bool,
}

#[derive(Template)]
#[template(path = "setup/done.html")]
struct DonePage<'a> {
    locale: Locale,
    done: String,
    folder: std::path::Display<'a>,
    email: &'a str,
    base_url: &'a str,
}

fn form(form: &Form, code: &str, faults: &Faults, locale: Locale) -> Result<HtmlPage> {
    let fault = |name: &str| {
        let found = faults.iter().find(|(field, _)| *field == name);
        found.map_or_else(String::new, |(_, message)| locale.say(message))
    };
    let text = |id, name, autocomplete, label, value| Field {
        id,
        name,
        kind: if name == "email" { "email" } else { "text" },
        autocomplete,
        label: locale.text(label),
        value: Value::as_str(value).unwrap_or_default(),
        hint: String::new(),
        fault: fault(name),
        is_required: name != "lastName",
    };
    // What was typed comes back, but never a password.
    let secret = |id, name, label, hint, fault| Field {
        id,
        name,
        kind: "password",
        autocomplete: "new-password",
        label: locale.text(label),
        value: "",
        hint,
        fault,
        is_required: true,
    };
    let hint = locale.say(&Message::new("setup.password_hint").with("min", SHORTEST));
    let page = FormPage {
        locale,
        code,
        fields: vec![
            text(
                "first-name",
                "firstName",
                "given-name",
                "setup.first_name",
                &form.first_name,
            ),
            text(
                "last-name",
                "lastName",
                "family-name",
                "setup.last_name",
                &form.last_name,
            ),
            text("email", "email", "username", "setup.email", &form.email),
            secret(
                "password",
                "password[first]",
                "setup.password",
                hint,
                fault("password"),
            ),
            secret(
                "password-again",
                "password[second]",
                "setup.password_again",
                String::new(),
                String::new(),
            ),
        ],
        is_refused: !faults.is_empty(),
    };
    let html = page
        .render()
        .context("writing the page of the first owner")?;
    Ok(HtmlPage::new(
        if faults.is_empty() { 200 } else { 400 },
        html,
    ))
}

fn done(parts: &Parts, owner: &NewSide, locale: Locale) -> Result<HtmlPage> {
    let base_url = parts
        .db
        .read(&Caller::nobody(), |view| Ok(view.base_url().to_owned()))?;
    let done = Message::new("setup.done").with("name", &owner.first_name);
    let page = DonePage {
        locale,
        done: locale.say(&done.with("email", &owner.email)),
        folder: parts.db.path().parent().unwrap_or(Path::new(".")).display(),
        email: &owner.email,
        base_url: &base_url,
    };
    let html = page
        .render()
        .context("writing the page after the first owner")?;
    Ok(HtmlPage::new(200, html))
}
