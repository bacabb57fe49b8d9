//! From a plain function to a row's `run`. What the first parameter of the function
//! is says what it may do: a `&View` reads one snapshot, a `&mut Change` writes inside
//! one transaction, and `&Parts` with a `&Caller` is for the few that do neither.
//! What follows is extracted before any transaction opens.

use std::sync::Arc;

use super::call::Call;
use super::extract::Extract;
use super::guard::Guard;
use super::openapi::Operation;
use super::reply::{IntoReply, Reply};
use super::version::{Version, VersionAt};
use crate::base::db::{Change, View};
use crate::base::error::Result;
use crate::base::parts::Parts;
use crate::base::who::Caller;

/// A function that can stand in a row. `Args` tells the forms apart.
pub trait Handler<Args>: Clone + Send + Sync + 'static {
    /// Extracts, calls, answers.
    fn run(&self, call: &mut Call<'_, '_>) -> Result<Reply>;
    /// Adds what the function takes and gives to an operation's description.
    fn describe(operation: &mut Operation<'_>);
    /// What makes a version of what the function shows, where it shows one thing that
    /// its path names.
    fn version(&self) -> Option<VersionAt> {
        None
    }
}

/// Marks a handler that reads.
pub struct Reads;
/// Marks a handler that writes.
pub struct Writes;
/// Marks a handler that is handed the parts.
pub struct Serves;

macro_rules! handlers {
    // Each argument is a type and the name of what was extracted.
    ($($arg:ident $value:ident),*) => {
        impl<F, R, $($arg),*> Handler<(Reads, $($arg,)*)> for F
        where
            F: Fn(&View<'_>, $($arg),*) -> Result<R> + Clone + Send + Sync + 'static,
            R: IntoReply,
            $($arg: Extract),*
        {
            fn run(&self, call: &mut Call<'_, '_>) -> Result<Reply> {
                $(let $value = $arg::extract(call)?;)*
                let guard = Guard::of(call);
                call.parts.db.read(&call.caller, |view| {
                    let reply = self(view, $($value),*)?.into_reply(view.locale())?;
                    guard.tagged(view, reply)
                })
            }

            fn describe(operation: &mut Operation<'_>) {
                $($arg::describe(operation);)*
                operation.is_guarded();
                operation.answers::<R>();
            }

            fn version(&self) -> Option<VersionAt> {
                let handler = self.clone();
                let is_path = true $(&& $arg::IS_PATH)*;
                is_path.then(|| -> VersionAt {
                    Arc::new(move |view, path| {
                        // A handler without arguments reads no path.
                        let _ = path;
                        $(let Some($value) = $arg::from_path(path) else { return Ok(None) };)*
                        let reply = handler(view, $($value),*)?.into_reply(view.locale())?;
                        Ok(Some(Version::of(reply.bytes())))
                    })
                })
            }
        }

        impl<F, R, $($arg),*> Handler<(Writes, $($arg,)*)> for F
        where
            F: Fn(&mut Change<'_>, $($arg),*) -> Result<R> + Clone + Send + Sync + 'static,
            R: IntoReply,
            $($arg: Extract),*
        {
            fn run(&self, call: &mut Call<'_, '_>) -> Result<Reply> {
                $(let $value = $arg::extract(call)?;)*
                let guard = Guard::of(call);
                let handler = self.clone();
                call.parts.db.write(&call.caller, move |change| {
                    guard.once(change, |change| {
                        handler(change, $($value),*)?.into_reply(change.view().locale())
                    })
                })
            }

            fn describe(operation: &mut Operation<'_>) {
                $($arg::describe(operation);)*
                operation.is_guarded();
                operation.answers::<R>();
            }
        }

        impl<F, R, $($arg),*> Handler<(Serves, $($arg,)*)> for F
        where
            F: Fn(&Parts, &Caller, $($arg),*) -> Result<R> + Clone + Send + Sync + 'static,
            R: IntoReply,
            $($arg: Extract),*
        {
            fn run(&self, call: &mut Call<'_, '_>) -> Result<Reply> {
                $(let $value = $arg::extract(call)?;)*
                self(call.parts, &call.caller, $($value),*)?.into_reply(call.caller.locale)
            }

            fn describe(operation: &mut Operation<'_>) {
                $($arg::describe(operation);)*
                operation.answers::<R>();
            }
        }
    };
}

handlers!();
handlers!(A a);
handlers!(A a, B b);
handlers!(A a, B b, C c);
handlers!(A a, B b, C c, D d);
