//! The routing table: one row says method, path, who may call, what it does and
//! which function does it. Routing, the access check, 405 answers, the `OpenAPI`
//! document and the access tests are all made from these rows.

use schemars::SchemaGenerator;

use super::address::Address;
use super::call::Call;
use super::handler::Handler;
use super::openapi::Operation;
use super::reply::Reply;
use crate::access::Access;
use crate::base::db::View;
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

/// Answers the version of what a path names, for `ETag` and `If-Match`; nothing where it is not there.
pub type VersionOf = fn(&View<'_>, &[i64]) -> Result<Option<i64>>;

/// What runs a row: extracts, decides nothing, calls the handler, answers.
pub type Run = Box<dyn Fn(&mut Call<'_, '_>) -> Result<Reply> + Send + Sync>;

/// One row of the table.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path, below `/api` unless `is_api` says otherwise, with `{name}` where a number stands.
    pub path: &'static str,
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
    /// Whether the answer holds a secret, which is shown once and kept nowhere.
    pub is_secret: bool,
    pub(super) version_of: Option<VersionOf>,
    pub(super) describe: fn(&mut Operation<'_>),
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
        Self {
            method,
            path,
            aliases: Vec::new(),
            access,
            summary,
            tag: path.split('/').nth(1).unwrap_or_default(),
            is_api: true,
            is_page: false,
            is_secret: false,
            version_of: None,
            describe: H::describe,
            run: Box::new(move |call| handler.run(call)),
        }
    }

    /// The same row under one more path.
    #[must_use]
    pub fn also(mut self, alias: &'static str) -> Self {
        self.aliases.push(alias);
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

    /// The same row with a secret in its answer: a request whose `Idempotency-Key` is known
    /// does nothing again, and is not answered as the first was.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// The same row with a version: a GET has it as `ETag`, and a write with a stale
    /// `If-Match` is refused.
    #[must_use]
    pub fn versioned(mut self, version_of: VersionOf) -> Self {
        self.version_of = Some(version_of);
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
    /// Every pattern with the index of its row.
    patterns: Vec<(Vec<Segment>, usize)>,
}

#[derive(Debug, PartialEq, Eq)]
enum Segment {
    Literal(&'static str),
    /// Digits.
    Number,
}

/// What the table has for a path.
pub enum Found<'t> {
    /// The row, and the numbers of the path in order.
    Route(&'t Route, Vec<i64>),
    /// The path exists, with these methods.
    OtherMethods(Vec<&'static str>),
    /// There is no such path.
    Nothing,
}

impl Table {
    /// Joins the rows. Two that can match one path are a mistake in the program, and refused.
    pub fn new(routes: Vec<Route>) -> Result<Self> {
        let mut patterns: Vec<(Vec<Segment>, usize)> = Vec::new();
        for (index, route) in routes.iter().enumerate() {
            for path in std::iter::once(&route.path).chain(&route.aliases) {
                let pattern = segments(path);
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
        Ok(Self { routes, patterns })
    }

    /// Every row, in the order of the table.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The row for a method and an address.
    pub fn find(&self, method: &str, address: &Address) -> Found<'_> {
        let mut methods = Vec::new();
        for (pattern, index) in &self.patterns {
            let route = &self.routes[*index];
            if route.is_api != address.is_api {
                continue;
            }
            let Some(numbers) = matched(pattern, &address.path) else {
                continue;
            };
            if route.method.name() == method {
                return Found::Route(route, numbers);
            }
            methods.push(route.method.name());
        }
        if methods.is_empty() {
            return Found::Nothing;
        }
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        methods.push("OPTIONS");
        Found::OtherMethods(methods)
    }
}

fn segments(path: &'static str) -> Vec<Segment> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| {
            if segment.starts_with('{') {
                Segment::Number
            } else {
                Segment::Literal(segment)
            }
        })
        .collect()
}

fn matched(pattern: &[Segment], path: &[String]) -> Option<Vec<i64>> {
    if pattern.len() != path.len() {
        return None;
    }
    let mut numbers = Vec::new();
    for (want, have) in pattern.iter().zip(path) {
        match want {
            Segment::Literal(text) if text == have => {}
            Segment::Number if have.bytes().all(|byte| byte.is_ascii_digit()) => {
                numbers.push(have.parse().ok()?);
            }
            _ => return None,
        }
    }
    Some(numbers)
}
