//! What handlers take: each extractor reads its part of a request and describes
//! itself for the `OpenAPI` document. All run before a transaction opens, so slow work
//! such as hashing and storing files never holds the writer.

use base64ct::{Base64, Encoding};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::Call;
use super::input::{StoredFile, Upload};
use super::openapi::Operation;
use super::path::PathValues;
use crate::base::error::{Error, Faults, Result};
use crate::base::files::Files;
use crate::base::input::{Secret, read_object};
use crate::base::parts::Parts;
use crate::base::seal::Sealer;

/// A part of a request.
pub trait Extract: Sized + Send + 'static {
    /// Reads it, or says what is wrong with it.
    fn extract(call: &mut Call<'_, '_>) -> Result<Self>;
    /// Adds it to the description of an operation.
    fn describe(operation: &mut Operation<'_>);

    /// Whether what the path names is all that it is read from.
    const IS_PATH: bool = false;

    /// The same from a path alone, where that is all that it takes.
    fn from_path(path: &PathValues) -> Option<Self> {
        let _ = path;
        None
    }
}

/// A body or a query as a typed value: what serde cannot say of it, and what must
/// be done to it before a transaction opens.
pub trait Checked: DeserializeOwned + JsonSchema + Send + 'static {
    /// Notes what is wrong with the fields taken together.
    fn check(&self, faults: &mut Faults) {
        let _ = faults;
    }

    /// Does the slow work, such as hashing a password.
    fn prepare(&mut self, parts: &Parts) -> Result<()> {
        let _ = parts;
        Ok(())
    }
}

/// The one number of the path.
pub struct PathId(pub i64);

impl Extract for PathId {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        Self::from_path(&call.path).ok_or_else(|| {
            Error::internal("a handler wants one number, its row's path has another count")
        })
    }

    fn describe(_: &mut Operation<'_>) {}

    const IS_PATH: bool = true;

    fn from_path(path: &PathValues) -> Option<Self> {
        match path.numbers.as_slice() {
            [id] => Some(Self(*id)),
            _ => None,
        }
    }
}

/// The two numbers of the path, in order.
pub struct PathIds(pub i64, pub i64);

impl Extract for PathIds {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        Self::from_path(&call.path).ok_or_else(|| {
            Error::internal("a handler wants two numbers, its row's path has another count")
        })
    }

    fn describe(_: &mut Operation<'_>) {}

    const IS_PATH: bool = true;

    fn from_path(path: &PathValues) -> Option<Self> {
        match path.numbers.as_slice() {
            [first, second] => Some(Self(*first, *second)),
            _ => None,
        }
    }
}

/// The query.
pub struct Query<T>(pub T);

impl<T: Checked> Extract for Query<T> {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        typed(&call.query_tree()?, call.parts).map(Self)
    }

    fn describe(operation: &mut Operation<'_>) {
        operation.takes_query::<T>();
    }
}

/// The body, or the query of a DELETE that has none.
pub struct Body<T>(pub T);

impl<T: Checked> Extract for Body<T> {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        let parts = call.parts;
        typed(&call.input()?.tree, parts).map(Self)
    }

    fn describe(operation: &mut Operation<'_>) {
        operation.takes_body::<T>();
    }
}

/// The body, and the query for what the body leaves out: clients of OAuth send either.
pub struct Parameters<T>(pub T);

impl<T: Checked> Extract for Parameters<T> {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        let mut tree = call.query_tree()?;
        if let (Some(all), Some(body)) = (tree.as_object_mut(), call.input()?.tree.as_object()) {
            all.extend(body.clone());
        }
        typed(&tree, call.parts).map(Self)
    }

    fn describe(operation: &mut Operation<'_>) {
        operation.takes_body::<T>();
    }
}

/// The name and the secret, if one is there, of an `Authorization: Basic` header, where
/// there is one that can be read. Both are form-encoded inside (RFC 6749, section 2.3.1).
pub struct BasicLogin(pub Option<(String, Option<Secret>)>);

impl Extract for BasicLogin {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        Ok(Self(call.request.header("authorization").and_then(basic)))
    }

    fn describe(operation: &mut Operation<'_>) {
        operation.takes_login();
    }
}

