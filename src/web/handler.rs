//! From a plain function to a row's `run`. What the first parameter of the function
//! is says what it may do: a `&View` reads one snapshot, a `&mut Change` writes inside
//! one transaction, and `&Parts` with a `&Caller` is for the few that do neither.
//! What follows is extracted before any transaction opens.

use super::call::Call;
use super::extract::Extract;
use super::guard::{Guard, Writing};
use super::openapi::Operation;
use super::reply::{IntoReply, Reply};
use super::version::{self, Version, VersionAt};
use crate::base::db::{Change, View};
use crate::base::error::Result;
use crate::base::locale::Locale;
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

/// What is left of a handler that reads, once its arguments are there.
type Reading<'a> = Box<dyn FnOnce(&View<'_>) -> Result<Reply> + 'a>;

// What stands around a handler is compiled once, and not once for each.
fn read(call: &Call<'_, '_>, reading: Reading<'_>) -> Result<Reply> {
    call.refuse_untaken_files()?;
    let guard = Guard::of(call);
    call.parts.db.read(&call.caller, |view| {
        let reply = reading(view)?;
        guard.tagged(view, reply)
    })
}

fn write(call: &Call<'_, '_>, writing: Writing) -> Result<Reply> {
    call.refuse_untaken_files()?;
    let guard = Guard::of(call);
    call.parts
        .db
        .write(&call.caller, move |change| guard.once(change, writing))
}

fn replied<R: IntoReply>(outcome: Result<R>, locale: Locale) -> Result<Reply> {
    outcome?.into_reply(locale)
}

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
                read(call, Box::new(|view| replied(self(view, $($value),*), view.locale())))
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
                    version::in_one_language(move |view, path| {
                        // A handler without arguments reads no path.
                        let _ = path;
                        $(let Some($value) = $arg::from_path(path) else { return Ok(None) };)*
                        let reply = replied(handler(view, $($value),*), view.locale())?;
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
                let handler = self.clone();
                write(call, Box::new(move |change| {
                    replied(handler(change, $($value),*), change.view().locale())
                }))
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
                replied(self(call.parts, &call.caller, $($value),*), call.caller.locale)
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
