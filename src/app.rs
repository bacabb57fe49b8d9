//! The desk as one value: what was opened, the routing table, and the way of a
//! request from its target to its reply.

use std::net::IpAddr;
use std::path::Path;
use std::time::Instant;

use crate::access::{self, Access};
use crate::base::db;
use crate::base::db::Db;
use crate::base::error::{Error, Result};
use crate::base::files::Files;
use crate::base::locale::Locale;
use crate::base::parts::Parts;
use crate::base::password::Hasher;
use crate::base::seal::Sealer;
use crate::base::setup_code::SetupCode;
use crate::base::throttle::Throttle;
use crate::base::time::Clock;
use crate::base::who::{Caller, CsrfToken, Who};
use crate::desk::company;
use crate::desk::impersonation;
use crate::desk::person::{self, Side};
use crate::routes;
use crate::web::address::{Address, Format};
use crate::web::call::Call;
use crate::web::fault;
use crate::web::html_view::{self, HtmlView, Links, Posted, SignedIn};
use crate::web::input::Input;
use crate::web::page;
use crate::web::reply::Reply;
use crate::web::request::Request;
use crate::web::route::{RouteMatch, Table};
use crate::web::session::{self, Browser};
use crate::work::event_handlers;

/// What a desk is opened with.
#[derive(Clone)]
pub struct Settings {
    /// The data folder.
    pub folder: std::path::PathBuf,
    /// Where clients reach the desk, without a closing slash.
    pub base_url: String,
    /// Where the time comes from.
    pub clock: Clock,
    /// How many requests are handled at once.
    pub workers: usize,
}

/// An open desk.
pub struct App {
    parts: Parts,
    table: Table,
    links: Links,
}

impl App {
    /// Opens the folder's database and store and joins the routing table.
    pub fn open(settings: &Settings) -> Result<Self> {
        let parts = open_parts(settings)?;
        let table = Table::new(routes::all(&settings.base_url))?;
        let links = Links::of(table.routes());
        Ok(Self {
            parts,
            table,
            links,
        })
    }

    /// What was opened.
    pub fn parts(&self) -> &Parts {
        &self.parts
    }

    /// The routing table.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Answers a request. Never fails: a failure is a reply too.
    pub fn handle(&self, mut request: Request<'_>) -> Reply {
        let began = Instant::now();
        let address = Address::of(&request.target);
        let mut seen = Seen::default();
        if address.format == Format::Html {
            // A page differs by its reader, and its answer's version does not.
            request.headers.retain(|(name, _)| name != "if-none-match");
        }
        let locale = address
            .locale
            .or_else(|| Locale::from_accepted(request.header("accept-language")?));
        let locale = locale.unwrap_or_default();
        let outcome = self.answer(&mut request, &address, locale, &mut seen);
        let reply = match outcome {
            Ok(reply) => reply,
            Err(Error::Unauthenticated | Error::TokenEnded) if seen.is_page => {
                page::sign_in_first(&request, &address)
            }
            Err(error) if seen.is_page => {
                page::problem(fault::reply(&error, locale, &request.id), locale)
            }
            Err(error) => fault::reply(&error, locale, &request.id),
        };
        let reply = match address.format {
            Format::Html if !seen.is_page => self.face(reply, &address, locale, &seen),
            Format::Html | Format::Json => reply,
        };
        tracing::info!(
            method = request.method,
            route = seen.pattern,
            status = reply.status,
            ms = %format_args!("{:.1}", began.elapsed().as_secs_f64() * 1000.0),
            user = seen.user,
            behind = seen.behind,
            request = request.id,
            "answered"
        );
        if seen.is_page {
            return reply;
        }
        shared_with_browsers(reply)
    }

    /// The answer as a page. Of what was written it shows, beside the answer, what the row
    /// that reads the same path says.
    fn face(&self, reply: Reply, address: &Address, locale: Locale, seen: &Seen) -> Reply {
        let row = |method| match self.table.find(method, address) {
            RouteMatch::Route(route, numbers) => Some((route, numbers)),
            RouteMatch::OtherMethods(_) | RouteMatch::Nothing => None,
        };
        let desk = self.desk_name();
        let signed_in = seen.session.as_ref().map(|known| self.signed_in(known));
        let posted = seen.posted.as_ref();
        let face = HtmlView {
            address,
            desk: &desk,
            locale,
            route: row("GET"),
            routes: self.table.routes(),
            links: &self.links,
            signed_in: signed_in.as_ref(),
            posted,
            row: posted.and_then(|posted| row(posted.method.name()).map(|(route, _)| route)),
        };
        html_view::page(reply, &face)
    }