fn basic(header: &str) -> Option<(String, Option<Secret>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let decoded = Base64::decode_vec(encoded.trim()).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    let (name, secret) = decoded
        .split_once(':')
        .filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let plain = |text: &str| {
        let text = text.replace('+', " ");
        let plain = percent_encoding::percent_decode_str(&text).decode_utf8();
        plain.map(std::borrow::Cow::into_owned).ok()
    };
    let secret = plain(secret)?;
    let secret = if secret.is_empty() {
        None
    } else {
        Some(Secret::parse(&secret).ok()?)
    };
    Some((plain(name)?, secret))
}

/// The files of a multipart body, kept in the store; put it behind [`Body`], so that
/// nothing is stored for a body that is refused.
#[derive(Debug, Default)]
pub struct Uploads(pub Vec<StoredFile>);

impl Extract for Uploads {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        let files = call.parts.files.clone();
        let input = call.input()?;
        refuse_files_as_text(&input.tree)?;
        input.keep_files(&files)
    }

    fn describe(operation: &mut Operation<'_>) {
        operation.takes_files(&["attachments[]"]);
    }
}

/// 400 where files were sent as JSON or as text: nothing could be done with them, and they
/// would be lost without a word.
fn refuse_files_as_text(tree: &Value) -> Result<()> {
    let mut faults = Faults::default();
    for field in ["attachments", "files"] {
        if tree.get(field).is_some_and(|sent| !is_nothing(sent)) {
            faults.add(field, "input.files_come_in_parts");
        }
    }
    faults.or_invalid()
}

/// Whether a field says that there is no file, in any of the ways in which clients say it.
fn is_nothing(sent: &Value) -> bool {
    match sent {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_i64() == Some(0),
        Value::String(text) => matches!(text.trim(), "" | "[]" | "{}" | "null" | "0"),
        Value::Array(list) => list.iter().all(is_nothing),
        Value::Object(map) => map.values().all(is_nothing),
    }
}

/// Files that are expected in fields of their own.
pub trait FileFields: Sized + Send + 'static {
    /// The fields.
    const FIELDS: &'static [&'static str];

    /// Judges the files before any is kept, and keeps what is to stay; files of other
    /// fields are not among them.
    fn read(uploads: Vec<Upload>, store: &Files) -> Result<Self>;
}

/// The files of a multipart body that `T` expects; put it behind [`Body`], so that nothing
/// is stored for a body that is refused.
pub struct Filed<T>(pub T);

impl<T: FileFields> Extract for Filed<T> {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        let mut uploads = call.take_uploads()?;
        // A form sends an empty file for each field in which none was chosen.
        uploads.retain(|upload| upload.incoming.size() > 0);
        if let Some(strange) = uploads
            .iter()
            .find(|upload| !T::FIELDS.contains(&upload.field.as_str()))
        {
            return Err(Error::invalid(&strange.field, "input.takes_no_files"));
        }
        T::read(uploads, &call.parts.files).map(Self)
    }

    fn describe(operation: &mut Operation<'_>) {
        operation.takes_files(T::FIELDS);
    }
}

/// What seals and opens values at rest, for the handlers that store or show them.
pub struct Sealing(pub Sealer);

impl Extract for Sealing {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        Ok(Self(call.parts.sealer.clone()))
    }

    fn describe(_: &mut Operation<'_>) {}
}

/// The one text of the path.
pub struct PathText(pub String);

impl Extract for PathText {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        Self::from_path(&call.path).ok_or_else(|| {
            Error::internal("a handler wants one text, its row's path has another count")
        })
    }

    fn describe(_: &mut Operation<'_>) {}

    const IS_PATH: bool = true;

    fn from_path(path: &PathValues) -> Option<Self> {
        match path.texts.as_slice() {
            [text] => Some(Self(text.clone())),
            _ => None,
        }
    }
}

/// The text of the path, in those of the row's paths that have one.
impl Extract for Option<PathText> {
    fn extract(call: &mut Call<'_, '_>) -> Result<Self> {
        Ok(PathText::from_path(&call.path))
    }

    fn describe(_: &mut Operation<'_>) {}

    const IS_PATH: bool = true;

    fn from_path(path: &PathValues) -> Option<Self> {
        Some(PathText::from_path(path))
    }
}

/// Makes a tree a typed value, or says all that does not fit.
fn typed<T: Checked>(tree: &Value, parts: &Parts) -> Result<T> {
    let mut value: T = read_object(tree).map_err(Error::Invalid)?;
    let mut faults = Faults::default();
    value.check(&mut faults);
    faults.or_invalid()?;
    value.prepare(parts)?;
    Ok(value)
}
