//! The routing table: one row says method, path, who may call, what it does and
//! which function does it. Routing, the access check, 405 answers, the `OpenAPI`
//! document and the access tests are all made from these rows.

use std::sync::Arc;

use schemars::SchemaGenerator;

use super::address::Address;
use super::call::Call;
use super::handler::Handler;
use super::lane::Lane;
use super::openapi::Operation;
use super::path::{PathTextName, PathValues, Pattern};
use super::reply::Reply;
use super::version::{self, VersionAt, VersionOf};
use crate::access::Access;
use crate::base::error::{Error, Result};

/// The methods that rows have. HEAD and OPTIONS are answered from these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Modifies.
    Put,
    /// Makes a small change, such as a star.
    Patch,
    /// Removes.
    Delete,
}

impl Method {
    /// The method's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What runs a row: extracts, decides nothing, calls the handler, answers.
pub type Run = Box<dyn Fn(&mut Call<'_, '_>) -> Result<Reply> + Send + Sync>;

type Describe = fn(&mut Operation<'_>);

/// One row of the table.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, below `/api` unless `is_api` says otherwise, with `{name}` where a number
    /// stands, or a text that is among `texts`.
    pub path: &'static str,
    /// The places of the path that take a text.
    pub texts: Vec<PathTextName>,
    /// Other spellings of the path that clients use.
    pub aliases: Vec<&'static str>,
    /// Who may call.
    pub access: Access,
    /// What it does, in three or four words.
    pub summary: &'static str,
    /// The resource that it belongs to, for the documentation.
    pub tag: &'static str,
    /// Whether the path lies below `/api`.
    pub is_api: bool,
    /// Whether people read the answer: what goes wrong is a page too, and whoever has to
    /// sign in is sent to the page for it.
    pub is_page: bool,
    /// Whether somebody whom nobody knows may be acted as: what is made makes them too.
    pub takes_newcomers: bool,
    /// Whether it changes nothing, although its method is one of those that do.
    pub only_reads: bool,
    /// What kind of work it is, where no part of the request says more.
    pub lane: Lane,
    /// What a write's `If-Match` is compared with.
    pub(super) version: Option<VersionAt>,
    /// Whether a room named the source of the version; else it is what a GET answers.
    pub(super) has_own_version: bool,
    pub(super) describe: Describe,
    /// What runs it.
    pub run: Run,
}

impl Route {
    fn new<Args, H: Handler<Args>>(
        method: Method,
        path: &'static str,
        access: Access,
        summary: &'static str,
        handler: H,
    ) -> Self {
        let (version, describe) = (handler.version(), H::describe as Describe);
        let run: Run = Box::new(move |call| handler.run(call));
        Self::of((method, path), access, summary, (version, describe, run))
    }

