//! The browser's side of a session: its cookie, and the proof that what it posts comes
//! from a page of ours. Which session is whose is `access/session.rs`'s business.
//!
//! A page for somebody who is signed in has its proof in `Caller::csrf`. One for anybody
//! takes a [`Browser`], whose [`Browser::form`] gives the proof and, where the browser has
//! none yet, a cookie that it follows from.

use serde_json::Value;
use subtle::ConstantTimeEq;

use super::call::Call;
use super::extract::Extract;
use super::openapi::Operation;
use super::request::Request;
use crate::access::token::Token;
use crate::access::{Access, session};
use crate::base::error::{Error, Message, Result};
use crate::base::who::{CsrfToken, Who};

/// The cookie's name behind https. Browsers take a cookie so named only over https, for
/// this host alone and from nobody but this host.
pub const SECURE_NAME: &str = "__Host-pocketdesk";
/// The cookie's name without https.
const PLAIN_NAME: &str = "pocketdesk";

/// The hidden field that a page of ours posts with.
pub const FIELD: &str = "_csrf";
/// The header that a script of ours sends in its place.
const HEADER: &str = "x-csrf-token";

/// How a request's browser keeps its session.
#[derive(Clone)]
pub struct Browser {
    is_secure: bool,
    id: Option<String>,
}

/// What a form for anybody needs.
pub struct FormProof {
    /// For the hidden field.
    pub csrf: CsrfToken,
    /// To be set with the form, where the browser had no cookie yet.
    pub cookie: Option<String>,
}

impl Browser {
    /// The browser of a request. It is behind https where the request came so, or where
    /// the desk's own address says that browsers do.
    pub fn of(request: &Request<'_>, base_url: &str) -> Self {
        let is_secure = request.is_https || base_url.starts_with("https://");
        let name = if is_secure { SECURE_NAME } else { PLAIN_NAME };
        let cookies = request
            .headers
            .iter()
            .filter(|(header, _)| header == "cookie")
            .flat_map(|(_, value)| value.split(';'));
        let id = cookies
            .filter_map(|cookie| cookie.trim().split_once('='))
            .find(|(have, value)| *have == name && is_id(value))
            .map(|(_, value)| value.to_owned());
        Self { is_secure, id }
    }

    /// The secret in its cookie. It may be that of a session, or nobody's.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The proof for a form that anybody may post.
    pub fn form(&self) -> FormProof {
        if let Some(id) = &self.id {
            return FormProof {
                csrf: session::csrf(id),
                cookie: None,
            };
        }
        let id = Token::random();
        FormProof {
            csrf: session::csrf(id.reveal()),
            cookie: Some(self.set(&id)),
        }
    }

    /// Whether what was sent with a post is the proof that a form had.
    pub fn is_proved_by(&self, sent: &str) -> bool {
        self.id.as_deref().is_some_and(|id| {
            let want = session::csrf(id);
            want.reveal().as_bytes().ct_eq(sent.as_bytes()).into()
        })
    }

    /// The `Set-Cookie` that keeps this secret until the browser is closed.
    pub fn set(&self, id: &Token) -> String {
        self.cookie(id.reveal(), "")
    }

    /// The `Set-Cookie` that takes it away.
    pub fn forget(&self) -> String {
        self.cookie("", "; Max-Age=0")
    }

    fn cookie(&self, value: &str, end: &str) -> String {
        let (name, secure) = if self.is_secure {
            (SECURE_NAME, "; Secure")
        } else {
            (PLAIN_NAME, "")
        };
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{end}")
    }
}

impl Extract for Browser {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        Ok(Self::of(call.request, call.parts.db.base_url()))
    }

    fn describe(_: &mut Operation<'_>) {}
}

/// 256 bits in hex, as we write them; whatever else is in a cookie is not ours.
fn is_id(value: &str) -> bool {
    value.len() == 64
        && value
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// 403 for a call that a cookie opened and no page of ours meant. On a row for anyone it is
/// nobody's, whatever the browser sends along.
pub fn refuse_foreign(call: &mut Call<'_, '_>) -> Result<()> {
    if call.caller.who.session.is_none() || is_meant(call) {
        return Ok(());
    }
    if call.route.access != Access::Anyone {
        return Err(Error::Forbidden(Message::new("error.csrf")));
    }
    call.caller.who = Who::nobody();
    call.caller.csrf = None;
    Ok(())
}

/// Whether a call was meant by a page of ours: it only reads, or it carries the proof in
/// its header or its body, and no browser says that it is foreign.
fn is_meant(call: &mut Call<'_, '_>) -> bool {
    if is_reading(&call.request.method) {
        return true;
    }
    if is_foreign(call.request) {
        return false;
    }
    let browser = Browser::of(call.request, call.parts.db.base_url());
    if let Some(sent) = call.request.header(HEADER) {
        return browser.is_proved_by(sent);
    }
    call.body()
        .is_some_and(|tree| browser.is_proved_by(field(tree)))
}

fn field(tree: &Value) -> &str {
    tree.get(FIELD).and_then(Value::as_str).unwrap_or_default()
}

/// Whether a browser says that another site's page sent this.
fn is_foreign(request: &Request<'_>) -> bool {
    request
        .header("sec-fetch-site")
        .is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

/// Whether a method changes nothing.
fn is_reading(method: &str) -> bool {
    matches!(method, "GET" | "HEAD" | "OPTIONS")
}

/// The path, if it leads to a page of this desk and nowhere else. Browsers drop blanks and
/// control characters from an address and read `\` as `/`, so none may stand in it.
pub fn own_path(next: &str) -> Option<&str> {
    let is_own = next.starts_with('/')
        && !next[1..].starts_with(['/', '\\'])
        && next
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    is_own.then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_own() {
        for next in ["/", "/en/api/tickets.html?page=2&x=%2F", "/a//b", "/a:b@c"] {
            assert_eq!(own_path(next), Some(next));
        }
        for next in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "/a\\b",
            "\\/evil",
            "/\t/evil.example",
            "/a\r\nSet-Cookie: x=y",
            " /a",
            "https://evil.example",
            "javascript:alert(1)",
            "/ä",
        ] {
            assert_eq!(own_path(next), None, "{next:?}");
        }
    }
}
