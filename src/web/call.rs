//! One request on its way to its handler: the row is found, the caller is known, the body is unread.

use serde_json::Value;

use super::form;
use super::input::{self, Input, Upload};
use super::path::PathValues;
use super::request::Request;
use super::route::Route;
use crate::base::error::{Error, Result};
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// A request with its row, its caller and what its path names.
pub struct Call<'a, 'b> {
    /// What was opened at start.
    pub parts: &'a Parts,
    /// Who calls.
    pub caller: Caller,
    /// The row.
    pub route: &'a Route,
    /// What the path names.
    pub path: PathValues,
    /// The query as sent, without its question mark.
    pub query: String,
    /// The request itself.
    pub request: &'a mut Request<'b>,
    /// The body, once it has been read.
    pub(super) input: Option<Input>,
    /// Why it could not be read.
    unreadable: Option<Error>,
}

impl<'a, 'b> Call<'a, 'b> {
    /// A call whose body is unread.
    pub fn new(
        parts: &'a Parts,
        caller: Caller,
        route: &'a Route,
        path: PathValues,
        (query, request): (&str, &'a mut Request<'b>),
    ) -> Self {
        Self {
            parts,
            caller,
            route,
            path,
            query: query.to_owned(),
            request,
            input: None,
            unreadable: None,
        }
    }

    /// The query as a tree.
    pub fn query_tree(&self) -> Result<Value> {
        form::parse(self.query.as_bytes())
    }

    /// 404 where the path names something that is not there for the caller, as far as the
    /// row's version tells.
    pub fn refuse_missing(&self) -> Result<()> {
        let Some(version) = &self.route.version else {
            return Ok(());
        };
        let (db, noun) = (&self.parts.db, self.route.tag);
        db.read(&self.caller, |view| match version(view, &self.path) {
            Ok(None) => Err(Error::NotFound(noun)),
            Err(Error::NotFound(noun)) => Err(Error::NotFound(noun)),
            _ => Ok(()),
        })
    }

    /// The body as a tree, for what is decided before its handler takes it; nothing where
    /// it cannot be read, of which the handler tells.
    pub fn body(&mut self) -> Option<&Value> {
        self.read();
        self.input.as_ref().map(|input| &input.tree)
    }

    /// The body as a tree with files, read at the first call. A DELETE without a body
    /// takes its query for one.
    pub(super) fn input(&mut self) -> Result<&mut Input> {
        self.read();
        if let Some(error) = self.unreadable.take() {
            return Err(error);
        }
        Ok(self.input.get_or_insert_default())
    }

    fn read(&mut self) {
        if self.input.is_some() || self.unreadable.is_some() {
            return;
        }
        match self.read_now() {
            Ok(read) => self.input = Some(read),
            Err(error) => self.unreadable = Some(error),
        }
    }

    fn read_now(&mut self) -> Result<Input> {
        let mut read = input::read(self.request, &self.parts.files)?;
        if self.request.method == "DELETE" && read.is_empty() {
            read.tree = self.query_tree()?;
        }
        Ok(read)
    }

    /// 400 where files were sent that the handler has not taken.
    pub(super) fn refuse_untaken_files(&self) -> Result<()> {
        let uploads = self.input.iter().flat_map(|input| &input.uploads);
        let mut sent = uploads.filter(|upload| upload.incoming.size() > 0);
        sent.next().map_or(Ok(()), |upload| {
            Err(Error::invalid(&upload.field, "input.takes_no_files"))
        })
    }

    /// The files of the body, not yet kept: whoever takes them keeps or drops them.
    pub(super) fn take_uploads(&mut self) -> Result<Vec<Upload>> {
        Ok(std::mem::take(&mut self.input()?.uploads))
    }
}
