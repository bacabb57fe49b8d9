//! One snapshot, seen by one caller at one time.

use std::cell::RefCell;
use std::ops::ControlFlow;

use rusqlite::{CachedStatement, Connection, Params, params_from_iter};

use super::deadline::Deadline;
use super::remembered::{self, Remembered};
use super::{Change, FromRow, Select, Surroundings};
use crate::base::error::{Error, Result};
use crate::base::locale::Locale;
use crate::base::time::Timestamp;
use crate::base::who::{Caller, Who};

/// A small write that a reading leaves behind.
pub(super) type Mark = Box<dyn FnOnce(&mut Change<'_>) -> Result<()> + Send>;

/// What a reading leaves behind.
#[derive(Default)]
pub(super) struct Marks {
    /// Written before the reading is answered.
    pub(super) awaited: Vec<Mark>,
    /// Written whenever the writer comes to it.
    pub(super) unawaited: Vec<Mark>,
}

/// A snapshot of the database, with who looks at it and when.
pub struct View<'a> {
    connection: &'a Connection,
    caller: &'a Caller,
    surroundings: &'a Surroundings,
    now: Timestamp,
    marks: RefCell<Marks>,
    remembered: Option<&'a RefCell<Remembered>>,
    deadline: Option<&'a Deadline>,
}

impl<'a> View<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        caller: &'a Caller,
        surroundings: &'a Surroundings,
    ) -> Self {
        Self {
            connection,
            caller,
            surroundings,
            now: surroundings.clock.now(),
            marks: RefCell::default(),
            remembered: None,
            deadline: None,
        }
    }

    /// The same for a change, which ends between two statements once its time is over: a
    /// statement that the engine breaks off takes all of the transaction with it.
    pub(super) fn ending(mut self, deadline: &'a Deadline) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The same with what its connection remembers, which no change may: it sees states
    /// that nobody else sees yet.
    pub(super) fn remembering(mut self, remembered: &'a RefCell<Remembered>) -> Self {
        self.remembered = Some(remembered);
        self
    }

    /// Who looks.
    pub fn who(&self) -> &'a Who {
        &self.caller.who
    }

    /// Who looks, with their language and address.
    pub fn caller(&self) -> &'a Caller {
        self.caller
    }

    /// The language that the caller reads.
    pub fn locale(&self) -> Locale {
        self.caller.locale
    }

    /// What is read of the same snapshot for whoever reads another language.
    pub fn in_locale<T>(&self, locale: Locale, read: impl FnOnce(&View<'_>) -> T) -> T {
        if self.caller.locale == locale {
            return read(self);
        }
        let caller = Caller {
            locale,
            ..self.caller.clone()
        };
        read(&View {
            connection: self.connection,
            caller: &caller,
            surroundings: self.surroundings,
            now: self.now,
            marks: RefCell::default(),
            remembered: self.remembered,
            deadline: self.deadline,
        })
    }

    /// When this is.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Where clients reach the desk, without a closing slash.
    pub fn base_url(&self) -> &'a str {
        &self.surroundings.base_url
    }

    /// The one row that there must be.
    pub fn one<T: FromRow>(&self, sql: &str, params: impl Params) -> Result<T> {
        let mut statement = self.statement(sql)?;
        Ok(statement.query_row(params, T::from_row)?)
    }

    /// The row, if there is one.
    pub fn maybe<T: FromRow>(&self, sql: &str, params: impl Params) -> Result<Option<T>> {
        let mut statement = self.statement(sql)?;
        let mut rows = statement.query(params)?;
        Ok(rows.next()?.map(T::from_row).transpose()?)
    }

    /// All rows, in the order of the query.
    pub fn all<T: FromRow>(&self, sql: &str, params: impl Params) -> Result<Vec<T>> {
        let mut statement = self.statement(sql)?;
        let rows = statement.query_map(params, T::from_row)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// All rows of a query that was put together.
    pub fn select<T: FromRow>(&self, select: &Select) -> Result<Vec<T>> {
        self.all(&select.sql(), params_from_iter(select.binds()))
    }

    /// How many rows a query that was put together leaves, whatever its page.
    pub fn count(&self, select: &Select) -> Result<i64> {
        let count = select.count();
        self.one(&count.sql(), params_from_iter(count.binds()))
    }

    /// The one row of a query of whole numbers that many readings ask alike, such as
    /// counts: made once as long as nothing is written.
    pub fn sums<const WIDTH: usize>(&self, select: &Select) -> Result<[i64; WIDTH]> {
        let sums = match self.remembered {
            Some(remembered) => {
                let mut remembered = remembered.borrow_mut();
                remembered.sums(self.connection, select, WIDTH)?
            }
            None => remembered::sums(self.connection, select, WIDTH)?,
        };
        sums.try_into()
            .map_err(|_| Error::internal("a row of sums has another width"))
    }

    /// The rows of a query that was put together, one by one, until `take` breaks off.
    pub fn until<T: FromRow>(
        &self,
        select: &Select,
        mut take: impl FnMut(T) -> ControlFlow<()>,
    ) -> Result<()> {
        let mut statement = self.statement(&select.sql())?;
        let mut rows = statement.query(params_from_iter(select.binds()))?;
        while let Some(row) = rows.next()? {
            if take(T::from_row(row)?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Leaves a mark of this reading, such as that a customer has read an article. It
    /// is written after the reading and nobody waits for it, so it must be one whose
    /// loss in a crash does no harm.
    pub fn mark(&self, mark: impl FnOnce(&mut Change<'_>) -> Result<()> + Send + 'static) {
        self.marks.borrow_mut().unawaited.push(Box::new(mark));
    }

    /// The same for one that others look for, such as that an agent has opened a ticket: it
    /// is written before the reading is answered. A reading is answered all the same where it
    /// cannot be.
    pub fn mark_before_answer(
        &self,
        mark: impl FnOnce(&mut Change<'_>) -> Result<()> + Send + 'static,
    ) {
        self.marks.borrow_mut().awaited.push(Box::new(mark));
    }

    pub(super) fn into_marks(self) -> Marks {
        self.marks.into_inner()
    }

    /// A statement, unless the time is over.
    pub(super) fn statement(&self, sql: &str) -> Result<CachedStatement<'a>> {
        self.deadline.map_or(Ok(()), Deadline::refuse_over)?;
        Ok(self.connection.prepare_cached(sql)?)
    }

    pub(super) fn connection(&self) -> &'a Connection {
        self.connection
    }
}
