//! The edge, where what came of a call is written: as JSON, as the page of an answer or,
//! for rows that people read, as a page that says what went wrong.

use super::address::{Address, Format};
use super::cors;
use super::fault::Fault;
use super::html_view::{self, HtmlView, Links};
use super::page;
use super::prepared;
use super::reply::Reply;
use super::request::Request;
use super::route::{Route, Table};
use crate::base::error::{Error, Result};
use crate::base::locale::Locale;
use crate::base::who::Who;

/// For whom an answer is, and what it answers.
pub struct Edge<'a, 'b> {
    /// What was sent.
    pub request: &'a Request<'b>,
    /// What its target names.
    pub address: &'a Address,
    /// The row that it came to, if it came to one.
    pub route: Option<&'a Route>,
    /// Who reads, as far as that is known.
    pub reader: Option<&'a Who>,
    /// All rows.
    pub table: &'a Table,
    /// Where ids lead.
    pub links: &'a Links,
    /// What the desk is called, asked where a page says it.
    pub desk: &'a dyn Fn() -> String,
}

/// The answer that an outcome makes. Never fails: a failure is a reply too.
pub fn render(outcome: Result<Reply>, edge: &Edge<'_, '_>) -> Reply {
    let locale = edge.request.locale(edge.address);
    let is_page = match edge.route {
        Some(route) => route.is_page,
        None => page::is_wanted(edge.request, edge.address),
    };
    if is_page {
        return outcome.unwrap_or_else(|error| match error {
            Error::Unauthenticated | Error::TokenEnded => {
                page::sign_in_first(edge.request, edge.address)
            }
            error => page::problem(Fault::of(&error, locale, &edge.request.id), locale),
        });
    }
    let is_html = edge.address.format == Format::Html;
    let reply = match outcome {
        Ok(reply) if is_html => html_view::answer(reply, &edge.view(locale)),
        Ok(reply) => reply,
        Err(error) => {
            let fault = Fault::of(&error, locale, &edge.request.id);
            if is_html {
                html_view::failure(fault, &edge.view(locale))
            } else {
                fault.json()
            }
        }
    };
    cors::shared(prepared::negotiated(reply, edge.request))
}

impl<'a> Edge<'a, '_> {
    fn view(&self, locale: Locale) -> HtmlView<'a> {
        HtmlView {
            address: self.address,
            locale,
            route: self.table.reading(self.address),
            routes: self.table.routes(),
            links: self.links,
            desk: (self.desk)(),
            reader: self.reader,
        }
    }
}
