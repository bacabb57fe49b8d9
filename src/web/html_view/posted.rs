//! What a form of a page posts. A browser's form can only GET and POST, so it names the
//! method that it means; and it sends all its fields, so it says which of them held
//! something: one that was empty and stayed so is not given.

use serde_json::{Map, Value};

use crate::base::error::{Error, Message, Result};
use crate::base::files::Files;
use crate::web::address::{Address, Format};
use crate::web::input::{self, Input};
use crate::web::request::Request;
use crate::web::route::Method;
use crate::web::session;

/// The hidden field that names the method.
pub(super) const METHOD: &str = "_method";
/// The hidden field that names a field which held something.
pub(super) const FILLED: &str = "_filled";
/// The hidden field that names the page on which the form stood.
pub(super) const FROM: &str = "_from";

/// What only the form and this module know of.
const OWN: [&str; 3] = [METHOD, FILLED, FROM];

/// A form as it was posted.
pub struct Posted {
    /// The method that is meant.
    pub method: Method,
    /// The page on which the form stood.
    pub(super) from: Option<String>,
    pub(super) fields: Map<String, Value>,
}

impl Posted {
    /// Whether a request can come from a form of a page.
    pub fn is_likely(request: &Request<'_>, address: &Address) -> bool {
        request.method == "POST" && address.is_api && address.format == Format::Html
    }

    /// Reads the body of a request that somebody signed in has sent. It is a form's if it
    /// names a method; then it must prove that the form was ours, or it is
    /// [`Error::Forbidden`].
    pub fn read(
        request: &mut Request<'_>,
        store: &Files,
        base_url: &str,
    ) -> Result<(Option<Self>, Input)> {
        let mut input = input::read(request, store)?;
        let Some(method) = meant(&input.tree) else {
            return Ok((None, input));
        };
        if !session::is_form_of_ours(request, base_url, &input.tree) {
            return Err(Error::Forbidden(Message::new("error.csrf")));
        }
        let mut posted = Self {
            method,
            from: None,
            fields: Map::new(),
        };
        if let Some(tree) = input.tree.as_object_mut() {
            let from = tree.get(FROM).and_then(Value::as_str);
            posted.from = from.and_then(session::own_path).map(str::to_owned);
            keep_what_was_given(tree);
            posted.fields.clone_from(tree);
            posted.fields.remove(session::FIELD);
        }
        Ok((Some(posted), input))
    }
}

fn meant(tree: &Value) -> Option<Method> {
    let named = tree.get(METHOD)?.as_str()?;
    let all = [Method::Post, Method::Put, Method::Patch, Method::Delete];
    all.into_iter().find(|method| method.name() == named)
}

fn keep_what_was_given(tree: &mut Map<String, Value>) {
    let filled = tree.remove(FILLED).unwrap_or_default();
    let filled: Vec<&str> = match &filled {
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    tree.retain(|name, value| {
        !OWN.contains(&name.as_str()) && (*value != "" || filled.contains(&name.as_str()))
    });
}
