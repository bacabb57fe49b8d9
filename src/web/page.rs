//! Pages for people: what every page of ours is sent with, and the one page that says
//! what went wrong. What a page shows is its room's business.

use askama::Template;
use schemars::{Schema, SchemaGenerator, json_schema};

use super::address::Address;
use super::fault::Fault;
use super::reply::{IntoReply, PAGE_POLICY, Reply};
use super::request::Request;
use crate::base::error::Result;
use crate::base::locale::Locale;

/// A page, or the way to one. Nobody keeps it, no other page frames it, and its address
/// is not passed on.
pub struct HtmlPage(Reply);

impl HtmlPage {
    /// A page.
    pub fn new(status: u16, html: String) -> Self {
        Self::with_policy(status, html, PAGE_POLICY)
    }

    /// A page whose form leads to another place than this desk: browsers hold the place
    /// that a form's answer redirects to against `form-action` too.
    pub fn leading_to(place: &str, status: u16, html: String) -> Self {
        let policy =
            PAGE_POLICY.replace("form-action 'self'", &format!("form-action 'self' {place}"));
        Self::with_policy(status, html, &policy)
    }

    fn with_policy(status: u16, html: String, policy: &str) -> Self {
        let reply = Reply::new(status, "text/html; charset=utf-8", html)
            .with_header("Content-Security-Policy", policy)
            .with_header("X-Frame-Options", "DENY");
        Self(private(reply))
    }

    /// Sends the browser on, with a GET.
    pub fn redirect(location: &str) -> Self {
        let reply = Reply::new(303, "text/plain; charset=utf-8", "");
        Self(private(reply.with_header("Location", location)))
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(self, name: &str, value: impl Into<String>) -> Self {
        Self(self.0.with_header(name, value))
    }

    /// The same with a cookie, where there is one to set.
    #[must_use]
    pub fn with_cookie(self, cookie: Option<String>) -> Self {
        match cookie {
            Some(cookie) => self.with_header("Set-Cookie", cookie),
            None => self,
        }
    }
}

fn private(reply: Reply) -> Reply {
    reply
        .with_header("Cache-Control", "no-store")
        .with_header("Referrer-Policy", "no-referrer")
}

impl IntoReply for HtmlPage {
    fn into_reply(self, _: Locale) -> Result<Reply> {
        Ok(self.0)
    }

    fn describe(_: &mut SchemaGenerator) -> (&'static str, Schema) {
        ("text/html", json_schema!({ "type": "string" }))
    }
}

/// The way to the sign-in page, and back to what was asked for; what was posted cannot be
/// posted again.
pub fn sign_in_first(request: &Request<'_>, address: &Address) -> Reply {
    let mut query = form_urlencoded::Serializer::new(String::new());
    if request.method == "GET" {
        query.append_pair("next", &request.target);
    }
    // A language that the path did not name is the browser's own, and found again there.
    let locale = address.locale.map(|locale| format!("/{}", locale.code()));
    let locale = locale.unwrap_or_default();
    HtmlPage::redirect(&format!("{locale}/sign-in?{}", query.finish())).0
}

#[derive(Template)]
#[template(path = "layout/problem.html")]
struct ProblemPage<'a> {
    locale: Locale,
    title: &'static str,
    description: &'a str,
}

/// Whether a browser asks for something to look at, outside the API.
pub(super) fn is_wanted(request: &Request<'_>, address: &Address) -> bool {
    let accept = request.headers.iter().find(|(name, _)| name == "accept");
    !address.is_api && accept.is_some_and(|(_, types)| types.contains("text/html"))
}

/// What went wrong, as a page: the same status and sentence as the JSON answer.
pub(super) fn problem(fault: Fault, locale: Locale) -> Reply {
    let page = ProblemPage {
        locale,
        title: if fault.status == 404 {
            "page.nothing_here"
        } else {
            "page.problem"
        },
        description: fault.description(),
    };
    // A template that is compiled in fails only where memory does; the JSON is still an answer.
    let Ok(html) = page.render() else {
        return fault.json();
    };
    let mut made = HtmlPage::new(fault.status, html).0;
    made.headers.extend(fault.headers);
    made
}
