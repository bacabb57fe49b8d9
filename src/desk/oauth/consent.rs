//! The page on which a member allows a client to act for them, or denies it. It is for
//! sessions of browsers alone: a program with a token must not consent for its user.
//! What is wrong about a request is told to the client, but where the client or the
//! place of its answer is in doubt, to the member.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::access;
use crate::access::code::{self, NewCode};
use crate::base::db::{Change, View};
use crate::base::error::{Context, Error, Message, OrNotFound, Result};
use crate::base::locale::Locale;
use crate::base::who::CsrfToken;
use crate::desk::api_client::{self, Client};
use crate::desk::company;
use crate::desk::person;
use crate::web::extract::{Body, Checked, Query};
use crate::web::page::HtmlPage;

/// The longest `state` that is given back, in bytes.
const LONGEST_STATE: usize = 4_096;

pub(super) fn ask(view: &View<'_>, Query(asked): Query<Asked>) -> Result<HtmlPage> {
    let to = asked.examine(view)?;
    let csrf = session_proof(view)?;
    if let Some(error) = to.flaw {
        return Ok(to.answer(view, &error.pairs()));
    }
    let person = person::by_id(view, view.who().id)?.or_not_found("user")?;
    let side = view.who().side();
    let locale = view.locale();
    let company = company::name(view)?;
    let place = api_client::place(&to.uri);
    let asks = Message::new("oauth.asks").with("client", &to.client.name);
    let leads_to = Message::new("oauth.leads_to").with("place", &place);
    let html = ConsentPage {
        asks: locale.say(&asks.with("company", &company)),
        leads_to: locale.say(&leads_to),
        here: asked.address(locale),
        fields: asked.fields(),
        locale,
        company,
        csrf,
        name: person.name_as(side).to_owned(),
        email: person.email,
    }
    .render()
    .context("writing the page of consent")?;
    Ok(HtmlPage::leading_to(&place, 200, html))
}

pub(super) fn decide(change: &mut Change<'_>, Body(asked): Body<Asked>) -> Result<HtmlPage> {
    let to = asked.examine(change.view())?;
    session_proof(change.view())?;
    access::confirm(change.view())?;
    if let Some(error) = to.flaw {
        return Ok(to.answer(change.view(), &error.pairs()));
    }
    if asked.decision != "allow" {
        return Ok(to.answer(change.view(), &Refused::ACCESS_DENIED.pairs()));
    }
    let code = code::issue(
        change,
        &NewCode {
            user: change.who().id,
            side: change.who().side(),
            client: to.client.id,
            redirect_uri: given(&asked.redirect_uri).map(str::to_owned),
            challenge: given(&asked.code_challenge).map(str::to_owned),
        },
    )?;
    Ok(to.answer(change.view(), &[("code", code.reveal())]))
}

/// What pages of the caller's session post with; 403 for a caller without a session.
fn session_proof(view: &View<'_>) -> Result<CsrfToken> {
    let csrf = view.caller().csrf.clone();
    csrf.ok_or_else(|| Error::Forbidden(Message::new("oauth.needs_session")))
}

/// What a client asks a member for (RFC 6749, section 4.1.1; RFC 7636, section 4.3).
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Asked {
    /// `code`.
    response_type: String,
    /// The client.
    client_id: String,
    /// Where to answer, to the letter as it was registered. A client with one place may leave it out.
    redirect_uri: String,
    /// Comes back as it was.
    state: Option<String>,
    /// Anything; there is one scope, `API`.
    scope: String,
    /// SHA-256 of the verifier, base64url; a client without a secret must have one.
    code_challenge: String,
    /// `S256`.
    code_challenge_method: String,
    /// What the member chose: `allow` or `deny`.
    decision: String,
}

impl Checked for Asked {}