    fn of(
        (method, path): (Method, &'static str),
        access: Access,
        summary: &'static str,
        (version, describe, run): (Option<VersionAt>, Describe, Run),
    ) -> Self {
        Self {
            method,
            path,
            texts: Vec::new(),
            aliases: Vec::new(),
            access,
            summary,
            tag: path.split('/').nth(1).unwrap_or_default(),
            is_api: true,
            is_page: false,
            version,
            has_own_version: false,
            takes_newcomers: false,
            only_reads: false,
            lane: Lane::Quick,
            describe,
            run,
        }
    }

    /// The same row under one more path.
    #[must_use]
    pub fn also(mut self, alias: &'static str) -> Self {
        self.aliases.push(alias);
        self
    }

    /// The same row, which only looks: it has no version and is never repeated in vain.
    #[must_use]
    pub fn only_reads(mut self) -> Self {
        self.only_reads = true;
        self
    }

    /// The same row with a text at this place of its path: one of `choices`, or any where
    /// there are none. It gives way to rows with a word or a number there.
    #[must_use]
    pub fn text(mut self, name: &'static str, choices: &'static [&'static str]) -> Self {
        self.texts.push(PathTextName { name, choices });
        self
    }

    /// The same row outside `/api`, at the path as it stands.
    #[must_use]
    pub fn outside_api(mut self) -> Self {
        self.is_api = false;
        self
    }

    /// The same row outside `/api`, for people.
    #[must_use]
    pub fn page(mut self) -> Self {
        self.is_page = true;
        self.outside_api()
    }

    /// The same row for customers whom nobody knows yet, when somebody acts as one.
    #[must_use]
    pub fn for_newcomers(mut self) -> Self {
        self.takes_newcomers = true;
        self
    }

    /// The same row as work of this kind.
    #[must_use]
    pub fn lane(mut self, lane: Lane) -> Self {
        self.lane = lane;
        self
    }

    /// The same row with a version from elsewhere than from what GET answers: for what
    /// is read and written by different numbers, and for what a reading changes.
    #[must_use]
    pub fn versioned(mut self, version_of: VersionOf) -> Self {
        self.version = Some(version::in_one_language(move |view, path| {
            version_of(view, &path.numbers)
        }));
        self.has_own_version = true;
        self
    }

    /// What the row's handler takes and gives.
    pub fn operation<'g>(&self, schemas: &'g mut SchemaGenerator) -> Operation<'g> {
        let mut operation = Operation::new(schemas);
        (self.describe)(&mut operation);
        operation
    }
}

/// A row that reads.
pub fn get<Args, H: Handler<Args>>(
    path: &'static str,
    access: Access,
    summary: &'static str,
    handler: H,
) -> Route {
    Route::new(Method::Get, path, access, summary, handler)
}

/// A row that creates.
pub fn post<Args, H: Handler<Args>>(
    path: &'static str,
    access: Access,
    summary: &'static str,
    handler: H,
) -> Route {
    Route::new(Method::Post, path, access, summary, handler)
}

/// A row that modifies.
pub fn put<Args, H: Handler<Args>>(
    path: &'static str,
    access: Access,
    summary: &'static str,
    handler: H,
) -> Route {
    Route::new(Method::Put, path, access, summary, handler)
}

/// A row that makes a small change.
pub fn patch<Args, H: Handler<Args>>(
    path: &'static str,
    access: Access,
    summary: &'static str,
    handler: H,
) -> Route {
    Route::new(Method::Patch, path, access, summary, handler)
}

/// A row that removes.
pub fn delete<Args, H: Handler<Args>>(
    path: &'static str,
    access: Access,
    summary: &'static str,
    handler: H,
) -> Route {
    Route::new(Method::Delete, path, access, summary, handler)
}

/// All rows, ready to be looked up.
pub struct Table {
    routes: Vec<Route>,
    /// Every pattern with the index of its row, in the order in which they count.
    patterns: Vec<(Pattern, usize)>,
}

/// What the table has for a path.
pub enum RouteMatch<'t> {
    /// The row, and what the path names.
    Route(&'t Route, PathValues),
    /// The path exists, with these methods.
    OtherMethods(Vec<&'static str>),
    /// There is no such path.
    Nothing,
}

impl Table {
    /// Joins the rows. Two that can match one path are a mistake in the program, and refused.
    pub fn new(mut routes: Vec<Route>) -> Result<Self> {
        let mut patterns: Vec<(Pattern, usize)> = Vec::new();
        for (index, route) in routes.iter().enumerate() {
            for path in std::iter::once(&route.path).chain(&route.aliases) {
                let pattern = Pattern::of(path, &route.texts);
                let twin = patterns.iter().find(|(other, at)| {
                    let known = &routes[*at];
                    *other == pattern
                        && known.method == route.method
                        && known.is_api == route.is_api
                });
                if let Some((_, at)) = twin {
                    let (method, other) = (route.method.name(), routes[*at].path);
                    return Err(Error::internal(format!(
                        "two rows answer {method} {path}: see {other}"
                    )));
                }
                patterns.push((pattern, index));
            }
        }
        patterns.sort_by(|(one, _), (other, _)| one.precedence(other));
        give_versions(&mut routes);
        Ok(Self { routes, patterns })
    }

    /// Every row, in the order of the table.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The row that reads what an address names, and what its path names.
    pub(super) fn reading(&self, address: &Address) -> Option<(&Route, PathValues)> {
        match self.find("GET", address) {
            RouteMatch::Route(route, values) => Some((route, values)),
            RouteMatch::OtherMethods(_) | RouteMatch::Nothing => None,
        }
    }

    /// The row for a method and an address.
    pub fn find(&self, method: &str, address: &Address) -> RouteMatch<'_> {
        let mut methods = Vec::new();
        let mut first: Option<&Pattern> = None;
        for (pattern, index) in &self.patterns {
            let route = &self.routes[*index];
            if route.is_api != address.is_api {
                continue;
            }
            let Some(values) = pattern.matched(&address.path) else {
                continue;
            };
            // A pattern that counts less says nothing of this path.
            if first.is_some_and(|first| first != pattern) {
                break;
            }
            first = Some(pattern);
            if route.method.name() == method {
                return RouteMatch::Route(route, values);
            }
            methods.push(route.method.name());
        }
        if methods.is_empty() {
            return RouteMatch::Nothing;
        }
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.push("OPTIONS");
        RouteMatch::OtherMethods(methods)
    }
}

/// Gives each row that writes the version of the nearest row that reads: that of its own
/// path, or of what its path lies below, as `/task/{id}/follower` below `/task/{id}`.
fn give_versions(routes: &mut [Route]) {
    let pattern = |route: &Route| Pattern::of(route.path, &route.texts);
    let read: Vec<(Pattern, bool, VersionAt)> = routes
        .iter()
        .filter(|route| route.method == Method::Get)
        .filter_map(|route| Some((pattern(route), route.is_api, route.version.clone()?)))
        .collect();
    for route in routes.iter_mut() {
        if route.method == Method::Get || route.has_own_version {
            continue;
        }
        let path = pattern(route);
        route.version = read
            .iter()
            .filter(|(above, is_api, _)| *is_api == route.is_api && path.begins_with(above))
            .max_by_key(|(above, _, _)| above.len())
            .map(|(above, _, version)| {
                let (version, above) = (Arc::clone(version), above.clone());
                let at: VersionAt = Arc::new(move |view, all| version(view, &above.own(all)));
                at
            });
    }
}