    /// The desk's name for a page; a page that says that the database cannot be read has none.
    fn desk_name(&self) -> String {
        let name = self.parts.db.read(&Caller::nobody(), company::name);
        name.unwrap_or_default()
    }

    /// The reader of a page; their name is missing where the database cannot be read.
    fn signed_in(&self, (who, csrf): &SessionUser) -> SignedIn {
        let side = if who.is_agent() {
            Side::Agent
        } else {
            Side::Customer
        };
        let person = self
            .parts
            .db
            .read(&Caller::nobody(), |view| person::by_id(view, who.id));
        let name = person
            .ok()
            .flatten()
            .map(|person| person.name_as(side).to_owned());
        SignedIn {
            who: who.clone(),
            name: name.unwrap_or_default(),
            csrf: csrf.clone(),
        }
    }

    fn answer(
        &self,
        request: &mut Request<'_>,
        address: &Address,
        locale: Locale,
        seen: &mut Seen,
    ) -> Result<Reply> {
        let method = match request.method.as_str() {
            "HEAD" => "GET",
            other => other,
        };
        let found = self.table.find(method, address);
        seen.note(&found);
        let proof = proof_of(request, address, self.parts.db.base_url());
        seen.session = self.session(&proof)?;
        let input = self.posted(request, address, seen)?;
        let found = match &seen.posted {
            Some(posted) => self.table.find(posted.method.name(), address),
            None => found,
        };
        seen.note(&found);
        let (route, numbers) = match found {
            RouteMatch::Route(route, numbers) => (route, numbers),
            RouteMatch::OtherMethods(methods) if request.method == "OPTIONS" => {
                return Ok(preflight(&methods));
            }
            // A form whose session has ended meanwhile.
            RouteMatch::OtherMethods(_)
                if seen.session.is_none()
                    && proof.is_browsers()
                    && Posted::is_likely(request, address) =>
            {
                return Err(Error::Unauthenticated);
            }
            RouteMatch::OtherMethods(methods) => return Err(Error::Method(methods)),
            RouteMatch::Nothing => return Err(Error::NotFound("page")),
        };
        let (who, csrf) = self.who(proof, request.peer, route.access, seen)?;
        seen.user = who.id;
        if who.role.is_none() && route.access != Access::Anyone {
            return Err(Error::Unauthenticated);
        }
        let caller = Caller {
            who,
            behind: None,
            newcomer: None,
            locale,
            address: request.peer,
            csrf,
        };
        let parts = (address.query.as_str(), request);
        let mut call = Call::new(&self.parts, caller, route, numbers, parts).with_input(input);
        session::refuse_foreign(&mut call)?;
        impersonation::impersonate(&mut call)?;
        seen.behind = call.caller.behind.unwrap_or_default();
        seen.user = call.caller.who.id;
        access::decide(&call.caller.who, route.access)?;
        (route.run)(&mut call)
    }

    /// Reads the form that somebody in a session has posted from a page of an answer; the
    /// request is then by the method that the form means. Of any other request the body
    /// is unread, or is answered as it was read.
    fn posted(
        &self,
        request: &mut Request<'_>,
        address: &Address,
        seen: &mut Seen,
    ) -> Result<Option<Input>> {
        if seen.session.is_none() || !Posted::is_likely(request, address) {
            return Ok(None);
        }
        let base_url = self.parts.db.base_url();
        let (posted, input) = Posted::read(request, &self.parts.files, base_url)?;
        if let Some(posted) = &posted {
            posted.method.name().clone_into(&mut request.method);
        }
        seen.posted = posted;
        Ok(Some(input))
    }

    /// Who has the session of the cookie, and what its pages post with.
    fn session(&self, proof: &Proof) -> Result<Option<SessionUser>> {
        let Proof::Session(id) = proof else {
            return Ok(None);
        };
        let nobody = Caller::nobody();
        let who = self
            .parts
            .db
            .read(&nobody, |view| access::session::identify(view, id))?;
        Ok(who.map(|who| (who, access::session::csrf(id))))
    }

    /// The caller that the request's token proves, or else the session; nobody without
    /// either. A bad token on a row for anyone is no token.
    fn who(
        &self,
        proof: Proof,
        peer: Option<IpAddr>,
        access: Access,
        seen: &Seen,
    ) -> Result<(Who, Option<CsrfToken>)> {
        match (proof, &seen.session) {
            (Proof::Token(token), _) => match self.by_token(&token, peer) {
                Err(Error::Unauthenticated | Error::TokenEnded | Error::TooMany(_))
                    if access == Access::Anyone =>
                {
                    Ok((Who::nobody(), None))
                }
                other => other.map(|who| (who, None)),
            },
            (_, Some((who, csrf))) => Ok((who.clone(), Some(csrf.clone()))),
            (_, None) => Ok((Who::nobody(), None)),
        }
    }

