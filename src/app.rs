//! The desk as one value: what was opened, the routing table, and the way of a request
//! from its target to its reply, a line a stage.

use std::time::Instant;

use crate::access;
use crate::base::data_folder::{self, ATTACHMENTS};
use crate::base::db::{self, Db, View};
use crate::base::error::{Error, Result};
use crate::base::files::Files;
use crate::base::parts::Parts;
use crate::base::password::Hasher;
use crate::base::quota::Quota;
use crate::base::seal::Sealer;
use crate::base::setup_code::SetupCode;
use crate::base::throttle::Throttle;
use crate::base::time::Clock;
use crate::base::who::Caller;
use crate::desk::{company, custom_field, impersonation, setup, ticket};
use crate::routes;
use crate::web::address::{Address, Format};
use crate::web::call::Call;
use crate::web::html_view::Links;
use crate::web::lane::Lane;
use crate::web::render::{self, Edge};
use crate::web::reply::Reply;
use crate::web::request::{Request, Shown};
use crate::web::route::{Route, RouteMatch, Table};
use crate::web::{cors, proof, session};
use crate::work::{event_handlers, index, jobs};

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

    /// What kind of work a request asks for: its method and target, and how long its body is.
    pub fn lane_of(&self, asked: (&str, &str), length: u64) -> Lane {
        Lane::of(&self.table, asked, length)
    }

    /// Answers a request. Never fails: a failure is a reply too.
    pub fn handle(&self, mut request: Request<'_>) -> Reply {
        let began = Instant::now();
        let address = Address::of(&request.target);
        if address.format == Format::Html {
            // A page differs by its reader, and its answer's version does not.
            request.headers.retain(|(name, _)| name != "if-none-match");
        }
        let mut seen = Seen::default();
        let outcome = self.answer(&mut request, &address, &mut seen);
        let caller = seen.caller.as_ref();
        let edge = Edge {
            request: &request,
            address: &address,
            route: seen.route,
            reader: caller.map(|caller| &caller.who),
            table: &self.table,
            links: &self.links,
            desk: &|| self.desk_name(),
        };
        let reply = render::render(outcome, &edge);
        tracing::info!(
            method = request.method,
            route = seen.route.map_or("-", |route| route.path),
            status = reply.status,
            address = %Shown(request.peer),
            ms = %format_args!("{:.1}", began.elapsed().as_secs_f64() * 1000.0),
            user = caller.map_or(0, |caller| caller.who.id),
            behind = caller.and_then(|caller| caller.behind).unwrap_or_default(),
            request = request.id,
            "answered"
        );
        reply
    }

    /// The desk's name for a page; a page that says that the database cannot be read has none.
    fn desk_name(&self) -> String {
        let name = self.parts.db.read(&Caller::nobody(), company::name);
        name.unwrap_or_default()
    }

    /// From an address to an outcome: the row, the caller, and what the row does.
    fn answer<'t>(
        &'t self,
        request: &mut Request<'_>,
        address: &Address,
        seen: &mut Seen<'t>,
    ) -> Result<Reply> {
        let (route, path) = match self.table.find(request.row_method(), address) {
            RouteMatch::Route(route, path) => (route, path),
            RouteMatch::OtherMethods(methods) if request.method == "OPTIONS" => {
                return Ok(cors::preflight(&methods));
            }
            RouteMatch::OtherMethods(methods) => return Err(Error::Method(methods)),
            RouteMatch::Nothing => return Err(Error::NotFound("page")),
        };
        seen.route = Some(route);
        let caller = proof::identify(&self.parts, request, address, route.access)?;
        let parts = (address.query.as_str(), request);
        let mut call = Call::new(&self.parts, caller, route, path, parts);
        let outcome = serve(&mut call);
        seen.caller = Some(call.caller);
        outcome
    }
}