impl Asked {
    /// Which client asks and where it is answered, or a page where either is in doubt.
    fn examine(&self, view: &View<'_>) -> Result<Examined<'_>> {
        let client = api_client::by_client_id(view, &self.client_id)?;
        let client =
            client.ok_or_else(|| Error::invalid("client_id", "oauth.page_unknown_client"))?;
        let registered = client.redirect_uris(view)?;
        let uri = match (given(&self.redirect_uri), &registered[..]) {
            (None, [only]) => Some(only.clone()),
            (None, _) => None,
            (Some(uri), registered) => registered.iter().find(|one| *one == uri).cloned(),
        };
        let uri =
            uri.ok_or_else(|| Error::invalid("redirect_uri", "oauth.page_bad_redirect_uri"))?;
        let state = self.state.as_deref();
        if state.is_some_and(|state| state.len() > LONGEST_STATE) {
            let message = Message::new("input.too_long").with("max", LONGEST_STATE);
            return Err(Error::invalid("state", message));
        }
        Ok(Examined {
            flaw: self.flaw(&client),
            client,
            uri,
            state,
        })
    }

    /// What is wrong about a request whose client is known.
    fn flaw(&self, client: &Client) -> Option<Refused> {
        if self.response_type != "code" {
            return Some(Refused::RESPONSE_TYPE);
        }
        let challenge = self.code_challenge.as_bytes();
        if challenge.is_empty() {
            return client.is_public().then_some(Refused::NEEDS_CHALLENGE);
        }
        let is_base64url = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_hash = challenge.len() == 43 && challenge.iter().all(is_base64url);
        let is_s256 = self.code_challenge_method == "S256" && is_hash;
        (!is_s256).then_some(Refused::BAD_CHALLENGE)
    }

    /// The request's parameters, as the page posts them again.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        let optional = [
            ("response_type", Some(self.response_type.as_str())),
            ("client_id", Some(&self.client_id)),
            ("redirect_uri", given(&self.redirect_uri)),
            ("state", self.state.as_deref()),
            ("scope", given(&self.scope)),
            ("code_challenge", given(&self.code_challenge)),
            ("code_challenge_method", given(&self.code_challenge_method)),
        ];
        optional
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// The address of this page.
    fn address(&self, locale: Locale) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.fields());
        format!("/{}/member/oauth/v2/auth?{}", locale.code(), query.finish())
    }
}

fn given(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// A request whose client and whose way back are known.
struct Examined<'a> {
    client: Client,
    uri: String,
    state: Option<&'a str>,
    flaw: Option<Refused>,
}

impl Examined<'_> {
    /// Sends the member back to the client, with who answers (RFC 9207).
    fn answer(&self, view: &View<'_>, pairs: &[(&str, &str)]) -> HtmlPage {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        if let Some(state) = self.state {
            query.append_pair("state", state);
        }
        query.append_pair("iss", view.base_url());
        let mark = if self.uri.contains('?') { '&' } else { '?' };
        HtmlPage::redirect(&format!("{}{mark}{}", self.uri, query.finish()))
    }
}

/// What a client is told (RFC 6749, section 4.1.2.1).
#[derive(Debug, Clone, Copy)]
struct Refused {
    code: &'static str,
    message: &'static str,
}

impl Refused {
    const ACCESS_DENIED: Self = Self {
        code: "access_denied",
        message: "oauth.denied",
    };
    const RESPONSE_TYPE: Self = Self {
        code: "unsupported_response_type",
        message: "oauth.bad_response_type",
    };
    const NEEDS_CHALLENGE: Self = Self {
        code: "invalid_request",
        message: "oauth.needs_challenge",
    };
    const BAD_CHALLENGE: Self = Self {
        code: "invalid_request",
        message: "oauth.bad_challenge",
    };

    /// In English, which alone fits the characters that the standard allows here.
    fn pairs(self) -> [(&'static str, &'static str); 2] {
        [
            ("error", self.code),
            ("error_description", Locale::English.text(self.message)),
        ]
    }
}

#[derive(Template)]
#[template(path = "oauth/consent.html")]
struct ConsentPage<'a> {
    locale: Locale,
    company: String,
    asks: String,
    leads_to: String,
    name: String,
    email: String,
    csrf: CsrfToken,
    here: String,
    fields: Vec<(&'static str, &'a str)>,
}