    fn by_token(&self, token: &str, peer: Option<IpAddr>) -> Result<Who> {
        let db = &self.parts.db;
        let who = db.read(&Caller::nobody(), |view| access::identify(view, token));
        if matches!(who, Err(Error::Unauthenticated)) {
            self.parts.throttle.unknown_token(peer, db.clock().now())?;
        }
        who
    }
}

/// Opens the database and the store alone, for commands that work beside a server.
pub fn open_parts(settings: &Settings) -> Result<Parts> {
    Ok(Parts {
        db: open_db(settings)?,
        files: open_files(&settings.folder)?,
        sealer: Sealer::open(&settings.folder)?,
        hasher: Hasher::new(std::thread::available_parallelism().map_or(1, usize::from)),
        setup_code: SetupCode::default(),
        throttle: Throttle::default(),
    })
}

/// Opens the database alone.
pub fn open_db(settings: &Settings) -> Result<Db> {
    Db::open(db::Settings {
        folder: settings.folder.clone(),
        clock: settings.clock.clone(),
        event_handler: event_handlers::handle,
        base_url: settings.base_url.clone(),
        readers: settings.workers,
    })
}

/// Opens the store of attachments alone.
pub fn open_files(folder: &Path) -> Result<Files> {
    Files::open(folder.join("attachments"))
}

/// Somebody in a session, and what its pages post with.
type SessionUser = (Who, CsrfToken);

/// What was seen of a request on its way, for its log line and its page.
struct Seen {
    pattern: &'static str,
    user: i64,
    behind: i64,
    is_page: bool,
    session: Option<SessionUser>,
    posted: Option<Posted>,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            pattern: "-",
            user: 0,
            behind: 0,
            is_page: false,
            session: None,
            posted: None,
        }
    }
}

impl Seen {
    fn note(&mut self, found: &RouteMatch<'_>) {
        if let RouteMatch::Route(route, _) = found {
            self.pattern = route.path;
            self.is_page = route.is_page;
        }
    }
}

/// What a request says of who sends it.
enum Proof {
    Nothing,
    /// A header that opens nothing.
    Other,
    Token(String),
    Session(String),
}

impl Proof {
    /// Whether it is what a browser sends by itself.
    fn is_browsers(&self) -> bool {
        matches!(self, Self::Nothing | Self::Session(_))
    }
}

/// A token before a cookie; and where there is an `Authorization` header, the cookie says
/// nothing, whatever is in the header.
fn proof_of(request: &Request<'_>, address: &Address, base_url: &str) -> Proof {
    if let Some(token) = token_of(request, address) {
        return Proof::Token(token);
    }
    if request.header("authorization").is_some() {
        return Proof::Other;
    }
    let browser = Browser::of(request, base_url);
    let id = browser.id().map(str::to_owned);
    id.map_or(Proof::Nothing, Proof::Session)
}

/// The bearer token, or on GET alone the one in the query (attachments are linked so).
fn token_of(request: &Request<'_>, address: &Address) -> Option<String> {
    if let Some(value) = request.header("authorization") {
        let (scheme, token) = value.split_once(' ')?;
        return scheme
            .eq_ignore_ascii_case("bearer")
            .then(|| token.trim().to_owned());
    }
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    let query = form_urlencoded::parse(address.query.as_bytes());
    query
        .filter(|(name, _)| name == "access_token")
        .map(|(_, token)| token.into_owned())
        .last()
}

/// The answer to a browser that asks before it calls from another site. No cookie is
/// ever meant: what opens the desk is a token that the other site holds.
fn preflight(methods: &[&str]) -> Reply {
    let methods = methods.join(", ");
    Reply {
        status: 204,
        headers: vec![
            ("Allow".into(), methods.clone()),
            ("Access-Control-Allow-Methods".into(), methods),
            (
                "Access-Control-Allow-Headers".into(),
                "Authorization, Content-Type, Accept, Accept-Language, If-Match, If-None-Match, Idempotency-Key"
                    .into(),
            ),
            ("Access-Control-Max-Age".into(), "86400".into()),
        ],
        body: crate::web::reply::Body::Bytes(Vec::new()),
    }
}

/// What every answer tells browsers. It is for this caller, so nobody keeps it unasked.
fn shared_with_browsers(reply: Reply) -> Reply {
    let reply = match reply.header("Cache-Control") {
        Some(_) => reply,
        None => reply.with_header("Cache-Control", "private, no-cache"),
    };
    reply
        .with_header("Access-Control-Allow-Origin", "*")
        .with_header(
            "Access-Control-Expose-Headers",
            "ETag, X-Request-Id, Retry-After",
        )
}