/// What is done for whoever calls, in the order in which it is refused.
fn serve(call: &mut Call<'_, '_>) -> Result<Reply> {
    session::refuse_foreign(call)?;
    impersonation::impersonate(call)?;
    access::decide(&call.caller.who, call.route.access)?;
    count_upload(call)?;
    let outcome = (call.route.run)(call);
    match outcome {
        // What is wrong with a body is said of what is there alone.
        Err(Error::Invalid(_) | Error::MediaType) => call.refuse_missing().and(outcome),
        Err(Error::NotFound("ticket")) => Err(Error::NotFound(missing_ticket(call)?)),
        other => other,
    }
}

/// What is not there: a ticket has an id and a number, and a caller who sees the ticket that the
/// other one names hears that they took one for the other.
fn missing_ticket(call: &Call<'_, '_>) -> Result<&'static str> {
    let takes_ids = ["/ticket/{id}", "/ticket/{ticketId}"];
    let takes_id = takes_ids
        .iter()
        .any(|path| call.route.path.starts_with(path));
    let Some(number) = call.path.numbers.first().filter(|_| takes_id) else {
        return Ok("ticket");
    };
    call.parts.db.read(&call.caller, |view| {
        let is_number = ticket::is_number_of_one(view, *number)?;
        Ok(if is_number { "ticket_of_id" } else { "ticket" })
    })
}

/// Counts what a customer sends against their quota. Whoever acts for them is an admin.
fn count_upload(call: &Call<'_, '_>) -> Result<()> {
    let (caller, parts) = (&call.caller, call.parts);
    if caller.behind.is_some() || !caller.who.is_customer() || call.request.length == 0 {
        return Ok(());
    }
    let now = parts.db.clock().now();
    parts.quota.spend(caller.who.id, call.request.length, now)
}

/// What was seen of a request on its way, for its log line and its page.
#[derive(Default)]
struct Seen<'t> {
    route: Option<&'t Route>,
    caller: Option<Caller>,
}

/// Opens the folder's database and store, for who holds the folder: makes them where there are
/// none, and migrates an older database.
pub fn open_parts(settings: &Settings) -> Result<Parts> {
    parts(settings, Db::open(db_settings(settings))?)
}

/// Opens a desk that is there beside a server that may be running on it.
pub fn open_parts_beside(settings: &Settings) -> Result<Parts> {
    data_folder::expect_desk(&settings.folder)?;
    parts(settings, Db::open_beside(db_settings(settings))?)
}

/// Opens the database of a desk that is there, for reading alone.
pub fn open_db_for_reading(settings: &Settings) -> Result<Db> {
    data_folder::expect_desk(&settings.folder)?;
    Db::open_for_reading(db_settings(settings))
}

fn parts(settings: &Settings, db: Db) -> Result<Parts> {
    if db.read(&Caller::desk(), needs_its_key)? {
        data_folder::expect_key(&settings.folder)?;
    }
    Ok(Parts {
        db,
        files: Files::open(settings.folder.join(ATTACHMENTS))?,
        sealer: Sealer::open(&settings.folder)?,
        hasher: Hasher::new(std::thread::available_parallelism().map_or(1, usize::from)),
        setup_code: SetupCode::default(),
        throttle: Throttle::default(),
        quota: Quota::default(),
    })
}

/// Whether the desk has begun to be used with its key: a new one would open nothing of the old.
fn needs_its_key(view: &View<'_>) -> Result<bool> {
    Ok(!setup::is_due(view)? || custom_field::holds_sealed(view)?)
}

/// What the database alone is opened with.
pub fn db_settings(settings: &Settings) -> db::Settings {
    db::Settings {
        folder: settings.folder.clone(),
        clock: settings.clock.clone(),
        event_handler: event_handlers::handle,
        indexer: index::write,
        follow_up: jobs::follow_up,
        base_url: settings.base_url.clone(),
        readers: settings.workers,
        patience: db::Patience::default(),
    }
}
